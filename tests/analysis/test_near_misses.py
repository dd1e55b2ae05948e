"""Near misses: what differs in one pair, where a label went, ports by another name, selectors that catch too much."""

from __future__ import annotations

import pytest

import k8snetviz as knv
from k8snetviz.analysis.label_sets import Difference, alike, difference
from k8snetviz.analysis.near_misses import near_misses
from k8snetviz.errors import UnknownReference
from k8snetviz.model.kinds import NearMiss
from k8snetviz.model.tables import NEAR_MISSES
from tests import build


def told(objects: list[build.Obj], service: str = "shop/cart") -> list[tuple[object, ...]]:
    rows = NEAR_MISSES.check(near_misses(knv.load(build.as_list(objects)), service))
    columns = ["kind", "object_kind", "object_namespace", "object", "key", "wanted", "found", "pods", "ready_pods"]
    return [tuple(row) for row in rows[columns].astype(object).where(rows[columns].notna(), None).itertuples(index=False)]


def details(objects: list[build.Obj], service: str = "shop/cart") -> list[str]:
    return near_misses(knv.load(build.as_list(objects)), service)["detail"].tolist()


def owned(name: str, workload: str, labels: dict[str, str], **more: object) -> build.Obj:
    """A pod of a StatefulSet, which needs no ReplicaSet between."""
    return build.pod(name, labels=labels, owner=("StatefulSet", workload), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        pytest.param({"app": "cart"}, None, id="matches"),
        pytest.param({"app": "carts"}, Difference(NearMiss.OTHER_VALUE, "app", "cart", "carts"), id="other value"),
        pytest.param({"app": "Cart"}, Difference(NearMiss.OTHER_CASE, "app", "cart", "Cart"), id="value in other case"),
        pytest.param({"App": "cart"}, Difference(NearMiss.OTHER_CASE, "app", "app=cart", "App=cart", in_key=True), id="key in other case"),
        pytest.param({"app": "cart "}, Difference(NearMiss.WHITESPACE, "app", "cart", "cart "), id="blank behind the value"),
        pytest.param({"app": "ca\u200brt"}, Difference(NearMiss.WHITESPACE, "app", "cart", "ca\u200brt"), id="invisible character"),
        pytest.param({" app": "cart"}, Difference(NearMiss.WHITESPACE, "app", "app=cart", " app=cart", in_key=True), id="blank in the key"),
        pytest.param({"name": "cart"}, Difference(NearMiss.MISSING_KEY, "app", "cart", "name=cart"), id="value under another key"),
        pytest.param({"tier": "web"}, Difference(NearMiss.MISSING_KEY, "app", "cart", None), id="missing key"),
        pytest.param({}, Difference(NearMiss.MISSING_KEY, "app", "cart", None), id="no labels at all"),
        pytest.param({"app": ""}, Difference(NearMiss.OTHER_VALUE, "app", "cart", ""), id="an empty value is not a missing key"),
    ],
)
def test_one_pair_against_labels(labels, expected):
    assert difference(labels, {"app": "cart"}) == expected


def test_two_differing_pairs_are_no_near_miss():
    assert difference({"app": "a", "tier": "b"}, {"app": "cart", "tier": "web"}) is None


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("cart", "carts", True),
        ("payment", "payments", True),
        ("shard-1", "shard-2", False),
        ("frontend", "backend", False),
        ("a", "b", False),
    ],
)
def test_values_that_look_like_a_slip(one, other, expected):
    assert alike(one, other) is expected


def test_a_workload_with_another_value_is_counted_once():
    objects = [
        build.service("cart", selector={"app": "carts"}),
        *(owned(f"cart-{number}", "cart", {"app": "cart", "n": str(number)}, ready=number > 0) for number in range(3)),
        build.pod("loner", labels={"app": "card"}),
    ]
    assert told(objects) == [
        ("other-value", "Pod", "shop", "loner", "app", "carts", "card", 1, 1),
        ("other-value", "StatefulSet", "shop", "cart", "app", "carts", "cart", 3, 2),
    ]
    assert details(objects) == [
        "Pod loner (ready) has app=card, not app=carts.",
        "StatefulSet cart (3 pods, 2 ready) has app=cart, not app=carts.",
    ]


