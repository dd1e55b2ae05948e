"""Several moments in one data block: what stays stands once, what changed with its time, every moment is as it would be alone."""

from __future__ import annotations

import json
import zlib

import pytest

import k8snetviz as knv
from k8snetviz.errors import UnknownReference
from k8snetviz.widgets.data_block import data_block
from k8snetviz.widgets.moments import block_of
from k8snetviz.widgets.spans import Spans
from tests.build import as_list, endpoint, endpoint_slice, pod, port, service
from tests.widgets.shop import hostile, shop


@pytest.fixture(scope="module")
def before():
    return knv.sample("before")


@pytest.fixture(scope="module")
def during():
    return knv.sample("during")


def read(block):
    return json.loads(zlib.decompress(block.packed))


def column(table, name):
    found = table["columns"][name]
    return found["v"] if "v" in found else [None if code < 0 else found["d"][code] for code in found["i"]]


def crowd(waiting, gone=(), **services):
    """A cluster without slices: so many pods by Service, those named in `waiting` are not ready, those in `gone` are not there."""
    objects = []
    for name, number in services.items():
        objects.append(service(name, selector={"app": name}))
        for each in (f"{name}-{place}" for place in range(number)):
            if each not in gone:
                address = f"10.{ord(name[0])}.{len(name)}.{int(each.rpartition('-')[2]) + 1}"
                objects.append(pod(each, labels={"app": name}, ips=(address,), ready=each not in waiting, ports=(port(8080),)))
    return knv.load(as_list(objects))


def test_rows_hold_from_one_moment_to_another_and_one_that_comes_back_is_another():
    spans = Spans()
    for rows in (["a", "b"], ["a", "b"], ["b", "c"], ["a", "b", "b"]):
        spans.add([(row,) for row in rows])
    assert list(zip([row for (row,) in spans.rows], spans.since, spans.until, strict=True)) == [
        ("a", 0, 1),
        ("b", 0, 3),
        ("c", 2, 2),
        ("a", 3, 3),
        ("b", 3, 3),
    ]
    assert [ids.tolist() for ids in spans.moments] == [[0, 1], [0, 1], [1, 2], [3, 1, 4]]


def test_equal_snapshots_cost_next_to_nothing(before, during):
    one, two, ten = (len(block_of([during] * times).packed) for times in (1, 2, 10))
    assert read(block_of([during] * 10))["rows"]["n"] == len(data_block(during).rows)
    assert two - one < 200 and ten - two < 400
    assert len(block_of([before, during]).packed) < 0.8 * (len(data_block(before).packed) + one)


def test_every_moment_is_as_it_would_be_alone(before, during):
    snaps = [before, during, before, shop(), during]
    block = block_of(snaps)
    for place, snap in enumerate(snaps):
        alone, at = data_block(snap), block.at(place)
        assert at.states.equals(alone.states) and at.backends.equals(alone.backends) and at.uid == block.uid
        assert at.rows["position"].tolist() == alone.rows["position"].tolist()
        assert sorted(at.entries) == sorted(alone.entries)


def test_one_snapshot_is_the_block_that_it_always_was(during):
    assert block_of([during], "shop/cart").packed == data_block(during, "shop/cart").packed
    assert read(block_of([during]))["v"] == 1 and read(block_of([during, during]))["v"] == 2


def test_the_same_snapshots_give_the_same_bytes(before, during):
    assert block_of([before, during]).packed == block_of([knv.sample("before"), knv.sample("during")]).packed


def test_a_service_chosen_in_advance_is_one_of_the_last_moment(before, during):
    block = block_of([before, during], "shop/cart")
    assert read(block)["select"] == block.select == "shop/cart"
    with pytest.raises(UnknownReference, match="shop/cart"):
        block_of([before, during], "shop/crat")
    assert read(block_of([shop(), during], "edge/gateway"))["select"] == "edge/gateway"  # not there before


def test_beyond_the_limit_what_is_broken_or_changed_is_inside_and_the_rest_is_counted():
    first = crowd(waiting=["a-0"], a=30, b=30, c=30)
    second = crowd(waiting=["a-0"], gone=["b-7"], a=30, b=30, c=30)
    third = crowd(waiting=["a-0", "c-9"], gone=["b-7"], a=30, b=30, c=30)
    said = read(block_of([first, second, third], limit=12))
    rows = said["rows"]
    told = list(zip(column(rows, "pod"), column(rows, "serves"), column(rows, "from"), column(rows, "to"), strict=True))
    assert len(told) <= 12
    assert {("a-0", 0, 0, 2), ("b-7", 1, 0, 0), ("c-9", 1, 0, 1), ("c-9", 0, 2, 2)} <= set(told)
    assert [(head["rows"], head["left"], head["left_broken"]) for head in said["heads"]] == [(90, 79, 0), (89, 79, 0), (89, 79, 0)]


def test_what_is_left_out_of_one_moment_never_looks_new_or_gone():
    """All moments of a pod are inside, or none."""
    first = crowd(waiting=[f"a-{place}" for place in range(8)], a=12, b=12)
    second = crowd(waiting=[f"b-{place}" for place in range(8)], a=12, b=12)
    block = block_of([first, second], limit=17)
    said = read(block)
    pods = column(said["rows"], "pod")
    spans = {
        name: sorted(
            span for each, *span in zip(pods, column(said["rows"], "from"), column(said["rows"], "to"), strict=True) if each == name
        )
        for name in pods
    }
    assert len(pods) <= 17 and all(each in ([[0, 1]], [[0, 0], [1, 1]]) for each in spans.values())
    assert len(block.at(0).rows) == len(block.at(1).rows) == len(spans)


def test_the_chosen_service_is_inside_before_what_is_broken():
    first = crowd(waiting=[f"a-{place}" for place in range(20)], a=20, whole=4)
    block = block_of([first, crowd(waiting=[], a=20, whole=4)], "shop/whole", limit=12)
    assert set(column(read(block)["rows"], "pod")) >= {f"whole-{place}" for place in range(4)}


def test_services_of_equal_texts_are_told_apart():
    long = "x" * 500
    objects = [service(long + end, selector={"app": end}) for end in "ab"]
    block = block_of([knv.load(as_list(objects)), knv.load(as_list([*objects, service("c", selector={"app": "c"})]))])
    said = read(block)
    assert sorted(column(said["services"], "number")) == [0, 1, 2] and block.at(0).states["service"].tolist() == [long + "a", long + "b"]


def test_hostile_texts_are_carried_as_text():
    one = block_of([shop(), hostile()])
    assert sorted(one.at(1).states["service"]) == sorted(data_block(hostile()).states["service"])
    assert "\x1b" not in zlib.decompress(one.packed).decode()


def test_a_flapping_endpoint_is_a_row_for_each_time():
    ends = [
        endpoint_slice("web", (endpoint("10.244.0.5", target="web-0", conditions={"ready": up, "serving": up}),)) for up in (True, False)
    ]
    snaps = [
        knv.load(
            as_list(
                [service("web", selector={"app": "web"}), pod("web-0", labels={"app": "web"}, ips=("10.244.0.5",), ready=up), ends[not up]]
            )
        )
        for up in (True, False)
    ]
    rows = read(block_of([snaps[0], snaps[1], snaps[0], snaps[0]]))["rows"]
    assert sorted(zip(column(rows, "from"), column(rows, "to"), column(rows, "serves"), strict=True)) == [(0, 0, 1), (1, 1, 0), (2, 3, 1)]
