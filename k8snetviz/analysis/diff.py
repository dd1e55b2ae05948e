"""What changed for traffic between two snapshots (CHANGES), and what of them could not be compared (NOT_COMPARED)."""

from __future__ import annotations

from typing import Any

import pandas as pd

from k8snetviz.analysis.change_backends import Selectors, Told, explain_backends, explain_by_pods, explain_states
from k8snetviz.analysis.change_causes import Changed, explain_objects, explain_pods
from k8snetviz.analysis.change_rows import Key, Row, as_table
from k8snetviz.analysis.columns import cells, rows_with
from k8snetviz.analysis.diff_backends import Backend, backend_changes
from k8snetviz.analysis.diff_fields import NAMESPACES, NODES, SERVICE_CIDRS, SERVICES, WORKLOAD_OBJECTS
from k8snetviz.analysis.diff_objects import object_changes
from k8snetviz.analysis.diff_pods import pod_changes
from k8snetviz.analysis.diff_rollouts import rollouts
from k8snetviz.analysis.diff_routing import OUTSIDE
from k8snetviz.analysis.diff_scope import Scope, not_compared_table
from k8snetviz.analysis.diff_skew import mark_suspect, skew_rows, skewed
from k8snetviz.analysis.diff_states import state_changes
from k8snetviz.analysis.ledger import coded_backends
from k8snetviz.model.kinds import Kind
from k8snetviz.model.pauses import short_pause
from k8snetviz.model.snapshot import Snapshot
from k8snetviz.model.tables import CHANGES
from k8snetviz.model.tables.changes import Side


def diff(before: Snapshot, after: Snapshot) -> pd.DataFrame:
    """Return CHANGES: what changed for traffic from `before` to `after`, one row per object and change, with its cause.

    Notes
    -----
    Noise is no change: resourceVersion, order, heartbeats, hashes, names of slices and how endpoints lie in them. Only
    what both snapshots know is compared; `not_compared` returns the rest. Two equal snapshots give no row. The rules of
    causes, and what is decided where Kubernetes leaves it open, stand in docs/diff.md.
    """
    if before is after:
        return CHANGES.empty()
    with short_pause():  # the collector would look at two whole snapshots again and again
        return as_table(_rows(Scope(*before.beside(after))))


def not_compared(before: Snapshot, after: Snapshot) -> pd.DataFrame:
    """Return NOT_COMPARED: kinds and namespaces that only one of the two snapshots knows, and lists of different moments."""
    skew = skew_rows(before, Side.BEFORE) + skew_rows(after, Side.AFTER)
    return not_compared_table(Scope(before, after).not_compared() + skew)


def _rows(scope: Scope) -> list[Row]:
    objects = object_changes(scope, (NAMESPACES, NODES, SERVICE_CIDRS, SERVICES, WORKLOAD_OBJECTS, *OUTSIDE))
    renewed, revisions = rollouts(scope)
    pod_rows, pods = pod_changes(scope)
    changed = Changed([*objects, *renewed, *pod_rows])
    explain_objects([*objects, *renewed], changed)
    explain_pods(pod_rows, pods, changed, revisions)
    found, states = backend_changes(scope), state_changes(scope)
    told = Told(changed, pods, (_selectors(scope.before), _selectors(scope.after)), _by_address(found))
    explain_backends(found, told)
    backend_rows = [row for backend in found for row in backend.rows]
    explain_states(states, found, changed)
    explain_by_pods(states, (coded_backends(scope.before), coded_backends(scope.after)), changed)
    mark_suspect(found, states, (skewed(scope.before), skewed(scope.after)))
    return [*objects, *renewed, *pod_rows, *backend_rows, *states]


def _selectors(snap: Snapshot) -> Selectors:
    found: Selectors = {}
    for space, name, key, value in cells(rows_with(snap.selectors, kind=Kind.SERVICE.value), "namespace", "name", "key", "value"):
        if key is not None:
            found.setdefault((space, name), {})[key] = value
    return found


def _by_address(found: list[Backend]) -> dict[Any, Key]:
    """Return the pod behind each Service, family and address, by snapshot, of backends that changed."""
    pods: dict[Any, Key] = {}
    for backend in found:
        for side, told in enumerate((backend.before, backend.after)):
            if told is not None and told["pod"] is not None and told["address"] is not None:
                place = (side, told["namespace"], told["service"], told["family"], told["address"])
                pods.setdefault(place, Key(Kind.POD.value, told["pod_namespace"], told["pod"]))
    return pods
