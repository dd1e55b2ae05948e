"""Until when a client certificate holds: a server that refuses an old one only says that it refuses."""

from __future__ import annotations

import binascii
import ssl
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

_SEQUENCE, _EXPLICIT_VERSION, _UTC_TIME = 0x30, 0xA0, 0x17
_BEGIN, _END = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"


def holds_until(path: str | Path) -> datetime | None:
    """Return when the first certificate of a PEM file runs out; None where that cannot be read."""
    with suppress(OSError, ValueError, IndexError, binascii.Error):
        text = Path(path).read_text(encoding="ascii", errors="replace")
        first = text[text.index(_BEGIN) : text.index(_END) + len(_END)]
        return _not_after(ssl.PEM_cert_to_DER_cert(first))
    return None


def _not_after(der: bytes) -> datetime:
    """Return notAfter (RFC 5280): Certificate { tbs { [version], serial, signature, issuer, validity { notBefore, notAfter } } }."""
    _, certificate, _ = _value(der)
    _, rest, _ = _value(certificate)
    if rest[0] == _EXPLICIT_VERSION:
        rest = _value(rest)[2]
    for _ in ("serial", "signature", "issuer"):
        rest = _value(rest)[2]
    tag, validity, _ = _value(rest)
    if tag != _SEQUENCE:
        raise ValueError("no certificate")
    tag, moment, _ = _value(_value(validity)[2])
    text = moment.decode("ascii")
    if tag == _UTC_TIME:  # two digits of the year: 50 and more are of the last century
        text = ("19" if text[:2] >= "50" else "20") + text
    return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)


def _value(der: bytes) -> tuple[int, bytes, bytes]:
    """Return tag and content of the first value of `der`, and what follows it."""
    size, begin = der[1], 2
    if size & 0x80:
        begin += size & 0x7F
        size = int.from_bytes(der[2:begin], "big")
    return der[0], der[begin : begin + size], der[begin + size :]
