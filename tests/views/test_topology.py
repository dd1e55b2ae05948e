from __future__ import annotations

import json

import pytest

from k8snetviz.errors import SchemaError, UnknownReference
from k8snetviz.views.drawing import drawing_of
from k8snetviz.views.placement import placement_picture
from k8snetviz.views.topology import topology_picture
from k8snetviz.views.topology_plan import plan
from tests.views.frames import absent, backend, backends, named, not_ready, service, snapshot, state, states, words

STATUS = {"a": "True", "b": "Unknown", "c": "False", "d": None}
NODES = [{"node": f"node-{at}", "ready_status": status, "zone": "zone-1", "unschedulable": False} for at, status in STATUS.items()]
ANSWERS = (
    states(
        state("shop/cart", "down", selected=0, ready=0, reason="SELECTS_NOTHING", detail="The selector matches no pod."),
        state("shop/mail", "external", type="ExternalName", managed=False, selected=None, ready=None),
        state("shop/orders", "down", type="NodePort", reason="PORT_UNRESOLVED"),
        state("shop/payments", "degraded"),
        state("shop/web", type="LoadBalancer", load_balancer="pending"),
    ),
    backends(
        absent("shop/orders", "orders-0"),
        backend("shop/payments", "payments-0"),
        not_ready("shop/payments", "payments-1", node="node-c"),
        backend("shop/web", "web-0"),
    ),
)


def shop(**frames):
    services = [
        service("shop/cart"),
        service("shop/mail", type="ExternalName", external_name="smtp.example.net"),
        service("shop/orders", type="NodePort"),
        service("shop/payments", headless=True),
        service("shop/web", type="LoadBalancer"),
    ]
    return snapshot(**({"services": services, "nodes": NODES} | frames))


def fields(picture, name: str, column: int = 0) -> list[str]:
    return [row[column] for row in named(picture, name).customdata]


def test_what_is_broken_comes_first():
    picture = topology_picture(shop(), *ANSWERS)
    order = ["shop/cart", "shop/orders", "shop/payments", "shop/web", "shop/mail"]
    assert fields(picture, "Service") == order
    heights = list(named(picture, "Service").y)
    assert heights == sorted(heights)
    assert fields(picture, "Service", 1) == ["down", "down", "degraded", "serving", "external"]


def test_one_mark_per_workload_with_a_square_per_pod():
    picture = topology_picture(shop(), *ANSWERS)
    assert fields(picture, "Workload") == ["Deployment shop/orders", "Deployment shop/payments", "Deployment shop/web"]
    assert fields(picture, "Pod") == ["shop/orders-0", "shop/payments-1", "shop/payments-0", "shop/web-0"]
    assert fields(picture, "Pod", 1) == ["absent", "not ready", "ready", "ready"]
    assert {"0/1", "1/2", "1/1"} <= set(words(picture))


def test_many_pods_share_a_bar():
    rows = [backend(pod=f"web-{number}") for number in range(20)]
    picture = topology_picture(shop(), states(state()), backends(*rows, not_ready(pod="web-x")))
    assert [trace.name for trace in picture.data if trace.name == "Pod"] == []
    assert "20/21" in words(picture)
    assert fields(picture, "Workload", 1) == ["1 not ready, 20 ready"]


def test_why_nothing_stands_behind_a_service():
    picture = topology_picture(shop(), *ANSWERS)
    assert "The selector matches no pod." in words(picture)
    assert "CNAME smtp.example.net" in words(picture)


def test_states_and_pods_are_told_in_words():
    shown = words(topology_picture(shop(), *ANSWERS))
    assert {"2 down", "1 degraded", "1 serving", "1 external"} <= set(shown)
    assert {"ready", "not ready", "absent", "not counted"} <= set(shown)


def test_headless_and_selectorless_services_say_so():
    rows = states(state("shop/payments"), state("shop/crm", managed=False))
    shown = words(topology_picture(shop(), rows, backends()))
    assert "headless" in shown and "no selector" in shown


def test_nodes_with_their_readiness():
    picture = topology_picture(shop(), *ANSWERS, width=1040)
    assert fields(picture, "Node", 1) == ["node-a", "node-b", "node-c", "node-d"]
    assert fields(picture, "Node", 3) == ["Ready", "NotReady (no word from its kubelet)", "NotReady", "readiness not known"]
    assert [words(picture).count(note) for note in ("NotReady, zone-1", "zone-1")] == [2, 2]


def test_a_node_that_only_a_pod_names():
    picture = topology_picture(shop(), states(state()), backends(backend(node="node-z", zone=None)))
    assert "no such Node" in words(picture)
    unread = snapshot(read=("Service",), services=[service()])
    shown = words(topology_picture(unread, states(state()), backends(backend(node="node-z", zone=None))))
    assert "no such Node" not in shown and "<b>node-z</b>" in shown


