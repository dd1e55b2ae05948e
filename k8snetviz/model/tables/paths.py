"""Tables of the ways to one Service, and of what containers of one pod share: answers that pictures draw."""

from __future__ import annotations

from enum import StrEnum

from k8snetviz.model.kinds import ContainerRole, Family
from k8snetviz.model.schema import Column, Table


class Path(StrEnum):
    """Which of the two traffic policies rules (KX-24)."""

    INTERNAL = "internal"  # to the cluster address
    EXTERNAL = "external"  # to a node port, an external address or a load balancer's VIP


class PathOutcome(StrEnum):
    """What a node does with a new connection (section 4.4 of the reference)."""

    DELIVERED = "delivered"
    ASTRAY = "astray"  # forwarded, but none of the addresses it may go to serves
    DROP = "drop"
    REJECT = "reject"
    SKIPPED = "skipped"  # kube-proxy leaves the Service alone (KX-1)
    UNKNOWN = "unknown"


class SourceAddress(StrEnum):
    """Which source address the backend sees (section 4.5)."""

    KEPT = "kept"
    NODE = "node"


class Clash(StrEnum):
    """What two declared ports share that only one can have."""

    PORT = "port"  # CP-5
    PORT_NAME = "port-name"  # CP-3
    HOST_PORT = "host-port"  # CP-6; section 1.6 for two pods of one node


SERVICE_PATHS = Table(
    name="service_paths",
    row="One row per Service port, address family, path and node: what that node does with a new connection.",
    key=("namespace", "service", "path", "port", "protocol", "port_name", "family", "node"),
    columns=(
        Column("namespace", "string", "Namespace of the Service"),
        Column("service", "string", "Name of the Service"),
        Column("path", "string", "The path whose policy rules (KX-24)", choices=Path),
        Column("port_name", "string", "Name of the Service port; missing when it has none", nullable=True),
        Column("port", "Int64", "Service port", unit="port number"),
        Column("protocol", "string", "TCP, UDP or SCTP"),
        Column("family", "string", "Address family", nullable=True, choices=Family),
        Column("policy", "string", "Traffic policy of the path: Cluster or Local (SV-17, SV-18)"),
        Column(
            "node", "string", "Node of the client pod (internal), or that receives the packet; missing: any node not read", nullable=True
        ),
        Column("cluster_set", "Int64", "Endpoints of KX-13, hints ignored; missing when not known", nullable=True, unit="endpoints"),
        Column("local_set", "Int64", "Endpoints of KX-14 on this node; missing when not known", nullable=True, unit="endpoints"),
        Column("serving", "Int64", "Those of the set in use that serve; missing when not known", nullable=True, unit="endpoints"),
        Column("fallback", "boolean", "The set in use holds only terminating endpoints that still serve (KX-13, KX-14)", nullable=True),
        Column("outcome", "string", "What happens to the connection", choices=PathOutcome),
        Column(
            "source", "string", "Source address that the backend sees; missing when nothing arrives", nullable=True, choices=SourceAddress
        ),
        Column("health_check", "Int64", "Answer of the health check node port: 200 or 503 (SV-19)", nullable=True, unit="HTTP status"),
        Column("rule", "string", "Rule id of the outcome"),
        Column("source_rule", "string", "Rule id of the source address", nullable=True),
        Column("detail", "string", "One sentence"),
    ),
)

SERVICE_NAMES = Table(
    name="service_names",
    row="One row per DNS answer that concerns a Service; the zone is taken to be cluster.local, since no snapshot holds it.",
    key=("namespace", "service", "step", "name", "answer"),
    columns=(
        Column("namespace", "string", "Namespace of the Service"),
        Column("service", "string", "Name of the Service"),
        Column("step", "Int64", "Place in the chain of names; 0 is the name of the Service", unit="count"),
        Column("name", "string", "The name asked for"),
        Column("record", "string", "A, AAAA or CNAME; missing when the type of the answer is not known", nullable=True),
        Column("answer", "string", "Address or name; missing when there is none or it is not known", nullable=True),
        Column("published", "boolean", "The answer is given; missing when that is not known", nullable=True),
        Column("host_name", "string", "Name of its own of a headless endpoint that has a hostname (DN-6)", nullable=True),
        Column("pod_namespace", "string", "Namespace of the pod behind the address", nullable=True),
        Column("pod", "string", "Pod behind the address", nullable=True),
        Column("rule", "string", "Rule id of the reference", nullable=True),
        Column("detail", "string", "One sentence"),
    ),
)

PORT_CLASHES = Table(
    name="port_clashes",
    row="One row per declared port of a pod that collides with another one.",
    key=("namespace", "pod", "clash", "value", "container", "port", "protocol"),
    columns=(
        Column("namespace", "string", "Namespace of the pod"),
        Column("pod", "string", "Name of the pod"),
        Column("clash", "string", "What it shares", choices=Clash),
        Column("value", "string", "The shared port with its protocol, or the shared name"),
        Column("container", "string", "Container that declares the port"),
        Column("role", "string", "Role of that container", choices=ContainerRole),
        Column("port", "Int64", "containerPort", unit="port number"),
        Column("protocol", "string", "TCP, UDP or SCTP"),
        Column("other", "string", "What it collides with: containers of the pod, or pods of the node as ns/name"),
        Column("rule", "string", "Rule id of the reference"),
        Column("detail", "string", "One sentence"),
    ),
)
