"""Ingress, Gateway API and OpenShift tables, by rule id of the reference."""

from __future__ import annotations

from typing import Any

import pytest

from tests.build import namespace
from tests.collect.rows import Row, snapshot_of, table

Obj = dict[str, Any]
GATEWAY_API = "gateway.networking.k8s.io"


def obj(kind: str, spec: Obj, *, api_version: str, name: str = "x", ns: str | None = "shop", status: Obj | None = None, **meta: Any) -> Obj:
    out: Obj = {
        "apiVersion": api_version,
        "kind": kind,
        "metadata": {"name": name} | ({"namespace": ns} if ns else {}) | meta,
        "spec": spec,
    }
    return out | ({"status": status} if status is not None else {})


def ingress(spec: Obj, *, api_version: str = "networking.k8s.io/v1", **more: Any) -> Obj:
    return obj("Ingress", spec, api_version=api_version, **more)


def backend(service: str = "web", **port: Any) -> Obj:
    return {"service": {"name": service, "port": port}}


def rule(*paths: Obj, host: str | None = "a.example") -> Obj:
    return {"http": {"paths": list(paths)}} | ({"host": host} if host is not None else {})


def http_route(spec: Obj, *, kind: str = "HTTPRoute", version: str = "v1", **more: Any) -> Obj:
    return obj(kind, spec, api_version=f"{GATEWAY_API}/{version}", **more)


def test_without_routing_every_table_is_empty():
    snapshot = snapshot_of(namespace("shop"))
    for name in (
        "ingress_classes",
        "ingress_rules",
        "ingress_addresses",
        "gateway_listeners",
        "routes",
        "route_parents",
        "reference_grants",
    ):
        assert len(snapshot.table(name)) == 0, name


# -- Ingress ------------------------------------------------------------------------------------


def test_ingress_classes():
    default = {"ingressclass.kubernetes.io/is-default-class": "true"}
    refused = {"ingressclass.kubernetes.io/is-default-class": "True"}
    version = "networking.k8s.io/v1"
    found = table(
        "ingress_classes",
        obj("IngressClass", {"controller": "k8s.io/ingress-nginx"}, api_version=version, name="nginx", ns=None, annotations=default),
        obj("IngressClass", {}, api_version="networking.k8s.io/v1beta1", name="old", ns=None, annotations=None),
        obj("IngressClass", {"controller": ""}, api_version=version, name="not", ns=None, annotations=refused),
    )
    assert found == [("nginx", "k8s.io/ingress-nginx", True), ("not", None, False), ("old", None, False)]  # IG-2


def test_ingress_of_v1():
    spec = {
        "ingressClassName": "nginx",
        "defaultBackend": backend("fallback", number=80),
        "rules": [
            rule(
                {"path": "/cart", "pathType": "Prefix", "backend": backend("cart", number=80)},
                {
                    "path": "/files",
                    "pathType": "Exact",
                    "backend": {"resource": {"apiGroup": "k8s.example", "kind": "Bucket", "name": "icons"}},
                },
            ),
            rule({"pathType": "ImplementationSpecific", "backend": backend("web", name="http")}, host=None),
        ],
    }
    head = ("shop", "x", "nginx")
    assert table("ingress_rules", ingress(spec)) == [
        (*head, "a.example", "/cart", "Prefix", "cart", None, 80, None, False, False),  # IG-6 by number
        (*head, "a.example", "/files", "Exact", None, None, None, "Bucket/icons", False, False),  # IG-4
        (*head, None, None, None, "fallback", None, 80, None, False, True),  # IG-11
        (*head, None, None, "ImplementationSpecific", "web", "http", None, None, False, False),  # IG-6 by name, IG-7, IG-8
    ]


@pytest.mark.parametrize("version", ["extensions/v1beta1", "networking.k8s.io/v1beta1"])
def test_ingress_of_v1beta1(version: str):
    spec = {
        "backend": {"serviceName": "fallback", "servicePort": "http"},
        "rules": [rule({"path": "/", "backend": {"serviceName": "web", "servicePort": 80}})],
    }
    found = table("ingress_rules", ingress(spec, api_version=version, annotations={"kubernetes.io/ingress.class": "traefik"}))
    assert found == [  # SN-9
        ("shop", "x", "traefik", "a.example", "/", "ImplementationSpecific", "web", None, 80, None, False, False),
        ("shop", "x", "traefik", None, None, None, "fallback", "http", None, None, False, True),
    ]


