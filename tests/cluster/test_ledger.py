"""The ledger against the real EndpointSlice controller: what it wrote is what our rules expect, in every case."""

from __future__ import annotations

import os
import time

import pytest

import k8snetviz as knv
from k8snetviz.collect.live.collect import collect
from tests.cluster import objects
from tests.cluster.cases import cases

pytestmark = pytest.mark.cluster
CASES = int(os.environ.get("CLUSTER_CASES", "400"))
SEED = int(os.environ.get("CLUSTER_SEED", "1"))
_QUIET_S = 150.0  # the controller retries now and then


@pytest.fixture(scope="module")
def written(plane):
    """The cluster after the controller became quiet about all cases."""
    for number, name in enumerate(("node-a", "node-b"), 1):
        if plane.raw("GET", f"/api/v1/nodes/{name}")[0] != 200:
            objects.node(plane, name, f"10.0.0.{number}", f"zone-{number}")
    cases(plane, CASES, SEED)
    return plane


def test_what_the_controller_wrote_is_what_the_rules_expect(written):
    end = time.monotonic() + _QUIET_S
    while True:
        snap = collect(kubeconfig=written.kubeconfig("admin"))
        rows = knv.backends(snap)
        mine = rows[rows["namespace"].str.startswith(f"case-{SEED}-")]
        off = mine[mine["drift"] != "none"]
        if off.empty or time.monotonic() > end:
            break
        time.sleep(3)
    print(f"{CASES} cases, {len(mine)} rows, {mine['service'].count()} of Services, states {mine['observed'].value_counts().to_dict()}")
    columns = ["namespace", "service", "port_name", "family", "pod", "address", "target_port", "expected", "observed", "drift", "reason"]
    assert off.empty, off[columns].head(40).to_string()
    assert snap.gaps["reason"].tolist() == []
    assert {"ready", "not-ready", "terminating", "absent"} <= set(mine["observed"]) and len(mine) > CASES
