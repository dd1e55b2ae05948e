"""What counts as a change, what explains it, what is suspect, and how it is told: one situation each, and the sample."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime

import pytest

import k8snetviz as knv
from k8snetviz.analysis.change_lines import change_lines
from k8snetviz.model.snapshot import Provenance, Snapshot
from tests import build
from tests.analysis.covered import covered, everywhere

READ = everywhere("Pod", "Node", "Service", "EndpointSlice", "Deployment", "ReplicaSet", "StatefulSet", "NetworkPolicy", "Ingress", "Event")
READY = "status.conditions[Ready]"


def told(changes, *columns, **wanted):
    """Return the rows whose text columns are as wanted, as tuples; None where missing."""
    for name, value in wanted.items():
        changes = changes[changes[name].eq(value).fillna(False)]
    cells = changes[list(columns)].astype(object)
    return [tuple(row) for row in cells.where(cells.notna(), None).itertuples(index=False)]


def lines(changes):
    table = change_lines(changes)
    return [(depth, text) for depth, text in zip(table["depth"], table["text"], strict=True)]


def difference(before, after):
    return knv.diff(covered(before, READ), covered(after, READ))


def cart(selector="cart", pods=5, **pod):
    """A Service with pods of one ReplicaSet, and its slice if it selects them."""
    owner = ("ReplicaSet", "cart-7d9f")
    labels = {"app": "cart", "pod-template-hash": "7d9f"}
    made = [build.pod(f"cart-7d9f-{n}", labels=labels, ips=(f"10.0.0.{n}",), owner=owner, **pod) for n in range(1, pods + 1)]
    ends = [build.endpoint(f"10.0.0.{n}", target=f"cart-7d9f-{n}") for n in range(1, pods + 1)] if selector == "cart" else []
    service = build.service("cart", selector={"app": selector})
    return [build.node("node-a"), *made, service, build.endpoint_slice("cart", tuple(ends) or None)]


def test_an_edited_selector_carries_the_lost_backends_below_it():
    changes = difference(cart(), cart(selector="cart2"))
    assert told(changes, "name", "before", "after", "cause", kind="Service") == [("cart", "app=cart", "app=cart2", None)]
    lost = told(changes, "name", "change", "before", "cause", "cause_field", kind="Backend")
    assert lost == [(f"cart/80/TCP/IPv4/cart-7d9f-{n}", "removed", "serving", "service:shop/cart", "spec.selector") for n in range(1, 6)]
    assert told(changes, "before", "after", "cause", kind="ServiceState", field="state") == [("serving", "down", "service:shop/cart")]
    cause, consequence = lines(changes)
    assert cause == (0, "The selector of Service shop/cart changed from app=cart to app=cart2.")
    assert consequence == (
        1,
        "shop/cart: serving before, down now; lost 5 backends. The selector app=cart2 selects no pod in namespace shop.",
    )


def test_renewed_pods_are_rows_with_the_rollout_as_their_cause_and_one_line():
    after = deepcopy(cart())
    for item in after:
        if item["kind"] == "Pod":
            item["metadata"]["name"] = item["metadata"]["name"].replace("7d9f", "8f00")
            item["metadata"]["uid"] += "-new"
            item["metadata"]["ownerReferences"][0]["name"] = "cart-8f00"
            item["metadata"]["labels"]["pod-template-hash"] = "8f00"
        if item["kind"] == "EndpointSlice":
            for endpoint in item["endpoints"]:
                endpoint["targetRef"]["name"] = endpoint["targetRef"]["name"].replace("7d9f", "8f00")
                endpoint["targetRef"]["uid"] = f"uid-shop-{endpoint['targetRef']['name'].replace('8f00', '7d9f')}-new"
    changes = difference(cart(), after)
    assert told(changes, "name", "field", "before", "after", kind="Deployment") == [("cart", "spec.template", "cart-7d9f", "cart-8f00")]
    pods = told(changes, "change", "cause", kind="Pod")
    assert sorted(pods) == [("added", "workload:shop/Deployment/cart")] * 5 + [("removed", "workload:shop/Deployment/cart")] * 5
    assert lines(changes) == [
        (0, "Deployment shop/cart was rolled out (pods of cart-7d9f before, of cart-8f00 now)."),
        (1, "shop/cart: lost 5 backends; gained 5 backends."),
        (1, "5 pods of Deployment shop/cart were renewed."),
    ]


def test_a_node_that_is_not_ready_explains_its_pods_and_their_backends():
    after = [build.node("node-a", ready="Unknown"), *cart(ready=False)[1:]]
    for endpoint in after[-1]["endpoints"]:
        endpoint["conditions"] = {"ready": False, "serving": False, "terminating": False}
    changes = difference(cart(), after)
    assert told(changes, "before", "after", "cause", kind="Node") == [("True", "Unknown", None)]
    assert set(told(changes, "field", "cause", "cause_field", kind="Pod")) == {(READY, "node:node-a", READY)}
    assert {cause for (cause,) in told(changes, "cause", kind="Backend")} == {f"pod:shop/cart-7d9f-{n}" for n in range(1, 6)}
    assert lines(changes)[0] == (0, "Node node-a is no longer ready (Unknown).")
    assert [depth for depth, _ in lines(changes)] == [0, 1, 1]


def test_a_pod_that_restarted_is_not_called_twice():
    status = [{"name": "app", "restartCount": 3, "ready": False, "state": {"waiting": {"reason": "CrashLoopBackOff"}}}]
    after = cart()
    after[1] = build.pod(
        "cart-7d9f-1",
        labels=after[1]["metadata"]["labels"],
        ips=("10.0.0.1",),
        owner=("ReplicaSet", "cart-7d9f"),
        ready=False,
        status={"containerStatuses": status},
    )
    changes = difference(cart(), after)
    assert told(changes, "before", "after", "cause_field", kind="Pod", field=READY) == [
        ("True", "False", "status.containerStatuses[].restartCount")
    ]
    assert lines(changes)[0] == (0, "Pod shop/cart-7d9f-1 restarted 3 times, and is no longer ready (CrashLoopBackOff (container app)).")


def test_a_count_of_restarts_that_fell_is_no_negative_number_of_restarts():
    counts = [cart(status={"containerStatuses": [{"name": "app", "restartCount": n, "ready": True}]}) for n in (3, 1)]
    assert lines(difference(*counts)) == [(0, "5 pods of Deployment shop/cart have 10 restarts less than before.")]


def test_a_pod_that_is_not_being_deleted_any_more_says_so():
    going = cart(pods=1, deleted="2026-11-22T13:52:45Z")
    texts = [[text for _, text in lines(difference(*pair))] for pair in ((cart(pods=1), going), (going, cart(pods=1)))]
    assert "Pod shop/cart-7d9f-1 is being deleted." in texts[0]
    assert "Pod shop/cart-7d9f-1 is no longer being deleted." in texts[1]


@pytest.mark.parametrize(("desired", "cause"), [((3, 2), "node:node-a"), ((2, 3), None)], ids=["fewer", "more"])
def test_a_node_that_is_not_ready_explains_that_fewer_pods_of_a_daemon_set_are_desired(desired, cause):
    sides = []
    for ready, number in zip(("True", "Unknown"), desired, strict=True):
        daemons = build.workload("DaemonSet", "gateway")
        daemons["status"] = {"desiredNumberScheduled": number}
        sides.append(covered([build.node("node-a", ready=ready), daemons], everywhere("Node", "Pod", "DaemonSet")))
    for pair in (sides, sides[::-1]):
        assert told(knv.diff(*pair), "cause", kind="DaemonSet") == [(cause,)]
    assert f"The desired pods of DaemonSet shop/gateway changed from {desired[0]} to {desired[1]}." in [
        text for _, text in lines(knv.diff(*sides))
    ]


def test_scaling_explains_the_pods_that_came_and_went():
    scaled = [build.workload("Deployment", "cart", replicas=n, labels={"app": "cart"}) for n in (5, 3)]
    changes = difference([*cart(), scaled[0]], [*cart(pods=3), scaled[1]])
    assert told(changes, "field", "before", "after", "cause", kind="Deployment") == [("spec.replicas", "5", "3", None)]
    assert told(changes, "name", "cause", "cause_field", kind="Pod") == [
        (f"cart-7d9f-{n}", "workload:shop/Deployment/cart", "spec.replicas") for n in (4, 5)
    ]


def test_a_target_port_that_no_pod_declares():
    before, after = cart(), deepcopy(cart())
    after[-2]["spec"]["ports"][0]["targetPort"] = "http"
    changes = difference(before, after)
    assert told(changes, "field", "before", "after", kind="Service") == [("spec.ports[80/TCP].targetPort", "8080", "http")]
    assert set(told(changes, "cause", "cause_field", kind="Backend")) == {("service:shop/cart", "spec.ports[80/TCP].targetPort")}


def test_a_name_that_a_person_wrote_cannot_reach_a_terminal():
    evil = "cart\x1b[31m\u202eevil\nSecond line"
    before, after = cart(), cart(selector=evil)
    text = "\n".join(text for _, text in lines(difference(before, after)))
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "cart\\x1b[31m\\u202eevil\\x0aSecond line" in text


def policy(*cidrs):
    rules = [{"from": [{"ipBlock": {"cidr": cidr}}], "ports": [{"port": 80}]} for cidr in cidrs]
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "web", "namespace": "shop", "uid": "u"},
        "spec": {"podSelector": {}, "ingress": rules, "policyTypes": ["Ingress"]},
    }


def test_rules_of_a_network_policy_are_a_set():
    one, other = "10.0.0.0/8", "192.168.0.0/16"
    assert difference([policy(one, other)], [policy(other, one)]).empty
    assert told(difference([policy(one, other)], [policy(one)]), "kind", "field", "before", "after", "cause") == [
        (
            *("NetworkPolicy", "spec.ingress", "Allow ipBlock 10.0.0.0/8 on 80/TCP; Allow ipBlock 192.168.0.0/16 on 80/TCP"),
            *("Allow ipBlock 10.0.0.0/8 on 80/TCP", None),
        )
    ]


def ingress(service, **rule):
    path = {"path": "/", "pathType": "Prefix", "backend": {"service": {"name": service, "port": {"number": 80}}}} | rule
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {"name": "web", "namespace": "shop", "uid": "u"},
        "spec": {"rules": [{"host": "shop.example", "http": {"paths": [path]}}]},
    }


def test_an_ingress_that_leads_elsewhere():
    assert told(difference([ingress("web")], [ingress("cart")]), "kind", "field", "before", "after") == [
        ("Ingress", "spec.rules[shop.example/ Prefix]", "web:80", "cart:80")
    ]


class TestScope:
    """Only what both know is compared."""

    def test_pods_that_were_not_read_are_not_gone(self):
        places = {kind: spaces for kind, spaces in READ.items() if kind != "Pod"}
        objects = [item for item in cart() if item["kind"] != "Pod"]
        before, after = covered(cart(), READ), covered(objects, places)
        assert knv.diff(before, after).empty
        assert told(knv.not_compared(before, after), "kind", "side", "reason") == [("Pod", "after", "NOT_COLLECTED")]

    def test_slices_that_were_not_read_are_no_drift(self):
        places = {kind: spaces for kind, spaces in READ.items() if kind != "EndpointSlice"}
        assert knv.diff(covered(cart(), READ), covered(cart()[:-1], places)).empty


def moment(clock):
    return datetime.fromisoformat(f"2026-01-01T{clock}").replace(tzinfo=UTC)


class TestSkew:
    """Pods became ready at 00:01:00; the slices were read before that."""

    def changes(self, started, finished):
        after = cart()
        after[-1]["endpoints"][0]["conditions"] = {"ready": False, "serving": False, "terminating": False}
        read = covered(after, READ)
        later = Snapshot(read._store, Provenance("later", started=moment(started), finished=moment(finished)))
        return knv.diff(covered(cart(), READ), later), knv.not_compared(covered(cart(), READ), later)

    def test_what_happened_while_the_snapshot_was_read_is_suspect(self):
        changes, unknown = self.changes("00:00:55", "00:01:05")
        assert set(told(changes, "kind", "field", "suspect")) >= {("Backend", "drift", True), ("ServiceState", "state", True)}
        assert changes["suspect"].all()
        assert told(unknown, "side", "reason", "detail") == [
            (
                *("after", "SKEW"),
                "The lists of the snapshot after were read over 10 s; 1 backend drifts in it by what may have happened meanwhile.",
            )
        ]
        assert change_lines(changes)["suspect"].all()

    def test_a_drift_that_is_older_is_real(self):
        changes, unknown = self.changes("00:02:00", "00:02:10")
        assert ("Backend", "drift", False) in told(changes, "kind", "field", "suspect")
        assert not changes["suspect"].any()
        assert unknown.empty

    def test_a_list_of_different_moments_makes_every_drift_doubtful(self):
        after = cart()
        after[-1]["endpoints"][0]["conditions"] = {"ready": False, "serving": False, "terminating": False}
        gap = {"kind": "Pod", "namespace": None, "source": "page 2", "reason": "INCONSISTENT", "detail": "Pages are of different moments."}
        later = covered(after, READ, gaps=[gap])
        changes = knv.diff(covered(cart(), READ), later)
        assert ("Backend", "drift", True) in told(changes, "kind", "field", "suspect")
        assert changes["suspect"].all()
        (row,) = told(knv.not_compared(covered(cart(), READ), later), "side", "reason", "detail")
        assert row[:2] == ("after", "SKEW")
        assert row[2].startswith("The lists of the snapshot after were read at different moments; 1 backend drifts")
        elsewhere = covered(after, READ, gaps=[gap | {"kind": "Ingress"}])
        assert not knv.diff(covered(cart(), READ), elsewhere)["suspect"].any()

    @pytest.mark.parametrize(("killed", "suspect"), [(None, True), ("00:01:30", False), ("00:02:05", True)])
    def test_an_address_without_pod_is_real_where_an_event_tells_that_it_was_killed_before(self, killed, suspect):
        after = [item for item in cart() if item["metadata"]["name"] != "cart-7d9f-1"]
        if killed is not None:
            after.append(killing("cart-7d9f-1", killed))
        read = covered(after, READ)
        later = Snapshot(read._store, Provenance("later", started=moment("00:02:00"), finished=moment("00:02:10")))
        changes = knv.diff(covered(cart(), READ), later)
        ghosts = told(changes, "suspect", kind="Backend", change="added", reason="NO_SUCH_POD")
        assert ghosts == [(suspect,)]


def killing(pod, clock):
    """The Event that a pod was killed."""
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": f"{pod}.1", "namespace": "shop"},
        "involvedObject": {"kind": "Pod", "namespace": "shop", "name": pod},
        "reason": "Killing",
        "type": "Normal",
        "lastTimestamp": f"2026-01-01T{clock}Z",
    }


def test_no_change_is_no_line():
    assert lines(difference(cart(), cart())) == []


@pytest.fixture(scope="module")
def changes():
    """The sample incident."""
    return knv.diff(knv.sample("before"), knv.sample("during"))


class TestSample:
    """data/README.md tells what happened between the two moments; this is what a reader must learn from them."""

    def test_services_that_flipped_and_why(self, changes):
        flips = told(changes, "namespace", "name", "before", "after", "cause", "cause_field", kind="ServiceState", field="state")
        found = {f"{space}/{name}": (before, after, cause, field) for space, name, before, after, cause, field in flips}
        checkout = found.pop("shop/checkout")
        assert checkout[:2] == ("serving", "degraded")
        assert checkout[2].startswith("pod:shop/checkout-")
        assert checkout[3] == READY  # a readiness gate turned False
        rollout = "spec.template"
        assert found == {
            "shop/cart": ("serving", "down", "service:shop/cart", "spec.selector"),
            "shop/orders": ("serving", "down", "workload:shop/Deployment/orders", "spec.template.spec.containers[].ports"),
            "shop/payments": ("serving", "degraded", "workload:shop/Deployment/payments", rollout),
            "shop/media": ("serving", "degraded", "workload:shop/Deployment/media", rollout),
            "shop/reviews": ("serving", "degraded", "workload:shop/Deployment/reviews", rollout),
            "shop/pricing": ("serving", "degraded", "workload:shop/Deployment/pricing", "spec.replicas"),
            "shop/search": ("serving", "empty", "workload:shop/Deployment/search", "spec.replicas"),
            "data/db": ("serving", "degraded", "node:node-c", READY),
            "edge/gateway": ("serving", "degraded", "node:node-c", READY),
        }

    def test_a_pod_that_is_deleted_explains_what_its_other_service_counts(self, changes):
        found = told(changes, "cause", "cause_field", kind="ServiceState", name="cache-peers", field="terminating")
        assert found == [("node:node-c", READY)]
        assert not any("explains it" in text for _, text in lines(changes) if text.startswith("data/cache-peers"))

    def test_first_causes_are_what_people_did_and_the_lost_node(self, changes):
        first = changes[changes["cause"].isna() & ~changes["kind"].isin(["ServiceState", "Backend"])]
        found = set(told(first, "kind", "name", "field"))
        assert found >= {
            ("Service", "cart", "spec.selector"),
            ("Node", "node-c", READY),
            ("Deployment", "orders", "spec.template.spec.containers[].ports"),
            ("Deployment", "payments", "spec.template"),
            ("Deployment", "media", "spec.template"),
            ("Deployment", "pricing", "spec.replicas"),
            ("Deployment", "search", "spec.replicas"),
        }

    def test_the_lost_node_stands_first_and_the_selector_below_it(self, changes):
        roots = [text for depth, text in lines(changes) if depth == 0]
        assert roots[0] == "Node node-c is no longer ready (Unknown)."
        assert "The selector of Service shop/cart changed from app=cart to app=carts." in roots
        assert (1, "3 pods of Deployment shop/orders were renewed.") in lines(changes)

    def test_nothing_of_it_is_suspect_and_everything_was_compared(self, changes):
        assert not changes["suspect"].any()
        assert knv.not_compared(knv.sample("before"), knv.sample("during")).empty
