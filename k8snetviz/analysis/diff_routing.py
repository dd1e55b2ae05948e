"""Which fields of policies and of what leads in from outside matter for traffic, and how their values are written."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pandas as pd

from k8snetviz.analysis.columns import equals, rows_with
from k8snetviz.analysis.diff_columns import text
from k8snetviz.analysis.diff_fields import inventory, joined, selector_text, table_of
from k8snetviz.analysis.diff_objects import Cells, Facet, Family, Fields
from k8snetviz.model.kinds import Direction, Kind
from k8snetviz.model.snapshot import Snapshot

_POLICIES = (Kind.NETWORK_POLICY, Kind.ADMIN_NETWORK_POLICY, Kind.BASELINE_ADMIN_NETWORK_POLICY, Kind.CLUSTER_NETWORK_POLICY)
_ROUTES = (Kind.HTTP_ROUTE, Kind.GRPC_ROUTE, Kind.TCP_ROUTE, Kind.TLS_ROUTE, Kind.UDP_ROUTE, Kind.OPENSHIFT_ROUTE)


def _policy_fields(rows: list[Cells]) -> Fields:
    (cells,) = rows
    types = ",".join(word for word, acts in (("Ingress", cells["ingress"]), ("Egress", cells["egress"])) if acts)
    return {"spec.policyTypes": types or None, "spec.priority": text(cells["priority"]), "spec.tier": cells["tier"]}


def _rule_rows(snap: Snapshot) -> pd.DataFrame:
    """Return what policies say, one row per part of a rule or of a selector, `part` telling which."""
    names = {"policy": "name"}
    where = ["kind", "namespace", "name", "direction", "rule", "peer"]
    rules = snap.policy_rules.rename(columns=names | {"name": "title"}).assign(peer=-1, part="rule")
    peers = snap.policy_peers.rename(columns=names).assign(part="peer")
    ports = snap.policy_ports.rename(columns=names).assign(peer=-1, part="port").drop(columns="position")
    selectors = snap.selectors
    selectors = selectors[equals(selectors["kind"], *(kind.value for kind in _POLICIES))].assign(part="selector")
    parts = [rules[[*where, "part", "title", "action"]], peers[[*where, "part", "form", "field", "cidr", "except_"]]]
    parts += [ports[[*where, "part", "protocol", "port", "end_port", "port_name"]], selectors]
    whole = pd.concat([part.astype("string") for part in parts], ignore_index=True)
    columns = [
        "title",
        "action",
        "form",
        "field",
        "cidr",
        "except_",
        "protocol",
        "port",
        "end_port",
        "port_name",
        "key",
        "operator",
        "value",
    ]
    return whole.reindex(columns=[*where, "part", *columns])


def _rule_fields(rows: list[Cells]) -> Fields:
    """Return one text per direction; rules of a NetworkPolicy are a set, those of other policies are asked in their order."""
    selectors: dict[str, list[Any]] = {}
    for cells in rows:
        if cells["part"] == "selector":
            selectors.setdefault(cells["field"], []).append((cells["key"], cells["operator"], cells["value"]))
    found: Fields = {path: selector_text(pairs) for path, pairs in selectors.items() if "[" not in path}
    for direction in Direction:
        mine = [cells for cells in rows if cells["direction"] == direction.value]
        numbers = sorted({int(cells["rule"]) for cells in mine})
        texts = [_rule_text([cells for cells in mine if int(cells["rule"]) == number], selectors) for number in numbers]
        if rows[0]["kind"] == Kind.NETWORK_POLICY.value:
            texts = sorted(set(texts))
        found[f"spec.{direction.value}"] = "; ".join(texts) or None
    return found


def _rule_text(rows: list[Cells], selectors: dict[str, list[Any]]) -> str:
    head = next((cells for cells in rows if cells["part"] == "rule"), None)
    peers: dict[str, list[Cells]] = {}
    for cells in rows:
        if cells["part"] == "peer":
            peers.setdefault(cells["peer"], []).append(cells)
    ports = joined(_port_text(cells) for cells in rows if cells["part"] == "port") or "all ports"
    told = " | ".join(sorted({_peer_text(group, selectors) for group in peers.values()})) or "anyone"
    action = head["action"] if head else "Allow"
    return f"{action} {told} on {ports}"


def _peer_text(rows: list[Cells], selectors: dict[str, list[Any]]) -> str:
    first = rows[0]
    blocks = [f"{'except ' if cells['except_'] == 'True' else ''}{cells['cidr']}" for cells in rows if cells["cidr"]]
    below = sorted(path for path in selectors if path == first["field"] or path.startswith(f"{first['field']}."))
    words = [f"{path.removeprefix(first['field']).strip('.') or 'selector'} {selector_text(selectors[path])}" for path in below]
    return f"{first['form']} {' '.join([*sorted(blocks), *words])}".strip()


def _port_text(cells: Cells) -> str:
    number = cells["port_name"] or cells["port"] or "any"
    span = f"{number}-{cells['end_port']}" if cells["end_port"] else number
    return f"{span}/{cells['protocol'] or 'any'}"


POLICY_OBJECTS = Family(
    table_of("policies", None, "policy", ["uid"]),
    (
        Facet(table_of("policies", None, "policy", ["ingress", "egress", "priority", "tier"]), _policy_fields),
        Facet(_rule_rows, _rule_fields),
    ),
)


def _inventory(*kinds: Kind) -> Callable[[Snapshot], pd.DataFrame]:
    """Return a function that gives the objects of `kinds`: some have no rows of their own in another table."""

    def rows(snap: Snapshot) -> pd.DataFrame:
        objects = inventory(snap, *kinds)
        return objects.loc[equals(objects["kind"], *(kind.value for kind in kinds)), ["kind", "namespace", "name", "uid"]].reset_index(
            drop=True
        )

    return rows


def _backend(name: str | None, port: Any) -> str | None:
    return None if name is None else f"{name}:{port}" if port is not None else name


def _ingress_fields(rows: list[Cells]) -> Fields:
    found: dict[str, list[str]] = {}
    for cells in rows:
        target = _backend(cells["service"], cells["port_name"] or cells["port"]) or cells["resource"] or "nothing"
        path = (
            "spec.defaultBackend" if cells["default"] else f"spec.rules[{cells['host'] or '*'}{cells['path'] or ''} {cells['path_type']}]"
        )
        found.setdefault(path, []).append(f"{target}{' with TLS' if cells['tls'] else ''}")
    return {"spec.ingressClassName": rows[0]["ingress_class"]} | {path: joined(targets) for path, targets in found.items()}


_INGRESS = ["ingress_class", "host", "path", "path_type", "service", "port_name", "port", "resource", "tls", "default"]


def _addresses(kind: Kind) -> Facet:
    rows = table_of("ingress_addresses", None, "name", ["address"])
    field = "status.loadBalancer.ingress" if kind is Kind.INGRESS else "status.addresses"
    return Facet(lambda snap: rows_with(rows(snap), kind=kind.value), lambda cells: {field: joined(c["address"] for c in cells)})


INGRESSES = Family(
    _inventory(Kind.INGRESS),
    (Facet(table_of("ingress_rules", Kind.INGRESS, "ingress", _INGRESS), _ingress_fields), _addresses(Kind.INGRESS)),
)
INGRESS_CLASSES = Family(
    _inventory(Kind.INGRESS_CLASS),
    (
        Facet(
            table_of("ingress_classes", Kind.INGRESS_CLASS, "ingress_class", ["controller", "default"], spaced=False),
            lambda rows: {"spec.controller": rows[0]["controller"], "metadata.annotations[is-default-class]": text(rows[0]["default"])},
        ),
    ),
)


def _listener_fields(rows: list[Cells]) -> Fields:
    found: Fields = {"spec.gatewayClassName": rows[0]["gateway_class"]}
    for cells in rows:
        told = f"{cells['protocol']} {cells['port']} {cells['hostname'] or '*'} from {cells['allowed_from']}"
        found[f"spec.listeners[{cells['listener']}]"] = told
    return found


_LISTENER = ["gateway_class", "listener", "hostname", "port", "protocol", "allowed_from"]
GATEWAYS = Family(
    _inventory(Kind.GATEWAY),
    (Facet(table_of("gateway_listeners", Kind.GATEWAY, "gateway", _LISTENER), _listener_fields), _addresses(Kind.GATEWAY)),
)


def _route_fields(rows: list[Cells]) -> Fields:
    found: dict[str, list[str]] = {}
    for cells in rows:
        space = f"{cells['backend_namespace']}/" if cells["backend_namespace"] not in (None, cells["namespace"]) else ""
        kind = f"{cells['backend_kind']} " if cells["backend_kind"] not in (None, Kind.SERVICE.value) else ""
        target = _backend(cells["service"], cells["port"] if cells["port"] is not None else cells["port_name"])
        weight = f" weight {cells['weight']}" if cells["weight"] not in (None, 1) else ""
        found.setdefault(f"spec.rules[{cells['match'] or '*'}]", []).append(f"{kind}{space}{target}{weight}" if target else "nothing")
    return {"spec.hostnames": _hosts(rows[0]["hosts"])} | {path: joined(targets) for path, targets in found.items()}


def _hosts(hosts: str | None) -> str | None:
    return None if hosts is None else joined(host.strip() for host in hosts.split(","))


def _parent_fields(rows: list[Cells]) -> Fields:
    found: dict[str, list[str]] = {"spec.parentRefs": []}
    for cells in rows:
        section = f"/{cells['section']}" if cells["section"] else ""
        port = f":{cells['port']}" if cells["port"] else ""
        parent = f"{cells['parent_kind']} {cells['parent_namespace']}/{cells['parent']}{section}{port}"
        found["spec.parentRefs"].append(parent)
        for name, condition in (("accepted", "Accepted"), ("resolved_refs", "ResolvedRefs")):
            if cells[name] is not None:
                found.setdefault(f"status.parents[{parent}].{condition}", []).append(cells[name])
    return {path: joined(values) for path, values in found.items()}


_ROUTE = ["hosts", "rule", "match", "backend_kind", "backend_namespace", "service", "port", "port_name", "weight"]
_PARENT = ["parent_kind", "parent_namespace", "parent", "section", "port", "accepted", "resolved_refs"]
ROUTE_OBJECTS = Family(
    _inventory(*_ROUTES),
    (
        Facet(table_of("routes", None, "route", _ROUTE), _route_fields),
        Facet(table_of("route_parents", None, "route", _PARENT), _parent_fields),
    ),
)


def _grant_fields(rows: list[Cells]) -> Fields:
    return {"spec": joined(f"{c['from_kind']} of {c['from_namespace']} to {c['to_kind']} {c['to_name'] or '*'}" for c in rows)}


_GRANT = ["from_kind", "from_namespace", "to_kind", "to_name"]
GRANTS = Family(
    _inventory(Kind.REFERENCE_GRANT), (Facet(table_of("reference_grants", Kind.REFERENCE_GRANT, "grant", _GRANT), _grant_fields),)
)
OUTSIDE: Iterable[Family] = (POLICY_OBJECTS, INGRESSES, INGRESS_CLASSES, GATEWAYS, ROUTE_OBJECTS, GRANTS)
