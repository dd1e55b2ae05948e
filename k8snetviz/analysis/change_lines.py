"""CHANGES folded to lines for people: first causes, the most hit Services first, and below each what follows from it."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from k8snetviz.analysis.change_rows import Key
from k8snetviz.analysis.change_words import Cells, words_of_object, words_of_pods, words_of_service
from k8snetviz.analysis.diff_columns import records
from k8snetviz.model.kinds import Kind
from k8snetviz.model.tables import CHANGE_LINES, CHANGES
from k8snetviz.model.tables.changes import AnswerKind

_ANSWERS = {kind.value for kind in AnswerKind}
_LIFE = (None, "metadata.deletionTimestamp")
_ORDER = (Kind.NAMESPACE, Kind.NODE, Kind.SERVICE, Kind.DEPLOYMENT, Kind.STATEFUL_SET, Kind.DAEMON_SET, Kind.POD)


@dataclass
class _Group:
    """Rows that become one line."""

    sort: tuple[Any, ...]
    rows: list[Cells] = field(default_factory=list)
    below: list[_Group] = field(default_factory=list)

    def services(self) -> set[tuple[Any, Any]]:
        """Return the Services that this line and those below it are about."""
        own = {(cells["namespace"], cells["service"]) for cells in self.rows if cells["kind"] in _ANSWERS}
        return own.union(*(group.services() for group in self.below))

    def flipped(self) -> set[tuple[Any, Any]]:
        """Return those of them whose state flipped."""
        own = {(c["namespace"], c["service"]) for c in self.rows if c["kind"] == AnswerKind.SERVICE_STATE and c["field"] in ("state", None)}
        return own.union(*(group.flipped() for group in self.below))


def change_lines(changes: pd.DataFrame) -> pd.DataFrame:
    """Return CHANGE_LINES of CHANGES, for people: no row is left out, equal ones are one line with a count.

    First causes come first by the number of Services whose state they flipped, then by the number of Services they touched.
    Below a cause stand the Services, then what happened to pods and other objects. Pods of one workload that were renewed
    are one line, and so are all backends of one Service with the same first cause. No change gives no line.
    """
    CHANGES.check(changes)
    rows = records(changes)
    lines: list[dict[str, object]] = []
    for group in sorted(_groups(rows), key=_rank):
        lines += _lines(group, 0)
    return CHANGE_LINES.from_rows({"line": number} | line for number, line in enumerate(lines))


def _groups(rows: list[Cells]) -> list[_Group]:
    """Return the first causes as groups, with the groups of what follows from them below."""
    by_place = {_place(cells): cells for cells in rows if cells["kind"] not in _ANSWERS}
    groups: dict[Hashable, _Group] = {}
    roots: list[_Group] = []
    for cells in rows:
        _join(cells, by_place, groups, roots).rows.append(cells)
    for group in groups.values():
        group.rows.sort(key=lambda cells: cells["cause"] == _place(cells)[0])  # the change that the others of its object follow from
    return roots


def _join(cells: Cells, by_place: dict[Any, Cells], groups: dict[Hashable, _Group], roots: list[_Group]) -> _Group:
    """Return the group of a row, made with those above it if need be."""
    above = _above(cells, by_place)
    if above is not None and above["kind"] == cells["kind"] and _place(above)[0] == _place(cells)[0]:
        return _join(above, by_place, groups, roots)  # what follows from a change in the same object is told with it
    if cells["kind"] in _ANSWERS:
        while above is not None and (higher := _above(above, by_place)) is not None:
            above = higher
    parent = None if above is None else _join(above, by_place, groups, roots)
    key = (id(parent), *_kind_of_line(cells))
    group = groups.get(key)
    if group is None:
        group = groups[key] = _Group(_sort(cells))
        (roots if parent is None else parent.below).append(group)
    return group


def _above(cells: Cells, by_place: dict[Any, Cells]) -> Cells | None:
    return None if cells["cause"] is None else by_place.get((cells["cause"], cells["cause_field"]))


def _place(cells: Cells) -> tuple[str, str | None]:
    try:
        return Key(cells["kind"], cells["namespace"], cells["name"]).reference(), cells["field"]
    except KeyError:  # kinds that are nobody's cause have no reference
        return f"{cells['kind']}:{cells['namespace']}/{cells['name']}", cells["field"]


def _kind_of_line(cells: Cells) -> tuple[Hashable, ...]:
    """Return what rows of one line have in common."""
    if cells["kind"] in _ANSWERS:
        return "service", cells["namespace"], cells["service"]
    if cells["kind"] == Kind.POD.value:
        whose = (cells["workload_kind"], cells["workload"]) if cells["workload"] else cells["name"]
        if cells["field"] in _LIFE:
            return "pods", cells["namespace"], whose, "life"
        same = (cells["before"], cells["after"], cells["reason"]) if cells["field"] == "status.conditions[Ready]" else ()
        return "pods", cells["namespace"], whose, cells["field"], same
    if cells["cause"] is not None and cells["cause"].startswith("namespace:"):
        return "objects", cells["kind"], cells["change"]
    return "object", cells["kind"], cells["namespace"], cells["name"], cells["field"]


def _sort(cells: Cells) -> tuple[Any, ...]:
    kind = cells["kind"]
    answers = kind not in _ANSWERS
    place = next((number for number, known in enumerate(_ORDER) if known.value == kind), len(_ORDER))
    return answers, place, kind, cells["namespace"] or "", cells["name"], cells["field"] or ""


def _rank(group: _Group) -> tuple[Any, ...]:
    return -len(group.flipped()), -len(group.services()), group.sort


def _lines(group: _Group, depth: int) -> Iterator[dict[str, object]]:
    kind, namespace, name, text = _told(group.rows, depth)
    suspect = all(cells["suspect"] for cells in group.rows)
    yield {"depth": depth, "text": text, "count": len(group.rows), "kind": kind, "namespace": namespace, "name": name, "suspect": suspect}
    for below in sorted(group.below, key=_rank):
        yield from _lines(below, depth + 1)


def _told(rows: list[Cells], depth: int) -> tuple[str, str | None, str, str]:
    first = rows[0]
    if first["kind"] in _ANSWERS:
        return Kind.SERVICE.value, first["namespace"], first["service"], words_of_service(rows, alone=depth == 0)
    pods = {cells["name"] for cells in rows}
    if first["kind"] == Kind.POD.value:
        one = len(pods) == 1 or not first["workload"]
        kind, name = (first["kind"], first["name"]) if one else (first["workload_kind"], first["workload"])
        space = None if kind == Kind.NODE.value else first["namespace"]
        return kind, space, name, words_of_pods(rows)
    return first["kind"], first["namespace"], first["name"], words_of_object(rows)
