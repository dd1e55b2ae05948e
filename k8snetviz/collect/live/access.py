"""Who asks, and how the server is known: a Configuration of the official client, of a kubeconfig context or of a pod's service account.

The only module that imports ``kubernetes``. What the client leaves out is added: impersonation, credentials of a proxy.
"""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote, urlsplit

from k8snetviz.collect.live.kubeconfig import Chosen, choose, found_files
from k8snetviz.errors import ClusterError, NetvizError, UsageError
from k8snetviz.model.printable import printable

if TYPE_CHECKING:
    from kubernetes.client import Configuration

_IN_CLUSTER = "in-cluster"
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_LONGEST = 300  # characters of what a plugin says


class Access(NamedTuple):
    """How one cluster is reached as one user."""

    name: str  # of the context
    namespace: str  # where its user works
    configure: Callable[[], Configuration]  # reads everything anew: credentials change
    headers: tuple[tuple[str, str], ...] = ()  # more than authentication: as whom to act (AP-16)


def access(context: str | None = None, kubeconfig: str | Path | None = None) -> Access:
    """Return how the cluster of a kubeconfig context is reached, or, in a pod, with its service account.

    Raises UsageError where there is no such context or file, ClusterError where nothing tells which cluster is meant.
    """
    files = found_files(kubeconfig)
    if files:
        chosen = choose(files, context)
        return Access(chosen.name, chosen.namespace, lambda: _of_context(choose(files, chosen.name)), _impersonation(chosen.user))
    looked = str(kubeconfig or os.environ.get("KUBECONFIG") or Path.home() / ".kube" / "config")
    if kubeconfig is not None or context is not None:
        raise UsageError(f"wanted a kubeconfig for {f'context {context}' if context else 'the cluster'}, found no file {looked}")
    if os.environ.get("KUBERNETES_SERVICE_HOST"):
        return Access(_IN_CLUSTER, _own_namespace(), _service_account)
    raise ClusterError(
        f"wanted a cluster, found no kubeconfig ({looked}) and no service account: set KUBECONFIG, or give --kubeconfig FILE; "
        "files are read with k8snetviz.load(path)"
    )


def near(host: str) -> bool:
    """Tell whether a URL leads to this machine."""
    return (urlsplit(host).hostname or "") in _LOOPBACK


def said_to(configuration: Configuration, name: str) -> dict[str, str]:
    """Return the headers that authenticate; ClusterError where credentials that ran out could not be had anew."""
    with _complaints() as complaints:
        settings: dict[str, Any] = dict(configuration.auth_settings())
    if complaints:
        raise _not_had(name, complaints[0])
    return {setting["key"]: setting["value"].strip() for setting in settings.values() if setting.get("value")}


def _of_context(chosen: Chosen) -> Configuration:
    from kubernetes.client import Configuration
    from kubernetes.config import load_kube_config_from_dict

    _check_plugin(chosen)
    configuration = Configuration()
    with _complaints() as complaints:
        try:
            load_kube_config_from_dict(chosen.for_client(), None, configuration, persist_config=False)  # type: ignore[no-untyped-call]
        except Exception as error:  # the client raises whatever its parts raise: for base64 that is none, a date, a missing key
            why = printable(error, limit=_LONGEST)
            raise UsageError(f"the context {chosen.name!r} of {chosen.files} cannot be used: {why}") from error
    if complaints:
        raise _not_had(chosen.name, complaints[0])
    _settle_proxy(configuration, named="proxy-url" in chosen.cluster)
    return configuration


def _settle_proxy(configuration: Configuration, *, named: bool) -> None:
    """Use the proxies that kubectl would use, and tell them who asks.

    NO_PROXY is about proxies of the environment, and those are not for this machine; the client sees it otherwise.
    """
    if named:
        configuration.no_proxy = None
    elif near(configuration.host):
        configuration.proxy = None
    told = urlsplit(configuration.proxy or "")
    if told.scheme.startswith("socks") and find_spec("socks") is None:
        raise UsageError(f"wanted PySocks for the {told.scheme} proxy, found no such package: python -m pip install PySocks")
    if told.username is not None:
        import urllib3

        words = f"{unquote(told.username)}:{unquote(told.password or '')}"
        configuration.proxy_headers = urllib3.make_headers(proxy_basic_auth=words)


def _impersonation(user: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return the headers of AP-16; the official client leaves ``as`` out, and would ask as the user itself."""
    more = [(f"Impersonate-Extra-{key}", str(value)) for key, values in (user.get("as-user-extra") or {}).items() for value in values or ()]
    groups = [("Impersonate-Group", str(group)) for group in user.get("as-groups") or ()]
    uid = [("Impersonate-Uid", str(user["as-uid"]))] if "as-uid" in user else []
    if (more or groups or uid) and "as" not in user:
        raise UsageError("wanted 'as' beside 'as-groups', 'as-uid' or 'as-user-extra' of the user in the kubeconfig, found none")
    return (("Impersonate-User", str(user["as"])), *groups, *uid, *more) if "as" in user else ()


def _check_plugin(chosen: Chosen) -> None:
    """Refuse a credential plugin that is not installed, with the hint that the kubeconfig holds for that."""
    told = chosen.user.get("exec")
    plugin = told if isinstance(told, dict) else {}
    command = str(plugin.get("command", ""))
    if command and shutil.which(command) is None:
        hint = printable(" ".join(str(plugin.get("installHint") or "").split()), limit=_LONGEST)
        raise _not_had(chosen.name, f"its plugin {command!r} is not installed" + (f"; {hint}" if hint else ""))


def _not_had(name: str, why: str) -> NetvizError:
    return ClusterError(f"the credentials of context {name!r} could not be had: {printable(' '.join(why.split()), limit=_LONGEST)}")


def _service_account() -> Configuration:
    from kubernetes.client import Configuration
    from kubernetes.config import ConfigException, load_incluster_config

    configuration = Configuration()
    try:
        load_incluster_config(configuration)  # type: ignore[no-untyped-call]
    except ConfigException as error:
        raise ClusterError(f"the service account of this pod cannot be used: {error}") from error
    _settle_proxy(configuration, named=False)
    return configuration


def _own_namespace() -> str:
    from kubernetes.config import incluster_config

    try:
        return Path(incluster_config.SERVICE_TOKEN_FILENAME).with_name("namespace").read_text(encoding="utf-8").strip()
    except OSError:
        return "default"


@contextmanager
def _complaints() -> Iterator[list[str]]:
    """Collect what the official client only logs: that a credential plugin failed."""
    said: list[str] = []
    handler = logging.Handler(logging.ERROR)
    handler.addFilter(lambda record: record.filename == "kube_config.py")
    handler.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        yield said
    finally:
        root.removeHandler(handler)
