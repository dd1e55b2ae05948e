"""``watch`` against an API server of the test's own: what it knows after whatever happens to it, and what it leaves behind."""

from __future__ import annotations

import gc
import json
import socket
import threading
import time
import warnings
from collections import deque
from itertools import pairwise

import pytest

from k8snetviz.collect.live import follow, polling, reach
from k8snetviz.collect.live.patience import Patience
from k8snetviz.collect.live.watching import watch
from k8snetviz.errors import ClusterError, UsageError
from k8snetviz.model.kinds import Kind
from tests.build import endpoint, endpoint_slice, pod, service
from tests.collect.live.server import Api, kubeconfig, serving, status

SOON = Patience(tries=3, first_s=0.02)
PODS = "/api/v1/pods"
SLICES = "/apis/discovery.k8s.io/v1/endpointslices"


def named(name, **metadata):
    return {"metadata": {"name": name, **metadata}}


def web(number, **more):
    return pod(f"web-{number}", labels={"app": "web"}, **more)


@pytest.fixture
def api():
    made = Api()
    made.holds("/api/v1/namespaces", "Namespace", [named("data"), named("kube-system", uid="c1"), named("shop")])
    made.holds("/api/v1/nodes", "Node", [named("node-a")])
    made.holds("/api/v1/services", "Service", [service("web", selector={"app": "web"})])
    made.holds(PODS, "Pod", [web(number) for number in range(3)])
    made.holds(SLICES, "EndpointSlice", [endpoint_slice("web", (endpoint("10.244.0.5", target="web-0"),))], "discovery.k8s.io/v1")
    return made


@pytest.fixture
def config(api, tmp_path):
    with serving(api, tmp_path) as path:
        yield path


@pytest.fixture
def live(config):
    with watch(kubeconfig=config, patience=SOON) as followed:
        yield followed


def until(ready, timeout_s=5.0):
    """Wait until `ready` says so, and return what it says."""
    end = time.monotonic() + timeout_s
    while not (found := ready()):
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.01)
    return found


def pods(live):
    return sorted(live.snapshot().pods["pod"])


def reasons(snap, kind):
    gaps = snap.gaps
    return gaps.loc[gaps["kind"] == kind, ["reason", "detail"]].to_numpy().tolist()


def settled(live, api, path=PODS):
    until(lambda: live.connected and api.open[path] == 1)


def test_lists_come_as_streams_and_changes_after_them(api, live):
    assert pods(live) == ["web-0", "web-1", "web-2"] and live.connected and live.age == "live" and live.snapshot().gaps.empty
    assert api.asked[PODS][0]["sendInitialEvents"] == ["true"] and api.methods == {"GET"}
    before, changes = live.snapshot(), live.changes
    api.put(PODS, web(3))
    api.remove(PODS, web(0))
    until(lambda: live.changes == changes + 2)
    assert pods(live) == ["web-1", "web-2", "web-3"] and sorted(before.pods["pod"]) == ["web-0", "web-1", "web-2"]
    assert all(live.snapshot().knows(kind) for kind in (Kind.POD, Kind.INGRESS, Kind.GATEWAY))
    assert not [path for path in api.requests if "secret" in path or "configmap" in path]


def test_a_server_that_does_not_stream_lists_is_read_in_pages(api, tmp_path):
    api.streams_lists = False
    with serving(api, tmp_path) as path, watch(kubeconfig=path, patience=SOON) as live:
        settled(live, api)
        assert api.asked[PODS][1]["resourceVersion"] == ["100"] and len(pods(live)) == 3
        api.put(PODS, web(3))
        until(lambda: "web-3" in pods(live))


def test_a_cut_watch_goes_on_where_it_stood(api, live):
    api.bookmark(PODS)
    api.put(PODS, web(3))
    until(lambda: "web-3" in pods(live))
    version = api.version
    api.cut()
    until(lambda: len(api.asked[PODS]) > 1)
    settled(live, api)
    assert api.asked[PODS][-1]["resourceVersion"] == [str(version)] and "sendInitialEvents" not in api.asked[PODS][-1]
    api.put(PODS, web(4))
    until(lambda: "web-4" in pods(live))


def test_a_bookmark_moves_where_a_watch_goes_on(api, live):
    settled(live, api)
    api.bookmark(PODS)
    version = api.version
    time.sleep(0.3)
    api.cut()
    until(lambda: len(api.asked[PODS]) > 1)
    assert api.asked[PODS][-1]["resourceVersion"] == [str(version)]


