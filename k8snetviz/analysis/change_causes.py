"""Which change explains which: causes of pods and workloads (the rules and their precedence stand in docs/diff.md)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from k8snetviz.analysis.change_rows import Cause, Key, Row
from k8snetviz.analysis.diff_fields import READY, REPLICAS, TEMPLATE
from k8snetviz.analysis.diff_objects import UID
from k8snetviz.analysis.diff_pods import ADDRESSES, DELETED, NODE, PHASE, RESTARTS, PodChange, Pods, PodSide
from k8snetviz.analysis.diff_rollouts import JOBS, Revisions, revision
from k8snetviz.model.kinds import Kind
from k8snetviz.model.tables.changes import Change

_CORDONED = "spec.unschedulable"
_SCALED = (REPLICAS, "status.desiredNumberScheduled", "spec.parallelism")
# What else in the same pod explains a field, the first of them that changed.
_WITHIN = {
    NODE: (UID,),
    DELETED: (),
    PHASE: (UID, NODE),
    RESTARTS: (UID,),
    ADDRESSES: (UID, NODE, PHASE, RESTARTS),  # a new sandbox restarts all containers and gets a new address
    READY: (UID, DELETED, PHASE, RESTARTS, NODE),
}


class Changed:
    """The changes so far, by object and field; a field of None is an object that came or went."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._fields: dict[Key, dict[str | None, Row]] = {}
        self.add(rows)

    def add(self, rows: Iterable[Row]) -> None:
        """Take more changes."""
        for row in rows:
            self._fields.setdefault(row.key, {})[row.field] = row

    def first(self, key: Key, *fields: str | None) -> Cause | None:
        """Return the first of `fields` that changed in the object `key`, as a cause."""
        found = self._fields.get(key)
        if found is None:
            return None
        return next((Cause(key, field) for field in fields if field in found), None)

    def starting(self, key: Key, prefix: str) -> Cause | None:
        """Return the first changed field, by name, that starts with `prefix`."""
        found = sorted(field for field in self._fields.get(key, {}) if field is not None and field.startswith(prefix))
        return Cause(key, found[0]) if found else None

    def row(self, cause: Cause) -> Row:
        """Return the change that `cause` refers to."""
        return self._fields[cause.key][cause.field]

    def root(self, cause: Cause) -> Cause:
        """Return the first cause behind `cause`."""
        seen = {cause}
        while (above := self.row(cause).cause) is not None and above not in seen:
            cause = above
            seen.add(cause)
        return cause

    def within_namespace(self, namespace: str | None) -> Cause | None:
        """Return the namespace where it came, went, or was made anew."""
        return None if namespace is None else self.first(Key(Kind.NAMESPACE.value, None, namespace), None, UID)


def explain_objects(rows: list[Row], changed: Changed) -> None:
    """Set the causes of objects that are no pods: their namespace, a Node that brings pods of a DaemonSet, an edited template."""
    nodes = [row for row in rows if row.kind == Kind.NODE.value and row.field in (None, READY)]
    for row in rows:
        if row.cause is not None:
            continue
        if row.field in (None, UID) and row.kind != Kind.NAMESPACE.value:
            row.cause = changed.within_namespace(row.namespace)
        elif row.kind == Kind.DAEMON_SET.value and row.field in _SCALED and len(nodes) == 1 and _brings(nodes[0], row):
            row.cause = Cause(nodes[0].key, nodes[0].field)
        elif row.field == TEMPLATE:
            row.cause = changed.first(row.key, UID) or changed.starting(row.key, f"{TEMPLATE}.")


def _brings(node: Row, desired: Row) -> bool:
    """Return whether more pods of a DaemonSet are desired where its Node came or is ready again, fewer where it went or is not ready.

    A Node that is not ready is tainted NoSchedule; a DaemonSet that does not tolerate it no longer counts it.
    """
    more = int(desired.after or 0) > int(desired.before or 0)
    return more == (node.change is Change.ADDED if node.field is None else node.after == "True")


