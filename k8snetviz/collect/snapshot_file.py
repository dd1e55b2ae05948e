"""The shape of a ``.k8snet`` file: a zip of a manifest and one typed List per kind (design section 5)."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

FORMAT = "k8snetviz-snapshot"
VERSION = 1
MANIFEST = "manifest.json"
MIMETYPE = "mimetype"  # first member, not packed: tells the format from the first bytes, even when the end is cut off
MAGIC = b"application/vnd.k8snetviz.snapshot+zip"
MAGIC_AT = 30 + len(MIMETYPE)  # behind the local header of the first member


class Member(msgspec.Struct, rename="camel", omit_defaults=True):
    """A List in the file. The items stand one a line."""

    kind: str
    api_version: str
    member: str
    count: int
    bytes: int
    sha256: str
    resource_version: str | None = None  # the highest of its objects
    sources: list[tuple[int, int]] = []  # runs of objects: number of the source, count


class SavedSource(msgspec.Struct):
    """A row of SOURCES."""

    source: str
    layout: str
    format: str
    objects: int
    duplicates: int
    bytes: int


class SavedGap(msgspec.Struct, omit_defaults=True):
    """A row of GAPS."""

    reason: str
    detail: str
    kind: str | None = None
    namespace: str | None = None
    source: str | None = None


class SavedCoverage(msgspec.Struct, omit_defaults=True):
    """A row of COVERAGE."""

    kind: str
    namespace: str | None = None
    complete: bool = True


class Window(msgspec.Struct, omit_defaults=True):
    """When it was collected."""

    started: str | None = None
    finished: str | None = None


class ClusterConfig(msgspec.Struct, rename="camel", omit_defaults=True):
    """What kubeadm-config and kube-proxy told of the cluster, where they were asked for."""

    ranges: list[tuple[str, str, str]] = []  # name of the ConfigMap, role, range
    proxy_mode: str | None = None


class Manifest(msgspec.Struct, rename="camel"):
    """``manifest.json``."""

    format: str
    version: int
    toolkit_version: str
    cluster: str | None
    server_version: str | None
    window: Window
    kinds: list[Member]
    coverage: list[SavedCoverage]
    gaps: list[SavedGap]
    sources: list[SavedSource]
    redactions: list[str] = []
    cluster_config: ClusterConfig | None = None
    concluded: bool = True  # `gaps` and `coverage` hold all that follows from the objects; False: whoever reads them concludes it


class ManifestHead(msgspec.Struct, rename="camel"):
    """The part of a manifest that every version has."""

    format: str = ""
    version: int = 0
    toolkit_version: str = "unknown"


def config_of(hints: Mapping[str, str]) -> ClusterConfig | None:
    """Return the hint ``cluster_config`` of a store."""
    told = hints.get("cluster_config")
    return msgspec.json.decode(told, type=ClusterConfig) if told else None


def config_hint(config: ClusterConfig) -> str:
    """Return `config` as the hint ``cluster_config``."""
    return msgspec.json.encode(config).decode()
