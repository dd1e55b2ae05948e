"""Snapshots of a small shop at chosen minutes, for what is told of several of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd

from k8snetviz.model.snapshot import Snapshot
from tests import build
from tests.analysis.covered import Places, covered, everywhere

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
READ = everywhere("Service", "Pod", "Node", "EndpointSlice", "Event", "Deployment", "StatefulSet", "ReplicaSet")


def at(minute: int) -> pd.Timestamp:
    """That minute after the start."""
    return pd.Timestamp(START + timedelta(minutes=minute))


def moment(minute: int | None, *objects: build.Obj, name: str | None = None, read: Places = READ, cluster: str | None = None) -> Snapshot:
    """A snapshot of `objects` that tells its time; none where `minute` is None."""
    snap = covered([build.namespace("shop"), *objects], read)
    time = None if minute is None else START + timedelta(minutes=minute)
    counts = {kind: sum(item["kind"] == kind for item in objects) for kind in ("Service", "Pod", "Event")}
    snap.provenance = replace(snap.provenance, name=name or f"t{minute}", finished=time, cluster=cluster, counts=counts)
    return snap


def web(
    *, ready: bool = True, restarts: int = 0, name: str = "web-1", uid: str = "uid-1", created: str = "2026-01-01T00:00:00Z"
) -> list[build.Obj]:
    """The Service shop/web with one pod behind it on a node, and the slice that shows it."""
    status = {"containerStatuses": [{"name": "app", "restartCount": restarts, "ready": ready}]}
    pod = build.pod(name, labels={"app": "web"}, ready=ready, uid=uid, status=status)
    pod["metadata"]["creationTimestamp"] = created
    told = {"ready": ready, "serving": ready, "terminating": False}
    shown = build.endpoint("10.0.0.1", target=name, uid=uid, conditions=told)
    return [build.node("node-a"), build.service("web", selector={"app": "web"}), pod, build.endpoint_slice("web", (shown,))]


def event(reason: str, *, about: tuple[str, str] = ("Pod", "web-1"), first: int = 0, last: int = 0, count: int = 1) -> build.Obj:
    """An Event in the namespace shop."""
    times = [(START + timedelta(minutes=minute)).strftime("%Y-%m-%dT%H:%M:%SZ") for minute in (first, last)]
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": f"{about[1]}.{reason}", "namespace": "shop", "uid": f"uid-{reason}", "resourceVersion": "1"},
        "involvedObject": {"kind": about[0], "namespace": "shop", "name": about[1]},
        "reason": reason,
        "message": f"{reason} it is",
        "type": "Warning",
        "count": count,
        "firstTimestamp": times[0],
        "lastTimestamp": times[1],
    }


def plain(frame: pd.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    """The cells of `columns`, row by row; None where missing."""
    cells = frame[list(columns)].astype(object)
    return list(cells.where(cells.notna(), None).itertuples(index=False, name=None))
