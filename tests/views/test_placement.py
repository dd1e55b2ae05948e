from __future__ import annotations

import pytest

from k8snetviz.views.placement import placement_picture
from tests.views.frames import Row, absent, backend, backends, named, not_ready, snapshot, state, states, words


def node(name: str, zone: str | None = "zone-1", status: str | None = "True") -> Row:
    return {"node": name, "zone": zone, "ready_status": status, "unschedulable": False}


NODES = [node("node-a"), node("node-b", "zone-2"), node("node-c", "zone-2", "Unknown")]


def snap(*nodes: Row, **more):
    return snapshot(nodes=list(nodes or NODES), **more)


def placed(pod: str, at: str, zone: str | None, **more) -> Row:
    return backend(**({"pod": pod, "node": at, "zone": zone, "address": f"10.0.0.{len(pod)}"} | more))


def spread(*rows: Row, answer: Row | None = None, **options):
    return placement_picture(snap(), states(answer or state(ready=2, nodes=2, zones=2)), backends(*rows), **options)


def told(drawn, name: str = "Service") -> list[str]:
    """What the mouse is told of where each Service has its backends."""
    return [row[2] for row in named(drawn, name).customdata]


def test_backends_by_node():
    drawn = spread(placed("web-0", "node-a", "zone-1"), placed("web-1", "node-b", "zone-2"))
    assert told(drawn) == ["node-a 1, node-b 1"]
    assert {"<b>node-a</b>", "<b>node-b</b>", "zone-1", "zone-2", "2 ready · 2 nodes · 2 zones"} <= set(words(drawn))
    assert drawn.alt == "Placement in shop-prod: 1 Service on 3 nodes, 1 serving."


def test_a_cell_counts_what_serves_of_what_counts():
    rows = (
        placed("web-0", "node-a", "zone-1"),
        not_ready(pod="web-1", node="node-a"),
        absent(pod="web-2", node="node-b", zone="zone-2"),
        absent(pod="web-3", node="node-b", zone="zone-2", reason="TERMINAL_PHASE"),  # has ended: does not count
    )
    assert told(spread(*rows)) == ["node-a 1/2, node-b 0/1"]


def test_one_pod_counts_once_for_all_ports_and_families():
    rows = (placed("web-0", "node-a", "zone-1"), placed("web-0", "node-a", "zone-1", family="IPv6", address="fd00::1"))
    assert told(spread(*rows)) == ["node-a 1"]


def test_a_backend_that_serves_one_of_two_ports_is_marked():
    rows = (placed("web-0", "node-a", "zone-1"), absent(pod="web-0", node="node-a", zone="zone-1", port=81, port_name="admin"))
    drawn = spread(*rows)
    assert told(drawn) == ["node-a 1*"] and "*: not on every port." in " ".join(words(drawn))


def test_a_node_that_is_not_ready_says_so_in_a_word():
    drawn = spread(placed("web-0", "node-c", "zone-2"))
    assert "NotReady" in words(drawn)
    assert named(drawn, "Node").customdata[2] == ["node-c", "NotReady (no word from its kubelet)", "serving: 1 of 1 backend"]


def test_nodes_that_serve_nothing_are_counted():
    assert "2 nodes serve nothing" in words(spread(placed("web-0", "node-a", "zone-1")))


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param([placed("web-0", "node-b", "zone-2"), placed("web-1", "node-b", "zone-2")], "2 ready, all on one node", id="one node"),
        pytest.param([placed("web-0", "node-b", "zone-2"), placed("web-1", "node-c", "zone-2")], "2 ready, all in one zone", id="one zone"),
        pytest.param([placed("web-0", "node-b", "zone-2"), placed("web-1", "node-a", "zone-1")], None, id="two zones"),
        pytest.param([placed("web-0", "node-b", "zone-2"), placed("web-1", "node-x", None)], None, id="another zone is not known"),
        pytest.param([placed("web-0", "node-b", "zone-2"), not_ready(pod="web-1", node="node-a")], None, id="one backend is no choice"),
    ],
)
def test_what_stands_in_one_place_only(rows, expected):
    shown = words(spread(*rows))
    assert [text for text in shown if "all on one" in text or "all in one" in text] == ([expected] if expected else [])


def test_in_a_cluster_of_one_node_nothing_stands_out():
    drawn = placement_picture(
        snap(node("node-a")),
        states(state(ready=2, nodes=1, zones=1)),
        backends(placed("web-0", "node-a", "zone-1"), placed("web-1", "node-a", "zone-1")),
    )
    assert "2 ready · 1 node · 1 zone" in words(drawn)


def test_broken_services_first_then_those_in_one_place():
    answers = states(
        *(state(f"shop/{name}", ready=2, nodes=2, zones=2) for name in ("a", "b")), state("shop/z", "down", reason="SELECTS_NOTHING")
    )
    rows = [
        backend("shop/a", "a-0"),
        backend("shop/a", "a-1", node="node-b", zone="zone-2"),
        backend("shop/b", "b-0"),
        backend("shop/b", "b-1"),
    ]
    drawn = placement_picture(snap(), answers, backends(*rows))
    assert [row[0] for row in named(drawn, "Service").customdata] == ["shop/z", "shop/b", "shop/a"]
    assert "down: SELECTS_NOTHING" in words(drawn)
    assert drawn.alt.endswith("1 down, 2 serving; backends all on one node: 1, all in one zone: 0.")


def test_the_rest_is_counted():
    answers = states(*(state(f"shop/s{number:02}", nodes=1, zones=1) for number in range(30)), state("shop/z", "down"))
    drawn = placement_picture(snap(), answers, backends(), limit=10)
    assert "21 more Services: 21 serving" in words(drawn)
    assert any(text.startswith("10 of 31 Services, what is broken first.") for text in words(drawn))