@pytest.mark.parametrize("how", ["in the stream", "as a status"])
def test_what_the_server_forgot_is_listed_again_and_what_went_meanwhile_is_gone(api, live, how):
    settled(live, api)
    api.remove(PODS, web(0), silent=True)
    api.put("/api/v1/nodes", named("node-b"))
    assert len(pods(live)) == 3
    if how == "in the stream":
        api.forget()
    else:
        api.faults[PODS] = deque([lambda: status(410, "Expired")])
    api.cut()
    until(lambda: pods(live) == ["web-1", "web-2"])
    settled(live, api)


def test_nothing_is_lost_while_it_is_listed_again(api, live):
    api.faults[PODS] = deque([lambda: status(410, "Expired")] + [lambda: status(503, "ServiceUnavailable")] * 5)
    seen = []
    api.cut()
    until(lambda: seen.append(len(pods(live))) or not api.faults[PODS])
    settled(live, api)
    assert set(seen) == {3}


def test_silence_ends_a_watch(api, config, monkeypatch):
    monkeypatch.setattr(follow, "_QUIET_S", 0.3)
    with watch(kubeconfig=config, patience=SOON) as live:
        until(lambda: "nothing came for 0 s" in live.problem)
        assert live.age_s >= 0.3
        until(lambda: len(api.asked[PODS]) > 3)
        assert len(pods(live)) == 3


