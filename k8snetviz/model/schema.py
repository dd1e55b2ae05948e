"""A column is declared once; construction, checking, documentation and the empty frame follow from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, Literal

import numpy as np
import pandas as pd

from k8snetviz.errors import SchemaError

Dtype = Literal["string", "Int64", "boolean", "datetime64[us, UTC]"]
TIME: Dtype = "datetime64[us, UTC]"


@dataclass(frozen=True)
class Column:
    """One column: its name, dtype, meaning, and whether it may be missing."""

    name: str
    dtype: Dtype
    meaning: str
    nullable: bool = False
    choices: type[StrEnum] | None = None
    unit: str | None = None


@dataclass(frozen=True)
class Table:
    """A declared table. ``key`` orders the rows; it identifies them unless the row text says otherwise."""

    name: str
    row: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns, in order."""
        return tuple(column.name for column in self.columns)

    def empty(self) -> pd.DataFrame:
        """Return a frame with no rows, every column and the right dtypes."""
        return _empty(self).copy(deep=False)

    def from_rows(self, rows: Iterable[Mapping[str, object]]) -> pd.DataFrame:
        """Return a checked frame of `rows`, in key order.

        Raises
        ------
        SchemaError : a row has a missing, an extra or a badly typed field.
        """
        listed = list(rows)
        wanted = set(self.names)
        for number, row in enumerate(listed):
            if row.keys() != wanted:
                missing = ", ".join(sorted(wanted - row.keys())) or "none"
                extra = ", ".join(sorted(row.keys() - wanted)) or "none"
                raise SchemaError(f"{self.name}: row {number} has fields missing: {missing}; extra: {extra}")
            self._check_cells(number, row)
        return self.from_columns({name: [row[name] for row in listed] for name in self.names}, ordered=False)

    def from_columns(self, columns: Mapping[str, Sequence[Any] | np.ndarray[Any, Any]], *, ordered: bool = True) -> pd.DataFrame:
        """Return a checked frame of whole columns; with ``ordered=False`` rows are sorted by key first."""
        missing = [name for name in self.names if name not in columns]
        extra = [name for name in columns if name not in self.names]
        if missing or extra:
            raise SchemaError(f"{self.name}: columns missing: {missing or 'none'}; extra: {extra or 'none'}")
        try:
            frame = pd.DataFrame({c.name: _series(columns[c.name], c) for c in self.columns}, copy=False)
        except (TypeError, ValueError) as error:
            raise SchemaError(f"{self.name}: {error}") from error
        self.check(frame)
        return frame if ordered else self.sorted(frame)

    def sorted(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return `frame` in key order (missing values last), with a fresh index."""
        if _in_order(frame, self.key):
            return frame.reset_index(drop=True)
        return frame.sort_values(list(self.key), kind="stable", ignore_index=True)

    def check(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the same `frame`, or raise SchemaError that lists every fault."""
        faults = [f"no column {name!r}" for name in self.names if name not in frame.columns]
        faults += [f"unknown column {name!r}" for name in frame.columns if name not in self.names]
        for column in self.columns:
            if column.name in frame.columns:
                faults += _column_faults(frame[column.name], column)
        if faults:
            raise SchemaError(f"{self.name}: " + "; ".join(faults))
        return frame

    def to_markdown(self) -> str:
        """Return the section of docs/tables.md for this table."""
        lines = [f"## `{self.name}`", "", self.row, "", f"Rows are ordered by {', '.join(f'`{k}`' for k in self.key)}.", ""]
        lines += ["| column | type | missing | meaning |", "|---|---|---|---|"]
        for column in self.columns:
            meaning = column.meaning
            if column.unit:
                meaning += f" ({column.unit})"
            if column.choices:
                meaning += ": " + ", ".join(f"`{choice.value}`" for choice in column.choices)
            lines.append(f"| `{column.name}` | {column.dtype} | {'yes' if column.nullable else 'no'} | {meaning} |")
        return "\n".join(lines) + "\n"

    def _check_cells(self, number: int, row: Mapping[str, object]) -> None:
        for column in self.columns:
            cell = row[column.name]
            whole = column.dtype == "Int64" and isinstance(cell, bool)  # a bool is an int to Python, not to a table
            if not whole and (cell is None or cell is pd.NA or isinstance(cell, _CELLS[column.dtype])):
                continue
            raise SchemaError(f"{self.name}: row {number}, {column.name}: wanted {column.dtype}, found {cell!r}")


_CELLS: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "Int64": (int, np.integer),
    "boolean": (bool, np.bool_),
    TIME: (str, pd.Timestamp),
}


@cache
def _empty(table: Table) -> pd.DataFrame:
    return pd.DataFrame({column.name: pd.Series([], dtype=column.dtype) for column in table.columns})


def _series(values: Sequence[Any] | np.ndarray[Any, Any], column: Column) -> pd.Series[Any]:
    """Return `values` as a Series of the column's dtype; None is missing; times are ISO 8601 text or datetimes."""
    if column.dtype != TIME:
        return pd.Series(values, dtype=column.dtype, copy=False)
    times: pd.Series[Any]
    if isinstance(values, np.ndarray) and values.dtype.kind == "M":
        times = pd.Series(values, copy=False).dt.as_unit("us").dt.tz_localize("UTC")
    else:
        times = pd.to_datetime(pd.Series(values, dtype="object"), utc=True, errors="coerce", format="ISO8601").astype(TIME)
    return times


def _in_order(frame: pd.DataFrame, key: Sequence[str]) -> bool:
    """Tell whether the rows stand in key order already: a key counts only between rows in which those before it are equal."""
    rows = np.arange(1, len(frame))
    for name in key:
        missing = np.asarray(frame[name].isna())
        before, after = missing[rows - 1], missing[rows]
        if (before & ~after).any():
            return False
        values = _comparable(frame[name])
        there = ~(before | after)
        one, other = values[rows[there] - 1], values[rows[there]]
        if (one > other).any():
            return False
        equal = before & after
        equal[there] = one == other
        rows = rows[equal]
    return True


def _comparable(series: pd.Series[Any]) -> np.ndarray[Any, Any]:
    """Return the values of a Series; those of missing cells are of no meaning."""
    if str(series.dtype) == TIME:
        return series.to_numpy(dtype="datetime64[us]")
    return np.asarray(series.array) if series.dtype == "string" else series.to_numpy(dtype="int64", na_value=0)


def _column_faults(series: pd.Series[Any], column: Column) -> list[str]:
    faults = []
    if str(series.dtype) != column.dtype:
        faults.append(f"{column.name}: dtype {series.dtype}, wanted {column.dtype}")
        return faults
    if not column.nullable and series.isna().any():
        faults.append(f"{column.name}: {int(series.isna().sum())} missing, none may be")
    if column.choices is not None:
        known = {choice.value for choice in column.choices}
        strange = [str(value) for value in series.dropna().unique() if value not in known]
        if strange:
            faults.append(f"{column.name}: not among the choices: {', '.join(strange[:5])}")
    return faults
