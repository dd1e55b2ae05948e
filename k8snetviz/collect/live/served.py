"""Where each kind is served: group, version and path, as the server's own list of groups tells (AP-14)."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote

import msgspec

from k8snetviz.collect.kindspec import KindSpec
from k8snetviz.collect.live.patience import Asker, Failed


class _Version(msgspec.Struct):
    version: str


class _Group(msgspec.Struct, rename="camel"):
    name: str
    versions: list[_Version] = []


class _Groups(msgspec.Struct):
    groups: list[_Group] = []


class Place(NamedTuple):
    """A kind as one server serves it."""

    spec: KindSpec
    api_version: str

    def path(self, namespace: str | None = None) -> str:
        """Return the path of its list, of all namespaces or of one."""
        root = f"/apis/{self.api_version}" if "/" in self.api_version else f"/api/{self.api_version}"
        inside = f"/namespaces/{quote(namespace, safe='')}" if namespace is not None else ""
        return f"{root}{inside}/{self.spec.plural}"


_GROUPS = msgspec.json.Decoder(_Groups)


def groups_of(asker: Asker) -> dict[str, list[str]] | None:
    """Return the versions of each API group, the preferred one first; None where the server does not tell."""
    try:
        found = _GROUPS.decode(asker.body("/apis"))
    except (Failed, msgspec.DecodeError):
        return None
    return {group.name: [each.version for each in group.versions] for group in found.groups}


def place_of(spec: KindSpec, groups: dict[str, list[str]] | None) -> Place | None:
    """Return where `spec` is served; None where the server says that it has no such group."""
    if groups is None:
        return Place(spec, spec.api_version)
    if not spec.groups[0]:
        return Place(spec, "v1")
    for group in filter(None, spec.groups):
        versions = groups.get(group, [])
        if versions:
            return Place(spec, f"{group}/{spec.version if spec.version in versions else versions[0]}")
    return None