@pytest.mark.parametrize(
    ("labels", "row", "detail"),
    [
        pytest.param(
            {"app": "cart"},
            ("missing-key", "Pod", "shop", "p", "tier", "web", None, 1, 1),
            "Pod p (ready) has no label tier.",
            id="missing key",
        ),
        pytest.param(
            {"app": "cart", "role": "web"},
            ("missing-key", "Pod", "shop", "p", "tier", "web", "role=web", 1, 1),
            "Pod p (ready) has no label tier, but role=web.",
            id="value under another key",
        ),
        pytest.param(
            {"app": "cart", "tier": "Web"},
            ("other-case", "Pod", "shop", "p", "tier", "web", "Web", 1, 1),
            "Pod p (ready) has tier=Web, not tier=web: upper and lower case differ.",
            id="other case",
        ),
        pytest.param(
            {"app": "cart", "Tier": "web"},
            ("other-case", "Pod", "shop", "p", "tier", "tier=web", "Tier=web", 1, 1),
            "Pod p (ready) has Tier=web, not tier=web: upper and lower case differ.",
            id="other case of the key",
        ),
        pytest.param(
            {"app": "cart", "tier": "web\t"},
            ("whitespace", "Pod", "shop", "p", "tier", "web", "web\t", 1, 1),
            "Pod p (ready) has 'tier=web\\x09', not 'tier=web': blanks or invisible characters differ.",
            id="whitespace, written out",
        ),
        pytest.param(
            {"app": "cart", "tier": "db"},
            ("other-value", "Pod", "shop", "p", "tier", "web", "db", 1, 1),
            "Pod p (ready) has tier=db, not tier=web.",
            id="other value",
        ),
    ],
)
def test_every_kind_of_difference(labels, row, detail):
    objects = [build.service("cart", selector={"app": "cart", "tier": "web"}), build.pod("p", labels=labels)]
    assert told(objects) == [row]
    assert details(objects) == [detail]


def test_two_pairs_off_terminal_pods_and_other_workloads_are_silent():
    objects = [
        build.service("cart", selector={"app": "cart", "tier": "web"}),
        build.pod("far", labels={"app": "x", "tier": "y"}),
        build.pod("done", labels={"app": "cart", "tier": "wep"}, phase="Succeeded"),
    ]
    assert told(objects) == []


def test_pods_without_any_label_are_near_only_by_their_name():
    objects = [
        build.service("cart", selector={"app": "cart"}),
        build.pod("cart-7d4", labels={}),
        build.pod("zebra", labels={}, ips=("10.0.0.2",)),
    ]
    # pods without controller and with equal labels are one group, named by its first pod
    assert told(objects) == [("missing-key", "Pod", "shop", "cart-7d4", "app", "cart", None, 2, 2)]


def test_a_service_that_selects_pods_is_told_only_of_slips():
    objects = [
        build.service("cart", selector={"app": "cart"}),
        owned("cart-0", "cart", {"app": "cart"}),
        build.pod("typo", labels={"app": "carrt"}),
        build.pod("case", labels={"app": "CART"}),
        build.pod("other", labels={"app": "orders"}),
        build.pod("elsewhere", ns="prod", labels={"app": "cart"}),
        owned("cart-1", "cart", {"app": "debug"}),
    ]
    assert [(kind, name, found) for kind, _, _, name, _, _, found, *_ in told(objects)] == [
        ("other-case", "case", "CART"),
        ("other-value", "typo", "carrt"),
        ("other-value", "cart", "debug"),
    ]


def test_siblings_without_a_key_are_silent_where_pods_are_selected():
    objects = [
        build.service("cart", selector={"release": "r", "app": "cart"}),
        build.pod("x-1", labels={"release": "r", "app": "cart"}),
        build.pod("operator-1", labels={"release": "r"}),
        build.pod("cart-2", labels={"release": "r", "v": "2"}),
    ]
    assert [(row[0], row[3]) for row in told(objects)] == [("missing-key", "cart-2")]


