"""Tables of Services and of the endpoints observed behind them."""

from __future__ import annotations

from enum import StrEnum

from k8snetviz.model.kinds import AddressRole, FamiliesFrom, Family
from k8snetviz.model.schema import TIME, Column, Table


class HintScope(StrEnum):
    """What a hint of an endpoint names."""

    ZONE = "zone"
    NODE = "node"


SERVICES = Table(
    name="services",
    row="One row per Service.",
    key=("namespace", "service"),
    columns=(
        Column("namespace", "string", "Namespace of the Service"),
        Column("service", "string", "Name of the Service"),
        Column("uid", "string", "uid of the object", nullable=True),
        Column("type", "string", "ClusterIP, NodePort, LoadBalancer or ExternalName (SV-1)"),
        Column("headless", "boolean", "clusterIP is None (SV-2)"),
        Column("cluster_ip", "string", "spec.clusterIP; missing when headless, external or not allocated", nullable=True),
        Column("external_name", "string", "spec.externalName (SV-23)", nullable=True),
        Column("internal_traffic_policy", "string", "Cluster (default) or Local (SV-18)", nullable=True),
        Column("external_traffic_policy", "string", "Cluster or Local; missing where it has no meaning (SV-17)", nullable=True),
        Column("session_affinity", "string", "None (default) or ClientIP (SV-21)"),
        Column("publish_not_ready", "boolean", "spec.publishNotReadyAddresses (SV-20)"),
        Column("managed", "boolean", "Has a selector and is no ExternalName, so a controller writes its endpoints (EP-0)"),
        Column("family", "string", "Primary address family (EP-4)", nullable=True, choices=Family),
        Column("second_family", "string", "Second address family (EP-4)", nullable=True, choices=Family),
        Column("families_from", "string", "Where the families come from (EP-4)", nullable=True, choices=FamiliesFrom),
        Column("ip_family_policy", "string", "spec.ipFamilyPolicy (SV-4)", nullable=True),
        Column("traffic_distribution", "string", "spec.trafficDistribution (SV-22)", nullable=True),
        Column("load_balancer_class", "string", "spec.loadBalancerClass (SV-14)", nullable=True),
        Column("allocate_node_ports", "boolean", "spec.allocateLoadBalancerNodePorts; true by default (SV-13)", nullable=True),
        Column("health_check_node_port", "Int64", "spec.healthCheckNodePort (SV-19)", nullable=True, unit="port number"),
        Column("proxy_name", "string", "Label service.kubernetes.io/service-proxy-name (SV-26)", nullable=True),
        Column("created", TIME, "creationTimestamp", nullable=True),
        Column("deleted", TIME, "deletionTimestamp", nullable=True),
        Column("observed", "boolean", "Comes from a cluster (has a uid or a status), not from a manifest"),
    ),
)

SERVICE_ADDRESSES = Table(
    name="service_addresses",
    row="One row per Service and address; a load balancer's host name is a row without family.",
    key=("namespace", "service", "role", "address"),
    columns=(
        Column("namespace", "string", "Namespace of the Service"),
        Column("service", "string", "Name of the Service"),
        Column("address", "string", "Address, canonical where it parses, or the load balancer's host name"),
        Column("family", "string", "Address family; missing for names and text that does not parse", nullable=True, choices=Family),
        Column("role", "string", "What the address is", choices=AddressRole),
        Column("ip_mode", "string", "VIP or Proxy of a load balancer's address (SV-24)", nullable=True),
    ),
)

SERVICE_SOURCE_RANGES = Table(
    name="service_source_ranges",
    row="One row per Service of type LoadBalancer and range that may use its load balancer (SV-16); no row: everybody may.",
    key=("namespace", "service", "cidr"),
    columns=(
        Column("namespace", "string", "Namespace of the Service"),
        Column("service", "string", "Name of the Service"),
        Column("cidr", "string", "The range, canonical where it parses"),
        Column("family", "string", "Address family; missing for text that does not parse", nullable=True, choices=Family),
        Column("origin", "string", "spec (loadBalancerSourceRanges), or annotation where that is empty (SV-16)"),
    ),
)

LOAD_BALANCER_PORTS = Table(
    name="load_balancer_ports",
    row="One row per Service, address of its load balancer and port that this tells about (SV-54).",
    key=("namespace", "service", "address", "port", "protocol"),
    columns=(
        Column("namespace", "string", "Namespace of the Service"),
        Column("service", "string", "Name of the Service"),
        Column("address", "string", "Address, canonical where it parses, or the load balancer's host name"),
        Column("port", "Int64", "Service port", unit="port number"),
        Column("protocol", "string", "TCP (default), UDP or SCTP"),
        Column("error", "string", "Why this port is not served although there is an address (SV-54)", nullable=True),
    ),
)

