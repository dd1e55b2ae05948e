"""A snapshot narrowed to a few Services: what asks about one Service after another reads short tables."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

import pandas as pd

from k8snetviz.model.kinds import Kind
from k8snetviz.model.snapshot import Snapshot

_SERVICES = {"services": "service", "service_ports": "service", "service_addresses": "service", "slices": "service", "selectors": "name"}
_SPACES = {"endpoints": "namespace", "ingress_rules": "namespace", "workloads": "namespace", "routes": "backend_namespace"}


class _Narrowed:
    """A Store over another snapshot that leaves rows about other Services and other namespaces out."""

    def __init__(self, snap: Snapshot, namespaces: Collection[str], services: Collection[str]) -> None:
        self._snap = snap
        self._namespaces = list(namespaces)
        self._services = list(services)

    def expand(self, table: str) -> pd.DataFrame:
        frame = self._snap.table(table)
        if table in _SERVICES:
            frame = frame[frame[_SERVICES[table]].isin(self._services)]
        elif table not in _SPACES:
            return frame
        return frame[frame[_SPACES.get(table, "namespace")].isin(self._namespaces)].reset_index(drop=True)

    def labels_of(self, kinds: Sequence[str]) -> pd.DataFrame:
        frame = self._snap.labels_of([Kind(kind) for kind in kinds])
        return frame[frame["namespace"].isin(self._namespaces)].reset_index(drop=True)

    def write(self, path: Path) -> None:
        self._snap.save(path)


def narrowed(snap: Snapshot, namespaces: Collection[str], services: Collection[str]) -> Snapshot:
    """Return `snap` with the tables about Services narrowed to `services` in `namespaces`, those about workloads to `namespaces`.

    All other tables stay whole (what is known, gaps, pods, Nodes, events), so that every answer about one of these Services is the same.
    """
    return Snapshot(_Narrowed(snap, namespaces, services), snap.provenance)
