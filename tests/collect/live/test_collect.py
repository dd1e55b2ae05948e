"""``collect`` against an API server of the test's own: what comes, what does not, and what is said of it."""

from __future__ import annotations

import threading
from collections import deque

import pytest

from k8snetviz.collect.live.collect import collect
from k8snetviz.collect.live.patience import Patience
from k8snetviz.errors import ClusterError, UsageError
from k8snetviz.model.kinds import Kind
from tests.build import endpoint, endpoint_slice, pod, service
from tests.collect.live.server import Api, kubeconfig, serving, status

SOON = Patience(tries=3, first_s=0.01)
SLICES = "/apis/discovery.k8s.io/v1/endpointslices"


def named(name, **metadata):
    return {"metadata": {"name": name, **metadata}}


@pytest.fixture
def api():
    made = Api()
    made.holds("/api/v1/namespaces", "Namespace", [named("data"), named("kube-system", uid="c1"), named("shop")])
    made.holds("/api/v1/nodes", "Node", [named("node-a")])
    made.holds("/api/v1/services", "Service", [service("web", selector={"app": "web"})])
    made.holds("/api/v1/pods", "Pod", [pod(f"web-{number}", labels={"app": "web"}) for number in range(12)])
    made.holds(SLICES, "EndpointSlice", [endpoint_slice("web", (endpoint("10.244.0.5", target="web-0"),))], "discovery.k8s.io/v1")
    return made


@pytest.fixture
def asked(api, tmp_path):
    """Collect from the server, pages of five."""
    with serving(api, tmp_path) as config:
        yield lambda **more: collect(kubeconfig=config, **{"page_size": 5, "patience": SOON} | more)


def reasons(snap, kind):
    gaps = snap.gaps
    return gaps.loc[gaps["kind"] == kind, ["reason", "detail"]].to_numpy().tolist()


def after(number, fault):
    return deque([None] * number + [fault])


def test_pages_become_one_snapshot(api, asked):
    snap = asked()
    assert snap.pods["pod"].tolist() == sorted(f"web-{number}" for number in range(12))
    assert snap.provenance.server_version == "v1.99.0" and snap.provenance.cluster == "c1" and snap.provenance.name == "test"
    assert snap.provenance.started <= snap.provenance.finished
    assert api.requests["/api/v1/pods"] == 3 and api.methods == {"GET"}
    assert snap.gaps.empty
    assert all(snap.knows(kind) for kind in (Kind.POD, Kind.INGRESS, Kind.GATEWAY, Kind.ENDPOINTS))
    assert not [path for path in api.requests if "secret" in path or "configmap" in path]


def test_slices_are_read_before_pods(api, asked):
    order = []
    asked(progress=lambda progress: order.append(progress.job.kind))
    assert order.index(Kind.SERVICE) < order.index(Kind.ENDPOINT_SLICE) < order.index(Kind.POD)


def test_progress_tells_what_remains(asked):
    told = []
    asked(progress=told.append)
    assert [(each.objects, each.remaining) for each in told if each.job.kind is Kind.POD] == [(5, 7), (10, 2), (12, None)]


def test_compacted_between_pages_goes_on_where_the_server_offers(api, asked):
    api.faults["/api/v1/pods"] = after(1, lambda: status(410, "Expired", token="at-5"))
    snap = asked()
    assert len(snap.pods) == 12 and api.requests["/api/v1/pods"] == 4
    [[reason, detail]] = reasons(snap, "Pod")
    assert reason == "INCONSISTENT" and "of a later moment" in detail


def test_compacted_without_an_offer_is_read_again(api, asked):
    api.faults["/api/v1/pods"] = after(2, lambda: status(410, "Expired"))
    snap = asked()
    assert len(snap.pods) == 12 and api.requests["/api/v1/pods"] == 6
    [[reason, detail]] = reasons(snap, "Pod")
    assert reason == "INCONSISTENT" and "read again" in detail


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(lambda: status(429, "TooManyRequests", headers={"Retry-After": "0"}), id="too many requests"),
        pytest.param(lambda: status(503, "ServiceUnavailable"), id="server is ill"),
        pytest.param(lambda: "drop", id="connection is dropped"),
        pytest.param(lambda: "cut", id="answer is cut"),
        pytest.param(lambda: "corrupt", id="answer is corrupt"),
    ],
)
def test_a_passing_fault_leaves_no_trace(api, asked, fault):
    api.faults["/api/v1/pods"] = after(1, fault)
    snap = asked()
    assert len(snap.pods) == 12 and snap.gaps.empty and api.requests["/api/v1/pods"] == 4


def test_a_fault_that_stays_keeps_the_pages_before_it(api, asked):
    api.faults["/api/v1/pods"] = deque([None] + [lambda: status(500, "InternalError")] * 9)
    snap = asked()
    assert len(snap.pods) == 5 and not snap.knows(Kind.POD) and snap.knows(Kind.SERVICE)
    [[reason, detail]] = reasons(snap, "Pod")
    assert reason == "TRUNCATED" and "InternalError it is" in detail


