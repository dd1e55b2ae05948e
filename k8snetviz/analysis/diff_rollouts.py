"""Which workloads were rolled out between two snapshots: their pods are of other ReplicaSets, revisions or Jobs than before."""

from __future__ import annotations

import pandas as pd

from k8snetviz.analysis.change_rows import Key, Row
from k8snetviz.analysis.columns import numbers, texts
from k8snetviz.analysis.diff_fields import TEMPLATE
from k8snetviz.analysis.diff_scope import Scope
from k8snetviz.model.kinds import Kind
from k8snetviz.model.snapshot import Snapshot
from k8snetviz.model.tables.changes import Change

JOBS = "status.active"
_REVISION = "controller-revision-hash"
Revisions = dict[Key, set[str]]


def rollouts(scope: Scope) -> tuple[list[Row], tuple[Revisions, Revisions]]:
    """Return a row for each workload whose pods are of other revisions than before, and the revisions of every such workload.

    The revision of a pod is the ReplicaSet (of a CronJob: the Job) that owns it, else its label `controller-revision-hash`.
    A workload without pods on one side was scaled, or is new; that is no rollout.
    """
    before, after = _revisions(scope.before), _revisions(scope.after)
    rows, differing = [], (dict[Key, set[str]](), dict[Key, set[str]]())
    for key in before.keys() & after.keys():
        one, other = before[key], after[key]
        if one != other and all(scope.knows(Kind.POD.value, key.namespace)):
            differing[0][key], differing[1][key] = one, other
            field = JOBS if key.kind == Kind.CRON_JOB.value else TEMPLATE
            rows.append(Row(*key, Change.CHANGED, field, ",".join(sorted(one)), ",".join(sorted(other))))
    return rows, differing


def revision(owner_kind: str | None, owner: str | None, workload: tuple[str | None, str | None], labels: dict[str, str]) -> str | None:
    """Return the revision of a pod; None where nothing tells it."""
    if (owner_kind, owner) != workload:
        return owner
    return labels.get(_REVISION)


def _revisions(snap: Snapshot) -> Revisions:
    """Return the revisions of which each top workload has pods."""
    pods = snap.pods
    pods = pods[pods["workload"].notna().to_numpy() & ~pods["template"].to_numpy(dtype=bool)]
    sets = snap.label_sets
    sets = sets[sets["key"].eq(_REVISION).to_numpy(dtype=bool)]
    by_set = dict(zip(numbers(sets["label_set"]).tolist(), texts(sets["value"]).tolist(), strict=True))
    label = pd.Series([by_set.get(number) for number in numbers(pods["label_set"]).tolist()], dtype="string", index=pods.index)
    own = (pods["owner_kind"] == pods["workload_kind"]) & (pods["owner"] == pods["workload"])
    told = pods["owner"].where(~own.fillna(True), label)
    distinct = pd.DataFrame(
        {"kind": pods["workload_kind"], "namespace": pods["namespace"], "name": pods["workload"], "revision": told}
    ).drop_duplicates()
    found: Revisions = {}
    for cells in distinct[distinct["revision"].notna()].itertuples(index=False, name=None):
        found.setdefault(Key(*cells[:3]), set()).add(cells[3])
    return found
