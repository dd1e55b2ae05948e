"""Batches in, structs kept: one pass for a block of one kind, item by item where something does not fit."""

from __future__ import annotations

import json
from typing import Any

import pytest

import k8snetviz as knv
from k8snetviz.collect.batches import Batch, Gap
from k8snetviz.collect.store import ObjectStore
from k8snetviz.model.kinds import GapReason, Kind
from k8snetviz.model.snapshot import Snapshot
from tests.build import as_list, namespace, node, pod, service
from tests.collect.rows import rows_of


def filled(*batches: Batch | tuple[Any, ...]) -> ObjectStore:
    """A store of one source `f.json` and some batches."""
    store = ObjectStore()
    store.source("f.json", "kubectl", "json")
    for batch in batches:
        assert store.add(batch if isinstance(batch, Batch) else Batch(*batch))
    return store


def text(*objects: Any) -> bytes:
    return json.dumps(objects).encode()


def bare(obj: dict[str, Any]) -> dict[str, Any]:
    """As items of typed lists stand: without kind (SN-2)."""
    return {key: value for key, value in obj.items() if key not in ("kind", "apiVersion")}


def unreadable(store: ObjectStore) -> list[tuple[Any, ...]]:
    store.finish()
    return [(gap.kind, gap.namespace, gap.source, gap.detail) for gap in store.gaps if gap.reason is GapReason.UNREADABLE]


def test_kind_told_by_the_list() -> None:
    store = filled((text(bare(pod("a")), bare(pod("b"))), 0, "Pod", "v1"), (text(bare(service("web"))), 0, "Service", "v1"))
    assert store.counts() == {"Pod": 2, "Service": 1}
    assert store.sources[0].objects == 3


def test_kind_told_by_every_item() -> None:
    mixed = [pod("a"), service("web"), pod("b"), {"kind": "ConfigMap", "apiVersion": "v1", "metadata": {"name": "c"}}]
    assert filled((text(*mixed), 0)).counts() == {"Pod": 2, "Service": 1}
    assert filled((text(*[pod("a"), pod("b")]), 0)).counts() == {"Pod": 2}


def test_kind_told_by_self_link() -> None:
    linked = bare(pod("a"))
    linked["metadata"]["selfLink"] = "/api/v1/namespaces/shop/pods/a"
    sliced = {"metadata": {"name": "s", "selfLink": "/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices/s"}, "addressType": "IPv4"}
    foreign = {"metadata": {"name": "s", "selfLink": "/apis/metrics.k8s.io/v1beta1/namespaces/shop/pods/s"}}
    assert filled((text(linked, sliced, foreign, bare(pod("unknown"))), 0)).counts() == {"EndpointSlice": 1, "Pod": 1}


@pytest.mark.parametrize(
    "foreign",
    [
        pytest.param({"kind": "Service", "apiVersion": "serving.knative.dev/v1"}, id="Service of another group"),
        pytest.param({"kind": "PodMetrics", "apiVersion": "metrics.k8s.io/v1beta1"}, id="another kind"),
    ],
)
def test_other_groups_are_not_ours(foreign: dict[str, str]) -> None:
    meta = {"metadata": {"name": "x", "namespace": "shop"}}
    assert filled((text(foreign | meta, service("web")), 0)).counts() == {"Service": 1}
    assert filled((text(service("web"), foreign | meta), 0)).counts() == {"Service": 1}
    assert filled((text(bare(foreign | meta)), 0, foreign["kind"], foreign["apiVersion"])).counts() == {}


def test_ingress_of_two_groups_is_one() -> None:
    old, new = (
        {
            "kind": "Ingress",
            "apiVersion": version,
            "metadata": {"name": "i", "namespace": "shop", "uid": "u", "resourceVersion": "3"},
            "spec": {},
        }
        for version in ("extensions/v1beta1", "networking.k8s.io/v1")
    )
    store = filled((text(old, new), 0))
    assert store.counts() == {"Ingress": 1}
    assert store.sources[0].duplicates == 1


@pytest.mark.parametrize("told", [None, "Pod"])
def test_one_bad_object_costs_one_gap(told: str | None) -> None:
    bad = pod("bad")
    bad["spec"]["containers"] = "none"
    shape = bare if told else dict
    store = filled(Batch(text(*map(shape, [pod("a"), bad, pod("c")])), 0, told, told and "v1", where="byte 100"))
    assert store.counts() == {"Pod": 2}
    assert unreadable(store) == [
        ("Pod", "shop", "f.json", "Pod bad (item 2 from byte 100): Expected `array | null`, got `str` - at `$[0].spec.containers`")
    ]


def test_bad_labels_cost_one_object() -> None:
    bad = pod("bad", labels={"x": 1})  # type: ignore[dict-item]
    store = filled((text(pod("a"), bad), 0))
    assert store.counts() == {"Pod": 1}
    assert unreadable(store) == [("Pod", "shop", "f.json", "Pod bad (item 2): Expected `str | null`, got `int` - at `$[...]`")]


