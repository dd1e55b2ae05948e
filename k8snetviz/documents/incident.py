"""What a review tells of an incident: one or more snapshots in the order of time -> what was hit, since when, why, and what is not known.

The parts are the same in a notebook and in the report of two snapshots: ``review.hit`` at the end of a cell is a table there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

import pandas as pd

from k8snetviz.analysis.change_lines import change_lines
from k8snetviz.analysis.columns import cells
from k8snetviz.analysis.diff import diff, not_compared
from k8snetviz.analysis.explain import Explanation, explain
from k8snetviz.analysis.references import resolve_service
from k8snetviz.analysis.states import service_states
from k8snetviz.analysis.timeline import History, history_of
from k8snetviz.analysis.timeline_pass import Pass, Told
from k8snetviz.collect.taken import taken
from k8snetviz.documents import incident_hit, incident_parts, incident_questions, incident_signs, incident_whom
from k8snetviz.documents.markup import Part
from k8snetviz.documents.report_tables import QUIET
from k8snetviz.documents.window import moment
from k8snetviz.errors import UsageError
from k8snetviz.model.kinds import BROKEN_FIRST
from k8snetviz.model.natural import natural
from k8snetviz.model.printable import printable
from k8snetviz.model.snapshot import Snapshot

_NAME = r"[A-Za-z0-9._-]+"
_EXPLAINED = 10  # Services explained one by one, each with another story
_LOOK_BACK = timedelta(hours=1)  # where there is no snapshot before


@dataclass(frozen=True, eq=False)
class Incident:
    """The parts of a review; each is computed when it is first looked at."""

    snaps: tuple[Snapshot, ...]
    told: tuple[Told, ...]  # when each was taken
    services: list[str]  # Services in question: those that were asked for, else the worst ones, one of each kind
    asked: bool
    since: datetime | None  # the time window
    until: datetime | None

    @property
    def before(self) -> Snapshot | None:
        """The first of several snapshots."""
        return self.snaps[0] if len(self.snaps) > 1 else None

    @property
    def after(self) -> Snapshot:
        """The last snapshot."""
        return self.snaps[-1]

    @cached_property
    def states(self) -> pd.DataFrame:
        """SERVICE_STATES of the last snapshot."""
        return service_states(self.after)

    @cached_property
    def history(self) -> History:
        """The timeline of all snapshots with its further tables."""
        passed = Pass()
        for snap, told in zip(self.snaps, self.told, strict=True):
            passed.add(snap, told)
        return history_of(passed)

    @cached_property
    def changes(self) -> pd.DataFrame | None:
        """CHANGES from the first to the last snapshot; none of a single one."""
        return None if self.before is None else diff(self.before, self.after)

    @cached_property
    def lines(self) -> pd.DataFrame | None:
        """CHANGE_LINES: first causes, and below each what follows from it."""
        return None if self.changes is None else change_lines(self.changes)

    @cached_property
    def not_compared(self) -> pd.DataFrame | None:
        """NOT_COMPARED: what only one of the two snapshots knows."""
        return None if self.before is None else not_compared(self.before, self.after)

    @cached_property
    def explanations(self) -> list[Explanation]:
        """The story of each Service in question."""
        return [explain(self.after, name) for name in self.services]

    @cached_property
    def names(self) -> list[str]:
        """What people call each snapshot; a name that several have gets its place in the order."""
        found = [printable(snap.provenance.name, limit=80) for snap in self.snaps]
        return [name if found.count(name) == 1 else f"{name} ({place})" for place, name in enumerate(found, 1)]

    @cached_property
    def answers(self) -> list[dict[incident_signs.Pair, tuple[str, str | None]]]:
        """State and reason of each Service, by snapshot."""
        return [_answers(snap) for snap in self.snaps]

    @cached_property
    def services_hit(self) -> pd.DataFrame:
        """SERVICE_STATES, before and now, of the Services in question, that do not serve, or whose state changed."""
        return incident_hit.services_hit(self)

    @cached_property
    def signs(self) -> list[incident_signs.Sign]:
        """What carries a time in the window, in the order of time."""
        return incident_signs.signs(self)

    @cached_property
    def first_signs(self) -> dict[incident_signs.Pair, incident_signs.Sign]:
        """The first of them that concerns each Service."""
        return incident_signs.first_signs(self)

    @cached_property
    def summary(self) -> Part:
        """In a few sentences: how many Services were hit, in which time, and the first causes."""
        return incident_parts.summary(self)

    @cached_property
    def hit(self) -> Part:
        """Services that do not serve or whose state changed: before, after, since when, the first reason."""
        return incident_hit.hit(self)

    @cached_property
    def whom(self) -> Part:
        """For whom: the ways that lead from outside to what does not serve."""
        return incident_whom.whom(self)

    @cached_property
    def causes(self) -> Part:
        """First causes, what hit most Services first, and below each what follows from it."""
        return incident_parts.causes(self)

    @cached_property
    def backends(self) -> Part:
        """Backends that were lost and gained, by Service and reason."""
        return incident_parts.lost_and_gained(self)

    @cached_property
    def happened(self) -> Part:
        """Events, restarts and lost readiness in the time window, in the order of time."""
        return incident_signs.happened(self)

    @cached_property
    def next_steps(self) -> Part:
        """What to look at next: the commands that would confirm each story."""
        return incident_parts.next_steps(self)

    @cached_property
    def questions(self) -> Part:
        """Open questions: gaps, what was not compared, what is suspect, what no snapshot holds."""
        return incident_questions.questions(self)

    @cached_property
    def sources(self) -> Part:
        """Sources and checksums of every snapshot."""
        return incident_questions.sources(self)

    def __repr__(self) -> str:
        return self.summary.text

    def _repr_html_(self) -> str:
        return self.summary._repr_html_()


def incident(
    snaps: Snapshot | Sequence[Snapshot], services: Sequence[str] = (), *, since: str | None = None, until: str | None = None
) -> Incident:
    """Return the review of one snapshot, or of several: what was hit, since when, why, what is not known.

    Parameters
    ----------
    snaps : the first is compared with the last. Two stay in the order given; more are put in the order of time, as a timeline has them.
    services : Services in question, such as ``shop/cart``; without them, the worst ones of the last snapshot
    since, until : the time window, such as ``13:30``, ``2026-11-22T13:30`` or ``90m`` (before the last snapshot), in UTC. It bounds what
        happened; of more than two snapshots, the last ones before both ends are compared.

    Raises
    ------
    UsageError : no snapshot, or a time that is none.
    UnknownReference : there is no such Service in any of the snapshots.
    """
    given = (snaps,) if isinstance(snaps, Snapshot) else tuple(snaps)
    if not given or not all(isinstance(snap, Snapshot) for snap in given):
        raise UsageError("wanted a Snapshot to review, or a list of them; knv.load(path) makes one of a file")
    timed = [(snap, Told(*taken(snap))) for snap in given]
    if len(timed) > 2:
        timed.sort(key=lambda pair: (pair[1].time is None, pair[1].time or datetime.max, natural(pair[0].provenance.name)))
    begin, end = _window([told.time for _, told in timed], since, until)
    timed = _within(timed, begin if since else None, end if until else None)
    states = service_states(timed[-1][0])
    asked = [str(resolve_service(_holder(timed, name), name)).removeprefix("service:") for name in services]
    there = set(states["namespace"] + "/" + states["service"])
    return Incident(
        snaps=tuple(snap for snap, _ in timed),
        told=tuple(told for _, told in timed),
        services=[name for name in asked if name in there] if asked else worth_explaining(states),
        asked=bool(asked),
        since=begin,
        until=end,
    )


def worth_explaining(states: pd.DataFrame) -> list[str]:
    """Return a few Services that do not serve as ``namespace/name``: what is worst first, one of each kind.

    A doctored dump may hold names that Kubernetes refuses and no reference can spell: those are not asked for.
    """
    spelled = states["namespace"].str.fullmatch(_NAME) & states["service"].str.fullmatch(_NAME)
    broken = states[~states["state"].isin(QUIET) & spelled]
    broken = broken.assign(order=broken["state"].map(BROKEN_FIRST.index).astype("int64")).sort_values(["order", "namespace", "service"])
    chosen = broken.drop_duplicates(["state", "reason", "detail"]).head(_EXPLAINED)
    return (chosen["namespace"] + "/" + chosen["service"]).tolist()


def _answers(snap: Snapshot) -> dict[incident_signs.Pair, tuple[str, str | None]]:
    told = cells(service_states(snap), "namespace", "service", "state", "reason")
    return {(space, service): (state, reason) for space, service, state, reason in told}


def _holder(timed: list[tuple[Snapshot, Told]], name: str) -> Snapshot:
    """Return the last snapshot that has the Service; the last of all where none has it, which then says so."""
    bare = name.removeprefix("service:")
    for snap, _ in reversed(timed):
        services = snap.services
        if (services["namespace"] + "/" + services["service"]).eq(bare).any():
            return snap
    return timed[-1][0]


def _window(times: list[datetime | None], since: str | None, until: str | None) -> tuple[datetime | None, datetime | None]:
    last = times[-1]
    end = moment(until, last) if until else last
    first = times[0] if len(times) > 1 else None
    begin = moment(since, last) if since else first or (end and end - _LOOK_BACK)
    if begin and end and begin >= end and (since or until):
        raise UsageError(f"wanted a time window that begins before it ends, found {begin:%Y-%m-%d %H:%M:%S} to {end:%Y-%m-%d %H:%M:%S} UTC")
    return begin, end


def _within(timed: list[tuple[Snapshot, Told]], begin: datetime | None, end: datetime | None) -> list[tuple[Snapshot, Told]]:
    """Return, of more than two snapshots, the last one before each end and those between; two of them at least."""
    if len(timed) < 3 or (begin is None and end is None):
        return timed
    times = [told.time for _, told in timed]
    first = min(_last_before(times, begin) if begin else 0, len(timed) - 2)
    last = max(_last_before(times, end) if end else len(timed) - 1, first + 1)
    return timed[first : last + 1]


def _last_before(times: list[datetime | None], end: datetime) -> int:
    """Return the place of the last of `times` that is not behind `end`; the first where all are."""
    return max((place for place, time in enumerate(times) if time and time <= end), default=0)