def test_services_of_single_pods_do_not_miss_the_other_pods():
    key = "statefulset.kubernetes.io/pod-name"
    objects = [build.service("cart", selector={key: "db-ab"}), *(owned(name, "db", {key: name}) for name in ("db-ab", "db-abc"))]
    assert told(objects) == []


def test_values_of_one_workload_are_joined():
    objects = [
        build.service("cart", selector={"app": "cart", "v": "x"}),
        *(owned(f"cart-{n}", "cart", {"app": "cart", "v": str(n)}) for n in range(5)),
    ]
    assert told(objects) == [("other-value", "StatefulSet", "shop", "cart", "v", "x", "0, 1, 2 and 2 more", 5, 5)]


def test_a_label_on_the_controller_but_not_on_its_template():
    deployment = build.workload("Deployment", "cart", labels={"run": "cart"})
    deployment["metadata"]["labels"] = {"app": "cart", "tier": "web"}
    objects = [build.service("cart", selector={"app": "cart", "tier": "web"}), deployment, build.pod("far", labels={"x": "y"})]
    assert told(objects) == [("missing-key", "Deployment", "shop", "cart", "app, tier", "app=cart, tier=web", None, 0, 0)]
    assert details(objects) == [
        "Deployment cart (no pods) carries app=cart, tier=web on itself, but not on its pod template; "
        "a Service looks at pods, so the label belongs under spec.template.metadata.labels."
    ]


def test_the_controller_says_more_than_the_pods_do():
    stateful = build.workload("StatefulSet", "cart", labels={"app": "cart"})
    stateful["metadata"]["labels"] = {"app": "cart", "tier": "web"}
    objects = [build.service("cart", selector={"app": "cart", "tier": "web"}), stateful, owned("cart-0", "cart", {"app": "cart"})]
    assert told(objects) == [("missing-key", "StatefulSet", "shop", "cart", "tier", "web", None, 1, 1)]
    assert "on itself, but not on its pod template" in details(objects)[0]


def test_templates_stand_for_workloads_without_pods():
    objects = [build.service("cart", selector={"app": "carts"}), build.workload("StatefulSet", "cart", labels={"app": "cart"}, replicas=0)]
    assert told(objects) == [("other-value", "StatefulSet", "shop", "cart", "app", "carts", "cart", 0, 0)]


def test_pods_that_match_in_another_namespace():
    objects = [
        build.service("cart", selector={"app": "cart"}),
        *(build.pod(f"cart-{n}", ns="prod", labels={"app": "cart"}, owner=("StatefulSet", "cart")) for n in range(2)),
    ]
    assert told(objects) == [("other-namespace", "StatefulSet", "prod", "cart", None, None, None, 2, 2)]
    assert details(objects) == [
        "StatefulSet cart (2 pods, 2 ready) in namespace prod has the wanted labels; a Service selects pods of its own namespace only."
    ]


def test_a_selector_that_catches_two_workloads():
    objects = [
        build.service("cart", selector={"app": "cart"}),
        owned("cart-0", "cart", {"app": "cart"}),
        owned("canary-0", "canary", {"app": "cart", "track": "canary"}, ready=False),
    ]
    assert told(objects) == [
        ("several-workloads", "StatefulSet", "shop", "canary", None, None, None, 1, 0),
        ("several-workloads", "StatefulSet", "shop", "cart", None, None, None, 1, 1),
    ]


