"""The order of rows on codes: by key, missing values last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from k8snetviz.model.schema import TIME
from k8snetviz.model.words import Bools, Ints, Text


def in_order(columns: Mapping[str, Any], key: Sequence[str]) -> bool:
    """Tell whether the rows stand in key order (missing values last); texts are compared where codes differ only."""
    first = columns[key[0]]
    rows = np.arange(1, len(first.codes if isinstance(first, Text) else first))
    for name in key:
        values, missing = _comparable(columns[name])
        one, other = rows - 1, rows
        if (missing[one] & ~missing[other]).any():
            return False
        differ = values[one] != values[other]
        pair = np.flatnonzero(differ & ~missing[one] & ~missing[other])
        before, after = values[one[pair]], values[other[pair]]
        if isinstance(columns[name], Text):
            before, after = columns[name].words[before], columns[name].words[after]
        if (before > after).any():
            return False
        same = ~differ
        same[pair] = before == after  # words may repeat
        rows = rows[same | (missing[one] & missing[other])]
    return True


def order_by(columns: Mapping[str, Any], key: Sequence[str]) -> Ints:
    """Return the order of rows by key, missing values last; equal rows stay as they stand."""
    return np.lexsort([_rank(columns[name]) for name in reversed(key)])


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
