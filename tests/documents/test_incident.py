"""What a review tells of small clusters made by hand: hit, since when, for whom, causes, what is left open."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

import k8snetviz as knv
from k8snetviz.documents.incident import worth_explaining
from k8snetviz.documents.links import links, markdown
from k8snetviz.documents.window import moment
from k8snetviz.errors import UnknownReference, UsageError
from tests.build import as_list, endpoint, endpoint_slice, namespace, pod, service
from tests.dumps import dump, needs_dumps
from tests.views.frames import state, states

LAST = datetime(2026, 11, 22, 14, 3, 3, tzinfo=UTC)


def event(kind, name, reason, when, *, type_="Warning", space="shop", **more):
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": f"{name}.{reason}", "namespace": space, "creationTimestamp": when},
        "involvedObject": {"kind": kind, "name": name, "namespace": space},
        "reason": reason,
        "message": f"{reason} it is",
        "type": type_,
        "firstTimestamp": when,
        "lastTimestamp": when,
        "count": 1,
    } | more


def moment_of(selector, *more, hour=12, cluster="one"):
    """The Service `shop/cart` with its one pod, at `hour` o'clock."""
    system = namespace("kube-system")
    system["metadata"]["uid"] = cluster
    clock = event("Pod", "clock", "Scheduled", f"2026-11-22T{hour:02d}:00:00Z", type_="Normal", space="kube-system")
    objects = [system, namespace("shop"), service("cart", selector={"app": selector}), pod("cart-0", labels={"app": "cart"}), clock]
    served = (endpoint("10.0.0.1", target="cart-0"),) if selector == "cart" else ()
    return knv.load(json.dumps(as_list([*objects, endpoint_slice("cart", served), *more])).encode())


def test_the_sample_tells_what_broke_why_since_when_for_whom():
    review = knv.incident([knv.sample("before"), knv.sample("during")])
    assert "10 Services stopped serving as they should (now 2 down, 7 degraded, 1 empty); no Service serves again." in review.summary.text
    hit = review.hit.text.splitlines()
    (cart,) = (line for line in hit if line.startswith("shop/cart"))
    assert cart.startswith("shop/cart · ● serving · ✕ down · 3 → 0 · between the two; nothing in the window tells when · SELECTS_NOTHING")
    (orders,) = (line for line in hit if line.startswith("shop/orders"))
    assert "3 → 0 · first sign 13:33:02, Deployment shop/orders: ScalingReplicaSet · PORT_UNRESOLVED" in orders
    assert "shop/cart · ✕ down · shop.example/cart (Ingress shop/storefront)" in review.whom.text
    assert "shop/orders · ✕ down · api.shop.example/orders (Ingress shop/storefront), node port 30081" in review.whom.text
    causes = review.causes.text.splitlines()
    place = causes.index("- The selector of Service shop/cart changed from app=cart to app=carts.")
    assert causes[place + 1].startswith("  - shop/cart: serving before, down now; lost 3 backends.")
    assert "shop/cart · lost · 3 · follows from a change of Service shop/cart · cart-" in review.backends.text
    assert "13:47:10 · Node node-c · NodeNotReady: Node node-c status is now: NodeNotReady" in review.happened.text
    assert "kubectl -n shop get pods -l app=carts" in review.next_steps.text
    assert "how many requests failed" in review.questions.text.casefold()
    assert repr(review) == review.summary.text


def test_one_snapshot_tells_no_comparison():
    review = knv.incident(moment_of("carts"))
    assert (review.before, review.changes, review.lines) == (None, None, None)
    assert "Of 1 Service at 2026-11-22 12:00:00 UTC (memory), 1 does not serve as it should: 1 down." in review.summary.text
    assert "shop/cart · ✕ down · 0 of 0 · nothing in the window tells when · SELECTS_NOTHING" in review.hit.text
    assert review.causes.text == review.backends.text == "One snapshot alone does not tell what changed."