@pytest.mark.parametrize(
    ("name", "annotations", "found"),
    [
        pytest.param("nginx", {"kubernetes.io/ingress.class": "old"}, "nginx", id="IG-1 both"),
        pytest.param(None, {"kubernetes.io/ingress.class": "old"}, "old", id="IG-1 annotation"),
        pytest.param("", {"kubernetes.io/ingress.class": ""}, None, id="IG-3 both empty"),
        pytest.param(None, None, None, id="IG-3 none"),
    ],
)
def test_class_of_an_ingress(name: str | None, annotations: Obj | None, found: str | None):
    given = ingress({"ingressClassName": name, "rules": [rule({"backend": backend(number=80)})]}, annotations=annotations)
    assert table("ingress_rules", given, columns=("ingress_class",)) == [(found,)]


HOSTS = ("host", "path", "service", "port", "default")


@pytest.mark.parametrize(
    ("spec", "rows"),
    [
        pytest.param({}, [], id="nothing"),
        pytest.param({"rules": None, "tls": None, "defaultBackend": None}, [], id="nulls"),
        pytest.param({"defaultBackend": backend(number=80)}, [(None, None, "web", 80, True)], id="IG-11 default only"),
        pytest.param(
            {"rules": [{"host": "a.example"}, {"host": "b.example", "http": None}], "defaultBackend": backend(number=80)},
            [("a.example", None, "web", 80, True), ("b.example", None, "web", 80, True), (None, None, "web", 80, True)],
            id="IG-8 hosts without paths",
        ),
        pytest.param(
            {"rules": [{"host": "a.example", "http": {"paths": None}}]}, [("a.example", None, None, None, True)], id="IG-8 no default"
        ),
        pytest.param({"rules": [rule({"backend": backend(number=80)}, host="")]}, [(None, None, "web", 80, False)], id="IG-7 empty host"),
        pytest.param({"rules": [rule({"path": "", "backend": None})]}, [("a.example", None, None, None, False)], id="IG-4 no backend"),
        pytest.param(
            {"rules": [rule({"backend": {"service": {"name": "web"}}})]}, [("a.example", None, "web", None, False)], id="IG-4 no port"
        ),
        pytest.param({"rules": [rule({"backend": {"servicePort": 80}})]}, [("a.example", None, None, None, False)], id="IG-4 no name"),
    ],
)
def test_hosts_and_paths(spec: Obj, rows: list[Row]):
    assert table("ingress_rules", ingress(spec), columns=HOSTS) == rows


@pytest.mark.parametrize(
    ("tls", "hosts"),
    [
        pytest.param(None, [], id="null"),
        pytest.param([{"hosts": ["a.example"], "secretName": "s"}], ["a.example"], id="IG-12 one host"),
        pytest.param([{"hosts": ["*.example"]}], ["a.example", "b.example"], id="IG-12 a wildcard stands for one label"),
        pytest.param([{"hosts": []}], ["a.b.example", "a.example", "b.example", None], id="IG-12 every host"),
        pytest.param([{"secretName": "s", "hosts": None}], ["a.b.example", "a.example", "b.example", None], id="IG-12 hosts null"),
    ],
)
def test_tls(tls: list[Obj] | None, hosts: list[str | None]):
    rules = [rule({"backend": backend(number=80)}, host=host) for host in ("a.example", "b.example", "a.b.example", None)]
    found = table("ingress_rules", ingress({"rules": rules, "tls": tls}), columns=("host", "tls"))
    assert [host for host, has in found if has] == hosts


def test_ingress_and_gateway_addresses():
    balancer = {
        "loadBalancer": {"ingress": [{"ip": "192.0.2.1"}, {"hostname": "lb.example", "ip": ""}, {"ip": "2001:DB8::0:1", "hostname": "x"}]}
    }
    found = table(
        "ingress_addresses",
        ingress({}, status=balancer),
        ingress({}, name="pending", status={"loadBalancer": {"ingress": None}}),
        ingress({}, name="null", status={"loadBalancer": None}),
        ingress({}, name="bare"),
        http_route(
            {}, kind="Gateway", name="gw", status={"addresses": [{"type": "IPAddress", "value": "192.0.2.9"}, {"value": "gw.example"}]}
        ),
        http_route({}, kind="Gateway", name="pending", status={"addresses": None}),
    )
    assert found == [  # IG-14
        ("Gateway", "shop", "gw", "192.0.2.9"),
        ("Gateway", "shop", "gw", "gw.example"),
        ("Ingress", "shop", "x", "192.0.2.1"),
        ("Ingress", "shop", "x", "2001:db8::1"),
        ("Ingress", "shop", "x", "lb.example"),
        ("Ingress", "shop", "x", "x"),
    ]


