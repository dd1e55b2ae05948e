"""Differences that may be no more than lists of different moments inside one snapshot (AP-18, SN-27)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from k8snetviz.analysis.change_rows import Row
from k8snetviz.analysis.columns import equals, rows_with
from k8snetviz.analysis.diff_backends import Backend
from k8snetviz.analysis.diff_columns import records
from k8snetviz.analysis.ledger import coded_backends
from k8snetviz.model.kinds import Drift, GapReason, Kind, Reason
from k8snetviz.model.snapshot import Snapshot
from k8snetviz.model.tables.changes import Side, Uncompared

_PLACE = ("namespace", "service", "port", "protocol", "port_name", "family", "pod_namespace", "pod", "address")
_OBSERVED = (None, "observed", "drift", "observed_port", "serves")  # fields that rest on two lists
_LISTS = (Kind.POD.value, Kind.ENDPOINT_SLICE.value, Kind.ENDPOINTS.value)
Place = tuple[Any, ...]


def skewed(snap: Snapshot) -> set[Place]:
    """Return the places of backends whose drift may come from lists of different moments.

    Slices and pods of one snapshot are seconds apart, or more. A drift counts as skew where the pod was created, became ready or
    not ready, or was marked for deletion while the snapshot was being read; for an address that no pod holds any more, where
    no Event tells that its pod was killed before. A list whose pages are of different moments makes every drift doubtful. Where the
    input does not tell when it was read, nothing is skew.
    """
    ledger = coded_backends(snap)
    rows = np.flatnonzero(~ledger.text("drift").equals(Drift.NONE.value, Drift.UNKNOWN.value))
    if not len(rows):
        return set()
    drifting = ledger.at(rows).frame()
    cells = records(drifting)
    gaps = rows_with(snap.gaps, reason=GapReason.INCONSISTENT.value)
    if equals(gaps["kind"], *_LISTS).any():
        return {place(one) for one in cells}
    window = snap.provenance.started, snap.provenance.finished
    if window[0] is None or window[1] is None or window[0] >= window[1]:
        return set()
    moments = _moments(snap, drifting)
    killed = _killed_before(snap, window[0]) if any(one["reason"] == Reason.NO_SUCH_POD.value for one in cells) else set()
    return {place(one) for one in cells if _inside(one, (window[0], window[1]), moments, killed)}


def place(cells: dict[str, Any]) -> Place:
    """Return what names a row of BACKENDS."""
    return tuple(cells[name] for name in _PLACE)


def _inside(
    cells: dict[str, Any], window: tuple[datetime, datetime], moments: dict[tuple[Any, Any], list[datetime]], killed: set[tuple[Any, Any]]
) -> bool:
    if cells["reason"] == Reason.NO_SUCH_POD.value:
        return (cells["namespace"], cells["value"]) not in killed and (cells["pod_namespace"], cells["pod"]) not in killed
    return any(window[0] <= moment <= window[1] for moment in moments.get((cells["pod_namespace"], cells["pod"]), []))


def _moments(snap: Snapshot, drifting: pd.DataFrame) -> dict[tuple[Any, Any], list[datetime]]:
    """Return when the pods among `drifting` were created, changed their readiness, or were marked for deletion."""
    pods = snap.pods
    near = pods[pods["pod"].isin(drifting["pod"].dropna()).to_numpy(bool)][["namespace", "pod", "created", "ready_since", "deleted"]]
    times = ("created", "ready_since", "deleted")
    return {(one["namespace"], one["pod"]): [one[name] for name in times if one[name] is not None] for one in records(near)}


def _killed_before(snap: Snapshot, start: datetime) -> set[tuple[Any, Any]]:
    events = rows_with(snap.events, kind=Kind.POD.value, reason="Killing")
    early = events[(events["last"] < pd.Timestamp(start)).fillna(False).to_numpy(bool)]
    return set(zip(early["namespace"], early["name"], strict=True))


def mark_suspect(found: list[Backend], states: list[Row], sides: tuple[set[Place], set[Place]]) -> None:
    """Mark changes of backends whose drift is skew on one side, and of Services of which nothing else changed."""
    sure: dict[tuple[str | None, str | None], bool] = {}
    for backend in found:
        told = zip((backend.before, backend.after), sides, strict=True)
        doubtful = any(cells is not None and place(cells) in places for cells, places in told)
        for row in backend.rows:
            row.suspect = doubtful and row.field in _OBSERVED
            key = (row.namespace, row.service)
            sure[key] = sure.get(key, False) or not row.suspect
    for row in states:
        row.suspect = row.field is not None and not sure.get((row.namespace, row.service), True)


def skew_rows(snap: Snapshot, side: Side) -> list[dict[str, object]]:
    """Return the row of NOT_COMPARED that says how far the lists of a snapshot are apart, where that shows."""
    found = skewed(snap)
    if not found:
        return []
    start, end = snap.provenance.started, snap.provenance.finished
    span = f"over {(end - start).total_seconds():g} s" if start is not None and end is not None else "at different moments"
    many = f"{len(found)} backends drift" if len(found) > 1 else "1 backend drifts"
    detail = f"The lists of the snapshot {side.value} were read {span}; {many} in it by what may have happened meanwhile."
    return [{"kind": Kind.ENDPOINT_SLICE.value, "namespace": None, "side": side.value, "reason": Uncompared.SKEW.value, "detail": detail}]