def test_nothing_changed_and_nothing_is_broken():
    review = knv.incident([moment_of("cart", hour=11), moment_of("cart")])
    assert "no Service began or stopped to serve as it should." in review.summary.text
    assert review.causes.text == "Nothing that matters for traffic differs between the two snapshots, as far as both know it."
    assert review.hit.text == "Every Service serves. No Service is in another state than before."
    assert review.backends.text == "No Service lost or gained a backend that serves."
    assert review.next_steps.text == "Nothing: no Service in question is broken."
    assert review.services == [] and review.explanations == []


def test_a_service_that_serves_again_is_hit_too():
    review = knv.incident([moment_of("carts", hour=11), moment_of("cart")])
    assert "no Service stopped serving as it should; 1 Service serves again (before 1 down)." in review.summary.text
    assert "shop/cart · ✕ down · ● serving · 0 → 1" in review.hit.text
    assert "shop/cart · gained · 1" in review.backends.text


def test_what_was_broken_before_is_no_news():
    review = knv.incident([moment_of("carts", hour=11), moment_of("carts")])
    assert "2026-11-22" not in review.hit.text
    assert "shop/cart · ✕ down · ✕ down · 0 → 0 · 11:00:00 or before: so in the first snapshot" in review.hit.text


def test_since_when_by_a_series_in_any_order():
    series = [moment_of("cart" if hour < 11 else "carts", hour=hour) for hour in (9, 10, 11, 12)]
    review = knv.incident([series[2], series[0], series[3], series[1]])
    assert [told.time.hour for told in review.told] == [9, 10, 11, 12]
    assert "between 10:00:00 and 11:00:00; nothing in the window tells when" in review.hit.text
    assert review.names == ["memory (1)", "memory (2)", "memory (3)", "memory (4)"]


@pytest.mark.parametrize(
    ("since", "until", "hours"),
    [
        (None, None, [9, 10, 11, 12]),
        ("10:30", None, [10, 11, 12]),
        ("10:30", "11:30", [10, 11]),
        (None, "10:59", [9, 10]),
        ("08:00", "08:30", [9, 10]),
        ("11:59", None, [11, 12]),
        ("12:00", "13:00", [11, 12]),
    ],
)
def test_a_window_chooses_among_more_than_two(since, until, hours):
    series = [moment_of("cart", hour=hour) for hour in (9, 10, 11, 12)]
    assert [told.time.hour for told in knv.incident(series, since=since, until=until).told] == hours


def test_two_stay_in_the_order_given_and_that_is_said():
    review = knv.incident([moment_of("carts", hour=12), moment_of("cart", hour=11)])
    assert review.summary.text.startswith("The first snapshot (memory (1), 2026-11-22 12:00:00) is newer than the last (memory (2), ")
    assert "1 Service serves again" in review.summary.text


def test_another_cluster_is_said():
    review = knv.incident([moment_of("cart", hour=11), moment_of("cart", cluster="two")])
    assert "The two snapshots are of different clusters (memory (1) of one, memory (2) of two)" in review.summary.text
    assert "different clusters" in review.questions.text


def test_what_only_one_snapshot_knows_is_no_change():
    narrow = knv.load(json.dumps(as_list([service("cart", selector={"app": "carts"})])).encode())
    other = json.dumps(as_list([service("cart", selector={"app": "carts"}), service("gone", ns="far"), service("new", ns="far")]))
    review = knv.incident([narrow, knv.load(other.encode())])
    assert "far/new · not known · ? unknown" in review.hit.text or "far/new · not known · ✕ down" in review.hit.text
    assert not review.services_hit["flipped"].any()
    assert "were not compared" in review.questions.text


