"""Tables on codes: text as places in a vocabulary, all else as arrays. A frame is spelled out of them when somebody wants one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from k8snetviz.errors import SchemaError
from k8snetviz.model.key_order import in_order, order_by
from k8snetviz.model.schema import TIME, Column, Table
from k8snetviz.model.words import Bools, Ints, Objects, Text, coded_text, joint_codes, runs_of, words_of

__all__ = ["Bools", "CodedTable", "Ints", "Objects", "Text", "coded_frame", "coded_table"]
__all__ += ["coded_text", "joint_codes", "runs_of", "words_of"]


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
    columns = made.columns
    if ordered or in_order(columns, table.key):
        return made
    return made.at(order_by(columns, table.key))


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
