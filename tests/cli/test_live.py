"""The verbs on a live cluster: an API server of the test's own, asked as a person would."""

from __future__ import annotations

import os
import signal
import subprocess
import time

import pytest

import k8snetviz as knv
from k8snetviz.cli import main
from k8snetviz.documents.review import Reviewed
from tests.build import endpoint, endpoint_slice, pod, service
from tests.collect.live.server import Api, kubeconfig, serving
from tests.interruptible import COMMAND

SLICES = "/apis/discovery.k8s.io/v1/endpointslices"


def named(name):
    return {"metadata": {"name": name}}


@pytest.fixture
def api():
    made = Api()
    made.holds("/api/v1/namespaces", "Namespace", [named("data"), named("shop")])
    made.holds("/api/v1/nodes", "Node", [named("node-a")])
    made.holds("/api/v1/services", "Service", [service("cart", selector={"app": "carts"}), service("web", selector={"app": "web"})])
    made.holds("/api/v1/pods", "Pod", [pod("web-0", labels={"app": "web"}, ips=("10.244.0.5",))])
    slices = [endpoint_slice("web", (endpoint("10.244.0.5", target="web-0"),)), endpoint_slice("cart", ())]
    made.holds(SLICES, "EndpointSlice", slices, "discovery.k8s.io/v1")
    return made


@pytest.fixture
def config(api, tmp_path, monkeypatch):
    with serving(api, tmp_path) as path:
        monkeypatch.setenv("KUBECONFIG", str(path))
        monkeypatch.chdir(tmp_path)
        yield str(path)


def run(capsys, *words):
    code = main(words)
    return code, *capsys.readouterr()


def test_states_without_input_are_those_of_the_cluster(config, capsys):
    code, out, err = run(capsys, "states", "--format", "csv", "--columns", "service,state")
    assert (code, out, err) == (0, "service,state\ncart,down\nweb,serving\n", "")
    assert run(capsys, "states", "live", "--format", "csv", "--columns", "service,state")[1] == out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("explain", "shop/cart"), "SELECTS_NOTHING"),
        (("explain", "--context", "test", "shop/web"), "shop/web serves"),
        (("backends", "live", "shop/web"), "web-0"),
        (("owners", "10.244.0.5"), "web-0"),
        (("show", "--context", "test", "pods"), "web-0"),
        (("show",), "test"),
    ],
)
def test_verbs_read_the_cluster(config, capsys, words, told):
    code, out, err = run(capsys, *words)
    assert (code, err) == (0, "") and told in out


def test_report_and_collect_write_files(config, capsys, tmp_path):
    assert run(capsys, "report", "-o", "x.html")[0] == 0
    assert "cart is down" in (tmp_path / "x.html").read_text(encoding="utf-8")
    code, out, err = run(capsys, "collect", "-o", "x.k8snet")
    size = (tmp_path / "x.k8snet").stat().st_size
    assert (code, out, err) == (0, "", f"test: 2 Service, 1 Pod, 2 EndpointSlice, 1 Node; written to x.k8snet ({size:,} bytes)\n")
    assert knv.load("x.k8snet").services["service"].tolist() == ["cart", "web"]


def test_only_some_namespaces(api, config, capsys):
    api.holds("/api/v1/namespaces/shop/services", "Service", [service("web")])
    code, _, err = run(capsys, "collect", "--namespace", "shop", "-o", "x.k8snet")
    assert code == 0 and api.requests["/api/v1/services"] == 0 and api.requests["/api/v1/namespaces/shop/pods"] == 1
    assert err.startswith("test: 1 Service, 1 Node; written to x.k8snet")


def test_what_was_refused_is_told(api, config, capsys):
    api.refused = {"/api/v1/pods", "/api/v1/namespaces/shop/pods", "/api/v1/namespaces/data/pods"}
    code, _, err = run(capsys, "collect", "-o", "x.k8snet")
    assert code == 0 and "1 lists were refused or are not whole; see them with: k8snetviz show x.k8snet gaps\n" in err
    assert "Forbidden it is" in run(capsys, "show", "x.k8snet", "gaps", "--format", "csv")[1]


