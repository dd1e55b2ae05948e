"""Which rows of several ledgers go into one page, where not all of them do: what does not serve, then what changed, then the rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from k8snetviz.analysis.columns import Bools, Ints, flags, offsets
from k8snetviz.model.tables import BACKENDS
from k8snetviz.views.ledger_marks import SERVICE
from k8snetviz.widgets.page_rows import QUIET

Hashes = npt.NDArray[np.uint64]
_KEY = [name for name in BACKENDS.key if name != "address"]
_STEP = np.uint64(0x9E3779B97F4A7C15)
LOADED, CHOSEN, BROKEN, CHANGED, OTHER = range(5)
"""Why a row is inside: what comes first."""


class Ledger(NamedTuple):
    """The rows of one moment, as the page has them: those of BACKENDS, then one for each Service without any."""

    same: Hashes  # equal where the whole row is
    who: Hashes  # equal where it is the same candidate behind the same port
    service: Hashes
    serves: Bools


def ledger_of(states: pd.DataFrame, backends: pd.DataFrame) -> Ledger:
    """Return the rows of one moment by their hashes: SERVICE_STATES, broken first, and BACKENDS of it."""
    names = [name for name in BACKENDS.names if name in backends.columns]
    hashes = {name: _hash(backends[name]) for name in names}
    same, service = _joined([hashes[name] for name in names]), _joined([hashes[name] for name in SERVICE])
    address = np.where(backends["pod"].isna().to_numpy(), hashes["address"], np.uint64(0))  # a pod is known by its name
    who = _joined([*(hashes[name] for name in _KEY), address])
    of_states = _joined([_hash(states[name]) for name in SERVICE])
    bare = ~np.isin(of_states, service)
    alone = _joined([of_states, _hash(states["state"]), _hash(states["reason"])])[bare]
    serves = np.concatenate((flags(backends["serves"]), states["state"].isin(QUIET).to_numpy(bool)[bare]))
    same, who, service = (np.concatenate(pair) for pair in ((same, alone), (who, of_states[bare]), (service, of_states[bare])))
    return Ledger(same, who, service, serves)


def shared_rows(ledgers: Sequence[Ledger], wanted: Sequence[Ints], limit: int) -> list[Ints]:
    """Return per moment the places of the rows to carry: at most `limit` different ones in all, and what was loaded.

    Parameters
    ----------
    wanted : per moment and row, whether it was loaded, is of the Service that is chosen, or OTHER

    Notes
    -----
    All that is known of a candidate is carried, or nothing: so what is not carried never looks as if it were gone.
    Of what does not serve, every Service gets as many candidates as any other that has more.
    """
    names, place = np.unique(np.concatenate([each.who for each in ledgers]), return_inverse=True)
    parts = np.split(place, np.cumsum([len(each.who) for each in ledgers])[:-1])
    rank = np.full(len(names), OTHER, np.int64)
    size = np.zeros(len(names), np.int64)
    before: Hashes = np.empty(0, np.uint64)
    for moment, (ledger, mine, asked) in enumerate(zip(ledgers, parts, wanted, strict=True)):
        fresh = ~np.isin(ledger.same, before)
        np.add.at(size, mine[fresh], 1)
        if moment:
            gone = ~np.isin(before, ledger.same)
            np.minimum.at(rank, np.concatenate((mine[fresh], parts[moment - 1][gone])), CHANGED)
        np.minimum.at(rank, mine, np.minimum(asked, np.where(ledger.serves, OTHER, BROKEN)))
        before = ledger.same
    service = np.empty(len(names), np.uint64)
    service[place] = np.concatenate([each.service for each in ledgers])
    first = np.full(len(names), len(place), np.int64)  # where it first stands, which is in key order
    np.minimum.at(first, place, np.arange(len(place)))
    turn = np.where(rank == OTHER, 0, _turn(rank, service, first))  # of what is well, Service by Service
    order = np.lexsort((first, turn, rank))
    kept = rank == LOADED
    kept[order[np.cumsum(np.where(kept, 0, size)[order]) <= limit]] = True
    return [np.flatnonzero(kept[mine]) for mine in parts]


def _turn(rank: Ints, service: Hashes, first: Ints) -> Ints:
    """Return the number of each among those of its Service and rank, so that all Services get their first before any gets its second."""
    order = np.lexsort((first, service, rank))
    new = np.ones(len(order), bool)
    new[1:] = (rank[order][1:] != rank[order][:-1]) | (service[order][1:] != service[order][:-1])
    counts = np.diff(np.append(np.flatnonzero(new), len(order)))
    turn = np.empty(len(order), np.int64)
    turn[order] = np.arange(len(order), dtype=np.int64) - np.repeat(offsets(counts), counts)
    return turn


def _hash(values: pd.Series[Any]) -> Hashes:
    return np.asarray(pd.util.hash_pandas_object(values, index=False), np.uint64)


def _joined(hashes: Sequence[Hashes]) -> Hashes:
    found = np.zeros(len(hashes[0]), np.uint64)
    for each in hashes:
        found = (found ^ each) * _STEP + (found >> np.uint64(29))
    return found
