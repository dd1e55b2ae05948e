"""The workloads of the shop itself, before and during the incident."""

from __future__ import annotations

from .base import Obj
from .pods import Plan
from .templates import container, env, port, probe, shop_template
from .workloads import Revision, deployment, job

REGISTRY = "registry.example/shop"
LOST = "13:47:10"  # node-c is given up
FRONT = {"nodeSelector": {"shop.example/pool": "front"}}


def app(name: str, version: str, *ports: Obj, annotations: dict[str, str] | None = None, **spec: object) -> Obj:
    """Return the template of a plain HTTP application of the shop."""
    ready = probe("/ready", ports[-1]["name"])
    settings = env({"API_TOKEN": f"not-a-token-{name}", "DB_PASSWORD": f"{name}-secret:db-password"})
    main = container("app", f"{REGISTRY}/{name}:{version}", *ports, args=["--token=$(API_TOKEN)"], env=settings, readinessProbe=ready)
    return shop_template({"app": name, "tier": "shop"}, main, annotations=annotations, **(FRONT | spec))


def plans(created: str, *places: tuple[str, int], **more: object) -> tuple[Plan, ...]:
    """Return pods created at one time, one per (node, place in its range) or (node, place, name)."""
    return tuple(Plan(place[0], place[1], created, *place[2:], **more) for place in places)  # type: ignore[arg-type]


HTTP = port("http", 8080)


def web(during: bool) -> list[Obj]:
    """Return the web front end: a sidecar with a named port, and two containers that both declare 9090."""
    settings = env({"UPSTREAM": "http://catalog.shop.svc:80", "SESSION_KEY": "not-a-key-5d41402abc4b", "POD_NAME": "field:metadata.name"})
    main = container("app", f"{REGISTRY}/web:4.18.0", HTTP, port("metrics", 9090), env=settings, args=["--listen=:8080"])
    main["readinessProbe"] = probe("/ready", "http")
    proxy = container("proxy", "registry.example/mesh/proxy:1.27.3", port("admin", 15000), port("metrics", 9090), restartPolicy="Always")
    run = ["/app/migrate", "--wait"]
    migrate = container("migrate", f"{REGISTRY}/web:4.18.0", command=run, env=env({"DB_PASSWORD": "web-secret:db-password"}))
    template = shop_template(
        {"app": "web", "tier": "shop"},
        main,
        annotations={"k8s.v1.cni.cncf.io/network-status": ""},
        initContainers=[proxy, migrate],
        **FRONT,
    )
    pods = plans("2026-11-19T07:31:40Z", ("node-a", 4, "c6d7l"), ("node-a", 5, "9x2mm"), ("node-b", 7, "k8pl4"))
    return deployment(
        "shop", "web", [Revision(18, "2026-11-19T07:31:39Z", template, pods, "5f8d7c6b49")], 3, created="2026-09-14T10:02:10Z"
    )


def cart(during: bool) -> list[Obj]:
    """Return the cart: its pods are fine throughout; it is the Service that loses them."""
    pods = plans("2026-11-17T15:02:22Z", ("node-a", 11), ("node-b", 12), ("node-b", 13))
    revision = Revision(6, "2026-11-17T15:02:21Z", app("cart", "2.3.1", HTTP), pods)
    return deployment("shop", "cart", [revision], 3, created="2026-09-14T10:02:12Z")


def orders(during: bool) -> list[Obj]:
    """Return the orders: the new template calls its port `http-api`, the Service still asks for `http`."""
    old = Revision(11, "2026-11-12T11:20:07Z", app("orders", "3.9.4", HTTP))
    before = old._replace(pods=plans("2026-11-12T11:20:08Z", ("node-a", 14), ("node-b", 14), ("node-a", 15)))
    new = app("orders", "3.10.0", port("http-api", 8080))
    places = ("node-a", 18, "2xk4p"), ("node-b", 21, "8fjq2"), ("node-b", 22, "tq7wd")
    after = Revision(12, "13:33:02", new, plans("13:33:04", *places), "6c9f5d7b84")
    revisions, changed = ([old, after], "13:33:02") if during else ([before], "")
    return deployment("shop", "orders", revisions, 3, created="2026-09-14T10:02:12Z", changed=changed)


def payments(during: bool) -> list[Obj]:
    """Return the payments: half way through a rollout whose pods crash or fail their probe."""
    ports = port("grpc", 9090), port("metrics", 9102)
    old = Revision(7, "2026-11-10T08:44:50Z", app("payments", "5.1.2", *ports), hash="7d4c9f6b85")
    kept = plans("2026-11-10T08:44:51Z", ("node-a", 7, "4m2ts"), ("node-b", 9, "h6v2r"))
    gone = plans("2026-11-10T08:44:51Z", ("node-a", 8, "d9skz"), ("node-b", 10, "w4nxb"))
    crash = Plan("node-a", 19, "13:31:11", "k2v9x", "crash", "13:58:41")
    failing = Plan("node-b", 20, "13:31:11", "zp6wn", "unready", "13:31:23")
    new = Revision(8, "13:31:10", app("payments", "5.2.0", *ports), (crash, failing), "59b7f8d6cc")
    revisions = [old._replace(pods=kept), new] if during else [old._replace(pods=kept + gone)]
    changed = "13:31:10" if during else ""
    return deployment("shop", "payments", revisions, 4, created="2026-09-14T10:02:13Z", changed=changed, maxSurge=0, maxUnavailable="50%")


