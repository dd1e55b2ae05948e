"""Tables that answers come in: the endpoint ledger, states, owners, near misses."""

from __future__ import annotations

from k8snetviz.model.kinds import BackendState, Drift, Family, Kind, NearMiss, OwnerRole, Reason, ServiceState
from k8snetviz.model.schema import Column, Table

BACKENDS = Table(
    name="backends",
    row="One row per Service port, address family and candidate: the endpoint ledger.",
    key=("namespace", "service", "port", "protocol", "port_name", "family", "pod_namespace", "pod", "address"),
    columns=(
        Column("namespace", "string", "Namespace of the Service"),
        Column("service", "string", "Name of the Service"),
        Column("port_name", "string", "Name of the Service port; missing when it has none", nullable=True),
        Column("port", "Int64", "Service port; missing for a headless Service without ports", nullable=True, unit="port number"),
        Column("protocol", "string", "TCP, UDP or SCTP; missing for a headless Service without ports", nullable=True),
        Column("family", "string", "Address family", nullable=True, choices=Family),
        Column("pod_namespace", "string", "Namespace of the candidate pod", nullable=True),
        Column("pod", "string", "Candidate pod; missing for an address that no known pod holds", nullable=True),
        Column("workload_kind", "string", "Kind of the pod's top workload", nullable=True),
        Column("workload", "string", "Name of the pod's top workload", nullable=True),
        Column("address", "string", "Address of the candidate in this family", nullable=True),
        Column("node", "string", "Node of the candidate", nullable=True),
        Column("zone", "string", "Zone of that node", nullable=True),
        Column("selected", "boolean", "The selector selects the pod; missing where that cannot be told", nullable=True),
        Column(
            "target_port",
            "Int64",
            "Port number on this pod (EP-11 to EP-16); missing when it does not resolve",
            nullable=True,
            unit="port number",
        ),
        Column(
            "observed_port",
            "Int64",
            "Port number that the slices (else the legacy Endpoints) name; missing when they do not name this port",
            nullable=True,
            unit="port number",
        ),
        Column(
            "expected",
            "string",
            "State by the controller's rules; missing for a Service without selector",
            nullable=True,
            choices=BackendState,
        ),
        Column("observed", "string", "State as the slices (else the legacy Endpoints) say", choices=BackendState),
        Column("drift", "string", "How observed differs from expected", choices=Drift),
        Column("reason", "string", "First failing step of EP-0 to EP-7; missing when expected is ready", nullable=True, choices=Reason),
        Column("field", "string", "Field path that decided", nullable=True),
        Column("value", "string", "Value seen there", nullable=True),
        Column("rule", "string", "Rule id of the reference", nullable=True),
        Column("serves", "boolean", "Serves this port: expected and observed ready without drift, or the one that is known is ready"),
    ),
)

SERVICE_STATES = Table(
    name="service_states",
    row="One row per Service: does it serve, and the first reason why not.",
    key=("namespace", "service"),
    columns=(
        Column("namespace", "string", "Namespace of the Service"),
        Column("service", "string", "Name of the Service"),
        Column("type", "string", "Type of the Service"),
        Column("managed", "boolean", "Has a selector (EP-0)"),
        Column("state", "string", "Whether it serves", choices=ServiceState),
        Column("selected", "Int64", "Selected pods that are not terminal; missing when not known", nullable=True, unit="pods"),
        Column("ready", "Int64", "Backends that serve at least one port", nullable=True, unit="backends"),
        Column(
            "not_ready",
            "Int64",
            "Selected live pods, or observed addresses, that serve no port and do not terminate",
            nullable=True,
            unit="backends",
        ),
        Column("terminating", "Int64", "Backends that terminate", nullable=True, unit="backends"),
        Column("nodes", "Int64", "Nodes that hold a serving backend", nullable=True, unit="nodes"),
        Column("zones", "Int64", "Zones that hold a serving backend", nullable=True, unit="zones"),
        Column("load_balancer", "string", "assigned or pending (SV-50); missing for other types", nullable=True),
        Column("reason", "string", "First reason; missing when serving", nullable=True, choices=Reason),
        Column("detail", "string", "One sentence for a tired person", nullable=True),
        Column("rule", "string", "Rule id of the reference", nullable=True),
    ),
)

NEAR_MISSES = Table(
    name="near_misses",
    row="One row per thing that almost stands behind a Service, or stands there by accident.",
    key=("kind", "object_kind", "object_namespace", "object"),
    columns=(
        Column("kind", "string", "How close it came", choices=NearMiss),
        Column("object_kind", "string", "Kind of the object", choices=Kind),
        Column("object_namespace", "string", "Namespace of the object"),
        Column("object", "string", "Name of the object"),
        Column("key", "string", "Label key or port name that differs", nullable=True),
        Column("wanted", "string", "What the Service asks for", nullable=True),
        Column("found", "string", "What the object has", nullable=True),
        Column("pods", "Int64", "Pods of that object", nullable=True, unit="pods"),
        Column("ready_pods", "Int64", "Ready ones of them", nullable=True, unit="pods"),
        Column("detail", "string", "One sentence"),
    ),
)

ADDRESS_OWNERS = Table(
    name="address_owners",
    row="One row per object that holds or covers an address.",
    key=("address", "role", "kind", "namespace", "name"),
    columns=(
        Column("address", "string", "The address or range asked for, canonical"),
        Column("family", "string", "Address family", choices=Family),
        Column("kind", "string", "Kind of the owner", choices=Kind),
        Column("namespace", "string", "Namespace of the owner; missing for cluster-scoped ones", nullable=True),
        Column("name", "string", "Name of the owner"),
        Column("role", "string", "How it holds or covers the address", choices=OwnerRole),
        Column(
            "detail", "string", "What else to know: range, phase, judgement on duplicates (section 1.3 of the reference)", nullable=True
        ),
    ),
)

REACHED_BY = Table(
    name="reached_by",
    row="One row per Ingress rule or route rule that leads to a Service.",
    key=("kind", "namespace", "name", "host", "path", "port"),
    columns=(
        Column("kind", "string", "Kind of the object", choices=Kind),
        Column("namespace", "string", "Namespace of the object"),
        Column("name", "string", "Name of the object"),
        Column("host", "string", "Host names; missing means all", nullable=True),
        Column("path", "string", "Path or match; missing means all", nullable=True),
        Column("port", "string", "Port that it asks for, number or name", nullable=True),
        Column("has_port", "boolean", "The Service has that port; missing where it is a port of the pods", nullable=True),
    ),
)
