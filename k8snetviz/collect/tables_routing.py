"""INGRESS_CLASSES, INGRESS_RULES, INGRESS_ADDRESSES, GATEWAY_LISTENERS, REFERENCE_GRANTS."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from k8snetviz.collect.addresses import canonical
from k8snetviz.collect.kindspec import Builder
from k8snetviz.collect.structs.meta import Annotations
from k8snetviz.collect.structs.routing import (
    Gateway,
    Ingress,
    IngressBackend,
    IngressPath,
    IngressRule,
    IngressService,
    IngressServicePort,
    IngressTLS,
    RouteNamespaces,
)
from k8snetviz.collect.tables_routes import kind_in_group, route_parents, routes
from k8snetviz.collect.whole_columns import frame_of
from k8snetviz.model.kinds import Kind
from k8snetviz.model.tables import (
    GATEWAY_LISTENERS,
    INGRESS_ADDRESSES,
    INGRESS_CLASSES,
    INGRESS_RULES,
    REFERENCE_GRANTS,
    ROUTE_PARENTS,
    ROUTES,
)

if TYPE_CHECKING:
    from k8snetviz.collect.store import ObjectStore

_NO_ANNOTATIONS = Annotations()
_NO_BACKEND = IngressBackend()
_NO_SERVICE = IngressService()
_NO_PORT = IngressServicePort()
_SAME_NAMESPACE = RouteNamespaces("Same")  # GW-6


def ingress_classes(store: ObjectStore) -> pd.DataFrame:
    """Return INGRESS_CLASSES."""
    rows = (
        (one.metadata.name, one.spec.controller or None, (one.metadata.annotations or _NO_ANNOTATIONS).default_ingress_class == "true")
        for one in store.objects(Kind.INGRESS_CLASS)
    )
    return frame_of(INGRESS_CLASSES, rows)


def ingress_rules(store: ObjectStore) -> pd.DataFrame:
    """Return INGRESS_RULES; a host without paths goes to the default backend (IG-8)."""
    return frame_of(INGRESS_RULES, (row for ingress in store.objects(Kind.INGRESS) for row in _ingress_rows(ingress)))


def _ingress_rows(ingress: Ingress) -> Iterator[tuple[object, ...]]:
    meta, spec = ingress.metadata, ingress.spec
    holder = (meta.namespace, meta.name, spec.ingress_class_name or (meta.annotations or _NO_ANNOTATIONS).ingress_class or None)
    for rule in spec.rules or ():
        host, tls = rule.host or None, _has_tls(rule.host or None, spec.tls or [])
        paths = _paths(rule)
        for path in paths:
            yield (*holder, host, path.path or None, path.path_type, *_backend(path.backend or _NO_BACKEND), tls, False)
        if not paths:
            yield (*holder, host, None, None, *_backend(spec.default_backend or _NO_BACKEND), tls, True)
    if spec.default_backend is not None:
        yield (*holder, None, None, None, *_backend(spec.default_backend), _has_tls(None, spec.tls or []), True)


def _paths(rule: IngressRule) -> list[IngressPath]:
    return (rule.http.paths or []) if rule.http is not None else []


def _backend(backend: IngressBackend) -> tuple[str | None, str | None, int | None, str | None]:
    """Return service, port name, port number and resource (IG-4)."""
    service = backend.service or _NO_SERVICE
    port = service.port or _NO_PORT
    resource = f"{backend.resource.kind}/{backend.resource.name}" if backend.resource is not None else None
    return service.name or None, port.name or None, port.number or None, resource


def _has_tls(host: str | None, entries: list[IngressTLS]) -> bool:
    """Tell whether an entry names `host`, covers it by a wildcard, or names no host (IG-12)."""
    wildcard = None if host is None else "*." + host.partition(".")[2]
    return any(not entry.hosts or host in entry.hosts or wildcard in entry.hosts for entry in entries)


def ingress_addresses(store: ObjectStore) -> pd.DataFrame:
    """Return INGRESS_ADDRESSES."""
    return frame_of(INGRESS_ADDRESSES, _address_rows(store))


def _address_rows(store: ObjectStore) -> Iterator[tuple[object, ...]]:
    for ingress in store.objects(Kind.INGRESS):
        balancer = ingress.status.load_balancer if ingress.status is not None else None
        for entry in (balancer.ingress or ()) if balancer is not None else ():
            for address in (entry.ip, entry.hostname):
                if address:
                    yield Kind.INGRESS.value, ingress.metadata.namespace, ingress.metadata.name, canonical(address)[0]
    for gateway in store.objects(Kind.GATEWAY):
        for entry in (gateway.status.addresses or ()) if gateway.status is not None else ():
            if entry.value:
                yield Kind.GATEWAY.value, gateway.metadata.namespace, gateway.metadata.name, canonical(entry.value)[0]


def gateway_listeners(store: ObjectStore) -> pd.DataFrame:
    """Return GATEWAY_LISTENERS."""
    return frame_of(GATEWAY_LISTENERS, (row for gateway in store.objects(Kind.GATEWAY) for row in _listener_rows(gateway)))


def _listener_rows(gateway: Gateway) -> Iterator[tuple[object, ...]]:
    told = (gateway.status.listeners or []) if gateway.status is not None else []
    attached = {listener.name: listener.attached_routes for listener in told}
    for listener in gateway.spec.listeners or ():
        allowed = listener.allowed_routes.namespaces if listener.allowed_routes is not None else None
        yield (
            gateway.metadata.namespace,
            gateway.metadata.name,
            gateway.spec.gateway_class_name or None,
            listener.name,
            listener.hostname or None,
            listener.port,
            listener.protocol or None,
            (allowed or _SAME_NAMESPACE).from_ or _SAME_NAMESPACE.from_,
            attached.get(listener.name),
        )


def reference_grants(store: ObjectStore) -> pd.DataFrame:
    """Return REFERENCE_GRANTS."""
    rows = (
        (
            grant.metadata.namespace,
            grant.metadata.name,
            kind_in_group(source.kind, source.group),
            source.namespace,
            kind_in_group(target.kind, target.group),
            target.name or None,
        )
        for grant in store.objects(Kind.REFERENCE_GRANT)
        for source in grant.spec.from_ or ()
        for target in grant.spec.to or ()
    )
    return frame_of(REFERENCE_GRANTS, rows)


BUILDERS: dict[str, Builder] = {
    INGRESS_CLASSES.name: ingress_classes,
    INGRESS_RULES.name: ingress_rules,
    INGRESS_ADDRESSES.name: ingress_addresses,
    GATEWAY_LISTENERS.name: gateway_listeners,
    ROUTES.name: routes,
    ROUTE_PARENTS.name: route_parents,
    REFERENCE_GRANTS.name: reference_grants,
}
