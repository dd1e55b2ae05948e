"""SLICES, SLICE_ENDPOINTS and the legacy ENDPOINTS: what was observed behind Services."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from k8snetviz.collect.addresses import canonical, plain
from k8snetviz.collect.kindspec import Builder
from k8snetviz.collect.pods import Numbers, Objects
from k8snetviz.collect.structs.core import Endpoint, EndpointAddress, EndpointConditions, EndpointPort, EndpointSlice, TargetReference
from k8snetviz.collect.structs.meta import Annotations
from k8snetviz.collect.tables_statuses import expanded
from k8snetviz.collect.whole_columns import frame_of
from k8snetviz.model.coded import CodedTable, Text, coded_table, runs_of, words_of
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
_IPV4, _IPV6 = Family.IPV4.value, Family.IPV6.value
_FAMILIES = {_IPV4: 0, _IPV6: 1, None: 2}
Flags = np.ndarray[tuple[int], np.dtype[np.bool_]]
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


def slice_endpoints(store: ObjectStore) -> CodedTable:
    """Return SLICE_ENDPOINTS."""
    found, services = _by_service(store.objects(Kind.ENDPOINT_SLICE))
    ports = [_ports_in_order(one.ports) for one in found]
    held = [[endpoint for endpoint in one.endpoints or () if endpoint.addresses] for one in found]
    of_slice = np.repeat(np.arange(len(found)), [len(endpoints) for endpoints in held])
    endpoints = [endpoint for listed in held for endpoint in listed]
    named = np.asarray([address_type(one) not in (Family.IPV4, Family.IPV6) for one in found], dtype=bool)
    texts, families = _addresses(endpoints, named[of_slice])
    endpoint, port = expanded([len(listed) for listed in ports], of_slice)
    address = words_of(texts)
    within, endpoint = of_slice[endpoint], _order(address.words, of_slice)[endpoint]
    flat = [entry for listed in ports for entry in listed]
    told = {"address": address} | _told(endpoints)
    columns: dict[str, Any] = {
        "namespace": _repeated([one.metadata.namespace for one in found]).at(within),
        "slice": _repeated([one.metadata.name for one in found]).at(within),
        "service": _repeated(services).at(within),
        "family": words_of([_IPV4, _IPV6, None]).at(families[endpoint]),
        "port_name": _repeated([entry[0] for entry in flat]).at(port),
        "port": pd.array([entry[1] for entry in flat], dtype="Int64").take(port),
        "protocol": _repeated([entry[2] for entry in flat]).at(port),
        **{name: column.at(endpoint) for name, column in told.items()},
        **{name: values[endpoint] for name, values in _conditions(endpoints).items()},
    }
    return coded_table(SLICE_ENDPOINTS, columns, ordered=False)


def _repeated(values: Sequence[str | None]) -> Text:
    """Return a column of texts that many neighbours share, each text once."""
    return runs_of(values)


def _by_service(slices: list[EndpointSlice]) -> tuple[list[EndpointSlice], list[str | None]]:
    """Return slices by namespace and Service (those of none last), and the Service of each: few slices are sorted, not many rows."""
    services = [_service_of(one) for one in slices]
    places = [(one.metadata.namespace or "", name is None, name or "") for one, name in zip(slices, services, strict=True)]
    order = sorted(range(len(slices)), key=places.__getitem__)
    return [slices[place] for place in order], [services[place] for place in order]


def _service_of(found: EndpointSlice) -> str | None:
    return (found.metadata.labels or {}).get(_SERVICE) or None


def _port_place(port: Port) -> tuple[bool, int, bool, str, bool, str]:
    name, number, protocol = port
    return number is None, number or 0, protocol is None, protocol or "", name is None, name or ""


def _ports_in_order(ports: list[EndpointPort] | None) -> list[Port]:
    found = _ports(ports)
    return found if len(found) == 1 else sorted(found, key=_port_place)


def _addresses(endpoints: Sequence[Endpoint], named: Flags) -> tuple[list[str], Numbers]:
    """Return the first address of each endpoint, canonical, and the code of its family: IPv4, IPv6, none; names have none."""
    texts = [endpoint.addresses[0] if endpoint.addresses else "" for endpoint in endpoints]
    six = np.asarray([":" in text for text in texts], dtype=bool)
    family = np.where(named, 2, six)
    for code in (0, 1):
        at = np.flatnonzero(family == code).tolist()
        given: list[str | None] = [texts[place] for place in at]
        known = plain(given)
        for place, text in zip(at, known or (), strict=known is not None) if known is not given else ():
            texts[place] = text or ""
        for place in at if known is None else ():
            texts[place], told = canonical(texts[place])
            family[place] = _FAMILIES[told]
    return texts, family


def _order(texts: Objects, of_slice: Numbers) -> Numbers:
    """Return the order of endpoints within each slice by address; most slices have it."""
    order = np.arange(len(texts))
    falls = np.flatnonzero((texts[1:] < texts[:-1]).astype(bool) & (of_slice[1:] == of_slice[:-1]))
    slices = np.unique(of_slice[falls])
    starts, ends = (np.searchsorted(of_slice, slices, side=side).tolist() for side in ("left", "right"))
    for start, end in zip(starts, ends, strict=True):
        order[start:end] = sorted(range(start, end), key=texts.__getitem__)
    return order


def _conditions(endpoints: Sequence[Endpoint]) -> dict[str, Flags]:
    """Return the columns of the conditions of endpoints (EP-8)."""
    conditions = [endpoint.conditions or _NO_CONDITIONS for endpoint in endpoints]
    return {
        "ready": np.asarray([condition.ready is not False for condition in conditions], dtype=bool),
        "serving": np.asarray([condition.serving is not False for condition in conditions], dtype=bool),
        "terminating": np.asarray([condition.terminating is True for condition in conditions], dtype=bool),
    }


def _told(endpoints: Sequence[Endpoint]) -> dict[str, Text]:
    """Return the texts that endpoints tell of themselves."""
    targets = [endpoint.target_ref or _NO_TARGET for endpoint in endpoints]
    nodes, zones = [one.node_name or None for one in endpoints], [one.zone or None for one in endpoints]
    topologies = ((place, one.topology) for place, one in enumerate(endpoints) if one.topology)
    for place, topology in topologies:
        nodes[place] = nodes[place] or topology.get(_HOSTNAME) or None
        zones[place] = zones[place] or topology.get(_ZONE) or None
    return {
        "target_kind": _repeated([target.kind or None for target in targets]),
        "target_namespace": _repeated([target.namespace or None for target in targets]),
        "target": words_of([target.name or None for target in targets]),
        "target_uid": words_of([target.uid or None for target in targets]),
        "node": words_of(nodes),
        "zone": words_of(zones),
        "hostname": words_of([endpoint.hostname or None for endpoint in endpoints]),
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
