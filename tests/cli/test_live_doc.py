"""What docs/live.md says is done: its commands and its Python against an API server of the test's own."""

from __future__ import annotations

import pytest

import k8snetviz as knv
from k8snetviz.cli import main
from k8snetviz.cli.inputs import LIVE, settle_input
from k8snetviz.cli.moments import settle_inputs
from k8snetviz.cli.parser import parser
from k8snetviz.collect.live.collect import collect
from tests.build import pod, service
from tests.collect.live.server import Api, serving
from tests.test_docs import ROOT, blocks, commands

DOCUMENT = ROOT / "docs" / "live.md"
CORE = ("namespaces", "nodes", "services", "endpoints", "pods", "events", "replicationcontrollers")
GROUPS = {
    "discovery.k8s.io": ("endpointslices",),
    "networking.k8s.io": ("ingresses", "ingressclasses", "networkpolicies", "servicecidrs", "ipaddresses"),
    "apps": ("deployments", "replicasets", "statefulsets", "daemonsets"),
    "batch": ("jobs", "cronjobs"),
}


@pytest.fixture
def api():
    made = Api()
    for name in CORE:
        made.holds(f"/api/v1/{name}", "X", [])
    for group, names in GROUPS.items():
        for name in names:
            made.holds(f"/apis/{group}/v1/{name}", "X", [], f"{group}/v1")
    held = {"services": ("Service", [service("cart")]), "pods": ("Pod", [pod("cart-0")])}
    for name, (kind, objects) in held.items():
        for inside in ("", "namespaces/shop/", "namespaces/data/"):
            made.holds(f"/api/v1/{inside}{name}", kind, objects if "data" not in inside else [])
    return made


@pytest.fixture
def prod(api, tmp_path, monkeypatch):
    """The cluster behind the context ``prod``."""
    with serving(api, tmp_path) as config:
        config.write_text(config.read_text().replace('"test"', '"prod"'))
        monkeypatch.setenv("KUBECONFIG", str(config))
        monkeypatch.chdir(tmp_path)
        yield


def test_its_commands_mean_the_live_cluster_and_run(prod, capsys):
    told = commands(DOCUMENT)
    assert len(told) == 9
    for words in told:
        arguments, more = parser().parse_known_args(words)
        if hasattr(arguments, "inputs"):
            settle_inputs(arguments, more)
            assert arguments.inputs == [LIVE]
        else:
            settle_input(arguments, more)
            assert arguments.input == LIVE
        if "--every" not in words and words[0] != "lab":  # these do not end by themselves; tests/cli/test_live.py has them
            assert main(words) == 0, capsys.readouterr().err


def test_its_python_runs(prod):
    names: dict = {}
    for body in blocks(DOCUMENT, "python"):
        exec(body, names)  # what a reader would paste
    assert isinstance(names["snap"], knv.Snapshot)


def test_it_counts_the_requests(api, prod):
    collect(progress=False)
    assert f"takes {sum(api.requests.values())}\nrequests" in DOCUMENT.read_text(encoding="utf-8")
    assert set(api.requests) == {"/version", "/apis", *(path for path in api.lists if "/namespaces/" not in path)}


def test_it_names_the_options_that_are_there():
    text = DOCUMENT.read_text(encoding="utf-8")
    for option in ("--context", "--kubeconfig", "--namespace", "--page-size", "--every", "--keep"):
        assert option in text and option in parser()._subparsers._group_actions[0].choices["collect"].format_help()
