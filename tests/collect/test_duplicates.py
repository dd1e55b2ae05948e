"""The same object several times (SN-11)."""

from __future__ import annotations

import json
from typing import Any

import pytest

import k8snetviz as knv
from tests.build import as_list, pod, service
from tests.collect.rows import rows_of

Copy = tuple[str | None, str | None, str]  # uid, resourceVersion, creationTimestamp
OLD, NEW = "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"


def copies(kind: str, given: list[Copy]) -> list[dict[str, Any]]:
    """Copies of one object; each says its place in a field that tables show."""
    out = []
    for place, (uid, version, created) in enumerate(given):
        one = pod("web", node=f"n{place}") if kind == "Pod" else service("web", loadBalancerClass=f"n{place}")
        one["metadata"] |= {"uid": uid, "resourceVersion": version, "creationTimestamp": created}
        out.append(one)
    return out


@pytest.mark.parametrize("kind", ["Pod", "Service"])
@pytest.mark.parametrize(
    ("given", "kept", "replaced"),
    [
        pytest.param([("u", "9", OLD), ("u", "10", OLD)], 1, None, id="higher version, as integers"),
        pytest.param([("u", "10", OLD), ("u", "9", OLD)], 0, None, id="higher version came first"),
        pytest.param([("u", "5", OLD), ("u", "5", OLD)], 1, None, id="equal: the later one"),
        pytest.param([("u", "5", OLD), ("u", None, OLD)], 0, None, id="without version loses"),
        pytest.param([("u", None, OLD), ("u", "5", OLD)], 1, None, id="without version loses, whatever the order"),
        pytest.param([("u", "b", OLD), ("u", "a", OLD)], 0, None, id="versions that are no integers"),
        pytest.param([(None, None, OLD), (None, None, OLD)], 1, None, id="manifests: the later one"),
        pytest.param([("u", "5", OLD), (None, "7", OLD)], 1, None, id="uid missing"),
        pytest.param([("hash", None, NEW), ("u", "5", OLD)], 1, None, id="a kubelet's view of a static pod"),
        pytest.param([("old", "9", OLD), ("new", "3", NEW)], 1, "old", id="made anew"),
        pytest.param([("new", "3", NEW), ("old", "9", OLD)], 0, "old", id="made anew, newer one first"),
        pytest.param([("a", "1", OLD), ("b", "2", NEW), ("b", "3", NEW)], 2, "a", id="three"),
    ],
)
def test_which_copy_is_kept(kind: str, given: list[Copy], kept: int, replaced: str | None) -> None:
    snap = knv.load(as_list(copies(kind, given)))
    shown = snap.pods["node"] if kind == "Pod" else snap.services["load_balancer_class"]
    assert shown.tolist() == [f"n{kept}"]
    assert snap.sources["duplicates"].tolist() == [len(given) - 1]
    gaps = snap.gaps[snap.gaps["reason"] == "REPLACED"]
    assert rows_of(gaps, "kind", "namespace") == ([(kind, "shop")] if replaced else [])
    assert all(f"uid {replaced} was dropped" in detail for detail in gaps["detail"])


def test_copies_are_counted_where_they_were_dropped() -> None:
    parts = [as_list(copies("Pod", [("u", version, OLD)])) for version in ("5", "7", "6")]
    store_snap = knv.load([json.dumps(part).encode() for part in parts])
    assert store_snap.sources["objects"].tolist() == [1, 1, 1]
    assert store_snap.sources["duplicates"].sum() == 2
    assert len(store_snap.pods) == 1


def test_same_name_in_two_namespaces_is_no_copy() -> None:
    snap = knv.load(as_list([pod("a", ns="x"), pod("a", ns="y")]))
    assert rows_of(snap.pods, "namespace", "pod") == [("x", "a"), ("y", "a")]
    assert snap.sources["duplicates"].tolist() == [0]
