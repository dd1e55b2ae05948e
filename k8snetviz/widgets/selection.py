"""Between a choice in the page and rows of BACKENDS: ``{"kind": "service", "key": 3}`` and back."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd

from k8snetviz.errors import UsageError
from k8snetviz.model.tables import BACKENDS
from k8snetviz.views.places import NO_ZONE, UNKNOWN_ZONE
from k8snetviz.widgets.data_block import DataBlock

Choice = dict[str, Any]
NOTHING: Choice = {"kind": "nothing", "key": None}
_MOST = 5_000  # rows sent to the page one by one


def rows_of(block: DataBlock, choice: Choice) -> pd.DataFrame:
    """Return the BACKENDS rows that `choice` stands for: of the whole ledger, also where the page holds only a part."""
    kind, backends = choice.get("kind"), block.backends
    key: Any = choice.get("key")
    if kind == "row":
        return _at(block, [key])
    if kind == "rows":
        return _at(block, key)
    if kind == "service":
        return _of_services(block, [key])
    if kind == "entry":
        return _of_services(block, block.entries[key])
    if kind == "group":
        return backends[in_group(backends, *json.loads(key))].reset_index(drop=True)
    if kind == "node":
        return backends[backends["node"].eq(key).fillna(False)].reset_index(drop=True)
    if kind == "zone":
        return backends[
            backends["node"].notna() & backends["zone"].fillna(key if key in (NO_ZONE, UNKNOWN_ZONE) else "").eq(key)
        ].reset_index(drop=True)
    return backends.head(0)


def choice_of(block: DataBlock, wanted: pd.DataFrame | str | None) -> Choice:
    """Return the choice for a Service such as ``shop/cart``, for rows of BACKENDS, or for nothing.

    Raises UsageError for anything else.
    """
    if wanted is None or (isinstance(wanted, pd.DataFrame) and wanted.empty):
        return NOTHING
    if isinstance(wanted, str):
        found = np.flatnonzero((block.states["namespace"] + "/" + block.states["service"]).eq(wanted).fillna(False))
        if not len(found):
            raise UsageError(f"wanted one of {len(block.states)} Services to select, as namespace/name, found {wanted!r}")
        return {"kind": "service", "key": int(found[0])}
    missing = [name for name in BACKENDS.key if name not in wanted.columns] if isinstance(wanted, pd.DataFrame) else ["everything"]
    if missing:
        raise UsageError(f"wanted rows of BACKENDS to select, found {type(wanted).__name__} without {', '.join(missing)}")
    return _choice_of_rows(block, wanted)


def _choice_of_rows(block: DataBlock, wanted: pd.DataFrame) -> Choice:
    key = list(BACKENDS.key)
    near = np.flatnonzero(block.backends["service"].isin(wanted["service"].unique()))  # comparing whole keys of all rows takes long
    numbered = block.backends[key].iloc[near].assign(position=near)
    position = wanted[key].drop_duplicates().merge(numbered, on=key)["position"]
    chosen = np.flatnonzero(block.rows["position"].isin(position).fillna(False))
    if len(chosen) == 1:
        return {"kind": "row", "key": int(chosen[0])}
    return {"kind": "rows", "key": [int(row) for row in chosen[:_MOST]]} if len(chosen) else NOTHING


def _at(block: DataBlock, rows: list[int]) -> pd.DataFrame:
    position = block.rows["position"].iloc[rows].dropna().astype("int64")
    return block.backends.iloc[position].reset_index(drop=True)


def _of_services(block: DataBlock, places: list[int]) -> pd.DataFrame:
    wanted = block.states[["namespace", "service"]].iloc[places]
    return block.backends.merge(wanted, on=["namespace", "service"]).reset_index(drop=True)


def in_group(backends: pd.DataFrame, kind: str, namespace: str, name: str) -> pd.Series[bool]:
    """Tell which rows belong to a group of the page: a workload, or the bare pods or addresses of one Service."""
    if kind in ("Pod", "address"):
        own = (backends["namespace"] + "/" + backends["service"]).eq(name) & backends["pod"].isna().eq(kind == "address")
        return (own & (backends["workload"].isna() | (kind == "address"))).fillna(False).astype(bool)
    own = backends["workload_kind"].eq(kind) & backends["workload"].eq(name) & backends["pod_namespace"].eq(namespace)
    return own.fillna(False).astype(bool)