def test_an_ingress_that_is_read_as_old_and_new_version_is_one():
    old = ingress({"rules": [rule({"backend": {"serviceName": "web", "servicePort": 80}})]}, api_version="extensions/v1beta1", uid="u")
    new = ingress({"rules": [rule({"backend": backend(number=80), "pathType": "ImplementationSpecific"})]}, uid="u")
    assert table("ingress_rules", old, new) == table("ingress_rules", old) == table("ingress_rules", new)


def test_config_of_another_group_is_not_an_ingress():
    other = obj("Ingress", {"domain": "apps.example"}, api_version="config.openshift.io/v1", ns=None, name="cluster")
    assert table("ingress_rules", other, ingress({"defaultBackend": backend(number=80)}), columns=("ingress",)) == [("x",)]


# -- Gateway API --------------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["v1", "v1beta1", "v1alpha2"])
def test_gateway_listeners(version: str):
    spec = {
        "gatewayClassName": "envoy",
        "listeners": [
            {"name": "http", "port": 80, "protocol": "HTTP"},
            {"name": "https", "port": 443, "protocol": "HTTPS", "hostname": "*.example", "allowedRoutes": {"namespaces": {"from": "All"}}},
            {"name": "null", "port": 1, "protocol": "TCP", "hostname": "", "allowedRoutes": {"namespaces": None}},
            {
                "name": "some",
                "port": 2,
                "protocol": "TCP",
                "allowedRoutes": {"namespaces": {"from": "Selector", "selector": {"matchLabels": {"a": "b"}}}},
            },
        ],
    }
    status = {"listeners": [{"name": "http", "attachedRoutes": 0}, {"name": "https", "attachedRoutes": 3}]}
    given = http_route(spec, kind="Gateway", version=version, status=status)
    assert table("gateway_listeners", given) == [
        ("shop", "x", "envoy", "http", None, 80, "HTTP", "Same", 0),  # GW-6
        ("shop", "x", "envoy", "https", "*.example", 443, "HTTPS", "All", 3),
        ("shop", "x", "envoy", "null", None, 1, "TCP", "Same", None),
        ("shop", "x", "envoy", "some", None, 2, "TCP", "Selector", None),
    ]
    field = "spec.listeners[3].allowedRoutes.namespaces.selector"
    assert table("selectors", given) == [("Gateway", "shop", "x", field, "a", "Equals", "b")]


def test_gateway_without_listeners():
    assert table("gateway_listeners", http_route({"listeners": None}, kind="Gateway")) == []


def test_gateway_of_another_group_is_not_ours():
    foreign = obj("Gateway", {"servers": []}, api_version="networking.istio.io/v1beta1")
    ours = http_route({"listeners": [{"name": "http", "port": 80, "protocol": "HTTP"}]}, kind="Gateway", name="y")
    assert table("gateway_listeners", foreign, ours, columns=("gateway",)) == [("y",)]


@pytest.mark.parametrize("version", ["v1", "v1beta1", "v1alpha2"])
def test_http_route(version: str):
    spec = {
        "hostnames": ["a.example", "b.example"],
        "rules": [
            {"matches": [{"path": {"type": "PathPrefix", "value": "/cart"}}], "backendRefs": [{"name": "cart", "port": 80}]},
            {
                "matches": [{"path": {"type": "Exact", "value": "/x"}, "method": "GET"}],
                "backendRefs": [
                    {"name": "one", "port": 80, "weight": 90},
                    {"name": "two", "port": 80, "weight": 0, "namespace": "bank"},
                    {"group": "multicluster.x-k8s.io", "kind": "ServiceImport", "name": "far", "port": 80},
                ],
            },
            {"backendRefs": None, "filters": [{"type": "RequestRedirect"}]},
        ],
    }
    head = ("HTTPRoute", "shop", "x", "a.example,b.example")
    assert table("routes", http_route(spec, version=version)) == [
        (*head, 0, 0, "PathPrefix /cart", "Service", "shop", "cart", 80, None, 1),  # GW-11
        (*head, 1, 0, "Exact /x GET", "Service", "shop", "one", 80, None, 90),
        (*head, 1, 1, "Exact /x GET", "Service", "bank", "two", 80, None, 0),
        (*head, 1, 2, "Exact /x GET", "ServiceImport.multicluster.x-k8s.io", "shop", "far", 80, None, 1),
        (*head, 2, 0, "PathPrefix /", None, None, None, None, None, None),  # GW-10
    ]


