"""RANGES of Nodes and ServiceCIDRs; every declared kind and table has its place."""

from __future__ import annotations

from typing import Any

import pytest

from k8snetviz.collect.registry import builders, specs
from k8snetviz.model.kinds import OBJECT_KINDS
from k8snetviz.model.tables import SNAPSHOT_TABLES
from tests.build import node
from tests.collect.rows import table

Obj = dict[str, Any]


def service_cidr(name: str, cidrs: list[str] | None, version: str = "v1") -> Obj:
    return {"apiVersion": f"networking.k8s.io/{version}", "kind": "ServiceCIDR", "metadata": {"name": name}, "spec": {"cidrs": cidrs}}


def test_ranges():
    found = table(
        "ranges",
        node("a", podCIDR="10.244.0.0/24", podCIDRs=["10.244.0.0/24", "FD00:10:244::/64"]),
        node("b", podCIDR="10.244.1.0/24"),
        node("c", podCIDR="", podCIDRs=None),
        service_cidr("kubernetes", ["10.96.0.0/12", "fd00:96::/112"]),
        service_cidr("beta", ["10.0.0.x/24"], "v1beta1"),
        service_cidr("null", None),
    )
    assert found == [
        ("Node", "a", "10.244.0.0/24", "IPv4", "pod range"),  # NM-12
        ("Node", "a", "fd00:10:244::/64", "IPv6", "pod range"),
        ("Node", "b", "10.244.1.0/24", "IPv4", "pod range"),
        ("ServiceCIDR", "beta", "10.0.0.x/24", None, "service range"),
        ("ServiceCIDR", "kubernetes", "10.96.0.0/12", "IPv4", "service range"),  # SV-40
        ("ServiceCIDR", "kubernetes", "fd00:96::/112", "IPv6", "service range"),
    ]


@pytest.mark.parametrize("version", ["v1", "v1beta1", "v1alpha1"])
def test_ip_addresses_are_in_the_inventory(version: str):
    address = {
        "apiVersion": f"networking.k8s.io/{version}",
        "kind": "IPAddress",
        "metadata": {"name": "10.96.0.10"},
        "spec": {"parentRef": {"resource": "services", "namespace": "shop", "name": "cart"}},
    }
    assert table("objects", address, columns=("kind", "namespace", "name")) == [("IPAddress", None, "10.96.0.10")]


def test_every_declared_kind_is_decoded_and_every_declared_table_built():
    assert set(specs()) == OBJECT_KINDS
    assert set(builders()) == {table.name for table in SNAPSHOT_TABLES}
