"""The sockets of a connection, so that they can be closed from another thread, and found dead where nothing answers."""

from __future__ import annotations

import socket
import threading
import weakref
from contextlib import suppress
from typing import Any

_PROBES = {"TCP_KEEPIDLE": 30, "TCP_KEEPALIVE": 30, "TCP_KEEPINTVL": 10, "TCP_KEEPCNT": 3}  # seconds, seconds, seconds, times


def alive_options() -> list[tuple[int, int, int]]:
    """Return socket options that end a connection whose other end has been gone for a minute."""
    from urllib3.connection import HTTPConnection

    probes = [(socket.IPPROTO_TCP, getattr(socket, name), value) for name, value in _PROBES.items() if hasattr(socket, name)]
    return [*HTTPConnection.default_socket_options, (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1), *probes]


class Sockets:
    """Every socket that a pool of urllib3 opens, until it is collected."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: weakref.WeakSet[socket.socket] = weakref.WeakSet()
        self.closed = False

    def of(self, manager: Any) -> None:
        """Note the sockets that the pools of `manager` will open."""
        manager.pool_classes_by_scheme = {scheme: self._noting(pool) for scheme, pool in manager.pool_classes_by_scheme.items()}

    def close(self) -> None:
        """End every connection, also those that another thread waits on, and those that it is about to open."""
        with self._lock:
            self.closed = True
            found = list(self._open)
        for each in found:
            _end(each)

    def _note(self, opened: socket.socket) -> None:
        with self._lock:
            self._open.add(opened)
            closed = self.closed
        if closed:
            _end(opened)

    def _noting(self, pool: Any) -> Any:
        note = self._note

        class Noted(pool.ConnectionCls):  # type: ignore[misc]  # the class is known when it runs
            def connect(self) -> None:
                super().connect()
                note(self.sock)
                self.is_verified = True  # or not, as the kubeconfig wants it: urllib3 would warn of that at every request

        return type(pool.__name__, (pool,), {"ConnectionCls": Noted})


def _end(opened: socket.socket) -> None:
    with suppress(OSError):  # it ended by itself
        socket.socket.shutdown(opened, socket.SHUT_RDWR)  # of TLS too: its own shutdown would take the session from its reader
