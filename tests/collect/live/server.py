"""An API server of the test's own on loopback: lists in pages, and whatever fault a test scripts for the next requests."""

from __future__ import annotations

import gzip
import json
import socket
import ssl
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.collect.live.stream import Watched

Reply = tuple[int, dict[str, str], bytes]
Fault = Callable[[], Reply | str]  # an answer in place of the real one; "drop" closes the connection, "cut" sends half of it
GROUPS = {"discovery.k8s.io": "v1", "networking.k8s.io": "v1", "apps": "v1", "batch": "v1"}


def status(code: int, reason: str, *, token: str | None = None, headers: dict[str, str] | None = None) -> Reply:
    """Return an answer that is a Status object."""
    meta = {"continue": token} if token else {}
    body = {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": meta,
        "status": "Failure",
        "reason": reason,
        "message": f"{reason} it is",
        "code": code,
    }
    return code, headers or {}, json.dumps(body).encode()


class Api(Watched):
    """What the server holds and how it answers."""

    def __init__(self) -> None:
        super().__init__()
        self.groups = dict(GROUPS)
        self.lists: dict[str, tuple[str, str, list[dict[str, Any]]]] = {}  # path -> kind, version, objects
        self.refused: set[str] = set()  # paths
        self.faults: dict[str, deque[Fault | None]] = {}  # path -> what the next requests meet; None: nothing
        self.requests: Counter[str] = Counter()
        self.methods: set[str] = set()
        self.tokens: set[str] | None = None  # authorizations, one of which a request must carry
        self.token: str | None = None  # that a request must carry
        self.names: set[str] | None = None  # of client certificates, one of which a request must come with
        self.subject = ""  # of the client certificate of the last request
        self.headers: list[Message] = []  # of the requests

    def holds(self, path: str, kind: str, objects: list[dict[str, Any]], version: str = "v1") -> None:
        """Serve `objects` as the list at `path`."""
        self.lists[path] = kind, version, objects

    def answer(self, path: str, query: dict[str, list[str]], authorization: str) -> Reply:
        if self.token is not None and authorization != f"Bearer {self.token}":
            return status(401, "Unauthorized")
        if self.tokens is not None and authorization not in self.tokens:
            return status(401, "Unauthorized")
        if self.names is not None and self.subject not in self.names:
            return status(401, "Unauthorized")
        if path == "/version":
            return 200, {}, json.dumps({"gitVersion": "v1.99.0", "major": "1"}).encode()
        if path == "/apis":
            groups = [{"name": name, "versions": [{"groupVersion": f"{name}/{v}", "version": v}]} for name, v in self.groups.items()]
            return 200, {}, json.dumps({"kind": "APIGroupList", "groups": groups}).encode()
        if path in self.refused:
            return status(403, "Forbidden")
        if path not in self.lists:
            return status(404, "NotFound")
        return 200, {}, self._page(path, query)

    def _page(self, path: str, query: dict[str, list[str]]) -> bytes:
        kind, version, objects = self.lists[path]
        start = int(query.get("continue", ["at-0"])[0].removeprefix("at-"))
        size = int(query.get("limit", [str(len(objects) or 1)])[0])
        end = start + size
        meta = {"resourceVersion": str(self.version)}
        if end < len(objects):
            meta |= {"continue": f"at-{end}", "remainingItemCount": len(objects) - end}
        return json.dumps(
            {"kind": f"{kind}List", "apiVersion": version, "metadata": meta, "items": objects[start:end]}, separators=(",", ":")
        ).encode()


@contextmanager
def serving(api: Api, folder: Path, *, namespace: str = "shop", port: int = 0, tls: ssl.SSLContext | None = None) -> Iterator[Path]:
    """Serve `api` on loopback, with `tls` over that; yields a kubeconfig file for it."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            api.requests[asked.path] += 1
            api.methods.add(self.command)
            api.headers.append(self.headers)
            api.subject = _common_name(self.connection)
            waiting = api.faults.get(asked.path)
            fault = waiting.popleft() if waiting else None
            made = fault() if fault else None
            reply = (
                made if isinstance(made, tuple) else api.answer(asked.path, parse_qs(asked.query), self.headers.get("authorization", ""))
            )
            if "watch=1" in asked.query and reply[0] == 200 and not made:
                api.stream(self, asked.path, parse_qs(asked.query))
                return
            self._send(reply, made if isinstance(made, str) else "")

        def _send(self, reply: Reply, trick: str) -> None:
            code, headers, body = reply
            if trick == "drop":
                self.close_connection = True
                return
            if trick == "corrupt":
                body = body[: len(body) // 2] + b"\x00{" + body[len(body) // 2 :]
            if "gzip" in self.headers.get("accept-encoding", ""):
                body, headers = gzip.compress(body), headers | {"content-encoding": "gzip"}
            self.send_response(code)
            for name, value in ({"content-type": "application/json", "content-length": str(len(body))} | headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body[: len(body) // 2] if trick == "cut" else body)
            self.close_connection = self.close_connection or trick == "cut"

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield kubeconfig(folder, f"http{'s' if tls else ''}://127.0.0.1:{server.server_address[1]}", namespace=namespace)
    finally:
        api.end()
        server.shutdown()
        server.server_close()
        thread.join()


def _common_name(connection: socket.socket) -> str:
    told = connection.getpeercert() if isinstance(connection, ssl.SSLSocket) else None
    return next((value for part in (told or {}).get("subject", ()) for key, value in part if key == "commonName"), "")


def kubeconfig(folder: Path, server: str, *, namespace: str = "shop", user: dict[str, Any] | None = None) -> Path:
    """Write a kubeconfig of one context, ``test``."""
    path = folder / "kubeconfig"
    path.write_text(
        json.dumps(
            {
                "apiVersion": "v1",
                "kind": "Config",
                "current-context": "test",
                "clusters": [{"name": "c", "cluster": {"server": server}}],
                "users": [{"name": "u", "user": user or {"token": "secret-token"}}],
                "contexts": [{"name": "test", "context": {"cluster": "c", "user": "u", "namespace": namespace}}],
            }
        )
    )
    return path
