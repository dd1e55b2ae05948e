"""The sentences under a service path: what follows for traffic, with the rule."""

from __future__ import annotations

from typing import Any

import pandas as pd

from k8snetviz.model.kinds import AddressRole, Kind
from k8snetviz.model.snapshot import Snapshot
from k8snetviz.model.tables.paths import Path, PathOutcome
from k8snetviz.views.hints import hint_sentence
from k8snetviz.views.path_doors import listing, own
from k8snetviz.views.text import count, plain

_SHOWN = 3  # ports with an error


def consequences(snapshot: Snapshot, row: Any, paths: pd.DataFrame, families: list[str]) -> list[str]:
    """Return the sentences of a Service (a row of SERVICES) with its SERVICE_PATHS; `families` of its addresses."""
    said = [*_port_errors(snapshot, row), *_outside(row, paths), *_inside(paths), *_families(paths, families)]
    if row.session_affinity == "ClientIP":
        said.append("Session affinity ClientIP: a source address stays with one pod, per node (SV-21).")
    return said + _hints(snapshot, row) + _source_ranges(snapshot, row)


def _port_errors(snapshot: Snapshot, row: Any) -> list[str]:
    told = own(snapshot.table("load_balancer_ports"), row)
    wrong = told[told["error"].notna()]
    said = [
        f"{plain(each.address)} does not serve port {each.port}/{plain(each.protocol)}: {plain(each.error)} (SV-54)."
        for each in wrong.head(_SHOWN).itertuples()
    ]
    more = len(wrong) - _SHOWN
    return [*said, f"{count(more, 'more port')} of the load balancer with an error (SV-54)."] if more > 0 else said


def _hints(snapshot: Snapshot, row: Any) -> list[str]:
    said = hint_sentence(snapshot, row.namespace, row.service)
    if said or pd.isna(row.traffic_distribution):
        return [said] if said else []
    wish = f"trafficDistribution {plain(row.traffic_distribution)} works by hints of EndpointSlices"
    if snapshot.knows(Kind.ENDPOINT_SLICE, row.namespace):
        return [f"{wish}; no endpoint has one, so all that are drawn are used (KX-11, SV-22)."]
    return [f"{wish}, which were not, or not wholly, read: a node may use fewer pods than drawn (KX-11, SV-22)."]


def _source_ranges(snapshot: Snapshot, row: Any) -> list[str]:
    """Say who may use the load balancer; what the ranges do not bind stays open, which surprises many."""
    if row.type != "LoadBalancer":
        return []
    ranges, addresses = own(snapshot.table("service_source_ranges"), row), own(snapshot.table("service_addresses"), row)
    if ranges.empty:
        return ["No source ranges: whoever reaches the load balancer may use it (SV-16)."]
    balanced = addresses[addresses["role"].eq(AddressRole.LOAD_BALANCER.value)]
    virtual = balanced[balanced["family"].notna() & balanced["ip_mode"].ne("Proxy").fillna(True)]
    by = " (by annotation)" if ranges["origin"].eq("annotation").all() else ""
    said = f"Only sources in {listing([plain(each) for each in ranges['cidr']])}{by} may use the load balancer; "
    if len(balanced) and virtual.empty:
        return [said + "it must see to that itself, since nodes do not capture its address (SV-52, KX-25)."]
    open_to_all = sorted(set(virtual["family"]) - set(ranges["family"].dropna()))
    more = [f"No range is {family}, so its {family} address is open to everybody (KX-25)." for family in open_to_all]
    return [said + "node ports, external addresses and the ClusterIP stay open to others (KX-25).", *more]


def _named(rows: pd.DataFrame) -> str:
    nodes = [plain(each) for each in rows["node"].dropna().drop_duplicates()]
    return listing(nodes) if nodes else "Nodes that were not read"