def catalog(during: bool) -> list[Obj]:
    """Return the catalogue, and a Job whose finished pod carries the same label."""
    template = app("catalog", "7.0.3", HTTP, port("metrics", 9102))
    pods = plans("2026-11-20T06:10:30Z", ("node-a", 23), ("node-b", 24))
    found = deployment("shop", "catalog", [Revision(21, "2026-11-20T06:10:29Z", template, pods)], 2, created="2026-09-14T10:02:14Z")
    index = container(
        "reindex", f"{REGISTRY}/catalog:7.0.3", args=["reindex", "--full"], env=env({"INDEX_TOKEN": "catalog-secret:index-token"})
    )
    done = Plan("node-b", 26, "2026-11-22T04:00:03Z", since="2026-11-22T04:07:48Z")
    labelled = shop_template({"app": "catalog", "task": "reindex"}, index)
    return found + job("shop", "catalog-reindex", labelled, done, created="2026-11-22T04:00:02Z")


def search(during: bool) -> list[Obj]:
    """Return the search: scaled to zero."""
    pods = () if during else plans("2026-11-03T09:55:11Z", ("node-b", 30, "r6h9k"))
    revision = Revision(4, "2026-11-03T09:55:10Z", app("search", "1.14.0", HTTP), pods, "84d6c7b9f5")
    changed = "13:44:20" if during else ""
    return deployment("shop", "search", [revision], len(pods), created="2026-09-14T10:02:15Z", changed=changed)


def media(during: bool) -> list[Obj]:
    """Return the images: a rollout to a tag that the registry does not have."""
    pods = plans("2026-11-08T12:01:33Z", ("node-b", 32))
    revisions = [Revision(9, "2026-11-08T12:01:32Z", app("media", "2.9.0", HTTP), pods)]
    if during:
        pending = Plan("node-a", 33, "13:36:05", "q8z4h", "image", "13:36:09")
        revisions.append(Revision(10, "13:36:04", app("media", "2.9.1-rc", HTTP), (pending,), "6f5c8b9d74"))
    changed = "13:36:04" if during else ""
    return deployment("shop", "media", revisions, 1, created="2026-09-14T10:02:15Z", changed=changed, maxSurge=1, maxUnavailable=0)


def checkout(during: bool) -> list[Obj]:
    """Return the checkout: its pods are ready only while the load balancer finds them healthy."""
    template = app("checkout", "6.4.1", HTTP, readinessGates=[{"conditionType": "lb.example.net/target-health"}])
    first, second = plans("2026-11-15T16:40:18Z", ("node-a", 35), ("node-b", 36))
    second = second._replace(name="n5gqc")
    if during:
        second = second._replace(state="gate", since="13:50:02")
    revision = Revision(13, "2026-11-15T16:40:17Z", template, (first, second))
    return deployment("shop", "checkout", [revision], 2, created="2026-09-14T10:02:16Z")


def pricing(during: bool) -> list[Obj]:
    """Return the prices: one of two pods is gone, and the slice has not heard of it."""
    pods = plans("2026-11-18T13:13:13Z", ("node-a", 37, "7rjlf"), ("node-b", 38, "xk9dp"))
    changed = "13:58:30" if during else ""
    revision = Revision(5, "2026-11-18T13:13:12Z", app("pricing", "1.2.7", HTTP), pods[:1] if during else pods, "5b9d8f7c64")
    return deployment("shop", "pricing", [revision], len(revision.pods), created="2026-09-14T10:02:17Z", changed=changed)


def reviews(during: bool) -> list[Obj]:
    """Return the reviews: restarted while the node's network had lost its IPv6 range."""
    pod = Plan("node-b", 40, "2026-11-05T10:30:45Z")
    revisions = [Revision(3, "2026-11-05T10:30:44Z", app("reviews", "2.0.5", HTTP), () if during else (pod,))]
    if during:
        restarted = app("reviews", "2.0.5", HTTP, annotations={"kubectl.kubernetes.io/restartedAt": "2026-11-22T13:41:00Z"})
        revisions.append(Revision(4, "13:41:01", restarted, (Plan("node-b", 41, "13:41:02", "s7f2m", families=1),), "74c9d8f6b5"))
    return deployment("shop", "reviews", revisions, 1, created="2026-09-14T10:02:17Z", changed="13:41:01" if during else "")


PARTS = web, cart, orders, payments, catalog, search, media, checkout, pricing, reviews


def storefront(during: bool) -> list[Obj]:
    """Return all workloads and pods of the namespace `shop`."""
    return [found for part in PARTS for found in part(during)]
