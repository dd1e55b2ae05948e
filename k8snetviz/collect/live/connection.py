"""One API server as one user: configuration and authentication by the official client, answers as the bytes that came.

The only module that imports ``kubernetes``. It can do one thing: GET.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode, urlsplit

from k8snetviz.collect.live.sockets import Sockets, alive_options
from k8snetviz.errors import ClusterError, UsageError

if TYPE_CHECKING:
    from kubernetes.client import Configuration

CONNECTIONS = 8
CONNECT_S = 10.0
_PIECE = 1 << 16
_UNAUTHORIZED = 401
_IN_CLUSTER = "in-cluster"
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Answer(NamedTuple):
    """What the server said to one request."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Lost(Exception):  # noqa: N818 - reads as what happened
    """The connection broke, or the answer ended early; asking again may help. `silent_s`: how long nothing had come before."""

    def __init__(self, problem: str, *, silent_s: float = 0.0) -> None:
        super().__init__(problem)
        self.silent_s = silent_s


class Refused(Exception):  # noqa: N818 - reads as what happened
    """An answer of another status than 200 where a stream was asked for."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(f"status {answer.status}")
        self.answer = answer


class Connection:
    """Asks one API server; safe to use from several threads."""

    def __init__(
        self, configure: Callable[[], Configuration], name: str, namespace: str, *, timeout_s: float, at_once: int = CONNECTIONS
    ) -> None:
        self.name = name
        self.namespace = namespace  # of the context: where its user works
        self._configure = configure
        self.timeout_s = timeout_s
        self._at_once = at_once
        self._sockets = Sockets()
        self._lock = threading.Lock()
        self._turn = 0
        self._open()

    @property
    def server(self) -> str:
        """Host and port, without credentials or path."""
        return urlsplit(self._configuration.host).netloc.rpartition("@")[2]

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

        configuration = self._configure()
        configuration.connection_pool_maxsize = self._at_once
        configuration.socket_options = alive_options()
        self._configuration = configuration
        self._pool: Any = RESTClientObject(configuration).pool_manager
        self._sockets.of(self._pool)
        self._near = (urlsplit(configuration.host).hostname or "") in _LOOPBACK

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
            yield response
        except urllib3.exceptions.ReadTimeoutError as error:
            raise Lost(f"nothing came for {quiet_s:.0f} s", silent_s=quiet_s) from error
        except urllib3.exceptions.HTTPError as error:
            raise Lost(_cause(error)) from error
        except OSError as error:
            raise Lost(str(error)) from error
        finally:
            if response is not None:
                if not response.closed:
                    response.close()  # a stream that is left before its end: the connection cannot be used again
                response.release_conn()

    def _headers(self) -> dict[str, str]:
        with self._lock:  # the hook that renews a token is not made for several threads
            settings: dict[str, Any] = dict(self._configuration.auth_settings())
        told = {setting["key"]: setting["value"] for setting in settings.values() if setting.get("value")}
        packed = "identity" if self._near else "gzip"  # packing costs both sides more than a loopback gains
        return {"accept": "application/json", "accept-encoding": packed, "user-agent": "k8snetviz"} | told


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
    ClusterError : nothing tells which cluster is meant.
    """
    files = str(kubeconfig or os.environ.get("KUBECONFIG") or Path.home() / ".kube" / "config")
    if any(Path(file).expanduser().is_file() for file in files.split(os.pathsep)):
        return _of_kubeconfig(files, context, timeout_s, at_once)
    if kubeconfig is not None or context is not None:
        raise UsageError(f"wanted a kubeconfig for {f'context {context}' if context else 'the cluster'}, found no file {files}")
    if os.environ.get("KUBERNETES_SERVICE_HOST"):
        return Connection(_service_account, _IN_CLUSTER, _own_namespace(), timeout_s=timeout_s, at_once=at_once)
    raise ClusterError(
        f"wanted a cluster, found no kubeconfig ({files}) and no service account: set KUBECONFIG, or give --kubeconfig FILE; "
        "files are read with k8snetviz.load(path)"
    )


def _of_kubeconfig(files: str, context: str | None, timeout_s: float, at_once: int) -> Connection:
    from kubernetes.config import ConfigException, list_kube_config_contexts

    try:
        contexts, current = list_kube_config_contexts(files)  # type: ignore[no-untyped-call]  # the client carries no types there
    except Exception as error:  # the client raises whatever its YAML reader raises
        raise UsageError(f"wanted a kubeconfig, found {files}, which does not read as one: {error}") from error
    names = [each["name"] for each in contexts]
    if context is not None and context not in names:
        raise UsageError(f"wanted the context {context!r}, found {', '.join(map(repr, names)) or 'none'} in {files}")
    chosen = next((each for each in contexts if each["name"] == context), current)

    def configure() -> Configuration:
        from kubernetes.client import Configuration
        from kubernetes.config import load_kube_config

        configuration = Configuration()
        with _complaints() as complaints:
            try:
                load_kube_config(files, chosen["name"], configuration, persist_config=False)  # type: ignore[no-untyped-call]
            except ConfigException as error:
                raise UsageError(f"the context {chosen['name']!r} of {files} cannot be used: {error}") from error
        if complaints:
            raise ClusterError(f"the credentials of context {chosen['name']!r} could not be had: {complaints[0]}")
        return configuration

    return Connection(configure, chosen["name"], chosen["context"].get("namespace") or "default", timeout_s=timeout_s, at_once=at_once)


def _service_account() -> Configuration:
    from kubernetes.client import Configuration
    from kubernetes.config import ConfigException, load_incluster_config

    configuration = Configuration()
    try:
        load_incluster_config(configuration)  # type: ignore[no-untyped-call]
    except ConfigException as error:
        raise ClusterError(f"the service account of this pod cannot be used: {error}") from error
    return configuration


def _own_namespace() -> str:
    try:
        return Path("/var/run/secrets/kubernetes.io/serviceaccount/namespace").read_text(encoding="utf-8").strip()
    except OSError:
        return "default"


@contextmanager
def _complaints() -> Iterator[list[str]]:
    """Collect what the official client only logs: that a credential plugin failed."""
    said: list[str] = []
    handler = logging.Handler(logging.ERROR)
    handler.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        yield said
    finally:
        root.removeHandler(handler)


def _cause(error: Exception) -> str:
    """Return the innermost words of a urllib3 error: what broke, without addresses of memory."""
    while (inner := getattr(error, "reason", None) or error.__cause__ or error.__context__) is not None and isinstance(inner, Exception):
        error = inner
    return str(error).rpartition(">: ")[2] or type(error).__name__
