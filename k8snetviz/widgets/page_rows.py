"""Which rows of the ledger go into the page: what does not serve first, spread over the Services; the rest is counted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from k8snetviz.analysis.columns import Bools, Ints, changes, flags, offsets, plain
from k8snetviz.model.kinds import ServiceState
from k8snetviz.model.snapshot import Snapshot
from k8snetviz.views.ledger_marks import SERVICE
from k8snetviz.views.mapping import mapping_rows
from k8snetviz.views.rows import keys

QUIET = (ServiceState.SERVING.value, ServiceState.EXTERNAL.value)


class PageRows(NamedTuple):
    """The rows inside and the number of rows in all."""

    rows: pd.DataFrame  # rows of the mapping table; `position` is the row of BACKENDS, missing where there is none
    total: int
    left: Ints  # per row of SERVICE_STATES: how many of its rows were left out
    left_broken: int  # of all those, how many do not serve


def page_rows(
    snap: Snapshot, states: pd.DataFrame, backends: pd.DataFrame, chosen: str | None, limit: int, also: Sequence[int] = ()
) -> PageRows:
    """Return at most `limit` rows: those of the `chosen` Service and those at `also`, then what does not serve, then the rest.

    Parameters
    ----------
    states : SERVICE_STATES, broken first
    backends : BACKENDS in key order; a Service without rows there has one row of its own
    chosen : a Service such as ``shop/cart``, all of whose rows are inside as far as `limit` allows
    also : places in `backends`, whose rows are inside likewise

    Notes
    -----
    Only rows that are inside are made. Where not even all broken rows fit, every Service gets as many as any other
    that has more: no large Service keeps the rows of a small one out.
    """
    held, bare = _of_services(states, backends)
    place = np.concatenate((held, bare))
    serves = np.concatenate((flags(backends["serves"]), states["state"].isin(QUIET).to_numpy(bool)[bare]))
    wanted = place == _place_of(states, chosen)
    wanted[np.asarray(also, np.int64)] = True
    inside = _inside(place, serves, wanted, limit)
    left = np.bincount(place, minlength=len(states)) - np.bincount(place[inside], minlength=len(states))
    position = inside[inside < len(held)]
    told = np.zeros(len(states), bool)
    told[place[inside]] = True
    part = backends.iloc[position].assign(position=pd.array(position, dtype="Int64"))
    rows = mapping_rows(snap, states[told].reset_index(drop=True), part)
    return PageRows(rows, len(place), left.astype(np.int64), int((~serves).sum() - (~serves[inside]).sum()))


def _of_services(states: pd.DataFrame, backends: pd.DataFrame) -> tuple[Ints, Ints]:
    """Return the place in `states` of every row of `backends`, and the places that have no row."""
    first = np.flatnonzero(changes(*(plain(backends[name]) for name in SERVICE)))
    places = {pair: place for place, pair in enumerate(keys(states, SERVICE))}
    own = np.array([places[pair] for pair in keys(backends.iloc[first], SERVICE)], np.int64)
    held = np.repeat(own, np.diff(np.append(first, len(backends))))
    return held, np.flatnonzero(np.bincount(held, minlength=len(states)) == 0)


def _place_of(states: pd.DataFrame, chosen: str | None) -> int:
    namespace, _, service = (chosen or "").partition("/")
    found = states["namespace"].eq(namespace) & states["service"].eq(service)
    return int(np.flatnonzero(found.fillna(False))[0]) if chosen is not None else -1


def _inside(place: Ints, serves: Bools, wanted: Bools, limit: int) -> Ints:
    """Return which rows are inside, in their order."""
    if len(place) <= limit:
        return np.arange(len(place), dtype=np.int64)
    first = np.flatnonzero(wanted)
    broken = _spread(place, np.flatnonzero(~serves & ~wanted))
    room = limit - len(first) - len(broken)
    others = np.flatnonzero(serves & ~wanted) if room > 0 else np.empty(0, np.int64)
    others = others[np.argsort(place[others], kind="stable")]
    return np.sort(np.concatenate((first, broken, others))[:limit])


def _spread(place: Ints, rows: Ints) -> Ints:
    """Return `rows` in rounds: the first of every Service, then the second of every Service that has one, and so on."""
    rows = rows[np.argsort(place[rows], kind="stable")]
    counts = np.bincount(place[rows])
    counts = counts[counts > 0]
    turn = np.arange(len(rows), dtype=np.int64) - np.repeat(offsets(counts), counts)
    return rows[np.argsort(turn, kind="stable")]
