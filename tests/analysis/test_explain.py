"""The story of one Service: what it says first, what it rests on, which commands confirm it, how it is printed."""

from __future__ import annotations

import json
import re
import shlex
from html.parser import HTMLParser

import pytest

import k8snetviz as knv
from k8snetviz.analysis import kubectl
from k8snetviz.analysis.explanation import Explanation
from k8snetviz.errors import UnknownReference
from k8snetviz.model.snapshot import FrameStore
from k8snetviz.model.tables import BACKENDS, COVERAGE, EVENTS, GAPS, NEAR_MISSES, SERVICE_STATES
from tests import build
from tests.dumps import dump, needs_dumps

NODES = [build.node("node-a")]
LABELS = {"app": "cart"}
CRASH = {"containerStatuses": [{"name": "app", "ready": False, "restartCount": 4, "state": {"waiting": {"reason": "CrashLoopBackOff"}}}]}


EMPTY = {
    "Endpoints": "v1",
    "Event": "v1",
    "Ingress": "networking.k8s.io/v1",
    "Deployment": "apps/v1",
    "StatefulSet": "apps/v1",
}


def snapshot(*objects: build.Obj, empty: tuple[str, ...] = tuple(EMPTY)) -> knv.Snapshot:
    """A snapshot in which the kinds `empty` were read, and none were there beside `objects`."""
    lists = [{"apiVersion": EMPTY[kind], "kind": f"{kind}List", "items": []} for kind in empty]
    return knv.load([build.as_list([*NODES, *objects]), *lists])


def cart(**more: object) -> build.Obj:
    return build.service("cart", **({"selector": LABELS, "ports": (build.sport(80, 8080, name="http"),)} | more))  # type: ignore[arg-type]


def web(name: str = "cart-0", **more: object) -> build.Obj:
    return build.pod(name, **({"labels": LABELS, "owner": ("StatefulSet", "cart")} | more))  # type: ignore[arg-type]


def seen(*endpoints: build.Obj) -> build.Obj:
    return build.endpoint_slice("cart", endpoints, ports=({"port": 8080, "protocol": "TCP", "name": "http"},) if endpoints else None)


def event(kind: str, name: str, reason: str, message: str, type: str = "Warning", ns: str = "shop") -> build.Obj:
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": f"{name}.{reason}", "namespace": ns},
        "involvedObject": {"kind": kind, "name": name, "namespace": ns},
        "type": type,
        "reason": reason,
        "message": message,
        "count": 3,
        "lastTimestamp": "2026-01-01T01:00:00Z",
    }


def ingress(port: build.Obj) -> build.Obj:
    path = {"path": "/cart", "pathType": "Prefix", "backend": {"service": {"name": "cart", "port": port}}}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {"name": "front", "namespace": "shop"},
        "spec": {"rules": [{"host": "shop.example", "http": {"paths": [path]}}]},
    }


SELECTS_NOTHING = [cart(selector={"app": "carts"}), web(), seen(), ingress({"name": "http"})]


def test_a_selector_that_matches_nothing_is_told_from_sentence_to_command():
    story = knv.explain(snapshot(*SELECTS_NOTHING), "shop/cart")
    assert story.text() == TEXT_SELECTS_NOTHING
    assert story.commands == [
        "kubectl -n shop get pods -l app=carts",
        "kubectl -n shop get service cart -o jsonpath='{.spec.selector}'",
        "kubectl -n shop get statefulset cart -o jsonpath='{.spec.template.metadata.labels}'",
    ]


TEXT_SELECTS_NOTHING = """\
✕ shop/cart is down
  ClusterIP 10.96.0.10 · http 80 → 8080/TCP

  Nothing answers: the selector matches no pod in namespace shop.
  SELECTS_NOTHING · rule EP-1b

  selector    app=carts
  near miss   StatefulSet cart (1 pod, 1 ready) has app=cart, not app=carts.
  slices      1 slice, empty: the controller agrees with pods and selector
  reached by  Ingress shop/front, shop.example/cart: its users get an error,
              usually 503

  confirm with
    kubectl -n shop get pods -l app=carts
    kubectl -n shop get service cart -o jsonpath='{.spec.selector}'
    kubectl -n shop get statefulset cart \\
      -o jsonpath='{.spec.template.metadata.labels}'
"""


def test_the_tables_are_the_declared_ones():
    story = knv.explain(snapshot(*SELECTS_NOTHING, event("Service", "cart", "Odd", "x")), "shop/cart")
    SERVICE_STATES.check(story.state)
    BACKENDS.check(story.backends)
    NEAR_MISSES.check(story.near_misses)
    EVENTS.check(story.events)
    GAPS.check(story.gaps)
    assert len(story.state) == 1
    assert story.service == "shop/cart"
    assert story.reached_by[["kind", "name", "host", "path", "port", "has_port"]].to_numpy().tolist() == [
        ["Ingress", "front", "shop.example", "/cart", "http", True]
    ]


