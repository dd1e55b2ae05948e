"""Who may come in, and where from: the Ingress and the NetworkPolicies."""

from __future__ import annotations

from .base import Obj, make


def _path(path: str, service: str, port: Obj) -> Obj:
    return {"backend": {"service": {"name": service, "port": port}}, "path": path, "pathType": "Prefix"}


def entry() -> list[Obj]:
    """Return the IngressClass, and the Ingress with its two hosts."""
    default = {"ingressclass.kubernetes.io/is-default-class": "true"}
    cls = make("IngressClass", None, "edge", annotations=default) | {"spec": {"controller": "example.net/gateway"}}
    http = {"name": "http"}
    front = [_path("/cart", "cart", http), _path("/catalog", "catalog", http), _path("/", "web", http)]
    api = [_path("/orders", "orders", {"number": 80}), _path("/checkout", "checkout", http), _path("/search", "search", http)]
    rules = [{"host": "shop.example", "http": {"paths": front}}, {"host": "api.shop.example", "http": {"paths": api}}]
    made = make("Ingress", "shop", "storefront", labels={"app": "web"})
    tls = [{"hosts": ["shop.example", "api.shop.example"], "secretName": "shop-example-tls"}]
    made["spec"] = {"ingressClassName": "edge", "rules": rules, "tls": tls}
    return [cls, made]


def _policy(namespace: str, name: str, selects: Obj, types: str = "Ingress", **rules: list[Obj]) -> Obj:
    made = make("NetworkPolicy", namespace, name)
    return made | {"spec": {"podSelector": selects, "policyTypes": types.split()} | rules}


def _labels(**pairs: str) -> Obj:
    return {"matchLabels": pairs}


def _namespace(name: str) -> Obj:
    return {"matchLabels": {"kubernetes.io/metadata.name": name}}


def _port(port: int | str, protocol: str = "TCP", **more: int) -> Obj:
    return {"port": port, "protocol": protocol} | more


def policies() -> list[Obj]:
    """Return the NetworkPolicies: nothing comes in but what is allowed."""
    return _shop_policies() + _data_policies()


def _shop_policies() -> list[Obj]:
    nodes = {"ipBlock": {"cidr": "192.168.10.0/24"}}
    bank = {"ipBlock": {"cidr": "203.0.113.0/24", "except": ["203.0.113.64/26"]}}
    dns = {"namespaceSelector": _namespace("kube-system"), "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}}}
    return [
        _policy("shop", "default-deny", {}),
        _policy("shop", "allow-same-namespace", {}, ingress=[{"from": [{"podSelector": {}}]}]),
        _policy(
            "shop",
            "allow-from-edge",
            _labels(tier="shop"),
            ingress=[{"from": [{"namespaceSelector": _namespace("edge")}, nodes], "ports": [_port(8080)]}],
        ),
        _policy("shop", "allow-web-from-outside", _labels(app="web"), ingress=[{"ports": [_port("http")]}]),
        _policy(
            "shop",
            "payments-egress",
            _labels(app="payments"),
            "Egress",
            egress=[
                {"ports": [_port(53, "UDP"), _port(53)], "to": [dns]},
                {"ports": [_port(8443, endPort=8446)], "to": [bank]},
                {"ports": [_port("pg")], "to": [{"namespaceSelector": _namespace("data"), "podSelector": _labels(app="db")}]},
            ],
        ),
    ]


def _data_policies() -> list[Obj]:
    tier = {"matchExpressions": [{"key": "tier", "operator": "In", "values": ["shop"]}]}
    shop_pods = {"namespaceSelector": _namespace("shop"), "podSelector": tier}
    return [
        _policy("data", "default-deny", {}),
        _policy(
            "data",
            "db-from-shop",
            _labels(app="db"),
            ingress=[{"from": [shop_pods, {"podSelector": _labels(app="db-backup")}], "ports": [_port("pg")]}],
        ),
        _policy(
            "data",
            "cache",
            _labels(app="cache"),
            ingress=[
                {"from": [shop_pods], "ports": [_port("redis")]},
                {"from": [{"podSelector": _labels(app="cache")}], "ports": [_port(16379)]},
            ],
        ),
    ]
