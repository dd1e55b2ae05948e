"""Which Services, nodes and zones the placement shows, and how many backends stand in each cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd

from k8snetviz.model.kinds import ServiceState
from k8snetviz.model.snapshot import Snapshot
from k8snetviz.views import places
from k8snetviz.views.ledger_marks import MEMBER, SERVICE, Mark, pairs
from k8snetviz.views.places import NO_ZONE
from k8snetviz.views.rows import keys
from k8snetviz.views.text import plain
from k8snetviz.views.theme import rank

NODES = 16  # columns; more nodes are drawn as zones
NOWHERE = "no node"  # column of backends that the ledger places on no node
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
    rows = pairs(backends, states)
    rows = rows[rows["mark"].ne(Mark.UNCOUNTED.value)]
    nodes = places.nodes_of(snapshot, rows)
    by_node = len(nodes) <= NODES
    columns, names = _node_columns(snapshot, nodes) if by_node else _zone_columns(nodes)
    placed = rows.assign(column=rows["node"].map(names).fillna(NOWHERE).astype("string"))
    if placed["column"].eq(NOWHERE).any():
        columns.append(Column(NOWHERE, "", "not told", None))
    zones = int(nodes["zone"].nunique())
    ranked = _ranked(states.merge(_alone(placed, zones=zones, nodes=len(nodes)), on=SERVICE, how="left"))
    each_once = placed.sort_values("serves", ascending=False, kind="stable").drop_duplicates(MEMBER)
    known = len(nodes) if by_node else zones
    return Placement(by_node, known, tuple(columns), ranked.head(limit), ranked.iloc[limit:], _cells(placed), _totals(each_once))


def _node_columns(snapshot: Snapshot, nodes: pd.DataFrame) -> tuple[list[Column], dict[str, str]]:
    made = places.node_places(snapshot, nodes)
    zones = nodes["zone"].fillna(NO_ZONE)
    columns = [Column(own.name, plain(zone), own.fields[-1], own.state, _word(own)) for own, zone in zip(made, zones, strict=True)]
    return columns, {name: plain(name) for name in nodes["node"]}


def _word(place: places.Place) -> str:
    return "" if place.state is None else place.note.rpartition(", ")[2]


def _zone_columns(nodes: pd.DataFrame) -> tuple[list[Column], dict[str, str]]:
    """Return the zones with their nodes counted; the smallest beyond what can be drawn share one column."""
    zone = nodes["zone"].fillna(NO_ZONE)
    sizes = zone.value_counts().reset_index().sort_values(["count", "zone"], ascending=[False, True], kind="stable")
    kept = set(sizes["zone"]) if len(sizes) <= NODES else set(sizes["zone"].head(NODES - 1))
    other = f"{len(sizes) - len(kept):,} other zones"
    shown = nodes.assign(zone=zone.where(zone.isin(kept), other))
    made = sorted(places.zone_places(shown), key=lambda own: (own.name in (other, NO_ZONE), own.name))
    columns = [Column(own.name, "", own.note, own.state) for own in made]
    return columns, {node: plain(name) for node, name in zip(shown["node"], shown["zone"], strict=True)}


def _alone(placed: pd.DataFrame, *, zones: int, nodes: int) -> pd.DataFrame:
    """Return the Services of several backends that serve which all stand on one of several nodes, or in one of several zones."""
    serving = placed[placed["serves"]].groupby(SERVICE, sort=True, observed=True)
    found = serving.agg(
        members=("member", "size"), on=("node", "count"), nodes=("node", "nunique"), within=("zone", "count"), zones=("zone", "nunique")
    )
    several = found["members"].ge(2)
    one_node = several & found["on"].eq(found["members"]) & found["nodes"].eq(1) & (nodes > 1)
    one_zone = several & found["within"].eq(found["members"]) & found["zones"].eq(1) & (zones > 1)
    alone = pd.Series(pd.NA, index=found.index, dtype="string").mask(one_zone, ONE_ZONE).mask(one_node, ONE_NODE)
    return alone.rename("alone").reset_index()


def _ranked(states: pd.DataFrame) -> pd.DataFrame:
    """Return `states` by state, what stands in one place before what does not, then by name."""
    ranked = states.assign(order=states["state"].map(rank).astype("int64"), spread=states["alone"].isna())
    by = ["order", "spread", *SERVICE]
    return ranked.sort_values(by, kind="stable", ignore_index=True).drop(columns=["order", "spread"])


def _cells(placed: pd.DataFrame) -> dict[tuple[str, str, str], Cell]:
    by = [*SERVICE, "column"]
    counted = _counted(placed, by)
    return dict(zip(keys(counted, by), map(Cell._make, keys(counted, _COUNTS)), strict=True))


def _totals(placed: pd.DataFrame) -> dict[str, Cell]:
    counted = _counted(placed, ["column"])
    return dict(zip(counted["column"], map(Cell._make, keys(counted, _COUNTS)), strict=True))


def _counted(placed: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    partly = placed["serves"] & placed["mark"].ne(Mark.READY.value).astype(bool)
    groups = placed.assign(partly=partly).groupby(by, sort=True, observed=True)
    return groups.agg(serving=("serves", "sum"), counted=("serves", "size"), partly=("partly", "sum")).reset_index()