WAITING = seen(build.endpoint("10.0.0.1", target="cart-0", conditions={"ready": False, "serving": False, "terminating": False}))
DRIFTED = kubectl.slices_of("shop", "cart")


@pytest.mark.parametrize(
    ("objects", "expected"),
    [
        pytest.param([cart(), web(ready=False), WAITING], ["kubectl -n shop describe pod cart-0"], id="NOT_READY"),
        pytest.param(
            [cart(), web(ready=False, status=CRASH), WAITING],
            ["kubectl -n shop describe pod cart-0", "kubectl -n shop logs cart-0 -c app --previous"],
            id="NOT_READY, crashed",
        ),
        pytest.param(
            [cart(ports=(build.sport(80, "web"),)), web()],
            ["kubectl -n shop get pod cart-0 -o jsonpath='{.spec.containers[*].ports}'"],
            id="PORT_UNRESOLVED",
        ),
        pytest.param([cart(), web(node="gone")], ["kubectl get node gone"], id="NODE_MISSING"),
        pytest.param([cart(), web(ips=(), phase="Pending", ready=False)], ["kubectl -n shop describe pod cart-0"], id="NO_POD_IP"),
        pytest.param(
            [cart(), web(deleted="2026-01-01T01:00:00Z")],
            ["kubectl -n shop get pod cart-0 -o jsonpath='{.metadata.deletionTimestamp} {.metadata.finalizers}'"],
            id="TERMINATING",
        ),
        pytest.param(
            [cart(), web(phase="Failed")],
            ["kubectl -n shop get pod cart-0 -o jsonpath='{.status.phase} {.status.reason}'"],
            id="TERMINAL_PHASE",
        ),
        pytest.param(
            [cart(families=("IPv6",)), web()],
            [
                "kubectl -n shop get service cart -o jsonpath='{.spec.ipFamilies}'",
                "kubectl -n shop get pod cart-0 -o jsonpath='{.status.podIPs}'",
            ],
            id="FAMILY_MISSING",
        ),
        pytest.param([cart(selector=None), seen()], [DRIFTED], id="NO_ENDPOINTS"),
        pytest.param([cart(), web(), seen()], [DRIFTED], id="DRIFT_MISSING"),
        pytest.param(
            [cart(selector=LABELS), build.workload("StatefulSet", "cart", labels=LABELS, replicas=0), build.pod("x"), seen()],
            ["kubectl -n shop get statefulset cart"],
            id="SCALED_TO_ZERO",
        ),
        pytest.param(
            [build.service("cart", type="ExternalName", externalName="smtp.example.net")],
            ["kubectl -n shop get service cart -o jsonpath='{.spec.externalName}'"],
            id="ExternalName",
        ),
        pytest.param(
            [cart(type="LoadBalancer"), web(), seen(build.endpoint("10.0.0.1", target="cart-0"))],
            ["kubectl -n shop describe service cart"],
            id="load balancer pending",
        ),
        pytest.param([cart(), web(), seen(build.endpoint("10.0.0.1", target="cart-0"))], [DRIFTED], id="serves"),
    ],
)
def test_every_reason_has_its_command(objects, expected):
    assert knv.explain(snapshot(*objects), "shop/cart").commands == expected


def test_legacy_endpoints_are_looked_at_where_slices_were_not_collected():
    objects = [cart(), web(), build.endpoints("cart", None)]
    story = knv.explain(snapshot(*objects, empty=()), "shop/cart")
    assert story.commands == ["kubectl -n shop get endpoints cart -o yaml"]


def test_what_was_not_collected_is_named_with_the_command_that_collects_it():
    snap = knv.load({"apiVersion": "v1", "kind": "ServiceList", "items": [cart()]})
    story = knv.explain(snap, "shop/cart")
    assert story.state["state"].tolist() == ["unknown"]
    assert story.commands == ["kubectl -n shop get pods,endpointslices,endpoints -o json", "kubectl get nodes -o json"]
    assert "not known: endpointslices, endpoints, nodes, pods: not collected" in story.sentences
    assert {"Pod", "Node", "EndpointSlice"} <= set(story.gaps["kind"])


def test_a_refused_list_is_named():
    read = knv.load({"apiVersion": "v1", "kind": "ServiceList", "items": [cart()]})
    refused = {"kind": "Pod", "namespace": "shop", "source": None, "reason": "FORBIDDEN", "detail": "pods is forbidden: no"}
    frames = {name: read.table(name) for name in ("services", "service_ports", "service_addresses", "selectors", "coverage")}
    snap = knv.Snapshot(FrameStore(frames | {"gaps": GAPS.from_rows([refused])}), read.provenance)
    story = knv.explain(snap, "shop/cart")
    assert "not known: pods: refused by the API server" in story.sentences
    assert story.commands[0] == "kubectl -n shop get pods,endpointslices,endpoints -o json"


