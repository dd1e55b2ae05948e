"""Starts and ends the control plane: TLS, RBAC and audit on; users by token; nothing but loopback."""

from __future__ import annotations

import http.client
import json
import os
import queue
import signal
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from tests.cluster.binaries import REASON, there

USERS = {  # token, name, uid, groups
    "admin": ("admin-token", "system:masters"),
    "reader": ("reader-token", "readers"),
    "narrow": ("narrow-token", "narrow"),
    "nobody": ("nobody-token", "nobodies"),
}
_AUDIT = """apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: Metadata
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Plane:
    """One control plane in a folder; `stop` ends every process it started."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self.programs = programs
        self.folder = folder
        self.port = free_port()
        self._etcd_port, self._peer_port = free_port(), free_port()
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._idle: queue.SimpleQueue[http.client.HTTPSConnection] = queue.SimpleQueue()
        for name in ("logs", "etcd", "certs"):
            (folder / name).mkdir(parents=True, exist_ok=True)

    @property
    def audit_log(self) -> Path:
        return self.folder / "logs" / "audit.log"

    @property
    def certificate(self) -> Path:
        return self.folder / "certs" / "apiserver.crt"

    def start(self, *, controllers: str = "*,-nodelifecycle,-podgc,-garbagecollector", more: list[str] | None = None) -> Plane:
        """Start everything and wait until the server is ready."""
        self._write_files()
        self._start("etcd", self._etcd())
        self.start_server(more)
        for user in USERS:
            self.kubeconfig(user)
        config = str(self.kubeconfig("admin"))
        self._start(
            "kube-controller-manager",
            [
                f"--kubeconfig={config}",
                "--bind-address=127.0.0.1",
                f"--secure-port={free_port()}",
                "--leader-elect=false",
                f"--controllers={controllers}",
                "--allocate-node-cidrs",
                "--cluster-cidr=10.244.0.0/16,fd00:10:244::/56",
                "--node-cidr-mask-size-ipv4=24",
                "--node-cidr-mask-size-ipv6=64",
                "--service-cluster-ip-range=10.96.0.0/16,fd00:10:96::/112",
                "--kube-api-qps=400",
                "--kube-api-burst=800",
                "--concurrent-service-endpoint-syncs=10",
                "--concurrent-endpoint-syncs=10",
                "--use-service-account-credentials=false",
                f"--service-account-private-key-file={self.folder / 'certs' / 'sa.key'}",
                f"--root-ca-file={self.certificate}",
            ],
        )
        self._start(
            "kube-scheduler", [f"--kubeconfig={config}", "--bind-address=127.0.0.1", f"--secure-port={free_port()}", "--leader-elect=false"]
        )
        return self

    def start_server(self, more: list[str] | None = None) -> None:
        """Start the API server, at first or again."""
        self._start("kube-apiserver", self._server() + (more or []))
        self.wait_ready()

    def kill(self, name: str) -> None:
        """End one process at once."""
        process = self._running.pop(name)
        process.kill()
        process.wait()

    def compact(self) -> None:
        """Let the store forget everything but what is there now."""
        revision = self._store("/v3/maintenance/status", {})["header"]["revision"]
        self._store("/v3/kv/compaction", {"revision": revision, "physical": True})

    def _store(self, path: str, body: Any) -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", self._etcd_port, timeout=30)
        try:
            connection.request("POST", path, json.dumps(body), {"content-type": "application/json"})
            answer = connection.getresponse()
            text = answer.read()
        finally:
            connection.close()
        if answer.status != 200:
            raise RuntimeError(f"etcd: {text.decode()}")
        return json.loads(text)

    def wait_ready(self, timeout_s: float = 60) -> None:
        end = time.monotonic() + timeout_s
        while time.monotonic() < end:
            with suppress(OSError, http.client.HTTPException):
                if self.raw("GET", "/readyz")[0] == 200:
                    return
            if self._running["kube-apiserver"].poll() is not None:
                break
            time.sleep(0.2)
        raise RuntimeError("the API server is not ready: " + (self.folder / "logs" / "kube-apiserver.log").read_text()[-1500:])

    def kubeconfig(self, user: str, *, namespace: str = "default", server: str | None = None) -> Path:
        """Return a kubeconfig file of `user`."""
        path = self.folder / f"{user}{'' if server is None else '-via'}.kubeconfig"
        token = USERS[user][0]
        cluster = {"server": server or f"https://127.0.0.1:{self.port}", "certificate-authority": str(self.certificate)}
        text = json.dumps(
            {
                "apiVersion": "v1",
                "kind": "Config",
                "current-context": user,
                "clusters": [{"name": "plane", "cluster": cluster}],
                "users": [{"name": user, "user": {"token": token}}],
                "contexts": [{"name": user, "context": {"cluster": "plane", "user": user, "namespace": namespace}}],
            }
        )
        if not path.exists() or path.read_text() != text:  # who starts at this moment must not find half of it
            path.with_suffix(".new").write_text(text)
            path.with_suffix(".new").replace(path)
        return path

    def raw(
        self, method: str, path: str, body: Any = None, *, kind: str = "application/json", user: str = "admin", token: str | None = None
    ) -> tuple[int, Any]:
        """Make one request without any client, as `user` or whoever holds `token`; return status and decoded body."""
        headers = {"authorization": f"Bearer {token or USERS[user][0]}"} | ({} if body is None else {"content-type": kind})
        data = None if body is None else json.dumps(body)
        try:
            kept = self._idle.get_nowait()
        except queue.Empty:
            kept = None
        if kept is not None:
            with suppress(OSError, http.client.HTTPException):  # the server may have been started anew: then the connection is dead
                return self._ask(kept, method, path, data, headers)
            kept.close()
        context = ssl.create_default_context(cafile=str(self.certificate))
        return self._ask(http.client.HTTPSConnection("127.0.0.1", self.port, timeout=30, context=context), method, path, data, headers)

    def _ask(self, connection: http.client.HTTPSConnection, method: str, path: str, data: str | None, headers: Any) -> tuple[int, Any]:
        try:
            connection.request(method, path, data, headers)
            answer = connection.getresponse()
            text = answer.read()
        except BaseException:
            connection.close()
            raise
        self._idle.put(connection)
        plain = answer.headers.get_content_type() != "application/json"
        return answer.status, text.decode() if plain else json.loads(text)

    def kubectl(self, *words: str, user: str = "admin", stdin: str | None = None) -> str:
        """Run kubectl as `user` and return what it prints."""
        done = subprocess.run(
            [str(self.programs / "kubectl"), f"--kubeconfig={self.kubeconfig(user)}", *words],
            input=stdin,
            capture_output=True,
            text=True,
            timeout=120,
            env=os.environ | {"HOME": str(self.folder)},
        )
        if done.returncode:
            raise RuntimeError(f"kubectl {' '.join(words)}: {done.stderr}")
        return done.stdout

    def stop(self) -> None:
        """End every process, the server before its store."""
        while not self._idle.empty():
            self._idle.get().close()
        for name in reversed(list(self._running)):
            process = self._running.pop(name)
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(3)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _start(self, name: str, flags: list[str]) -> None:
        with (self.folder / "logs" / f"{name}.log").open("ab") as log:
            self._running[name] = subprocess.Popen([str(self.programs / name), *flags], stdout=log, stderr=log, cwd=self.folder)

    def _write_files(self) -> None:
        tokens = [f'{token},{user},{user},"{group}"' for user, (token, group) in USERS.items()]
        (self.folder / "tokens.csv").write_text("\n".join(tokens) + "\n")
        (self.folder / "audit.yaml").write_text(_AUDIT)
        key = self.folder / "certs" / "sa.key"
        if not key.exists():
            subprocess.run(["openssl", "genrsa", "-out", str(key), "2048"], check=True, capture_output=True)

    def _etcd(self) -> list[str]:
        client, peer = f"http://127.0.0.1:{self._etcd_port}", f"http://127.0.0.1:{self._peer_port}"
        return [
            f"--data-dir={self.folder / 'etcd'}",
            f"--listen-client-urls={client}",
            f"--advertise-client-urls={client}",
            f"--listen-peer-urls={peer}",
            f"--initial-advertise-peer-urls={peer}",
            f"--initial-cluster=default={peer}",
            "--unsafe-no-fsync",
            "--log-level=error",
        ]

    def _server(self) -> list[str]:
        certs = self.folder / "certs"
        return [
            f"--etcd-servers=http://127.0.0.1:{self._etcd_port}",
            "--bind-address=127.0.0.1",
            f"--secure-port={self.port}",
            f"--cert-dir={certs}",
            f"--token-auth-file={self.folder / 'tokens.csv'}",
            "--authorization-mode=Node,RBAC",
            "--service-cluster-ip-range=10.96.0.0/16,fd00:10:96::/112",
            "--disable-admission-plugins=ServiceAccount",
            "--endpoint-reconciler-type=none",
            f"--audit-policy-file={self.folder / 'audit.yaml'}",
            f"--audit-log-path={self.audit_log}",
            "--service-account-issuer=https://kubernetes.default.svc",
            f"--service-account-key-file={certs / 'sa.key'}",
            f"--service-account-signing-key-file={certs / 'sa.key'}",
            "--allow-privileged=true",
        ]


@contextmanager
def running_plane(folder: Path, **options: Any) -> Iterator[Plane]:
    """A control plane of its own in `folder`, stopped at the end; a test that asks for one is skipped where it cannot be had.

    `options` are those of `Plane.start`.
    """
    programs = there()
    if programs is None:
        pytest.skip(REASON)
    plane = Plane(programs, folder)
    try:
        yield plane.start(**options)
    finally:
        plane.stop()
