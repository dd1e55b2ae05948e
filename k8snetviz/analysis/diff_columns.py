"""Two tables side by side: which objects have rows that differ, whatever their order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from k8snetviz.analysis.columns import Bools, Ints, numbers, plain, texts
from k8snetviz.model.coded import CodedTable, Text, joint_codes
from k8snetviz.model.schema import TIME


def differing(before: pd.DataFrame, after: pd.DataFrame, keys: Sequence[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return, of two frames with the same columns, the rows of objects (named by `keys`) of which some row differs.

    Rows of one object are a multiset: their order is no difference.
    """
    names = list(before.columns)
    if len(before) == len(after) and all(_same(before[name], after[name]) for name in names):
        return before.iloc[:0], after.iloc[:0]
    codes = {name: _codes(before[name], after[name]) for name in names}
    objects = joined([codes[name] for name in keys])
    rows = joined([objects, *(codes[name] for name in names if name not in keys)])
    many, split = int(rows.max(initial=-1)) + 1, len(before)
    uneven = np.bincount(rows[:split], minlength=many) != np.bincount(rows[split:], minlength=many)
    touched = np.zeros(int(objects.max(initial=-1)) + 1, bool)
    touched[objects[uneven[rows]]] = True
    chosen = touched[objects]
    return before[chosen[:split]], after[chosen[split:]]


def aligned(before: Sequence[Any], after: Sequence[Any]) -> tuple[Ints, Ints, Ints]:
    """Return, for columns that name objects: rows of objects in both (before, after) as pairs, and codes of all rows in one vocabulary.

    The pairs are ordered by the row before. Names are distinct on each side.
    """
    codes = joined([_joint(one, other) for one, other in zip(before, after, strict=True)])
    there, found = paired(codes, len(before[0]))
    return there, found, codes


def paired(codes: Ints, split: int) -> tuple[Ints, Ints]:
    """Return the places of equal codes before and after `split`, where each stands once; ordered by the first."""
    place = np.full(int(codes.max(initial=-1)) + 1, -1, np.int64)
    place[codes[split:]] = np.arange(len(codes) - split)
    found = place[codes[:split]]
    there = np.flatnonzero(found >= 0)
    return there, found[there]


def both(before: CodedTable, after: CodedTable, name: str) -> tuple[Ints, Ints]:
    """Return a column of two tables on codes: equal cells have equal numbers, missing equals missing."""
    columns = before.columns[name], after.columns[name]
    if isinstance(columns[0], Text):
        (one, other), _ = joint_codes(*columns)
        return one, other
    return _values(pd.Series(columns[0])), _values(pd.Series(columns[1]))


def others(total: int, rows: Ints) -> Ints:
    """Return the rows of `total` that are not among `rows`."""
    rest = np.ones(total, bool)
    rest[rows] = False
    return np.flatnonzero(rest)


def unequal(before: pd.Series[Any], after: pd.Series[Any]) -> Bools:
    """Tell where two columns of equal length differ; missing equals missing."""
    if str(before.dtype) == "string":
        return np.asarray(texts(before) != texts(after), dtype=bool)
    return np.asarray(_values(before) != _values(after))


def _same(before: pd.Series[Any], after: pd.Series[Any]) -> bool:
    return not unequal(before, after).any()


def _values(series: pd.Series[Any]) -> Ints:
    if str(series.dtype) == TIME:
        return series.to_numpy(dtype="datetime64[us]").view("int64")
    if str(series.dtype) == "boolean":
        return np.asarray(series.to_numpy(dtype="int8", na_value=-1), dtype=np.int64)
    return numbers(series) if str(series.dtype) == "Int64" else np.asarray(series, dtype=np.int64)


def _codes(before: pd.Series[Any], after: pd.Series[Any]) -> Ints:
    if str(before.dtype) == "string":
        return _joint(plain(before), plain(after))
    return _joint(_values(before), _values(after))


def _joint(before: Any, after: Any) -> Ints:
    codes, _ = pd.factorize(np.concatenate((before, after)))
    return codes.astype(np.int64)


def joined(columns: Sequence[Ints]) -> Ints:
    """Return one code for each combination of codes (-1 is one of them)."""
    out = columns[0] + 1
    for codes in columns[1:]:
        width = int(codes.max(initial=-1)) + 2
        out = pd.factorize(out * width + codes + 1)[0].astype(np.int64)
    return pd.factorize(out)[0].astype(np.int64) if len(columns) == 1 else out


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a few rows as dicts; None where missing."""
    names = [str(name) for name in frame.columns]
    columns = [[None if cell is pd.NA or cell is pd.NaT else cell for cell in frame[name].tolist()] for name in names]
    return [dict(zip(names, cells, strict=True)) for cells in zip(*columns, strict=True)]


def text(cell: Any) -> str | None:
    """Return a cell as CHANGES writes it; missing stays missing."""
    if cell is None:
        return None
    return ("true" if cell else "false") if isinstance(cell, bool | np.bool_) else str(cell)