def test_a_list_that_was_refused_for_the_cluster_and_came_for_the_namespace_is_not_missing():
    read = knv.load({"apiVersion": "v1", "kind": "ServiceList", "items": [cart()]})
    refused = {"namespace": None, "source": None, "reason": "FORBIDDEN", "detail": "no; read in shop"}
    gaps = GAPS.from_rows([refused | {"kind": kind} for kind in ("Node", "Pod")])
    frames = {name: read.table(name) for name in ("services", "service_ports", "service_addresses", "selectors")}
    coverage = COVERAGE.from_rows([{"kind": kind, "namespace": "shop", "complete": True} for kind in ("Pod", "Service")])
    snap = knv.Snapshot(FrameStore(frames | {"gaps": gaps, "coverage": coverage}), read.provenance)
    story = knv.explain(snap, "shop/cart")
    assert "not known: nodes: refused by the API server" in story.sentences
    assert story.gaps["kind"].tolist() == ["Node"]


HOSTILE = "x'; rm -rf ~ #\x1b[2J<img src=x onerror=alert(1)>\u202e$(id)`id`"


def hostile() -> Explanation:
    selector = {"app": HOSTILE, "-n": "b"}
    objects = [
        build.service("--kubeconfig=x", selector=selector, ports=(build.sport(80, "web", name=HOSTILE[:9]),)),
        build.pod("-x", labels=selector, node=HOSTILE, owner=("StatefulSet", HOSTILE)),
        build.pod("p", labels={"app": "y", "-n": "b"}, ready=False),
        event("Service", "--kubeconfig=x", HOSTILE, HOSTILE),
    ]
    return knv.explain(snapshot(*objects), "shop/--kubeconfig=x")


def test_hostile_names_stay_words_of_the_shell_and_never_options():
    for command in hostile().commands:
        words = shlex.split(command)
        assert words[0] == "kubectl"
        assert not [word for word in words if word.startswith("-") and word not in ("-n", "-l", "-o", "-c", "-A", "--previous")]
        assert not re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e]", command)


def test_hostile_text_reaches_the_terminal_written_out():
    story = hostile()
    text = story.text()
    pasted = text.partition("confirm with\n")[2].replace("\\\n", "").strip().splitlines()
    assert [shlex.split(line) for line in pasted] == [shlex.split(command) for command in story.commands]
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", text)
    assert "\\x1b[2J" in text


