"""A proxy before the API server that ends TLS itself, so that it can cut, delay and change answers."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPException, HTTPResponse, HTTPSConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

from tests.cluster.plane import Plane

_PASSED_ON = ("content-type", "content-encoding", "retry-after")
_UPSTREAM_S = 600.0
_RESET = struct.pack("ii", 1, 0)  # SO_LINGER of no time: the peer sees a reset


class Said(NamedTuple):
    """One answer on its way, or one piece of a stream."""

    path: str
    status: int
    body: bytes
    packed: bool  # gzip
    retry_after: str | None = None


class Altered(NamedTuple):
    """What the client gets instead."""

    body: bytes
    length: int | None = None  # that is told, where it is not that of the body
    wait_s: float = 0.0  # before its second half
    cut: bool = False  # the connection is reset after the body
    status: int | None = None


Trouble = Callable[[Said], Altered | None]  # None: as it is


class Proxy:
    """`trouble` decides about every answer to a list and about every piece of a watch; `closed`: connections are refused and cut."""

    def __init__(self, plane: Plane) -> None:
        self.trouble: Trouble = lambda said: None
        self.packs = False  # ask for gzip, whatever the client wants
        self.said: list[Said] = []
        self.hurt = 0  # answers that were altered
        self.closed = False
        self._plane = plane
        self._open: set[socket.socket] = set()
        self._context = ssl.create_default_context(cafile=str(plane.certificate))
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.proxy = self
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(plane.certificate, plane.certificate.with_suffix(".key"))
        self._server.context = context

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self._server.server_address[1]}"

    def upstream(self) -> HTTPSConnection:
        return HTTPSConnection("127.0.0.1", self._plane.port, timeout=_UPSTREAM_S, context=self._context)

    def close(self) -> None:
        """Cut every connection, and refuse new ones until `open`."""
        self.closed = True
        for connection in list(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def open(self) -> None:
        self.closed = False

    def begun(self, connection: socket.socket) -> None:
        self._open.add(connection)

    def ended(self, connection: socket.socket) -> None:
        self._open.discard(connection)

    def run(self) -> None:
        self._server.serve_forever(0.05)

    def end(self) -> None:
        self.close()
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    proxy: Proxy
    context: ssl.SSLContext

    def finish_request(self, request: Any, client_address: Any) -> None:
        """In a thread of its own: the handshake, then requests."""
        if self.proxy.closed:
            return
        with suppress(OSError), self.context.wrap_socket(request, server_side=True) as safe:
            self.proxy.begun(safe)
            try:
                self.RequestHandlerClass(safe, client_address, self)
            finally:
                self.proxy.ended(safe)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing to tell."""

    def do_GET(self) -> None:
        proxy = self.server.proxy
        headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
        if proxy.packs:
            headers = {name: value for name, value in headers.items() if name.lower() != "accept-encoding"} | {"accept-encoding": "gzip"}
        connection = proxy.upstream()
        try:
            connection.request("GET", self.path, headers=headers)
            answer = connection.getresponse()
            if "watch=1" in self.path and answer.status == 200:
                self._stream(answer)
            else:
                self._whole(answer)
        except (OSError, HTTPException):
            self.close_connection = True
        finally:
            connection.close()

    def _whole(self, answer: HTTPResponse) -> None:
        body = answer.read()
        altered = self._look(answer, body)
        self.send_response(altered.status or answer.status)
        self._headers(answer)
        self.send_header("content-length", str(len(altered.body) if altered.length is None else altered.length))
        self.end_headers()
        half = len(altered.body) // 2 if altered.wait_s else 0
        self.wfile.write(altered.body[:half])
        time.sleep(altered.wait_s)
        self.wfile.write(altered.body[half:])
        if altered.cut:
            self._cut()

    def _stream(self, answer: HTTPResponse) -> None:
        self.send_response(200)
        self._headers(answer)
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        while piece := answer.read1(1 << 16):
            altered = self._look(answer, piece)
            time.sleep(altered.wait_s)
            if altered.body:
                self.wfile.write(b"%x\r\n%s\r\n" % (len(altered.body), altered.body))
            if altered.cut:
                self._cut()
                return
        self.wfile.write(b"0\r\n\r\n")

    def _look(self, answer: HTTPResponse, body: bytes) -> Altered:
        proxy = self.server.proxy
        headers = answer.headers
        said = Said(self.path, answer.status, body, headers.get("content-encoding") == "gzip", headers.get("retry-after"))
        proxy.said.append(said)
        altered = proxy.trouble(said)
        proxy.hurt += altered is not None
        return altered or Altered(body)

    def _headers(self, answer: HTTPResponse) -> None:
        for name, value in answer.headers.items():
            if name.lower() in _PASSED_ON:
                self.send_header(name, value)

    def _cut(self) -> None:
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self.connection.shutdown(socket.SHUT_RDWR)


@contextmanager
def proxied(plane: Plane) -> Iterator[Proxy]:
    """A proxy before `plane`, ended at the end."""
    proxy = Proxy(plane)
    thread = threading.Thread(target=proxy.run, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.end()
        thread.join(5)
