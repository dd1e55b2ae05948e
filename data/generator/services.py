"""The Services: what a person wrote into each, before and during the incident."""

from __future__ import annotations

from .base import BORN, Obj, later
from .routing import Svc, sport

BOTH = ("IPv4", "IPv6")
HTTP = sport("http", 80, "http")


def _plain(name: str, last: int, *ports: Obj, dual: bool = False, **more: object) -> Svc:
    """Return a ClusterIP Service of the shop over the pods of the application of that name."""
    ips = (f"10.96.14.{last}", f"fd00:10:96::14{last:02x}") if dual else (f"10.96.14.{last}",)
    labels = {"app": name, "shop.example/tier": "shop"}
    return Svc("shop", name, ports or (HTTP,), {"app": name}, ips, BOTH if dual else BOTH[:1], labels=labels, **more)  # type: ignore[arg-type]


def shop(during: bool) -> list[Svc]:
    """Return the Services of the namespace `shop`; during the incident `cart` asks for pods with another label."""
    balancer = {"type": "LoadBalancer", "externalTrafficPolicy": "Local", "healthCheckNodePort": 31957}
    node_port = {"type": "NodePort"}
    assigned = {"loadBalancer": {"ingress": [{"ip": "198.51.100.7", "ipMode": "VIP"}]}}
    cart = _plain("cart", 7)
    if during:
        cart = cart._replace(selector={"app": "carts"}, changed="13:56:40")
    grpc = sport("grpc", 9090, "grpc", appProtocol="kubernetes.io/h2c")
    web = _plain("web", 0, HTTP | {"nodePort": 31080}, dual=True, spec=balancer, status=assigned)
    return [
        cart,
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
    """Return the Services outside the shop; nobody edits them during the incident."""
    early = {"publishNotReadyAddresses": True}
    pending = {"type": "LoadBalancer", "loadBalancerClass": "example.net/internal-vip"}
    logs = (
        sport("syslog-udp", 514, "syslog-udp", "UDP", nodePort=30514),
        sport("syslog-tcp", 514, "syslog-tcp", nodePort=30514),
    )
    dns = sport("dns", 53, 53, "UDP"), sport("dns-tcp", 53, 53), sport("metrics", 9153, 9153)
    dns_labels = {"k8s-app": "kube-dns", "kubernetes.io/cluster-service": "true", "kubernetes.io/name": "CoreDNS"}
    api_labels = {"component": "apiserver", "provider": "kubernetes"}
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
        Svc("kube-system", "kube-dns", dns, {"k8s-app": "kube-dns"}, ("10.96.0.10",), labels=dns_labels, created=later(BORN, 5)),
        Svc("default", "kubernetes", (sport("https", 443, 6443),), ips=("10.96.0.1",), labels=api_labels, created=later(BORN, 1)),
    ]
