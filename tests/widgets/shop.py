"""A small cluster with a broken Service, and one whose every text is hostile."""

from __future__ import annotations

import k8snetviz as knv
from k8snetviz.model.snapshot import Snapshot
from k8snetviz.widgets.data_block import data_block
from k8snetviz.widgets.page import fragment
from tests.build import Obj, as_list, endpoint, endpoint_slice, node, pod, port, service, workload

HOSTILE = (
    "<img src=x onerror=globalThis.ran=1>",
    "</script><script>globalThis.ran=2</script>",
    "<!--<script>",
    "$\\alert(1)$",
    "\u202egpj.exe\u2028",
    '"onmouseover="globalThis.ran=3',
    "</title></style></textarea></noscript><svg onload=globalThis.ran=4>",
    "javascript:globalThis.ran=5//",
    "x' style='position:fixed;inset:0;background:url(https://elsewhere.example/x)",
    "<iframe srcdoc='<script>parent.ran=6</script>'></iframe><a href=//elsewhere.example>a</a>",
    "]]><![CDATA[&lt;img src=x onerror=globalThis.ran=7&gt;<x:script xmlns:x='http://www.w3.org/1999/xhtml'>globalThis.ran=8</x:script>",
    "<style>*{display:none!important}</style>@import url(//elsewhere.example)",
    "\\(\\href{javascript:globalThis.ran=9}{x}\\) `${globalThis.ran=10}` {{constructor.constructor('globalThis.ran=11')()}}",
    "\x1b[31m\x1b]8;;javascript:globalThis.ran=12\x07\x00\x08\ufeff\U000e0041",
    "<link rel=stylesheet href=//elsewhere.example><meta http-equiv=refresh content=0;url=//elsewhere.example><base href=//x>",
    "=cmd|' /C calc'!A0 \u05e9\u05dc\u05d5\u05dd " + "very-long-" * 400,
)
"""Kubernetes would refuse most of them as names; a doctored dump would not. Lone surrogates never come this far: no reader takes them."""


def shop() -> Snapshot:
    """`web` serves, `cart` selects nothing (a label is spelled otherwise), `orders` has a pod that is not ready."""
    return knv.load(as_list(shop_objects()))


def shop_objects() -> list[Obj]:
    """Objects of `shop`."""
    waiting = {"containerStatuses": [{"name": "app", "ready": False, "state": {"waiting": {"reason": "CrashLoopBackOff"}}}]}
    return [
        node("node-a", addresses=("10.0.0.1",)),
        node("node-b", ready="False", zone="zone-b", addresses=("10.0.0.2",)),
        service("web", selector={"app": "web"}),
        service("cart", selector={"app": "carts"}),
        service("orders", ns="data", selector={"app": "orders"}),
        workload("Deployment", "cart", labels={"app": "cart"}),
        pod("cart-0", labels={"app": "cart"}, ips=("10.244.0.9",), owner=("StatefulSet", "cart")),
        pod("web-0", labels={"app": "web"}, ips=("10.244.0.5",), owner=("StatefulSet", "web"), ports=(port(8080),)),
        pod("orders-0", ns="data", labels={"app": "orders"}, ips=("10.244.0.6",), ready=False, node="node-b", status=waiting),
        endpoint_slice("web", (endpoint("10.244.0.5", target="web-0"),)),
        endpoint_slice("cart", ()),
        endpoint_slice(
            "orders",
            (endpoint("10.244.0.6", target="orders-0", ns="data", conditions={"ready": False, "serving": False}, node="node-b"),),
            ns="data",
        ),
    ]


def hostile() -> Snapshot:
    """Every name, label and message is hostile; each text has a Service, a pod and an address of its own."""
    return knv.load(as_list(told_by(HOSTILE)))


def told_by(texts: tuple[str, ...]) -> list[Obj]:
    """Objects of a cluster in which everything is called after `texts`: names, labels, hosts, zones, ports, messages, addresses."""
    objects = [node(texts[0], zone=texts[1])]
    for number, text in enumerate(texts):
        waiting = {"containerStatuses": [{"name": "app", "ready": False, "state": {"waiting": {"reason": text, "message": text}}}]}
        name = f"{number} {text}"
        objects += [
            node(f"n{name}", ready=text, zone=text),
            service(name, ns=text, selector={"app": text}, ports=({"port": 80, "name": text, "protocol": "TCP", "targetPort": 80},)),
            service(f"lost {name}", ns=text, selector={"app": f"{text} "}),
            pod(name, ns=text, labels={"app": text}, ips=(f"10.1.0.{number}",), ready=False, node=texts[0], status=waiting),
            pod(f"own {name}", ns=text, labels={text: text}, ips=(text,), node=f"n{name}", owner=("Job", text)),
            service(f"out {name}", ns=text, type="ExternalName", externalName=text),
            service(f"lb {name}", ns=text, selector={text: text}, type="LoadBalancer", externalIPs=[text]),
            endpoint_slice(
                f"lb {name}", (endpoint(text, target=f"own {name}", ns=text, node=text),), ns=text, ports=({"port": 80, "name": text},)
            ),
            ingress(name, text, text, name),
        ]
    return objects


def ingress(name: str, ns: str, host: str, to: str) -> Obj:
    """An Ingress that leads from `host` to the Service `to`."""
    path = {"path": "/", "pathType": "Prefix", "backend": {"service": {"name": to, "port": {"number": 80}}}}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {"name": name, "namespace": ns, "uid": f"uid-{ns}-{name}-ingress"},
        "spec": {"rules": [{"host": host, "http": {"paths": [path]}}]},
    }


def large(spaces: int = 3, services: int = 30, nodes: int = 50) -> Snapshot:
    """Return `spaces` namespaces of `services` Services each, on nodes in two zones; the first pod of each namespace is not ready."""
    objects = [node(f"node-{place:02}", zone=f"zone-{'ab'[place % 2]}", ready="False" if place == 7 else "True") for place in range(nodes)]
    for space, number in ((f"space-{place}", number) for place in range(spaces) for number in range(services)):
        name = f"web-{number:02}"
        place = len(objects) % nodes
        address, ready, on = f"10.{len(objects) // 250}.0.{len(objects) % 250}", number > 0, f"node-{place:02}"
        own, conditions = ("StatefulSet", name), {"ready": ready, "serving": ready}
        objects += [
            service(name, ns=space, selector={"app": name}, type="NodePort" if number == 1 else "ClusterIP"),
            pod(f"{name}-0", ns=space, labels={"app": name}, ips=(address,), ready=ready, node=on, owner=own, ports=(port(8080),)),
            endpoint_slice(name, (endpoint(address, target=f"{name}-0", ns=space, node=on, conditions=conditions),), ns=space),
        ]
    return knv.load(as_list(objects))


def saved(snap: Snapshot, select: str | None = None) -> str:
    """Return the explorer of `snap` as HTML."""
    return fragment(snap, data_block(snap, select))
