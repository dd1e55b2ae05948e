"""POD_ADDRESSES and POD_CONDITIONS: what the status of pods tells, in long form."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from k8snetviz.collect.kindspec import EVERY, Builder, PodBuilder
from k8snetviz.collect.pods import Numbers, Objects, Pods
from k8snetviz.collect.tables_pods import times
from k8snetviz.collect.whole_columns import frame_of
from k8snetviz.model.kinds import Family
from k8snetviz.model.tables import POD_ADDRESSES, POD_CONDITIONS

if TYPE_CHECKING:
    from k8snetviz.collect.store import ObjectStore

_NO_MORE: tuple[str, ...] = ()
_MISSING = {None}
_IPV4, _IPV6 = Family.IPV4.value, Family.IPV6.value


def pod_addresses(store: ObjectStore, places: slice = EVERY) -> pd.DataFrame:
    """Return POD_ADDRESSES, of the pods at `places`."""
    found = store.finished_pods()
    further, bad = found.columns.further, found.bad_texts
    columns = (found.namespaces, found.texts("names"), found.texts("addresses"), found.texts("seconds"), found.rows)
    pods = zip(*(column[places].tolist() for column in columns), strict=True)
    rows = [
        (space, name, text, (_IPV6 if ":" in text else _IPV4) if text not in bad else None)
        for space, name, first, second, row in pods
        if first is not None
        for text in sorted({first, second, *further.get(row, _NO_MORE)} - _MISSING)
    ]
    return frame_of(POD_ADDRESSES, rows)


def pod_conditions(store: ObjectStore) -> pd.DataFrame:
    """Return POD_CONDITIONS; a readiness gate without a condition has a row without status."""
    found = store.finished_pods()
    rows_of: list[list[tuple[object, ...]]] = []
    for situation in found.columns.situations:
        gates = {gate.condition_type for gate in situation.gates or ()}
        told = {condition[0] for condition in situation.conditions}
        rows = [
            (place, kind, status or None, reason or None, message or None, kind in gates)
            for place, (kind, status, reason, message) in enumerate(situation.conditions)
        ]
        rows += [(-1, gate, None, None, None, True) for gate in gates - told]
        rows_of.append(sorted(rows, key=itemgetter(1)))
    pods, taken = expanded([len(rows) for rows in rows_of], found.numbers("situation"))
    place, kind, status, reason, message, gate = _columns([row for rows in rows_of for row in rows], taken)
    return POD_CONDITIONS.from_columns(
        {
            "namespace": found.namespaces[pods],
            "pod": found.texts("names")[pods],
            "type": kind,
            "status": status,
            "reason": reason,
            "message": message,
            "since": _since(found, pods, place),
            "gate": gate.astype(bool),
        },
        ordered=False,
    )


def expanded(sizes: list[int], numbers: Numbers) -> tuple[Numbers, Numbers]:
    """Return, for classes of `sizes` rows each and a class number per pod: the pod and the row of every pair."""
    size = np.asarray([*sizes, 0], dtype=np.int64)
    start = np.cumsum(size) - size
    counts = size[numbers]
    pods = np.repeat(np.arange(len(numbers)), counts)
    within = np.arange(len(pods)) - np.repeat(np.cumsum(counts) - counts, counts)
    return pods, start[numbers[pods]] + within


def _columns(rows: list[tuple[object, ...]], taken: Numbers) -> list[np.ndarray[tuple[int], np.dtype[np.object_]]]:
    out = np.empty((6, len(rows)), dtype=object)
    for place, row in enumerate(rows):
        out[:, place] = row
    return list(out[:, taken])


def _since(found: Pods, pods: Numbers, place: Objects) -> Any:
    """Return lastTransitionTime of the condition at `place` of each of `pods`; gates without a condition have place -1."""
    stamps = np.append(found.columns.column("condition_times"), np.iinfo(np.int64).min)
    at = place.astype(np.int64)
    return times(stamps[np.where(at < 0, len(stamps) - 1, found.condition_start[pods] + at)])


POD_BUILDERS: dict[str, PodBuilder] = {"pod_addresses": pod_addresses}
BUILDERS: dict[str, Builder] = {"pod_addresses": pod_addresses, "pod_conditions": pod_conditions}
