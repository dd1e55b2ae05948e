"""Blocks of single snapshots joined into one of several moments, in which what stays the same stands once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from k8snetviz.analysis.columns import Ints
from k8snetviz.views.theme import RANKS
from k8snetviz.widgets.spans import Row, Spans, rows_of

VERSION = 2  # of a block with several moments; a page that knows only one moment refuses it
_TABLES = ("services", "rows", "nodes", "gaps")
_ORDER = ("serves", "port", "protocol", "port_name", "look", "pod_namespace", "pod", "family", "address")  # of the rows of one Service


class Joined:
    """Gathers blocks moment by moment. A Service has one number at every moment; it stands first in each row about it."""

    def __init__(self) -> None:
        self._heads: list[dict[str, Any]] = []
        self._numbers: dict[Row, int] = {}
        self._names: dict[str, list[str]] = {}  # columns of a table
        self._spans = {name: Spans() for name in (*_TABLES, "entries", "stories")}

    def add(self, said: dict[str, Any]) -> None:
        """Add the next moment, as ``data_block.document_of`` tells it."""
        self._heads.append(said["head"])
        self._names = {table: [name for name in said[table]["columns"] if name != "own"] for table in _TABLES}
        told = {table: rows_of(said[table], self._names[table]) for table in _TABLES}
        numbers = self._numbered(rows_of(said["services"], ("namespace", "service")))
        own = np.cumsum(np.array(said["rows"]["columns"]["own"]["v"], np.int64)).tolist()
        told["services"] = [(number, *row) for number, row in zip(numbers, told["services"], strict=True)]
        told["rows"] = [(numbers[place], *row) for place, row in zip(own, told["rows"], strict=True)]
        told["entries"] = [
            (entry["title"], entry["note"], entry["state"], tuple(numbers[place] for place in entry["services"]))
            for entry in said["entries"]
        ]
        told["stories"] = [(numbers[int(place)], json.dumps(story)) for place, story in said["stories"].items()]
        for table, rows in told.items():
            self._spans[table].add(rows)

    def document(self, labels: Sequence[str], select: str | None) -> dict[str, Any]:
        """Return the block of all moments; nothing is added afterwards."""
        self._order()
        spans = self._spans
        own = np.array([row[0] for row in spans["rows"].rows], np.int64)
        return {
            "v": VERSION,
            "moments": list(labels),
            "heads": self._heads,
            "services": spans["services"].table(["number", *self._names["services"]]),
            "rows": _stepped(spans["rows"].table(["own", *self._names["rows"]]), own),
            "nodes": spans["nodes"].table(self._names["nodes"]),
            "gaps": spans["gaps"].table(self._names["gaps"]),
            "entries": [
                {"title": title, "note": note, "state": state, "services": services, "from": since, "to": until}
                for (title, note, state, services), since, until in _held(spans["entries"])
            ],
            "stories": [[number, since, until, json.loads(story)] for (number, story), since, until in _held(spans["stories"])],
            "select": select,
        }

    def services(self, moment: int) -> Ints:
        """Return per Service of the page at `moment`, its place among those that were given."""
        return self._spans["services"].seen(moment)

    def rows(self, moment: int) -> Ints:
        """Return per row of the page at `moment`, its place among those that were given: what does not serve first, then by Service."""
        spans, place = self._spans["rows"], self._places(moment)
        ids, serves = spans.moments[moment], self._names["rows"].index("serves") + 1
        held = [spans.rows[row] for row in ids.tolist()]
        own = np.array([place[row[0]] for row in held], np.int64)
        return np.lexsort((ids, own, np.array([row[serves] for row in held], np.int64)))

    def entries(self, moment: int) -> list[list[int]]:
        """Return per way in of the page at `moment`, the places of its Services in the page."""
        spans, place = self._spans["entries"], self._places(moment)
        return [[place[number] for number in spans.rows[row][3]] for row in sorted(spans.moments[moment].tolist())]

    def _places(self, moment: int) -> dict[int, int]:
        """Return the place in the page of each Service by its number."""
        spans = self._spans["services"]
        return {spans.rows[row][0]: at for at, row in enumerate(sorted(spans.moments[moment].tolist()))}

    def _numbered(self, pairs: Sequence[Row]) -> list[int]:
        """Return the number of each Service; texts that are cut may be those of several."""
        met: dict[Row, int] = {}
        found = []
        for pair in pairs:
            met[pair] = met.get(pair, -1) + 1
            found.append(self._numbers.setdefault((*pair, met[pair]), len(self._numbers)))
        return found

    def _order(self) -> None:
        """Sort what is told so that the rows of any one moment stand as they would alone: within a Service, what does not serve first."""
        at = {name: place for place, name in enumerate(self._names["services"], 1)}
        state, namespace, service = at["state"], at["namespace"], at["service"]
        self._spans["services"] = self._spans["services"].ordered(lambda row: (RANKS[row[state]], row[namespace], row[service], row[0]))
        rank = {number: place for place, number in enumerate(dict.fromkeys(row[0] for row in self._spans["services"].rows))}
        places = [self._names["rows"].index(name) + 1 for name in _ORDER]
        look = self._names["rows"].index("look") + 1
        self._spans["rows"] = self._spans["rows"].ordered(
            lambda row: (rank[row[0]], *(_key(RANKS[row[place]] if place == look else row[place]) for place in places))
        )
        self._spans["nodes"] = self._spans["nodes"].ordered(lambda row: tuple(map(_key, row)))


def _key(value: Any) -> tuple[bool, Any]:
    """What a cell is sorted by: missing first."""
    return (value is not None, value)


def _held(spans: Spans) -> Any:
    return zip(spans.rows, spans.since, spans.until, strict=True)


def _stepped(table: dict[str, Any], own: Ints) -> dict[str, Any]:
    """Return `table` with the numbers of Services as steps, which are mostly zeros and deflate to nothing."""
    table["columns"]["own"] = {"v": np.diff(own, prepend=0).tolist()}
    return table
