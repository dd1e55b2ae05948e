"""Tables of the real dumps against a few plain lines that read the same objects."""

from __future__ import annotations

import json
import tarfile
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

import k8snetviz as knv
from k8snetviz.collect.registry import specs
from k8snetviz.model.kinds import GapReason, Kind
from tests.collect.rows import rows_of
from tests.dumps import dump, needs_dumps

pytestmark = needs_dumps
Obj = dict[str, Any]
WORKLOADS = ("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job", "CronJob", "ReplicationController")
POLICIES = ("NetworkPolicy", "AdminNetworkPolicy", "BaselineAdminNetworkPolicy", "ClusterNetworkPolicy")
WANTED = (*WORKLOADS, *POLICIES, "Ingress", "IngressClass", "Route", "Event")
GROUPS = ("", "apps", "batch", "extensions", "networking.k8s.io", "policy.networking.k8s.io", "route.openshift.io", "events.k8s.io")


def texts(folder: Path) -> Iterator[str]:
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.name not in ("SOURCE.txt", "LICENSE.upstream")):
        if path.suffix in (".yaml", ".yml", ".json", ".txt"):
            yield path.read_text("utf-8-sig", errors="replace")
        elif path.name.endswith(".tar.gz"):
            with tarfile.open(path) as archive:
                for member in archive:
                    if member.name.endswith(".json") and "/._" not in member.name:
                        yield archive.extractfile(member).read().decode("utf-8", "replace")


def documents(text: str) -> Iterator[Any]:
    if text.lstrip()[:1] not in ("{", "["):
        try:
            yield from list(yaml.load_all(text, yaml.CSafeLoader))
        except yaml.YAMLError:
            return
    for start in [0] + [place + 1 for place, character in enumerate(text) if text.startswith("\n{", place) and character == "\n"]:
        try:
            yield json.JSONDecoder(strict=False).raw_decode(text[start:].lstrip())[0]
        except ValueError:
            continue


@cache
def objects(folder: Path) -> list[Obj]:
    """Objects of the wanted kinds, one per kind, namespace and name: the highest resourceVersion, else the last."""
    kept: dict[tuple[str, str | None, str], Obj] = {}
    for text in texts(folder):
        for document in documents(text):
            listed = isinstance(document, dict) and "items" in document
            head = document if listed else {}
            for item in (head["items"] or []) if listed else document if isinstance(document, list) else [document]:
                if not isinstance(item, dict) or "metadata" not in item:
                    continue
                kind = item.get("kind") or str(head.get("kind", "")).removesuffix("List")
                version = item.get("apiVersion") or head.get("apiVersion") or ""
                if kind not in WANTED or version.rpartition("/")[0] not in GROUPS or "name" not in item["metadata"]:
                    continue
                meta = item["metadata"]
                place = (kind, meta.get("namespace"), meta["name"])
                if place not in kept or int(meta.get("resourceVersion") or 0) >= int(kept[place]["metadata"].get("resourceVersion") or 0):
                    kept[place] = item | {"kind": kind, "apiVersion": version}
    return list(kept.values())


def of(folder: Path, *kinds: str) -> list[Obj]:
    return [one for one in objects(folder) if one["kind"] in kinds]


@cache
def snapshot(folder: Path) -> Any:
    loaded = knv.load(objects(folder))
    unreadable = loaded.gaps[loaded.gaps["reason"] == GapReason.UNREADABLE]
    assert unreadable["detail"].tolist() == []
    return loaded


def holder(one: Obj) -> tuple[str, str, str]:
    return one["kind"], one["metadata"].get("namespace") or "default", one["metadata"]["name"]


def part(prefix: str, name: str = "") -> Path:
    return dump(prefix) / name


@pytest.mark.parametrize(
    ("folder", "count"),
    [
        ("d01", 4),
        ("d02", 11),
        ("d03", 69),
        ("d05", 7),
        ("d07", 2),
        ("d09", 10),
        ("d13", 3),
        ("d14/files-t1", 11),
        ("d14/files-t3", 27),
        ("o03", 11),
        ("o05", 4),
        ("o12", 5),
        ("o13", 12),
    ],
)
def test_workloads(folder: str, count: int):
    place = part(*folder.split("/"))
    expected = []
    for one in of(place, *WORKLOADS):
        spec, status = one.get("spec") or {}, one.get("status")
        daemons, jobs = one["kind"] == "DaemonSet", one["kind"] == "Job"
        wanted = (status or {}).get("desiredNumberScheduled") if daemons else spec.get("parallelism" if jobs else "replicas", 1)
        ready = None if status is None else status.get("numberReady" if daemons else "ready" if jobs else "readyReplicas", 0)
        owner = next((o for o in one["metadata"].get("ownerReferences") or [] if o.get("controller")), {})
        labels = ((spec.get("template") or {}).get("metadata") or {}).get("labels") or {}
        expected.append((*holder(one), wanted, ready, owner.get("kind"), owner.get("name"), json.dumps(labels, sort_keys=True)))
    found = snapshot(place)
    sets: dict[int, Obj] = {}
    for number, key, value in rows_of(found.label_sets):
        sets.setdefault(number, {})[key] = value
    columns = ("kind", "namespace", "workload", "replicas", "ready_replicas", "owner_kind", "owner", "template_label_set")
    rows = rows_of(found.workloads, *columns)
    assert sorted((*row[:7], json.dumps(sets.get(row[7], {}), sort_keys=True)) for row in rows) == sorted(expected)
    assert len(rows) == count


