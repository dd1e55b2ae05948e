"""Rows of the few marks of a picture, one by one. pandas' stubs call every cell anything, so they are Any here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd


def each(frame: pd.DataFrame) -> Iterator[Any]:
    """Yield the rows of `frame` as named tuples."""
    yield from frame.itertuples()


def keys(frame: pd.DataFrame, columns: list[str]) -> list[Any]:
    """Return the cells of `columns` as one tuple per row."""
    return list(zip(*(frame[name].to_numpy(dtype=object).tolist() for name in columns), strict=True))  # itertuples asks cell by cell
