"""Columns of tables as numpy arrays, names as codes, and codes back as text columns."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from k8snetviz.model.coded import Bools, Ints, Objects, Text, words_of

__all__ = ["Bools", "Ints", "Objects"]


def texts(series: pd.Series[Any]) -> Objects:
    """Return a string column as objects; None where missing. Not to be written to."""
    values, missing = plain(series), np.asarray(series.isna())
    if missing.any():
        values = values.copy()
        values[missing] = None
    return values


def numbers(series: pd.Series[Any]) -> Ints:
    """Return an Int64 column as int64; -1 where missing."""
    return np.asarray(series.to_numpy(dtype="int64", na_value=-1))


def flags(series: pd.Series[Any], *, missing: bool = False) -> Bools:
    """Return a boolean column as bool; `missing` where missing."""
    return np.asarray(series.to_numpy(dtype=bool, na_value=missing))


def plain(series: pd.Series[Any]) -> Objects:
    """Return a string column as it is kept, for coding only: what is missing cannot be compared."""
    return np.asarray(series.to_numpy(dtype=object))


def equals(series: pd.Series[Any], *wanted: str) -> Bools:
    """Tell where a string column is one of the `wanted` texts."""
    return np.asarray(series.isin(wanted).to_numpy(dtype=bool))


def rows_with(frame: pd.DataFrame, **wanted: str) -> pd.DataFrame:
    """Return the rows of `frame` whose text columns are the `wanted` texts, with a fresh index."""
    mine = [equals(frame[name], text) for name, text in wanted.items()]
    return frame.take(np.flatnonzero(np.logical_and.reduce(mine))).reset_index(drop=True)


def cells(frame: pd.DataFrame, *names: str) -> list[tuple[Any, ...]]:
    """Return text columns of a few rows as one tuple per row; None where missing."""
    return list(zip(*(texts(frame[name]).tolist() for name in names), strict=True))


def changes(*columns: Objects | Ints) -> Bools:
    """Tell where one of the columns differs from the entry before; the first entry always does."""
    out = np.ones(len(columns[0]), bool)
    if len(out):
        out[1:] = False
    for values in columns:
        out[1:] |= values[1:] != values[:-1]
    return out


def codes_in(vocabulary: Objects, column: Objects) -> Ints:
    """Return the place of each text of `column` in the distinct texts of `vocabulary`; -1 where it is not there."""
    return pd.Index(vocabulary, dtype=object).get_indexer(pd.Index(column, dtype=object)).astype(np.int64)


def positions(keys: Ints, wanted: Ints) -> Ints:
    """Return the first place of each of `wanted` in `keys`; -1 where it is not there."""
    index = pd.Index(keys)
    if index.is_unique:
        return index.get_indexer(pd.Index(wanted)).astype(np.int64)
    first = np.flatnonzero(~index.duplicated())
    found = pd.Index(keys[first]).get_indexer(pd.Index(wanted))
    return np.where(found >= 0, first[found], -1).astype(np.int64)


def offsets(counts: Ints) -> Ints:
    """Return where each group starts when groups of `counts` lie one after another."""
    return np.concatenate(([0], np.cumsum(counts)))[:-1].astype(np.int64)


def spread(starts: Ints, counts: Ints) -> tuple[Ints, Ints]:
    """Return, for groups of `counts` members whose first stands at `starts`: group and member of every pair."""
    group = np.repeat(np.arange(len(counts), dtype=np.int64), counts)
    within = np.arange(len(group), dtype=np.int64) - np.repeat(offsets(counts), counts)
    return group, np.repeat(starts, counts) + within


def text_array(values: Any) -> Any:
    """Return `values` as a pandas string array; None is missing."""
    return pd.array(values, dtype="string")


def said(vocabulary: Sequence[str | None] | Objects, codes: Ints) -> Text:
    """Return the texts of `vocabulary` behind `codes`; missing where the code is -1, or where there is none."""
    return words_of(vocabulary).at(codes)


def stacked(*columns: Text) -> Text:
    """Return columns one below the other."""
    return columns[0].then(*columns[1:])


def places(vocabulary: Objects, column: Text) -> Ints:
    """Return the place of each text of `column` in the distinct texts of `vocabulary`; -1 where it is not there."""
    return np.append(codes_in(vocabulary, column.words), -1)[column.codes]


def words(choices: type[StrEnum]) -> list[str]:
    """Return the values of a closed set as a vocabulary, in its order."""
    return [choice.value for choice in choices]


def code(choice: StrEnum) -> int:
    """Return the place of `choice` in its closed set."""
    return _places(type(choice))[choice]


@cache  # by class: members of two sets may be one text, and so one key
def _places(choices: type[StrEnum]) -> dict[str, int]:
    return {choice: place for place, choice in enumerate(choices)}
