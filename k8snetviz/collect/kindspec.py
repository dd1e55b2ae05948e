"""What the store must know of a kind: how to decode it, where its selectors and pod template stand."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from k8snetviz.model.kinds import CLUSTER_SCOPED, Kind

if TYPE_CHECKING:
    import pandas as pd

    from k8snetviz.collect.store import ObjectStore
    from k8snetviz.collect.structs.pod import PodTemplate
    from k8snetviz.model.coded import CodedTable

Builder = Callable[["ObjectStore"], "pd.DataFrame | CodedTable"]  # one per table: ``BUILDERS = {"workloads": workloads, ...}``

PodBuilder = Callable[["ObjectStore", slice], "pd.DataFrame"]  # of the pods at those places of the order of pods
EVERY = slice(None)


class SelectorRow(NamedTuple):
    """One row of SELECTORS without the object: a pair, or one value of an expression."""

    field: str
    key: str | None = None  # None with an empty selector, which selects everything (NP-2)
    operator: str | None = None  # Equals, In, NotIn, Exists, DoesNotExist
    value: str | None = None


class KindSpec(NamedTuple):
    """A kind of the Kubernetes API and the struct that holds what tables need of it.

    All of them stand in `kind_specs`.
    """

    kind: Kind
    struct: type[msgspec.Struct]  # has a field ``metadata: Meta``; see structs/meta.py
    plural: str  # as in URLs and file names: "endpointslices"
    groups: tuple[str, ...] = ("",)  # API groups that serve it; "" is the core group; the first one is current
    version: str = "v1"  # version that a .k8snet file names
    selectors: Callable[[Any], Iterable[SelectorRow]] | None = None
    template: Callable[[Any], PodTemplate | None] | None = None  # pod template of a workload

    @property
    def namespaced(self) -> bool:
        """Whether objects of the kind live in namespaces."""
        return self.kind not in CLUSTER_SCOPED

    @property
    def api_version(self) -> str:
        """Group and version as ``apiVersion`` spells them."""
        return f"{self.groups[0]}/{self.version}" if self.groups[0] else self.version