def test_a_server_that_is_gone_is_told_with_its_age_and_caught_up(api, tmp_path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with serving(api, tmp_path, port=port) as path:
        live = watch(kubeconfig=path, patience=SOON)
    with live:
        until(lambda: "refused" in live.problem)
        ages = [live.age_s for _ in range(40) if time.sleep(0.02) is None]
        assert ages == sorted(ages) and ages[-1] > 0.7 and not live.connected
        assert live.age == f"not heard for {live.age_s:.0f} s: {live.problem}" and live.age in repr(live)
        taken = live.snapshot()
        assert len(taken.pods) == 3 and taken.provenance.finished.timestamp() <= time.time() - 0.7
        api._ended = False
        api.put(PODS, web(3))
        with serving(api, tmp_path, port=port):
            until(lambda: live.connected and "web-3" in pods(live))
            assert live.age_s == 0


def test_an_object_that_cannot_be_decoded_is_a_gap_until_it_can(api, live):
    api.put(PODS, web(0) | {"spec": "no spec"})
    detail = until(lambda: reasons(live.snapshot(), "Pod"))
    assert detail[0][0] == "UNREADABLE" and pods(live) == ["web-1", "web-2"]
    api.put(PODS, web(3))
    until(lambda: "web-3" in pods(live))
    api.put(PODS, web(0))
    until(lambda: len(pods(live)) == 4)
    assert live.snapshot().gaps.empty


def test_an_event_without_an_object_of_a_name_is_a_gap_and_the_watch_goes_on(api, live):
    settled(live, api)
    api.say(PODS, b'{"type":"MODIFIED","object":{"metadata":7}}')
    assert "a change that cannot be read" in until(lambda: reasons(live.snapshot(), "Pod"))[0][1]
    api.put(PODS, web(3))
    until(lambda: "web-3" in pods(live))
    assert api.open[PODS] == 1 and len(api.asked[PODS]) == 1


@pytest.mark.parametrize("line", [b'{"type":', b"\xff\xfe", b"[" * 100_000, b'{"type":"ERROR","object":{"message":"etcd is ill"}}'])
def test_a_line_that_cannot_be_read_is_silence_and_is_asked_for_again(api, live, line):
    settled(live, api)
    api.say(PODS, line)
    until(lambda: len(api.asked[PODS]) > 1)
    api._log[PODS].clear()
    api.put(PODS, web(3))
    until(lambda: live.connected and "web-3" in pods(live))


def test_who_is_refused_everywhere_is_followed_by_namespace(api, tmp_path):
    api.refused = {PODS, "/api/v1/namespaces/data/pods", "/api/v1/namespaces/kube-system/pods"}
    inside = "/api/v1/namespaces/shop/pods"
    api.holds(inside, "Pod", [web(0)])
    with serving(api, tmp_path) as path, watch(kubeconfig=path, patience=SOON) as live:
        snap = live.snapshot()
        assert pods(live) == ["web-0"] and snap.knows(Kind.POD, "shop") and not snap.knows(Kind.POD, "data")
        assert reasons(snap, "Pod")[0][0] == "FORBIDDEN" and live.connected
        api.put(inside, web(1))
        until(lambda: pods(live) == ["web-0", "web-1"])


@pytest.fixture
def narrow(api, monkeypatch):
    """Pods may be read in ``shop`` only, at first; namespaces and rights are looked for all the time."""
    monkeypatch.setattr(reach, "AGAIN_S", 0.2)
    monkeypatch.setattr(reach, "_LOOK_S", 0.05)
    api.refused = {PODS, inside("data"), inside("kube-system")}
    api.holds(inside("shop"), "Pod", [web(0)])
    return api


def inside(space):
    return f"{PODS.removesuffix('/pods')}/namespaces/{space}/pods"


def test_a_namespace_that_comes_later_is_followed_and_one_that_goes_is_gone(narrow, config):
    with watch(kubeconfig=config, patience=SOON) as live:
        narrow.holds(inside("late"), "Pod", [pod("late-0", ns="late")])
        narrow.put("/api/v1/namespaces", named("late"))
        until(lambda: pods(live) == ["late-0", "web-0"])
        narrow.put(inside("late"), pod("late-1", ns="late"))
        until(lambda: "late-1" in pods(live))
        narrow.remove("/api/v1/namespaces", named("late"))
        until(lambda: pods(live) == ["web-0"])
        assert live.connected and not live.snapshot().knows(Kind.POD, "data")


def test_rights_that_come_later_are_used_in_one_namespace_and_then_everywhere(narrow, config):
    with watch(kubeconfig=config, patience=SOON) as live:
        narrow.holds(inside("data"), "Pod", [pod("db-0", ns="data")])
        narrow.refused = {PODS, inside("kube-system")}
        until(lambda: pods(live) == ["db-0", "web-0"])
        assert live.snapshot().knows(Kind.POD, "data")
        narrow.refused = set()
        until(lambda: pods(live) == ["web-0", "web-1", "web-2"])  # the list of the whole cluster, in place of those of namespaces
        snap = live.snapshot()
        assert snap.gaps.empty and snap.knows(Kind.POD) and snap.sources["duplicates"].sum() == 0


def test_more_namespaces_than_can_be_watched_are_read_again_and_again(narrow, config, monkeypatch):
    monkeypatch.setattr(reach, "WATCHES", 3)
    monkeypatch.setattr(polling, "AGAIN_S", 0.1)
    spaces = [f"team-{number:02}" for number in range(20)]
    narrow.put("/api/v1/namespaces", *map(named, spaces))
    for space in spaces:
        narrow.holds(inside(space), "Pod", [pod("a", ns=space)])
    with watch(kubeconfig=config, patience=SOON) as live:
        assert len(pods(live)) == 21 and live.age.startswith("live, 18 lists read every") and live.age in repr(live)
        assert sum(narrow.open[inside(space)] > 0 for space in ("shop", *spaces)) <= 3
        assert len(ours()) < 50
        for space in spaces:
            narrow.put(inside(space), pod("b", ns=space))
        until(lambda: len(pods(live)) == 41)
        narrow.remove("/api/v1/namespaces", named(spaces[-1]))
        until(lambda: len(pods(live)) == 39)
        until(lambda: live.age.startswith("live, 17 lists"))
    assert not ours()


def test_everything_refused_is_an_error_and_nothing_is_left(api, tmp_path):
    api.refused = set(api.lists)
    api.groups = {}
    with serving(api, tmp_path) as path:
        api.lists = {name: held for name, held in api.lists.items() if "Service" in held or "Pod" in held}
        api.refused |= {f"/api/v1/namespaces/shop/{name}" for name in ("pods", "services", "endpoints", "events", "replicationcontrollers")}
        with pytest.raises(ClusterError, match=r"everything was refused: Forbidden it is .*apply deploy/rbac.yaml"):
            watch(kubeconfig=path, patience=SOON)
    assert not ours()


def test_rights_that_are_taken_away_leave_what_is_known_and_are_told(api, live):
    api.refused = {PODS}
    api.cut()
    until(lambda: "Forbidden it is" in live.problem)
    assert len(pods(live)) == 3
    api.refused = set()
    settled(live, api)


def test_a_kind_that_is_installed_later_is_picked_up_and_one_that_goes_is_gone(api, config, monkeypatch):
    monkeypatch.setattr(reach, "AGAIN_S", 0.1)
    monkeypatch.setattr(follow.Follower, "again_s", 0.1)
    gateways = "/apis/gateway.networking.k8s.io/v1/gateways"
    with watch(kubeconfig=config, patience=SOON) as live:
        assert live.snapshot().knows(Kind.GATEWAY) and live.objects == 9
        count = live.objects
        api.holds(gateways, "Gateway", [named("edge", namespace="shop")], "gateway.networking.k8s.io/v1")
        api.groups["gateway.networking.k8s.io"] = "v1"
        until(lambda: live.objects == count + 1)
        del api.lists[gateways]
        api.cut()
        until(lambda: live.objects == count and live.connected)
        assert live.snapshot().knows(Kind.GATEWAY)
        api.holds(gateways, "Gateway", [named("edge", namespace="shop")], "gateway.networking.k8s.io/v1")
        until(lambda: live.objects == count + 1)


def test_a_token_that_was_replaced_is_read_again(api, tmp_path):
    token = tmp_path / "token"
    token.write_text("old")
    api.token = "old"
    with serving(api, tmp_path) as config:
        config.write_text(config.read_text().replace('{"token": "secret-token"}', f'{{"tokenFile": "{token}"}}'))
        with watch(kubeconfig=config, patience=SOON) as live:
            settled(live, api)
            api.token = "new"
            api.cut()
            until(lambda: "Unauthorized it is" in live.problem)  # the file is not yet written
            assert len(pods(live)) == 3
            token.write_text("new")
            settled(live, api)
            api.put(PODS, web(3))
            until(lambda: "web-3" in pods(live))


def ours():
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("k8snetviz")]