def test_what_happened_is_told_once_in_the_window_and_of_what_was_hit():
    more = [
        event("Pod", "cart-0", "Unhealthy", "2026-11-22T11:30:00Z"),
        event("Pod", "cart-0", "Pulled", "2026-11-22T11:10:00Z", type_="Normal"),
        event("Pod", "cart-0", "Early", "2026-11-22T10:00:00Z"),
        event("Pod", "cart-0", "Lasting", "2026-11-22T10:00:00Z", lastTimestamp="2026-11-22T11:45:00Z", count=7),
        event("Pod", "other", "Unhealthy", "2026-11-22T11:31:00Z"),
        event("Node", "node-a", "NodeNotReady", "2026-11-22T11:20:00Z", space="default"),
    ]
    review = knv.incident([moment_of("cart", hour=11), moment_of("carts", *more)])
    lines = [line for line in review.happened.text.splitlines() if line[:3] in ("10:", "11:", "12:")]
    assert [line.split(" · ")[:4] for line in lines] == [
        ["11:20:00", "Node node-a", "NodeNotReady: NodeNotReady it is", "1"],
        ["11:30:00", "Pod shop/cart-0", "Unhealthy: Unhealthy it is", "1"],
        ["11:45:00", "Pod shop/cart-0", "Lasting: Lasting it is", "7"],
    ]
    assert "Left out: 3 of what stands behind no Service that was hit and 1 that come with every pod." in review.happened.text
    assert "first sign 11:30:00, Pod shop/cart-0: Unhealthy" in review.hit.text
    narrow = knv.incident([review.before, review.after], since="11:40", until="11:50")
    assert "11:45:00" in narrow.happened.text and "11:30:00" not in narrow.happened.text


def test_services_in_question_come_first_and_are_explained():
    review = knv.incident(moment_of("cart"), ["service:shop/cart"])
    assert review.services == ["shop/cart"] and [told.service for told in review.explanations] == ["shop/cart"]
    assert "shop/cart · ● serving" in review.hit.text


def test_a_service_that_is_gone_may_be_in_question():
    spaces = [namespace("shop"), {"kind": "ServiceList", "apiVersion": "v1", "items": []}]
    gone = knv.load(json.dumps(as_list(spaces[:1])).encode())
    review = knv.incident([moment_of("cart", hour=11), gone], ["shop/cart"])
    assert review.asked and review.services == []


@pytest.mark.parametrize("services", [["shop/carts"], ["cart"], ["other/cart"]])
def test_a_service_that_is_nowhere(services):
    with pytest.raises(UnknownReference, match="shop/cart"):
        knv.incident([moment_of("cart", hour=11), moment_of("cart")], services)


@pytest.mark.parametrize("given", [[], "dump.json", ["dump.json"], None])
def test_what_is_no_snapshot(given):
    with pytest.raises((UsageError, TypeError)):
        knv.incident(given)


def test_a_window_that_ends_before_it_begins():
    with pytest.raises(
        UsageError, match="wanted a time window that begins before it ends, found 2026-11-22 11:00:00 to 2026-11-22 10:00:00 UTC"
    ):
        knv.incident(moment_of("cart"), since="11:00", until="10:00")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("13:30", datetime(2026, 11, 22, 13, 30, tzinfo=UTC)),
        ("9:05:10", datetime(2026, 11, 22, 9, 5, 10, tzinfo=UTC)),
        ("90m", datetime(2026, 11, 22, 12, 33, 3, tzinfo=UTC)),
        ("1d", datetime(2026, 11, 21, 14, 3, 3, tzinfo=UTC)),
        ("2026-11-22T13:30", datetime(2026, 11, 22, 13, 30, tzinfo=UTC)),
        ("2026-11-22 13:30+02:00", datetime(2026, 11, 22, 11, 30, tzinfo=UTC)),
    ],
)
def test_times_that_people_write(text, wanted):
    assert moment(text, LAST) == wanted


@pytest.mark.parametrize("text", ["", "25:00", "soon", "999999d", "5x", "2026-13-01"])
def test_no_times(text):
    with pytest.raises(UsageError, match=r"wanted a time such as 13:30, 2026-11-22T13:30 \(UTC, or with an offset\)"):
        moment(text, LAST)


