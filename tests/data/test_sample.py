"""The committed snapshots: shaped as kubectl prints, and in agreement with the rules but for the planted drift."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import k8snetviz as knv
from data.generator.base import uid
from k8snetviz.collect.sample import sample_path
from k8snetviz.errors import UsageError

Obj = dict[str, Any]
DATA = Path(__file__).parents[2] / "data"
SNAPSHOTS = ("before", "during")
SINGULAR = (
    *("Namespace", "Node", "Pod", "Service", "Endpoints", "EndpointSlice", "Ingress", "IngressClass", "NetworkPolicy"),
    *("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job", "CronJob", "ServiceCIDR", "IPAddress", "Event"),
)


def objects(name: str) -> list[Obj]:
    return json.loads((DATA / f"{name}.json").read_bytes())["items"]


def of_kind(name: str, kind: str) -> dict[str, Obj]:
    return {full_name(found): found for found in objects(name) if found["kind"] == kind}


def full_name(found: Obj) -> str:
    return f"{found['metadata'].get('namespace', '')}/{found['metadata']['name']}"


def is_ready(pod: Obj) -> bool:
    return any(c["type"] == "Ready" and c["status"] == "True" for c in pod["status"]["conditions"])


def pod_port(pod: Obj, wanted: Obj) -> int | None:
    if isinstance(wanted["targetPort"], int):
        return wanted["targetPort"]
    containers = pod["spec"]["containers"] + [c for c in pod["spec"].get("initContainers", []) if c.get("restartPolicy") == "Always"]
    named = [
        p for c in containers for p in c.get("ports", []) if (p.get("name"), p["protocol"]) == (wanted["targetPort"], wanted["protocol"])
    ]
    return named[0]["containerPort"] if named else None


def candidates(name: str, service: Obj) -> list[Obj]:
    selector = service["spec"].get("selector", {}).items()
    pods = (p for p in of_kind(name, "Pod").values() if p["metadata"]["namespace"] == service["metadata"]["namespace"])
    return [
        p for p in pods if selector and selector <= p["metadata"]["labels"].items() and p["status"]["phase"] not in ("Succeeded", "Failed")
    ]


def derived_rows(name: str, service: Obj) -> Counter[tuple[object, ...]]:
    """What the slices of a managed Service have to say, one row per address, by the rules EP-*."""
    early, zones = service["spec"].get("publishNotReadyAddresses", False), zones_of(name)
    rows: Counter[tuple[object, ...]] = Counter()
    for pod in candidates(name, service):
        ready, gone, spec = is_ready(pod), "deletionTimestamp" in pod["metadata"], pod["spec"]
        numbers = [(p.get("name", ""), p["protocol"], pod_port(pod, p)) for p in service["spec"]["ports"]]
        ports = frozenset(each for each in numbers if each[2] is not None)
        hostname = spec.get("hostname") if spec.get("subdomain") == service["metadata"]["name"] else None
        conditions = (early or (ready and not gone), ready, gone)
        for entry in pod["status"].get("podIPs", []):
            family = "IPv6" if ":" in entry["ip"] else "IPv4"
            if family in service["spec"]["ipFamilies"]:
                where = (spec["nodeName"], zones[spec["nodeName"]], hostname)
                rows[family, entry["ip"], ports, conditions, pod["metadata"]["uid"], where] += 1
    return rows


def zones_of(name: str) -> dict[str, str]:
    return {full_name(n)[1:]: n["metadata"]["labels"]["topology.kubernetes.io/zone"] for n in of_kind(name, "Node").values()}


def slices_of(name: str, service: Obj) -> list[Obj]:
    return [
        found
        for found in of_kind(name, "EndpointSlice").values()
        if found["metadata"]["namespace"] == service["metadata"]["namespace"]
        and found["metadata"]["labels"]["kubernetes.io/service-name"] == service["metadata"]["name"]
    ]


def observed_rows(name: str, service: Obj) -> Counter[tuple[object, ...]]:
    rows: Counter[tuple[object, ...]] = Counter()
    for found in slices_of(name, service):
        ports = frozenset((p["name"], p["protocol"], p["port"]) for p in found["ports"] or [])
        for each in found["endpoints"] or []:
            said = each["conditions"]
            conditions = said["ready"], said["serving"], said["terminating"]
            where = each["nodeName"], each["zone"], each.get("hostname")
            rows[found["addressType"], each["addresses"][0], ports, conditions, each["targetRef"]["uid"], where] += 1
    return rows


def managed(name: str) -> list[Obj]:
    return [s for s in of_kind(name, "Service").values() if s["spec"].get("selector")]


@pytest.mark.parametrize("name", SNAPSHOTS)
def test_nothing_is_left_of_the_machine_that_recorded(name: str) -> None:
    text = (DATA / f"{name}.json").read_text("utf-8")
    stamps = re.findall(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d", text)
    assert ("2026-09-14T08:12:04", {"before": "2026-11-22T13:22:28", "during": "2026-11-22T14:03:03"}[name]) == (min(stamps), max(stamps))
    for found in objects(name):
        meta = found["metadata"]
        assert meta["uid"] == uid(found["kind"], meta.get("namespace"), meta["name"], meta["creationTimestamp"])


@pytest.mark.parametrize("name", SNAPSHOTS)
def test_printed_as_kubectl_prints(name: str) -> None:
    text = (DATA / f"{name}.json").read_text("utf-8")
    listed = json.loads(text)
    assert list(listed) == ["apiVersion", "items", "kind", "metadata"]
    assert (listed["apiVersion"], listed["kind"], listed["metadata"]) == ("v1", "List", {"resourceVersion": ""})
    printed = json.dumps(listed, indent=4, sort_keys=True, ensure_ascii=False)
    assert text == printed.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026") + "\n"
    order = [(SINGULAR.index(i["kind"]), i["metadata"].get("namespace", ""), i["metadata"]["name"]) for i in listed["items"]]
    assert order == sorted(set(order))
    assert {kind for kind, _, _ in order} == set(range(len(SINGULAR)))
    for item in listed["items"]:
        assert {"name", "uid", "resourceVersion", "creationTimestamp"} <= set(item["metadata"])
        assert "managedFields" not in item["metadata"]


def test_same_version_means_same_object() -> None:
    before, during = ({found["metadata"]["uid"]: found for found in objects(name)} for name in SNAPSHOTS)
    both = before.keys() & during.keys()
    older = [int(before[uid]["metadata"]["resourceVersion"]) for uid in both]
    newer = [int(during[uid]["metadata"]["resourceVersion"]) for uid in both]
    assert len(both) > 150
    assert [b < d for b, d in zip(older, newer, strict=True)] == [before[uid] != during[uid] for uid in both]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("before", {}, id="before: none"),
        pytest.param("during", {"shop/pricing": (["10.244.2.38"], [])}, id="during: one pod too many in a slice of pricing"),
    ],
)
def test_slices_follow_the_rules_but_for_the_planted_drift(name: str, expected: dict[str, Any]) -> None:
    drift = {}
    for service in managed(name):
        seen, derived = observed_rows(name, service), derived_rows(name, service)
        if seen != derived:
            drift[full_name(service)] = [r[1] for r in seen - derived], [r[1] for r in derived - seen]
    assert drift == expected


@pytest.mark.parametrize("name", SNAPSHOTS)
def test_slices_carry_what_the_controller_writes(name: str) -> None:
    for service in managed(name):
        found = slices_of(name, service)
        assert Counter(s["addressType"] for s in found) == Counter(service["spec"]["ipFamilies"])  # placeholders included (EP-28)
        wanted = service["metadata"].get("labels", {}) | {"kubernetes.io/service-name": service["metadata"]["name"]}
        wanted |= {"endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io"}
        wanted |= {"service.kubernetes.io/headless": ""} if service["spec"]["clusterIP"] == "None" else {}
        for each in found:
            (owner,) = each["metadata"]["ownerReferences"]
            assert each["metadata"]["labels"] == wanted
            assert (owner["kind"], owner["uid"], owner["controller"]) == ("Service", service["metadata"]["uid"], True)
            assert (each["endpoints"], each["ports"]) == (None, None) or each["endpoints"]


@pytest.mark.parametrize("name", SNAPSHOTS)
def test_endpoints_follow_the_rules(name: str) -> None:
    for service in managed(name):
        early = service["spec"].get("publishNotReadyAddresses", False)
        primary = service["spec"]["ipFamilies"][0]
        expected = {
            (address, number[2], conditions[0])
            for family, address, ports, conditions, _, _ in derived_rows(name, service)
            for number in ports
            if family == primary and (early or not conditions[2])
        }
        seen = {
            (address["ip"], port["port"], ready)
            for subset in of_kind(name, "Endpoints")[full_name(service)].get("subsets", [])
            for port in subset["ports"]
            for field, ready in (("addresses", True), ("notReadyAddresses", False))
            for address in subset.get(field, [])
        }
        assert seen == expected, full_name(service)


@pytest.mark.parametrize("name", SNAPSHOTS)
def test_every_cluster_address_has_an_ip_address_object(name: str) -> None:
    given = {a for s in of_kind(name, "Service").values() for a in s["spec"].get("clusterIPs", []) if a != "None"}
    assert {full_name(a)[1:] for a in of_kind(name, "IPAddress").values()} == given


@pytest.mark.parametrize("name", SNAPSHOTS)
def test_no_two_live_pods_share_an_address(name: str) -> None:
    pods = [p for p in of_kind(name, "Pod").values() if not p["spec"].get("hostNetwork")]
    held = Counter(entry["ip"] for p in pods for entry in p["status"].get("podIPs", []))
    assert [address for address, times in held.items() if times > 1] == []


def test_sizes_and_variety() -> None:
    services = of_kind("before", "Service").values()
    assert {s["spec"]["type"] for s in services} == {"ClusterIP", "NodePort", "LoadBalancer", "ExternalName"}
    assert [len(of_kind(name, "Pod")) for name in SNAPSHOTS] == [41, 40]
    assert all((DATA / f"{name}.json").stat().st_size < 800 * 1024 for name in SNAPSHOTS)


def test_sample_is_read_without_a_gap() -> None:
    snapshots = [knv.sample(name) for name in SNAPSHOTS]
    assert [len(snap.gaps) for snap in snapshots] == [0, 0]
    assert [len(snap.pods) for snap in snapshots] == [41, 40]


def test_sample_path_names_the_file() -> None:
    assert sample_path("during") == DATA / "during.json"


def test_unknown_sample_is_refused() -> None:
    with pytest.raises(UsageError, match="wanted a sample, found 'after'; there are: before, during"):
        knv.sample("after")


def test_the_incident_touches_these_pods_and_no_others() -> None:
    before, during = ({found["metadata"]["uid"]: found for found in of_kind(name, "Pod").values()} for name in SNAPSHOTS)
    owners = [
        Counter(pods[uid]["metadata"]["labels"].get("app") or pods[uid]["metadata"]["labels"]["k8s-app"] for uid in uids)
        for pods, uids in (
            (before, before.keys() - during.keys()),
            (during, during.keys() - before.keys()),
            (during, [uid for uid in before.keys() & during.keys() if before[uid] != during[uid]]),
        )
    ]
    assert owners == [
        {"orders": 3, "payments": 2, "reviews": 1, "search": 1, "pricing": 1, "db": 1},
        {"orders": 3, "payments": 2, "reviews": 1, "media": 1, "db": 1},
        {"checkout": 1, "gateway": 1, "cache": 1, "kube-proxy": 1, "kindnet": 1},
    ]


def told_in_the_readme() -> dict[str, tuple[str, ...]]:
    """Type, state, reason and drift of each Service, as the table of data/README.md tells them."""
    text = (DATA / "README.md").read_text("utf-8")
    table, _, _ = text.partition("| Service | type |")[2].partition("\n\n")
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in table.splitlines()[2:]]
    return {row[0].strip("`"): tuple(row[1:5]) for row in rows}


def answered(name: str) -> dict[str, tuple[str, ...]]:
    snap = knv.sample(name)
    ledger = knv.backends(snap)
    drifts: dict[str, set[str]] = {}
    for namespace, service, drift in ledger[["namespace", "service", "drift"]].itertuples(index=False):
        drifts.setdefault(f"{namespace}/{service}", set()).add(drift)
    states = knv.service_states(snap)[["namespace", "service", "type", "state", "reason"]].astype(object).fillna("-")
    return {
        f"{namespace}/{service}": (*said, " ".join(sorted(drifts.get(f"{namespace}/{service}", set()) - {"none"})) or "-")
        for namespace, service, *said in states.itertuples(index=False)
    }


def test_the_readme_tells_what_the_ledger_says() -> None:
    assert answered("during") == told_in_the_readme()


def test_before_every_service_serves() -> None:
    expected = {
        name: (kind, "external" if kind == "ExternalName" else "serving", "-", "-") for name, (kind, *_) in told_in_the_readme().items()
    }
    assert answered("before") == expected


@pytest.mark.parametrize("name", SNAPSHOTS)
def test_one_load_balancer_is_pending(name: str) -> None:
    states = knv.service_states(knv.sample(name)).dropna(subset=["load_balancer"])
    assert dict(zip(states["service"], states["load_balancer"], strict=True)) == {"web": "assigned", "syslog": "pending"}
