"""SLICES, SLICE_ENDPOINTS and the legacy ENDPOINTS: what was observed behind Services."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from k8snetviz.collect.addresses import canonical
from k8snetviz.collect.kindspec import Builder
from k8snetviz.collect.pods import Numbers, Objects
from k8snetviz.collect.structs.core import Endpoint, EndpointAddress, EndpointConditions, EndpointPort, EndpointSlice, TargetReference
from k8snetviz.collect.structs.meta import Annotations
from k8snetviz.collect.tables_statuses import expanded
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
_NOTHING: dict[str, str] = {}
Port = tuple[str | None, int | None, str | None]  # name, number, protocol


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
    found: list[EndpointSlice] = sorted(store.objects(Kind.ENDPOINT_SLICE), key=_place)  # few slices are sorted, not many rows
    ports = [sorted(_ports(one.ports), key=_port_place) for one in found]
    held = [_addressed(one) for one in found]
    of_slice = np.repeat(np.arange(len(found)), [len(endpoints) for endpoints in held])
    endpoint, port = expanded([len(listed) for listed in ports], of_slice)
    columns: dict[str, list[Any]] = {
        "namespace": [one.metadata.namespace for one in found],
        "slice": [one.metadata.name for one in found],
        "service": [_service_of(one) for one in found],
    }
    whole = {name: _taken(values, of_slice[endpoint]) for name, values in columns.items()}
    texts, families, endpoints = zip(*[entry for entries in held for entry in entries], strict=True) if len(of_slice) else ((), (), ())
    observed = {"address": texts, "family": families} | _observed(endpoints)
    whole |= {name: _taken(values, endpoint) for name, values in observed.items()}
    names = ("port_name", "port", "protocol")
    flat = [entry for listed in ports for entry in listed]
    whole |= {name: _taken([entry[place] for entry in flat], port) for place, name in enumerate(names)}
    return SLICE_ENDPOINTS.from_columns(whole, ordered=False)


def _place(found: EndpointSlice) -> tuple[str, bool, str]:
    service = _service_of(found)
    return found.metadata.namespace or "", service is None, service or ""


def _service_of(found: EndpointSlice) -> str | None:
    return (found.metadata.labels or {}).get(_SERVICE) or None


def _port_place(port: Port) -> tuple[bool, int, bool, str, bool, str]:
    name, number, protocol = port
    return number is None, number or 0, protocol is None, protocol or "", name is None, name or ""


def _addressed(found: EndpointSlice) -> list[tuple[str, str | None, Endpoint]]:
    """Return address, family and endpoint of every endpoint that has an address, in the order of addresses."""
    named = address_type(found) not in (Family.IPV4, Family.IPV6)
    firsts = [(endpoint.addresses[0], endpoint) for endpoint in found.endpoints or () if endpoint.addresses]
    return sorted([(text, None, endpoint) if named else (*canonical(text), endpoint) for text, endpoint in firsts], key=itemgetter(0))


def _taken(values: Sequence[Any], codes: Numbers) -> Objects:
    out = np.empty(len(values), dtype=object)
    out[:] = values
    return out[codes]


def _observed(endpoints: Sequence[Endpoint]) -> dict[str, list[Any]]:
    """Return the columns of what endpoints tell of themselves."""
    conditions = [endpoint.conditions or _NO_CONDITIONS for endpoint in endpoints]
    targets = [endpoint.target_ref or _NO_TARGET for endpoint in endpoints]
    topologies = [endpoint.topology or _NOTHING for endpoint in endpoints]
    ready = [condition.ready is not False for condition in conditions]  # EP-8
    return {
        "ready": ready,
        "serving": [condition.serving is not False for condition in conditions],  # EP-8
        "terminating": [condition.terminating is True for condition in conditions],
        "target_kind": [target.kind or None for target in targets],
        "target_namespace": [target.namespace or None for target in targets],
        "target": [target.name or None for target in targets],
        "target_uid": [target.uid or None for target in targets],
        "node": [one.node_name or topology.get(_HOSTNAME) or None for one, topology in zip(endpoints, topologies, strict=True)],
        "zone": [one.zone or topology.get(_ZONE) or None for one, topology in zip(endpoints, topologies, strict=True)],
        "hostname": [endpoint.hostname or None for endpoint in endpoints],
    }


def _ports(ports: list[EndpointPort] | None) -> list[Port]:
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
