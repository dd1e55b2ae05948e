"""Where pods run: one mark per node, or per zone where there are many nodes."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from k8snetviz.model.kinds import Kind, ServiceState
from k8snetviz.model.snapshot import Snapshot
from k8snetviz.views.rows import each
from k8snetviz.views.text import MISSING, count, plain

NO_ZONE = "no zone"
UNKNOWN_ZONE = "zone not known"
_DOWN = ("False", "Unknown")  # of the condition Ready; kubectl calls both NotReady


@dataclass(frozen=True)
class Place:
    """A node, or a zone with its nodes."""

    name: str
    note: str
    state: ServiceState | None  # None where nothing is wrong with it
    fields: tuple[str, ...]  # what the mouse is told


def nodes_of(snapshot: Snapshot, member_rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row per node that was read or holds a member: `node`, `zone`, `area` (the zone in words), `status` of Ready, `read`."""
    read = snapshot.table("nodes")[["node", "zone", "ready_status"]].rename(columns={"ready_status": "status"}).assign(read=True)
    named = member_rows.loc[member_rows["node"].notna(), ["node", "zone"]].drop_duplicates("node")
    unread = named[~named["node"].isin(read["node"])].assign(read=False)
    unread["status"] = pd.array([pd.NA] * len(unread), dtype="string")
    found = pd.concat([read, unread], ignore_index=True) if len(unread) else read
    found = found.assign(area=found["zone"].fillna(zoneless(snapshot)))
    return found.sort_values(["zone", "node"], kind="stable", ignore_index=True, na_position="last")


def zoneless(snapshot: Snapshot) -> str:
    """Return what is said of a node without a zone: that it has none, or, where Nodes were not collected, that it is not known."""
    return NO_ZONE if snapshot.knows(Kind.NODE) else UNKNOWN_ZONE


def node_places(snapshot: Snapshot, nodes: pd.DataFrame) -> list[Place]:
    """Return one place per node, in the order of `nodes`."""
    complete = snapshot.knows(Kind.NODE)
    return [_node(row.node, row.area, row.status, known=row.read or not complete) for row in each(nodes)]


def zone_places(nodes: pd.DataFrame) -> list[Place]:
    """Return one place per zone with its nodes counted, zones with a node that is not Ready first."""
    zones = nodes.assign(down=nodes["status"].isin(_DOWN)).groupby("area", sort=True)
    counted = zones.agg(nodes=("node", "size"), down=("down", "sum")).sort_values("down", ascending=False, kind="stable")
    return [
        Place(
            plain(row.Index),
            f"{row.down:,} of {row.nodes:,} down" if row.down else count(row.nodes, "node"),
            ServiceState.DOWN if row.down == row.nodes else ServiceState.DEGRADED if row.down else None,
            ("zone", plain(row.Index), count(row.nodes, "node"), f"{row.down:,} NotReady"),
        )
        for row in each(counted)
    ]


def capped(zones: list[Place], most: int) -> list[Place]:
    """Return at most `most` zones; the last one stands for the rest, which are counted."""
    if len(zones) <= most:
        return zones
    number = len(zones) - most + 1
    return [*zones[: most - 1], Place(f"{number:,} more zones", "", None, ("zones", f"{number:,} more", "", ""))]


def _node(node: str, area: str, status: str, *, known: bool) -> Place:
    note = plain(area)
    where = MISSING if area in (NO_ZONE, UNKNOWN_ZONE) else note
    if not known:
        return Place(plain(node), "no such Node", ServiceState.DOWN, ("node", plain(node), where, "named by a pod, not among the Nodes"))
    if pd.isna(status):
        return Place(plain(node), note, None, ("node", plain(node), where, "readiness not known"))
    down = status in _DOWN
    told = ("NotReady" if down else "Ready") + (" (no word from its kubelet)" if status == "Unknown" else "")
    return Place(
        plain(node), f"NotReady, {note}" if down else note, ServiceState.DOWN if down else None, ("node", plain(node), where, told)
    )
