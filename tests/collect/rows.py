"""Tables of objects given as API-shaped dicts, as plain rows to compare with literals."""

from __future__ import annotations

from typing import Any

import pandas as pd

import k8snetviz as knv
from k8snetviz.model.kinds import GapReason
from k8snetviz.model.snapshot import Snapshot

Row = tuple[Any, ...]


def snapshot_of(*objects: dict[str, Any]) -> Snapshot:
    """A snapshot of `objects`; all of them must be readable."""
    snapshot = knv.load(list(objects))
    gaps = snapshot.gaps
    assert gaps[gaps["reason"] == GapReason.UNREADABLE]["detail"].tolist() == []
    return snapshot


def rows_of(frame: pd.DataFrame, *columns: str) -> list[Row]:
    """Rows of `frame` (of `columns`) with None for what is missing and times as text."""
    chosen = frame[list(columns)] if columns else frame
    return [tuple(_plain(cell) for cell in row) for row in chosen.itertuples(index=False, name=None)]


def table(name: str, *objects: dict[str, Any], columns: tuple[str, ...] = ()) -> list[Row]:
    """Rows of table `name` of a snapshot of `objects`."""
    return rows_of(snapshot_of(*objects).table(name), *columns)


def _plain(cell: Any) -> Any:
    if cell is None or cell is pd.NA or cell is pd.NaT:
        return None
    return cell.isoformat().replace("+00:00", "Z") if isinstance(cell, pd.Timestamp) else cell
