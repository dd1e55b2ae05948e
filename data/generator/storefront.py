"""The workloads of the shop itself, and what is rolled out during the incident."""

from __future__ import annotations

from typing import Any

from .base import Obj
from .kubelet import NETWORKS, Plan
from .templates import container, env, port, probe, shop_template
from .workloads import Workload, deployment, job, plans

REGISTRY = "registry.example/shop"
FRONT = {"nodeSelector": {"shop.example/pool": "front"}}
HTTP = port("http", 8080)
PAYING = port("grpc", 9090), port("metrics", 9102)


def app(name: str, version: str, *ports: Obj, annotations: dict[str, str] | None = None, **spec: Any) -> Obj:
    """Return the template of a plain HTTP application of the shop."""
    ready = probe("/ready", ports[-1]["name"])
    settings = env({"API_TOKEN": f"not-a-token-{name}", "DB_PASSWORD": f"{name}-secret:db-password"})
    main = container("app", f"{REGISTRY}/{name}:{version}", *ports, args=["--token=$(API_TOKEN)"], env=settings, readinessProbe=ready)
    return shop_template({"app": name, "tier": "shop"}, main, annotations=annotations, **(FRONT | spec))


def web() -> Workload:
    """Return the web front end: a sidecar with a named port, and two containers that both declare 9090."""
    settings = env({"UPSTREAM": "http://catalog.shop.svc:80", "SESSION_KEY": "not-a-key-5d41402abc4b", "POD_NAME": "field:metadata.name"})
    main = container("app", f"{REGISTRY}/web:4.18.0", HTTP, port("metrics", 9090), env=settings, args=["--listen=:8080"])
    main["readinessProbe"] = probe("/ready", "http")
    proxy = container("proxy", "registry.example/mesh/proxy:1.27.3", port("admin", 15000), port("metrics", 9090), restartPolicy="Always")
    run = ["/app/migrate", "--wait"]
    migrate = container("migrate", f"{REGISTRY}/web:4.18.0", command=run, env=env({"DB_PASSWORD": "web-secret:db-password"}))
    labels = {"app": "web", "tier": "shop"}
    template = shop_template(labels, main, annotations={NETWORKS: ""}, initContainers=[proxy, migrate], **FRONT)
    places = plans(("node-a", 4, "c6d7l"), ("node-a", 5, "9x2mm"), ("node-b", 7, "k8pl4"))
    return deployment("shop", "web", template, "2026-11-19T07:31:40Z", places)


def catalog() -> tuple[Workload, Workload]:
    """Return the catalogue, and a Job whose finished pod carries the same label."""
    template = app("catalog", "7.0.3", HTTP, port("metrics", 9102))
    places = plans(("node-a", 23, "2ql4h"), ("node-b", 24, "nbk89"))
    secret = env({"INDEX_TOKEN": "catalog-secret:index-token"})
    index = container("reindex", f"{REGISTRY}/catalog:7.0.3", args=["reindex", "--full"], env=secret)
    done = Plan("node-b", 26, "v7s55", "succeeded", "2026-11-22T04:07:48Z")
    labelled = shop_template({"app": "catalog", "task": "reindex"}, index)
    return (
        deployment("shop", "catalog", template, "2026-11-20T06:10:30Z", places),
        job("shop", "catalog-reindex", labelled, "2026-11-22T04:00:02Z", done),
    )


def storefront() -> list[Workload]:
    """Return all workloads of the namespace `shop` as they were before the incident."""
    gate = {"readinessGates": [{"conditionType": "lb.example.net/target-health"}]}
    pay = plans(("node-a", 7, "4m2ts"), ("node-b", 9, "h6v2r"), ("node-a", 8, "d9skz"), ("node-b", 10, "w4nxb"))
    places = {
        "search": plans(("node-b", 30, "r6h9k")),
        "reviews": plans(("node-b", 40, "w4xm4")),
        "media": plans(("node-b", 32, "r964g")),
        "orders": plans(("node-a", 14, "2fnkn"), ("node-b", 14, "4wk7k"), ("node-a", 15, "b56zt")),
        "checkout": plans(("node-a", 35, "hkgv7"), ("node-b", 36, "n5gqc")),
        "cart": plans(("node-a", 11, "kbb7m"), ("node-b", 12, "8bpzk"), ("node-b", 13, "m5k9f")),
        "pricing": plans(("node-a", 37, "7rjlf"), ("node-b", 38, "xk9dp")),
    }
    return [
        deployment("shop", "search", app("search", "1.14.0", HTTP), "2026-11-03T09:55:11Z", places["search"]),
        deployment("shop", "reviews", app("reviews", "2.0.5", HTTP), "2026-11-05T10:30:45Z", places["reviews"]),
        deployment("shop", "media", app("media", "2.9.0", HTTP), "2026-11-08T12:01:33Z", places["media"], maxSurge=1, maxUnavailable=0),
        deployment("shop", "payments", app("payments", "5.1.2", *PAYING), "2026-11-10T08:44:51Z", pay, maxSurge=0, maxUnavailable="50%"),
        deployment("shop", "orders", app("orders", "3.9.4", HTTP), "2026-11-12T11:20:08Z", places["orders"]),
        deployment("shop", "checkout", app("checkout", "6.4.1", HTTP, **gate), "2026-11-15T16:40:18Z", places["checkout"]),
        deployment("shop", "cart", app("cart", "2.3.1", HTTP), "2026-11-17T15:02:22Z", places["cart"]),
        deployment("shop", "pricing", app("pricing", "1.2.7", HTTP), "2026-11-18T13:13:13Z", places["pricing"]),
        web(),
        *catalog(),
    ]


ROLLOUTS: dict[str, tuple[str, Obj, tuple[Plan, ...]]] = {  # name: when, the new template, and the pods that come of it
    "payments": (
        "13:31:10",
        app("payments", "5.2.0", *PAYING),
        (Plan("node-a", 19, "k2v9x", "crash", "13:31:21"), Plan("node-b", 20, "zp6wn", "unready", "13:31:22")),
    ),
    "orders": (  # calls its port `http-api`, while the Service still asks for `http`
        "13:33:02",
        app("orders", "3.10.0", port("http-api", 8080)),
        plans(("node-a", 18, "2xk4p"), ("node-b", 21, "8fjq2"), ("node-b", 22, "tq7wd")),
    ),
    "media": ("13:36:04", app("media", "2.9.1-rc", HTTP), (Plan("node-a", 33, "q8z4h", "image", "13:36:09"),)),
    "reviews": (  # restarted while the network of the node had lost its IPv6 range
        "13:41:01",
        app("reviews", "2.0.5", HTTP, annotations={"kubectl.kubernetes.io/restartedAt": "2026-11-22T13:41:00Z"}),
        (Plan("node-b", 41, "s7f2m", families=1),),
    ),
}
