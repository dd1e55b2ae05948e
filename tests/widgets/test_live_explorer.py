"""The explorer of a live cluster seen from Python: brought up to date in place, with its age, until it is ended."""

from __future__ import annotations

import gc
import json
import re
import threading
import time
import zlib

import pytest

import k8snetviz as knv
from k8snetviz.collect.live.patience import Patience
from k8snetviz.collect.live.watching import watch
from k8snetviz.widgets import following
from tests.build import endpoint, endpoint_slice, pod, service
from tests.collect.live.server import Api, serving

PODS = "/api/v1/pods"
SLICES = "/apis/discovery.k8s.io/v1/endpointslices"


def web(number, **more):
    return pod(f"web-{number}", labels={"app": "web"}, ips=(f"10.244.0.{number + 1}",), **more)


def ends(*numbers):
    return endpoint_slice("web", tuple(endpoint(f"10.244.0.{number + 1}", target=f"web-{number}") for number in numbers))


@pytest.fixture
def api():
    made = Api()
    made.holds("/api/v1/namespaces", "Namespace", [{"metadata": {"name": "shop"}}])
    made.holds("/api/v1/nodes", "Node", [{"metadata": {"name": "node-a"}}])
    made.holds("/api/v1/services", "Service", [service("web", selector={"app": "web"}), service("idle", selector={"app": "idle"})])
    made.holds(PODS, "Pod", [web(0), web(1)])
    made.holds(SLICES, "EndpointSlice", [ends(0, 1)], "discovery.k8s.io/v1")
    return made


@pytest.fixture
def live(api, tmp_path):
    with serving(api, tmp_path) as config, watch(kubeconfig=config, patience=Patience(tries=3, first_s=0.02)) as followed:
        yield followed


@pytest.fixture
def explorer(live, monkeypatch):
    monkeypatch.setattr(following, "EVERY_S", 0.1)
    monkeypatch.setattr(following, "BEAT_S", 0.3)
    made = knv.explore(live)
    yield made
    made.close()


def until(ready, timeout_s=5.0):
    end = time.monotonic() + timeout_s
    while not (found := ready()):
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.01)
    return found


def threads():
    return [thread.name for thread in threading.enumerate() if thread.name == "k8snetviz-explorer"]


def test_what_changes_is_shown_and_what_is_selected_stays(api, explorer):
    explorer.selection = "shop/web"
    assert sorted(explorer.selection["pod"]) == ["web-0", "web-1"]
    api.put(PODS, web(2))
    api.put(SLICES, ends(0, 1, 2))
    until(lambda: sorted(explorer.selection["pod"]) == ["web-0", "web-1", "web-2"])
    assert len(explorer.snaps) == 1


def test_a_choice_that_crossed_new_data_is_carried_into_it(api, live, explorer):
    explorer.stop()  # here the test shows what is new
    old = explorer._uid
    [place] = [at for at, name in enumerate(explorer._block.states["service"]) if name == "web"]
    api.put("/api/v1/services", service("another", selector={"app": "another"}))
    until(lambda: len(live.snapshot().services) == 3)
    explorer.show(live.snapshot())
    [moved] = [at for at, name in enumerate(explorer._block.states["service"]) if name == "web"]
    assert explorer._uid != old and moved != place
    explorer.set_state({"_choice": {"by": "page", "of": old, "kind": "service", "key": place}})
    assert sorted(explorer.selection["pod"]) == ["web-0", "web-1"] and explorer._choice["by"] == "python"


def test_it_is_brought_up_to_date_no_faster_than_that(api, live, explorer):
    shown = []
    explorer.observe(lambda change: shown.append(time.monotonic()), names="_uid")
    began = time.monotonic()
    for number in range(60):
        api.put(PODS, web(number % 7, node=f"node-{number}"))
        time.sleep(0.01)
    until(lambda: "node-59" in set(explorer.snaps[0].pods["node"]))
    assert 2 <= len(shown) <= 2 + (time.monotonic() - began) / 0.1


def test_silence_is_told_with_its_age_and_what_was_known_stays(api, live, explorer):
    until(lambda: explorer._live.get("said") == "live")
    first = explorer._live["beat"]
    until(lambda: explorer._live["beat"] > first)  # while nothing changes
    api.refused = set(api.lists)
    api.cut()
    told = until(lambda: explorer.lost and explorer._live)
    said = r"not heard for (\d+) s: Forbidden it is \(status 403\)"
    first = int(re.fullmatch(said, told["said"])[1])
    until(lambda: int(re.fullmatch(said, explorer._live["said"])[1]) > first)
    assert len(explorer.snaps[0].pods) == 2
    api.refused = set()
    until(lambda: explorer._live["said"] == "live" and not explorer.lost)


def test_html_is_a_plain_snapshot_without_age(explorer):
    html = explorer.html()
    assert "not heard" not in html and "data-kx-data" in html and not knv.explore(explorer.snaps[0])._live
    assert re.search(r"\d\d:\d\d:\d\d UTC", html)


@pytest.mark.parametrize("how", ["stop", "close"])
def test_it_ends_and_the_cluster_is_followed_on(api, live, explorer, how):
    assert len(threads()) == 1
    getattr(explorer, how)()
    assert not threads() and live.connected
    until(lambda: "no longer followed" in explorer._live["said"] and explorer._live["end"])
    uid = explorer._uid
    api.put(PODS, web(2))
    until(lambda: live.objects == 8)
    time.sleep(0.3)
    assert explorer._uid == uid


def test_it_ends_with_the_cluster(live, explorer):
    live.stop()
    until(lambda: not threads())
    assert explorer.lost and explorer._live["end"]
    gc.collect()


def test_stories_are_told_once_nothing_changes_and_that_of_what_is_selected_at_once(api, live, explorer):
    explorer.stop()  # here the test shows what is new
    names = [f"lost-{number}" for number in range(6)]
    for name in names:
        api.put("/api/v1/services", service(name, selector={"app": name}))
    until(lambda: len(live.snapshot().services) == 8)
    explorer.show(live.snapshot())
    explorer.selection = "shop/lost-5"
    explorer.refresh(live.snapshot())
    assert told_in(explorer) == {"idle", "lost-0", "lost-5"} and explorer.selection.empty
    explorer.tell_all()
    assert told_in(explorer) == {"idle", *names}


def told_in(explorer):
    said = json.loads(zlib.decompress(explorer._data))
    return {explorer._block.states["service"].iloc[int(place)] for place in said["stories"]}


def test_a_followed_cluster_that_comes_to_rest_tells_all_its_stories(api, explorer):
    for number in range(6):
        api.put("/api/v1/services", service(f"lost-{number}", selector={"app": str(number)}))
    until(lambda: len(told_in(explorer)) == 7)