@pytest.mark.parametrize(
    ("item", "said"),
    [
        pytest.param(
            {"kind": "Pod", "apiVersion": "v1", "metadata": {}}, "a Pod without readable name (item 2): it has no name", id="no name"
        ),
        pytest.param(
            {"kind": "Service", "apiVersion": "v1", "metadata": {}},
            "a Service without readable name (item 2): it has no name",
            id="no name, other kind",
        ),
        pytest.param("text", "an object (item 2) is no object of the API: Expected `object`, got `str`", id="no object"),
        pytest.param(
            {"kind": "Pod", "apiVersion": "v1", "metadata": "x"},
            "an object (item 2) is no object of the API: Expected `object | null`, got `str` - at `$.metadata`",
            id="no metadata",
        ),
    ],
)
def test_items_that_are_no_objects(item: Any, said: str) -> None:
    store = filled((text(pod("a"), item), 0))
    assert store.counts() == {"Pod": 1}
    assert [detail for *_, detail in unreadable(store)] == [said]


@pytest.mark.parametrize("items", [b"", b"[", b'[{"kind": "Pod"}', b"{}", b"[{]", b'[{"a":"\xff"}]x'])
def test_text_that_is_no_array_is_handed_back(items: bytes) -> None:
    store = ObjectStore()
    store.source("f.json", "kubectl", "json")
    assert store.add(Batch(items, 0)) is False
    assert store.add(Batch(items, 0, "Pod", "v1")) is False
    assert store.finish().counts() == {}


@pytest.mark.parametrize("told", [None, "Pod"])
def test_a_name_that_is_no_utf8_costs_one_object(told: str | None) -> None:
    """As a page that was changed on its way: files are repaired before they come here."""
    items = text(pod("a"), pod("bxd"), pod("c")).replace(b"bxd", b"b\xffd")
    store = filled(Batch(items, 0, told, told and "v1"))
    assert store.counts() == {"Pod": 2}
    ((kind, *_, detail),) = unreadable(store)
    assert kind == told and "(item 2)" in detail and "utf-8" in detail


def test_deep_nesting_is_no_crash() -> None:
    deep = b'{"kind":"Pod","apiVersion":"v1","metadata":{"name":"d"},"spec":' + b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"}"
    store = ObjectStore()
    store.source("f.json", "kubectl", "json")
    assert store.add(Batch(b"[" + deep + b"]", 0)) in (True, False)


def test_namespace_comes_from_the_object_then_from_the_list() -> None:
    nowhere = {"kind": "Service", "apiVersion": "v1", "metadata": {"name": "x"}}
    store = filled(
        Batch(text(nowhere, service("web", ns="other"), node("n")), 0, scope="shop"), (text(nowhere | {"metadata": {"name": "y"}}), 0)
    )
    assert [(s.metadata.namespace, s.metadata.name) for s in store.objects(Kind.SERVICE)] == [
        ("default", "y"),
        ("other", "web"),
        ("shop", "x"),
    ]
    assert [n.metadata.namespace for n in store.objects(Kind.NODE)] == [None]


def test_inventory_names_the_source() -> None:
    store = filled((text(pod("a"), namespace("shop")), 0))
    store.read(0, 1234)
    snap = Snapshot(store, knv.load(as_list([pod("x")])).provenance)
    assert rows_of(snap.objects) == [
        ("Namespace", None, "shop", "uid-None-shop", "1", "2026-01-01T00:00:00Z", "f.json"),
        ("Pod", "shop", "a", "uid-shop-a", "1", "2026-01-01T00:00:00Z", "f.json"),
    ]
    assert rows_of(snap.sources) == [("f.json", "kubectl", "json", 2, 0, 1234)]


def test_gaps_that_reading_tells_are_kept_once() -> None:
    store = filled((text(pod("a")), 0))
    for _ in range(2):
        store.gap(Gap(GapReason.FORBIDDEN, "refused", Kind.NETWORK_POLICY))
    gaps = [(gap.reason, gap.detail) for gap in store.finish().gaps if gap.kind == Kind.NETWORK_POLICY]
    assert gaps == [(GapReason.FORBIDDEN, "refused")]


def test_bad_addresses_are_one_gap_for_a_kind_and_source() -> None:
    objects = [
        pod("a", ips=("hidden-1",)),
        pod("b", ips=("hidden-2",)),
        pod("c"),
        service("web", cluster_ips=("x.x.x.x",)),
        service("n", cluster_ips=("None",)),
    ]
    gaps = knv.load(as_list(objects)).gaps
    assert rows_of(gaps[gaps["reason"] == "BAD_ADDRESS"], "kind", "source", "detail") == [
        ("Pod", "memory", "2 addresses do not parse; the text is kept: 'hidden-1' of pod a"),
        ("Service", "memory", "1 address does not parse; the text is kept: 'x.x.x.x' of web"),
    ]


def test_nulls_are_read_as_go_reads_them() -> None:
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "web", "namespace": "shop", "labels": {"team": None}},
        "spec": {"selector": {"app": None, "tier": "front"}, "ports": [{"port": 80, "protocol": None, "name": None}]},
    }
    broken = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "x", "labels": {"team": None}}, "spec": {"ports": [None]}}
    snapshot = knv.load([service, broken])
    assert rows_of(snapshot.labels) == [("Service", "shop", "web", "team", "")]
    assert rows_of(snapshot.selectors, "name", "key", "value") == [("web", "app", ""), ("web", "tier", "front")]
    assert rows_of(snapshot.service_ports, "service", "port", "protocol") == [("web", 80, "TCP")]
    assert snapshot.gaps[snapshot.gaps["reason"] == "UNREADABLE"]["detail"].str.startswith("Service x (item 2").tolist() == [True]
