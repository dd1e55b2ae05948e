"""Rows in the making become whole columns, which is how tables are built."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from k8snetviz.model.schema import Table


def frame_of(table: Table, rows: Iterable[tuple[Any, ...]]) -> pd.DataFrame:
    """Return `table` of `rows`, each in the order of its columns; rows come out in key order."""
    columns: list[tuple[Any, ...]] = list(zip(*rows, strict=True)) or [()] * len(table.names)
    return table.from_columns({name: list(column) for name, column in zip(table.names, columns, strict=True)}, ordered=False)
