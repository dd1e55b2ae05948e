"""What leads to Services from outside: Ingresses, routes, load balancers, external addresses, node ports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from k8snetviz.model.kinds import AddressRole, Kind, ServiceState
from k8snetviz.model.snapshot import Snapshot
from k8snetviz.views.rows import each, keys
from k8snetviz.views.text import plain

Reference = tuple[str, str]  # namespace and name of a Service


@dataclass(frozen=True)
class Entry:
    """One way in, and the Services behind it in order of appearance."""

    title: str
    kind: str
    name: str
    services: tuple[Reference, ...]
    note: str = ""  # a second line
    state: ServiceState | None = None  # where a table says that something is wrong with it
    hosts: tuple[str, ...] = field(default=())


def entries(snapshot: Snapshot, states: pd.DataFrame) -> list[Entry]:
    """Return the ways in: Ingresses, routes, then load balancers, external addresses and node ports of `states`."""
    return [*_ingresses(snapshot), *_routes(snapshot), *_load_balancers(snapshot, states), *_external(snapshot), *_node_ports(snapshot)]


def missing_services(snapshot: Snapshot, ways: Sequence[Entry]) -> list[tuple[str, ...]]:
    """Return for each of `ways` the Services that it names and that do not exist; none where Services were not read whole."""
    known = snapshot.table("services")
    there = set(keys(known, ["namespace", "service"]))
    whole: dict[str, bool] = {}
    lost: list[tuple[str, ...]] = []
    for entry in ways:
        absent = [reference for reference in entry.services if reference not in there]
        for namespace, _ in absent:
            if namespace not in whole:
                whole[namespace] = snapshot.knows(Kind.SERVICE, namespace)
        lost.append(tuple(f"{namespace}/{name}" for namespace, name in absent if whole[namespace]))
    return lost


def _ingresses(snapshot: Snapshot) -> Iterator[Entry]:
    rows = snapshot.table("ingress_rules")
    hosts, services = _sets(rows, ["namespace", "ingress"], ["host"]), _sets(rows, ["namespace", "ingress"], ["namespace", "service"])
    for (namespace, name), held in sorted(hosts.items()):
        yield _named("Ingress", namespace, name, services[namespace, name], tuple(plain(host) for (host,) in held))


def _routes(snapshot: Snapshot) -> Iterator[Entry]:
    rows = snapshot.table("routes")
    rows = rows[rows["backend_kind"].isna() | (rows["backend_kind"] == Kind.SERVICE.value)]
    rows = rows.assign(backend_namespace=rows["backend_namespace"].fillna(rows["namespace"]))
    by = ["kind", "namespace", "route"]
    hosts, services = _sets(rows, by, ["hosts"]), _sets(rows, by, ["backend_namespace", "service"])
    for (kind, namespace, name), held in sorted(hosts.items()):
        listed = tuple(host for (text,) in held for host in plain(text).split(","))
        yield _named(kind, namespace, name, services[kind, namespace, name], listed)


def _sets(rows: pd.DataFrame, by: list[str], columns: list[str]) -> dict[Any, tuple[Any, ...]]:
    """Return for each key the different cells of `columns` that are all there, in order of appearance."""
    found: dict[Any, dict[Any, None]] = {}
    for key, cells in zip(keys(rows, by), keys(rows, columns), strict=True):
        own = found.setdefault(key, {})
        if not any(pd.isna(cell) for cell in cells):
            own[cells] = None
    return {key: tuple(own) for key, own in found.items()}


def _load_balancers(snapshot: Snapshot, states: pd.DataFrame) -> Iterator[Entry]:
    given = _gathered(_of_role(snapshot, AddressRole.LOAD_BALANCER), "address")
    for row in each(states[states["load_balancer"].notna()]):
        held = tuple(plain(address) for address in given.get((row.namespace, row.service), ()))
        name = f"{row.namespace}/{row.service}"
        own = ((row.namespace, row.service),)
        if row.load_balancer == "pending":
            yield Entry("load balancer", "LoadBalancer", name, own, "pending", ServiceState.DEGRADED)
        else:
            yield Entry("load balancer", "LoadBalancer", name, own, ", ".join(held), hosts=held)


def _external(snapshot: Snapshot) -> Iterator[Entry]:
    for reference, addresses in sorted(_gathered(_of_role(snapshot, AddressRole.EXTERNAL), "address").items()):
        held = tuple(plain(address) for address in addresses)
        yield Entry("external IP", "external IP", "/".join(reference), (reference,), ", ".join(held), hosts=held)


def _node_ports(snapshot: Snapshot) -> Iterator[Entry]:
    services, opened = snapshot.table("services"), snapshot.table("service_ports")
    kind = {tuple(pair): kind for *pair, kind in keys(services, ["namespace", "service", "type"])}
    for reference, numbers in sorted(_gathered(opened[opened["node_port"].notna()], "node_port").items()):
        if kind.get(reference) == "NodePort":
            ports = tuple(dict.fromkeys(str(number) for number in numbers))
            title = ("node port " if len(ports) == 1 else "node ports ") + ", ".join(ports)
            yield Entry(title, "node port", "/".join(reference), (reference,))


def _of_role(snapshot: Snapshot, role: AddressRole) -> pd.DataFrame:
    rows = snapshot.table("service_addresses")
    return rows[rows["role"].eq(role.value)]


def _gathered(rows: pd.DataFrame, column: str) -> dict[Reference, list[Any]]:
    """Return the cells of `column` by Service."""
    found: dict[Reference, list[Any]] = {}
    for namespace, service, cell in keys(rows, ["namespace", "service", column]):
        found.setdefault((namespace, service), []).append(cell)
    return found


def _named(kind: str, namespace: str, name: str, services: tuple[Reference, ...], hosts: tuple[str, ...]) -> Entry:
    """Return an entry that is called after its one host, or by its name with the hosts below."""
    title = f"{kind} {hosts[0] if len(hosts) == 1 else plain(name)}"
    return Entry(title, kind, f"{namespace}/{name}", services, note=", ".join(hosts) if len(hosts) > 1 else "", hosts=hosts)
