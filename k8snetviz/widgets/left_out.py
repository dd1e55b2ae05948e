"""Rows of what is selected that the page does not hold: how many, and which; and those that were loaded."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from k8snetviz.analysis.columns import Bools, Ints, flags
from k8snetviz.widgets.data_block import DataBlock
from k8snetviz.widgets.selection import Choice, in_group

MOST = 20_000  # rows loaded at once


class Loaded(NamedTuple):
    """A Service or a workload of which more rows were loaded; they stay when the data is made anew."""

    kind: str  # "Service", else a workload's kind, "Pod" or "address"
    namespace: str
    name: str
    rows: int  # of it that are inside, those that do not serve first
    extra: int  # of those, how many were loaded


class LeftOut(NamedTuple):
    """What is selected, and how many rows of it the page holds and lacks."""

    name: str  # ``shop/web``, ``Deployment shop/web``
    what: tuple[str, str, str]
    held: int
    lacks: int

    @property
    def words(self) -> str:
        """Return what a button says that loads them, or as many of them as are loaded at once."""
        number = f"{self.lacks:,}" if self.lacks <= MOST else f"{MOST:,} of {self.lacks:,}"
        return f"Load {number} more {'row' if self.lacks == 1 else 'rows'} of {self.name}"

    def loaded(self) -> Loaded:
        """Return what is inside once they are loaded."""
        more = min(self.lacks, MOST)
        return Loaded(*self.what, self.held + more, more)


def left_out(block: DataBlock, choice: Choice) -> LeftOut | None:
    """Return what the page lacks of the selected Service or group; None where it lacks nothing, or something else is selected."""
    found = _chosen(block, choice) if block.left else None
    if found is None:
        return None
    name, what = found
    mine = _rows(block.backends, *what)
    held = int(mine[block.rows["position"].dropna().to_numpy(np.int64)].sum())
    lacks = int(mine.sum()) - held
    return LeftOut(name, what, held, lacks) if lacks else None


def places_of(backends: pd.DataFrame, also: Sequence[Loaded]) -> Ints:
    """Return the places in BACKENDS of the rows that were loaded, as far as they are there."""
    found = [np.empty(0, np.int64)]
    for kind, namespace, name, rows, _ in also:
        mine = np.flatnonzero(_rows(backends, kind, namespace, name))
        serves = flags(backends["serves"].iloc[mine])
        found.append(np.concatenate((mine[~serves], mine[serves]))[:rows])
    return np.unique(np.concatenate(found))


def _chosen(block: DataBlock, choice: Choice) -> tuple[str, tuple[str, str, str]] | None:
    """Return the name of what is selected, and by what its rows are found."""
    key: Any = choice.get("key")
    if choice.get("kind") == "service":
        state = block.states.iloc[key]
        return f"{state['namespace']}/{state['service']}", ("Service", str(state["namespace"]), str(state["service"]))
    if choice.get("kind") == "group":
        kind, namespace, name = json.loads(key)
        return name if kind in ("Pod", "address") else f"{kind} {namespace}/{name}", (kind, namespace, name)
    return None


def _rows(backends: pd.DataFrame, kind: str, namespace: str, name: str) -> Bools:
    if kind == "Service":
        return (backends["namespace"].eq(namespace) & backends["service"].eq(name)).fillna(False).to_numpy(bool)
    return in_group(backends, kind, namespace, name).to_numpy(bool)
