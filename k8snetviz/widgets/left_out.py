"""Rows of what is selected that the page does not hold: how many, and which."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from k8snetviz.widgets.data_block import DataBlock
from k8snetviz.widgets.selection import Choice, in_group

MOST = 20_000  # rows loaded at once


class LeftOut(NamedTuple):
    """What is selected, and the rows of it that are only in the snapshot."""

    name: str  # ``shop/web``, ``Deployment shop/web``
    rows: npt.NDArray[np.int64]  # places in BACKENDS

    @property
    def words(self) -> str:
        """Return what a button says that loads them, or as many of them as are loaded at once."""
        number = f"{len(self.rows):,}" if len(self.rows) <= MOST else f"{MOST:,} of {len(self.rows):,}"
        return f"Load {number} more {'row' if len(self.rows) == 1 else 'rows'} of {self.name}"


def left_out(block: DataBlock, choice: Choice) -> LeftOut | None:
    """Return what the page lacks of the selected Service or group; None where it lacks nothing, or something else is selected."""
    found = _chosen(block, choice) if block.left else None
    if found is None:
        return None
    name, mine = found
    mine[block.rows["position"].dropna().to_numpy(np.int64)] = False
    rows = np.flatnonzero(mine)
    return LeftOut(name, rows) if len(rows) else None


def _chosen(block: DataBlock, choice: Choice) -> tuple[str, npt.NDArray[np.bool_]] | None:
    """Return the name of what is selected, and which rows of BACKENDS are its own."""
    key: Any = choice.get("key")
    backends = block.backends
    if choice.get("kind") == "service":
        state = block.states.iloc[key]
        mine = backends["namespace"].eq(state["namespace"]) & backends["service"].eq(state["service"])
        return f"{state['namespace']}/{state['service']}", mine.fillna(False).to_numpy(bool, copy=True)
    if choice.get("kind") == "group":
        kind, namespace, name = json.loads(key)
        said = name if kind in ("Pod", "address") else f"{kind} {namespace}/{name}"
        return said, in_group(backends, kind, namespace, name).to_numpy(bool, copy=True)
    return None
