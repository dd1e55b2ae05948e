"""What every node does with a new connection to one Service (SERVICE_PATHS): traffic policies, fallback, source address."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import pandas as pd

from k8snetviz.analysis.ledger import backends
from k8snetviz.analysis.observed import SLICES, sources_of
from k8snetviz.analysis.references import resolve_service
from k8snetviz.model.kinds import AddressRole, BackendState, Kind
from k8snetviz.model.snapshot import Snapshot
from k8snetviz.model.tables.paths import SERVICE_PATHS, Path, PathOutcome, SourceAddress

_CLUSTER, _LOCAL = "Cluster", "Local"
Row = dict[str, Any]


class Door(NamedTuple):
    """One Service port in one family, on one path."""

    path: Path
    policy: str
    port_name: str | None
    port: int
    protocol: str
    family: str | None


class Sets(NamedTuple):
    """The endpoints of one Service port and family that kube-proxy knows. Serving ones are among them."""

    cluster: int
    cluster_serving: int
    cluster_leaves: bool  # the cluster set is the terminating fallback
    local: dict[str, tuple[int, int, bool]]  # by node: endpoints, serving ones, fallback
    told: bool  # absence means none
    placed: bool  # every endpoint has a node, or is known to have none


class Decision(NamedTuple):
    """What happens, by which rule, in words."""

    outcome: PathOutcome
    rule: str
    detail: str


def service_paths(snap: Snapshot, service: str, *, ledger: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return SERVICE_PATHS of one Service, in key order; none for ExternalName and headless ones (KX-1).

    Parameters
    ----------
    service : as ``ns/name``
    ledger : BACKENDS, if it is at hand; rows of other Services are left out

    Notes
    -----
    Decided: kube-proxy follows what is observed; where nothing observed was read, what is expected. Hints are not
    collected, so the cluster set is the one without them (KX-11). Where Nodes were not read whole, one row without
    `node` stands for every other one.

    Raises
    ------
    UnknownReference : there is no such Service.
    """
    wanted = resolve_service(snap, service)
    services = snap.services
    row = services[(services["namespace"] == wanted.namespace) & (services["service"] == wanted.name)].iloc[0]
    if row["headless"] or row["type"] == "ExternalName":
        return SERVICE_PATHS.empty()
    rows = backends(snap, f"{wanted.namespace}/{wanted.name}") if ledger is None else ledger
    rows = rows[(rows["namespace"] == wanted.namespace) & (rows["service"] == wanted.name)]
    doors = list(_doors(snap, row))
    found = {door: _sets(snap, row, rows, door) for door in doors}
    nodes = _nodes(snap, rows)
    health = _health(row, list(found.values()))
    lines = [line for door in doors for line in _rows(row, door, found[door], nodes, health)]
    return SERVICE_PATHS.from_columns({name: [line[name] for line in lines] for name in SERVICE_PATHS.names}, ordered=False)


def _doors(snap: Snapshot, row: pd.Series[Any]) -> Iterator[Door]:
    addresses, ports = snap.service_addresses, snap.service_ports
    addresses = addresses[(addresses["namespace"] == row["namespace"]) & (addresses["service"] == row["service"])]
    ports = ports[(ports["namespace"] == row["namespace"]) & (ports["service"] == row["service"])]
    captured = addresses[addresses["role"].ne(AddressRole.CLUSTER.value) & addresses["ip_mode"].ne("Proxy").fillna(True)]
    families = [None if pd.isna(each) else each for each in (row["family"], row["second_family"])]
    for port in ports.to_dict("records"):
        for family in families[: 2 if families[1] else 1]:
            own = (None if pd.isna(port["port_name"]) else port["port_name"], int(port["port"]), port["protocol"], family)
            yield Door(Path.INTERNAL, _policy(row["internal_traffic_policy"]), *own)
            if pd.notna(port["node_port"]) or (family and captured["family"].eq(family).any()):  # KX-10, KX-23
                yield Door(Path.EXTERNAL, _policy(row["external_traffic_policy"]), *own)


def _policy(value: Any) -> str:
    return _LOCAL if pd.notna(value) and value == _LOCAL else _CLUSTER


def _sets(snap: Snapshot, row: pd.Series[Any], ledger: pd.DataFrame, door: Door) -> Sets:
    same = ledger["port"].eq(door.port) & ledger["protocol"].eq(door.protocol)
    same &= ledger["port_name"].isna() if door.port_name is None else ledger["port_name"].eq(door.port_name)
    if door.family is not None:
        same &= ledger["family"].eq(door.family)
    own = ledger[same.fillna(False)]
    state = effective(own)
    ready, leaving = own[state.eq(BackendState.READY.value)], own[state.eq(BackendState.TERMINATING.value)]
    used = ready if len(ready) else leaving
    sources = sources_of(snap, row.to_frame().T.reset_index(drop=True))
    whole = bool(sources.whole[0]) or (bool(row["managed"]) and snap.knows(Kind.POD, row["namespace"]))
    return Sets(
        cluster=len(used),
        cluster_serving=int(ready["serves"].sum()) if len(ready) else len(leaving),
        cluster_leaves=bool(len(used)) and not len(ready),
        local=_by_node(leaving, leaves=True) | _by_node(ready, leaves=False),
        told=whole and not state.eq(BackendState.UNKNOWN.value).any(),
        placed=bool(used["node"].notna().all()) or bool(sources.source[0] == SLICES),  # KX-7: without nodeName never local
    )