def test_many_nodes_are_drawn_as_zones():
    zones = [f"zone-{number % 2}" for number in range(40)]
    nodes = [NODES[0] | {"node": f"node-{number:02d}", "zone": zone, "ready_status": str(number != 3)} for number, zone in enumerate(zones)]
    picture = topology_picture(shop(nodes=nodes), states(state()), backends(backend(node="node-01", zone="zone-1")))
    assert "ZONE" in words(picture)
    assert fields(picture, "Node", 1) == ["zone-1", "zone-0"]
    assert fields(picture, "Node", 2) == ["20 nodes", "20 nodes"]
    assert "1 of 20 down" in words(picture)


def test_entries_and_what_they_lead_to():
    rules = {"namespace": "shop", "path": "/", "tls": False, "default": False}
    snap = shop(
        ingress_rules=[
            rules | {"ingress": "front", "host": "shop.example", "service": "web"},
            rules | {"ingress": "front", "host": "shop.example", "service": "cart"},
            rules | {"ingress": "old", "service": "gone"},
        ],
        service_ports=[
            {
                "namespace": "shop",
                "service": "orders",
                "port": 80,
                "protocol": "TCP",
                "target_port": "80",
                "node_port": 30081,
                "position": 0,
            }
        ],
    )
    picture = topology_picture(snap, *ANSWERS, width=1040)
    kinds = dict(zip(fields(picture, "Entry", 1), fields(picture, "Entry", 0), strict=True))
    assert kinds == {"shop/front": "Ingress", "shop/old": "Ingress", "shop/orders": "node port", "shop/web": "LoadBalancer"}
    assert {"no Service shop/gone", "pending", "node port 30081", "Ingress shop.example"} <= set(words(picture))


@pytest.mark.parametrize("word", ["serving", "degraded"])
def test_a_degraded_service_says_so_on_its_link_where_no_pod_does(word):
    lame = backends(backend(), absent(family="IPv6", reason="FAMILY_MISSING"))
    assert plan(states(state(state=word)), lame, 60, None).links["state"].tolist() == [word]


def test_an_ingress_with_several_hosts_goes_by_its_name():
    rule = {"namespace": "shop", "ingress": "front", "service": "web", "path": "/", "tls": False, "default": False}
    snap = shop(ingress_rules=[rule | {"host": "a.example"}, rule | {"host": "b.example"}])
    assert {"Ingress front", "a.example, b.example"} <= set(words(topology_picture(snap, *ANSWERS)))


def test_a_service_that_was_not_read_is_not_called_missing():
    rule = {"namespace": "shop", "ingress": "front", "service": "gone", "path": "/", "tls": False, "default": False}
    snap = snapshot(read=("Ingress",), services=[service()], ingress_rules=[rule])
    assert not any("no Service" in text for text in words(topology_picture(snap, states(state()), backends(backend()))))


@pytest.mark.parametrize(
    ("read", "said"), [(("Service", "Ingress", "Node"), "nothing leads in"), (("Service",), "Ingresses: not collected")]
)
def test_no_entry_is_not_the_same_as_not_collected(read, said):
    picture = topology_picture(snapshot(read=read, services=[service()]), states(state()), backends())
    assert said in words(picture)


def test_too_many_services_are_folded_into_a_counted_row():
    many = [state(f"shop/svc-{number:03d}") for number in range(200)]
    picture = topology_picture(shop(), states(state("shop/cart", "down"), *many), backends(), limit=60)
    assert fields(picture, "Service")[0] == "shop/cart"
    assert len(fields(picture, "Service")) == 20
    assert "181 more Services: 181 serving; 181 backends ready" in words(picture)
    assert " ".join(words(picture)).count("This picture shows a part: 20 of 201 Services, what is broken first") == 1
    broken = [state(f"shop/svc-{number:03d}", "down", ready=0) for number in range(200)]
    picture = topology_picture(shop(), states(*broken), backends(), limit=60)
    assert len(fields(picture, "Service")) == 60
    assert "140 more Services: 140 down; 0 backends ready" in words(picture)


def test_a_service_with_many_workloads_folds_them():
    rows = [backend(pod=f"w{number}-0") for number in range(10)] + [not_ready(pod="z9-0")]
    picture = topology_picture(shop(), states(state()), backends(*rows), width=1040)
    assert len(fields(picture, "Workload")) == 6
    assert fields(picture, "Workload")[0] == "Deployment shop/z9"
    assert "6 more workloads" in words(picture)


def test_the_chosen_path_is_coloured():
    plain, chosen = topology_picture(shop(), *ANSWERS), topology_picture(shop(), *ANSWERS, select="shop/payments")
    amber = [shape for shape in chosen.layout.shapes if shape.line.color == "#9a5b00" and shape.line.width >= 2]
    assert amber and not [shape for shape in plain.layout.shapes if shape.line.color == "#9a5b00" and shape.line.width >= 2]


