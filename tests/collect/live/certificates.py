"""Certificates of the tests' own, made by openssl: a CA, servers and users."""

from __future__ import annotations

import ssl
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple


class Signed(NamedTuple):
    """A certificate and its key."""

    certificate: Path
    key: Path


class Authority:
    """A CA in a folder."""

    def __init__(self, folder: Path, name: str = "ca") -> None:
        self.folder = folder
        self.own = Signed(folder / f"{name}.crt", folder / f"{name}.key")
        _openssl(
            "req", "-x509", *_new_key(self.own.key), "-out", self.own.certificate, "-days", 3650, "-subj", f"/CN={name}",
            "-addext", "keyUsage=critical,keyCertSign,cRLSign",
        )  # fmt: skip

    def signs(self, name: str, *, group: str = "", names: str = "", ended: bool = False) -> Signed:
        """Return a certificate of `name`; `ended` yesterday."""
        made = Signed(self.folder / f"{name}.crt", self.folder / f"{name}.key")
        request, more = self.folder / f"{name}.csr", self.folder / f"{name}.ext"
        subject = (f"/O={group}" if group else "") + f"/CN={name}"
        _openssl("req", *_new_key(made.key), "-out", request, "-subj", subject)
        more.write_text("extendedKeyUsage=serverAuth,clientAuth\n" + (f"subjectAltName={names}\n" if names else ""))
        until = datetime.now(UTC) + timedelta(days=-1 if ended else 30)
        _openssl(
            "ca", "-batch", "-notext", "-rand_serial", "-config", self._config(), "-in", request, "-out", made.certificate,
            "-extfile", more, "-startdate", f"{until - timedelta(days=60):%Y%m%d%H%M%SZ}", "-enddate", f"{until:%Y%m%d%H%M%SZ}",
        )  # fmt: skip
        return made

    def _config(self) -> Path:
        """`openssl x509` of older releases cannot make a certificate of the past; `openssl ca` can."""
        path = self.folder / "openssl.cnf"
        (self.folder / "index.txt").touch()
        path.write_text(
            "[ca]\ndefault_ca=own\n[own]\n"
            f"database={self.folder}/index.txt\nnew_certs_dir={self.folder}\ncertificate={self.own.certificate}\nprivate_key={self.own.key}\n"
            f"serial={self.folder}/serial\nrand_serial=yes\ndefault_md=sha256\npolicy=any\nunique_subject=no\n"
            "[any]\norganizationName=optional\ncommonName=supplied\n"
        )
        return path


def server_side(signed: Signed, clients: Authority | None = None) -> ssl.SSLContext:
    """Return what a server speaks TLS with; it looks at certificates of users that `clients` signed, and asks for none."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(signed.certificate, signed.key)
    if clients is not None:
        made.verify_mode = ssl.CERT_OPTIONAL
        made.load_verify_locations(clients.own.certificate)
    return made


def _new_key(path: Path) -> tuple[object, ...]:
    return "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", path


def _openssl(*words: object) -> None:
    subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True)
