"""Whatever is done with a live cluster, its own audit log has nothing but get, list and watch, and nothing that the role does not grant."""

from __future__ import annotations

import itertools
import json
import time

import pytest

import k8snetviz as knv
from k8snetviz.collect.live.collection import Cluster
from k8snetviz.collect.live.record_series import record_series
from tests.cluster import objects
from tests.cluster.test_cli import run

pytestmark = pytest.mark.cluster


class Audit:
    """What a user asks from now on."""

    def __init__(self, plane, user):
        self._plane, self._user = plane, user
        self._before = len(plane.audit_log.read_text().splitlines())

    def asked(self):
        time.sleep(0.5)  # written a moment later
        lines = self._plane.audit_log.read_text().splitlines()[self._before :]
        return [each for each in map(json.loads, lines) if each["user"]["username"] == self._user]


@pytest.fixture(params=["reader", "narrow"])
def user(request):
    return request.param


@pytest.fixture
def audit(crowd, user):
    return Audit(crowd, user)


@pytest.fixture
def config(crowd, user):
    return crowd.kubeconfig(user, namespace="front")


def checked(asked, user, verbs):
    assert len(asked) > 15 and {each["verb"] for each in asked} == verbs
    resources = {each["objectRef"]["resource"] for each in asked if "resource" in each.get("objectRef", {})}
    assert {"pods", "services", "endpointslices"} <= resources and not resources & {"secrets", "configmaps"}
    refused = [each for each in asked if each["responseStatus"]["code"] == 403]
    assert (not refused) == (user == "reader") and all(each["objectRef"].get("namespace") != "front" for each in refused)


def test_collecting(audit, config, user):
    knv.collect(kubeconfig=config, progress=False)
    checked(audit.asked(), user, {"get", "list"})


def test_following_and_exploring(crowd, audit, config, user):
    with knv.watch(kubeconfig=config) as live:
        explorer = knv.explore(live, select="front/web")
        name = f"seen-by-{user}"
        objects.pod(crowd, "front", name, {"app": "web"}, nodeName="node-a")
        objects.quiet(lambda: name in set(live.snapshot().pods["pod"]), 20)
        live.on_change(lambda snap: None, every_s=0.1)
        time.sleep(1)
        explorer.close()
    asked = audit.asked()
    checked(asked, user, {"get", "list", "watch"} if user == "narrow" else {"get", "watch"})
    assert {each["objectRef"]["resource"] for each in asked if each["verb"] == "watch"} >= {"pods", "services", "endpointslices"}


def test_recording_a_series(audit, config, user, tmp_path):
    rounds = record_series(tmp_path / "series", Cluster(kubeconfig=config), every_s=0.5, keep=2, progress=False)
    assert next(rounds) is not None and list(itertools.islice(rounds, 2))
    rounds.close()
    checked(audit.asked(), user, {"get", "list"})


def test_the_command_line(crowd, audit, user, tmp_path):
    document = ["review", "live", "-o", "x.ipynb"] if user == "narrow" else ["report", "live", "-o", "x.html"]
    for words in (["states"], ["explain", "front/web"], ["backends", "live", "front/web"], document):
        code, _, err = run(crowd, tmp_path, *words, user=user, namespace="front")
        assert code == 0, err
    checked(audit.asked(), user, {"get", "list"})
