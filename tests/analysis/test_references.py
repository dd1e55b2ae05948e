"""References: every form, what is refused, and the nearest ones that an unknown one names."""

from __future__ import annotations

import pytest

import k8snetviz as knv
from k8snetviz.analysis.references import Form, Reference, parse_reference, resolve_service
from k8snetviz.errors import UnknownReference, UsageError
from k8snetviz.model.kinds import Kind
from tests import build


def services(*names: str) -> knv.Snapshot:
    pairs = [name.split("/", 1) for name in names]
    return knv.load(build.as_list([build.service(name, ns=ns, selector={"app": name}) for ns, name in pairs]))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("shop/cart", Reference(Form.SERVICE, "cart", "shop"), id="bare, the kind is clear"),
        pytest.param(" shop/cart ", Reference(Form.SERVICE, "cart", "shop"), id="blanks around"),
        pytest.param("service:shop/cart", Reference(Form.SERVICE, "cart", "shop"), id="service"),
        pytest.param("pod:shop/web-0", Reference(Form.POD, "web-0", "shop"), id="pod"),
        pytest.param("node:ip-10-0-0-1.ec2.internal", Reference(Form.NODE, "ip-10-0-0-1.ec2.internal"), id="node"),
        pytest.param("namespace:shop", Reference(Form.NAMESPACE, "shop"), id="namespace"),
        pytest.param("workload:shop/Deployment/cart", Reference(Form.WORKLOAD, "cart", "shop", Kind.DEPLOYMENT), id="workload"),
        pytest.param("workload:shop/statefulset/db", Reference(Form.WORKLOAD, "db", "shop", Kind.STATEFUL_SET), id="workload, lower case"),
        pytest.param("ip:10.1.2.3", Reference(Form.IP, "10.1.2.3"), id="ip"),
        pytest.param("ip:010.001.002.003", Reference(Form.IP, "10.1.2.3"), id="ip with leading zeros"),
        pytest.param("ip:fd00:0:0::1", Reference(Form.IP, "fd00::1"), id="ip of version 6"),
        pytest.param("dns:cart.shop.svc", Reference(Form.DNS, "cart.shop.svc"), id="dns"),
        pytest.param("internet", Reference(Form.INTERNET), id="internet"),
        pytest.param("shop/a:b", Reference(Form.SERVICE, "a:b", "shop"), id="hostile name with a colon"),
        pytest.param("shop/a/b", Reference(Form.SERVICE, "a/b", "shop"), id="hostile name with a slash"),
    ],
)
def test_every_form_is_read(text, expected):
    assert parse_reference(text, Form.SERVICE) == expected


@pytest.mark.parametrize(
    "text",
    [
        "service:shop/cart",
        "pod:shop/web-0",
        "node:a",
        "namespace:shop",
        "workload:shop/Deployment/cart",
        "ip:fd00::1",
        "dns:x.y.svc",
        "internet",
    ],
)
def test_a_reference_prints_as_it_is_written(text):
    assert str(parse_reference(text)) == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("", "found ''", id="empty"),
        pytest.param("cart", "wanted service:ns/name, found 'cart'", id="no namespace"),
        pytest.param("shop/", "wanted service:ns/name, found 'shop/'", id="no name"),
        pytest.param("pod:web-0", "wanted pod:ns/name, found 'pod:web-0'", id="pod without namespace"),
        pytest.param("namespace:", "wanted namespace:name", id="namespace without name"),
        pytest.param("workload:shop/cart", "wanted workload:ns/kind/name", id="workload without kind"),
        pytest.param("workload:shop/Widget/cart", "wanted the kind of a workload", id="workload of another kind"),
        pytest.param("ip:10.1.2", "wanted an address", id="no address"),
        pytest.param("ip:10.0.0.0/8", "wanted an address", id="a range is no address"),
        pytest.param("planet:mars", "wanted a reference, found 'planet:mars'", id="unknown form"),
        pytest.param("node:", "wanted node:name", id="node without name"),
        pytest.param("x" * 600, "wanted a reference", id="too long"),
        pytest.param(None, "found 'None'", id="no text"),
    ],
)
def test_what_is_no_reference_is_refused_in_one_sentence(text, said):
    with pytest.raises(UsageError) as caught:
        parse_reference(text, Form.SERVICE)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_bare_name_needs_a_kind_that_is_clear():
    with pytest.raises(UsageError, match="wanted a reference, found 'shop/cart'"):
        parse_reference("shop/cart")


@pytest.mark.parametrize("text", ["shop/cart", "service:shop/cart"])
def test_a_service_is_found(text):
    assert resolve_service(services("shop/cart", "data/cart"), text) == Reference(Form.SERVICE, "cart", "shop")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            "shop/crat",
            "wanted Service 'shop/crat', there is none among the 4 Services; nearest: shop/cart, data/cart",
            id="misspelled",
        ),
        pytest.param(
            "data/web",
            "wanted Service 'data/web', there is none among the 4 Services; nearest: shop/web",
            id="the same name in another namespace comes first",
        ),
        pytest.param(
            "prod/cart",
            "wanted Service 'prod/cart', there is none among the 4 Services; nearest: data/cart, shop/cart",
            id="the same name in two other namespaces",
        ),
        pytest.param(
            "shop/zzz",
            "wanted Service 'shop/zzz', there is none among the 4 Services; nothing is spelled like it",
            id="nothing alike",
        ),
        pytest.param(
            "web",
            "wanted a Service as namespace/name, found 'web' without a namespace; the only Service of that name is shop/web",
            id="only the name, and it is unique",
        ),
        pytest.param(
            "cart",
            "wanted a Service as namespace/name, found 'cart' without a namespace, and it is ambiguous: data/cart, shop/cart",
            id="only the name, and it is ambiguous",
        ),
        pytest.param(
            "payment",
            "wanted a Service as namespace/name, found 'payment' without a namespace, and no Service has that name; nearest: shop/payments",
            id="only a name that is nearly right",
        ),
    ],
)
def test_an_unknown_service_names_the_nearest_ones(text, message):
    snap = services("shop/cart", "data/cart", "shop/web", "shop/payments")
    with pytest.raises(UnknownReference) as caught:
        resolve_service(snap, text)
    assert str(caught.value) == message


def test_services_that_were_not_collected_are_not_said_to_be_absent():
    snap = knv.load({"apiVersion": "v1", "kind": "PodList", "items": [build.pod("web-0")]})
    with pytest.raises(UnknownReference, match=r"Services of namespace shop were not, or not completely, collected"):
        resolve_service(snap, "shop/cart")


def test_another_kind_of_reference_is_no_service():
    with pytest.raises(UsageError, match="wanted a Service such as shop/cart, found 'pod:shop/cart'"):
        resolve_service(services("shop/cart"), "pod:shop/cart")


def test_hostile_names_reach_the_message_written_out():
    snap = services("shop/ca\x1b[31mrt")
    with pytest.raises(UnknownReference) as caught:
        resolve_service(snap, "shop/ca\x1b[31mr")
    assert "\x1b" not in str(caught.value)
    assert "shop/ca\\x1b[31mrt" in str(caught.value)
