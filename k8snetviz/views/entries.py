"""What leads to Services from outside: Ingresses, routes, load balancers, external addresses, node ports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pandas as pd

from k8snetviz.model.kinds import AddressRole, Kind, ServiceState
from k8snetviz.model.snapshot import Snapshot
from k8snetviz.views.rows import each
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
    there = set(zip(known["namespace"], known["service"], strict=True))
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
    for (namespace, name), rows in snapshot.table("ingress_rules").groupby(["namespace", "ingress"], sort=True):
        hosts = tuple(plain(host) for host in rows["host"].dropna().unique())
        yield _named("Ingress", str(namespace), str(name), _services(rows, "namespace"), hosts)


def _routes(snapshot: Snapshot) -> Iterator[Entry]:
    rows = snapshot.table("routes")
    rows = rows[rows["backend_kind"].isna() | (rows["backend_kind"] == Kind.SERVICE.value)]
    for (kind, namespace, name), own in rows.groupby(["kind", "namespace", "route"], sort=True):
        hosts = tuple(host for text in own["hosts"].dropna().unique() for host in plain(text).split(","))
        services = _services(own.assign(backend_namespace=own["backend_namespace"].fillna(str(namespace))), "backend_namespace")
        yield _named(str(kind), str(namespace), str(name), services, hosts)


def _load_balancers(snapshot: Snapshot, states: pd.DataFrame) -> Iterator[Entry]:
    addresses = snapshot.table("service_addresses")
    addresses = addresses[addresses["role"] == AddressRole.LOAD_BALANCER.value]
    given = addresses.groupby(["namespace", "service"], sort=True)["address"].agg(list).to_dict()
    balanced = states[states["load_balancer"].notna()]
    for row in each(balanced):
        held = tuple(plain(address) for address in given.get((row.namespace, row.service), ()))
        name = f"{row.namespace}/{row.service}"
        own = ((row.namespace, row.service),)
        if row.load_balancer == "pending":
            yield Entry("load balancer pending", "LoadBalancer", name, own, "no address yet", ServiceState.DEGRADED)
        else:
            yield Entry("load balancer", "LoadBalancer", name, own, ", ".join(held), hosts=held)


def _external(snapshot: Snapshot) -> Iterator[Entry]:
    rows = snapshot.table("service_addresses")
    rows = rows[rows["role"] == AddressRole.EXTERNAL.value]
    for (namespace, name), own in rows.groupby(["namespace", "service"], sort=True):
        held = tuple(plain(address) for address in own["address"])
        yield Entry("external IP", "external IP", f"{namespace}/{name}", ((str(namespace), str(name)),), ", ".join(held), hosts=held)


def _node_ports(snapshot: Snapshot) -> Iterator[Entry]:
    services = snapshot.table("services")
    opened = snapshot.table("service_ports").merge(services.loc[services["type"] == "NodePort", ["namespace", "service"]])
    opened = opened[opened["node_port"].notna()]
    for (namespace, name), own in opened.groupby(["namespace", "service"], sort=True):
        ports = tuple(str(port) for port in own["node_port"].drop_duplicates())
        title = ("node port " if len(ports) == 1 else "node ports ") + ", ".join(ports)
        yield Entry(title, "node port", f"{namespace}/{name}", ((str(namespace), str(name)),))


def _named(kind: str, namespace: str, name: str, services: tuple[Reference, ...], hosts: tuple[str, ...]) -> Entry:
    """Return an entry that is called after its one host, or by its name with the hosts below."""
    title = f"{kind} {hosts[0] if len(hosts) == 1 else plain(name)}"
    return Entry(title, kind, f"{namespace}/{name}", services, note=", ".join(hosts) if len(hosts) > 1 else "", hosts=hosts)


def _services(rows: pd.DataFrame, namespace: str) -> tuple[Reference, ...]:
    named = rows[rows["service"].notna()].drop_duplicates([namespace, "service"])
    return tuple((str(ns), str(name)) for ns, name in zip(named[namespace], named["service"], strict=True))
