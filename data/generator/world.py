"""One moment of the cluster, put together."""

from __future__ import annotations

from .backing import backing
from .base import Obj, at, later, number_versions, owner
from .events import events
from .nodes import NODES, namespaces, node, ranges
from .policies import entry, policies
from .routing import MIRROR, endpoints, hand_written, ip_addresses, manual_slice, service, slices
from .services import elsewhere, shop
from .storefront import LOST, storefront

TIMES = {"before": "13:24:05", "during": "14:03:10"}
CHANGED = {  # when the controllers last wrote the slices and Endpoints of a Service during the incident
    "payments": "13:58:42",
    "orders": "13:33:18",
    "media": "13:36:10",
    "reviews": "13:41:15",
    "search": "13:44:21",
    "gateway": "13:47:11",
    "cache": "13:52:16",
    "cache-peers": "13:52:16",
    "checkout": "13:50:03",
    "db": "13:54:13",
    "cart": "13:56:41",
    "pricing": "13:58:31",
}
CRM, FAX, API = ["192.0.2.17"], ["192.0.2.40", "192.0.2.41"], ["192.168.10.5"]


def _routing(during: bool, services: list[Obj], pods: list[Obj], old_pods: list[Obj]) -> list[Obj]:
    found: list[Obj] = []
    for made in services:
        name = made["metadata"]["name"]
        if made["spec"].get("selector"):
            # the planted drift: the slice of `pricing` still says what was true before
            seen = old_pods if during and name == "pricing" else pods
            found += slices(made, seen, "13:33:16" if during and name == "orders" else "")
            found.append(endpoints(made, pods))
    by_name = {made["metadata"]["name"]: made for made in services}
    crm, fax, api = by_name["legacy-crm"], by_name["fax-relay"], by_name["kubernetes"]
    found.append(manual_slice(crm, "legacy-crm-1", "crm-sync.example.net", CRM, [{"name": "https", "port": 8443, "protocol": "TCP"}]))
    https, sip = [{"name": "https", "port": 6443, "protocol": "TCP"}], [{"name": "sip", "port": 5060, "protocol": "TCP"}]
    found.append(manual_slice(api, "kubernetes", None, API, https))
    found.append(hand_written(api, API, https, {"endpointslice.kubernetes.io/skip-mirror": "true"}))
    by_hand = hand_written(fax, FAX, sip, {"app": "fax-relay"})
    return [*found, by_hand, _mirrored(fax, by_hand, sip)]


def _mirrored(made: Obj, by_hand: Obj, ports: list[Obj]) -> Obj:
    meta = by_hand["metadata"]
    found = manual_slice(made, "fax-relay-8rk5w", MIRROR, FAX, ports, generateName="fax-relay-", ownerReferences=owner(by_hand))
    found["metadata"]["labels"] |= meta["labels"]
    return found


def _objects(during: bool) -> list[Obj]:
    now = TIMES["during" if during else "before"]
    nodes = [node(name, now, LOST if during and name == "node-c" else None) for name in NODES]
    workloads, old = storefront(during) + backing(during), storefront(False)
    pods, old_pods = ([o for o in objects if o["kind"] == "Pod"] for objects in (workloads, old))
    services = [service(svc) for svc in shop(during) + elsewhere()]
    found = namespaces() + nodes + workloads + services + _routing(during, services, pods, old_pods)
    found += ip_addresses(services) + ranges() + entry() + policies()
    known = {o["metadata"]["uid"] for o in found}
    gone = [o for o in old_pods if o["metadata"]["uid"] not in known]
    return found + events(during, later(now, -3600), found + gone)


def _count_changes(before: list[Obj], during: list[Obj]) -> None:
    """Give slices and Endpoints that changed in between a later generation, and the time of the change."""
    old = {o["metadata"]["uid"]: o for o in before}
    for made in during:
        was, meta = old.get(made["metadata"]["uid"]), made["metadata"]
        if was and was != made and made["kind"] in ("EndpointSlice", "Endpoints"):
            meta["resourceVersion"] = at(CHANGED[meta["labels"].get("kubernetes.io/service-name", meta["name"])])
            if "generation" in meta:
                meta["generation"] = was["metadata"]["generation"] + 2


def snapshots() -> dict[str, list[Obj]]:
    """Return the objects of both snapshots, by name."""
    found = {name: _objects(name == "during") for name in TIMES}
    _count_changes(*found.values())
    number_versions(*found.values())
    return found
