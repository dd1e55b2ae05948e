"""Tables of what leads to Services from outside: Ingress, Gateway API, OpenShift Routes."""

from __future__ import annotations

from k8snetviz.model.kinds import Kind
from k8snetviz.model.schema import Column, Table

INGRESS_CLASSES = Table(
    name="ingress_classes",
    row="One row per IngressClass.",
    key=("ingress_class",),
    columns=(
        Column("ingress_class", "string", "Name of the class"),
        Column("controller", "string", "spec.controller", nullable=True),
        Column("default", "boolean", "Annotation ingressclass.kubernetes.io/is-default-class is true (IG-2)"),
    ),
)

INGRESS_RULES = Table(
    name="ingress_rules",
    row="One row per Ingress, host and path; the default backend has a row without host and path (IG-4 to IG-11).",
    key=("namespace", "ingress", "host", "path", "service"),
    columns=(
        Column("namespace", "string", "Namespace of the Ingress"),
        Column("ingress", "string", "Name of the Ingress"),
        Column("ingress_class", "string", "spec.ingressClassName or the older annotation (IG-1)", nullable=True),
        Column("host", "string", "Host; missing means all hosts (IG-7)", nullable=True),
        Column("path", "string", "Path; missing means all (IG-8)", nullable=True),
        Column("path_type", "string", "Exact, Prefix or ImplementationSpecific (IG-9)", nullable=True),
        Column("service", "string", "Backend Service in the same namespace (IG-5)", nullable=True),
        Column("port_name", "string", "Service port by name (IG-6)", nullable=True),
        Column("port", "Int64", "Service port by number (IG-6)", nullable=True, unit="port number"),
        Column("resource", "string", "Backend that is no Service, as kind/name", nullable=True),
        Column("tls", "boolean", "A TLS entry of the Ingress names the host, or names none (IG-12)"),
        Column("default", "boolean", "The default backend (IG-11)"),
    ),
)

INGRESS_ADDRESSES = Table(
    name="ingress_addresses",
    row="One row per Ingress or Gateway and address in its status (IG-14).",
    key=("kind", "namespace", "name", "address"),
    columns=(
        Column("kind", "string", "Ingress or Gateway", choices=Kind),
        Column("namespace", "string", "Namespace of the object"),
        Column("name", "string", "Name of the object"),
        Column("address", "string", "Address, canonical where it parses, or host name"),
    ),
)

GATEWAY_LISTENERS = Table(
    name="gateway_listeners",
    row="One row per Gateway and listener (GW-2).",
    key=("namespace", "gateway", "listener"),
    columns=(
        Column("namespace", "string", "Namespace of the Gateway"),
        Column("gateway", "string", "Name of the Gateway"),
        Column("gateway_class", "string", "spec.gatewayClassName", nullable=True),
        Column("listener", "string", "Name of the listener"),
        Column("hostname", "string", "Host name; missing means all", nullable=True),
        Column("port", "Int64", "Port", nullable=True, unit="port number"),
        Column("protocol", "string", "HTTP, HTTPS, TLS, TCP or UDP", nullable=True),
        Column("allowed_from", "string", "Namespaces that may attach: Same (default), All, Selector, None (GW-6)", nullable=True),
        Column("attached_routes", "Int64", "attachedRoutes of the status", nullable=True, unit="count"),
    ),
)

ROUTES = Table(
    name="routes",
    row="One row per route (Gateway API and OpenShift), rule and backend; a rule without backends has one row.",
    key=("kind", "namespace", "route", "rule", "position"),
    columns=(
        Column("kind", "string", "HTTPRoute, GRPCRoute, TCPRoute, TLSRoute, UDPRoute or Route", choices=Kind),
        Column("namespace", "string", "Namespace of the route"),
        Column("route", "string", "Name of the route"),
        Column("hosts", "string", "Host names, joined with a comma", nullable=True),
        Column("rule", "Int64", "Place of the rule, from 0"),
        Column("position", "Int64", "Place of the backend in its rule, from 0"),
        Column("match", "string", "Matches of the rule as one text, such as PathPrefix /cart", nullable=True),
        Column("backend_kind", "string", "Kind of the backend; Service by default (GW-11)", nullable=True),
        Column("backend_namespace", "string", "Namespace of the backend; the route's by default (GW-11)", nullable=True),
        Column("service", "string", "Name of the backend", nullable=True),
        Column("port", "Int64", "Service port (GW-11)", nullable=True, unit="port number"),
        Column("port_name", "string", "Port of the endpoints (OpenShift): its name, or its number as text", nullable=True),
        Column("weight", "Int64", "Weight; 1 by default (GW-11)", nullable=True),
    ),
)

ROUTE_PARENTS = Table(
    name="route_parents",
    row="One row per route and parent reference (GW-5).",
    key=("kind", "namespace", "route", "parent_namespace", "parent", "section"),
    columns=(
        Column("kind", "string", "Kind of the route", choices=Kind),
        Column("namespace", "string", "Namespace of the route"),
        Column("route", "string", "Name of the route"),
        Column("parent_kind", "string", "Gateway by default, Service for meshes (GW-17)"),
        Column("parent_namespace", "string", "Namespace of the parent; the route's by default"),
        Column("parent", "string", "Name of the parent"),
        Column("section", "string", "sectionName: a listener", nullable=True),
        Column("port", "Int64", "Port of the listeners", nullable=True, unit="port number"),
        Column("accepted", "string", "Status of the condition Accepted", nullable=True),
        Column("resolved_refs", "string", "Status of the condition ResolvedRefs", nullable=True),
        Column("reason", "string", "Reason of the condition that is not True", nullable=True),
    ),
)

REFERENCE_GRANTS = Table(
    name="reference_grants",
    row="One row per ReferenceGrant and pair of from and to (GW-15).",
    key=("namespace", "grant", "from_kind", "from_namespace", "to_kind", "to_name"),
    columns=(
        Column("namespace", "string", "Namespace of the grant, which is the target's"),
        Column("grant", "string", "Name of the grant"),
        Column("from_kind", "string", "Kind that may refer"),
        Column("from_namespace", "string", "Namespace it may refer from"),
        Column("to_kind", "string", "Kind that may be referred to"),
        Column("to_name", "string", "Name; missing means every object of the kind", nullable=True),
    ),
)