def explain_pods(rows: list[Row], pods: Pods, changed: Changed, revisions: tuple[Revisions, Revisions]) -> None:
    """Set the causes of changes in pods."""
    open_rows: list[Row] = []
    for row in rows:
        change = pods[row.namespace or "", row.name]
        if row.field is None or row.field in (DELETED, UID):
            row.cause = row.cause or _of_life(row, change, changed, revisions)
            open_rows += [row] if row.cause is None else []
        elif row.cause is None:
            row.cause = _of_field(row, change, changed)
    _counterparts(rows, open_rows)


def _of_life(row: Row, change: PodChange, changed: Changed, revisions: tuple[Revisions, Revisions]) -> Cause | None:
    """Return why a pod came, went, is being deleted or was made anew."""
    sides = [side for side in change if side is not None]
    nodes = [Key(Kind.NODE.value, None, node) for node in dict.fromkeys(side.node for side in sides) if node is not None]
    workloads = [_workload(row.namespace, side) for side in sides if side.workload_kind]
    found = _first(changed.first(key, None, UID) for key in workloads)
    found = found or _rolled_out(row, change, changed, revisions)
    found = found or _first(changed.first(node, None, UID, READY, _CORDONED) for node in nodes)
    found = found or _first(changed.first(key, TEMPLATE, JOBS, *_SCALED) for key in workloads)
    return found or changed.within_namespace(row.namespace)


def _rolled_out(row: Row, change: PodChange, changed: Changed, revisions: tuple[Revisions, Revisions]) -> Cause | None:
    """Return the rollout of the pod's workload where the other snapshot has no pods of its revision, or has it at another one."""
    told = [_revision(row.namespace, side) for side in change if side is not None]
    for place, side in enumerate(change):
        if side is None or not side.workload_kind:
            continue
        key = _workload(row.namespace, side)
        mine, there = _revision(row.namespace, side), revisions[1 - place].get(key)
        if there is not None and mine is not None and (mine not in there or len(set(told)) > 1):
            return changed.first(key, TEMPLATE, JOBS)
    return None


def _revision(namespace: str | None, side: PodSide) -> str | None:
    return revision(side.owner_kind, side.owner, (side.workload_kind, side.workload), side.labels)


def _of_field(row: Row, change: PodChange, changed: Changed) -> Cause | None:
    """Return why a field of a pod changed."""
    before, after = change
    if before is None or after is None or row.field is None:
        return None
    node = after.node or before.node
    if row.field in (READY, PHASE) and node is not None:
        found = changed.first(Key(Kind.NODE.value, None, node), None, UID, READY)
        if found is not None:
            return found
    if row.field == ADDRESSES and after.host_network and node is not None:
        found = changed.first(Key(Kind.NODE.value, None, node), "status.addresses")
        if found is not None:
            return found
    moved = before.node is not None and after.node is not None  # only a pod without Node gets one
    within = [field for field in _WITHIN.get(row.field, ()) if not (field == NODE and moved)]
    return changed.first(row.key, *within)


def _counterparts(rows: list[Row], open_rows: list[Row]) -> None:
    """Set the cause of pods that came (or went) for pods of their workload that went (or came), where those have one cause.

    A pod that is lost with its Node is replaced on another one: both have the Node as their cause.
    """
    causes: dict[tuple[Key, Change], Counter[Cause]] = {}
    for row in rows:
        key = _own_workload(row)
        if key is not None and row.cause is not None and (word := _life(row)) is not None:
            causes.setdefault((key, word), Counter())[row.cause] += 1
    for row in open_rows:
        key, word = _own_workload(row), _life(row)
        if key is None or word is None:
            continue
        found = causes.get((key, Change.ADDED if word is Change.REMOVED else Change.REMOVED), Counter())
        if len(found) == 1:
            (row.cause,) = found


def _life(row: Row) -> Change | None:
    """Return whether a row means that a pod came or went; one that is being deleted goes."""
    if row.field is None:
        return row.change
    if row.field == DELETED:
        return Change.REMOVED if row.before is None else Change.ADDED
    return None


def _own_workload(row: Row) -> Key | None:
    return Key(row.workload_kind, row.namespace, row.workload) if row.workload_kind and row.workload else None


def _workload(namespace: str | None, side: PodSide) -> Key:
    return Key(side.workload_kind or "", namespace, side.workload or "")


def _first(causes: Iterable[Cause | None]) -> Cause | None:
    return next((cause for cause in causes if cause is not None), None)
