"""Namespaces, Nodes, Services and the endpoints observed behind them."""

from __future__ import annotations

import msgspec

from k8snetviz.collect.structs.meta import Int32, Meta


class NamespaceStatus(msgspec.Struct, gc=False, omit_defaults=True):
    """``status`` of a Namespace."""

    phase: str | None = None


class Namespace(msgspec.Struct, gc=False, omit_defaults=True):
    """A Namespace."""

    metadata: Meta = msgspec.field(default_factory=Meta)
    status: NamespaceStatus | None = None


class NodeSpec(msgspec.Struct, gc=False, omit_defaults=True):
    """``spec`` of a Node."""

    unschedulable: bool | None = None
    pod_cidr: str | None = msgspec.field(default=None, name="podCIDR")
    pod_cidrs: list[str] | None = msgspec.field(default=None, name="podCIDRs")


class NodeAddress(msgspec.Struct, gc=False, omit_defaults=True):
    """An address of a Node (NM-11)."""

    type: str = ""
    address: str = ""


class NodeCondition(msgspec.Struct, gc=False, omit_defaults=True):
    """A condition of a Node."""

    type: str = ""
    status: str | None = None


class NodeInfo(msgspec.Struct, gc=False, rename="camel", omit_defaults=True):
    """``status.nodeInfo``."""

    kubelet_version: str | None = None


class NodeStatus(msgspec.Struct, gc=False, rename="camel", omit_defaults=True):
    """``status`` of a Node."""

    addresses: list[NodeAddress] | None = None
    conditions: list[NodeCondition] | None = None
    node_info: NodeInfo | None = None


class Node(msgspec.Struct, gc=False, omit_defaults=True):
    """A Node."""

    metadata: Meta = msgspec.field(default_factory=Meta)
    spec: NodeSpec | None = None
    status: NodeStatus | None = None


class ServicePort(msgspec.Struct, gc=False, rename="camel", omit_defaults=True):
    """A port of a Service (SV-5 to SV-10)."""

    name: str | None = None
    protocol: str | None = None
    port: Int32 = 0
    target_port: Int32 | str | None = None
    node_port: Int32 | None = None
    app_protocol: str | None = None


class ServiceSpec(msgspec.Struct, gc=False, rename="camel", omit_defaults=True):
    """``spec`` of a Service."""

    type: str | None = None
    selector: dict[str, str] | None = None
    ports: list[ServicePort] | None = None
    cluster_ip: str | None = msgspec.field(default=None, name="clusterIP")
    cluster_ips: list[str] | None = msgspec.field(default=None, name="clusterIPs")
    ip_families: list[str] | None = None
    ip_family_policy: str | None = None
    external_ips: list[str] | None = msgspec.field(default=None, name="externalIPs")
    external_name: str | None = None
    external_traffic_policy: str | None = None
    internal_traffic_policy: str | None = None
    session_affinity: str | None = None
    publish_not_ready_addresses: bool | None = None
    traffic_distribution: str | None = None
    load_balancer_class: str | None = None
    load_balancer_source_ranges: list[str] | None = None
    allocate_load_balancer_node_ports: bool | None = None
    health_check_node_port: Int32 | None = None


class LoadBalancerPort(msgspec.Struct, gc=False, omit_defaults=True):
    """What a load balancer tells of one port (SV-54)."""

    port: Int32 = 0
    protocol: str | None = None
    error: str | None = None


class LoadBalancerIngress(msgspec.Struct, gc=False, rename="camel", omit_defaults=True):
    """An address of a load balancer (SV-24)."""

    ip: str | None = None
    hostname: str | None = None
    ip_mode: str | None = None
    ports: list[LoadBalancerPort] | None = None


class LoadBalancerStatus(msgspec.Struct, gc=False, omit_defaults=True):
    """``status.loadBalancer``."""

    ingress: list[LoadBalancerIngress] | None = None


class ServiceStatus(msgspec.Struct, gc=False, rename="camel", omit_defaults=True):
    """``status`` of a Service."""

    load_balancer: LoadBalancerStatus | None = None


class Service(msgspec.Struct, gc=False, omit_defaults=True):
    """A Service."""

    metadata: Meta = msgspec.field(default_factory=Meta)
    spec: ServiceSpec = msgspec.field(default_factory=ServiceSpec)
    status: ServiceStatus | None = None


class TargetReference(msgspec.Struct, gc=False, omit_defaults=True):
    """``targetRef`` of an endpoint (EP-26)."""

    kind: str | None = None
    namespace: str | None = None
    name: str | None = None
    uid: str | None = None


class EndpointConditions(msgspec.Struct, gc=False, omit_defaults=True):
    """``conditions`` of an endpoint; what is absent has a meaning (EP-8)."""

    ready: bool | None = None
    serving: bool | None = None
    terminating: bool | None = None


class ForZone(msgspec.Struct, gc=False, frozen=True, omit_defaults=True):
    """A zone that an endpoint is meant for (section 3.5 of the reference)."""

    name: str = ""


class ForNode(msgspec.Struct, gc=False, frozen=True, omit_defaults=True):
    """A node that an endpoint is meant for."""

    name: str = ""


class EndpointHints(msgspec.Struct, gc=False, frozen=True, rename="camel", omit_defaults=True):
    """``hints`` of an endpoint: whose traffic it is meant for (KX-11)."""

    for_zones: tuple[ForZone, ...] | None = None
    for_nodes: tuple[ForNode, ...] | None = None


class Endpoint(msgspec.Struct, gc=False, rename="camel", omit_defaults=True):
    """An endpoint of a slice; `topology` in v1beta1 (SN-9)."""

    addresses: tuple[str, ...] | None = None
    conditions: EndpointConditions | None = None
    hostname: str | None = None
    target_ref: TargetReference | None = None
    node_name: str | None = None
    zone: str | None = None
    topology: dict[str, str] | None = None
    hints: EndpointHints | None = None


class EndpointPort(msgspec.Struct, gc=False, rename="camel", omit_defaults=True):
    """A port of a slice or of a subset (EP-31)."""

    name: str | None = None
    port: Int32 | None = None
    protocol: str | None = None


class EndpointSlice(msgspec.Struct, gc=False, rename="camel", omit_defaults=True):
    """An EndpointSlice of ``discovery.k8s.io`` v1 or v1beta1."""

    metadata: Meta = msgspec.field(default_factory=Meta)
    address_type: str | None = None
    endpoints: list[Endpoint] | None = None
    ports: list[EndpointPort] | None = None


class EndpointAddress(msgspec.Struct, gc=False, rename="camel", omit_defaults=True):
    """An address of a subset."""

    ip: str = ""
    hostname: str | None = None
    node_name: str | None = None
    target_ref: TargetReference | None = None


class EndpointSubset(msgspec.Struct, gc=False, rename="camel", omit_defaults=True):
    """A subset of a legacy Endpoints object (EP-46)."""

    addresses: list[EndpointAddress] | None = None
    not_ready_addresses: list[EndpointAddress] | None = None
    ports: list[EndpointPort] | None = None


class Endpoints(msgspec.Struct, gc=False, omit_defaults=True):
    """A legacy Endpoints object."""

    metadata: Meta = msgspec.field(default_factory=Meta)
    subsets: list[EndpointSubset] | None = None
