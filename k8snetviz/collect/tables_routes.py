"""ROUTES and ROUTE_PARENTS: Gateway API and OpenShift."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from k8snetviz.collect.structs.routing import (
    BackendReference,
    Condition,
    GatewayRoute,
    MethodMatch,
    OpenShiftRoute,
    ParentReference,
    RouteMatch,
    RouteRule,
)
from k8snetviz.collect.whole_columns import frame_of
from k8snetviz.model.kinds import Kind
from k8snetviz.model.tables import ROUTE_PARENTS, ROUTES

if TYPE_CHECKING:
    from k8snetviz.collect.store import ObjectStore

GATEWAY_GROUP = "gateway.networking.k8s.io"
_GATEWAY_ROUTES = (Kind.HTTP_ROUTE, Kind.GRPC_ROUTE, Kind.TCP_ROUTE, Kind.TLS_ROUTE, Kind.UDP_ROUTE)
_EVERYTHING = "PathPrefix /"  # GW-10
_NOT_TOLD = Condition()
_OPENSHIFT_WEIGHT = 100  # what OpenShift fills in


def kind_in_group(kind: str, group: str) -> str:
    """Return `kind`, with its API group where that is neither core nor Gateway API (``ServiceImport.multicluster.x-k8s.io``).

    A Service outside the core group is none of ours, so it carries its group too.
    """
    plain = not group or (group == GATEWAY_GROUP and kind != Kind.SERVICE)
    return kind if plain else f"{kind}.{group}"


def routes(store: ObjectStore) -> pd.DataFrame:
    """Return ROUTES."""
    return frame_of(ROUTES, _route_rows(store))


def _route_rows(store: ObjectStore) -> Iterator[tuple[object, ...]]:
    for kind in _GATEWAY_ROUTES:
        for route in store.objects(kind):
            yield from _gateway_route_rows(kind, route)
    for route in store.objects(Kind.OPENSHIFT_ROUTE):
        yield from _openshift_rows(route)


def _gateway_route_rows(kind: Kind, route: GatewayRoute) -> Iterator[tuple[object, ...]]:
    meta = route.metadata
    hosts = ",".join(route.spec.hostnames or ()) or None
    for number, rule in enumerate(route.spec.rules or [RouteRule()]):  # GW-10: no rules, one default rule
        match = _rule_text(kind, rule)
        if not rule.backend_refs:
            yield (kind.value, meta.namespace, meta.name, hosts, number, 0, match, *(None,) * 6)
        for position, backend in enumerate(rule.backend_refs or ()):
            yield (kind.value, meta.namespace, meta.name, hosts, number, position, match, *_gateway_backend(backend, meta.namespace))


def _gateway_backend(backend: BackendReference, namespace: str | None) -> tuple[object, ...]:
    """Return the columns of a backend, with the defaults of GW-11."""
    return (
        kind_in_group(backend.kind or Kind.SERVICE.value, backend.group or ""),
        backend.namespace or namespace,
        backend.name or None,
        backend.port,
        None,
        1 if backend.weight is None else backend.weight,
    )


def _rule_text(kind: Kind, rule: RouteRule) -> str | None:
    """Return the matches of a rule, alternatives joined by a comma; missing where the kind matches nothing further (GW-16)."""
    if kind not in (Kind.HTTP_ROUTE, Kind.GRPC_ROUTE):
        return None
    if not rule.matches:
        return _EVERYTHING if kind is Kind.HTTP_ROUTE else None
    return ", ".join(_match_text(kind, match) for match in rule.matches)


def _match_text(kind: Kind, match: RouteMatch) -> str:
    parts = []
    if match.path is not None:
        parts.append(f"{match.path.type or 'PathPrefix'} {match.path.value or '/'}")
    elif kind is Kind.HTTP_ROUTE:
        parts.append(_EVERYTHING)
    if isinstance(match.method, MethodMatch):
        parts.append(f"{match.method.type or 'Exact'} {match.method.service or '*'}/{match.method.method or '*'}")
    elif match.method:
        parts.append(match.method)
    for word, wanted in (("header", match.headers), ("query", match.query_params)):
        parts += [f"{word} {one.name}{'~=' if one.type == 'RegularExpression' else '='}{one.value}" for one in wanted or ()]
    return " ".join(parts) or "*/*"


def _openshift_rows(route: OpenShiftRoute) -> Iterator[tuple[object, ...]]:
    meta, spec = route.metadata, route.spec
    host = spec.host or None
    if host is not None and spec.wildcard_policy == "Subdomain":
        host = "*." + host.partition(".")[2]
    match = f"PathPrefix {spec.path}" if spec.path else None
    port = str(spec.port.target_port) if spec.port is not None and spec.port.target_port else None
    if spec.to is None:
        yield (Kind.OPENSHIFT_ROUTE.value, meta.namespace, meta.name, host, 0, 0, match, *(None,) * 6)
        return
    for position, target in enumerate((spec.to, *(spec.alternate_backends or ()))):
        weight = _OPENSHIFT_WEIGHT if target.weight is None else target.weight
        backend = (target.kind or Kind.SERVICE.value, meta.namespace, target.name or None, None, port, weight)
        yield (Kind.OPENSHIFT_ROUTE.value, meta.namespace, meta.name, host, 0, position, match, *backend)


def route_parents(store: ObjectStore) -> pd.DataFrame:
    """Return ROUTE_PARENTS; of several controllers that speak of one parent the first one counts."""
    return frame_of(ROUTE_PARENTS, (row for kind in _GATEWAY_ROUTES for route in store.objects(kind) for row in _parent_rows(kind, route)))


def _parent_rows(kind: Kind, route: GatewayRoute) -> Iterator[tuple[object, ...]]:
    meta = route.metadata
    told: dict[tuple[object, ...], list[Condition]] = {}
    for status in (route.status.parents or ()) if route.status is not None else ():
        if status.parent_ref is not None:
            told.setdefault(_parent(status.parent_ref, meta.namespace), status.conditions or [])
    for reference in route.spec.parent_refs or ():
        parent = _parent(reference, meta.namespace)
        yield (kind.value, meta.namespace, meta.name, *parent, *_verdict(told.get(parent, [])))


def _parent(reference: ParentReference, namespace: str | None) -> tuple[object, ...]:
    """Return kind, namespace, name, section and port of a parent, with the defaults of GW-5."""
    group = GATEWAY_GROUP if reference.group is None else reference.group
    return (
        kind_in_group(reference.kind or Kind.GATEWAY.value, group),
        reference.namespace or namespace,
        reference.name,
        reference.section_name or None,
        reference.port,
    )


def _verdict(conditions: list[Condition]) -> tuple[str | None, str | None, str | None]:
    """Return the status of Accepted and of ResolvedRefs, and the reason of the first one that is not True."""
    found = {condition.type: condition for condition in conditions}
    accepted, resolved = found.get("Accepted", _NOT_TOLD), found.get("ResolvedRefs", _NOT_TOLD)
    reason = next((one.reason for one in (accepted, resolved) if one.status not in (None, "True")), None)
    return accepted.status or None, resolved.status or None, reason or None