def effective(ledger: pd.DataFrame) -> pd.Series[Any]:
    """Return the state of each row of BACKENDS that kube-proxy and DNS act on: observed, else expected where that is not known."""
    told = ledger["observed"].ne(BackendState.UNKNOWN.value)
    return ledger["observed"].where(told, ledger["expected"].fillna(BackendState.UNKNOWN.value))


def _by_node(endpoints: pd.DataFrame, *, leaves: bool) -> dict[str, tuple[int, int, bool]]:
    groups = endpoints.groupby("node")["serves"].agg(["size", "sum"])
    return {str(node): (int(size), int(size if leaves else serving), leaves) for node, size, serving in groups.itertuples(name=None)}


def _nodes(snap: Snapshot, ledger: pd.DataFrame) -> list[str | None]:
    """Return the nodes, and None for those that were not read."""
    names: list[str | None] = sorted(snap.nodes["node"])
    if snap.knows(Kind.NODE):
        return names or [None]
    return [*sorted({*snap.nodes["node"], *ledger["node"].dropna()}), None]


def _health(row: pd.Series[Any], found: list[Sets]) -> dict[str, int] | None:
    """Return the nodes that answer 200 on the health check port, or None where that cannot be told (SV-19)."""
    if pd.isna(row["health_check_node_port"]) or not all(sets.told and sets.placed for sets in found):
        return None
    return {node: 200 for sets in found for node, (_, _, leaves) in sets.local.items() if not leaves}


def _rows(row: pd.Series[Any], door: Door, sets: Sets, nodes: list[str | None], health: dict[str, int] | None) -> Iterator[Row]:
    checked = health is not None and door.path is Path.EXTERNAL and door.policy == _LOCAL
    alike: dict[tuple[object, ...], Row] = {}  # most of many nodes do the same
    for node in nodes:
        local = sets.local.get(node or "", (0, 0, False))
        sure = local[0] > 0 or (sets.told and sets.placed and node is not None)
        if (*local, sure) not in alike:
            alike[*local, sure] = _row(row, door, sets, local, sure=sure)
        answer = (health or {}).get(node, 503) if checked and node is not None else None
        yield alike[*local, sure] | {"node": node, "health_check": answer}


def _row(row: pd.Series[Any], door: Door, sets: Sets, local: tuple[int, int, bool], *, sure: bool) -> Row:
    """Return what a node with the `local` endpoints does, without the node."""
    size, serving, leaves = local if door.policy == _LOCAL else (sets.cluster, sets.cluster_serving, sets.cluster_leaves)
    decided = _skipped(row) or decide(door, sets, local, sure=sure)
    source, source_rule = _source(door) if decided.outcome is PathOutcome.DELIVERED else (None, None)
    return {
        "namespace": row["namespace"],
        "service": row["service"],
        **door._asdict(),
        "cluster_set": sets.cluster if sets.told or sets.cluster else None,
        "local_set": local[0] if sure else None,
        "serving": serving if size or decided.outcome is not PathOutcome.UNKNOWN else None,
        "fallback": leaves if size else None,
        "outcome": decided.outcome.value,
        "source": source,
        "rule": decided.rule,
        "source_rule": source_rule,
        "detail": decided.detail,
    }


def decide(door: Door, sets: Sets, local: tuple[int, int, bool], *, sure: bool) -> Decision:
    """Return what a node with the `local` endpoints does; ``sure=False``: it may have more of them than are known."""
    inside, own = door.path is Path.INTERNAL, door.policy == _LOCAL
    size, serving, leaves = local if own else (sets.cluster, sets.cluster_serving, sets.cluster_leaves)
    where = "on this node" if own else "anywhere"
    if size and not serving:
        return Decision(PathOutcome.ASTRAY, "KX-14" if own else "KX-13", f"forwarded to {size} of which none serves")
    if size:
        rule = ("KX-14" if own else "KX-13") if leaves else _DELIVERED[inside, own]
        kind = "only terminating ones that still serve" if leaves else "ready"
        kind += f"; {size - serving} of them cannot serve" if serving < size else ""
        return Decision(PathOutcome.DELIVERED, rule, f"delivered to one of {size} {where}, {kind}")
    if not sets.cluster and not sets.told:
        return Decision(PathOutcome.UNKNOWN, "SN-26", "whether there are endpoints is not known")
    if not sets.cluster:
        return Decision(PathOutcome.REJECT, "KX-31" if inside else "KX-34", "no endpoint anywhere: refused")
    if not sure:
        return Decision(PathOutcome.UNKNOWN, "SN-26", "whether an endpoint is on this node is not known")
    return Decision(
        PathOutcome.DROP, "KX-32" if inside else "KX-36", "policy Local and no endpoint on this node: dropped without an answer"
    )


_DELIVERED = {(True, False): "KX-30", (True, True): "KX-17", (False, False): "KX-33", (False, True): "KX-35"}  # internal, Local


def _source(door: Door) -> tuple[str, str]:
    if door.path is Path.INTERNAL:
        return SourceAddress.KEPT.value, "KX-50"
    return (SourceAddress.KEPT.value, "KX-52") if door.policy == _LOCAL else (SourceAddress.NODE.value, "KX-51")


def _skipped(row: pd.Series[Any]) -> Decision | None:
    if pd.notna(row["proxy_name"]):
        return Decision(PathOutcome.SKIPPED, "SV-26", "kube-proxy leaves it to another proxy, whose rules are not known")
    if pd.isna(row["cluster_ip"]) and row["observed"]:
        return Decision(PathOutcome.SKIPPED, "KX-1", "no cluster address was allocated, so kube-proxy skips it")
    return None
