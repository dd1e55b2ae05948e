"""Services whose state, reason or numbers of pods changed."""

from __future__ import annotations

from typing import Any

import numpy as np

from k8snetviz.analysis.change_rows import Row
from k8snetviz.analysis.columns import rows_with
from k8snetviz.analysis.diff_columns import aligned, others, records, text, unequal
from k8snetviz.analysis.diff_scope import Scope
from k8snetviz.analysis.ledger import backends
from k8snetviz.analysis.states import service_states
from k8snetviz.model.kinds import BROKEN_FIRST, Kind, Reason, ServiceState
from k8snetviz.model.tables.changes import AnswerKind, Change

FIELDS = ("state", "reason", "selected", "ready", "not_ready", "terminating", "load_balancer")
_KEY = ("namespace", "service")


def state_changes(scope: Scope) -> list[Row]:
    """Return the changes of SERVICE_STATES, where both snapshots rest on the same kinds of evidence; `unknown` is no state."""
    one, other = service_states(scope.before), service_states(scope.after)
    in_before, in_after, _ = aligned([one[name] for name in _KEY], [other[name] for name in _KEY])
    rows = []
    for frame, there, side, word in ((one, in_before, 0, Change.REMOVED), (other, in_after, 1, Change.ADDED)):
        for cells in records(frame.take(others(len(frame), there))):
            if scope.knows(Kind.SERVICE.value, cells["namespace"])[1 - side]:
                row = _row(cells, word)
                row.before, row.after = (None, cells["state"]) if side else (cells["state"], None)
                rows.append(row)
    before, after = one.take(in_before), other.take(in_after)
    differ = np.logical_or.reduce([unequal(before[name], after[name]) for name in FIELDS]) if len(before) else np.zeros(0, bool)
    places = np.flatnonzero(differ)
    shaky = _rest_on_nodes(scope)
    for old, new in zip(records(before.take(places)), records(after.take(places)), strict=True):
        if (new["namespace"], new["service"]) not in shaky:
            rows += _changed(scope, old, new)
    return rows


def _rest_on_nodes(scope: Scope) -> set[tuple[str, str]]:
    """Return the Services of which a backend lacks its Node, where only one of the snapshots knows Nodes."""
    if scope.nodes_alike:
        return set()
    ledgers = (rows_with(backends(snap), reason=Reason.NODE_MISSING.value) for snap in (scope.before, scope.after))
    return {key for ledger in ledgers for key in zip(ledger["namespace"], ledger["service"], strict=True)}


def _changed(scope: Scope, old: dict[str, Any], new: dict[str, Any]) -> list[Row]:
    space, unknown = new["namespace"], ServiceState.UNKNOWN.value
    if unknown in (old["state"], new["state"]) or not (scope.pods_alike(space) and scope.evidence_alike(space)):
        return []
    rows = []
    worse = min((old, new), key=lambda cells: (BROKEN_FIRST.index(ServiceState(cells["state"])), cells is old))
    for field in FIELDS:
        if old[field] != new[field]:
            row = _row(worse, Change.CHANGED)
            row.field, row.before, row.after = field, text(old[field]), text(new[field])
            rows.append(row)
    return rows


def _row(cells: dict[str, Any], change: Change) -> Row:
    row = Row(AnswerKind.SERVICE_STATE.value, cells["namespace"], cells["service"], change, service=cells["service"])
    row.reason, row.detail = cells["reason"], cells["detail"]
    return row