def _outside(row: Any, paths: pd.DataFrame) -> list[str]:
    rows = paths[paths["path"].eq(Path.EXTERNAL.value)]
    said = []
    dropped = rows[rows["outcome"].eq(PathOutcome.DROP.value)]
    if len(dropped):
        nodes, one = _named(dropped), dropped["node"].nunique() == 1
        checked = row.type == "LoadBalancer" and pd.notna(row.health_check_node_port)
        skip = "a load balancer skips it by its health check (SV-19, SV-53); " if checked else ""
        skip = skip if one else skip.replace("skips it by its", "skips them by their")
        said.append(f"{nodes}: no local endpoint, so {skip}a client that goes to {'its' if one else 'their'} address is dropped (KX-36).")
    elif rows["source"].eq("kept").any():
        said.append("From outside: pods see the client's own address (KX-52); a load balancer may have changed it before.")
    if rows["source"].eq("node").any():
        said.append("From outside: any node passes the connection on, and the pod sees a node's address, not the client's (KX-33, KX-51).")
    return said + _troubles(rows, "From outside")


def _inside(paths: pd.DataFrame) -> list[str]:
    rows = paths[paths["path"].eq(Path.INTERNAL.value)]
    said = []
    dropped = rows[rows["outcome"].eq(PathOutcome.DROP.value)]
    if len(dropped):
        said.append(f"From pods on {_named(dropped)}: dropped, since internalTrafficPolicy Local uses only pods of the same node (KX-32).")
    if rows["source"].eq("kept").any():
        said.append(
            "From pods in the cluster: the source stays the pod's address (KX-50); a pod that reaches itself is masqueraded (KX-55)."
        )
    return said + _troubles(rows, "From pods in the cluster")


def _troubles(rows: pd.DataFrame, who: str) -> list[str]:
    said = []
    for outcome in (PathOutcome.REJECT, PathOutcome.ASTRAY, PathOutcome.UNKNOWN, PathOutcome.SKIPPED):
        part = rows[rows["outcome"].eq(outcome.value)]
        if len(part):
            first = part.iloc[0]
            where = "" if len(part) == len(rows) else f" ({_partly(part)})"
            said.append(f"{who}{where}: {plain(first['detail'])} ({first['rule']}).")
    said += _astray(rows, who)
    fallback = rows["fallback"].fillna(False) & rows["outcome"].eq(PathOutcome.DELIVERED.value)
    if fallback.any():
        said.append(f"{who}: only terminating pods that still serve are left, and they are used ({rows.loc[fallback, 'rule'].iloc[0]}).")
    return said


def _astray(rows: pd.DataFrame, who: str) -> list[str]:
    """Say that some of the addresses in use do not serve, where others do."""
    size = rows["local_set"].where(rows["policy"].eq("Local"), rows["cluster_set"])
    part = rows[rows["outcome"].eq(PathOutcome.DELIVERED.value) & size.gt(rows["serving"]).fillna(False)]
    if part.empty:
        return []
    first = part.index[0]
    rule = "KX-14" if rows.loc[first, "policy"] == "Local" else "KX-13"
    lost = count(int(size[first] - rows.loc[first, "serving"]), "address")
    return [
        f"{who}: of {count(int(size[first]), 'endpoint')} in use, {lost} cannot serve, and part of the connections goes there ({rule})."
    ]


def _partly(rows: pd.DataFrame) -> str:
    ports = [f"{port}/{protocol}" for port, protocol in rows[["port", "protocol"]].drop_duplicates().itertuples(index=False, name=None)]
    families = [plain(each) for each in rows["family"].dropna().drop_duplicates()]
    read = int(rows["node"].nunique())
    nodes = [count(read, "node")] * (read > 0) + ["nodes that were not read"] * bool(rows["node"].isna().any())
    return f"{', '.join(families)}{' ' if families else ''}{listing(ports)}, {' and '.join(nodes)}"


def _families(paths: pd.DataFrame, families: list[str]) -> list[str]:
    if len(families) < 2:
        return []
    told = []
    for family in families:
        outcomes = paths.loc[paths["family"].eq(family).fillna(False), "outcome"]
        if outcomes.eq(PathOutcome.DELIVERED.value).any():
            told.append(f"{family} delivers")
        else:
            told.append(f"{family} " + ("is not known" if outcomes.eq(PathOutcome.UNKNOWN.value).any() else "delivers nowhere"))
    if all(each.endswith(" delivers") for each in told):
        return ["Dual stack: both families deliver, each by itself (KX-2)."]
    return [f"Dual stack, each family by itself (KX-2): {', '.join(told)}."]
