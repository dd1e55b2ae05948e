"""One data block of several moments: the page goes through time without a kernel, and equal snapshots cost next to nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from k8snetviz.analysis.columns import Bools, Ints
from k8snetviz.analysis.ledger import backends as ledger
from k8snetviz.analysis.references import resolve_service
from k8snetviz.analysis.states import service_states
from k8snetviz.model.printable import printable
from k8snetviz.model.snapshot import Snapshot
from k8snetviz.views.topology_plan import broken_first
from k8snetviz.widgets.data_block import ROWS, DataBlock, data_block, document_of, packed
from k8snetviz.widgets.joined import Joined
from k8snetviz.widgets.labels import labels
from k8snetviz.widgets.left_out import Loaded, places_of
from k8snetviz.widgets.shared_rows import CHOSEN, LOADED, OTHER, ledger_of, shared_rows


class Moment(NamedTuple):
    """What turns places of the page at one moment into places of the tables of its snapshot."""

    snap: Snapshot
    services: Ints  # per Service of the page, its place in SERVICE_STATES, broken first
    positions: pd.Series[Any]  # per row of the page, its place in BACKENDS; missing where there is none
    entries: list[list[int]]  # per way in, the places of its Services in the page
    left: int


@dataclass(frozen=True, eq=False)
class MomentsBlock(DataBlock):
    """The block of several moments; its tables are those of the last one, as the static part shows them."""

    moments: tuple[Moment, ...] = ()

    def at(self, moment: int) -> DataBlock:
        """Return the block as the page has it at `moment`: its tables in the order of the page."""
        snap, services, positions, entries, left = self.moments[moment]
        states = broken_first(service_states(snap)).iloc[services].reset_index(drop=True)
        rows = pd.DataFrame({"position": positions})
        return DataBlock(self.packed, self.uid, states, ledger(snap).reset_index(drop=True), rows, left, self.select, entries)


def block_of(
    snaps: Sequence[Snapshot], select: str | None = None, *, limit: int = ROWS, also: Sequence[Loaded] = (), **stories: Any
) -> DataBlock:
    """Return the data block of one snapshot, or of several as moments of one page, of which the last is shown first.

    Parameters
    ----------
    select : a Service of the last snapshot
    limit : rows in all, each counted once for the time in which it holds; what does not serve and what changed comes before the rest
    also : what was loaded besides, on top of `limit`
    stories : `first` and `told` of ``data_block``, for one snapshot

    Raises
    ------
    UnknownReference : `select` is no Service of the last snapshot.
    """
    if len(snaps) == 1:
        room = limit + sum(each.extra for each in also)
        return data_block(snaps[0], select, limit=room, also=places_of(ledger(snaps[0]), also).tolist(), **stories)
    chosen = None
    if select is not None:
        reference = resolve_service(snaps[-1], select)
        chosen = f"{reference.namespace}/{reference.name}"
    joined, kept = Joined(), []
    for snap, places in zip(snaps, _inside(snaps, chosen, also, limit), strict=True):
        mine = chosen if _is_of(service_states(snap), chosen).any() else None
        told = document_of(snap, mine, limit=limit if places is None else len(places), also=() if places is None else places.tolist())
        joined.add(told.document)
        kept.append((snap, told.inside.rows["position"].astype("Int64"), told.inside.total - len(told.inside.rows)))
    data, uid = packed(joined.document(labels(snaps), None if chosen is None else printable(chosen)))
    moments = tuple(
        Moment(snap, joined.services(place), position.iloc[joined.rows(place)].reset_index(drop=True), joined.entries(place), left)
        for place, (snap, position, left) in enumerate(kept)
    )
    entries = [entry["services"] for entry in told.document["entries"]]
    return MomentsBlock(data, uid, told.states, told.backends, told.inside.rows, kept[-1][2], chosen, entries, moments)


def _inside(snaps: Sequence[Snapshot], chosen: str | None, also: Sequence[Loaded], limit: int) -> Sequence[Ints | None]:
    """Return per moment which rows are inside: places in BACKENDS, and behind them those of Services without any; None for all."""
    tables = [(broken_first(service_states(snap)), ledger(snap)) for snap in snaps]
    if sum(len(states) + len(backends) for states, backends in tables) <= limit:
        return [None] * len(snaps)
    ledgers = [ledger_of(states, backends) for states, backends in tables]
    wanted: list[Ints] = []
    for (_, backends), of in zip(tables, ledgers, strict=True):
        asked = np.full(len(of.who), OTHER, np.int64)
        asked[: len(backends)][_is_of(backends, chosen)] = CHOSEN
        asked[places_of(backends, also)] = LOADED
        wanted.append(asked)
    return shared_rows(ledgers, wanted, limit)


def _is_of(table: pd.DataFrame, chosen: str | None) -> Bools:
    """Tell which rows are of the Service `chosen`."""
    namespace, _, service = (chosen or "").partition("/")
    return (table["namespace"].eq(namespace) & table["service"].eq(service)).fillna(False).to_numpy(bool)
