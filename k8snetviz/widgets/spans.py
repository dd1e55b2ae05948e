"""Rows of a table over several moments: each stands once, with the first and the last moment of the time in which it holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from k8snetviz.analysis.columns import Ints

Row = tuple[Any, ...]
_WORTH = 0.7  # share of distinct values above which a dictionary costs more than it saves


class Spans:
    """Rows gathered moment by moment. One that is gone and comes back is another row."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.since: list[int] = []
        self.until: list[int] = []
        self.moments: list[Ints] = []  # per moment the rows that hold, as they were given
        self._held: dict[Any, int] = {}
        self._given: Sequence[Row] | None = None

    def add(self, rows: Sequence[Row]) -> None:
        """Add the rows of the next moment; equal ones within it are counted."""
        moment = len(self.moments)
        if rows == self._given:  # nothing changed, as most often
            ids = self.moments[-1]
            for row in ids.tolist():
                self.until[row] = moment
        else:
            ids, self._given = self._added(rows, moment), rows
        self.moments.append(ids)

    def _added(self, rows: Sequence[Row], moment: int) -> Ints:
        held: dict[Any, int] = {}
        ids = np.empty(len(rows), np.int64)
        for place, row in enumerate(rows):
            key, again = (row, 0), 0
            while key in held:
                again += 1
                key = (row, again)
            found = self._held.get(key)
            if found is None:
                found = len(self.rows)
                self.rows.append(row)
                self.since.append(moment)
                self.until.append(moment)
            self.until[found] = moment
            held[key] = ids[place] = found
        self._held = held
        return ids

    def ordered(self, key: Callable[[Row], Any]) -> Spans:
        """Return the same rows sorted by `key`, equal ones by the moment that they hold from."""
        order = sorted(range(len(self.rows)), key=lambda row: (key(self.rows[row]), self.since[row]))
        rank = np.empty(len(order), np.int64)
        rank[order] = np.arange(len(order))
        found = Spans()
        found.rows = [self.rows[row] for row in order]
        found.since, found.until = ([each[row] for row in order] for each in (self.since, self.until))
        found.moments = [rank[ids] for ids in self.moments]
        return found

    def seen(self, moment: int) -> Ints:
        """Return in which order the page shows the rows of `moment`: their places among those that were given."""
        return np.argsort(self.moments[moment], kind="stable")

    def table(self, names: Iterable[str]) -> dict[str, Any]:
        """Return the columns `names` with `from` and `to`, as the page reads them."""
        columns = {name: column([row[place] for row in self.rows]) for place, name in enumerate(names)}
        return {"n": len(self.rows), "columns": {**columns, "from": {"v": self.since}, "to": {"v": self.until}}}


def column(values: list[Any]) -> dict[str, list[Any]]:
    """Return a column with its repeated texts said once; numbers stand as they are."""
    found: dict[str, int] = {}
    if all(value is None or isinstance(value, int) for value in values):
        return {"v": values}
    codes = [-1 if value is None else found.setdefault(value, len(found)) for value in values]
    return {"v": values} if len(found) > _WORTH * len(values) else {"d": list(found), "i": codes}


def rows_of(table: dict[str, Any], names: Iterable[str]) -> list[Row]:
    """Return the rows of a table of a data block, with the columns `names`."""
    return list(zip(*(_values(table["columns"][name]) for name in names), strict=True))


def _values(given: dict[str, list[Any]]) -> list[Any]:
    if "v" in given:
        return given["v"]
    said = [*given["d"], None]  # a missing value is -1
    return [said[code] for code in given["i"]]
