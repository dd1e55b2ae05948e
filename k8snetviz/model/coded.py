"""Tables on codes: text as places in a vocabulary, all else as arrays. A frame is spelled out of them when somebody wants one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from k8snetviz.errors import SchemaError
from k8snetviz.model.schema import TIME, Column, Table

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Objects = npt.NDArray[np.object_]


class Text(NamedTuple):
    """A text column: places in `words`, -1 where missing. No word is missing; words may repeat unless `interned` made them."""

    words: Objects
    codes: Ints

    @property
    def missing(self) -> Bools:
        """Tell where there is no text."""
        return self.codes < 0

    def at(self, rows: Ints | None) -> Text:
        """Return the column at `rows`, missing where a row is -1; all of it where None."""
        return self if rows is None else Text(self.words, np.append(self.codes, -1)[rows])

    def then(self, *others: Text) -> Text:
        """Return this column with `others` below it; words that columns share stand once."""
        parts = (self, *others)
        different = {id(part.words): part.words for part in parts}
        if len(different) == 1:
            return Text(self.words, np.concatenate([part.codes for part in parts]))
        starts = dict(zip(different, np.cumsum([0, *map(len, different.values())]), strict=False))
        codes = [np.where(part.codes >= 0, part.codes + starts[id(part.words)], -1) for part in parts]
        return Text(np.concatenate(list(different.values())), np.concatenate(codes))

    def where(self, holds: Bools) -> Text:
        """Return the column, missing where `holds` does not."""
        return Text(self.words, np.where(holds, self.codes, -1))

    def equals(self, *wanted: str) -> Bools:
        """Tell where the text is one of `wanted`."""
        hits = np.zeros(len(self.words) + 1, bool)
        for text in wanted:
            hits[:-1] |= self.words == np.array(text, dtype=object)
        return hits[self.codes]

    def interned(self) -> Text:
        """Return the column over those words that it uses, each once, in the order of their first place among the words."""
        (codes,), words = joint_codes(self)
        return Text(words, codes)

    def ranked(self) -> Ints:
        """Return the rank of each text in the order of texts; missing ones are last."""
        (codes,), words = joint_codes(self)
        ranks = np.empty(len(words) + 1, np.int64)
        ranks[np.argsort(words, kind="stable")] = np.arange(len(words))
        ranks[-1] = len(words)
        return ranks[codes]

    def objects(self) -> Objects:
        """Return the texts as objects, None where missing."""
        out = np.full(len(self.codes), None, dtype=object)
        there = self.codes >= 0
        out[there] = self.words[self.codes[there]]
        return out

    def spelled(self) -> Any:
        """Return the texts as a pandas string array; of many words only those of these rows are looked at."""
        if len(self.words) > len(self.codes):
            return pd.array(self.objects(), dtype="string")
        return pd.array(self.words, dtype="string").take(self.codes, allow_fill=True)


def words_of(values: Sequence[str | None] | Objects) -> Text:
    """Return a column of `values` as they stand, None missing: no text is compared or looked at."""
    words = _objects(values)
    there: Bools = words != np.array(None)
    if there.all():
        return Text(words, np.arange(len(words), dtype=np.int64))
    return Text(words[there], np.where(there, np.cumsum(there) - 1, -1))


def runs_of(values: Sequence[str | None] | Objects) -> Text:
    """Return a column of `values` in which equal neighbours are mostly one word: far fewer are compared once more than there are."""
    words = _objects(values)
    new = np.ones(len(words), bool)
    new[1:] = words[1:] != words[:-1]
    heads = words_of(words[new]).interned()
    return heads.at(np.cumsum(new) - 1)


def coded_text(series: pd.Series[Any]) -> Text:
    """Return a string column over its distinct texts."""
    codes, words = pd.factorize(np.asarray(series.to_numpy(dtype=object)))
    return Text(np.asarray(words, dtype=object), codes.astype(np.int64))


def joint_codes(*columns: Text) -> tuple[list[Ints], Objects]:
    """Return codes of several columns in one vocabulary of the distinct words that they use, and the vocabulary.

    Work follows the words, not the rows; columns that share their words share the work.
    """
    shared: dict[int, tuple[Objects, Bools]] = {}
    for column in columns:
        _, used = shared.setdefault(id(column.words), (column.words, np.zeros(len(column.words) + 1, bool)))
        used[column.codes] = True
    places = {key: np.flatnonzero(used[:-1]) for key, (_, used) in shared.items()}
    given = [words[places[key]] for key, (words, _) in shared.items()]
    codes, vocabulary = pd.factorize(np.concatenate(given) if given else np.empty(0, object))
    ranks, start = {}, 0
    for key, place in places.items():
        rank = np.full(len(shared[key][0]) + 1, -1, np.int64)
        rank[place] = codes[start : start + len(place)]
        ranks[key], start = rank, start + len(place)
    return [ranks[id(column.words)][column.codes] for column in columns], np.asarray(vocabulary, dtype=object)


@dataclass(frozen=True, eq=False)
class CodedTable:
    """A declared table: text columns as `Text`, all others as pandas arrays. Nothing in it is to be written to."""

    table: Table
    columns: Mapping[str, Any]

    def __len__(self) -> int:
        column = self.columns[self.table.names[0]]
        return len(column.codes if isinstance(column, Text) else column)

    def text(self, name: str) -> Text:
        """Return a text column."""
        found: Text = self.columns[name]
        return found

    def numbers(self, name: str) -> Ints:
        """Return an Int64 column as int64; -1 where missing."""
        return np.asarray(self.columns[name].to_numpy(dtype="int64", na_value=-1))

    def flags(self, name: str, *, missing: bool = False) -> Bools:
        """Return a boolean column as bool; `missing` where missing."""
        return np.asarray(self.columns[name].to_numpy(dtype=bool, na_value=missing))

    def missing(self, name: str) -> Bools:
        """Tell where a column has no value."""
        column = self.columns[name]
        return column.missing if isinstance(column, Text) else np.asarray(column.isna())

    def at(self, rows: Ints) -> CodedTable:
        """Return the table at `rows`."""
        every = {name: self.columns[name] for name in self.table.names}
        taken = {name: column.at(rows) if isinstance(column, Text) else column.take(rows) for name, column in every.items()}
        return CodedTable(self.table, taken)

    def frame(self) -> pd.DataFrame:
        """Return the table spelled out: the frame that its declaration asks for."""
        every = {name: self.columns[name] for name in self.table.names}
        columns = {name: column.spelled() if isinstance(column, Text) else column for name, column in every.items()}
        return pd.DataFrame(columns, copy=False)


def coded_table(table: Table, columns: Mapping[str, Any], *, ordered: bool = True) -> CodedTable:
    """Return a checked table of whole columns (`Text` for text); with ``ordered=False`` rows are sorted by key first.

    Raises
    ------
    SchemaError : a column is missing, extra or badly typed, a cell is missing where none may be, or is not among the choices.
    """
    if set(columns) != set(table.names):
        raise SchemaError(f"{table.name}: wanted columns {', '.join(table.names)}; found {', '.join(columns)}")
    made = CodedTable(table, {column.name: _column(columns[column.name], column) for column in table.columns})
    faults = [fault for column in table.columns for fault in _faults(made, column)]
    if faults:
        raise SchemaError(f"{table.name}: " + "; ".join(faults))
    if ordered or in_order(made):
        return made
    return made.at(np.lexsort([_rank(made.columns[name]) for name in reversed(table.key)]))


def coded_frame(table: Table, frame: pd.DataFrame) -> CodedTable:
    """Return `frame`, which is a checked one of `table`, on codes; a column is coded when it is asked for."""
    return CodedTable(table, _FrameColumns(table, frame))


class _FrameColumns(dict[str, Any]):
    """Columns of a frame, coded on first use."""

    def __init__(self, table: Table, frame: pd.DataFrame) -> None:
        super().__init__()
        self._frame, self._texts = frame, {column.name for column in table.columns if column.dtype == "string"}

    def __missing__(self, name: str) -> Any:
        series = self._frame[name]
        made = self[name] = coded_text(series) if name in self._texts else series.array
        return made


def in_order(coded: CodedTable) -> bool:
    """Tell whether the rows stand in key order (missing values last); texts are compared where codes differ only."""
    rows = np.arange(1, len(coded))
    for name in coded.table.key:
        values, missing = _comparable(coded.columns[name])
        one, other = rows - 1, rows
        if (missing[one] & ~missing[other]).any():
            return False
        differ = values[one] != values[other]
        pair = np.flatnonzero(differ & ~missing[one] & ~missing[other])
        before, after = values[one[pair]], values[other[pair]]
        if isinstance(coded.columns[name], Text):
            before, after = coded.columns[name].words[before], coded.columns[name].words[after]
        if (before > after).any():
            return False
        same = ~differ
        same[pair] = before == after  # words may repeat
        rows = rows[same | (missing[one] & missing[other])]
    return True


def _column(values: Any, column: Column) -> Any:
    if column.dtype == "string":
        return values
    if column.dtype == TIME and isinstance(values, np.ndarray):
        return pd.DatetimeIndex(values, copy=False).as_unit("us").tz_localize("UTC").array
    return pd.array(values, dtype=column.dtype, copy=False)


def _faults(made: CodedTable, column: Column) -> Iterable[str]:
    values = made.columns[column.name]
    if (column.dtype == "string") != isinstance(values, Text):
        yield f"{column.name}: wanted {column.dtype}, found {type(values).__name__}"
        return
    if not column.nullable and (lost := int(made.missing(column.name).sum())):
        yield f"{column.name}: {lost} missing, none may be"
    if column.choices is not None:
        known = {choice.value for choice in column.choices}
        strange = sorted({str(word) for word in values.interned().words} - known)
        if strange:
            yield f"{column.name}: not among the choices: {', '.join(strange[:5])}"


def _comparable(column: Any) -> tuple[Any, Bools]:
    """Return comparable values of a column, codes for text, and where there is none."""
    if isinstance(column, Text):
        return column.codes, column.missing
    missing = np.asarray(column.isna())
    if str(column.dtype) == TIME:
        return column.to_numpy(dtype="datetime64[us]"), missing
    return np.asarray(column.to_numpy(dtype="int64", na_value=0)), missing


def _rank(column: Any) -> Any:
    """Return numbers that order a column, missing values last."""
    if isinstance(column, Text):
        return column.ranked()
    values, missing = _comparable(column)
    ranks = pd.factorize(values, sort=True)[0].astype(np.int64)
    return np.where(missing, len(ranks), ranks)


def _objects(values: Sequence[Any] | Objects) -> Objects:
    if isinstance(values, np.ndarray):
        return values
    out = np.empty(len(values), dtype=object)
    out[:] = values
    return out
