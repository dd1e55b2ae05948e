"""Pods as rows: readiness, causes, owners, addresses, containers, templates; equal things once."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

import k8snetviz as knv
from k8snetviz.collect.interning import ContainerSets, LabelSets
from k8snetviz.collect.moments import NO_TIME, micros, one_moment
from k8snetviz.collect.pod_columns import PodColumns
from k8snetviz.collect.structs.pod import Pod, PodSpec
from k8snetviz.collect.versions import Versions
from tests.build import as_list, pod, port, workload
from tests.collect.rows import rows_of, table
from tests.dumps import dump, needs_dumps


def test_everything_that_a_pod_tells() -> None:
    status = {
        "startTime": "2026-01-01T00:00:30Z",
        "containerStatuses": [{"name": "app", "ready": True, "restartCount": 2}],
        "initContainerStatuses": [{"name": "i", "restartCount": 1}],
    }
    full = pod(
        "web-1",
        owner=("StatefulSet", "web"),
        ips=("10.0.0.1", "fd00::0:1"),
        deleted="2026-01-03T00:00:00Z",
        status=status,
        spec={"hostname": "h", "subdomain": "s"},
    )
    (row,) = table("pods", full)
    who = ("shop", "web-1", "uid-shop-web-1", "node-a", "Running", True, False, "10.0.0.1", "StatefulSet", "web")
    when = ("2026-01-01T00:00:00Z", "2026-01-03T00:00:00Z", "10.0.0.1", "fd00::1", "2026-01-01T00:00:30Z", "2026-01-01T00:01:00Z")
    assert row == (*who, *when, 3, None, None, "StatefulSet", "web", "h", "s", 0, 0, False)


def test_pod_without_status_is_not_known_to_be_unready() -> None:
    bare = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {"containers": [{"name": "c"}]}}
    columns = ("namespace", "pod", "uid", "ready", "phase", "address", "cause", "restarts")
    assert table("pods", bare, columns=columns) == [("default", "a", None, None, None, None, None, None)]


def waiting(reason: str | None, name: str = "app", **more: Any) -> dict[str, Any]:
    return {"name": name, "ready": False, "state": {"waiting": {"reason": reason} if reason else {}}} | more


def ready(status: str = "False", **more: Any) -> list[dict[str, Any]]:
    return [{"type": "PodScheduled", "status": "True"}, {"type": "Ready", "status": status} | more]


GATE = {"readinessGates": [{"conditionType": "example.com/lb"}]}
FIRST = "status.containerStatuses[0].state"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param(
            {"status": {"containerStatuses": [waiting("CrashLoopBackOff")]}}, ("CrashLoopBackOff (container app)", FIRST), id="crash loop"
        ),
        pytest.param(
            {"status": {"containerStatuses": [waiting("ImagePullBackOff", "web")]}}, ("ImagePullBackOff (container web)", FIRST), id="image"
        ),
        pytest.param(
            {"status": {"containerStatuses": [waiting("PodInitializing")], "initContainerStatuses": [waiting("ErrImagePull", "setup")]}},
            ("ErrImagePull (container setup)", "status.initContainerStatuses[0].state"),
            id="init container fails",
        ),
        pytest.param(
            {
                "status": {
                    "containerStatuses": [waiting("PodInitializing")],
                    "initContainerStatuses": [{"name": "setup", "ready": False, "state": {"running": {}}}],
                }
            },
            ("init container still running (container setup)", "status.initContainerStatuses[0].state"),
            id="init container runs",
        ),
        pytest.param(
            {
                "status": {
                    "containerStatuses": [
                        {"name": "app", "ready": False, "state": {"terminated": {"reason": "OOMKilled", "exitCode": 137}}}
                    ]
                }
            },
            ("OOMKilled, exit code 137 (container app)", FIRST),
            id="ended",
        ),
        pytest.param(
            {"status": {"containerStatuses": [waiting("ContainerCreating")]}, "ips": ()},
            ("never started: ContainerCreating (container app)", FIRST),
            id="never started",
        ),
        pytest.param(
            {"ips": (), "phase": "Pending"},
            ("never started: scheduled, but its node has not reported it yet", "status.containerStatuses"),
            id="scheduled, no address",
        ),
        pytest.param(
            {"node": None, "ips": (), "status": {"conditions": [{"type": "PodScheduled", "status": "False", "reason": "Unschedulable"}]}},
            ("not scheduled (Unschedulable)", "status.conditions[0]"),
            id="not scheduled",
        ),
        pytest.param(
            {"node": None, "ips": (), "status": {"conditions": []}}, ("not scheduled", "spec.nodeName"), id="not scheduled, nothing said"
        ),
        pytest.param(
            {"status": {"conditions": ready("Unknown", reason="NodeStatusUnknown")}},
            ("node gone (NodeStatusUnknown)", "status.conditions[1]"),
            id="node gone",
        ),
        pytest.param({"status": {"reason": "NodeLost"}}, ("node gone (NodeLost)", "status.reason"), id="node lost"),
        pytest.param({"status": {"reason": "Evicted"}, "phase": "Failed"}, ("Evicted", "status.reason"), id="evicted"),
        pytest.param(
            {"spec": GATE, "status": {"containerStatuses": [{"name": "app", "ready": True}]}},
            ("readiness gate example.com/lb has no condition", "spec.readinessGates"),
            id="gate without condition",
        ),
        pytest.param(
            {"spec": GATE, "status": {"conditions": [*ready(), {"type": "example.com/lb", "status": "False", "reason": "Draining"}]}},
            ("readiness gate example.com/lb is False (Draining)", "status.conditions[2]"),
            id="failing gate",
        ),
        pytest.param(
            {"status": {"containerStatuses": [{"name": "app", "ready": False, "started": False, "state": {"running": {}}}]}},
            ("startup probe has not succeeded: [app]", "status.containerStatuses"),
            id="startup probe",
        ),
        pytest.param(
            {"status": {"containerStatuses": [{"name": "app", "ready": False}, {"name": "log", "ready": True}]}},
            ("containers not ready: [app]", "status.containerStatuses"),
            id="readiness probe",
        ),
        pytest.param(
            {"status": {"conditions": ready(message="containers with unready status: [app]")}},
            ("containers with unready status: [app]", "status.conditions[1]"),
            id="only the condition tells",
        ),
        pytest.param(
            {"status": {"conditions": ready(), "containerStatuses": [{"name": "app", "ready": True}]}},
            ("node gone: Ready is False though all containers are ready", "status.conditions[1]"),
            id="marked by the control plane (d01)",
        ),
        pytest.param({"status": {"conditions": []}}, ("no condition Ready", "status.conditions"), id="no condition"),
    ],
)
def test_cause(given: dict[str, Any], expected: tuple[str, str]) -> None:
    assert table("pods", pod("a", **({"ready": False} | given)), columns=("ready", "cause", "cause_field")) == [(False, *expected)]


HASHED = {"app": "web", "pod-template-hash": "7f9c"}


@pytest.mark.parametrize(
    ("objects", "expected"),
    [
        pytest.param([], (None, None, None, None), id="no owner"),
        pytest.param(
            [("ReplicaSet", "web-7f9c", HASHED)],
            ("Deployment", "web", "ReplicaSet", "web-7f9c"),
            id="Deployment by the name of its ReplicaSet",
        ),
        pytest.param([("ReplicaSet", "other", HASHED)], ("ReplicaSet", "other", "ReplicaSet", "other"), id="other name"),
        pytest.param([("ReplicaSet", "web-7f9c", {"app": "web"})], ("ReplicaSet", "web-7f9c", "ReplicaSet", "web-7f9c"), id="no hash"),
        pytest.param(
            [("ReplicaSet", "web-7f9c", HASHED), workload("ReplicaSet", "web-7f9c", owner=("Rollout", "web"))],
            ("Rollout", "web", "ReplicaSet", "web-7f9c"),
            id="collected ReplicaSet",
        ),
        pytest.param(
            [("ReplicaSet", "web-7f9c", HASHED), workload("ReplicaSet", "web-7f9c")],
            ("ReplicaSet", "web-7f9c", "ReplicaSet", "web-7f9c"),
            id="ReplicaSet of nobody",
        ),
        pytest.param(
            [("Job", "tidy-1", {}), workload("Job", "tidy-1", owner=("CronJob", "tidy")) | {"apiVersion": "batch/v1"}],
            ("CronJob", "tidy", "Job", "tidy-1"),
            id="CronJob",
        ),
        pytest.param([("Node", "node-a", {})], ("Node", "node-a", "Node", "node-a"), id="static pod"),
        pytest.param(
            [("ReplicaSet", "a", {}), workload("ReplicaSet", "a", owner=("ReplicaSet", "a"))],
            ("ReplicaSet", "a", "ReplicaSet", "a"),
            id="a ring of owners",
        ),
    ],
)
def test_top_workload(objects: list[Any], expected: tuple[Any, ...]) -> None:
    head, *others = objects or [None]
    one = pod("web-1", owner=head[:2], labels=head[2]) if head else pod("web-1")
    assert table("pods", one, *others, columns=("workload_kind", "workload", "owner_kind", "owner")) == [expected]


def test_owner_that_does_not_control_is_no_owner() -> None:
    one = pod("a", owner=("Widget", "w"))
    del one["metadata"]["ownerReferences"][0]["controller"]
    assert table("pods", one, columns=("owner", "workload")) == [(None, None)]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        pytest.param({"podIP": "10.0.0.1"}, ("10.0.0.1", "10.0.0.1", None), id="NM-6 podIP alone"),
        pytest.param({"podIP": "", "podIPs": []}, (None, None, None), id="none"),
        pytest.param({"podIPs": [{"ip": "fd00::1"}, {"ip": "10.0.0.1"}]}, ("fd00::1", "10.0.0.1", "fd00::1"), id="IPv6 first"),
        pytest.param({"podIPs": [{"ip": "010.0.0.1"}]}, ("10.0.0.1", "10.0.0.1", None), id="NM-5"),
        pytest.param({"podIPs": [{"ip": "x:y"}, {"ip": "fd00::2"}]}, ("x:y", None, "fd00::2"), id="does not parse"),
    ],
)
def test_addresses_by_family(status: dict[str, Any], expected: tuple[Any, ...]) -> None:
    assert table("pods", pod("a", ips=(), status=status), columns=("address", "address_ipv4", "address_ipv6")) == [expected]


def test_pod_addresses_keep_what_does_not_parse() -> None:
    assert table("pod_addresses", pod("a", ips=("10.0.0.1", "hidden", "fd00::1")), pod("b", ips=())) == [
        ("shop", "a", "10.0.0.1", "IPv4"),
        ("shop", "a", "fd00::1", "IPv6"),
        ("shop", "a", "hidden", None),
    ]


def test_containers_in_findport_order() -> None:
    spec = {
        "initContainers": [
            {"name": "setup", "ports": [{"containerPort": 1}]},
            {"name": "mesh", "restartPolicy": "Always", "ports": [{"containerPort": 15090}]},
        ],
        "ephemeralContainers": [{"name": "debug"}],
    }
    one = pod("a", ports=(port(8080, "http"), {"containerPort": 53, "protocol": "UDP", "hostPort": 5353, "hostIP": "127.0.0.1"}), spec=spec)
    assert table("containers", one) == [
        ("shop", "a", "app", "app", 0),
        ("shop", "a", "debug", "ephemeral", 3),
        ("shop", "a", "mesh", "sidecar", 1),
        ("shop", "a", "setup", "init", 2),
    ]
    assert table("container_ports", one) == [
        ("shop", "a", "app", "app", None, 53, "UDP", 5353, "127.0.0.1"),
        ("shop", "a", "app", "app", "http", 8080, "TCP", None, None),
        ("shop", "a", "mesh", "sidecar", None, 15090, "TCP", None, None),
        ("shop", "a", "setup", "init", None, 1, "TCP", None, None),
    ]


def test_host_network_takes_host_ports() -> None:
    one = pod("a", spec={"hostNetwork": True}, ports=({"containerPort": 80}, {"containerPort": 81, "hostPort": 0}))
    assert table("container_ports", one, columns=("port", "host_port")) == [(80, 80), (81, 81)]


def test_conditions_and_gates() -> None:
    conditions = [
        {"type": "Ready", "status": "True", "lastTransitionTime": "2026-01-01T00:01:00Z"},
        {"type": "ok", "status": "False", "reason": "R", "message": "M"},
    ]
    one = pod("a", spec={"readinessGates": [{"conditionType": "ok"}, {"conditionType": "absent"}]}, status={"conditions": conditions})
    assert table("pod_conditions", one, pod("b")) == [
        ("shop", "a", "Ready", "True", None, None, "2026-01-01T00:01:00Z", False),
        ("shop", "a", "absent", None, None, None, None, True),
        ("shop", "a", "ok", "False", "R", "M", None, True),
        ("shop", "b", "Ready", "True", None, None, "2026-01-01T00:01:00Z", False),
    ]


def test_equal_label_sets_and_container_lists_have_one_number() -> None:
    pods = [pod("a", labels={"x": "1", "y": "2"}), pod("b", labels={"y": "2", "x": "1"}), pod("c", labels={}), pod("d", ports=(port(80),))]
    pods[0]["spec"]["containers"][0]["volumeMounts"] = [{"name": "kube-api-access-abcde"}]
    snap = knv.load(as_list(pods))
    assert rows_of(snap.pods, "pod", "label_set", "container_set") == [("a", 1, 1), ("b", 1, 1), ("c", 0, 1), ("d", 0, 0)]
    assert rows_of(snap.label_sets) == [(1, "x", "1"), (1, "y", "2")]
    assert rows_of(snap.container_sets, "container_set", "container", "port") == [(0, "app", 80), (1, "app", None)]


def test_numbers_of_sets_do_not_depend_on_the_order_of_reading() -> None:
    pods = [pod(name, labels={"app": name}, ports=(port(number),)) for number, name in ((1, "a"), (2, "b"), (3, "c"))]
    one, other = knv.load(as_list(pods)), knv.load(as_list(pods[::-1]))
    for name in ("pods", "label_sets", "container_sets", "objects", "labels"):
        assert rows_of(one.table(name)) == rows_of(other.table(name))


def test_workloads_stand_for_pods_that_nobody_collected() -> None:
    objects = [
        workload("Deployment", "web", labels={"app": "web"}, ports=(port(8080, "http"),)),
        workload("ReplicaSet", "web-1", labels={"app": "web"}, owner=("Deployment", "web")),
        workload("StatefulSet", "zero", replicas=0),
        workload("DaemonSet", "has", replicas=None),
        pod("has-x", owner=("DaemonSet", "has")),
    ]
    manifests = [{name: value for name, value in item.items() if name != "status"} for item in objects[:4]]
    snap = knv.load(manifests)
    columns = ("pod", "ready", "workload_kind", "workload", "template")
    assert rows_of(snap.pods, *columns) == [("has", None, "DaemonSet", "has", True), ("web", None, "Deployment", "web", True)]
    listed = knv.load(as_list([*manifests, objects[4]]))
    assert rows_of(listed.pods, *columns) == [("has-x", True, "DaemonSet", "has", False)]


@pytest.mark.parametrize("kind", ["Deployment", "CronJob"])
def test_a_workload_of_a_live_cluster_is_no_pod(kind: str) -> None:
    live = workload("Deployment", "web", labels={"app": "web"})
    if kind == "CronJob":
        template = live["spec"]["template"]
        live |= {"kind": kind, "apiVersion": "batch/v1", "status": {}, "spec": {"jobTemplate": {"spec": {"template": template}}}}
    assert len(knv.load([live]).pods) == 0
    del live["metadata"]["uid"]
    live["status"] = {}  # a dry run
    assert rows_of(knv.load([live]).pods, "pod", "template") == [("web", True)]


class TestRealPods:
    """What the maintainers' dumps hold."""

    pytestmark = needs_dumps

    def test_kubelet_view_of_static_pods_is_dropped_in_silence(self) -> None:
        snap = knv.load(dump("d04") / "files/internal/testutil/data/1_35")
        assert (len(snap.pods), snap.sources["duplicates"].sum()) == (25, 24)
        assert "REPLACED" not in set(snap.gaps["reason"])
        static = snap.pods[snap.pods["owner_kind"] == "Node"]
        assert sorted(static["workload"].unique()) == ["datagen-1-35"]
        assert not set(snap.objects[snap.objects["kind"] == "Pod"]["source"]) & {"kubelet/pods"}

    def test_pods_of_a_lost_node(self) -> None:
        pods = knv.load(dump("d01") / "files").pods
        assert pods[~pods["ready"]]["cause"].str.startswith("node gone").all()
        assert (~pods["ready"]).sum() == 9


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("2026-01-01T00:00:00Z", 1767225600000000, id="seconds"),
        pytest.param("2026-01-01T00:00:00.5Z", 1767225600500000, id="fraction"),
        pytest.param("2026-01-01T01:00:00+01:00", 1767225600000000, id="offset"),
        pytest.param("2024-02-29T23:59:59Z", 1709251199000000, id="leap day"),
        pytest.param("2023-02-29T00:00:00Z", NO_TIME, id="no such day"),
        pytest.param("2026-13-01T00:00:00Z", NO_TIME, id="no such month"),
        pytest.param("xxxx-01-01T00:00:00Z", NO_TIME, id="no digits"),
        pytest.param("", NO_TIME, id="empty"),
        pytest.param(None, NO_TIME, id="missing"),
    ],
)
def test_times(text: str | None, expected: int) -> None:
    assert one_moment(text) == expected
    assert micros([text]).tolist() == [expected]
    assert micros([text, None, "2026-01-01T00:00:00Z"]).tolist() == [expected, NO_TIME, 1767225600000000]


