"""What changed in the endpoint ledger: backends gained, lost and changed."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from k8snetviz.analysis.change_rows import Key, Row
from k8snetviz.analysis.columns import Ints, equals
from k8snetviz.analysis.diff_columns import aligned, others, records, text, unequal
from k8snetviz.analysis.diff_scope import Scope
from k8snetviz.analysis.ledger import backends
from k8snetviz.model.kinds import BackendState, Drift, Kind, Reason
from k8snetviz.model.tables.changes import AnswerKind, Change

SERVING, NOT_SERVING = "serving", "not-serving"
_UNKNOWN = BackendState.UNKNOWN.value
FIELDS = ("expected", "observed", "drift", "reason", "target_port", "observed_port", "address", "serves")
_FROM_OBSERVED = ("observed", "drift", "observed_port", "serves")  # not told where the two sides observed in different forms
_PARTS = ("port_name", "port", "protocol", "family", "pod_namespace", "pod", "address", "workload_kind", "workload")
_PLACE = ("namespace", "service", "port", "protocol", "port_name", "family", "pod_namespace", "pod", "stray")


class Backend(NamedTuple):
    """One candidate of one Service port and family in both snapshots; a side is None where the ledger does not have it."""

    key: Key
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    rows: list[Row]

    @property
    def service(self) -> Key:
        """The Service."""
        cells = self.before or self.after or {}
        return Key(Kind.SERVICE.value, cells["namespace"], cells["service"])


def backend_changes(scope: Scope) -> list[Backend]:
    """Return the backends that were gained, lost or changed, as far as both snapshots can tell.

    A backend is a pod behind one Service port and family, whatever its address; an address that is no selected pod's is
    a backend of its own.
    """
    one, other = _placed(backends(scope.before)), _placed(backends(scope.after))
    in_before, in_after, _ = aligned([one[name] for name in _PLACE], [other[name] for name in _PLACE])
    found = [*_alone(scope, one, in_before, 0), *_alone(scope, other, in_after, 1)]
    before, after = one.take(in_before), other.take(in_after)
    differ = np.logical_or.reduce([unequal(before[name], after[name]) for name in FIELDS]) if len(before) else np.zeros(0, bool)
    places = np.flatnonzero(differ)
    for old, new in zip(records(before.take(places)), records(after.take(places)), strict=True):
        rows = _changed(scope, old, new)
        if rows:
            found.append(Backend(rows[0].key, old, new, rows))
    return found


def _placed(ledger: pd.DataFrame) -> pd.DataFrame:
    """Return the ledger with a column `stray`: the address where it is what names the candidate, with a number where that is not enough."""
    alone = ledger["pod"].isna().to_numpy() | equals(ledger["reason"], Reason.NO_SUCH_POD.value)
    stray = ledger["address"].where(alone)
    placed = ledger.assign(stray=stray)
    again = placed.groupby(list(_PLACE), dropna=False, sort=False).cumcount().to_numpy() if placed.duplicated(list(_PLACE)).any() else None
    if again is not None:
        extra = pd.Series([f"#{number}" if number else "" for number in again], dtype="string", index=placed.index)
        placed["stray"] = placed["stray"].where(again == 0, placed["address"].fillna("") + extra)
    return placed


def _alone(scope: Scope, ledger: pd.DataFrame, there: Ints, side: int) -> list[Backend]:
    """Return the candidates that only one side has, where the other side would have shown them."""
    alone = others(len(ledger), there)
    found = []
    for cells in records(ledger.take(alone)):
        if not _would_show(scope, cells, 1 - side):
            continue
        row = _row(cells, Change.ADDED if side else Change.REMOVED)
        told = SERVING if cells["serves"] else NOT_SERVING
        row.before, row.after = (None, told) if side else (told, None)
        row.reason = cells["reason"]
        found.append(Backend(row.key, None, cells, [row]) if side else Backend(row.key, cells, None, [row]))
    return found


def _would_show(scope: Scope, cells: dict[str, Any], side: int) -> bool:
    """Tell whether the snapshot of `side` would have this candidate if it were still one."""
    space = cells["namespace"]
    if not scope.knows(Kind.SERVICE.value, space)[side] or not scope.pods_alike(space):
        return False
    selected = cells["expected"] not in (None, _UNKNOWN, BackendState.ABSENT.value) or bool(cells["selected"])
    return selected or scope.evidence_alike(space)


def _changed(scope: Scope, old: dict[str, Any], new: dict[str, Any]) -> list[Row]:
    space = new["namespace"]
    if not scope.pods_alike(space):
        return []
    alike = scope.evidence_alike(space)
    unsure = Reason.NODE_MISSING.value in (old["reason"], new["reason"]) and not scope.nodes_alike
    rows = []
    for field in FIELDS:
        before, after = old[field], new[field]
        told = before != after and (alike or field not in _FROM_OBSERVED) and not (unsure and field != "observed")
        if not told or _UNKNOWN in (before, after) or Drift.UNKNOWN.value in (before, after):
            continue
        row = _row(new, Change.CHANGED)
        row.field, row.before, row.after = field, text(before), text(after)
        row.reason = new["reason"] or old["reason"]
        row.detail = new["value"] if new["reason"] else old["value"]
        rows.append(row)
    return rows


def _row(cells: dict[str, Any], change: Change) -> Row:
    name = "/".join(
        (
            cells["service"],
            cells["port_name"] or ("-" if cells["port"] is None else str(cells["port"])),
            cells["protocol"] or "-",
            cells["family"] or "-",
            (cells["stray"] or cells["pod"] or cells["address"] or "-"),
        )
    )
    row = Row(AnswerKind.BACKEND.value, cells["namespace"], name, change, service=cells["service"])
    for part in _PARTS:
        setattr(row, part, cells[part])
    return row