def test_many_nodes_are_drawn_as_zones():
    nodes = [node(f"node-{number:02}", f"zone-{number % 3}", "False" if number == 4 else "True") for number in range(30)]
    rows = [placed(f"web-{number}", f"node-{number:02}", f"zone-{number % 3}") for number in range(20)]
    drawn = placement_picture(snap(*nodes), states(state(ready=20, nodes=20, zones=3)), backends(*rows))
    assert told(drawn) == ["zone-0 7, zone-1 7, zone-2 6"]
    assert {"10 nodes", "1 of 10 down"} <= set(words(drawn)) and drawn.alt.startswith("Placement in shop-prod: 1 Service on 3 zones")


def test_many_zones_are_folded_and_counted():
    nodes = [node(f"node-{number:02}", f"zone-{number:02}") for number in range(40)]
    drawn = placement_picture(snap(*nodes), states(state()), backends(placed("web-0", "node-39", "zone-39")))
    assert told(drawn) == ["25 other zones 1"] and "25 other zones, 25 nodes" in words(drawn)
    assert drawn.alt.startswith("Placement in shop-prod: 1 Service on 40 zones")


def test_narrow_columns_have_numbers_and_a_key():
    nodes = [node(f"node-{number:02}", None, "False" if number == 3 else "True") for number in range(16)]
    rows = [placed(f"web-{number}", "node-03", None, serves=number > 0) for number in range(256)]
    drawn = placement_picture(snap(*nodes), states(state(ready=255, nodes=1)), backends(*rows))
    assert {"<b>16</b>", "NotReady: node-03, no zone", "node-15, no zone", "99%"} <= set(words(drawn))


def test_addresses_of_no_node_have_their_column():
    drawn = spread(backend(pod=None, address="192.0.2.7", node=None, zone=None, expected=None, selected=None))
    assert told(drawn) == ["no node 1"] and drawn.alt.startswith("Placement in shop-prod: 1 Service on 3 nodes")


@pytest.mark.parametrize(
    ("answer", "cell", "where"),
    [
        pytest.param(state(state="external", ready=0), "external: no backend of its own", "", id="ExternalName"),
        pytest.param(state(state="unknown", ready=None, reason="NOT_COLLECTED"), "unknown: NOT_COLLECTED", "not known", id="not known"),
        pytest.param(state(state="empty", ready=0, reason="SCALED_TO_ZERO"), "empty: SCALED_TO_ZERO", "nowhere", id="empty"),
    ],
)
def test_a_service_without_backends_says_why(answer, cell, where):
    shown = words(spread(answer=answer))
    assert cell in shown and (where in shown or not where)


def test_no_nodes_at_all():
    drawn = placement_picture(snapshot(read=("Service",)), states(state(state="unknown", ready=None)), backends())
    assert "no node holds a backend" in words(drawn) and "Nodes: not collected." in " ".join(words(drawn))


def test_nothing_to_draw():
    drawn = placement_picture(snapshot(), states(), backends())
    assert "No Services" in words(drawn) and drawn.alt == "Placement of shop-prod: No Services."


def test_hostile_names_are_only_text():
    rows = [backend('shop/<a href="x">$y$', "p-0", node="<b>n</b>", zone="<i>z")]
    drawn = placement_picture(snap(), states(state('shop/<a href="x">$y$', reason="NOT_READY", detail="<u>d")), backends(*rows))
    for text in (drawn.to_json(), drawn.svg()):
        assert "<a " not in text and "<b>n<" not in text and "<i>z" not in text and "<u>" not in text
    assert "$y$" not in drawn.to_json()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_both_themes_are_drawn_without_a_browser_and_alike_each_time(theme):
    rows = [placed("web-0", "node-a", "zone-1"), not_ready(pod="web-1", node="node-c", zone="zone-2")]
    drawn = spread(*rows, theme=theme)
    assert drawn.png() and drawn.svg() == spread(*reversed(rows), theme=theme).svg()


HINT_COLUMNS = ("namespace", "slice", "service", "address", "scope", "place")


def hinted(*told: tuple[str, str]) -> list[Row]:
    return [dict(zip(HINT_COLUMNS, ("shop", "web-1", "web", address, "zone", place), strict=True)) for address, place in told]


@pytest.mark.parametrize(
    ("told", "mark", "said"),
    [
        pytest.param((), "2 ready · 2 nodes · 2 zones", "none there.", id="no hints"),
        pytest.param(
            (("10.0.0.1", "zone-1"), ("10.0.0.2", "zone-2")),
            "2 ready · 2 zones · hints",
            "Hints: each endpoint is meant for",
            id="all of them",
        ),
        pytest.param(
            (("10.0.0.1", "zone-1"),),
            "2 ready · 2 zones · hints*",
            "Hints*: an endpoint has none, so its port ignores them (KX-12).",
            id="one",
        ),
    ],
)
def test_hints_are_marked(told, mark, said):
    same = {"namespace": "shop", "slice": "web-1", "service": "web", "serving": True, "terminating": False}
    ends = [same | {"address": f"10.0.0.{number}", "ready": number < 3} for number in (1, 2, 3)]  # the third is not ready
    found = snap(slice_endpoints=ends, endpoint_hints=hinted(*told))
    drawn = placement_picture(found, states(state(ready=2, nodes=2, zones=2)), backends(placed("web-0", "node-a", "zone-1")))
    assert mark in words(drawn) and said in " ".join(words(drawn))
