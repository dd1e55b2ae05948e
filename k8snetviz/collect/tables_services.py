"""What belongs to Services: SERVICE_ADDRESSES, SERVICE_PORTS, and what concerns their load balancers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from k8snetviz.collect.addresses import canonical, canonical_range
from k8snetviz.collect.kindspec import Builder
from k8snetviz.collect.structs.core import LoadBalancerIngress, LoadBalancerStatus, Service, ServicePort, ServiceStatus
from k8snetviz.collect.structs.meta import Annotations
from k8snetviz.collect.tables_core import cluster_ips
from k8snetviz.collect.whole_columns import frame_of
from k8snetviz.model.kinds import AddressRole, Kind
from k8snetviz.model.tables import LOAD_BALANCER_PORTS, SERVICE_ADDRESSES, SERVICE_PORTS, SERVICE_SOURCE_RANGES

if TYPE_CHECKING:
    from k8snetviz.collect.store import ObjectStore

_NO_ANNOTATIONS, _NO_STATUS, _NO_BALANCER = Annotations(), ServiceStatus(), LoadBalancerStatus()


def service_addresses(store: ObjectStore) -> pd.DataFrame:
    """Return SERVICE_ADDRESSES."""
    rows = (
        (service.metadata.namespace, service.metadata.name, text, family, role.value, mode)
        for service in store.objects(Kind.SERVICE)
        for text, family, role, mode in _addresses(service)
    )
    return frame_of(SERVICE_ADDRESSES, dict.fromkeys(rows))


def _addresses(service: Service) -> Iterator[tuple[str, str | None, AddressRole, str | None]]:
    for text in cluster_ips(service):
        yield *canonical(text), AddressRole.CLUSTER, None
    for text in service.spec.external_ips or ():
        if text:
            yield *canonical(text), AddressRole.EXTERNAL, None
    for entry in _ingress(service):
        if entry.ip:
            yield *canonical(entry.ip), AddressRole.LOAD_BALANCER, entry.ip_mode or "VIP"
        if entry.hostname:
            yield entry.hostname, None, AddressRole.LOAD_BALANCER, entry.ip_mode


def _ingress(service: Service) -> list[LoadBalancerIngress]:
    return ((service.status or _NO_STATUS).load_balancer or _NO_BALANCER).ingress or []


def load_balancer_ports(store: ObjectStore) -> pd.DataFrame:
    """Return LOAD_BALANCER_PORTS."""
    rows = (
        (service.metadata.namespace, service.metadata.name, address, port.port, port.protocol or "TCP", port.error or None)
        for service in store.objects(Kind.SERVICE)
        for entry in _ingress(service)
        for address in (canonical(entry.ip)[0] if entry.ip else None, entry.hostname)
        if address
        for port in entry.ports or ()
    )
    return frame_of(LOAD_BALANCER_PORTS, dict.fromkeys(rows))


def service_source_ranges(store: ObjectStore) -> pd.DataFrame:
    """Return SERVICE_SOURCE_RANGES."""
    rows = (
        (service.metadata.namespace, service.metadata.name, *canonical_range(text), origin)
        for service in store.objects(Kind.SERVICE)
        for text, origin in source_ranges(service)
    )
    return frame_of(SERVICE_SOURCE_RANGES, dict.fromkeys(rows))


def source_ranges(service: Service) -> Iterator[tuple[str, str]]:
    """Yield the ranges of a load balancer as they stand, and where from: the field wins over the annotation (SV-16, SV-32)."""
    if service.spec.type != "LoadBalancer":
        return
    given = [text.strip() for text in service.spec.load_balancer_source_ranges or ()]
    noted = [text.strip() for text in ((service.metadata.annotations or _NO_ANNOTATIONS).source_ranges or "").split(",")]
    yield from ((text, "spec" if given else "annotation") for text in given or noted if text)


def service_ports(store: ObjectStore) -> pd.DataFrame:
    """Return SERVICE_PORTS."""
    rows = (
        (service.metadata.namespace, service.metadata.name, *_port(port), place)
        for service in store.objects(Kind.SERVICE)
        for place, port in enumerate(service.spec.ports or ())
    )
    return frame_of(SERVICE_PORTS, rows)


def _port(port: ServicePort) -> tuple[object, ...]:
    target = port.target_port or port.port  # SV-8: absent, 0 and "" mean the port itself
    text = str(target)
    number = target if isinstance(target, int) else int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None
    return (
        port.name or None,
        port.port,
        port.protocol or "TCP",
        text,
        number,
        port.node_port or None,
        port.app_protocol or None,
    )


BUILDERS: dict[str, Builder] = {
    SERVICE_ADDRESSES.name: service_addresses,
    SERVICE_SOURCE_RANGES.name: service_source_ranges,
    LOAD_BALANCER_PORTS.name: load_balancer_ports,
    SERVICE_PORTS.name: service_ports,
}
