"""A snapshot narrowed to a few namespaces: what asks about one Service after another reads short tables."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

import pandas as pd

from k8snetviz.model.kinds import Kind
from k8snetviz.model.snapshot import Snapshot

_BY_NAMESPACE = frozenset(
    {"services", "service_ports", "service_addresses", "selectors", "slices", "endpoints", "ingress_rules", "workloads"}
)
_BY_BACKEND = frozenset({"routes"})  # their own namespace is that of the route


class _Narrowed:
    """A Store over another snapshot that leaves rows of other namespaces out."""

    def __init__(self, snap: Snapshot, namespaces: Collection[str]) -> None:
        self._snap = snap
        self._namespaces = list(namespaces)

    def expand(self, table: str) -> pd.DataFrame:
        frame = self._snap.table(table)
        column = "backend_namespace" if table in _BY_BACKEND else "namespace"
        if table not in _BY_NAMESPACE | _BY_BACKEND:
            return frame
        return frame[frame[column].isin(self._namespaces)].reset_index(drop=True)

    def labels_of(self, kinds: Sequence[str]) -> pd.DataFrame:
        frame = self._snap.labels_of([Kind(kind) for kind in kinds])
        return frame[frame["namespace"].isin(self._namespaces)].reset_index(drop=True)

    def write(self, path: Path) -> None:
        self._snap.save(path)


def narrowed(snap: Snapshot, namespaces: Collection[str]) -> Snapshot:
    """Return `snap` with the tables about Services and workloads narrowed to `namespaces`; the others stay whole.

    What is known, gaps, pods, Nodes and events are as in `snap`, so that every answer about a Service of one of the
    namespaces is the same.
    """
    return Snapshot(_Narrowed(snap, namespaces), snap.provenance)
