"""Where absence means none, and where it is not known."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import zstandard

import k8snetviz as knv
from k8snetviz.collect.batches import Batch, Gap
from k8snetviz.collect.store import ObjectStore
from k8snetviz.model.kinds import GapReason, Kind
from tests.build import as_list, endpoint_slice, namespace, node, pod, service
from tests.collect.rows import rows_of

PODS_OF_NONE = {"apiVersion": "v1", "kind": "PodList", "items": None}


def covered(*parts: Any) -> list[tuple[Any, ...]]:
    return rows_of(knv.load(list(parts)).coverage)


def test_list_of_several_namespaces_covers_all() -> None:
    assert covered(as_list([pod("a", ns="x"), service("web", ns="y"), node("n")])) == [
        ("Node", None, True),
        ("Pod", None, True),
        ("Service", None, True),
    ]


def test_list_of_one_namespace_covers_that_one() -> None:
    assert covered(as_list([pod("a", ns="x"), node("n")])) == [("Node", None, True), ("Pod", "x", True)]


def test_list_of_all_namespaces_that_there_are_covers_all() -> None:
    assert covered(as_list([pod("a", ns="x"), namespace("x")])) == [("Namespace", None, True), ("Pod", None, True)]


def test_empty_list_covers() -> None:
    snap = knv.load([PODS_OF_NONE, as_list([service("web", ns="x"), service("web", ns="y")])])
    assert snap.knows(Kind.POD, "x")
    assert snap.pods.empty
    assert not snap.knows(Kind.NODE)


def test_cut_list_covers_nothing_for_sure() -> None:
    page = as_list([pod("a", ns="x"), pod("b", ns="y")]) | {"kind": "PodList", "metadata": {"continue": "token"}}
    snap = knv.load(page)
    assert rows_of(snap.coverage) == [("Pod", None, False)]
    assert not snap.knows(Kind.POD, "x")
    assert rows_of(snap.gaps[snap.gaps["kind"] == "Pod"], "reason", "source") == [("TRUNCATED", "memory")]


def test_single_object_covers_nothing() -> None:
    snap = knv.load(pod("a"))
    assert snap.coverage.empty
    (detail,) = snap.gaps[snap.gaps["kind"] == "Pod"]["detail"]
    assert detail == "only single objects of kind Pod were read, no list of them: others may exist"


def scoped(*lists: tuple[str, str | None, bool]) -> ObjectStore:
    """A store of empty lists: kind, scope, complete."""
    store = ObjectStore()
    store.source("f.json", "kubectl", "json")
    for kind, scope, complete in lists:
        assert store.add(Batch(b"[]", 0, kind, "v1", scope, complete=complete))
    return store.finish()


@pytest.mark.parametrize(
    ("lists", "expected"),
    [
        pytest.param([("Pod", "x", True), ("Pod", "y", False)], [("Pod", "x", True), ("Pod", "y", False)], id="by namespace"),
        pytest.param([("Pod", "x", True), ("Pod", None, True)], [("Pod", None, True)], id="everything covers each"),
        pytest.param([("Pod", "x", True), ("Pod", "x", False)], [("Pod", "x", False)], id="a part that is cut"),
        pytest.param([("Node", "x", True)], [("Node", None, True)], id="cluster-scoped in a namespace's folder"),
        pytest.param([("Widget", None, True)], [], id="not ours"),
    ],
)
def test_scopes(lists: list[Any], expected: list[tuple[Any, ...]]) -> None:
    assert rows_of(scoped(*lists).expand("coverage")) == expected


def test_what_was_not_read_is_a_gap() -> None:
    gaps = knv.load(as_list([endpoint_slice("a", None, ns="x"), endpoint_slice("b", None, ns="y")])).gaps
    assert set(gaps["reason"]) == {"NOT_COLLECTED"}
    kinds = "DaemonSet Deployment Ingress Job Namespace NetworkPolicy Node Pod ReplicaSet Service StatefulSet"
    assert gaps["kind"].tolist() == kinds.split()  # legacy Endpoints are not missed beside slices


def test_namespaces_that_were_not_read_are_a_gap() -> None:
    store = ObjectStore()
    store.source("a/x.json", "kubectl", "json")
    store.source("b/all.json", "kubectl", "json")
    store.add(Batch(json.dumps([pod("a", ns="x")]).encode(), 0, "Pod", "v1", "x"))
    store.add(Batch(json.dumps([service("s", ns=ns) for ns in ("x", "y", "z")]).encode(), 1, "Service", "v1"))
    gaps = store.expand("gaps")
    assert rows_of(gaps[gaps["kind"] == "Pod"], "namespace", "reason", "detail") == [
        (None, "NOT_COLLECTED", "Pod was read in namespace x only, not in namespaces y, z")
    ]


def test_refused_kind_is_not_also_called_absent() -> None:
    store = ObjectStore()
    store.source("live", "live", "json")
    store.gap(Gap(GapReason.FORBIDDEN, "pods is forbidden", Kind.POD))
    gaps = store.expand("gaps")
    assert gaps[gaps["kind"] == "Pod"]["reason"].tolist() == ["FORBIDDEN"]


@pytest.mark.parametrize(
    ("pods", "services", "ingresses", "expected"),
    [
        pytest.param(["a"], ["a", "b"], ["a"], {("Pod", "a"), ("Service", None), ("Ingress", None)}, id="pods were asked in one namespace"),
        pytest.param(["a", "b"], ["a"], ["b"], {("Pod", None), ("Service", "a"), ("Ingress", None)}, id="Services were asked in one"),
        pytest.param(["a"], ["a"], ["a"], {("Pod", "a"), ("Service", "a"), ("Ingress", "a")}, id="all was asked in one"),
        pytest.param([], ["a", "b"], [], {("Pod", None), ("Service", None), ("Ingress", None)}, id="empty lists go by their neighbours"),
    ],
)
def test_files_of_one_folder_tell_their_scope(tmp_path, pods, services, ingresses, expected):
    for kind, version, spaces in (("Pod", "v1", pods), ("Service", "v1", services), ("Ingress", "networking.k8s.io/v1", ingresses)):
        items = [{"metadata": {"name": "x", "namespace": space}, "spec": {}} for space in spaces]
        listed = {"apiVersion": version, "kind": f"{kind}List", "items": items}
        (tmp_path / f"{kind.lower()}s.json").write_text(json.dumps(listed))
    coverage = knv.load(tmp_path).coverage
    found = {(kind, None if pd.isna(space) else space) for kind, space in zip(coverage["kind"], coverage["namespace"], strict=True)}
    assert found == expected


@pytest.mark.parametrize("packed", [pytest.param(gzip.compress, id="gzip"), pytest.param(zstandard.compress, id="zstd")])
def test_yaml_of_an_archive_that_is_cut_is_not_the_whole_list(packed: Callable[[bytes], bytes]) -> None:
    uids = [random.Random(n).randbytes(300).hex() for n in range(600)]
    items = "".join(f"- metadata:\n    name: p{n:03}\n    namespace: shop\n    uid: {uid}\n" for n, uid in enumerate(uids))
    text = f"kind: PodList\napiVersion: v1\nitems:\n{items}"
    whole = packed(text.encode())
    assert covered(whole) == [("Pod", "shop", True)]
    assert covered(whole[:-400]) == [("Pod", "shop", False)]
    snapshot = knv.load(whole[:-400])
    assert snapshot.pods["pod"].tolist() == [f"p{n:03}" for n in range(len(snapshot.pods))]
    assert (GapReason.TRUNCATED, Kind.POD) in rows_of(snapshot.gaps, "reason", "kind")


def test_folder_of_empty_lists_beside_cluster_scoped_ones_is_one_namespace(tmp_path: Path) -> None:
    nodes, nothing = as_list([node("n")]), as_list([])
    for folder, pods in (("shop", as_list([pod("p", ns="shop")])), ("edge", as_list([pod("q", ns="edge")])), ("kube-public", nothing)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "pods.yaml").write_text(json.dumps(pods))
        (tmp_path / folder / "nodes.yaml").write_text(json.dumps(nodes))
    assert covered(tmp_path) == [("Node", None, True), ("Pod", "edge", True), ("Pod", "kube-public", True), ("Pod", "shop", True)]
