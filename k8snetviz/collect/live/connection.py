"""One API server as one user: answers as the bytes that came. It can do one thing: GET."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

from k8snetviz.collect.live.access import Access, access, near, said_to
from k8snetviz.collect.live.certificates import holds_until
from k8snetviz.collect.live.sockets import Sockets, alive_options
from k8snetviz.collect.live.trouble import Lost, lost

CONNECTIONS = 8
CONNECT_S = 10.0
_PIECE = 1 << 16
_UNAUTHORIZED = 401
_CREDENTIALS_S = 10.0  # for which credentials are taken as good: the client would run a plugin for each request shortly before they end


class Answer(NamedTuple):
    """What the server said to one request."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Refused(Exception):  # noqa: N818 - reads as what happened
    """An answer of another status than 200 where a stream was asked for."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(f"status {answer.status}")
        self.answer = answer


class Connection:
    """Asks one API server; safe to use from several threads."""

    def __init__(self, reached: Access, *, timeout_s: float, at_once: int = CONNECTIONS) -> None:
        self.name = reached.name
        self.namespace = reached.namespace  # of the context: where its user works
        self.heard = False  # whether the server ever answered
        self.timeout_s = timeout_s
        self._access = reached
        self._at_once = at_once
        self._sockets = Sockets()
        self._lock = threading.Lock()
        self._turn = 0
        self._open()

    @property
    def server(self) -> str:
        """Host and port, without credentials or path."""
        return urlsplit(self._configuration.host).netloc.rpartition("@")[2]

    @property
    def outdated(self) -> str:
        """A sentence about a client certificate that ran out; empty where there is none."""
        path = self._configuration.cert_file
        end = holds_until(path) if path else None
        return f"the client certificate of the kubeconfig ran out on {end:%Y-%m-%d %H:%M} UTC" if end and end < datetime.now(UTC) else ""

    def get(self, path: str, query: Mapping[str, str | int] | None = None) -> Answer:
        """Return the answer to one GET; credentials that were refused are read anew, once.

        Raises Lost when the connection breaks or the answer is cut.
        """
        turn = self._turn
        answer = self._get(path, query)
        if answer.status == _UNAUTHORIZED and self._renew(turn):
            answer = self._get(path, query)
        return answer

    def stream(self, path: str, query: Mapping[str, str | int], *, quiet_s: float) -> Iterator[bytes]:
        """Yield an empty line as soon as the server answers, then the lines of the answer as they come, until the server ends it.

        Raises Refused with an answer that is no stream, Lost where the connection breaks or nothing comes for `quiet_s` seconds.
        """
        turn = self._turn
        try:
            yield from self._stream(path, query, quiet_s)
        except Refused as refused:
            if refused.answer.status != _UNAUTHORIZED or not self._renew(turn):
                raise
            yield from self._stream(path, query, quiet_s)

    def close(self) -> None:
        """Let go of open connections; what is being read ends at once, in whichever thread."""
        self._sockets.close()
        self._pool.clear()

    def _open(self) -> None:
        from kubernetes.client.rest import RESTClientObject

        configuration = self._access.configure()
        configuration.connection_pool_maxsize = self._at_once
        configuration.socket_options = alive_options()
        self._configuration = configuration
        self._pool: Any = RESTClientObject(configuration).pool_manager
        self._sockets.of(self._pool)
        self._near = near(configuration.host)
        self._said: tuple[dict[str, str], float] = {}, 0.0  # what authenticates, and until when it is taken as good

    def _renew(self, turn: int) -> bool:
        """Read the configuration anew, as after a token was replaced; only the first of several threads does it."""
        with self._lock:
            if self._turn == turn:
                before = self._pool
                self._open()
                before.clear()
                self._turn += 1
        return True

    def _get(self, path: str, query: Mapping[str, str | int] | None) -> Answer:
        with self._asked(path, query, self.timeout_s) as response:
            return Answer(response.status, dict(response.headers), response.read(decode_content=True))

    def _stream(self, path: str, query: Mapping[str, str | int], quiet_s: float) -> Iterator[bytes]:
        with self._asked(path, query, quiet_s) as response:
            if response.status != 200:
                raise Refused(Answer(response.status, dict(response.headers), response.read(decode_content=True)))
            yield b""
            rest = b""
            for piece in response.read_chunked(decode_content=True) if response.chunked else response.stream(_PIECE, decode_content=True):
                *lines, rest = (rest + piece).split(b"\n")
                yield from filter(None, lines)

    @contextmanager
    def _asked(self, path: str, query: Mapping[str, str | int] | None, quiet_s: float) -> Iterator[Any]:
        import urllib3

        url = self._configuration.host.rstrip("/") + path + (f"?{urlencode(query)}" if query else "")
        limits = urllib3.Timeout(connect=min(CONNECT_S, self.timeout_s), read=quiet_s)
        response: Any = None
        try:
            response = self._pool.request(
                "GET", url, headers=self._headers(), timeout=limits, retries=False, redirect=False, preload_content=False
            )
            self.heard = True
            yield response
        except urllib3.exceptions.ReadTimeoutError as error:
            raise Lost(f"nothing came for {quiet_s:.0f} s", silent_s=quiet_s) from error
        except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            raise lost(error, self._configuration.proxy) from error
        finally:
            if response is not None:
                if not response.closed:
                    response.close()  # a stream that is left before its end: the connection cannot be used again
                response.release_conn()

    def _headers(self) -> Any:
        from urllib3 import HTTPHeaderDict

        with self._lock:  # the hook that renews a token is not made for several threads
            said, until = self._said
            if time.monotonic() >= until:
                said = said_to(self._configuration, self.name)
                self._said = said, time.monotonic() + _CREDENTIALS_S
        packed = "identity" if self._near else "gzip"  # packing costs both sides more than a loopback gains
        told = HTTPHeaderDict({"accept": "application/json", "accept-encoding": packed, "user-agent": "k8snetviz"} | said)
        for name, value in self._access.headers:  # one name may come again
            told.add(name, value)
        return told


def connect(
    context: str | None = None, *, kubeconfig: str | Path | None = None, timeout_s: float = 60.0, at_once: int = CONNECTIONS
) -> Connection:
    """Return a connection to the cluster of a kubeconfig context, or, in a pod, of its service account.

    Parameters
    ----------
    context : name of a context; the current one without
    kubeconfig : file to read instead of those that ``KUBECONFIG`` names, else ``~/.kube/config``
    timeout_s : seconds without a byte after which an answer counts as lost
    at_once : connections that are kept open for the next request

    Raises
    ------
    UsageError : there is no such context, or the file does not read as a kubeconfig.
    ClusterError : nothing tells which cluster is meant, or its credentials cannot be had.
    """
    return Connection(access(context, kubeconfig), timeout_s=timeout_s, at_once=at_once)
