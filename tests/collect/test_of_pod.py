"""Rows of one pod are the same as those of the whole table, and the whole table is not expanded for them."""

from __future__ import annotations

import pandas as pd
import pytest

import k8snetviz as knv
from k8snetviz.collect.registry import pod_builders
from tests.build import as_list, pod, port
from tests.collect.rows import rows_of

INIT = {"initContainers": [{"name": "setup"}]}
PODS = [
    pod("b", ns="other", ips=("10.0.0.9",)),
    pod("a", ips=("10.0.0.2", "fd00::2", "10.0.0.3"), spec=INIT, ports=(port(80, "http"), port(53, protocol="UDP"))),
    pod("b", ips=()),
    pod("c", ips=("hidden",), ports=(port(8080, hostPort=80),)),
]


@pytest.mark.parametrize("table", sorted(pod_builders()))
def test_rows_of_one_pod(table: str) -> None:
    narrow, whole = knv.load(as_list(PODS)), knv.load(as_list(PODS)).table(table)
    for name in ("a", "b", "c", "missing"):
        own = whole[whole["namespace"].eq("shop") & whole["pod"].eq(name)].reset_index(drop=True)
        pd.testing.assert_frame_equal(narrow.of_pod(table, "shop", name), own)
    assert table not in narrow._expanded
    narrow.table(table)
    assert rows_of(narrow.of_pod(table, "shop", "a")) == rows_of(whole[whole["namespace"].eq("shop") & whole["pod"].eq("a")])


def test_tables_that_can_be_narrowed() -> None:
    assert set(pod_builders()) == {"pod_addresses", "pod_interfaces", "containers", "container_ports"}
    assert rows_of(knv.load(as_list(PODS)).of_pod("pod_addresses", "shop", "a"), "address") == [("10.0.0.2",), ("10.0.0.3",), ("fd00::2",)]
