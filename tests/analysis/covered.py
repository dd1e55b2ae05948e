"""Snapshots of API dicts with a chosen coverage: what was read whole, in part, or not at all."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

import k8snetviz as knv
from k8snetviz.model.snapshot import Provenance, Snapshot
from k8snetviz.model.tables import COVERAGE, GAPS
from tests import build

Places = dict[str, dict[str | None, bool]]  # kind -> namespace (None: all) -> complete


class _Store:
    """A snapshot's tables, some of them replaced."""

    def __init__(self, snap: Snapshot, replaced: dict[str, pd.DataFrame]) -> None:
        self._snap, self._replaced = snap, replaced

    def expand(self, table: str) -> pd.DataFrame:
        found = self._replaced.get(table)
        return self._snap.table(table) if found is None else found

    def write(self, path: Path) -> None:
        raise NotImplementedError(path)


def covered(objects: list[build.Obj], places: Places, gaps: list[dict[str, object]] | None = None) -> Snapshot:
    """Return the snapshot of `objects` in which exactly `places` count as read; `gaps` replace those of the snapshot."""
    rows = [
        {"kind": kind, "namespace": namespace, "complete": complete}
        for kind, spaces in places.items()
        for namespace, complete in spaces.items()
    ]
    snap = knv.load(build.as_list(objects))
    replaced = {"coverage": COVERAGE.from_rows(rows)} | ({} if gaps is None else {"gaps": GAPS.from_rows(gaps)})
    return Snapshot(_Store(snap, replaced), Provenance(name="covered"))


def everywhere(*kinds: str) -> Places:
    """Return places that say: `kinds` were read whole, everywhere."""
    return {kind: {None: True} for kind in kinds}
