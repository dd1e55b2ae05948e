from __future__ import annotations

import pytest

from k8snetviz.views.ledger_marks import homes, links, members, pairs
from tests.views.frames import absent, backend, backends, not_ready, state, states

ONE = states(state())


@pytest.mark.parametrize(
    ("rows", "mark"),
    [
        pytest.param([backend()], "ready", id="ready"),
        pytest.param([not_ready()], "not ready", id="not ready"),
        pytest.param([absent()], "absent", id="absent"),
        pytest.param([backend(), absent(port=81, port_name="admin")], "not ready", id="one of two ports"),
        pytest.param([backend(), absent(family="IPv6", reason="FAMILY_MISSING")], "ready", id="one of two families"),
        pytest.param([absent(reason="TERMINAL_PHASE")], "not counted", id="finished"),
        pytest.param([absent(selected=False, observed="ready", drift="foreign", reason="SELECTOR_MISMATCH")], "absent", id="foreign"),
        pytest.param([backend(expected="unknown", observed="unknown", drift="unknown", serves=False)], "not counted", id="unknown"),
        pytest.param([backend(observed="absent", drift="missing", serves=False)], "absent", id="missing in the slices"),
        pytest.param(
            [backend(expected="terminating", observed="terminating", serves=False, reason="TERMINATING")], "not counted", id="terminating"
        ),
        pytest.param([absent(pod=None, selected=None, observed="ready", drift="stale", reason="NO_SUCH_POD")], "absent", id="stale"),
    ],
)
def test_the_mark_of_a_pod(rows, mark):
    assert pairs(backends(*rows), ONE)["mark"].tolist() == [mark]


@pytest.mark.parametrize(
    ("rows", "state", "ready", "counted"),
    [
        pytest.param([backend(), backend(pod="web-1")], "serving", 2, 2, id="all"),
        pytest.param([backend(), not_ready(pod="web-1")], "degraded", 1, 2, id="some"),
        pytest.param([not_ready(), absent(pod="web-1")], "down", 0, 2, id="none"),
        pytest.param([absent(reason="TERMINAL_PHASE")], "empty", 0, 0, id="nothing counted"),
        pytest.param([backend(), absent(pod="web-1", reason="TERMINAL_PHASE")], "serving", 1, 1, id="finished ones do not count"),
    ],
)
def test_the_state_of_a_link(rows, state, ready, counted):
    (link,) = links(pairs(backends(*rows), ONE)).to_dict("records")
    assert (link["state"], link["ready"], link["counted"]) == (state, ready, counted)


def test_a_pod_of_two_services_is_half_when_one_of_them_lacks_it():
    both = states(state("shop/admin", "down"), state("shop/web"))
    rows = members(pairs(backends(absent("shop/admin"), backend("shop/web")), both))
    assert rows[["member", "mark", "services"]].values.tolist() == [["web-0", "not ready", 2]]


def test_groups_of_pods_without_workload_and_of_addresses():
    rows = [
        backend(pod="solo", workload=None, workload_kind=None),
        backend(pod=None, address="192.0.2.1", expected=None, selected=None),
        backend(pod=None, address="192.0.2.2", expected=None, selected=None),
    ]
    found = links(pairs(backends(*rows), ONE))
    assert found[["group_kind", "group", "members"]].values.tolist() == [["Pod", "of shop/web", 1], ["address", "of shop/web", 2]]


def test_services_that_are_not_asked_for_are_left_out():
    assert len(pairs(backends(backend("shop/web"), backend("shop/other")), ONE)) == 1


def test_nothing_gives_nothing():
    found = pairs(backends(), ONE)
    assert len(found) == len(links(found)) == len(members(found)) == len(homes(members(found), "node")) == 0


def test_homes_say_whether_anything_serves_there():
    rows = [backend(), not_ready(pod="web-1"), not_ready(pod="web-2", node="node-b"), backend(pod="web-3", node=None)]
    found = homes(members(pairs(backends(*rows), ONE)), "node")
    assert found[["node", "members", "serves"]].values.tolist() == [["node-a", 2, True], ["node-b", 1, False]]