def test_a_pod_with_bad_labels_leaves_nothing_of_its_block() -> None:
    columns = PodColumns(LabelSets(), ContainerSets())
    good, bad = (
        msgspec.json.decode(text, type=Pod) for text in (b'{"metadata":{"name":"a"}}', b'{"metadata":{"name":"b","labels":{"x":1}}}')
    )
    with pytest.raises(msgspec.ValidationError):
        columns.add([good, bad], 0, "default")
    assert len(columns) == 0
    assert columns.add([good], 0, "default") == {"default"}


def test_container_lists_are_told_apart_by_host_network() -> None:
    sets = ContainerSets()
    decode = msgspec.json.Decoder(PodSpec).decode
    numbers = [
        sets.of(decode(text))
        for text in (
            b'{"containers":[{"name":"a","ports":[{"containerPort":1}]}]}',
            b'{"hostNetwork":true,"containers":[{"name":"a","ports":[{"containerPort":1}]}]}',
        )
    ]
    assert numbers == [0, 1]


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param(["1", "0", "999999999999999999"], id="numbers"),
        pytest.param([None, "12", None], id="absent"),
        pytest.param(["", "012", "1,2", "-5", "+5", "٣", "1" * 30, "abc", "7"], id="texts that no number gives back"),
        pytest.param([""], id="one empty text"),
        pytest.param([], id="none"),
    ],
)
def test_versions_come_back_as_they_were(texts: list[str | None]):
    versions = Versions()
    versions.extend(["5"])
    versions.extend(texts)
    assert list(versions) == ["5", *texts]
