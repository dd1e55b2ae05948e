"""The snapshot file: what comes back, what is refused, what is never in it."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import k8snetviz as knv
from k8snetviz.collect.batches import Limits
from k8snetviz.errors import LimitError, SnapshotError, UsageError
from k8snetviz.model.tables import SNAPSHOT_TABLES
from tests.build import as_list, endpoint, endpoint_slice, endpoints, namespace, node, pod, port, service, workload

SECRET = "hunter2-never-store-me"


def shop() -> list[dict[str, Any]]:
    """Everything of which the file must lose nothing: odd pods, copies, templates, gaps."""
    gate = {"readinessGates": [{"conditionType": "example.com/lb"}]}
    waiting = {
        "containerStatuses": [{"name": "app", "ready": False, "restartCount": 7, "state": {"waiting": {"reason": "CrashLoopBackOff"}}}]
    }
    containers = {
        "initContainers": [
            {"name": "setup"},
            {"name": "mesh", "restartPolicy": "Always", "ports": [{"containerPort": 15090, "name": "m"}]},
        ],
        "ephemeralContainers": [{"name": "debug"}],
    }
    return [
        namespace("shop"),
        namespace("kube-system"),
        node("node-a", addresses=("192.168.1.1",)),
        pod("web-1", labels={"app": "web"}, ports=(port(8080, "http"), port(53, protocol="UDP")), owner=("ReplicaSet", "web-7f")),
        pod("web-2", ips=("10.0.0.2", "fd00::2"), ready=False, status=waiting, deleted="2026-01-02T03:04:05Z"),
        pod("web-3", ips=("010.0.0.3", "hidden", "10.9.9.9"), spec=gate | containers | {"hostname": "h", "subdomain": "s"}),
        pod("web-3", ips=("10.0.0.9",))
        | {
            "metadata": {
                "name": "web-3",
                "namespace": "shop",
                "uid": "old",
                "creationTimestamp": "2020-01-01T00:00:00Z",
                "resourceVersion": "9",
            }
        },
        pod("host", ns="kube-system", ips=("192.168.1.1",), spec={"hostNetwork": True}, ports=(port(9100),)),
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "manifest", "namespace": "shop"}, "spec": {"containers": [{"name": "a"}]}},
        service("web", selector={"app": "web"}, ports=({"port": 80, "targetPort": "http", "name": "http"},)),
        service("ext", type="ExternalName", externalName="example.com"),
        endpoint_slice("web", (endpoint("10.0.0.1", target="web-1"), endpoint("gone", conditions={}))),
        endpoints("web", [{"addresses": [{"ip": "10.0.0.1"}], "ports": [{"port": 8080}]}]),
        workload("Deployment", "web", labels={"app": "web"}, ports=(port(8080, "http"),)),
        workload("ReplicaSet", "web-7f", labels={"app": "web"}, owner=("Deployment", "web")),
    ]


def assert_same_tables(one: knv.Snapshot, other: knv.Snapshot) -> None:
    for table in SNAPSHOT_TABLES:
        pd.testing.assert_frame_equal(one.table(table.name), other.table(table.name), obj=table.name)


def saved(snap: knv.Snapshot, folder: Path, name: str = "one.k8snet") -> Path:
    return snap.save(folder / name)


def member(path: Path, name: str) -> bytes:
    with zipfile.ZipFile(path) as archive:
        return archive.read(name)


def rewritten(path: Path, target: Path, changes: dict[str, bytes | None]) -> Path:
    """Copy the file with some members replaced or left out."""
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            content = changes.get(entry.filename, old.read(entry.filename))
            if content is not None:
                new.writestr(entry, content)
    return target


def test_everything_comes_back(tmp_path: Path) -> None:
    snap = knv.load(as_list(shop()))
    again = knv.load(saved(snap, tmp_path))
    assert_same_tables(snap, again)
    assert again.provenance.counts == snap.provenance.counts
    assert (again.provenance.cluster, again.provenance.toolkit_version) == ("uid-None-kube-system", knv.__version__)
    assert set(snap.gaps["reason"]) >= {"BAD_ADDRESS", "REPLACED", "NOT_COLLECTED"}


def test_several_sources_come_back(tmp_path: Path) -> None:
    objects = shop()
    for place, part in enumerate((objects[:6], objects[3:])):
        (tmp_path / f"{place}.json").write_text(json.dumps(as_list(part)))
    snap = knv.load([tmp_path / "0.json", tmp_path / "1.json"])
    assert sorted(snap.sources["duplicates"]) == [2, 2] or snap.sources["duplicates"].sum() > 0
    assert_same_tables(snap, knv.load(saved(snap, tmp_path)))


def test_equal_snapshots_make_equal_bytes(tmp_path: Path) -> None:
    snap = knv.load(as_list(shop()))
    first, second = saved(snap, tmp_path), saved(knv.load(as_list(shop())), tmp_path, "two.k8snet")
    assert first.read_bytes() == second.read_bytes()
    assert saved(knv.load(first), tmp_path, "three.k8snet").read_bytes() == first.read_bytes()


def test_lists_are_what_the_api_sends(tmp_path: Path) -> None:
    path = saved(knv.load(as_list(shop())), tmp_path)
    listed = json.loads(member(path, "services.json"))
    assert (listed["apiVersion"], listed["kind"]) == ("v1", "ServiceList")
    assert listed["items"][1]["spec"]["selector"] == {"app": "web"}
    manifest = json.loads(member(path, "manifest.json"))
    assert (manifest["format"], manifest["version"], manifest["redactions"]) == ("k8snetviz-snapshot", 1, [])
    counts = {kind["kind"]: (kind["count"], kind["resourceVersion"]) for kind in manifest["kinds"]}
    assert counts["Pod"] == (5, "1")


def test_nothing_secret_is_in_the_file(tmp_path: Path) -> None:
    leaky = pod("leaky", labels={"app": "web"}, spec={"volumes": [{"name": SECRET, "secret": {"secretName": SECRET}}]})
    leaky["metadata"]["annotations"] = {"kubectl.kubernetes.io/last-applied-configuration": SECRET, "example.com/note": SECRET}
    leaky["metadata"]["managedFields"] = [{"manager": SECRET}]
    leaky["spec"]["containers"][0] |= {"env": [{"name": "P", "value": SECRET}], "args": [SECRET], "command": [SECRET], "image": SECRET}
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s", "namespace": "shop"}, "data": {"k": SECRET}}
    config = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c", "namespace": "shop"}, "data": {"k": SECRET}}
    front = service("web", selector={"app": "web"})
    front["metadata"]["annotations"] = {"kubectl.kubernetes.io/last-applied-configuration": SECRET}
    maker = workload("Deployment", "web", labels={"app": "web"})
    maker["spec"]["template"]["spec"]["containers"][0]["env"] = [{"name": "P", "value": SECRET}]
    snap = knv.load(as_list([leaky, secret, config, front, maker]))
    path = saved(snap, tmp_path)
    with zipfile.ZipFile(path) as archive:
        assert not [name for name in archive.namelist() if SECRET.encode() in archive.read(name)]
    assert not [table.name for table in SNAPSHOT_TABLES if SECRET in snap.table(table.name).to_csv()]


def test_cut_file_is_refused(tmp_path: Path) -> None:
    path = saved(knv.load(as_list(shop())), tmp_path)
    whole = path.read_bytes()
    for size in range(100, len(whole), 331):
        path.write_bytes(whole[:size])
        with pytest.raises(SnapshotError, match=r"cut off or changed"):
            knv.load(path)


def test_flipped_byte_is_refused(tmp_path: Path) -> None:
    """Every tenth byte of the packed lists is turned over: the file is refused, or holds the same."""
    snap = knv.load(as_list(shop()))
    path = saved(snap, tmp_path)
    whole = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        entry = archive.getinfo("pods.json")
    for at in range(entry.header_offset + 60, entry.header_offset + entry.compress_size, 10):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :])
        with pytest.raises(SnapshotError, match=r"pods\.json of .* is missing, cut off or changed"):
            knv.load(path)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param({"pods.json": None}, "pods.json", id="member left out"),
        pytest.param(
            {"services.json": b'{"apiVersion":"v1","kind":"ServiceList","items":[\n\n]}\n'}, "services.json", id="member replaced"
        ),
        pytest.param({"services.json": b"no JSON at all"}, "services.json", id="member is no JSON"),
        pytest.param({"manifest.json": None}, "manifest.json", id="manifest left out"),
        pytest.param({"manifest.json": b"{}"}, "names the format ''", id="manifest of nothing"),
        pytest.param({"manifest.json": b'{"format":"k8snetviz-snapshot","version":1}'}, "manifest.json", id="manifest half empty"),
    ],
)
def test_changed_member_is_named(tmp_path: Path, changes: dict[str, bytes | None], said: str) -> None:
    path = saved(knv.load(as_list(shop())), tmp_path)
    with pytest.raises(SnapshotError, match=said):
        knv.load(rewritten(path, tmp_path / "changed.k8snet", changes))


def test_newer_format_is_refused_in_a_sentence(tmp_path: Path) -> None:
    path = saved(knv.load(as_list(shop())), tmp_path)
    manifest = json.loads(member(path, "manifest.json")) | {"version": 2, "toolkitVersion": "9.0"}
    changed = rewritten(path, tmp_path / "newer.k8snet", {"manifest.json": json.dumps(manifest).encode()})
    with pytest.raises(SnapshotError, match=r"format version 2, written by k8snetviz 9\.0; .* install a newer one"):
        knv.load(changed)


def test_limit_holds(tmp_path: Path) -> None:
    path = saved(knv.load(as_list(shop())), tmp_path)
    with pytest.raises(LimitError, match="member_bytes"):
        knv.load(path, limits=Limits(member_bytes=100))


def test_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = saved(knv.load(as_list(shop())), tmp_path)
    before = path.read_bytes()
    assert [file.name for file in tmp_path.iterdir()] == ["one.k8snet"]
    with pytest.raises(UsageError, match="there is no folder"):
        knv.load(path).save(tmp_path / "nowhere" / "x.k8snet")
    assert path.read_bytes() == before


NAMES = st.sampled_from(["a", "b", "web-0", "x.y"])
TEXTS = st.sampled_from(["", "10.0.0.1", "010.1.2.3", "fd00::1", "::ffff:10.0.0.1", "***", "None"])
TIMES = st.sampled_from([None, "2026-01-01T00:00:00Z", "2026-01-01T00:00:00.123456Z", "2026-01-01T01:00:00+01:00", "no time"])
PODS = st.builds(
    lambda name, ns, uid, version, ips, time, ready, labels, observed: (
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {
                "name": name,
                "namespace": ns,
                "uid": uid,
                "resourceVersion": version,
                "creationTimestamp": time,
                "labels": labels,
            },
            "spec": {"containers": [{"name": "app"}], "nodeName": None},
        }
        | (
            {
                "status": {
                    "podIPs": [{"ip": ip} for ip in ips],
                    "conditions": [{"type": "Ready", "status": ready, "lastTransitionTime": time}],
                }
            }
            if observed
            else {}
        )
    ),
    NAMES,
    st.sampled_from(["default", "shop"]),
    st.sampled_from([None, "u1", "u2"]),
    st.sampled_from([None, "9", "10", "v"]),
    st.lists(TEXTS, max_size=3),
    TIMES,
    st.sampled_from(["True", "False", "Unknown"]),
    st.none() | st.dictionaries(st.sampled_from(["app", "tier"]), st.sampled_from(["", "web"])),
    st.booleans(),
)
SERVICES = st.builds(
    lambda name, ns, ip, selector: {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "namespace": ns},
        "spec": {"clusterIP": ip, "selector": selector, "ports": [{"port": 80}]},
    },
    NAMES,
    st.sampled_from(["default", "shop"]),
    TEXTS,
    st.none() | st.dictionaries(st.sampled_from(["app", "tier"]), st.just("web")),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(PODS | SERVICES, min_size=1, max_size=8), st.lists(PODS, max_size=3))
def test_any_snapshot_comes_back(tmp_path: Path, objects: list[dict[str, Any]], more: list[dict[str, Any]]) -> None:
    snap = knv.load([as_list(objects), as_list(more)])
    assert_same_tables(snap, knv.load(saved(snap, tmp_path)))
