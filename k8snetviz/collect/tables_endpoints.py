"""SLICES, SLICE_ENDPOINTS and the legacy ENDPOINTS: what was observed behind Services."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from k8snetviz.collect.addresses import canonical
from k8snetviz.collect.kindspec import Builder
from k8snetviz.collect.structs.core import Endpoint, EndpointAddress, EndpointConditions, EndpointPort, EndpointSlice, TargetReference
from k8snetviz.collect.structs.meta import Annotations
from k8snetviz.collect.whole_columns import frame_of
from k8snetviz.model.kinds import Family, Kind
from k8snetviz.model.tables import ENDPOINTS, SLICE_ENDPOINTS, SLICES

if TYPE_CHECKING:
    from k8snetviz.collect.store import ObjectStore

_SERVICE = "kubernetes.io/service-name"  # EP-20
_MANAGED_BY = "endpointslice.kubernetes.io/managed-by"  # EP-21
_HOSTNAME = "kubernetes.io/hostname"
_ZONE = "topology.kubernetes.io/zone"
_NO_CONDITIONS, _NO_TARGET, _NO_ANNOTATIONS = EndpointConditions(), TargetReference(), Annotations()
_NO_PORT = (None, None, None)


def slices(store: ObjectStore) -> pd.DataFrame:
    """Return SLICES."""
    return frame_of(SLICES, [_slice(found) for found in store.objects(Kind.ENDPOINT_SLICE)])


def _slice(found: EndpointSlice) -> tuple[object, ...]:
    meta, labels = found.metadata, found.metadata.labels or {}
    owner = next((o.uid for o in meta.owner_references or () if o.kind == "Service"), None)
    return (
        meta.namespace,
        meta.name,
        labels.get(_SERVICE) or None,
        address_type(found),
        labels.get(_MANAGED_BY) or None,
        owner,
        meta.uid,
        len(found.endpoints or ()),
        meta.creation_timestamp,
    )


def address_type(found: EndpointSlice) -> str:
    """Return the address type; the oldest v1beta1 slices say "IP" or leave it out, and hold IPv4."""
    return found.address_type if found.address_type not in (None, "", "IP") else Family.IPV4.value


def slice_endpoints(store: ObjectStore) -> pd.DataFrame:
    """Return SLICE_ENDPOINTS."""
    rows: list[tuple[object, ...]] = []
    for found in store.objects(Kind.ENDPOINT_SLICE):
        meta = found.metadata
        head = meta.namespace, meta.name, (meta.labels or {}).get(_SERVICE) or None
        named = address_type(found) not in (Family.IPV4, Family.IPV6)
        ports = _ports(found.ports)
        for endpoint in found.endpoints or ():
            text = next(iter(endpoint.addresses or ()), None)
            if text is None:
                continue
            address = (text, None) if named else canonical(text)
            tail = _observed(endpoint)
            rows += [(*head, *address, *port, *tail) for port in ports]
    return frame_of(SLICE_ENDPOINTS, rows)


def _observed(endpoint: Endpoint) -> tuple[object, ...]:
    conditions, target, topology = endpoint.conditions or _NO_CONDITIONS, endpoint.target_ref or _NO_TARGET, endpoint.topology or {}
    return (
        conditions.ready is not False,  # EP-8
        conditions.serving is not False,
        conditions.terminating is True,
        target.kind or None,
        target.namespace or None,
        target.name or None,
        target.uid or None,
        endpoint.node_name or topology.get(_HOSTNAME) or None,
        endpoint.zone or topology.get(_ZONE) or None,
        endpoint.hostname or None,
    )


def _ports(ports: list[EndpointPort] | None) -> list[tuple[str | None, int | None, str | None]]:
    """Return name, number and protocol of every port (EP-31), or one row of nothing (EP-17)."""
    return [(port.name or None, port.port, port.protocol or "TCP") for port in ports or ()] or [_NO_PORT]


def endpoints(store: ObjectStore) -> pd.DataFrame:
    """Return ENDPOINTS: addresses times ports within every subset (EP-46)."""
    rows: list[tuple[object, ...]] = []
    for found in store.objects(Kind.ENDPOINTS):
        meta = found.metadata
        truncated = (meta.annotations or _NO_ANNOTATIONS).over_capacity == "truncated"
        for subset in found.subsets or ():
            ports = _ports(subset.ports)
            sides = ((subset.addresses, True), (subset.not_ready_addresses, False))
            for address, ready in ((address, ready) for side, ready in sides for address in side or ()):
                place = canonical(address.ip)
                tail = tuple(_target(address))
                rows += [(meta.namespace, meta.name, *place, *port, ready, *tail, truncated) for port in ports]
    return frame_of(ENDPOINTS, rows)


def _target(address: EndpointAddress) -> Iterator[str | None]:
    target = address.target_ref or _NO_TARGET
    fields = (target.kind, target.namespace, target.name, target.uid, address.node_name, address.hostname)
    return (field or None for field in fields)


BUILDERS: dict[str, Builder] = {"slices": slices, "slice_endpoints": slice_endpoints, "endpoints": endpoints}