@pytest.mark.parametrize(
    ("folder", "count"),
    [("d03", 2), ("d07", 1), ("o01", 11), ("o02", 1), ("o03", 14), ("o05", 7), ("o09", 12), ("o10", 13), ("o11", 14), ("o12", 21)],
)
def test_policies(folder: str, count: int):
    place = part(folder)
    given = of(place, *POLICIES)
    rules = Counter((one["kind"], side) for one in given for side in ("ingress", "egress") for _ in one["spec"].get(side) or [])
    peers = ports = 0
    for one in given:
        for rule in [rule or {} for side in ("ingress", "egress") for rule in one["spec"].get(side) or []]:
            peers += len(rule.get("from") or []) + len(rule.get("to") or [])
            ports += len(rule.get("ports") or []) + len(rule.get("protocols") or [])
    found = snapshot(place)
    assert len(found.policies) == len(given) == count
    assert Counter(rows_of(found.policy_rules, "kind", "direction")) == rules
    assert len(found.policy_peers.drop_duplicates(["kind", "namespace", "policy", "direction", "rule", "peer"])) == peers
    assert len(found.policy_ports) == ports
    assert not (found.policy_peers["form"] == "unknown").any()
    assert set(found.policy_rules["action"]) <= {"Allow", "Accept", "Deny", "Pass"}


def selector_fields(value: Any, path: str = "spec") -> Iterator[str]:
    if isinstance(value, list):
        for place, item in enumerate(value):
            yield from selector_fields(item, f"{path}[{place}]")
    elif isinstance(value, dict):
        for key, item in value.items():
            if key == "pods":  # the real data leaves one of its selectors out where it means all
                yield from (f"{path}.pods.namespaceSelector", f"{path}.pods.podSelector")
            elif key in ("podSelector", "namespaceSelector", "namespaces", "nodes"):
                yield f"{path}.{key}"
            elif key not in ("ports", "protocols", "ipBlock"):
                yield from selector_fields(item, f"{path}.{key}")


@pytest.mark.parametrize("folder", ["d03", "d07", "o01", "o02", "o03", "o05", "o10", "o11", "o12"])
def test_selectors_of_policies(folder: str):
    place = part(folder)
    expected = {(one["kind"], one["metadata"]["name"], field) for one in of(place, *POLICIES) for field in selector_fields(one["spec"])}
    expected |= {("NetworkPolicy", one["metadata"]["name"], "spec.podSelector") for one in of(place, "NetworkPolicy")}  # NP-13
    selectors = snapshot(place).selectors
    assert set(rows_of(selectors[selectors["kind"].isin(POLICIES)], "kind", "name", "field")) == expected


def test_older_spelling_is_in_the_real_data():
    """o12 holds the nesting that v0.1.2 of the API dropped; `test_policies` finds no unknown peer there."""
    assert '"namespaces": {"namespaceSelector"' in json.dumps([one["spec"] for one in of(part("o12"), "AdminNetworkPolicy")])


@pytest.mark.parametrize(("folder", "count"), [("d03", 1), ("d07", 1), ("d14/files-t3", 2), ("o04", 1)])
def test_ingress_rules(folder: str, count: int):
    place = part(*folder.split("/"))
    expected = []
    for one in of(place, "Ingress"):
        for rule in one["spec"].get("rules") or []:
            for path in rule["http"]["paths"]:
                service = path["backend"].get("service") or {"name": path["backend"].get("serviceName")}
                expected.append((*holder(one)[1:], rule.get("host"), path.get("path"), service["name"]))
        if one["spec"].get("defaultBackend"):
            expected.append((*holder(one)[1:], None, None, one["spec"]["defaultBackend"]["service"]["name"]))
    rows = rows_of(snapshot(place).ingress_rules, "namespace", "ingress", "host", "path", "service")
    assert Counter(rows) == Counter(expected)
    assert len(rows) == count


def test_openshift_routes_of_o03():
    assert rows_of(snapshot(part("o03")).routes, "namespace", "route", "service", "port_name", "weight") == [
        ("frontend", "asset-cache", "asset-cache-service", "http", 100),
        ("frontend", "webapp", "webapp-service", "http", 100),
    ]


@pytest.mark.parametrize(("folder", "count"), [("d01", 326), ("d02", 97)])
def test_events(folder: str, count: int):
    place = part(folder)
    expected = []
    for one in of(place, "Event"):
        about = one["involvedObject"]
        expected.append((holder(one)[1], about["kind"], about["name"], one["reason"], one.get("count") or 1, one.get("message") or None))
    rows = rows_of(snapshot(place).events, "namespace", "kind", "name", "reason", "count", "message")
    assert Counter(rows) == Counter(expected)
    assert len(rows) == count


@pytest.mark.parametrize("folder", ["d03", "d07", "d14/files-t3", "o03", "o05", "o10", "o12"])
def test_written_and_read_again_objects_are_the_same(folder: str):
    given = [one for one in objects(part(*folder.split("/"))) if one["apiVersion"].rpartition("/")[0] in specs()[Kind(one["kind"])].groups]
    assert given
    for one in given:
        struct = specs()[Kind(one["kind"])].struct
        read = msgspec.convert(json.loads(json.dumps(one, default=str)), struct)
        assert msgspec.json.decode(msgspec.json.encode(read), type=struct) == read, holder(one)


@pytest.mark.parametrize(
    "folder", ["d01/files", "d03/files", "d05/files", "d13/files", "d14/files-t3", "o01/files", "o03/files", "o05/files"]
)
def test_files_and_their_objects_give_the_same_tables(folder: str):
    place = part(*folder.split("/"))
    from_files, from_objects = knv.load(place), snapshot(place)
    for name in ("workloads", "policies", "policy_rules", "policy_peers", "policy_ports", "ingress_rules", "routes", "events"):
        columns = [column for column in from_files.table(name).columns if not column.startswith("template_")]
        assert rows_of(from_files.table(name), *columns) == rows_of(from_objects.table(name), *columns), name
