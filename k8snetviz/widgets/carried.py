"""A choice carried from one data block to another: what is selected stays selected where it still exists."""

from __future__ import annotations

from typing import Any

import pandas as pd

from k8snetviz.widgets.data_block import DataBlock
from k8snetviz.widgets.selection import NOTHING, Choice, choice_of, rows_of

_BY_NAME = ("group", "node", "zone")  # choices whose key means the same in every block


def carried(old: DataBlock, choice: Choice, new: DataBlock) -> Choice:
    """Return the choice of `new` that is what `choice` is of `old`; its Service where the rows are gone, nothing where that is too."""
    kind, key = choice.get("kind"), choice.get("key")
    if kind in _BY_NAME:
        same: Choice = {"kind": kind, "key": key}
        return same if len(rows_of(new, same)) else NOTHING
    if kind == "service":
        return _service(new, old.states.iloc[int(str(key))])
    rows = rows_of(old, choice)
    if rows.empty:
        return NOTHING
    same = choice_of(new, rows)
    return same if same["kind"] != "nothing" else _service(new, rows.iloc[0])


def _service(new: DataBlock, named: pd.Series[Any]) -> Choice:
    found = new.states.index[new.states["namespace"].eq(named["namespace"]) & new.states["service"].eq(named["service"])]
    return {"kind": "service", "key": int(found[0])} if len(found) else NOTHING
