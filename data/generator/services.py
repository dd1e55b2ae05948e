"""The Services as people write them, and the routing that they write by hand."""

from __future__ import annotations

from typing import NamedTuple

from .base import Obj, make


class Svc(NamedTuple):
    """One Service: what a person wrote, and the addresses it was given."""

    namespace: str
    name: str
    ports: tuple[Obj, ...]
    selector: dict[str, str] | None = None
    ips: tuple[str, ...] = ()  # () is a headless Service
    families: tuple[str, ...] = ("IPv4",)
    spec: Obj | None = None
    labels: dict[str, str] | None = None
    status: Obj | None = None  # what a load balancer reports


def sport(name: str | None, number: int, target: int | str, protocol: str = "TCP", **more: object) -> Obj:
    """Return a Service port."""
    return ({"name": name} if name else {}) | {"port": number, "protocol": protocol, "targetPort": target} | more


def service(svc: Svc) -> Obj:
    """Return the Service, with its addresses where the API server would draw them by lot."""
    spec: Obj = {"type": "ClusterIP"} | ({"ports": list(svc.ports)} if svc.ports else {})
    if (svc.spec or {}).get("type") != "ExternalName":
        ips = list(svc.ips or ("None",))
        policy = "PreferDualStack" if len(svc.families) == 2 else "SingleStack"
        spec |= {"clusterIP": ips[0], "clusterIPs": ips, "ipFamilies": list(svc.families), "ipFamilyPolicy": policy}
    spec |= (svc.spec or {}) | ({"selector": svc.selector} if svc.selector else {})
    cleanup = ["service.kubernetes.io/load-balancer-cleanup"] if svc.status else []
    return make("Service", svc.namespace, svc.name, labels=svc.labels, finalizers=cleanup, spec=spec)


BOTH = ("IPv4", "IPv6")
HTTP = sport("http", 80, "http")


def _plain(name: str, last: int, *ports: Obj, dual: bool = False, **more: object) -> Svc:
    """Return a ClusterIP Service of the shop over the pods of the application of that name."""
    ips = (f"10.96.14.{last}", f"fd00:10:96::14{last:02x}") if dual else (f"10.96.14.{last}",)
    labels = {"app": name, "shop.example/tier": "shop"}
    return Svc("shop", name, ports or (HTTP,), {"app": name}, ips, BOTH if dual else BOTH[:1], labels=labels, **more)  # type: ignore[arg-type]


def shop() -> list[Svc]:
    """Return the Services of the namespace `shop`."""
    balancer = {"type": "LoadBalancer", "externalTrafficPolicy": "Local", "healthCheckNodePort": 31957}
    node_port = {"type": "NodePort"}
    assigned = {"loadBalancer": {"ingress": [{"ip": "198.51.100.7", "ipMode": "VIP"}]}}
    grpc = sport("grpc", 9090, "grpc", appProtocol="kubernetes.io/h2c")
    web = _plain("web", 0, HTTP | {"nodePort": 31080}, dual=True, spec=balancer, status=assigned)
    return [
        _plain("cart", 7),
        web._replace(ips=("10.96.20.5", "fd00:10:96::14")),
        _plain("web-admin", 16, sport("admin", 15000, "admin"))._replace(selector={"app": "web"}),
        _plain("orders", 8, HTTP | {"nodePort": 30081}, spec=node_port),
        _plain("payments", 9, grpc, sport("metrics", 9102, "metrics")),
        _plain("catalog", 10, HTTP, sport("metrics", 9102, 9102), dual=True, spec={"trafficDistribution": "PreferClose"}),
        _plain("search", 11),
        _plain("media", 12),
        _plain("checkout", 13, spec={"sessionAffinity": "ClientIP", "sessionAffinityConfig": {"clientIP": {"timeoutSeconds": 10800}}}),
        _plain("pricing", 14),
        _plain("reviews", 15, dual=True, spec={"ipFamilyPolicy": "RequireDualStack"}),
        Svc("shop", "mail", (), spec={"type": "ExternalName", "externalName": "smtp.example.net"}),
    ]


