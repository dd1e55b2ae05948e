"""The vectorised ledger equals the plain reference on random clusters."""

from __future__ import annotations

from typing import Any

import pandas as pd
from hypothesis import HealthCheck, given, settings

import k8snetviz as knv
from k8snetviz.model.tables import BACKENDS, SERVICE_STATES
from tests import build
from tests.analysis import reference
from tests.analysis.clusters import clusters
from tests.analysis.covered import Places, covered

COLUMNS = ("namespace", "service", "port_name", "port", "protocol", "family", "pod_namespace", "pod", "address", "node", "zone")
COLUMNS += ("selected", "target_port", "observed_port", "expected", "observed", "drift", "reason", "rule", "serves")
STATE_COLUMNS = ("namespace", "service", "type", "managed", "state", "selected", "ready", "not_ready", "terminating", "nodes")
STATE_COLUMNS += ("load_balancer", "reason")


def known_by(places: Places) -> reference.Known:
    def known(kind: str, namespace: str | None) -> bool:
        spaces = places.get(kind, {})
        return bool(spaces.get(None)) or (namespace is not None and bool(spaces.get(namespace)))

    return known


def plain(frame: pd.DataFrame, columns: tuple[str, ...]) -> list[tuple[Any, ...]]:
    cells = frame[list(columns)].astype(object)
    return sorted((tuple(row) for row in cells.where(cells.notna(), None).itertuples(index=False)), key=repr)


def wanted(rows: list[build.Obj], columns: tuple[str, ...]) -> list[tuple[Any, ...]]:
    return sorted((tuple(row[name] for name in columns) for row in rows), key=repr)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(clusters())
def test_ledger_and_states_equal_the_reference(drawn: tuple[list[build.Obj], Places]) -> None:
    objects, places = drawn
    snap = covered(objects, places)
    rows = knv.backends(snap)
    assert plain(rows, COLUMNS) == wanted(reference.ledger(objects, known_by(places)), COLUMNS)
    pd.testing.assert_frame_equal(rows, BACKENDS.sorted(rows))
    states = knv.service_states(snap, ledger=rows)
    assert plain(states, STATE_COLUMNS) == wanted(reference.states(objects, known_by(places)), STATE_COLUMNS)
    pd.testing.assert_frame_equal(states, SERVICE_STATES.sorted(states))


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(clusters())
def test_one_service_equals_its_part_of_all(drawn: tuple[list[build.Obj], Places]) -> None:
    objects, places = drawn
    snap = covered(objects, places)
    rows = knv.backends(snap)
    for namespace, service in snap.services[["namespace", "service"]].itertuples(index=False):
        part = rows[(rows["namespace"] == namespace) & (rows["service"] == service)]
        pd.testing.assert_frame_equal(knv.backends(snap, f"{namespace}/{service}"), part.reset_index(drop=True))


def test_empty_snapshot() -> None:
    snap = covered([build.namespace("shop")], {})
    assert knv.backends(snap).empty
    assert knv.service_states(snap).empty
