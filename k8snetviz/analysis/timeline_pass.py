"""One pass over several snapshots: of each only what its answers say is kept, and what says the same is kept once.

A snapshot can be let go as soon as it was added. What stays is a number per Service and snapshot, and one row for each answer,
Event and count of restarts that differs from all before: memory grows with what changed. The order in which snapshots are added
does not matter, except for those without a time and with the same name, of which nothing else tells which came first.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from k8snetviz.analysis.columns import Ints, flags, texts
from k8snetviz.analysis.coverage import gap_reasons
from k8snetviz.analysis.states import service_states
from k8snetviz.analysis.timeline_links import Links
from k8snetviz.model.kinds import Kind
from k8snetviz.model.natural import natural
from k8snetviz.model.snapshot import Snapshot
from k8snetviz.model.tables.timelines import TimeFrom

ANSWER = ("namespace", "service", "type", "state", "ready", "selected", "reason", "detail", "rule")
EVENT = ("namespace", "kind", "name", "type", "reason", "message", "component", "first")
Order = tuple[bool, datetime, list[tuple[int, str]], int]
_NEVER = datetime.max.replace(tzinfo=UTC)


class Told(NamedTuple):
    """When a snapshot was taken, and how that is known."""

    time: datetime | None = None
    source: TimeFrom | None = None


class Moment(NamedTuple):
    """What is kept of one snapshot."""

    order: Order
    told: Told
    started: datetime | None
    name: str
    cluster: str | None
    services: int
    gaps: int
    answers: Ints  # numbers in `Pass.answers`, in the order of Services
    read: frozenset[str | None]  # namespaces whose Services were read whole; None stands for all
    unread: tuple[tuple[str | None, str], ...]  # why those of a namespace were not
    counts: tuple[tuple[str, int], ...]


class Count(NamedTuple):
    """Where a pod had a count of restarts: numbers of the first and the last moment, by their order."""

    first: int
    last: int


class Pass:
    """What stays of the snapshots that were added."""

    def __init__(self) -> None:
        self.answers: dict[tuple[Any, ...], int] = {}
        self.moments: list[Moment] = []
        self.copies: list[int] = []
        self.events: dict[tuple[Any, ...], tuple[int, Any, int]] = {}  # count, last, snapshots
        self.restarts: dict[tuple[str, str, str | None], dict[int, Count]] = {}  # per pod and count
        self.pods: dict[tuple[str, str, str | None], tuple[str | None, str | None, Any]] = {}  # workload kind, workload, created
        self.links = Links()
        self._same: dict[Any, Any] = {}

    def add(self, snap: Snapshot, told: Told) -> None:
        """Take in what `snap`, taken as `told`, says."""
        moment = self._moment(snap, told)
        number = self._copy_of(moment)
        if number is None:
            number = len(self.moments)
            self.moments.append(moment)
            self.copies.append(0)
        else:
            self.copies[number] += 1
            self.moments[number] = min(self.moments[number], moment, key=lambda one: one.order)
        self.links.add(snap)
        self._add_restarts(snap, number)
        self._add_events(snap)

    def _moment(self, snap: Snapshot, told: Told) -> Moment:
        source = snap.provenance
        time = None if told.time is None else _utc(told.time)
        coverage = snap.coverage
        read = texts(coverage["namespace"])[(coverage["kind"] == Kind.SERVICE.value).to_numpy(bool) & flags(coverage["complete"])]
        return Moment(
            order=(time is None, time or _NEVER, natural(source.name), len(self.moments)),
            told=Told(time, told.source),
            started=source.started and _utc(source.started),
            name=source.name,
            cluster=source.cluster,
            services=len(snap.services),
            gaps=len(snap.gaps),
            answers=self._numbers(service_states(snap)),
            read=self._once(frozenset(read.tolist())),
            unread=self._once(tuple(gap_reasons(snap, Kind.SERVICE).items())),
            counts=self._once(tuple(sorted(source.counts.items()))),
        )

    def _numbers(self, states: pd.DataFrame) -> Ints:
        """Return the numbers of the answers `states`, each of which is kept once."""
        rows = zip(*(_listed(states[name]) for name in ANSWER), strict=True)
        known = self.answers
        numbers = np.fromiter((known.setdefault(row, len(known)) for row in rows), dtype=np.int32, count=len(states))
        kept: Ints = self._same.setdefault(numbers.tobytes(), numbers)
        return kept

    def _copy_of(self, moment: Moment) -> int | None:
        """Return the number of the moment that has the same time and says the same; without a time there is none."""
        if moment.told.time is None:
            return None
        for number, other in enumerate(self.moments):
            if other.told.time == moment.told.time and _says(other) == _says(moment) and other.answers is moment.answers:
                return number
        return None

    def _add_restarts(self, snap: Snapshot, number: int) -> None:
        pods = snap.pods
        pods = pods[pods["restarts"].notna() & ~pods["template"]]
        columns = ("namespace", "pod", "uid", "restarts", "workload_kind", "workload", "created")
        order = [moment.order for moment in self.moments]
        for space, name, uid, count, kind, workload, created in zip(*(_listed(pods[name]) for name in columns), strict=True):
            key = (space, name, uid)
            counts = self.restarts.get(key)
            if counts is None:
                counts = self.restarts[key] = {}
                self.pods[key] = (kind, workload, created)
            seen = counts.get(count)
            if seen is None:
                counts[count] = Count(number, number)
            elif order[number] < order[seen.first]:
                counts[count] = seen._replace(first=number)
            elif order[number] > order[seen.last]:
                counts[count] = seen._replace(last=number)

    def _add_events(self, snap: Snapshot) -> None:
        events = snap.events
        here: dict[tuple[Any, ...], tuple[int, Any]] = {}
        keys = zip(*(_listed(events[name]) for name in EVENT), strict=True)
        for key, count, last in zip(keys, _listed(events["count"]), _listed(events["last"]), strict=True):
            more, until = here.get(key, (0, None))
            here[key] = more + (count or 0), _later(until, last)
        for key, (count, last) in here.items():
            most, until, seen = self.events.get(key, (0, None, 0))
            self.events[key] = max(most, count), _later(until, last), seen + 1

    def _once(self, value: Any) -> Any:
        return self._same.setdefault(value, value)


def _says(moment: Moment) -> tuple[Any, ...]:
    return moment.cluster, moment.counts, moment.read, moment.unread


def _listed(column: pd.Series[Any]) -> list[Any]:
    return column.astype(object).where(column.notna(), None).tolist()


def _later(one: Any, other: Any) -> Any:
    return other if one is None else one if other is None else max(one, other)


def _utc(time: datetime) -> datetime:
    return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