def test_stop_ends_every_thread_and_socket_within_a_second(api, config):
    live = watch(kubeconfig=config, patience=SOON)
    live.on_change(lambda _: None, every_s=30)
    settled(live, api)
    assert len(ours()) > 5
    taken = live.snapshot()
    began = time.monotonic()
    live.stop()
    assert time.monotonic() - began < 1 and not ours()
    assert live.age == "stopped" and live.problem == "stopped" and not live.connected and len(taken.pods) == 3
    live.stop()
    until(lambda: not sum(api.open.values()))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        del live
        gc.collect()


def test_stop_ends_a_watch_that_waits_for_a_silent_server_to_begin(api, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as silent, serving(api, tmp_path) as config:
        live = watch(kubeconfig=config, patience=SOON)
        live._connection._configuration.host = f"http://127.0.0.1:{silent.getsockname()[1]}"
        api.cut()
        until(lambda: not api.open[PODS])
        time.sleep(0.3)  # until they wait there
        began = time.monotonic()
        live.stop()
        assert time.monotonic() - began < 1 and not ours()


def test_on_change_tells_at_most_so_often_and_survives_what_it_calls(api, live, caplog):
    told = []

    def call(snap):
        told.append((time.monotonic(), len(snap.pods)))
        if len(told) == 1:
            raise ValueError("mine")

    live.on_change(call, every_s=0.1)
    for number in range(10, 40):
        api.put(PODS, web(number))
        time.sleep(0.02)
    until(lambda: told and told[-1][1] == 33)
    assert len(told) <= 12 and "failed" in caplog.text and all(after - before >= 0.09 for (before, _), (after, _) in pairwise(told))


def test_nobody_there(tmp_path):
    with pytest.raises(ClusterError, match=r"at 127\.0\.0\.1:9, it cannot be reached"):
        watch(kubeconfig=kubeconfig(tmp_path, "http://127.0.0.1:9"), patience=Patience(tries=1, first_s=0.01))
    assert not ours()


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        pytest.param({"context": "prod"}, r"wanted the context 'prod', found 'test' in", id="unknown context"),
        pytest.param({"timeout_s": 0}, "wanted a positive time", id="no time"),
        pytest.param({"namespaces": "shop"}, "wanted a list of namespaces, found 'shop'", id="a text for a list"),
    ],
)
def test_calls_that_cannot_be_carried_out(tmp_path, call, sentence):
    with pytest.raises(UsageError, match=sentence):
        watch(kubeconfig=kubeconfig(tmp_path, "http://127.0.0.1:9"), **call)


def test_two_thousand_changes_a_second_are_kept_up_with(api, live):
    """The minute is measured by benchmarks; here two seconds of it."""
    settled(live, api)
    lines = [web(number, ips=(f"10.1.{number // 250}.{number % 250}",)) for number in range(2_000)]
    api.put(PODS, *lines)
    until(lambda: live.objects > 2_000)
    began = time.monotonic()
    for turn in range(40):
        for number in range(100):
            each = json.loads(json.dumps(lines[turn * 47 % 1900 + number]))
            each["metadata"]["labels"]["turn"] = str(turn)
            line = {"type": "MODIFIED", "object": each}
            each["metadata"]["resourceVersion"] = str(api.version + 1)
            api.say(PODS, json.dumps(line).encode())
        time.sleep(max(0.0, began + (turn + 1) * 0.05 - time.monotonic()))
    sent = time.monotonic()
    until(lambda: live.snapshot().labels_of is not None and live._state.changes >= 2_000 + 4_000)
    assert time.monotonic() - sent < 0.5 and live.objects < 2_020
