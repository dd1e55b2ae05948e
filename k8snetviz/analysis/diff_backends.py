"""What changed in the endpoint ledger: backends gained, lost and changed."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from k8snetviz.analysis.change_rows import Key, Row
from k8snetviz.analysis.columns import Ints
from k8snetviz.analysis.diff_columns import both, joined, others, paired, records, text
from k8snetviz.analysis.diff_scope import Scope
from k8snetviz.analysis.ledger import coded_backends
from k8snetviz.model.coded import CodedTable, Text, joint_codes, words_of
from k8snetviz.model.kinds import BackendState, Drift, Kind, Reason
from k8snetviz.model.tables.changes import AnswerKind, Change

SERVING, NOT_SERVING = "serving", "not-serving"
_UNKNOWN = BackendState.UNKNOWN.value
FIELDS = ("expected", "observed", "drift", "reason", "target_port", "observed_port", "address", "serves")
_FROM_OBSERVED = ("observed", "drift", "observed_port", "serves")  # not told where the two sides observed in different forms
_PARTS = ("port_name", "port", "protocol", "family", "pod_namespace", "pod", "address", "workload_kind", "workload")
_PLACE = ("namespace", "service", "port", "protocol", "port_name", "family", "pod_namespace", "pod")  # and `stray`


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
    ledgers = coded_backends(scope.before), coded_backends(scope.after)
    codes, strays = _named(*ledgers)
    in_before, in_after = paired(codes, len(ledgers[0]))
    found: list[Backend] = []
    for side, there in enumerate((in_before, in_after)):
        found += _alone(scope, _cells(ledgers[side], strays[side], others(len(ledgers[side]), there)), side)
    differ = np.zeros(len(in_before), bool)
    for name in FIELDS:
        before, after = both(*ledgers, name)
        differ |= before[in_before] != after[in_after]
    sides = (_cells(ledger, stray, rows[differ]) for ledger, stray, rows in zip(ledgers, strays, (in_before, in_after), strict=True))
    for old, new in zip(*sides, strict=True):
        rows = _changed(scope, old, new)
        if rows:
            found.append(Backend(rows[0].key, old, new, rows))
    return found


def _named(one: CodedTable, other: CodedTable) -> tuple[Ints, list[Text]]:
    """Return codes of the names of all candidates in both ledgers, and the part `stray` of the names.

    That is the address where it is what names the candidate, with a number where that is not enough.
    """
    strays = [_stray(one), _stray(other)]
    (before, after), _ = joint_codes(*strays)
    codes = joined([*(np.concatenate(both(one, other, name)) for name in _PLACE), np.concatenate((before, after))])
    parts, again = (codes[: len(one)], codes[len(one) :]), []
    for side, (ledger, part) in enumerate(zip((one, other), parts, strict=True)):
        number = _again(part)
        again.append(number)
        if number.any():
            address, told = ledger.text("address").objects(), strays[side].objects()
            for row in np.flatnonzero(number).tolist():
                told[row] = f"{address[row] or ''}#{number[row]}"
            strays[side] = words_of(told)
    numbers = np.concatenate(again)
    return (joined([codes, numbers]) if numbers.any() else codes), strays


def _stray(ledger: CodedTable) -> Text:
    pods, reasons = ledger.text("pod"), ledger.text("reason")
    return ledger.text("address").where(pods.missing | reasons.equals(Reason.NO_SUCH_POD.value))


def _again(codes: Ints) -> Ints:
    """Return how many equal codes stand before each."""
    if len(np.unique(codes)) == len(codes):
        return np.zeros(len(codes), np.int64)
    return pd.Series(codes).groupby(codes, sort=False).cumcount().to_numpy().astype(np.int64)


def _cells(ledger: CodedTable, stray: Text, rows: Ints) -> list[dict[str, Any]]:
    """Return a few rows as dicts, with their `stray`."""
    return records(ledger.at(rows).frame().assign(stray=stray.at(rows).spelled()))


def _alone(scope: Scope, candidates: list[dict[str, Any]], side: int) -> list[Backend]:
    """Return the candidates that only one side has, where the other side would have shown them."""
    found = []
    for cells in candidates:
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
