"""Snapshots of extreme clusters, as frames: what a picture must survive at any size."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import pandas as pd

from k8snetviz.model import tables
from k8snetviz.model.schema import Table
from k8snetviz.model.snapshot import FrameStore, Provenance, Snapshot

LONG = "n" * 253
_DECLARED = {table.name: table for table in tables.SNAPSHOT_TABLES}


class Extreme(NamedTuple):
    """A cluster and its answers."""

    snapshot: Snapshot
    states: pd.DataFrame
    backends: pd.DataFrame


def of_columns(table: Table, rows: int, **columns: Any) -> pd.DataFrame:
    """A declared table; a single value stands for a whole column, a column that is not named is missing."""
    given = {name: list(value) if isinstance(value, (list, range)) else [value] * rows for name, value in columns.items()}
    return table.from_columns({column.name: given.get(column.name, [None] * rows) for column in table.columns})


def cluster(
    *,
    services: list[tuple[str, str]],
    pods: int = 1,
    ports: int = 1,
    nodes: int = 3,
    zones: int = 3,
    state: str = "serving",
    known: bool = True,
    kind: str = "NodePort",
) -> Extreme:
    """Services with `pods` pods each on every one of `ports` ports."""
    node = [f"node-{number:05d}" for number in range(nodes)]
    zone = [f"zone-{number % max(zones, 1)}" for number in range(nodes)]
    serves = state == "serving"
    rows = [(ns, name, port, pod) for ns, name in services for port in range(ports) for pod in range(pods)]
    at = [(pod + place) % max(nodes, 1) for place, (_, _, _, pod) in enumerate(rows)]
    frames = {
        "nodes": of_columns(tables.NODES, nodes, node=node, zone=zone, ready=serves, ready_status=str(serves), unschedulable=False),
        "services": of_columns(
            tables.SERVICES,
            len(services),
            namespace=[ns for ns, _ in services],
            service=[name for _, name in services],
            type=kind,
            family="IPv4",
            session_affinity="None",
            observed=True,
            headless=False,
            publish_not_ready=False,
            managed=True,
        ),
        "service_ports": of_columns(
            tables.SERVICE_PORTS,
            len(services) * ports,
            namespace=[ns for ns, _ in services for _ in range(ports)],
            service=[name for _, name in services for _ in range(ports)],
            port=[port + 1 for _ in services for port in range(ports)],
            node_port=[30000 + port for _ in services for port in range(ports)],
            protocol="TCP",
            target_port="8080",
            position=[port for _ in services for port in range(ports)],
            port_name=[f"p{port}" for _ in services for port in range(ports)],
        ),
    }
    told = dict.fromkeys(("expected", "observed"), "ready" if serves else "not-ready" if known else "unknown")
    backends = of_columns(
        tables.BACKENDS,
        len(rows),
        namespace=[row[0] for row in rows],
        service=[row[1] for row in rows],
        port_name=[f"p{row[2]}" for row in rows],
        port=[row[2] + 1 for row in rows],
        pod_namespace=[row[0] for row in rows],
        pod=[f"{row[1]}-{row[3]}" for row in rows],
        workload=[f"{row[1]}-{row[3] % 40}" for row in rows],
        node=[node[place] for place in at] if nodes else None,
        zone=[zone[place] for place in at] if nodes else None,
        protocol="TCP",
        family="IPv4",
        workload_kind="Deployment",
        selected=True,
        target_port=8080,
        drift="none",
        reason=None if serves else "NOT_READY",
        value=None if serves else LONG,
        serves=serves,
        **told,
    )
    answers = of_columns(
        tables.SERVICE_STATES,
        len(services),
        namespace=[ns for ns, _ in services],
        service=[name for _, name in services],
        type=kind,
        managed=True,
        state=state,
        selected=pods,
        ready=pods if serves else 0,
        not_ready=0,
        terminating=0,
        reason=None if serves else "NOT_READY",
        detail=None if serves else LONG,
    )
    return Extreme(_snapshot(frames, services, nodes), answers, backends)


def _snapshot(frames: Mapping[str, pd.DataFrame], services: list[Any], nodes: int) -> Snapshot:
    read = [("Service", True), ("Pod", True), ("Node", True), ("Ingress", True)]
    coverage = of_columns(tables.COVERAGE, len(read), kind=[kind for kind, _ in read], complete=True)
    counts = {"Node": nodes, "Service": len(services)}
    return Snapshot(FrameStore({**frames, "coverage": coverage}), Provenance(LONG, server_version="v1.34.2", counts=counts))


EXTREMES: dict[str, Callable[[], Extreme]] = {
    "5,000 nodes in one zone": lambda: cluster(services=[("a", f"s{number}") for number in range(50)], pods=100, nodes=5000, zones=1),
    "5,000 nodes in as many zones": lambda: cluster(services=[("a", "s")], pods=5000, nodes=5000, zones=5000),
    "10,000 Services in one namespace": lambda: cluster(services=[("a", f"s{number:05d}") for number in range(10_000)]),
    "10,000 Services, all down": lambda: cluster(services=[("a", f"s{number:05d}") for number in range(10_000)], state="down"),
    "one Service with 20,000 pods": lambda: cluster(services=[("a", "s")], pods=20_000, nodes=500),
    "one Service with 20,000 broken pods": lambda: cluster(services=[("a", "s")], pods=20_000, nodes=500, state="down"),
    "500 ports": lambda: cluster(services=[("a", "s")], pods=3, ports=500),
    "3,000 namespaces": lambda: cluster(services=[(f"namespace-{number}", "s") for number in range(3000)]),
    "names of 253 characters": lambda: cluster(services=[(LONG, LONG + str(number)) for number in range(80)], pods=9, state="degraded"),
    "nothing at all": lambda: cluster(services=[], nodes=0),
    "nothing known": lambda: cluster(services=[("a", f"s{number}") for number in range(200)], nodes=0, state="unknown", known=False),
}
