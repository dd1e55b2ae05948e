"""``watch`` against the real API server: what it holds after changes is what a new collection holds; silence is told."""

from __future__ import annotations

import time

import pytest

import k8snetviz as knv
from k8snetviz.collect.live.collect import collect
from k8snetviz.collect.live.watching import watch
from tests.cluster import objects
from tests.cluster.test_collect import differing

pytestmark = pytest.mark.cluster


@pytest.fixture(scope="module")
def stage(plane):
    if plane.raw("GET", "/api/v1/nodes/node-a")[0] != 200:
        objects.node(plane, "node-a", "10.0.0.1", "zone-1")
    objects.namespace(plane, "stage")
    objects.service(plane, "stage", "web", selector={"app": "web"}, ports=[{"port": 80, "targetPort": 8080}])
    return plane


@pytest.fixture
def live(stage):
    with watch(kubeconfig=stage.kubeconfig("admin")) as followed:
        yield followed


def state_of(live):
    states = knv.service_states(live.snapshot())
    return states.set_index(["namespace", "service"])["state"].get(("stage", "web"))


def test_changes_arrive_and_old_snapshots_stay(stage, live):
    before = live.snapshot()
    assert state_of(live) == "down" and live.connected and live.age_s == 0
    objects.pod(stage, "stage", "web-0", {"app": "web"}, nodeName="node-a")
    objects.running(stage, "stage", "web-0", ["10.244.9.5"])
    began = time.monotonic()
    objects.quiet(lambda: state_of(live) == "serving", 20)
    print(f"seen {time.monotonic() - began:.1f} s after it was reported")
    assert (before.pods["namespace"] == "stage").sum() == 0
    objects.ok(stage.raw("DELETE", "/api/v1/namespaces/stage/pods/web-0?gracePeriodSeconds=0"))
    objects.quiet(lambda: state_of(live) == "down", 20)


def test_what_was_watched_is_what_is_collected(stage, live):
    for number in range(30):
        objects.pod(stage, "stage", f"p-{number}", {"app": "p"}, nodeName="node-a")
    for number in range(0, 30, 3):
        objects.ok(stage.raw("DELETE", f"/api/v1/namespaces/stage/pods/p-{number}?gracePeriodSeconds=0"))
    objects.quiet(lambda: differing(live.snapshot(), collect(kubeconfig=stage.kubeconfig("admin"))) == [], 30)
    assert live.snapshot().gaps.empty


def test_a_server_that_is_gone_is_told_and_its_return_is_caught_up(stage, live):
    stage.kill("kube-apiserver")
    objects.quiet(lambda: not live.connected, 10)
    time.sleep(1)
    assert live.age_s >= 1 and "not heard for" in repr(live) and len(live.snapshot().services) > 0
    stage.start_server()
    objects.pod(stage, "stage", "late", {"app": "late"}, nodeName="node-a")
    objects.quiet(lambda: live.connected and "late" in set(live.snapshot().pods["pod"]), 60)
    assert live.age_s == 0
