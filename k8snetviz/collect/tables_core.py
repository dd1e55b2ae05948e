"""NAMESPACES, NODES, NODE_ADDRESSES, RANGES of Nodes; SERVICES."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from k8snetviz.collect.addresses import canonical, canonical_range
from k8snetviz.collect.kindspec import Builder
from k8snetviz.collect.structs.core import (
    Namespace,
    NamespaceStatus,
    Node,
    NodeInfo,
    NodeSpec,
    NodeStatus,
    Service,
)
from k8snetviz.collect.whole_columns import frame_of
from k8snetviz.model.kinds import FamiliesFrom, Family, Kind
from k8snetviz.model.tables import NAMESPACES, NODE_ADDRESSES, NODES, SERVICES

if TYPE_CHECKING:
    from k8snetviz.collect.store import ObjectStore

_ZONE = ("topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone")
_REGION = ("topology.kubernetes.io/region", "failure-domain.beta.kubernetes.io/region")
_PROXY_NAME = "service.kubernetes.io/service-proxy-name"
_EXTERNAL = ("NodePort", "LoadBalancer")
_NO_SPEC, _NO_STATUS, _NO_INFO = NodeSpec(), NodeStatus(), NodeInfo()


def namespaces(store: ObjectStore) -> pd.DataFrame:
    """Return NAMESPACES."""
    found: list[Namespace] = store.objects(Kind.NAMESPACE)
    return frame_of(NAMESPACES, [(n.metadata.name, n.metadata.uid, (n.status or NamespaceStatus()).phase) for n in found])


def nodes(store: ObjectStore) -> pd.DataFrame:
    """Return NODES."""
    return frame_of(NODES, [_node(node) for node in store.objects(Kind.NODE)])


def _node(node: Node) -> tuple[object, ...]:
    meta, spec, status = node.metadata, node.spec or _NO_SPEC, node.status or _NO_STATUS
    ready = next((c.status for c in status.conditions or () if c.type == "Ready"), None)
    return (
        meta.name,
        meta.uid,
        {"True": True, "False": False}.get(ready or ""),
        ready,
        _label(node, _ZONE),
        _label(node, _REGION),
        spec.unschedulable is True,
        (status.node_info or _NO_INFO).kubelet_version,
        meta.creation_timestamp,
    )


def _label(node: Node, keys: tuple[str, str]) -> str | None:
    labels = node.metadata.labels or {}
    return labels.get(keys[0]) or labels.get(keys[1]) or None


def node_addresses(store: ObjectStore) -> pd.DataFrame:
    """Return NODE_ADDRESSES; only the types that end in IP hold addresses (NM-11)."""
    rows: list[tuple[object, ...]] = []
    for node in store.objects(Kind.NODE):
        for entry in (node.status or _NO_STATUS).addresses or ():
            if entry.address:
                text, family = canonical(entry.address) if entry.type.endswith("IP") else (entry.address, None)
                rows.append((node.metadata.name, entry.type, text, family))
    return frame_of(NODE_ADDRESSES, dict.fromkeys(rows))


def services(store: ObjectStore) -> pd.DataFrame:
    """Return SERVICES, defaults filled in (SN-25)."""
    return frame_of(SERVICES, [_service(service) for service in store.objects(Kind.SERVICE)])


def _service(service: Service) -> tuple[object, ...]:
    meta, spec = service.metadata, service.spec
    kind = spec.type or "ClusterIP"
    external = kind == "ExternalName"
    outside = kind in _EXTERNAL or bool(spec.external_ips)
    family, second, origin = families(service)
    return (
        meta.namespace,
        meta.name,
        meta.uid,
        kind,
        headless(service),
        cluster_ip(service),
        spec.external_name or None if external else None,
        None if external else spec.internal_traffic_policy or "Cluster",
        (spec.external_traffic_policy or "Cluster") if outside and not external else None,
        spec.session_affinity or "None",
        spec.publish_not_ready_addresses is True,
        bool(spec.selector) and not external,
        family,
        second,
        origin,
        spec.ip_family_policy,
        spec.traffic_distribution,
        spec.load_balancer_class,
        spec.allocate_load_balancer_node_ports is not False if kind == "LoadBalancer" else None,
        spec.health_check_node_port or None,
        (meta.labels or {}).get(_PROXY_NAME),
        meta.creation_timestamp,
        meta.deletion_timestamp,
        meta.uid is not None or service.status is not None,
    )


def headless(service: Service) -> bool:
    """Tell whether the Service has no virtual address on purpose (SV-2)."""
    spec = service.spec
    return "None" in (spec.cluster_ip, *(spec.cluster_ips or ())[:1]) and spec.type != "ExternalName"


def cluster_ips(service: Service) -> list[str]:
    """Return the virtual addresses as they stand, the primary one first (SV-2)."""
    spec = service.spec
    if spec.type == "ExternalName":
        return []
    texts = [text for text in spec.cluster_ips or () if text] or [spec.cluster_ip or ""]
    return [text for text in texts if text and text != "None"]


def cluster_ip(service: Service) -> str | None:
    """Return the primary virtual address, canonical where it parses."""
    return next((canonical(text)[0] for text in cluster_ips(service)), None)


def families(service: Service) -> tuple[str | None, str | None, str | None]:
    """Return primary family, second family and where they come from (EP-4)."""
    if service.spec.type == "ExternalName":
        return None, None, None
    told = [family for family in service.spec.ip_families or () if family in _FAMILIES]
    if told:
        return told[0], told[1] if len(told) > 1 else None, FamiliesFrom.SPEC.value
    found = [family for family in (canonical(text)[1] for text in cluster_ips(service)) if family]
    if found:
        return found[0], found[1] if len(found) > 1 else None, FamiliesFrom.CLUSTER_IP.value
    if headless(service):
        return Family.IPV4.value, Family.IPV6.value, FamiliesFrom.FALLBACK.value
    return None, None, None


def node_ranges(store: ObjectStore) -> Iterator[tuple[str, str, str, str | None, str]]:
    """Yield the rows of RANGES that Nodes declare (NM-12)."""
    for node in store.objects(Kind.NODE):
        spec = node.spec or _NO_SPEC
        for text in spec.pod_cidrs or ([spec.pod_cidr] if spec.pod_cidr else []):
            yield Kind.NODE.value, node.metadata.name, *canonical_range(text), "pod range"


_FAMILIES = frozenset(family.value for family in Family)
BUILDERS: dict[str, Builder] = {
    "namespaces": namespaces,
    "nodes": nodes,
    "node_addresses": node_addresses,
    "services": services,
}
