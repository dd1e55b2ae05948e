"""A proxy of the tests' own: CONNECT to any name leads to loopback."""

from __future__ import annotations

import base64
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self


class Proxy:
    """Runs in a ``with`` block; `asked` holds where it was asked to lead to."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.wants: str | None = None  # user and password, ``:`` between
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            def do_CONNECT(self) -> None:
                if proxy.wants is not None:
                    told = self.headers.get("proxy-authorization", "")
                    if told != "Basic " + base64.b64encode(proxy.wants.encode()).decode():
                        self.send_error(407)
                        return
                proxy.asked.append(self.path)
                with socket.create_connection(("127.0.0.1", int(self.path.rpartition(":")[2]))) as there:
                    self.send_response(200)
                    self.end_headers()
                    back = threading.Thread(target=_carry, args=(there, self.connection))
                    back.start()
                    _carry(self.connection, there)
                    back.join()

            def log_message(self, *_: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def port_of(self, number: int) -> str:
        """Return the port that a request asked for."""
        return self.asked[number].rpartition(":")[2]

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()


def _carry(one: socket.socket, other: socket.socket) -> None:
    try:
        while piece := one.recv(65536):
            other.sendall(piece)
    except OSError:
        pass
    for end in (one, other):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            continue
