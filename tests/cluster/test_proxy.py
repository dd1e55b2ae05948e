"""A proxy in between cuts, delays and changes answers: what comes is whole, as kubectl prints it, or a gap tells what is missing."""

from __future__ import annotations

import random
from itertools import count

import pytest

from k8snetviz.collect.live.collect import collect
from k8snetviz.collect.live.patience import Patience
from k8snetviz.collect.live.watching import watch
from k8snetviz.collect.load import load
from k8snetviz.errors import ClusterError
from k8snetviz.model.kinds import Kind
from tests.cluster import objects
from tests.cluster.proxy import Altered, proxied
from tests.cluster.test_collect import KINDS, differing, live

pytestmark = pytest.mark.cluster
HASTY = Patience(tries=6, first_s=0.02)
ENOUGH = 8  # answers or pieces that were altered
_READ_S = 2.0


def _cut(said, place):
    return Altered(said.body[:place], length=len(said.body), cut=True)


def _reset(said, place):
    return Altered(b"", length=len(said.body), cut=True)


def _short(said, place):
    return Altered(said.body[:place])  # with the length of what is left: only the JSON tells


def _long(said, place):
    return Altered(said.body, length=len(said.body) + 7, cut=True)


def _overwritten(said, place):
    return Altered(said.body[:place] + b"\0" * min(7, len(said.body) - place) + said.body[place + 7 :])


def _no_utf8(said, place):
    """One byte inside a name, as no UTF-8."""
    at = said.body.find(b'"name":"', place)
    at = at if at >= 0 else said.body.find(b'"name":"')
    return Altered(said.body[: at + 8] + b"\xff" + said.body[at + 9 :]) if at >= 0 else _overwritten(said, place)


def _turned(said, place):
    """One bit."""
    return Altered(said.body[:place] + bytes([said.body[place] ^ 4]) + said.body[place + 1 :])


def _slow(said, place):
    return Altered(said.body, wait_s=0.3)


def _stalled(said, place):
    return Altered(said.body, wait_s=_READ_S + 1)


def _page_of_html(said, place):
    return Altered(b"<html><body><h1>502 Bad Gateway</h1></body></html>", status=502)


def _login(said, place):
    return Altered(b"<html><body>please log in</body></html>")  # status 200


PLAIN = (_cut, _reset, _short, _long, _overwritten, _slow, _page_of_html, _login)
PACKED = (_cut, _short, _long, _overwritten, _turned)


def sometimes(troubles, seed, share=0.3):
    """Alter a share of the answers, never more than three of one list one after the other."""
    chance, row = random.Random(seed), {}

    def trouble(said):
        path = said.path.partition("?")[0]
        hit = said.body and row.get(path, 0) < 3 and chance.random() < share
        row[path] = row.get(path, 0) + 1 if hit else 0
        return chance.choice(troubles)(said, chance.randrange(len(said.body))) if hit else None

    return trouble


