"""Addresses that do not parse, such as obfuscated ones: a gap per kind and source (NM-5, SN-24)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any

from k8snetviz.collect.addresses import canonical, canonical_range
from k8snetviz.collect.batches import Gap
from k8snetviz.collect.policy_rules import policy_ranges
from k8snetviz.collect.structs.core import Endpoints, EndpointSlice, LoadBalancerStatus, Node, NodeSpec, NodeStatus, Service, ServiceStatus
from k8snetviz.collect.tables_services import source_ranges
from k8snetviz.model.kinds import GapReason, Kind

if TYPE_CHECKING:
    from k8snetviz.collect.store import ObjectStore

_Found = dict[tuple[Kind, int], tuple[int, str]]  # kind and source -> how many, the first one


def bad_addresses(store: ObjectStore) -> list[Gap]:
    """Return the gaps for addresses of pods, nodes, Services and endpoints, and for ranges, that do not parse."""
    found: _Found = {}
    pods = store.finished_pods()
    for row in sorted(store.columns.bad.keys() & set(pods.rows.tolist())) if store.columns.bad else ():
        _count(found, Kind.POD, store.columns.source[row], f"{store.columns.bad[row]!r} of pod {store.columns.names[row]}")
    columns = store.columns
    unread = sorted(columns.unread_interfaces & set(pods.rows.tolist())) if columns.unread_interfaces else []
    parse = set() if columns.bad else {*columns.addresses, *columns.seconds}  # most of what endpoints hold
    for table, parsed, good in ((_ADDRESSES, canonical, parse), (_RANGES, canonical_range, set())):
        for kind, texts in table.items():
            kept = store.kept.get(kind)
            distinct = set(chain.from_iterable(map(texts, kept.objects))) - good if kept else ()
            bad = {text for text in distinct if parsed(text)[1] is None}
            for item, source in zip(kept.objects, kept.sources, strict=True) if kept and bad else ():
                for text in filter(bad.__contains__, texts(item)):
                    _count(found, kind, source, f"{text!r} of {item.metadata.name}")
    gaps = [_unread_interfaces(store, unread)] if unread else []
    return gaps + [
        Gap(GapReason.BAD_ADDRESS, f"{_many(count)} not parse; the text is kept: {example}", kind, None, store.sources[source].name)
        for (kind, source), (count, example) in found.items()
    ]


def _unread_interfaces(store: ObjectStore, rows: list[int]) -> Gap:
    """Return the one gap for CNI annotations that cannot be read."""
    columns, first = store.columns, rows[0]
    name = f"{list(columns.namespaces)[columns.namespace[first]]}/{columns.names[first]}"
    whose = f"{len(rows)} pods" if len(rows) > 1 else "1 pod"
    detail = f"the CNI network status of {whose} cannot be read and is left out: {name!r}"
    return Gap(GapReason.BAD_ADDRESS, detail, Kind.POD, None, store.sources[columns.source[first]].name)


def _count(found: _Found, kind: Kind, source: int, example: str) -> None:
    count, first = found.get((kind, source), (0, example))
    found[kind, source] = count + 1, first


def _many(count: int) -> str:
    return f"{count} addresses do" if count > 1 else "1 address does"


def _of_node(node: Node) -> Iterator[str]:
    for entry in (node.status or NodeStatus()).addresses or ():
        if entry.address and entry.type.endswith("IP"):
            yield entry.address


def _ranges_of_node(node: Node) -> Iterator[str]:
    spec = node.spec or NodeSpec()
    yield from spec.pod_cidrs or ([spec.pod_cidr] if spec.pod_cidr else [])


def _of_service(service: Service) -> Iterator[str]:
    spec = service.spec
    if spec.type != "ExternalName":
        yield from (text for text in spec.cluster_ips or [spec.cluster_ip or ""] if text not in ("", "None"))
    yield from (text for text in spec.external_ips or () if text)
    balancer = (service.status or ServiceStatus()).load_balancer or LoadBalancerStatus()
    yield from (entry.ip for entry in balancer.ingress or () if entry.ip)


def _of_slice(found: EndpointSlice) -> list[str]:
    endpoints = found.endpoints if found.address_type != "FQDN" else None
    return [endpoint.addresses[0] for endpoint in endpoints or () if endpoint.addresses]


def _of_endpoints(found: Endpoints) -> Iterator[str]:
    for subset in found.subsets or ():
        yield from (address.ip for address in (*(subset.addresses or ()), *(subset.not_ready_addresses or ())))


_ADDRESSES: dict[Kind, Any] = {
    Kind.NODE: _of_node,
    Kind.SERVICE: _of_service,
    Kind.ENDPOINT_SLICE: _of_slice,
    Kind.ENDPOINTS: _of_endpoints,
}
_RANGES: dict[Kind, Any] = {
    Kind.NODE: _ranges_of_node,
    Kind.SERVICE: lambda service: [text for text, _ in source_ranges(service)],
    Kind.SERVICE_CIDR: lambda found: found.spec.cidrs or (),
    Kind.NETWORK_POLICY: policy_ranges,
    Kind.ADMIN_NETWORK_POLICY: policy_ranges,
    Kind.BASELINE_ADMIN_NETWORK_POLICY: policy_ranges,
    Kind.CLUSTER_NETWORK_POLICY: policy_ranges,
}
