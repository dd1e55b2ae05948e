"""The generator: exact counts, the same bytes for the same seed, an oracle that brute force confirms. No timing is asserted."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from benchmarks.floors import blocks, tight_scan, typed_scan
from benchmarks.generate import SNAPSHOT_KINDS, generate
from benchmarks.mapping_floors import Pods, interned_and_joined, naive_by_namespace, slice_endpoints
from benchmarks.measure import Meter
from benchmarks.oracle import names_digest, read_oracle, wrong_names
from benchmarks.plan import SIZES, Size, make_plan

TINY = Size(nodes=12, pods=400, services=60)
Obj = dict[str, Any]


@pytest.fixture(scope="module", params=["kubectl", "api"])
def cluster(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp(request.param)
    generate(TINY, folder, style=request.param)
    return folder


def items(folder: Path, name: str) -> list[Obj]:
    return json.loads((folder / "snapshot" / f"{name}.json").read_text())["items"]


def selected_by_brute_force(folder: Path) -> dict[str, list[Obj]]:
    pods = items(folder, "pods")
    found = {}
    for service in items(folder, "services"):
        meta, selector = service["metadata"], service["spec"].get("selector")
        if selector:
            found[f"{meta['namespace']}/{meta['name']}"] = [
                pod
                for pod in pods
                if pod["metadata"]["namespace"] == meta["namespace"] and selector.items() <= pod["metadata"]["labels"].items()
            ]
    return found


def test_counts_are_those_of_the_size(cluster):
    counts = read_oracle(cluster)["counts"]
    assert (counts["nodes"], counts["pods"], counts["services"]) == TINY
    assert {name: len(items(cluster, name)) for name in SNAPSHOT_KINDS} == {name: counts[name] for name in SNAPSHOT_KINDS}


def test_names_and_uids_are_unique(cluster):
    for name in SNAPSHOT_KINDS:
        metas = [item["metadata"] for item in items(cluster, name)]
        assert len({(meta.get("namespace"), meta["name"]) for meta in metas}) == len(metas), name
        assert len({meta["uid"] for meta in metas}) == len(metas), name


def test_no_two_pods_share_an_address_unless_it_is_the_nodes(cluster):
    own = [p["status"]["podIPs"] for p in items(cluster, "pods") if not p["spec"].get("hostNetwork") and "podIPs" in p["status"]]
    addresses = [entry["ip"] for entries in own for entry in entries]
    assert len(set(addresses)) == len(addresses)
    assert {len(entries) for entries in own} == {2}


@pytest.mark.parametrize("style", ["kubectl", "api"])
def test_one_seed_makes_the_same_bytes_and_another_seed_others(style, tmp_path):
    for name, seed in (("one", 1), ("again", 1), ("other", 2)):
        generate(TINY, tmp_path / name, style=style, seed=seed)
    for name in SNAPSHOT_KINDS:
        texts = [(tmp_path / folder / "snapshot" / f"{name}.json").read_bytes() for folder in ("one", "again", "other")]
        assert texts[0] == texts[1]
        assert texts[0] != texts[2]


def test_oracle_equals_brute_force(cluster):
    found = selected_by_brute_force(cluster)
    oracle = read_oracle(cluster)
    assert oracle["services"] == {
        key: {"selected": len(pods), "crc": names_digest([pod["metadata"]["name"] for pod in pods])} for key, pods in found.items()
    }
    assert oracle["pairs"] == sum(map(len, found.values()))
    assert 0 in {entry["selected"] for entry in oracle["services"].values()}, "some selector should select nothing"


def test_slices_hold_the_live_pods_of_every_service(cluster):
    expected = Counter()
    dual = {
        f"{s['metadata']['namespace']}/{s['metadata']['name']}": len(s["spec"].get("ipFamilies", "?")) == 2
        for s in items(cluster, "services")
    }
    for key, pods in selected_by_brute_force(cluster).items():
        for pod in pods:
            if pod["status"]["phase"] not in ("Succeeded", "Failed"):
                for entry in pod["status"].get("podIPs", [])[: 2 if dual[key] else 1]:
                    expected[key, pod["metadata"]["uid"], entry["ip"]] += 1
    observed = Counter()
    for item in items(cluster, "endpointslices"):
        key = f"{item['metadata']['namespace']}/{item['metadata']['labels']['kubernetes.io/service-name']}"
        assert len(item["endpoints"] or []) <= 100
        for endpoint in item["endpoints"] or []:
            if "targetRef" in endpoint:
                observed[key, endpoint["targetRef"]["uid"], endpoint["addresses"][0]] += 1
    assert observed == expected


def test_every_managed_service_has_a_slice_per_family(cluster):
    have = {
        (i["metadata"]["namespace"], i["metadata"]["labels"]["kubernetes.io/service-name"], i["addressType"])
        for i in items(cluster, "endpointslices")
    }
    for service in items(cluster, "services"):
        if service["spec"].get("selector"):
            for family in service["spec"]["ipFamilies"]:
                assert (service["metadata"]["namespace"], service["metadata"]["name"], family) in have


def test_pods_look_like_those_of_a_cluster(cluster):
    pods = items(cluster, "pods")
    assert {pod["status"]["phase"] for pod in pods} >= {"Running", "Succeeded"}
    assert {owner["kind"] for pod in pods for owner in pod["metadata"]["ownerReferences"]} == {
        "ReplicaSet",
        "StatefulSet",
        "DaemonSet",
        "Job",
    }
    label_sets = {json.dumps([pod["metadata"]["namespace"], pod["metadata"]["labels"]]) for pod in pods}
    assert 0.08 < len(label_sets) / len(pods) < 0.3
    assert not any("@" in pod["metadata"]["name"] or "@" in pod["metadata"]["uid"] for pod in pods)


def test_style_decides_the_shape(cluster):
    text = (cluster / "snapshot/pods.json").read_text()
    document = json.loads(text)
    managed = ["managedFields" in pod["metadata"] for pod in document["items"]]
    if cluster.name.startswith("kubectl"):
        assert (document["kind"], list(document)) == ("List", ["apiVersion", "items", "kind", "metadata"])
        assert text == json.dumps(document, indent=4) + "\n"
        assert not any(managed)
    else:
        assert (document["kind"], "kind" in document["items"][0]) == ("PodList", False)
        assert text == json.dumps(document, separators=(",", ":"))
        assert all(managed)


@pytest.mark.parametrize("block", [1 << 12, 1 << 16, 4 << 20])
def test_blocks_hold_every_item_once(cluster, block):
    for name in SNAPSHOT_KINDS:
        path = cluster / "snapshot" / f"{name}.json"
        assert [item for part in blocks(path, block) for item in json.loads(part)] == items(cluster, name)


@pytest.mark.parametrize("block", [1 << 16, 4 << 20])
def test_tight_scan_sees_every_pod(cluster, block):
    meter = Meter()
    tight_scan(cluster, meter, block)
    assert meter.facts["pods"] == TINY.pods


def test_typed_scan_sees_every_pod(cluster):
    meter = Meter()
    typed_scan(cluster, meter)
    assert meter.facts["pods"] == TINY.pods


def test_mapping_floors_agree_with_the_oracle(cluster):
    for floor in (naive_by_namespace, interned_and_joined):
        meter = Meter()
        floor(cluster, meter)
        assert meter.facts["wrong"] == 0


def test_a_wrong_map_is_noticed(cluster):
    oracle = read_oracle(cluster)
    right = {key: [pod["metadata"]["name"] for pod in pods] for key, pods in selected_by_brute_force(cluster).items()}
    victim = next(key for key, names in right.items() if names)
    assert wrong_names(oracle, right) == 0
    assert wrong_names(oracle, right | {victim: right[victim][1:]}) == 1
    assert wrong_names(oracle, {key: names for key, names in right.items() if key != victim}) == 1
    assert wrong_names(oracle, right | {"nowhere/at-all": ["pod"]}) == 1


def test_slice_rows_are_endpoints_times_ports(cluster):
    expected = sum(len(item["endpoints"] or []) * max(1, len(item["ports"] or [])) for item in items(cluster, "endpointslices"))
    assert len(slice_endpoints(cluster)) == expected


def test_label_sets_are_interned_by_namespace(cluster):
    pods = Pods(cluster)
    assert len(pods.names) == TINY.pods
    for number, pod in enumerate(items(cluster, "pods")):
        assert pods.sets[pods.set_of[number]] == (pod["metadata"]["namespace"], pod["metadata"]["labels"])


def test_a_single_stack_cluster_has_no_ipv6(tmp_path):
    generate(TINY, tmp_path, dual_stack=False)
    assert {item["addressType"] for item in items(tmp_path, "endpointslices")} == {"IPv4"}
    assert all(len(pod["status"].get("podIPs", ["-"])) == 1 for pod in items(tmp_path, "pods"))


@pytest.mark.parametrize("name", ["S", "M", "L"])
def test_plans_fill_their_size_exactly(name):
    size = SIZES[name]
    plan = make_plan(size)
    workloads = [workload for space in plan.spaces for workload in space.workloads]
    assert sum(workload.replicas for workload in workloads) == size.pods
    assert sum(len(space.services) for space in plan.spaces) == size.services
    containers = sum(workload.replicas * workload.containers for workload in workloads) / size.pods
    assert 1.7 < containers < 2.1
