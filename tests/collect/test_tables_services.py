"""Who may use a load balancer, which of its ports have an error, and whose traffic endpoints are meant for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import k8snetviz as knv
from tests.build import Obj, as_list, endpoint, endpoint_slice, service
from tests.collect.rows import Row, rows_of, table

NOTE = "service.beta.kubernetes.io/load-balancer-source-ranges"


def balancer(*ranges: str, note: str | None = None, **spec: Any) -> Obj:
    given = {"loadBalancerSourceRanges": list(ranges)} if ranges else {}
    out = service("web", **({"type": "LoadBalancer"} | given | spec))
    if note is not None:
        out["metadata"]["annotations"] = {NOTE: note}
    return out


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param(balancer(), [], id="everybody may"),
        pytest.param(
            balancer("203.0.113.7/24", " fd00:0::/48"),
            [("203.0.113.0/24", "IPv4", "spec"), ("fd00::/48", "IPv6", "spec")],
            id="canonical",
        ),
        pytest.param(balancer("hidden"), [("hidden", None, "spec")], id="does not parse"),
        pytest.param(
            balancer(note=" 10.0.0.0/8,192.168.0.0/16,"),
            [("10.0.0.0/8", "IPv4", "annotation"), ("192.168.0.0/16", "IPv4", "annotation")],
            id="annotation",
        ),
        pytest.param(balancer("10.1.0.0/16", note="10.0.0.0/8"), [("10.1.0.0/16", "IPv4", "spec")], id="the field wins (SV-16)"),
        pytest.param(balancer("10.1.0.0/16", type="NodePort", note="10.0.0.0/8"), [], id="other types have none (SV-32)"),
    ],
)
def test_source_ranges(given: Obj, expected: list[Row]) -> None:
    assert table("service_source_ranges", given) == [("shop", "web", *row) for row in expected]


def test_a_source_range_that_does_not_parse_is_a_gap() -> None:
    gaps = knv.load([balancer("hidden", "10.0.0.0/8")]).gaps
    said = gaps.loc[gaps["reason"] == "BAD_ADDRESS", "detail"].tolist()
    assert said == ["1 address does not parse; the text is kept: 'hidden' of web"]


def test_ports_of_a_load_balancer() -> None:
    one = balancer()
    ports = [{"port": 80, "protocol": "TCP", "error": "example.net/NoQuota"}, {"port": 53, "protocol": "UDP"}, {"port": 81, "error": ""}]
    ingress = [
        {"ip": "198.51.100.07", "ipMode": "Proxy", "ports": ports},
        {"hostname": "lb.example.net", "ports": ports[:1]},
        {"ip": "198.51.100.8"},
    ]
    one["status"] = {"loadBalancer": {"ingress": ingress}}
    assert table("load_balancer_ports", one, service("other")) == [
        ("shop", "web", "198.51.100.7", 53, "UDP", None),
        ("shop", "web", "198.51.100.7", 80, "TCP", "example.net/NoQuota"),
        ("shop", "web", "198.51.100.7", 81, "TCP", None),
        ("shop", "web", "lb.example.net", 80, "TCP", "example.net/NoQuota"),
    ]


def hinted() -> Obj:
    both = {"forZones": [{"name": "zone-b"}, {"name": "zone-a"}], "forNodes": [{"name": "node-a"}]}
    ends = (endpoint("10.0.0.2") | {"hints": both}, endpoint("010.0.0.1") | {"hints": {"forZones": [{"name": "zone-a"}]}})
    return endpoint_slice("web", (*ends, endpoint("10.0.0.3") | {"hints": {}}, endpoint("10.0.0.4")))


HINTS = [
    ("shop", "web-ipv4", "web", "10.0.0.1", "zone", "zone-a"),
    ("shop", "web-ipv4", "web", "10.0.0.2", "node", "node-a"),
    ("shop", "web-ipv4", "web", "10.0.0.2", "zone", "zone-a"),
    ("shop", "web-ipv4", "web", "10.0.0.2", "zone", "zone-b"),
]


def test_hints() -> None:
    names = endpoint_slice("ext", (endpoint("db.example.com") | {"hints": {"forZones": [{"name": "z"}]}},), family="FQDN")
    assert table("endpoint_hints", hinted(), names) == [("shop", "ext-fqdn", "ext", "db.example.com", "zone", "z"), *HINTS]


def test_all_of_it_comes_back_from_a_snapshot_file(tmp_path: Path) -> None:
    one = balancer("203.0.113.0/24", note="10.0.0.0/8")
    one["status"] = {"loadBalancer": {"ingress": [{"ip": "198.51.100.7", "ports": [{"port": 80, "protocol": "TCP", "error": "x"}]}]}}
    again = knv.load(knv.load(as_list([one, hinted()])).save(tmp_path / "one.k8snet"))
    assert rows_of(again.service_source_ranges) == [("shop", "web", "203.0.113.0/24", "IPv4", "spec")]
    assert rows_of(again.load_balancer_ports) == [("shop", "web", "198.51.100.7", 80, "TCP", "x")]
    assert rows_of(again.endpoint_hints) == HINTS
