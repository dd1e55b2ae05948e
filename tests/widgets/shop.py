"""A small cluster with a broken Service, and one whose every text is hostile."""

from __future__ import annotations

import k8snetviz as knv
from k8snetviz.model.snapshot import Snapshot
from tests.build import as_list, endpoint, endpoint_slice, node, pod, port, service, workload

HOSTILE = (
    "<img src=x onerror=globalThis.ran=1>",
    "</script><script>globalThis.ran=2</script>",
    "<!--<script>",
    "$\\alert(1)$",
    "\u202egpj.exe\u2028",
    '"onmouseover="globalThis.ran=3',
)


def shop() -> Snapshot:
    """`web` serves, `cart` selects nothing (a label is spelled otherwise), `orders` has a pod that is not ready."""
    waiting = {"containerStatuses": [{"name": "app", "ready": False, "state": {"waiting": {"reason": "CrashLoopBackOff"}}}]}
    return knv.load(
        as_list(
            [
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
        )
    )


def hostile() -> Snapshot:
    """Every name, label and message is hostile; each text has a Service, a pod and an address of its own."""
    objects = [node(HOSTILE[0], zone=HOSTILE[1])]
    for number, text in enumerate(HOSTILE):
        waiting = {"containerStatuses": [{"name": "app", "ready": False, "state": {"waiting": {"reason": text, "message": text}}}]}
        name = f"{number} {text}"
        objects += [
            service(name, ns=text, selector={"app": text}, ports=({"port": 80, "name": text, "protocol": "TCP", "targetPort": 80},)),
            service(f"lost {name}", ns=text, selector={"app": f"{text} "}),
            pod(name, ns=text, labels={"app": text}, ips=(f"10.1.0.{number}",), ready=False, node=HOSTILE[0], status=waiting),
            service(f"out {name}", ns=text, type="ExternalName", externalName=text),
        ]
    return knv.load(as_list(objects))
