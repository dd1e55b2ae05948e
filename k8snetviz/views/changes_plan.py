"""Which changes a picture shows: first causes with the Services that they hit, and the backends lost and gained."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import pandas as pd

from k8snetviz.model.kinds import Kind
from k8snetviz.model.tables.changes import AnswerKind, Change
from k8snetviz.views.rows import each, keys

SERVICE = ["namespace", "service"]
_BACKEND = [*SERVICE, "pod_namespace", "pod", "alone"]
_SERVING = "serving"
_SHOWN = 14  # causes that hit no Service

Reference = tuple[str, str]


class Face(NamedTuple):
    """What a Service looks like on one side; all of it is missing where there is none."""

    state: str | None
    ready: int | None
    selected: int | None
    detail: str | None = None


class Hit(NamedTuple):
    """A Service below a cause."""

    name: Reference
    words: str  # the sentence of its line
    before: Face
    after: Face
    lost: int
    gained: int
    again: bool  # stands below another cause already
    suspect: bool


@dataclass(frozen=True)
class Cause:
    """A first cause, or a Service whose change nothing explains (without words)."""

    words: str
    suspect: bool
    hits: tuple[Hit, ...]
    others: int  # lines below it about pods and other objects


@dataclass(frozen=True)
class Differences:
    """What is drawn."""

    causes: tuple[Cause, ...]
    quiet: tuple[Cause, ...]  # causes that hit no Service
    flipped: dict[str, int]  # Services by their state now, of those whose state is another one
    lost: int
    gained: int
    hidden: int  # Services that are not drawn
    untold: int  # causes without Services that are not drawn


def differences(changes: pd.DataFrame, lines: pd.DataFrame, before: pd.DataFrame, after: pd.DataFrame, limit: int) -> Differences:
    """Return what is drawn of CHANGES and CHANGE_LINES: at most `limit` Services, below the causes that hit most of them first."""
    faces = _faces(before), _faces(after)
    backends = _backends(changes)
    objects = set(keys(changes[changes["kind"].eq(Kind.SERVICE.value)], ["namespace", "name"]))
    seen: set[Reference] = set()
    causes: list[Cause] = []
    room = limit
    for head, below in _groups(lines):
        own = [row for row in ([head, *below] if _about_service(head, objects) else below) if row.kind == Kind.SERVICE.value]
        hits = []
        for row in own:
            name = (row.namespace, row.name)
            counted = backends.get(name, (0, 0))
            sides = [side.get(name, Face(None, None, None)) for side in faces]
            said = _said(row.text, name, *sides)
            hits.append(Hit(name, said, sides[0], sides[1], *counted, again=name in seen, suspect=bool(row.suspect)))
            seen.add(name)
        words = "" if own and own[0] is head else head.text
        causes.append(Cause(words, bool(head.suspect), tuple(hits), len(below) - len([row for row in own if row is not head])))
    shown: list[Cause] = []
    for cause in (cause for cause in causes if cause.hits):
        if room <= 0:
            break
        shown.append(Cause(cause.words, cause.suspect, cause.hits[:room], cause.others))
        room -= len(shown[-1].hits)
    quiet = [cause for cause in causes if not cause.hits]
    hit = {one.name for cause in causes for one in cause.hits}
    drawn = {one.name for cause in shown for one in cause.hits}
    totals = sum(pair[0] for pair in backends.values()), sum(pair[1] for pair in backends.values())
    rest = len(hit - drawn), max(len(quiet) - _SHOWN, 0)
    return Differences(tuple(shown), tuple(quiet[:_SHOWN]), _flipped(changes), *totals, *rest)


def _said(text: str, name: Reference, before: Face, after: Face) -> str:
    """Return what is written under a Service: why it does not serve now, else what its line says."""
    if after.state != before.state and after.detail:
        return after.detail
    return text.removeprefix(f"{'/'.join(name)}: ")


def _groups(lines: pd.DataFrame) -> list[tuple[Any, list[Any]]]:
    """Return each first cause with the lines below it."""
    found: list[tuple[Any, list[Any]]] = []
    for row in each(lines):
        if row.depth == 0:
            found.append((row, []))
        else:
            found[-1][1].append(row)
    return found


def _about_service(head: Any, objects: set[Any]) -> bool:
    """Tell whether a first line tells of the answers about a Service, not of the Service as an object that changed."""
    return head.kind == Kind.SERVICE.value and (head.namespace, head.name) not in objects


def _faces(states: pd.DataFrame) -> dict[Reference, Face]:
    columns = [states[name].astype(object).where(states[name].notna(), None).tolist() for name in ("state", "ready", "selected", "detail")]
    names: list[Any] = keys(states, SERVICE)
    return dict(zip(names, map(Face, *columns), strict=True))


def _backends(changes: pd.DataFrame) -> dict[Reference, tuple[int, int]]:
    """Return per Service how many backends it lost and gained: pods, or addresses, that served a port and do not, or the reverse."""
    rows = changes[changes["kind"].eq(AnswerKind.BACKEND.value)]
    whole, serves = rows["field"].isna(), rows["field"].eq("serves").fillna(False)
    lost = (whole & rows["before"].eq(_SERVING).fillna(False)) | (serves & rows["before"].eq("true").fillna(False))
    gained = (whole & rows["after"].eq(_SERVING).fillna(False)) | (serves & rows["after"].eq("true").fillna(False))
    rows = rows.assign(alone=rows["address"].mask(rows["pod"].notna()))  # of an address that no known pod holds
    counts: list[dict[Any, int]] = [rows[chosen].drop_duplicates(_BACKEND).groupby(SERVICE).size().to_dict() for chosen in (lost, gained)]
    return {name: (int(counts[0].get(name, 0)), int(counts[1].get(name, 0))) for name in {**counts[0], **counts[1]}}


def _flipped(changes: pd.DataFrame) -> dict[str, int]:
    """Return how many Services are in which state now, of those whose state changed; only what was compared counts."""
    rows = changes[changes["kind"].eq(AnswerKind.SERVICE_STATE.value)]
    states = rows.loc[rows["field"].eq("state").fillna(False), "after"].tolist()
    whole = rows.loc[rows["field"].isna(), "change"].map({Change.ADDED.value: "new", Change.REMOVED.value: "gone"}).tolist()
    counts: dict[str, int] = {}
    for word in (*states, *whole):
        counts[str(word)] = counts.get(str(word), 0) + 1
    return counts