def test_a_time_that_needs_the_last_snapshot():
    with pytest.raises(UsageError, match="wanted a time with its date, found '90m': nothing tells when the last snapshot was taken"):
        moment("90m", None)


@pytest.mark.parametrize(
    "given",
    [
        "x",
        "=http://a",
        "a=",
        "a=javascript:alert(1)",
        "a=data:text/html,x",
        "a=//h/x",
        "a=http://",
        "a=http://[::1",
        "a=\x00http://x",
        "a=/x",
    ],
)
def test_links_that_lead_nowhere_or_run(given):
    with pytest.raises(UsageError, match="wanted a link"):
        links([given])


def test_links_and_words_are_harmless_in_markdown():
    found = links(['ticket [1]=https://example.com/a(b)?c=<d>&copy=1 "2"', "x=HTTP://h/$y$"])
    assert found == {
        "ticket [1]": "https://example.com/a%28b%29?c=%3Cd%3E&copy=1%20%222%22".replace('"', "%22").replace("%2222", "%222"),
        "x": "HTTP://h/%24y%24",
    }
    assert markdown("*a* <b> $x$ [y](z) \\") == r"\*a\* \<b\> \$x\$ \[y\](z) \\"


@pytest.mark.parametrize(
    ("rows", "chosen"),
    [
        pytest.param([state()], [], id="all serve"),
        pytest.param([], [], id="no Service"),
        pytest.param(
            [state("a:b/y", "down"), state("a/<x>", "down"), state("a/z", "degraded")], ["a/z"], id="names that nobody can ask for"
        ),
        pytest.param(
            [state("a/x", "degraded", reason="NOT_READY"), state("b/y", "down", reason="NOT_READY"), state("a/z", "external")],
            ["b/y", "a/x"],
            id="what is worst first",
        ),
        pytest.param(
            [
                state("a/x", "down", reason="NOT_READY"),
                state("a/y", "down", reason="NOT_READY"),
                state("a/z", "down", reason="NO_ENDPOINTS"),
            ],
            ["a/x", "a/z"],
            id="one of each kind",
        ),
    ],
)
def test_which_services_are_explained(rows, chosen):
    assert worth_explaining(states(*rows)) == chosen


class TestRealSeries:
    """What a reader must learn from real series, written down from the files."""

    pytestmark = needs_dumps

    def test_d14_three_snapshots_of_which_the_first_knows_one_namespace(self):
        review = knv.incident([knv.load(dump("d14") / f"files-t{number}") for number in (3, 1, 2)])
        assert [snap.provenance.name for snap in review.snaps] == ["files-t1", "files-t2", "files-t3"]
        text = review.summary.text
        assert "no Service began or stopped to serve as it should." in text and "6 down, 1 unknown, 10 serving." in text
        assert "cert-manager" not in review.causes.text  # a namespace that the first dump did not read is no news
        assert "Pods of namespace cert-manager were not compared: not known whole in the snapshot before." in review.questions.text
        assert "default/apisix-etcd · ✕ down · ✕ down · 0 → 0" in review.hit.text

    def test_d09_two_runs_of_which_only_one_namespace_was_renewed(self):
        folder = dump("d09") / "files" / "test" / "integration" / "testdata"
        runs = [knv.load(folder / name) for name in ("results-4-e2e-failures.tar.gz", "results-quick-no-failures.tar.gz")]
        review = knv.incident(runs)
        assert "newer than the last" not in review.summary.text
        assert "- Namespace sonobuoy was deleted and made anew." in review.causes.text
        assert "newer than the last" in knv.incident(runs[::-1]).summary.text

    def test_d04_three_versions_are_three_clusters(self):
        folder = dump("d04") / "files" / "internal" / "testutil" / "data"
        review = knv.incident([knv.load(folder / name) for name in ("1_31", "1_35")])
        assert "The two snapshots are of different clusters" in review.summary.text
        assert "scraper/e2e-lb · ✕ down · ✕ down · 0 → 0" in review.hit.text
