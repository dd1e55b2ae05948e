"""What bundles tell of the whole cluster beside its objects: server version, time of collection."""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec
import yaml

from k8snetviz.collect.members import Member
from k8snetviz.collect.sink import Sink


class _Version(msgspec.Struct):
    gitVersion: str = ""  # noqa: N815 - field names of the API
    string: str = ""
    info: dict[str, msgspec.Raw] = {}
    serverVersion: dict[str, msgspec.Raw] = {}  # noqa: N815


_VERSION = msgspec.json.Decoder(_Version)
_STAMP = re.compile(r"(?<!\d)(20\d\d)[-_]?(\d\d)[-_]?(\d\d)[-_T]?(\d\d)[-_:]?(\d\d)[-_:]?(\d\d)(?!\d)")


def take_hints(member: Member, head: bytes, store: Sink) -> bool:
    """Tell `store` what `member` says of the whole; True when that is all it is for."""
    path = member.path
    for pattern, take in _PLACES:
        if pattern.search(path):
            return take(head, path, store)
    return False


def _server_version(head: bytes, _: str, store: Sink) -> bool:
    try:
        found = _VERSION.decode(head)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return False
    inner = found.info or found.serverVersion
    version = found.gitVersion or found.string or bytes(inner.get("gitVersion", b"")).decode("utf-8", "replace").strip('"')
    if version:
        store.hint("server_version", version)
    return bool(version)


def _bundle(head: bytes, _: str, store: Sink) -> bool:
    """``metadata.yaml`` of support-bundle-kit."""
    try:
        found = yaml.safe_load(head.decode("utf-8", "replace"))
    except (yaml.YAMLError, RecursionError, ValueError):
        return False
    if not isinstance(found, dict) or "kubernetesversion" not in found:
        return False
    store.hint("server_version", str(found["kubernetesversion"]))
    if found.get("bundlecreatedat"):
        store.hint("finished", str(found["bundlecreatedat"]))
    return True


def _sysdump(_: bytes, path: str, store: Sink) -> bool:
    stamp = _STAMP.search(path)
    if stamp:
        store.hint("finished", "{}-{}-{}T{}:{}:{}Z".format(*stamp.groups()))
    return False


_PLACES: tuple[tuple[re.Pattern[str], Callable[[bytes, str, Sink], bool]], ...] = (
    (re.compile(r"(?:^|/)cluster-info/cluster_version\.json$"), _server_version),
    (re.compile(r"(?:^|/)serverversion(?:/serverversion)?\.json$"), _server_version),
    (re.compile(r"(?:^|/)(?:version|server-version|k8s-version)\.json$"), _server_version),
    (re.compile(r"(?:^|/)metadata\.yaml$"), _bundle),
    (re.compile(r"(?:^|/)k8s-[a-z-]+-\d{8}-\d{6}\.ya?ml$"), _sysdump),
)