SERVICE_PORTS = Table(
    name="service_ports",
    row="One row per Service port.",
    key=("namespace", "service", "port", "protocol", "port_name"),
    columns=(
        Column("namespace", "string", "Namespace of the Service"),
        Column("service", "string", "Name of the Service"),
        Column("port_name", "string", "Name of the port; missing when it has none", nullable=True),
        Column("port", "Int64", "Port the Service listens on", unit="port number"),
        Column("protocol", "string", "TCP (default), UDP or SCTP"),
        Column("target_port", "string", "targetPort as text: a number or a name; equals `port` by default (SV-8)"),
        Column("target_number", "Int64", "targetPort when it is a number (EP-11, EP-18)", nullable=True, unit="port number"),
        Column("node_port", "Int64", "Port on every node", nullable=True, unit="port number"),
        Column("app_protocol", "string", "appProtocol (SV-10)", nullable=True),
        Column("position", "Int64", "Place of the port in spec.ports"),
    ),
)

SLICES = Table(
    name="slices",
    row="One row per EndpointSlice.",
    key=("namespace", "slice"),
    columns=(
        Column("namespace", "string", "Namespace of the slice"),
        Column("slice", "string", "Name of the slice"),
        Column(
            "service", "string", "Label kubernetes.io/service-name (EP-20); missing when the slice belongs to no Service", nullable=True
        ),
        Column("address_type", "string", "IPv4, IPv6 or FQDN"),
        Column("managed_by", "string", "Label endpointslice.kubernetes.io/managed-by (EP-21)", nullable=True),
        Column("owner_uid", "string", "uid of the owning Service (EP-24)", nullable=True),
        Column("uid", "string", "uid of the object", nullable=True),
        Column("endpoints", "Int64", "Number of endpoints; 0 is a placeholder (EP-28)", unit="count"),
        Column("created", TIME, "creationTimestamp", nullable=True),
    ),
)

_ENDPOINT_COLUMNS = (
    Column("address", "string", "First address of the endpoint (EP-6b), canonical where it parses"),
    Column("family", "string", "Address family; missing for names and text that does not parse", nullable=True, choices=Family),
    Column("port_name", "string", "Name of the port; missing when it has none", nullable=True),
    Column("port", "Int64", "Port on the endpoint; missing when the slice has no port (EP-17, EP-31)", nullable=True, unit="port number"),
    Column("protocol", "string", "TCP (default), UDP or SCTP; missing when there is no port", nullable=True),
    Column("ready", "boolean", "Condition ready; absent means true (EP-8)"),
)
_TARGET_COLUMNS = (
    Column("target_kind", "string", "Kind of targetRef", nullable=True),
    Column("target_namespace", "string", "Namespace of targetRef", nullable=True),
    Column("target", "string", "Name of targetRef", nullable=True),
    Column("target_uid", "string", "uid of targetRef", nullable=True),
    Column("node", "string", "nodeName", nullable=True),
)

SLICE_ENDPOINTS = Table(
    name="slice_endpoints",
    row="One row per EndpointSlice, endpoint and port; an endpoint of a slice without ports has one row.",
    key=("namespace", "service", "slice", "address", "port", "protocol", "port_name"),
    columns=(
        Column("namespace", "string", "Namespace of the slice"),
        Column("slice", "string", "Name of the slice"),
        Column("service", "string", "Label kubernetes.io/service-name (EP-20)", nullable=True),
        *_ENDPOINT_COLUMNS,
        Column("serving", "boolean", "Condition serving; absent means true (EP-8)"),
        Column("terminating", "boolean", "Condition terminating; absent means false (EP-8)"),
        *_TARGET_COLUMNS,
        Column("zone", "string", "zone", nullable=True),
        Column("hostname", "string", "hostname (EP-25)", nullable=True),
    ),
)

ENDPOINT_HINTS = Table(
    name="endpoint_hints",
    row="One row per endpoint of an EndpointSlice and zone or node whose traffic it is meant for (section 3.5 of the reference).",
    key=("namespace", "service", "slice", "address", "scope", "place"),
    columns=(
        Column("namespace", "string", "Namespace of the slice"),
        Column("slice", "string", "Name of the slice"),
        Column("service", "string", "Label kubernetes.io/service-name (EP-20)", nullable=True),
        Column("address", "string", "First address of the endpoint, canonical where it parses"),
        Column("scope", "string", "What `place` is", choices=HintScope),
        Column("place", "string", "Name of the zone (forZones) or of the node (forNodes)"),
    ),
)

ENDPOINTS = Table(
    name="endpoints",
    row="One row per legacy Endpoints address and port (EP-46).",
    key=("namespace", "service", "address", "port", "protocol", "port_name"),
    columns=(
        Column("namespace", "string", "Namespace of the object"),
        Column("service", "string", "Name of the object, which is the Service's"),
        *_ENDPOINT_COLUMNS,
        *_TARGET_COLUMNS,
        Column("hostname", "string", "hostname", nullable=True),
        Column("over_capacity", "boolean", "Annotation endpoints.kubernetes.io/over-capacity: truncated (EP-45)"),
    ),
)