def test_a_page_that_stays_corrupt_is_a_gap(api, asked):
    api.faults["/api/v1/pods"] = deque([None] + [lambda: "corrupt"] * 9)
    snap = asked()
    assert not snap.knows(Kind.POD) and "UNREADABLE" in [reason for reason, _ in reasons(snap, "Pod")]


def test_a_list_that_never_comes_is_a_gap(api, asked):
    api.faults["/api/v1/pods"] = deque([lambda: "drop"] * 9)
    snap = asked()
    assert not snap.knows(Kind.POD) and [reason for reason, _ in reasons(snap, "Pod")] == ["ERROR"]


def test_who_is_refused_everywhere_is_asked_namespace_by_namespace(api, asked):
    api.refused = {"/api/v1/pods", "/api/v1/namespaces/data/pods", "/api/v1/namespaces/kube-system/pods"}
    api.holds("/api/v1/namespaces/shop/pods", "Pod", [pod("web-0")])
    snap = asked()
    assert snap.pods["pod"].tolist() == ["web-0"]
    assert snap.knows(Kind.POD, "shop") and not snap.knows(Kind.POD, "data") and not snap.knows(Kind.POD)
    assert any(
        reason == "FORBIDDEN" and "Forbidden it is" in detail and "read in shop" in detail for reason, detail in reasons(snap, "Pod")
    )


def test_a_reader_of_one_namespace_gets_that_of_the_context(api, asked):
    everything = set(api.lists)
    api.refused = everything
    api.holds("/api/v1/namespaces/shop/services", "Service", [service("web")])
    snap = asked()
    assert snap.services["service"].tolist() == ["web"] and snap.knows(Kind.SERVICE, "shop") and not snap.knows(Kind.NODE)
    assert reasons(snap, "Node")[0][0] == "FORBIDDEN"


def test_only_the_namespaces_that_were_named(api, asked):
    api.holds("/api/v1/namespaces/shop/services", "Service", [service("web")])
    api.holds("/api/v1/namespaces/shop/pods", "Pod", [pod("web-0")])
    snap = asked(namespaces=["shop"])
    assert api.requests["/api/v1/services"] == 0 and snap.knows(Kind.POD, "shop") and not snap.knows(Kind.POD, "data")
    assert snap.nodes["node"].tolist() == ["node-a"]


def test_everything_refused_is_an_error_that_says_what_to_do(api, asked):
    api.refused = {*api.lists, *(f"/api/v1/namespaces/shop/{name}" for name in ("pods", "services"))}
    api.lists = {path: held for path, held in api.lists.items() if path in api.refused}
    with pytest.raises(ClusterError, match=r"everything was refused: Forbidden it is; apply deploy/rbac.yaml"):
        asked()


def test_nobody_there(tmp_path):
    config = kubeconfig(tmp_path, "http://127.0.0.1:9")
    with pytest.raises(ClusterError, match=r"at 127\.0\.0\.1:9, it cannot be reached"):
        collect(kubeconfig=config, patience=Patience(tries=1, first_s=0.01))


def test_a_token_that_was_replaced_is_read_again(api, tmp_path):
    token = tmp_path / "token"
    token.write_text("old")
    api.token = "old"
    with serving(api, tmp_path) as config:
        served = config.read_text().replace('{"token": "secret-token"}', f'{{"tokenFile": "{token}"}}')
        config.write_text(served)

        def rotate(progress):
            if progress.job.kind is Kind.POD and api.token == "old":
                token.write_text("new")
                api.token = "new"

        snap = collect(kubeconfig=config, page_size=5, patience=SOON, progress=rotate)
    assert len(snap.pods) == 12 and snap.gaps.empty


def test_a_credential_plugin_that_fails_is_named(tmp_path):
    plugin = {"apiVersion": "client.authentication.k8s.io/v1", "command": "no-such-plugin", "interactiveMode": "Never"}
    with pytest.raises(ClusterError, match=r"the credentials of context 'test' could not be had: .*no-such-plugin"):
        collect(kubeconfig=kubeconfig(tmp_path, "http://127.0.0.1:9", user={"exec": plugin}))


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        pytest.param({"context": "prod"}, r"wanted the context 'prod', found 'test' in", id="unknown context"),
        pytest.param({"page_size": 0}, "wanted positive bounds", id="page of nothing"),
        pytest.param({"namespaces": "shop"}, "wanted a list of namespaces, found 'shop'", id="a text for a list"),
        pytest.param({"namespaces": []}, r"wanted a list of namespaces, found \[\]", id="no namespace"),
    ],
)
def test_calls_that_cannot_be_carried_out(tmp_path, call, sentence):
    with pytest.raises(UsageError, match=sentence):
        collect(kubeconfig=kubeconfig(tmp_path, "http://127.0.0.1:9"), **call)


def test_no_cluster_is_told(tmp_path, monkeypatch):
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "none"))
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
    with pytest.raises(ClusterError, match="found no kubeconfig"):
        collect()


def test_an_interrupt_ends_all_requests(api, asked):
    def interrupt(progress):
        if progress.job.kind is Kind.POD:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        asked(progress=interrupt, page_size=1)
    assert not [thread.name for thread in threading.enumerate() if thread.name.startswith("k8snetviz-list")]
