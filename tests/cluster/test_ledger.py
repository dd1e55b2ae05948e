"""The ledger against the real EndpointSlice controller: what it wrote is what our rules expect, in every case.

Cases are drawn by hypothesis, made at once, each in a namespace of its own, and compared once the controller is quiet. One that differs
is made again alone, and shrunk on the server, a namespace for each attempt.
"""

from __future__ import annotations

import itertools
import json
import os
import time

import pytest

import k8snetviz as knv
from k8snetviz.collect.live.collect import collect
from k8snetviz.model.kinds import Reason
from tests.cluster import cases
from tests.cluster.plans import LEAVING, each_plan, key_of, nodes_of
from tests.cluster.written import unlike

pytestmark = pytest.mark.cluster
CASES = int(os.environ.get("CLUSTER_CASES", "2000"))
SEED = int(os.environ.get("CLUSTER_SEED", "1"))
_ENOUGH = 1_000  # cases that have everything in them
_QUIET_S = 150.0  # the controller retries now and then
_ATTEMPT_S = 8.0  # a case that differs is small: what lags this long there is no lag
_SHRINK_S = 120.0
_ATTEMPTS = itertools.count()
_STATES = {"ready", "not-ready", "terminating", "terminating-not-serving", "absent"}
_REASONS = {
    Reason.TERMINAL_PHASE,
    Reason.NO_POD_IP,
    Reason.NODE_MISSING,
    Reason.FAMILY_MISSING,
    Reason.PORT_UNRESOLVED,
    Reason.TERMINATING,
    Reason.NOT_READY,
}


@pytest.fixture(scope="module")
def plane(own_plane):
    """The nodes that are there at first, on a control plane of this module's own."""
    cases.nodes_at_first(own_plane)
    return own_plane


def drawn():
    """Return the cases: distinct plans, the same ones for the same seed."""
    found = {}
    each_plan(2 * CASES, SEED, lambda plan: found.setdefault(key_of(plan), plan) if len(found) < CASES else None)
    return [(f"case-{number:04}", plan) for number, plan in enumerate(found.values())]


def differing(plane, spaces, within_s):
    """Return rows that differ between what is written and what is expected in `spaces`, once the controller is quiet."""
    end = time.monotonic() + within_s
    while True:
        snap = collect(kubeconfig=plane.kubeconfig("admin"), namespaces=None if len(spaces) > 1 else list(spaces))
        off = unlike(snap, spaces)
        if off.empty or time.monotonic() > end:
            return snap, off
        time.sleep(1 if len(spaces) == 1 else 3)


def shrunk(plane, known):
    """Raise what is left of the first case that differs once it is as small as it gets; return where it agrees when made again."""
    end = time.monotonic() + _SHRINK_S

    def look(plan):
        key = key_of(plan)
        if (key not in known and time.monotonic() < end) or known.get(key) == "differs":
            number = next(_ATTEMPTS)
            space = f"again-{number:04}"
            cases.make(plane, space, plan, at=9_000 + number)
            _, off = differing(plane, {space}, _ATTEMPT_S)
            known[key] = "" if off.empty else off.to_string()
        assert not known.get(key), known[key]

    each_plan(2 * CASES, SEED, look)


def test_what_the_controller_wrote_is_what_the_rules_expect(plane):
    made = drawn()
    cases.make_all(plane, made)
    cases.nodes_change(plane)
    left = [space for space, plan in made if LEAVING in nodes_of(plan)]
    stale = unlike(collect(kubeconfig=plane.kubeconfig("admin")), set(left))
    cases.touch(plane, made)
    snap, off = differing(plane, {space for space, _ in made}, _QUIET_S)
    rows = knv.backends(snap)
    services, seen = rows[["namespace", "service"]].drop_duplicates(), rows["observed"].value_counts().to_dict()
    print(f"{len(made)} cases, {len(services)} Services with rows, {len(snap.pods)} pods, {len(rows)} rows: {seen}")
    print(f"after a node had left, before the controller looked again: {len(stale)} rows differed in {len(left)} cases with pods on it")
    if not off.empty:
        print(off.head(40).to_string())
        wrong = set(off["namespace"])
        shrunk(plane, {key_of(plan): "differs" if space in wrong else "" for space, plan in made})
    assert off.empty, "these differ, and agree when they are made again alone"
    assert len(made) == CASES and snap.gaps.empty
    if CASES < _ENOUGH:
        return
    assert set(rows["observed"]) == _STATES and set(rows["expected"].dropna()) == _STATES
    assert set(rows["reason"].dropna()) >= _REASONS


def test_a_case_that_differs_is_shrunk(plane, monkeypatch):
    """Were the rules wrong about pods that have ended, one pod would tell."""
    here = "tests.cluster.test_ledger"
    for name, value in {"CASES": 50, "_ATTEMPT_S": 0.0, "_SHRINK_S": 60.0, "unlike": _wrong_about_ended_pods}.items():
        monkeypatch.setattr(f"{here}.{name}", value)
    known = {}
    with pytest.raises(AssertionError, match="TERMINAL_PHASE"):
        shrunk(plane, known)
    smallest = json.loads(min((plan for plan, differs in known.items() if differs), key=len))
    assert len(smallest["pods"]) == 1 and not smallest["changes"]


def _wrong_about_ended_pods(snap, spaces):
    rows = knv.backends(snap)
    return rows[rows["namespace"].isin(spaces) & (rows["reason"] == Reason.TERMINAL_PHASE)][["namespace", "service", "pod", "reason"]]