def always(trouble, plural):
    """Alter every answer about one kind."""
    return lambda said: trouble(said, len(said.body) * 2 // 3) if f"/{plural}?" in said.path else None


@pytest.mark.parametrize("packed", [pytest.param(False, id="plain"), pytest.param(True, id="gzip")])
@pytest.mark.parametrize("seed", range(4))
def test_trouble_that_passes_leaves_no_trace(crowd, tmp_path, seed, packed):
    with proxied(crowd) as proxy:
        proxy.packs, proxy.trouble = packed, sometimes(PACKED if packed else PLAIN, seed)
        dump = tmp_path / "kubectl.json"
        tries = count()

        def alike():
            next(tries)
            snap = collect(kubeconfig=crowd.kubeconfig("admin", server=proxy.url), page_size=200, patience=HASTY, timeout_s=_READ_S)
            dump.write_text(crowd.kubectl("get", KINDS, "-A", "-o", "json"))
            return snap.gaps.empty and differing(snap, load(dump)) == []

        objects.quiet(alike)  # Events may come between the two
        assert proxy.hurt >= 5 and next(tries) <= 3
        assert any(said.packed for said in proxy.said) == packed


@pytest.mark.parametrize("trouble", [_cut, _reset, _short, _long, _overwritten, _no_utf8, _stalled, _page_of_html, _login])
def test_trouble_that_stays_is_told_and_the_rest_is_there(crowd, trouble):
    impatient = Patience(tries=1, first_s=0.02)
    with proxied(crowd) as proxy:
        proxy.trouble = always(trouble, "pods")
        snap = collect(kubeconfig=crowd.kubeconfig("reader", server=proxy.url), patience=impatient, timeout_s=_READ_S)
        assert proxy.hurt
    assert set(snap.gaps["kind"]) == {"Pod"} and set(snap.gaps["reason"]) <= {"ERROR", "TRUNCATED", "UNREADABLE"}
    assert snap.knows(Kind.POD) == (trouble is _no_utf8) and snap.gaps["detail"].str.len().gt(10).all()
    whole = live(crowd, "reader")
    assert "pods" in differing(snap, whole) and snap.services.equals(whole.services)
    assert set(snap.pods["pod"]) <= set(whole.pods["pod"])


def test_a_list_that_breaks_off_keeps_the_pages_before(crowd):
    with proxied(crowd) as proxy:
        proxy.trouble = lambda said: _cut(said, 1000) if "/pods?" in said.path and "continue=" in said.path else None
        snap = collect(kubeconfig=crowd.kubeconfig("reader", server=proxy.url), page_size=100, patience=Patience(1, 0.02))
    assert snap.gaps[["kind", "reason"]].to_numpy().tolist() == [["Pod", "TRUNCATED"]] and len(snap.pods) == 100


def test_a_proxy_that_says_nothing_sensible_is_told_in_one_sentence(crowd):
    with proxied(crowd) as proxy:
        proxy.trouble = lambda said: Altered(b"", length=9, cut=True)
        with pytest.raises(ClusterError, match="it cannot be reached: ") as told:
            collect(kubeconfig=crowd.kubeconfig("reader", server=proxy.url), patience=Patience(1, 0.02))
        assert "\n" not in str(told.value)


@pytest.mark.parametrize("packed", [pytest.param(False, id="plain"), pytest.param(True, id="gzip")])
@pytest.mark.parametrize("seed", range(2))
def test_a_watch_through_trouble_ends_where_the_cluster_is(crowd, seed, packed):
    """Events are cut, spoilt, late; after the trouble what is known is what is collected, without a gap that would stay."""
    chance = random.Random(seed)
    troubles = PACKED if packed else (_cut, _reset, _overwritten, _slow)

    def trouble(said):
        return chance.choice(troubles)(said, chance.randrange(len(said.body))) if said.body and chance.random() < 0.15 else None

    with proxied(crowd) as proxy:
        config = crowd.kubeconfig("reader", server=proxy.url)
        proxy.packs = packed
        with watch(kubeconfig=config, patience=HASTY, timeout_s=_READ_S) as followed:
            proxy.trouble = trouble
            for number in range(400):
                objects.pod(crowd, "crowd", f"w-{seed}-{packed:d}-{number}", {"app": "w"}, nodeName="node-a")
                objects.ok(crowd.raw("DELETE", f"/api/v1/namespaces/crowd/pods/w-{seed}-{packed:d}-{number}?gracePeriodSeconds=0"))
                if proxy.hurt >= ENOUGH:
                    break
                if number % 20 == 10:
                    proxy.close()
                    objects.quiet(lambda: not followed.connected)
                    proxy.open()
            objects.pod(crowd, "crowd", f"last-{seed}-{packed:d}", {"app": "w"}, nodeName="node-a")
            proxy.trouble = lambda said: None
            assert proxy.hurt >= ENOUGH
            objects.quiet(lambda: followed.connected and differing(followed.snapshot(), live(crowd, "reader")) == [], 60)
            assert followed.snapshot().gaps.empty