@pytest.mark.parametrize(
    ("kind", "matches", "text"),
    [
        pytest.param("HTTPRoute", None, "PathPrefix /", id="GW-10 null"),
        pytest.param("HTTPRoute", [], "PathPrefix /", id="GW-10 empty"),
        pytest.param("HTTPRoute", [{}], "PathPrefix /", id="GW-10 a match of nothing"),
        pytest.param("HTTPRoute", [{"path": {"value": "/a"}}, {"path": {"type": "Exact"}}], "PathPrefix /a, Exact /", id="two, defaults"),
        pytest.param(
            "HTTPRoute",
            [{"headers": [{"name": "v", "value": "2"}], "queryParams": [{"name": "q", "value": "1.*", "type": "RegularExpression"}]}],
            "PathPrefix / header v=2 query q~=1.*",
            id="headers and query",
        ),
        pytest.param("GRPCRoute", None, None, id="GW-16 every method"),
        pytest.param("GRPCRoute", [{"method": {"service": "shop.Cart", "method": "Get"}}], "Exact shop.Cart/Get", id="GW-16 a method"),
        pytest.param(
            "GRPCRoute",
            [{"method": {"type": "RegularExpression", "service": "shop.*"}, "headers": None}, {}],
            "RegularExpression shop.*/*, */*",
            id="GW-16 a service, and everything",
        ),
        pytest.param("TLSRoute", None, None, id="GW-16 TLS"),
        pytest.param("TCPRoute", None, None, id="GW-16 TCP"),
        pytest.param("UDPRoute", None, None, id="GW-16 UDP"),
    ],
)
def test_matches(kind: str, matches: list[Obj] | None, text: str | None):
    given = http_route({"rules": [{"matches": matches, "backendRefs": [{"name": "web", "port": 1}]}]}, kind=kind, version="v1alpha2")
    assert table("routes", given, columns=("kind", "match", "service")) == [(kind, text, "web")]


def test_a_route_without_rules_has_one():
    found = table("routes", http_route({"rules": None}), http_route({}, kind="TCPRoute", version="v1alpha2"))
    assert found == [
        ("HTTPRoute", "shop", "x", None, 0, 0, "PathPrefix /", None, None, None, None, None, None),  # GW-10
        ("TCPRoute", "shop", "x", None, 0, 0, None, None, None, None, None, None, None),
    ]


def parent(status: str, reason: str, resolved: str = "True", why: str = "ResolvedRefs", **ref: Any) -> Obj:
    conditions = [{"type": "Accepted", "status": status, "reason": reason}, {"type": "ResolvedRefs", "status": resolved, "reason": why}]
    return {"controllerName": "example/c", "parentRef": {"group": GATEWAY_API, "kind": "Gateway", **ref}, "conditions": conditions}


@pytest.mark.parametrize("kind", ["HTTPRoute", "GRPCRoute", "TCPRoute", "TLSRoute", "UDPRoute"])
def test_route_parents(kind: str):
    spec = {
        "parentRefs": [
            {"name": "gw"},
            {"name": "gw", "namespace": "infra", "sectionName": "https"},
            {"name": "gw", "port": 80},
            {"name": "bad"},
            {"group": "", "kind": "Service", "name": "cart", "port": 80},
            {"kind": "Service", "name": "cart"},
        ]
    }
    status = {
        "parents": [
            parent("True", "Accepted", name="gw"),
            parent("False", "Later", name="gw"),
            parent("True", "Accepted", "False", "RefNotPermitted", name="gw", namespace="infra", sectionName="https"),
            parent("False", "NoMatchingParent", "False", "BackendNotFound", name="bad", namespace="shop"),
            {"parentRef": None, "conditions": None},
            {"parentRef": {"name": "gw", "port": 80}, "conditions": None},
        ]
    }
    head = (kind, "shop", "x")
    assert table("route_parents", http_route(spec, kind=kind, status=status, version="v1alpha2")) == [
        (*head, "Gateway", "infra", "gw", "https", None, "True", "False", "RefNotPermitted"),  # GW-5
        (*head, "Gateway", "shop", "bad", None, None, "False", "False", "NoMatchingParent"),
        (*head, "Service", "shop", "cart", None, 80, None, None, None),  # GW-17
        (*head, "Service.gateway.networking.k8s.io", "shop", "cart", None, None, None, None, None),
        (*head, "Gateway", "shop", "gw", None, None, "True", "True", None),
        (*head, "Gateway", "shop", "gw", None, 80, None, None, None),
    ]


