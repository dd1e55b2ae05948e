"""What stands beside the states of a timeline: Events once each, and restarts as differences of counts."""

from __future__ import annotations

from typing import Any

import pandas as pd

from k8snetviz.analysis.timeline_pass import EVENT, Count, Pass
from k8snetviz.model.tables.timelines import TIMELINE_EVENTS, TIMELINE_RESTARTS


def timeline_events(passed: Pass) -> pd.DataFrame:
    """Return TIMELINE_EVENTS: each Event once for every Service it concerns, with the count and last time of the latest snapshot."""
    rows = []
    for key, (count, last, snapshots) in passed.events.items():
        event = dict(zip(EVENT, key, strict=True))
        told = {**event, "count": count, "last": last, "snapshots": snapshots}
        concerned: list[Any] = passed.links.of(event["kind"], event["namespace"], event["name"])
        rows += [told | {"namespace": space, "service": service} for space, service in concerned or [(event["namespace"], None)]]
    return TIMELINE_EVENTS.from_rows(rows)


def timeline_restarts(passed: Pass, order: list[int]) -> pd.DataFrame:
    """Return TIMELINE_RESTARTS: where the count of restarts of a pod is higher than in the snapshot before that has it.

    A pod made since the snapshot before has had its restarts since it was made. One that is older, and whose count no earlier
    snapshot tells, says nothing of when they were: it has no row for them.
    """
    place = {number: moment for moment, number in enumerate(order)}
    rows = []
    for (space, pod, uid), counts in passed.restarts.items():
        kind, workload, created = passed.pods[space, pod, uid]
        own = {"namespace": space, "pod": pod, "workload_kind": kind, "workload": workload}
        before: Count | None = None
        lower = 0
        for count, seen in sorted(counts.items(), key=lambda item: place[item[1].first]):
            moment = place[seen.first]
            after = _time(passed, before.last) if before else created
            fresh = before is None and moment > 0 and _made_since(passed, created, order[moment - 1])
            if count > lower and (before is not None or fresh):
                times = {"after": after, "before": _time(passed, seen.first)}
                row = own | times | {"restarts": count - lower, "moment": moment, "count": count}
                services: list[Any] = passed.links.of("Pod", space, pod)
                rows += [row | {"service": service} for _, service in services or [(None, None)]]
            before, lower = seen, count
    return TIMELINE_RESTARTS.from_rows(rows)


def _made_since(passed: Pass, created: Any, number: int) -> bool:
    time = _time(passed, number)
    return created is not None and time is not None and created > time


def _time(passed: Pass, number: int) -> Any:
    time = passed.moments[number].told.time
    return None if time is None else pd.Timestamp(time)