def test_pages_of_the_size_that_was_asked_for(api, config, capsys):
    assert run(capsys, "collect", "--page-size", "1", "-o", "x.k8snet")[0] == 0
    assert api.requests["/api/v1/services"] == 2


def test_nothing_came(api, config, capsys, tmp_path):
    api.refused = {*api.lists, *(f"/api/v1/namespaces/shop/{name}" for name in ("pods", "services"))}
    api.refused |= {"/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices"}
    for words in (("collect", "-o", "x.k8snet"), ("states",), ("collect", "--every", "1s", "-o", "s")):
        code, out, err = run(capsys, *words)
        assert (code, out) == (4, "") and "everything was refused: Forbidden it is; apply deploy/rbac.yaml" in err
        assert err.count("\n") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kubeconfig", "s"] and not list((tmp_path / "s").iterdir())


def test_nobody_there(capsys, tmp_path):
    gone = kubeconfig(tmp_path, "http://127.0.0.1:9")
    began = time.monotonic()
    code, _, err = run(capsys, "states", "--kubeconfig", str(gone))
    assert code == 4 and "at 127.0.0.1:9, it cannot be reached" in err and time.monotonic() - began < 40


def test_no_cluster_at_all(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "none"))
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
    code, _, err = run(capsys, "states")
    assert code == 4 and "found no kubeconfig" in err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("collect", "sample:during", "--every", "1s", "-o", "s"), "wanted a live cluster for --every"),
        (("collect", "--keep", "3", "-o", "s"), "wanted --every TIME with --keep"),
        (("states", "--context", "prod"), "wanted the context 'prod', found 'test'"),
    ],
)
def test_calls_that_cannot_be_carried_out(config, capsys, words, sentence):
    code, _, err = run(capsys, *words)
    assert code == 2 and sentence in err


def test_a_series_until_it_is_interrupted(api, config, tmp_path):
    """By the signal that Ctrl-C sends: exit code 130, one sentence, whole files only."""
    words = [*COMMAND, "collect", "--every", "0.2s", "--keep", "5", "-o", "series"]
    running = subprocess.Popen(words, cwd=tmp_path, stderr=subprocess.PIPE, text=True, env=os.environ | {"KUBECONFIG": config})
    end = time.monotonic() + 60
    while api.requests["/api/v1/pods"] < 3 and time.monotonic() < end:
        time.sleep(0.05)
    running.send_signal(signal.SIGINT)
    err = running.communicate(timeout=30)[1]
    assert running.returncode == 130 and err.endswith("k8snetviz: interrupted\n") and "Traceback" not in err
    assert err.startswith("test: 2 Service, 1 Pod, 2 EndpointSlice, 1 Node; written to series/20") and "nothing has changed\n" in err
    assert len(knv.load_series(tmp_path / "series")) == 1 == len(list((tmp_path / "series").iterdir()))


def test_review_keeps_the_cluster_in_a_file_that_can_be_loaded_again(config, capsys, tmp_path, monkeypatch):
    """The notebook itself is made by tests/documents; here it is what it reads."""
    asked = []

    def written(sources, path, parameters, **more):
        asked.append(sources)
        return Reviewed(path, path.with_suffix(".html"), "shop/cart is down.")

    monkeypatch.setattr("k8snetviz.documents.review.review", written)
    code, out, err = run(capsys, "review", "-o", "case.ipynb")
    assert code == 0 and asked == [["case.k8snet"]] and "written to case.k8snet" in err and "shop/cart is down." in out
    assert knv.load("case.k8snet").pods["pod"].tolist() == ["web-0"]


def test_lab_opens_on_a_file_of_the_cluster(config, capsys, tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr("k8snetviz.documents.lab.open_lab", lambda source, **more: asked.append((source, more)) or 0)
    assert run(capsys, "lab", "--context", "test", "--folder", "here", "--no-browser")[0] == 0
    [(source, more)] = asked
    assert source.startswith("here/test-20") and more == {"folder": "here", "browser": False}
    assert knv.load(source).pods["pod"].tolist() == ["web-0"]
