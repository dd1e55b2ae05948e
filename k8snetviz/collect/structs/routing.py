"""What leads to Services from outside: Ingress of every version, Gateway API, OpenShift Routes."""

from __future__ import annotations

import msgspec

from k8snetviz.collect.structs.core import LoadBalancerStatus
from k8snetviz.collect.structs.meta import Meta
from k8snetviz.collect.structs.selectors import LabelSelector


class Condition(msgspec.Struct, gc=False, omit_defaults=True):
    """A condition of a status."""

    type: str = ""
    status: str | None = None
    reason: str | None = None


class IngressServicePort(msgspec.Struct, gc=False, omit_defaults=True):
    """Port of a backend Service: a name or a number (IG-6)."""

    name: str | None = None
    number: int | None = None


class IngressService(msgspec.Struct, gc=False, omit_defaults=True):
    """Backend Service of ``networking.k8s.io/v1``."""

    name: str | None = None
    port: IngressServicePort | None = None


class TypedReference(msgspec.Struct, gc=False, omit_defaults=True):
    """A backend that is no Service."""

    kind: str = ""
    name: str = ""


class IngressBackend(msgspec.Struct, gc=False, rename="camel", omit_defaults=True):
    """A backend; `service_name` and `service_port` are the spelling of v1beta1 and become that of v1 (SN-9)."""

    service: IngressService | None = None
    resource: TypedReference | None = None
    service_name: str | None = None
    service_port: int | str | None = None

    def __post_init__(self) -> None:
        if self.service is None and self.service_name:
            port = self.service_port
            named = IngressServicePort(name=port) if isinstance(port, str) else IngressServicePort(number=port)
            self.service = IngressService(self.service_name, named)
        self.service_name = self.service_port = None


class IngressPath(msgspec.Struct, gc=False, rename="camel", omit_defaults=True):
    """A path of a host."""

    path: str | None = None
    path_type: str | None = None
    backend: IngressBackend | None = None

    def __post_init__(self) -> None:
        self.path_type = self.path_type or "ImplementationSpecific"  # what v1beta1 fills in


class IngressPaths(msgspec.Struct, gc=False, omit_defaults=True):
    """``http`` of a rule."""

    paths: list[IngressPath] | None = None


class IngressRule(msgspec.Struct, gc=False, omit_defaults=True):
    """A host and its paths."""

    host: str | None = None
    http: IngressPaths | None = None


class IngressTLS(msgspec.Struct, gc=False, omit_defaults=True):
    """Hosts of a certificate; the name of its Secret is not read."""

    hosts: list[str] | None = None


class IngressSpec(msgspec.Struct, gc=False, rename="camel", omit_defaults=True):
    """``spec`` of an Ingress; `backend` is how v1beta1 spells `default_backend`, and becomes it (SN-9)."""

    ingress_class_name: str | None = None
    default_backend: IngressBackend | None = None
    backend: IngressBackend | None = None
    rules: list[IngressRule] | None = None
    tls: list[IngressTLS] | None = None

    def __post_init__(self) -> None:
        self.default_backend, self.backend = self.default_backend or self.backend, None


class IngressStatus(msgspec.Struct, gc=False, rename="camel", omit_defaults=True):
    """``status`` of an Ingress."""

    load_balancer: LoadBalancerStatus | None = None


class Ingress(msgspec.Struct, gc=False, omit_defaults=True):
    """Ingress of ``networking.k8s.io/v1``, its v1beta1, and ``extensions/v1beta1``."""

    metadata: Meta = msgspec.field(default_factory=Meta)
    spec: IngressSpec = msgspec.field(default_factory=IngressSpec)
    status: IngressStatus | None = None


class IngressClassSpec(msgspec.Struct, gc=False, omit_defaults=True):
    """``spec`` of an IngressClass."""

    controller: str | None = None


class IngressClass(msgspec.Struct, gc=False, omit_defaults=True):
    """IngressClass (IG-1, IG-2)."""

    metadata: Meta = msgspec.field(default_factory=Meta)
    spec: IngressClassSpec = msgspec.field(default_factory=IngressClassSpec)


class RouteNamespaces(msgspec.Struct, gc=False, rename="camel", omit_defaults=True):
    """Which namespaces may attach (GW-6)."""

    from_: str | None = msgspec.field(default=None, name="from")
    selector: LabelSelector | None = None


class AllowedRoutes(msgspec.Struct, gc=False, omit_defaults=True):
    """``allowedRoutes`` of a listener."""

    namespaces: RouteNamespaces | None = None


class Listener(msgspec.Struct, gc=False, rename="camel", omit_defaults=True):
    """A listener of a Gateway (GW-2)."""

    name: str = ""
    hostname: str | None = None
    port: int | None = None
    protocol: str | None = None
    allowed_routes: AllowedRoutes | None = None


class GatewaySpec(msgspec.Struct, gc=False, rename="camel", omit_defaults=True):
    """``spec`` of a Gateway."""

    gateway_class_name: str | None = None
    listeners: list[Listener] | None = None


class GatewayAddress(msgspec.Struct, gc=False, omit_defaults=True):
    """An address that a Gateway has been given."""

    value: str | None = None


class ListenerStatus(msgspec.Struct, gc=False, rename="camel", omit_defaults=True):
    """What the controller says of a listener."""

    name: str = ""
    attached_routes: int | None = None