def elsewhere() -> list[Svc]:
    """Return the Services of the namespaces `data` and `edge`."""
    early = {"publishNotReadyAddresses": True}
    pending = {"type": "LoadBalancer", "loadBalancerClass": "example.net/internal-vip"}
    logs = (
        sport("syslog-udp", 514, "syslog-udp", "UDP", nodePort=30514),
        sport("syslog-tcp", 514, "syslog-tcp", nodePort=30514),
    )
    web = sport("http", 80, "http"), sport("https", 443, "https")
    gate, local = ("10.96.40.2", "fd00:10:96::4002"), {"internalTrafficPolicy": "Local"}
    return [
        Svc("data", "db", (sport("pg", 5432, "pg"),), {"app": "db"}, labels={"app": "db"}),
        Svc("data", "cache", (sport("redis", 6379, 6379),), {"app": "cache"}, ("10.96.33.8",)),
        Svc("data", "cache-peers", (sport("gossip", 16379, "gossip"),), {"app": "cache"}, families=BOTH, spec=early),
        Svc("data", "legacy-crm", (sport("https", 443, 8443),), ips=("10.96.33.17",)),
        Svc("data", "fax-relay", (sport("sip", 5060, 5060),), ips=("10.96.33.18",), labels={"app": "fax-relay"}),
        Svc("edge", "gateway", web, {"app": "gateway"}, gate, BOTH, local),
        Svc("edge", "syslog", logs, {"app": "syslog"}, ("10.96.40.3",), spec=pending),
    ]


def dns() -> Svc:
    """Return the Service of the cluster's DNS."""
    ports = sport("dns", 53, 53, "UDP"), sport("dns-tcp", 53, 53), sport("metrics", 9153, 9153)
    labels = {"k8s-app": "kube-dns", "kubernetes.io/cluster-service": "true", "kubernetes.io/name": "CoreDNS"}
    return Svc("kube-system", "kube-dns", ports, {"k8s-app": "kube-dns"}, ("10.96.0.10",), labels=labels)


def _slice(namespace: str, name: str, labels: dict[str, str], addresses: list[str], port: Obj) -> Obj:
    rows = [{"addresses": [address], "conditions": {"ready": True}} for address in addresses]
    return make("EndpointSlice", namespace, name, labels=labels, addressType="IPv4", endpoints=rows, ports=[port])


def _endpoints(namespace: str, name: str, labels: dict[str, str], addresses: list[str], port: Obj) -> Obj:
    subset = {"addresses": [{"ip": address} for address in addresses], "ports": [port]}
    return make("Endpoints", namespace, name, labels=labels, subsets=[subset])


def of_the_api_server() -> list[Obj]:
    """Return what the API servers write about themselves: here it is told not to, for it is elsewhere in the story."""
    port = {"name": "https", "port": 6443, "protocol": "TCP"}
    by_name, unmirrored = {"kubernetes.io/service-name": "kubernetes"}, {"endpointslice.kubernetes.io/skip-mirror": "true"}
    return [
        _slice("default", "kubernetes", by_name, ["192.168.10.5"], port),
        _endpoints("default", "kubernetes", unmirrored, ["192.168.10.5"], port),
    ]


def by_hand() -> list[Obj]:
    """Return the slice that a machine outside keeps, and the Endpoints that a person wrote (a controller mirrors them)."""
    labels = {"kubernetes.io/service-name": "legacy-crm", "endpointslice.kubernetes.io/managed-by": "crm-sync.example.net"}
    crm, sip = {"name": "https", "port": 8443, "protocol": "TCP"}, {"name": "sip", "port": 5060, "protocol": "TCP"}
    return [
        _slice("data", "legacy-crm-1", labels, ["192.0.2.17"], crm),
        _endpoints("data", "fax-relay", {"app": "fax-relay"}, ["192.0.2.40", "192.0.2.41"], sip),
    ]
