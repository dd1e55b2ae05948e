"""Small builders of answer tables, and of a snapshot around them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pandas as pd

from k8snetviz.model import tables
from k8snetviz.model.schema import Table
from k8snetviz.model.snapshot import FrameStore, Provenance, Snapshot

Row = dict[str, Any]


def frame(table: Table, *rows: Row) -> pd.DataFrame:
    """A declared table of `rows`; columns that a row does not name are missing."""
    return table.from_rows([{column.name: None for column in table.columns} | row for row in rows])


def state(service: str = "shop/web", state: str = "serving", **more: Any) -> Row:
    namespace, name = service.split("/")
    row = {"namespace": namespace, "service": name, "type": "ClusterIP", "managed": True, "state": state}
    return row | {"selected": 1, "ready": 1, "not_ready": 0, "terminating": 0} | more


def backend(service: str = "shop/web", pod: str | None = "web-0", **more: Any) -> Row:
    """A ready backend; the workload is the pod's name up to its last dash."""
    namespace, name = service.split("/")
    row: Row = {"namespace": namespace, "service": name, "port_name": "http", "port": 80, "protocol": "TCP", "family": "IPv4"}
    row |= {"address": "10.0.0.1", "node": "node-a", "zone": "zone-1", "target_port": 8080, "selected": True}
    row |= {"expected": "ready", "observed": "ready", "drift": "none", "serves": True}
    if pod is not None:
        row |= {"pod_namespace": namespace, "pod": pod, "workload_kind": "Deployment", "workload": pod.rpartition("-")[0]}
    return row | more


def not_ready(service: str = "shop/web", pod: str = "web-0", value: str = "CrashLoopBackOff", **more: Any) -> Row:
    broken = {"expected": "not-ready", "observed": "not-ready", "serves": False, "reason": "NOT_READY", "value": value, "rule": "EP-7"}
    return backend(service, pod, **(broken | more))


def absent(service: str = "shop/web", pod: str = "web-0", reason: str = "PORT_UNRESOLVED", **more: Any) -> Row:
    broken = {"expected": "absent", "observed": "absent", "serves": False, "reason": reason, "target_port": None, "rule": "EP-6"}
    return backend(service, pod, **(broken | more))


def states(*rows: Row) -> pd.DataFrame:
    return frame(tables.SERVICE_STATES, *rows)


def backends(*rows: Row) -> pd.DataFrame:
    return frame(tables.BACKENDS, *rows)


def service(name: str = "shop/web", **more: Any) -> Row:
    namespace, own = name.split("/")
    row = {"namespace": namespace, "service": own, "type": "ClusterIP", "headless": False, "session_affinity": "None"}
    return row | {"publish_not_ready": False, "managed": True, "observed": True} | more


def snapshot(*, read: tuple[str, ...] = ("Service", "Pod", "Node", "Ingress"), name: str = "shop-prod", **frames: list[Row]) -> Snapshot:
    """A snapshot of `frames`, by table name, in which the kinds of `read` were read whole."""
    declared = {table.name: table for table in tables.SNAPSHOT_TABLES}
    made = {key: frame(declared[key], *rows) for key, rows in frames.items()}
    made["coverage"] = frame(tables.COVERAGE, *({"kind": kind, "complete": True} for kind in read))
    at = datetime(2026, 11, 22, 14, 3, 10, tzinfo=UTC)
    counts = {"Node": 1, "Pod": 2, "Service": len(frames.get("services", []))}
    return Snapshot(FrameStore(made), Provenance(name, server_version="v1.34.2", started=at, finished=at.replace(second=18), counts=counts))


def named(picture: Any, name: str) -> Any:
    """The one trace of that name."""
    (trace,) = [trace for trace in picture.data if trace.name == name]
    return trace


def words(picture: Any) -> list[str]:
    """Every text on the picture."""
    return [text for trace in picture.data if trace.type == "scatter" for text in trace.text]