class GatewayStatus(msgspec.Struct, gc=False, omit_defaults=True):
    """``status`` of a Gateway."""

    addresses: list[GatewayAddress] | None = None
    listeners: list[ListenerStatus] | None = None


class Gateway(msgspec.Struct, gc=False, omit_defaults=True):
    """Gateway of ``gateway.networking.k8s.io``, any version (GW-20)."""

    metadata: Meta = msgspec.field(default_factory=Meta)
    spec: GatewaySpec = msgspec.field(default_factory=GatewaySpec)
    status: GatewayStatus | None = None


class ParentReference(msgspec.Struct, gc=False, rename="camel", omit_defaults=True):
    """What a route attaches to (GW-5)."""

    group: str | None = None
    kind: str | None = None
    namespace: str | None = None
    name: str = ""
    section_name: str | None = None
    port: int | None = None


class BackendReference(msgspec.Struct, gc=False, omit_defaults=True):
    """Where a rule sends traffic (GW-11)."""

    group: str | None = None
    kind: str | None = None
    namespace: str | None = None
    name: str | None = None
    port: int | None = None
    weight: int | None = None


class Match(msgspec.Struct, gc=False, omit_defaults=True):
    """A path, header or query parameter of a match."""

    type: str | None = None
    name: str | None = None
    value: str | None = None


class MethodMatch(msgspec.Struct, gc=False, omit_defaults=True):
    """The method of a GRPCRoute."""

    type: str | None = None
    service: str | None = None
    method: str | None = None


class RouteMatch(msgspec.Struct, gc=False, rename="camel", omit_defaults=True):
    """An entry of ``matches``; `method` is text in an HTTPRoute, an object in a GRPCRoute."""

    path: Match | None = None
    method: str | MethodMatch | None = None
    headers: list[Match] | None = None
    query_params: list[Match] | None = None


class RouteRule(msgspec.Struct, gc=False, rename="camel", omit_defaults=True):
    """A rule of a route; TLS, TCP and UDP ones have no matches (GW-16)."""

    matches: list[RouteMatch] | None = None
    backend_refs: list[BackendReference] | None = None


class GatewayRouteSpec(msgspec.Struct, gc=False, rename="camel", omit_defaults=True):
    """``spec`` of a Gateway API route."""

    parent_refs: list[ParentReference] | None = None
    hostnames: list[str] | None = None
    rules: list[RouteRule] | None = None


class RouteParentStatus(msgspec.Struct, gc=False, rename="camel", omit_defaults=True):
    """What one controller says of one parent reference."""

    parent_ref: ParentReference | None = None
    conditions: list[Condition] | None = None


class GatewayRouteStatus(msgspec.Struct, gc=False, omit_defaults=True):
    """``status`` of a Gateway API route."""

    parents: list[RouteParentStatus] | None = None


class GatewayRoute(msgspec.Struct, gc=False, omit_defaults=True):
    """HTTPRoute, GRPCRoute, TCPRoute, TLSRoute, UDPRoute, any version (GW-20)."""

    metadata: Meta = msgspec.field(default_factory=Meta)
    spec: GatewayRouteSpec = msgspec.field(default_factory=GatewayRouteSpec)
    status: GatewayRouteStatus | None = None


class GrantFrom(msgspec.Struct, gc=False, omit_defaults=True):
    """Who may refer."""

    group: str = ""
    kind: str = ""
    namespace: str = ""


class GrantTo(msgspec.Struct, gc=False, omit_defaults=True):
    """What may be referred to."""

    group: str = ""
    kind: str = ""
    name: str | None = None


class ReferenceGrantSpec(msgspec.Struct, gc=False, omit_defaults=True):
    """``spec`` of a ReferenceGrant."""

    from_: list[GrantFrom] | None = msgspec.field(default=None, name="from")
    to: list[GrantTo] | None = None


class ReferenceGrant(msgspec.Struct, gc=False, omit_defaults=True):
    """ReferenceGrant, any version (GW-15)."""

    metadata: Meta = msgspec.field(default_factory=Meta)
    spec: ReferenceGrantSpec = msgspec.field(default_factory=ReferenceGrantSpec)


class RouteTarget(msgspec.Struct, gc=False, omit_defaults=True):
    """A Service of an OpenShift Route."""

    kind: str | None = None
    name: str | None = None
    weight: int | None = None


class RoutePort(msgspec.Struct, gc=False, rename="camel", omit_defaults=True):
    """Port of the endpoints of an OpenShift Route, by name or number."""

    target_port: int | str | None = None


class OpenShiftRouteSpec(msgspec.Struct, gc=False, rename="camel", omit_defaults=True):
    """``spec`` of an OpenShift Route; of its certificates nothing is read."""

    host: str | None = None
    path: str | None = None
    to: RouteTarget | None = None
    alternate_backends: list[RouteTarget] | None = None
    port: RoutePort | None = None
    wildcard_policy: str | None = None


class OpenShiftRoute(msgspec.Struct, gc=False, omit_defaults=True):
    """Route of ``route.openshift.io/v1`` and of its older home ``v1``."""

    metadata: Meta = msgspec.field(default_factory=Meta)
    spec: OpenShiftRouteSpec = msgspec.field(default_factory=OpenShiftRouteSpec)