@pytest.mark.parametrize(
    ("target", "protocol", "declared", "expected"),
    [
        pytest.param("http", "TCP", [build.port(8080, "web")], [("http", "http/TCP", "web 8080/TCP")], id="another name"),
        pytest.param("dns", "UDP", [build.port(53, "dns")], [("dns", "dns/UDP", "dns 53/TCP")], id="another protocol"),
        pytest.param("http", "TCP", [build.port(8080, "HTTP"), build.port(1, "x")], [("http", "http/TCP", "HTTP 8080/TCP")], id="case"),
        pytest.param(
            "http", "TCP", [build.port(80), build.port(9, "m")], [("http", "http/TCP", "80/TCP")], id="number of the Service port"
        ),
        pytest.param("http", "TCP", [build.port(8080, "http")], [], id="resolves"),
        pytest.param("http", "TCP", [], [], id="nothing is declared"),
        pytest.param(8080, "TCP", [build.port(9090, "web")], [], id="a number needs no declaration"),
    ],
)
def test_named_target_ports(target, protocol, declared, expected):
    objects = [
        build.service("cart", selector={"app": "cart"}, ports=(build.sport(80, target, protocol=protocol),)),
        build.pod("cart-0", labels={"app": "cart"}, ports=tuple(declared)),
    ]
    assert [(key, wanted, found) for _, _, _, _, key, wanted, found, *_ in told(objects)] == expected


def test_a_port_of_an_init_container_does_not_count():
    init = {"initContainers": [{"name": "setup", "ports": [build.port(9090, "metrics")]}]}
    objects = [
        build.service("cart", selector={"app": "cart"}, ports=(build.sport(80, "metrics"),)),
        build.pod("cart-0", labels={"app": "cart"}, spec=init),
    ]
    assert details(objects) == ["Pod cart-0 (ready) declares no TCP port named metrics; it declares metrics 9090/TCP (init container)."]


def test_pods_of_a_workload_that_the_toolkit_does_not_know():
    pod = build.pod("cart-7", labels={"app": "cart"}, owner=("Rollout", "cart"))
    objects = [build.service("cart", selector={"app": "carts"}), pod]
    assert told(objects) == [("other-value", "Pod", "shop", "cart-7", "app", "carts", "cart", 1, 1)]


def test_static_pods_of_one_node_are_not_one_workload():
    mirror = [build.pod(f"{name}-n1", labels={"component": name}, owner=("Node", "n1")) for name in ("etcd", "scheduler")]
    objects = [build.service("cart", selector={"component": "etcdd"}), *mirror]
    assert [(row[3], row[6]) for row in told(objects)] == [("etcd-n1", "etcd"), ("scheduler-n1", "scheduler")]


@pytest.mark.parametrize(
    "service",
    [
        pytest.param(build.service("cart"), id="no selector"),
        pytest.param(build.service("cart", selector={}), id="empty selector"),
        pytest.param(build.service("cart", type="ExternalName", selector={"app": "cart"}, externalName="x.example"), id="external"),
    ],
)
def test_a_service_without_selector_misses_nothing(service):
    assert told([service, build.pod("cart-0", labels={"app": "cart"})]) == []


def test_no_pods_at_all():
    assert told([build.service("cart", selector={"app": "cart"})]) == []


def test_an_unknown_service():
    with pytest.raises(UnknownReference):
        near_misses(knv.load(build.as_list([build.service("cart")])), "shop/nope")


def test_hostile_labels_are_written_out_in_sentences():
    objects = [build.service("cart", selector={"app": "ca\x1brt"}), build.pod("p", labels={"app": "<b>\u202e"})]
    assert details(objects) == ["Pod p (ready) has app=<b>\\u202e, not app=ca\\x1brt."]


def operated(part: str) -> list[build.Obj]:
    """A StatefulSet with one pod, under an operator's own resource that stands above several of them."""
    above = build.workload("StatefulSet", f"db-{part}", labels={"app": "db", "part": part}, owner=("Database", "db"))
    return [above, owned(f"db-{part}-0", f"db-{part}", {"app": "db", "part": part})]


def test_parts_of_one_operated_resource_do_not_miss_each_other():
    assert told([build.service("cart", selector={"app": "db", "part": "meta"}), *operated("meta"), *operated("store")]) == []


def test_parts_of_one_operated_resource_are_one_workload_to_a_selector():
    assert told([build.service("cart", selector={"app": "db"}), *operated("meta"), *operated("store")]) == []
