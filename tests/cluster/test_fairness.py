"""API priority and fairness so tight that the real server answers 429: waited for, and told where it never ends."""

from __future__ import annotations

import json
import threading
import time

import pytest

from k8snetviz.collect.live.collect import collect
from k8snetviz.collect.live.patience import Patience
from k8snetviz.collect.live.watching import watch
from k8snetviz.model.kinds import Kind
from tests.cluster import objects
from tests.cluster.proxy import proxied
from tests.cluster.test_collect import differing, live

pytestmark = pytest.mark.cluster
_FLOW = "/apis/flowcontrol.apiserver.k8s.io/v1"
_BUSY = 429
_TIGHT = ["--max-requests-inflight=20", "--max-mutating-requests-inflight=20"]  # 40 seats for all; one share of them is one seat
STUBBORN = Patience(tries=40, first_s=0.1)


@pytest.fixture(scope="module")
def small(crowd):
    """A server with few seats."""
    crowd.kill("kube-apiserver")
    crowd.start_server(_TIGHT)
    return crowd


@pytest.fixture
def tight(small, request):
    """The user reader has one seat, and a queue of one behind it; a level of its own for each test, since the server remembers refusals."""
    name = request.node.name.replace("_", "-")
    limited = {
        "nominalConcurrencyShares": 1,
        "lendablePercent": 0,
        "borrowingLimitPercent": 0,
        "limitResponse": {"type": "Queue", "queuing": {"queues": 1, "handSize": 1, "queueLengthLimit": 1}},
    }
    level = {"metadata": {"name": name}, "spec": {"type": "Limited", "limited": limited}}
    rule = {
        "subjects": [{"kind": "User", "user": {"name": "reader"}}],
        "resourceRules": [{"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"], "namespaces": ["*"], "clusterScope": True}],
    }
    flow = {"priorityLevelConfiguration": {"name": name}, "matchingPrecedence": 50, "rules": [rule]}
    objects.ok(small.raw("POST", f"{_FLOW}/prioritylevelconfigurations", level))
    objects.ok(small.raw("POST", f"{_FLOW}/flowschemas", {"metadata": {"name": name}, "spec": flow}))
    with load(small, 4):
        objects.quiet(lambda: _BUSY in {small.raw("GET", "/api/v1/pods?limit=1", user="reader")[0] for _ in range(10)})
    yield small
    objects.ok(small.raw("DELETE", f"{_FLOW}/flowschemas/{name}"))
    objects.ok(small.raw("DELETE", f"{_FLOW}/prioritylevelconfigurations/{name}"))


class load:
    """Keeps the seat and the queue of the user reader taken, with so many who ask all the time."""

    def __init__(self, plane, many):
        self._plane = plane
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._ask) for _ in range(many)]

    def _ask(self):
        while not self._stop.is_set():
            if self._plane.raw("GET", "/api/v1/pods?limit=500", user="reader")[0] == _BUSY:
                time.sleep(0.02)

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def stop(self):
        self._stop.set()

    def __exit__(self, *_):
        self.stop()
        for thread in self._threads:
            thread.join()


def refusals(proxy):
    return [said for said in proxy.said if said.status == _BUSY]


def test_collect_waits_until_it_gets_a_seat(tight):
    """Six lists at once and two others who ask all the time, for one seat: refused and refused, and whole in the end."""
    others = load(tight, 2)
    with proxied(tight) as proxy, others:
        proxy.trouble = lambda said: others.stop() if len(refusals(proxy)) > 5 else None
        snap = collect(kubeconfig=tight.kubeconfig("reader", server=proxy.url), page_size=200, at_once=6, patience=STUBBORN)
    asked = [int(said.retry_after) for said in refusals(proxy)]
    print(f"{len(asked)} refusals, Retry-After {min(asked)} to {max(asked)} s")
    assert len(asked) >= 3 and min(asked) >= 1
    assert snap.gaps.empty and differing(snap, live(tight)) == []


def test_collect_ends_and_tells_where_a_seat_never_comes(tight):
    with proxied(tight) as proxy, load(tight, 8):
        began = time.monotonic()
        snap = collect(kubeconfig=tight.kubeconfig("reader", server=proxy.url), at_once=24, patience=Patience(tries=1, first_s=0.1))
        took = time.monotonic() - began
    assert took < 60 and refusals(proxy)
    assert len(snap.gaps) and set(snap.gaps["reason"]) <= {"ERROR", "TRUNCATED"}
    assert snap.gaps["detail"].str.contains("oo many requests").all()
    assert not any(snap.knows(Kind(kind)) for kind in snap.gaps["kind"])


def test_watch_copes_with_too_many_requests(tight):
    """It begins while there is hardly a seat, is cut off in the middle, and is up to date once the others are gone."""
    others = load(tight, 2)
    with others, proxied(tight) as proxy, watch(kubeconfig=tight.kubeconfig("reader", server=proxy.url), patience=STUBBORN) as followed:
        proxy.close()
        objects.quiet(lambda: not followed.connected)
        objects.pod(tight, "crowd", "seat", {"app": "p"}, nodeName="node-a")
        proxy.open()
        objects.quiet(lambda: refusals(proxy))
        others.stop()
        objects.quiet(lambda: followed.connected and differing(followed.snapshot(), live(tight)) == [], 60)
        assert followed.snapshot().gaps.empty and "seat" in set(followed.snapshot().pods["pod"])


def test_what_the_server_wrote_of_it(small):
    """The audit log has the refusals, and still nothing but reading."""
    asked = [json.loads(line) for line in small.audit_log.read_text().splitlines()]
    mine = [each for each in asked if each["user"]["username"] == "reader"]
    assert [each for each in mine if each["responseStatus"]["code"] == _BUSY]
    assert {each["verb"] for each in mine} <= {"get", "list", "watch"}
