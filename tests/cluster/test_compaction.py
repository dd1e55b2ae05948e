"""The store forgets while a list or a watch goes on: told as a gap where it matters, caught up where it does not.

A server of today serves the pages of a list from snapshots in its cache, so a compaction between them does no harm; one without them,
as before 1.34, answers 410.
"""

from __future__ import annotations

import json

import pytest

from k8snetviz.collect.live.collect import collect
from k8snetviz.collect.live.watching import watch
from k8snetviz.model.kinds import Kind
from tests.cluster import objects
from tests.cluster.conftest import CROWD
from tests.cluster.proxy import Altered, proxied
from tests.cluster.test_collect import differing, live

pytestmark = pytest.mark.cluster
_GONE = 410
_FORGETFUL = ["--feature-gates=ListFromCacheSnapshot=false"]


@pytest.fixture
def forgetful(crowd):
    """The same cluster, behind a server whose pages come from the store."""
    crowd.kill("kube-apiserver")
    crowd.start_server(_FORGETFUL)
    yield crowd
    crowd.kill("kube-apiserver")
    crowd.start_server()


def compacted_after_two_pages(plane, proxy, old, new):
    """Return what is collected while pod `old` goes, pod `new` comes, and the store forgets, all after the second page of pods."""
    pages = []

    def meanwhile(told):
        if told.job.kind is Kind.POD:
            pages.append(told.objects)
            if len(pages) == 2:
                objects.ok(plane.raw("DELETE", f"/api/v1/namespaces/crowd/pods/{old}?gracePeriodSeconds=0"))
                objects.pod(plane, "crowd", new, {"app": "p"}, nodeName="node-a")
                plane.compact()

    return collect(kubeconfig=plane.kubeconfig("reader", server=proxy.url), page_size=50, at_once=1, progress=meanwhile)


def gone(proxy):
    return [said for said in proxy.said if said.status == _GONE]


def test_pages_from_the_cache_outlive_a_compaction(crowd):
    with proxied(crowd) as proxy:
        snap = compacted_after_two_pages(crowd, proxy, "p-0599", "r-0")
    assert snap.gaps.empty and not gone(proxy) and {"p-0599"} <= set(snap.pods["pod"]) and "r-0" not in set(snap.pods["pod"])


def test_the_rest_of_a_list_is_of_a_later_moment_and_that_is_told(forgetful):
    with proxied(forgetful) as proxy:
        snap = compacted_after_two_pages(forgetful, proxy, "p-0598", "r-1")
    assert len(gone(proxy)) == 1
    assert snap.gaps[["kind", "reason"]].to_numpy().tolist() == [["Pod", "INCONSISTENT"]]
    assert "the rest of it is of a later moment" in snap.gaps["detail"].item()
    names = set(snap.pods["pod"])
    assert "r-1" in names and "p-0598" not in names and len(names) == len(snap.pods) == len(live(forgetful).pods)


def test_a_list_that_cannot_go_on_is_read_again_and_that_is_told(forgetful):
    def without_offer(said):
        if said.status != _GONE:
            return None
        status = json.loads(said.body)
        del status["metadata"]["continue"]
        return Altered(json.dumps(status).encode())

    with proxied(forgetful) as proxy:
        proxy.trouble = without_offer
        snap = compacted_after_two_pages(forgetful, proxy, "p-0001", "r-2")
    assert len(gone(proxy)) == 1
    assert snap.gaps[["kind", "reason"]].to_numpy().tolist() == [["Pod", "INCONSISTENT"]]
    assert "it was read again" in snap.gaps["detail"].item()
    crowd = snap.pods[snap.pods["namespace"] == "crowd"]["pod"]
    assert {"p-0001", "r-2"} <= set(crowd) and crowd.is_unique and len(crowd) > CROWD  # p-0001 was on the first page


def test_a_watch_begins_again_where_the_server_has_forgotten(crowd):
    """Cut off while objects come and go, the store forgets, and a server that was started anew remembers nothing before that."""
    with proxied(crowd) as proxy, watch(kubeconfig=crowd.kubeconfig("reader", server=proxy.url)) as followed:
        assert "p-0100" in set(followed.snapshot().pods["pod"])
        proxy.close()
        objects.quiet(lambda: not followed.connected, 20)
        objects.ok(crowd.raw("DELETE", "/api/v1/namespaces/crowd/pods/p-0100?gracePeriodSeconds=0"))
        objects.pod(crowd, "crowd", "r-3", {"app": "p"}, nodeName="node-a")
        crowd.kill("kube-apiserver")
        crowd.compact()
        crowd.start_server()
        before = len(proxy.said)
        proxy.open()
        objects.quiet(lambda: followed.connected and "r-3" in set(followed.snapshot().pods["pod"]), 60)
        told = [said for said in proxy.said[before:] if said.status == _GONE or b'"code":410' in said.body]
        assert any("/pods?" in said.path for said in told)
        assert "p-0100" not in set(followed.snapshot().pods["pod"])
        objects.quiet(lambda: differing(followed.snapshot(), live(crowd, "reader")) == [], 30)
        assert followed.snapshot().gaps.empty
