"""Tables of whole columns: key order, also where nothing has to be moved for it."""

from __future__ import annotations

import random

import pandas as pd
import pytest

from k8snetviz.model.schema import TIME, Column, Table

TABLE = Table(
    name="t",
    row="One row.",
    key=("text", "number", "time", "flag"),
    columns=(
        Column("text", "string", "", nullable=True),
        Column("number", "Int64", "", nullable=True),
        Column("time", TIME, "", nullable=True),
        Column("flag", "boolean", "", nullable=True),
        Column("place", "Int64", ""),
    ),
)
CHOICES = (("a", "b", "é", None), (1, 2, None), ("2026-01-01T00:00:00Z", "2026-01-02T00:00:00.5Z", None), (True, False, None))


@pytest.mark.parametrize("seed", range(40))
def test_rows_come_out_in_key_order(seed: int) -> None:
    chosen = random.Random(seed)
    rows = [[chosen.choice(values) for values in CHOICES] for _ in range(seed)]
    columns = {name: list(cells) for name, cells in zip(TABLE.names, zip(*rows, strict=True), strict=False)} or {n: [] for n in TABLE.key}
    frame = TABLE.from_columns(columns | {"place": list(range(seed))})
    expected = frame.sort_values(list(TABLE.key), kind="stable", ignore_index=True)
    pd.testing.assert_frame_equal(TABLE.sorted(frame), expected)
    pd.testing.assert_frame_equal(TABLE.sorted(expected.set_index(pd.RangeIndex(5, 5 + seed))), expected)
    for first in range(seed):  # a pair at a time, so that every order of cells is met
        pair = frame.iloc[[first, (first * 7) % seed]]
        pd.testing.assert_frame_equal(TABLE.sorted(pair), pair.sort_values(list(TABLE.key), kind="stable", ignore_index=True))