def test_a_service_to_select_that_is_not_there():
    with pytest.raises(UnknownReference, match="found 'shop/nope'"):
        topology_picture(shop(), *ANSWERS, select="shop/nope")


def test_the_selected_service_is_drawn_even_if_others_are_worse():
    many = [state(f"shop/svc-{number:03d}", "down") for number in range(70)]
    picture = topology_picture(shop(), states(*many, state("shop/web")), backends(), select="shop/web")
    assert "shop/web" in fields(picture, "Service") and len(fields(picture, "Service")) == 60


@pytest.mark.parametrize(
    ("read", "services", "said"),
    [
        pytest.param(("Service",), [], "No Services", id="none"),
        pytest.param(("Service",), [service()], "No Services chosen", id="none chosen"),
        pytest.param((), [], "not collected", id="not known"),
    ],
)
def test_nothing_to_draw(read, services, said):
    picture = topology_picture(snapshot(read=read, services=services), states(), backends())
    assert any(said in text for text in words(picture)) and said in picture.alt
    assert picture.svg()


def test_the_alternative_text():
    assert topology_picture(shop(), *ANSWERS).alt == (
        "Topology of shop-prod: 5 Services, 2 down, 1 degraded, 1 serving, 1 external; "
        "shop/cart down, shop/orders down, shop/payments degraded."
    )


HOSTILE = ("<img/src=x onerror=alert(1)>", "%{customdata[0]}", "$\\alpha$", "a\x1b]8;;x\x07b", "x" * 300, "名" * 40, "&amp;<b>")


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_hostile_names_are_only_text(name, theme):
    own = name.replace("/", "")
    rows = backends(not_ready(f"shop/{own}", pod=f"{name}-0", value=name))
    snap = shop(services=[service(f"shop/{own}")], gaps=[{"kind": "Event", "reason": "FORBIDDEN", "detail": name}])
    picture = topology_picture(snap, states(state(f"shop/{own}", "degraded", detail=name, reason="NOT_READY")), rows, theme=theme)
    for line in drawing_of(picture.to_plotly_json()).marks:
        assert not hasattr(line, "pieces") or "\x1b" not in "".join(text for text, _ in line.pieces)
    shown = json.dumps(picture._repr_mimebundle_()["application/vnd.plotly.v1+json"]["data"])
    assert "<img" not in shown and "onerror=alert(1)>" not in shown and "$\\\\alpha$" not in shown


def test_a_large_cluster_stays_small():
    many = states(*(state(f"ns-{number % 50}/svc-{number}", "degraded" if number < 80 else "serving") for number in range(2000)))
    rows = backends(*(backend(f"ns-{number % 50}/svc-{number}", pod=f"svc-{number}-{pod}") for number in range(2000) for pod in range(7)))
    picture = topology_picture(shop(), many, rows)
    assert len(picture.to_json()) < 300_000 and len(picture.svg()) < 300_000
    marks = sum(len(trace.y) for trace in picture.data if trace.type == "bar")
    assert marks <= 2000


def test_frames_that_are_no_tables_are_refused():
    with pytest.raises(SchemaError, match="backends: "):
        topology_picture(shop(), ANSWERS[0], ANSWERS[1].drop(columns="serves"))


def test_nothing_broken_is_not_said_to_stand_first():
    quiet = states(state("shop/web"), state("shop/cart"))
    snap = snapshot(services=[service("shop/web"), service("shop/cart")])
    for picture in (topology_picture(snap, quiet, backends()), placement_picture(snap, quiet, backends())):
        assert not any("broken first" in text for text in words(picture))
    mixed = states(state("shop/web"), state("shop/cart", "down", reason="NOT_READY"))
    assert any("broken first" in text for text in words(topology_picture(snap, mixed, backends())))


def test_a_sentence_too_long_for_its_lane_is_shortened_by_meaning():
    long = "The selector app=search,tier=backend,release=stable selects no pod because its workload is scaled to zero."
    rows = states(state("shop/web", "empty", reason="SCALED_TO_ZERO", detail=long, selected=0, ready=0))
    picture = topology_picture(snapshot(services=[service("shop/web")]), rows, backends())
    assert "its workload is scaled to zero" in words(picture) and not any(text.endswith("…") for text in words(picture))


def test_a_part_shows_no_entry_of_elsewhere_that_leads_nowhere():
    rules = [
        {"namespace": space, "ingress": space, "host": f"{space}.io", "service": "gone", "path": "/", "tls": False, "default": False}
        for space in ("shop", "far")
    ]
    snap = snapshot(services=[service("shop/web"), service("far/api")], ingress_rules=rules)
    every = states(state("shop/web"), state("far/api"))
    both = {"Ingress shop.io", "Ingress far.io"}
    assert both <= set(words(topology_picture(snap, every, backends())))
    part = set(words(topology_picture(snap, every[every["namespace"] == "shop"], backends())))
    assert both & part == {"Ingress shop.io"}
