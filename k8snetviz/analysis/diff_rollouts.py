"""Which workloads were rolled out between two snapshots: their pods are of other ReplicaSets, revisions or Jobs than before."""

from __future__ import annotations

import numpy as np

from k8snetviz.analysis.change_rows import Key, Row
from k8snetviz.analysis.diff_columns import joined
from k8snetviz.analysis.diff_fields import TEMPLATE
from k8snetviz.analysis.diff_scope import Scope
from k8snetviz.model.coded import joint_codes
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
    pods, sets = snap.coded("pods"), snap.coded("label_sets")
    named = sets.text("key").equals(_REVISION)
    (label,), labels = joint_codes(sets.text("value").where(named))
    by_set = np.full(max(sets.numbers("label_set").max(initial=-1), pods.numbers("label_set").max(initial=-1)) + 2, -1, np.int64)
    by_set[sets.numbers("label_set")[named]] = label[named]
    columns = ("workload_kind", "namespace", "workload", "owner_kind", "owner")
    (kind, space, name, owner_kind, owner), words = joint_codes(*(pods.text(column) for column in columns))
    own = (owner < 0) | (owner_kind < 0) | (kind < 0) | ((owner_kind == kind) & (owner == name))
    told = np.where(own, by_set[pods.numbers("label_set")], owner)
    rows = np.flatnonzero((name >= 0) & (told >= 0) & ~pods.flags("template"))
    rows = rows[np.unique(joined([column[rows] for column in (kind, space, name, told, own.astype(np.int64))]), return_index=True)[1]]
    found: Revisions = {}
    for row in rows.tolist():
        told_by = labels if own[row] else words
        found.setdefault(Key(words[kind[row]], words[space[row]], words[name[row]]), set()).add(told_by[told[row]])
    return found
