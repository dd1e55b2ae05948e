"""WORKLOADS, their selectors, and the numbers that they share with pods."""

from __future__ import annotations

from typing import Any

import pytest

from tests.build import pod, port
from tests.collect.rows import Row, rows_of, snapshot_of, table

Obj = dict[str, Any]
LABELS = {"app": "web"}
COUNTS = ("replicas", "ready_replicas")
PAIRS = ("field", "key", "operator", "value")


def template(labels: Obj | None = None, **spec: Any) -> Obj:
    return {"metadata": {"labels": LABELS if labels is None else labels}, "spec": {"containers": [{"name": "app"}]} | spec}


def workload(kind: str, spec: Obj, *, api_version: str = "apps/v1", uid: str | None = "u1", status: Obj | None = None, **meta: Any) -> Obj:
    out: Obj = {"apiVersion": api_version, "kind": kind, "metadata": {"name": "web", "namespace": "shop"} | meta, "spec": spec}
    if uid:
        out["metadata"]["uid"] = uid
    return out | ({"status": status} if status is not None else {})


def test_workloads_of_every_kind():
    owner = [
        {"kind": "Widget", "name": "other", "uid": "x"},
        {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web", "uid": "u1", "controller": True},
    ]
    found = table(
        "workloads",
        workload(
            "Deployment", {"replicas": 3, "template": template()}, status={"readyReplicas": 2}, creationTimestamp="2026-01-01T00:00:00Z"
        ),
        workload("ReplicaSet", {"replicas": 0, "template": template()}, status={"replicas": 0}, ownerReferences=owner),
        workload("StatefulSet", {"serviceName": "web-headless", "template": template()}, status={"replicas": 1}),
        workload("DaemonSet", {"template": template()}, status={"desiredNumberScheduled": 5, "numberReady": 4}),
        workload("Job", {"parallelism": 2, "template": template()}, api_version="batch/v1", status={"active": 2, "ready": 1}),
        workload("CronJob", {"jobTemplate": {"spec": {"parallelism": 2, "template": template()}}}, api_version="batch/v1", status={}),
        workload(
            "ReplicationController", {"replicas": 1, "template": template()}, api_version="v1", status={"replicas": 1, "readyReplicas": 1}
        ),
    )
    assert found == [
        ("CronJob", "shop", "web", "u1", None, None, None, None, 1, 0, None, None),
        ("DaemonSet", "shop", "web", "u1", 5, 4, None, None, 1, 0, None, None),
        ("Deployment", "shop", "web", "u1", 3, 2, None, None, 1, 0, None, "2026-01-01T00:00:00Z"),
        ("Job", "shop", "web", "u1", 2, 1, None, None, 1, 0, None, None),
        ("ReplicaSet", "shop", "web", "u1", 0, 0, "Deployment", "web", 1, 0, None, None),
        ("ReplicationController", "shop", "web", "u1", 1, 1, None, None, 1, 0, None, None),
        ("StatefulSet", "shop", "web", "u1", 1, 0, None, None, 1, 0, "web-headless", None),
    ]


@pytest.mark.parametrize(
    ("kind", "version"),
    [
        ("Deployment", "extensions/v1beta1"),
        ("Deployment", "apps/v1beta1"),
        ("Deployment", "apps/v1beta2"),
        ("ReplicaSet", "extensions/v1beta1"),
        ("ReplicaSet", "apps/v1beta2"),
        ("StatefulSet", "apps/v1beta1"),
        ("DaemonSet", "extensions/v1beta1"),
        ("Job", "batch/v1"),
        ("CronJob", "batch/v1"),
        ("CronJob", "batch/v1beta1"),
        ("CronJob", "batch/v2alpha1"),
    ],
)
def test_old_api_versions(kind: str, version: str):
    spec = {"jobTemplate": {"spec": {"template": template()}}} if kind == "CronJob" else {"template": template()}
    found = table("workloads", workload(kind, spec, api_version=version), columns=("kind", "workload", "template_label_set"))
    assert found == [(kind, "web", 1)]


def test_the_same_kind_of_a_foreign_group_is_not_ours():
    foreign = workload("Job", {"template": template()}, api_version="batch.volcano.sh/v1alpha1")
    assert table("workloads", foreign, workload("Deployment", {}), columns=("kind",)) == [("Deployment",)]


@pytest.mark.parametrize(
    ("kind", "spec", "uid", "status", "counts"),
    [
        pytest.param("Deployment", {}, None, None, (1, None), id="SN-25, SN-12 manifest: one replica by default, readiness not known"),
        pytest.param("Deployment", {"replicas": None}, "u1", None, (1, None), id="SN-23 live object, status stripped"),
        pytest.param("Deployment", {"replicas": 2}, None, {}, (2, None), id="dry run prints an empty status"),
        pytest.param("Deployment", {"replicas": 2}, "u1", {}, (2, 0), id="live object, nothing ready yet"),
        pytest.param("Deployment", {"replicas": 2}, None, {"replicas": 2}, (2, 0), id="uid stripped, none ready"),
        pytest.param("Deployment", {"replicas": 0}, "u1", {"replicas": 0}, (0, 0), id="scaled to zero"),
        pytest.param("DaemonSet", {}, None, None, (None, None), id="DaemonSet manifest: what it wants is not known"),
        pytest.param("DaemonSet", {}, "u1", {"desiredNumberScheduled": 0, "numberReady": 0}, (0, 0), id="DaemonSet without nodes"),
        pytest.param("Job", {}, None, None, (1, None), id="Job manifest"),
        pytest.param("Job", {"parallelism": 0}, "u1", {"ready": 0}, (0, 0), id="Job that runs nothing"),
        pytest.param("Job", {}, "u1", {"succeeded": 1}, (1, 0), id="finished Job"),
        pytest.param("Job", {}, "u1", {"active": 1}, (1, None), id="Job of an old server: ready is not told"),
        pytest.param("Job", {}, None, {}, (1, None), id="Job dry run"),
    ],
)
def test_counts(kind: str, spec: Obj, uid: str | None, status: Obj | None, counts: Row):
    version = "batch/v1" if kind == "Job" else "apps/v1"
    assert table("workloads", workload(kind, spec, api_version=version, uid=uid, status=status), columns=COUNTS) == [counts]


@pytest.mark.parametrize(
    ("given", "owner"),
    [
        pytest.param(None, (None, None), id="null"),
        pytest.param([{"kind": "A", "name": "a"}], (None, None), id="an owner that does not control"),
        pytest.param(
            [{"kind": "A", "name": "a", "controller": False}, {"kind": "B", "name": "b", "controller": True}],
            ("B", "b"),
            id="the controller",
        ),
    ],
)
def test_owner(given: list[Obj] | None, owner: Row):
    assert table("workloads", workload("ReplicaSet", {}, ownerReferences=given), columns=("owner_kind", "owner")) == [owner]


def test_template_shares_the_numbers_of_pods():
    ports = (port(8080, "http"),)
    containers = [{"name": "app", "ports": [*ports], "image": "x", "env": [{"name": "A", "value": "secret"}]}]
    snapshot = snapshot_of(
        workload("Deployment", {"template": template(containers=containers)}),
        workload("StatefulSet", {"template": template({"app": "db", "tier": "1"})}, name="db"),
        workload("Deployment", {"template": None}, name="broken"),
        pod("web-0", labels=LABELS, ports=ports),
        pod("other", labels={"app": "other"}),
    )
    numbers = {(row[1], row[2]): row[8:10] for row in rows_of(snapshot.workloads)}
    pods = {name: (labels, containers) for name, labels, containers in rows_of(snapshot.pods, "pod", "label_set", "container_set")}
    assert numbers["shop", "web"] == pods["web-0"]
    assert numbers["shop", "db"][0] not in {labels for labels, _ in pods.values()}
    assert numbers["shop", "broken"] == (None, None)
    pairs = rows_of(snapshot.label_sets)
    assert [row[1:] for row in pairs if row[0] == numbers["shop", "db"][0]] == [("app", "db"), ("tier", "1")]


def test_template_without_labels_or_containers():
    bare = workload("Deployment", {"selector": {}, "template": {"metadata": {"labels": None}, "spec": {"containers": None}}})
    snapshot = snapshot_of(bare)
    assert rows_of(snapshot.workloads, "template_label_set", "template_container_set") == [(0, 0)]
    assert len(snapshot.label_sets) == len(snapshot.container_sets) == 0


@pytest.mark.parametrize(
    ("kind", "spec", "rows"),
    [
        pytest.param("Deployment", {"selector": {"matchLabels": LABELS}}, [("spec.selector", "app", "Equals", "web")], id="labels"),
        pytest.param(
            "DaemonSet",
            {"selector": {"matchLabels": LABELS, "matchExpressions": [{"key": "tier", "operator": "NotIn", "values": ["a", "b"]}]}},
            [
                ("spec.selector", "app", "Equals", "web"),
                ("spec.selector", "tier", "NotIn", "a"),
                ("spec.selector", "tier", "NotIn", "b"),
            ],
            id="NP-5, NP-8 expressions",
        ),
        pytest.param("Deployment", {"template": template()}, [("spec.selector", "app", "Equals", "web")], id="SN-25 before apps/v1"),
        pytest.param("Deployment", {}, [], id="neither selector nor template"),
        pytest.param("ReplicationController", {"selector": LABELS}, [("spec.selector", "app", "Equals", "web")], id="plain map"),
        pytest.param("ReplicationController", {"template": template()}, [("spec.selector", "app", "Equals", "web")], id="SN-25 plain map"),
        pytest.param("Job", {"template": template()}, [], id="a Job's selector is made by its controller"),
        pytest.param(
            "Job", {"selector": {"matchLabels": {"controller-uid": "u"}}}, [("spec.selector", "controller-uid", "Equals", "u")], id="Job"
        ),
        pytest.param("CronJob", {"jobTemplate": None}, [], id="CronJob"),
    ],
)
def test_selectors(kind: str, spec: Obj, rows: list[Row]):
    version = {"Job": "batch/v1", "CronJob": "batch/v1", "ReplicationController": "v1"}.get(kind, "apps/v1")
    assert table("selectors", workload(kind, spec, api_version=version)) == [(kind, "shop", "web", *row) for row in rows]


def test_two_namespaces_with_one_name():
    one, other = workload("Deployment", {"replicas": 1}), workload("Deployment", {"replicas": 2}, namespace="bank", uid="u2")
    assert table("workloads", one, other, columns=("namespace", "workload", "replicas")) == [("bank", "web", 2), ("shop", "web", 1)]
