"""Which Services, nodes and zones the placement shows, and how many backends stand in each cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from k8snetviz.model.kinds import ServiceState
from k8snetviz.model.snapshot import Snapshot
from k8snetviz.views import places
from k8snetviz.views.ledger_marks import SERVICE, Mark, marks, members_of, places_of
from k8snetviz.views.places import NO_ZONE, UNKNOWN_ZONE
from k8snetviz.views.rows import keys
from k8snetviz.views.text import plain
from k8snetviz.views.theme import RANKS

NODES = 16  # columns; more nodes are drawn as zones
NOWHERE = "no node"  # column of backends that the ledger places on no node
_READ = [
    *("namespace", "port_name", "port", "protocol", "pod_namespace", "pod", "address", "node", "zone"),
    *("selected", "expected", "observed", "drift", "reason", "serves"),
]
_COUNTS = ["serving", "counted", "partly"]
ONE_NODE, ONE_ZONE = "all on one node", "all in one zone"


@dataclass(frozen=True)
class Column:
    """A node or a zone, and whether something is wrong with it."""

    name: str
    zone: str  # of a node; empty for a zone
    note: str
    state: ServiceState | None
    word: str = ""  # what is wrong with a node


class Cell(NamedTuple):
    """Backends in one place."""

    serving: int  # on one port at least
    counted: int
    partly: int  # of those that serve, the ones that do not on every port


@dataclass(frozen=True)
class Placement:
    """What is drawn."""

    by_node: bool
    known: int  # nodes, or zones, that there are
    columns: tuple[Column, ...]
    services: pd.DataFrame  # rows of SERVICE_STATES that are drawn, with `alone`: what makes it stand out
    folded: pd.DataFrame  # rows of SERVICE_STATES that are not
    cells: dict[tuple[str, str, str], Cell]  # by namespace, Service, column
    totals: dict[str, Cell]  # over all Services, each backend once


def plan(snapshot: Snapshot, states: pd.DataFrame, backends: pd.DataFrame, limit: int) -> Placement:
    """Return what is drawn of `states` and the ledger: at most `limit` Services, what is broken first."""
    rows = _held(states, backends)
    nodes = places.nodes_of(snapshot, rows.drop_duplicates("node"))
    by_node = len(nodes) <= NODES
    columns, names = _node_columns(snapshot, nodes) if by_node else _zone_columns(nodes)
    placed = rows.assign(column=_columns_of(rows["node"], names))
    if placed["column"].eq(NOWHERE).any():
        columns.append(Column(NOWHERE, "", "not told", None))
    zones = int(nodes["zone"].nunique())
    alone = _alone(placed, states, zones=zones, nodes=len(nodes))
    ranked = _ranked(states.reset_index(drop=True).assign(alone=alone, place=np.arange(len(states))))
    each_once = placed.sort_values("serves", ascending=False, kind="stable").drop_duplicates("member")
    known = len(nodes) if by_node else zones
    shown, folded = ranked.head(limit), ranked.iloc[limit:]
    return Placement(by_node, known, tuple(columns), shown, folded, _cells(placed, shown), _totals(each_once))


def _held(states: pd.DataFrame, backends: pd.DataFrame) -> pd.DataFrame:
    """Return one row per Service of `states` and backend that counts: `place` in `states`, `member`, `node`, `zone`, `serves`, `partly`."""
    place = places_of(backends, states)
    own = np.flatnonzero(place >= 0)
    rows, place = backends[_READ].take(own), place[own]
    member = members_of(rows)
    code, first = pd.factorize(place * (int(member.max(initial=0)) + 1) + member)
    mark, serves = marks(rows, code, len(first))
    start = np.full(len(first), len(rows), dtype="int64")
    np.minimum.at(start, code, np.arange(len(rows)))
    kept = np.flatnonzero(mark != Mark.UNCOUNTED.value)
    at = start[kept]
    partly = serves[kept] & (mark[kept] != Mark.READY.value)
    found = rows[["node", "zone"]].take(at).reset_index(drop=True)
    return found.assign(place=place[at], member=member[at], serves=serves[kept], partly=partly)


def _columns_of(node: pd.Series[str], names: dict[str, str]) -> pd.Series[str]:
    code, different = pd.factorize(node, use_na_sentinel=False)
    told = [NOWHERE if pd.isna(each) else names.get(each, NOWHERE) for each in different]
    return pd.Series(np.array([*told, ""], dtype=object)[code], index=node.index, dtype="string")


def _node_columns(snapshot: Snapshot, nodes: pd.DataFrame) -> tuple[list[Column], dict[str, str]]:
    made = places.node_places(snapshot, nodes)
    zones = nodes["area"]
    columns = [Column(own.name, plain(zone), own.fields[-1], own.state, _word(own)) for own, zone in zip(made, zones, strict=True)]
    return columns, {name: plain(name) for name in nodes["node"]}


def _word(place: places.Place) -> str:
    return "" if place.state is None else place.note.partition(", ")[0]


def _zone_columns(nodes: pd.DataFrame) -> tuple[list[Column], dict[str, str]]:
    """Return the zones with their nodes counted; the smallest beyond what can be drawn share one column."""
    zone = nodes["area"]
    sizes = zone.value_counts().reset_index().sort_values(["count", "area"], ascending=[False, True], kind="stable")
    kept = set(sizes["area"]) if len(sizes) <= NODES else set(sizes["area"].head(NODES - 1))
    other = f"{len(sizes) - len(kept):,} other zones"
    shown = nodes.assign(area=zone.where(zone.isin(kept), other))
    made = sorted(places.zone_places(shown), key=lambda own: (own.name in (other, NO_ZONE, UNKNOWN_ZONE), own.name))
    columns = [Column(own.name, "", own.note, own.state) for own in made]
    return columns, {node: plain(name) for node, name in zip(shown["node"], shown["area"], strict=True)}


def _alone(placed: pd.DataFrame, states: pd.DataFrame, *, zones: int, nodes: int) -> pd.Series[str]:
    """Tell of each Service of several backends that serve if they all stand on one of several nodes, or in one of several zones."""
    serving = placed[placed["serves"]].groupby("place", sort=True)
    found = serving.agg(
        members=("member", "size"), on=("node", "count"), nodes=("node", "nunique"), within=("zone", "count"), zones=("zone", "nunique")
    )
    several = found["members"].ge(2)
    one_node = several & found["on"].eq(found["members"]) & found["nodes"].eq(1) & (nodes > 1)
    one_zone = several & found["within"].eq(found["members"]) & found["zones"].eq(1) & (zones > 1)
    alone = pd.Series(pd.NA, index=found.index, dtype="string").mask(one_zone, ONE_ZONE).mask(one_node, ONE_NODE)
    return alone.reindex(range(len(states)))


def _ranked(states: pd.DataFrame) -> pd.DataFrame:
    """Return `states` by state, what stands in one place before what does not, then by name."""
    ranked = states.assign(order=states["state"].map(RANKS).astype("int64"), spread=states["alone"].isna())
    by = ["order", "spread", *SERVICE]
    return ranked.sort_values(by, kind="stable", ignore_index=True).drop(columns=["order", "spread"])


def _cells(placed: pd.DataFrame, shown: pd.DataFrame) -> dict[tuple[str, str, str], Cell]:
    drawn = placed[placed["place"].isin(shown["place"])]
    counted = _counted(drawn, ["place", "column"])
    names = dict(zip(shown["place"], keys(shown, SERVICE), strict=True))
    cells = zip(counted["place"], counted["column"], map(Cell._make, keys(counted, _COUNTS)), strict=True)
    return {(*names[place], str(column)): cell for place, column, cell in cells}


def _totals(placed: pd.DataFrame) -> dict[str, Cell]:
    counted = _counted(placed, ["column"])
    return dict(zip(counted["column"], map(Cell._make, keys(counted, _COUNTS)), strict=True))


def _counted(placed: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    groups = placed.groupby(by, sort=True, observed=True)
    return groups.agg(serving=("serves", "sum"), counted=("serves", "size"), partly=("partly", "sum")).reset_index()
