"""Snapshots of API dicts with a chosen coverage: what was read whole, in part, or not at all."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

import k8snetviz as knv
from k8snetviz.model.snapshot import Provenance, Snapshot
from k8snetviz.model.tables import COVERAGE
from tests import build

Places = dict[str, dict[str | None, bool]]  # kind -> namespace (None: all) -> complete


class _Store:
    """A snapshot's tables with another COVERAGE."""

    def __init__(self, snap: Snapshot, coverage: pd.DataFrame) -> None:
        self._snap, self._coverage = snap, coverage

    def expand(self, table: str) -> pd.DataFrame:
        return self._coverage if table == "coverage" else self._snap.table(table)

    def write(self, path: Path) -> None:
        raise NotImplementedError(path)


def covered(objects: list[build.Obj], places: Places) -> Snapshot:
    """Return the snapshot of `objects` in which exactly `places` count as read."""
    rows = [
        {"kind": kind, "namespace": namespace, "complete": complete}
        for kind, spaces in places.items()
        for namespace, complete in spaces.items()
    ]
    snap = knv.load(build.as_list(objects))
    return Snapshot(_Store(snap, COVERAGE.from_rows(rows)), Provenance(name="covered"))


def everywhere(*kinds: str) -> Places:
    """Return places that say: `kinds` were read whole, everywhere."""
    return {kind: {None: True} for kind in kinds}