@pytest.mark.parametrize("spec", [{}, {"parentRefs": None}, {"parentRefs": []}], ids=["absent", "null", "empty"])
def test_a_route_without_parents(spec: Obj):
    assert table("route_parents", http_route(spec, status={"parents": None})) == []


@pytest.mark.parametrize("version", ["v1beta1", "v1alpha2", "v1"])
def test_reference_grants(version: str):
    spec = {
        "from": [
            {"group": GATEWAY_API, "kind": "HTTPRoute", "namespace": "shop"},
            {"group": GATEWAY_API, "kind": "GRPCRoute", "namespace": "shop"},
        ],
        "to": [{"group": "", "kind": "Service"}, {"group": "", "kind": "Secret", "name": "cert"}],
    }
    given = http_route(spec, kind="ReferenceGrant", version=version, ns="bank")
    assert table("reference_grants", given, http_route({"from": None, "to": None}, kind="ReferenceGrant", name="y")) == [
        ("bank", "x", "GRPCRoute", "shop", "Secret", "cert"),
        ("bank", "x", "GRPCRoute", "shop", "Service", None),
        ("bank", "x", "HTTPRoute", "shop", "Secret", "cert"),
        ("bank", "x", "HTTPRoute", "shop", "Service", None),
    ]  # GW-15


# -- OpenShift ----------------------------------------------------------------------------------


def openshift(spec: Obj, *, api_version: str = "route.openshift.io/v1") -> Obj:
    return obj("Route", spec, api_version=api_version)


@pytest.mark.parametrize("version", ["route.openshift.io/v1", "v1"])
def test_openshift_route(version: str):
    spec = {
        "host": "shop.apps.example",
        "path": "/cart",
        "to": {"kind": "Service", "name": "cart", "weight": 80},
        "alternateBackends": [{"name": "cart-next"}, {"kind": "Service", "name": "cart-off", "weight": 0}],
        "port": {"targetPort": "http"},
        "tls": {"termination": "edge", "key": "SECRET"},
    }
    head = ("Route", "shop", "x", "shop.apps.example", 0)
    assert table("routes", openshift(spec, api_version=version)) == [
        (*head, 0, "PathPrefix /cart", "Service", "shop", "cart", None, "http", 80),
        (*head, 1, "PathPrefix /cart", "Service", "shop", "cart-next", None, "http", 100),
        (*head, 2, "PathPrefix /cart", "Service", "shop", "cart-off", None, "http", 0),
    ]


@pytest.mark.parametrize(
    ("spec", "row"),
    [
        pytest.param(
            {"host": "a.apps.example", "to": {"name": "w"}, "port": {"targetPort": 8080}},
            ("a.apps.example", None, "Service", "w", None, "8080", 100),
            id="number",
        ),
        pytest.param(
            {"to": {"name": "w"}, "port": None, "path": "", "alternateBackends": None},
            (None, None, "Service", "w", None, None, 100),
            id="no host, nulls",
        ),
        pytest.param(
            {"host": "a.apps.example", "wildcardPolicy": "Subdomain", "to": {"name": "w"}},
            ("*.apps.example", None, "Service", "w", None, None, 100),
            id="Subdomain",
        ),
        pytest.param({"host": "a", "to": None}, ("a", None, None, None, None, None, None), id="no backend"),
    ],
)
def test_fields_of_an_openshift_route(spec: Obj, row: Row):
    columns = ("hosts", "match", "backend_kind", "service", "port", "port_name", "weight")
    assert table("routes", openshift(spec), columns=columns) == [row]


def test_a_route_of_knative_is_not_ours():
    foreign = obj("Route", {"traffic": []}, api_version="serving.knative.dev/v1")
    assert table("routes", foreign, openshift({"to": {"name": "w"}}), columns=("service",)) == [("w",)]