class Seen(HTMLParser):
    """Collects tags and the names of their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


def test_html_is_escaped_and_needs_neither_script_nor_style_sheet():
    html = hostile()._repr_html_()
    parser = Seen()
    parser.feed(html)
    assert parser.tags <= {"div", "table", "tbody", "tr", "th", "td", "pre"}
    assert parser.attributes <= {"class", "style", "scope"}
    assert html.startswith('<div class="mathjax_ignore"')
    assert html.count("class=") == 1
    assert "\x1b" not in html
    assert "\u202e" not in html


def test_json_holds_everything_and_null_for_what_is_missing():
    document = json.loads(knv.explain(snapshot(*SELECTS_NOTHING), "shop/cart").to_json())
    assert list(document) == ["service", "state", "sentences", "commands", "backends", "near_misses", "events", "reached_by", "gaps"]
    assert document["state"]["state"] == "down"
    assert document["state"]["load_balancer"] is None
    assert document["backends"] == []
    assert document["near_misses"][0]["found"] == "cart"


def test_json_of_hostile_text_is_ascii():
    assert hostile().to_json().isascii()


def test_lines_fit_a_terminal_and_commands_paste_as_they_stand():
    long = "a" * 50
    selector = {f"app.kubernetes.io/{key}": long for key in ("name", "instance", "component")}
    text = knv.explain(snapshot(cart(selector=selector), web(), seen()), "shop/cart").text()
    prose, _, commands = text.partition("confirm with\n")
    assert max(len(line) for line in prose.splitlines()) <= 80
    pasted = commands.replace("\\\n", "").strip().splitlines()
    assert shlex.split(pasted[0])[:4] == ["kubectl", "-n", "shop", "get"]


GOING = build.endpoint("10.0.0.1", target="cart-0", conditions={"ready": False, "serving": True, "terminating": True})


@pytest.mark.parametrize(
    ("objects", "fact"),
    [
        pytest.param(
            [cart(families=("IPv4", "IPv6")), web(), seen(build.endpoint("10.0.0.1", target="cart-0"))],
            "pods: 1 pod without an IPv6 address, only 10.0.0.1: cart-0",
            id="one family is missing",
        ),
        pytest.param(
            [cart(), web(deleted="2026-01-01T01:00:00Z"), seen(GOING)],
            "pods: 1 pod terminating, yet still serving (KX-13): cart-0",
            id="terminating and serving",
        ),
        pytest.param(
            [cart(), web(), seen(build.endpoint("10.0.0.9", target="cart-9"))],
            "slices: 1 slice with 1 endpoint; 10.0.0.1 should be there and is not; "
            "10.0.0.9 belongs to a pod that is gone, replaced or moved",
            id="drift",
        ),
        pytest.param(
            [cart(type="LoadBalancer"), web(), seen(build.endpoint("10.0.0.1", target="cart-0"))],
            "balancer: no address assigned yet; ClusterIP and node ports work all the same (SV-50)",
            id="load balancer pending",
        ),
        pytest.param(
            [cart(selector=None), build.endpoint_slice("cart", (build.endpoint("192.0.2.1"),), managed_by=None)],
            "selector: none, so no controller writes the endpoints: somebody else must (EP-40)",
            id="no selector",
        ),
        pytest.param(
            [cart(ports=(build.sport(80, "http"),)), web(ports=(build.port(8080, "web"),))],
            "near miss: StatefulSet cart (1 pod, 1 ready) declares no TCP port named http; it declares web 8080/TCP.",
            id="port by another name",
        ),
    ],
)
def test_the_facts_that_a_story_rests_on(objects, fact):
    assert fact in knv.explain(snapshot(*objects), "shop/cart").sentences


def test_events_of_the_service_and_its_failing_pods_only():
    objects = [
        cart(),
        web(ready=False),
        event("Pod", "cart-0", "Unhealthy", "Readiness probe failed: connection refused\n"),
        event("Pod", "cart-0", "Pulled", "fine", type="Normal"),
        event("Pod", "other-0", "BackOff", "not ours"),
        event("Service", "cart", "SyncLoadBalancerFailed", "quota"),
        event("Pod", "cart-0", "BackOff", "not ours either", ns="data"),
    ]
    story = knv.explain(snapshot(*objects), "shop/cart")
    assert sorted(story.events["reason"]) == ["Pulled", "SyncLoadBalancerFailed", "Unhealthy"]
    assert "events: Pod cart-0: Unhealthy (3 times): Readiness probe failed: connection refused" in story.sentences


def test_an_ingress_that_asks_for_a_port_the_service_does_not_have():
    objects = [cart(), web(), seen(build.endpoint("10.0.0.1", target="cart-0")), ingress({"number": 8080})]
    story = knv.explain(snapshot(*objects), "shop/cart")
    assert (
        "reached by: Ingress shop/front, shop.example/cart: asks for port 8080, which the Service does not have (IG-6)" in story.sentences
    )


def test_an_unknown_service_names_the_nearest():
    with pytest.raises(UnknownReference, match="nearest: shop/cart"):
        knv.explain(snapshot(cart()), "shop/card")


def test_it_prints_as_its_text_and_so_does_its_repr():
    story = knv.explain(snapshot(*SELECTS_NOTHING), "shop/cart")
    assert str(story) == story.text()
    assert repr(story) + "\n" == story.text() and story.text().count("\n") > 5


@pytest.mark.parametrize(
    ("place", "service", "first", "commands"),
    [
        pytest.param(
            "d14/files-t3",
            "default/apisix-etcd",
            "Nothing answers: none of the 3 selected pods is ready (CrashLoopBackOff).",
            ["kubectl -n default describe pod apisix-etcd-0", "kubectl -n default logs apisix-etcd-0 -c etcd --previous"],
            id="three pods crash",
            marks=needs_dumps,
        ),
        pytest.param(
            "d01/files",
            "default/kubernetes",
            "Cannot be told: it has no selector, and EndpointSlices and Endpoints of namespace default were not collected.",
            ["kubectl -n default get endpointslices,endpoints -o json"],
            id="no selector and no slices",
            marks=needs_dumps,
        ),
    ],
)
def test_services_of_real_dumps(place, service, first, commands):
    prefix, _, folder = place.partition("/")
    story = knv.explain(knv.load(dump(prefix) / folder), service)
    assert story.sentences[0] == first
    assert story.commands == commands


@pytest.mark.parametrize("place", [pytest.param(place, marks=needs_dumps) for place in ("d01/files", "d03/files", "d14/files-t1")])
def test_every_service_of_a_real_dump_has_a_story_that_fits(place):
    prefix, _, folder = place.partition("/")
    snap = knv.load(dump(prefix) / folder)
    for namespace, name in snap.services[["namespace", "service"]].itertuples(index=False):
        story = knv.explain(snap, f"{namespace}/{name}")
        prose = story.text().partition("confirm with")[0]
        assert max(len(line) for line in prose.splitlines()) <= 80
        assert story.commands
        assert json.loads(story.to_json())["service"] == f"{namespace}/{name}"
