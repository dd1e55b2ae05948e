"""What changed in pods: one Row per pod and field, and what the causes of their changes are looked up in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from k8snetviz.analysis.change_rows import Cause, Key, Row
from k8snetviz.analysis.columns import Bools, Ints, flags, numbers, texts
from k8snetviz.analysis.diff_columns import aligned, others, text, unequal
from k8snetviz.analysis.diff_fields import HASHES, READY, declared_ports, ports_text
from k8snetviz.analysis.diff_objects import UID, Fields
from k8snetviz.analysis.diff_scope import Scope
from k8snetviz.model.kinds import Kind
from k8snetviz.model.snapshot import Snapshot
from k8snetviz.model.tables.changes import Change

NODE = "spec.nodeName"
PHASE = "status.phase"
ADDRESSES = "status.podIPs"
RESTARTS = "status.containerStatuses[].restartCount"
DELETED = "metadata.deletionTimestamp"
PORTS = "spec.containers[].ports"
LABEL = "metadata.labels"
_ADDRESS_COLUMNS = ("address", "address_ipv4", "address_ipv6")


class PodSide(NamedTuple):
    """One pod in one snapshot, as far as causes need it."""

    uid: str | None
    node: str | None
    workload_kind: str | None
    workload: str | None
    owner_kind: str | None
    owner: str | None
    host_network: bool
    ready: bool | None
    why: str | None  # why it is not Ready
    addresses: str | None
    labels: dict[str, str]


class PodChange(NamedTuple):
    """A pod that came, went or changed; None on the side where it is not."""

    before: PodSide | None
    after: PodSide | None


Pods = dict[tuple[str, str], PodChange]


def pod_changes(scope: Scope) -> tuple[list[Row], Pods]:
    """Return the changes of pods that both snapshots know, and their two sides."""
    one, other = scope.before.pods, scope.after.pods
    in_before, in_after, _ = aligned((one["namespace"], one["pod"]), (other["namespace"], other["pod"]))
    sides = _Sides(scope, one, other)
    rows, pods = [], {}
    for side, frame, there, word in ((0, one, in_before, Change.REMOVED), (1, other, in_after, Change.ADDED)):
        alone = others(len(frame), there)
        alone = alone[~flags(frame["template"].iloc[alone])]
        for key, pod in zip(_keys(frame, alone), sides.of(side, alone), strict=True):
            if scope.knows(Kind.POD.value, key[0])[1 - side]:
                pods[key] = PodChange(None, pod) if side else PodChange(pod, None)
                rows.append(_row(key, pod, word))
    changed = _changed(scope, one, other, (in_before, in_after))
    in_before, in_after = in_before[changed], in_after[changed]
    both = zip(_keys(one, in_before), sides.of(0, in_before), sides.of(1, in_after), strict=True)
    fields = zip(sides.fields(0, in_before), sides.fields(1, in_after), strict=True)
    for (key, before, after), (old, new) in zip(both, fields, strict=True):
        found = list(_pod_rows(key, (before, after), (old, new), same=scope.same_cluster))
        if found:
            pods[key] = PodChange(before, after)
            rows += found
    return rows, pods


def _changed(scope: Scope, one: pd.DataFrame, other: pd.DataFrame, pairs: tuple[Ints, Ints]) -> Ints:
    """Return the pairs of pods that may differ in something."""
    before, after = one.take(pairs[0]), other.take(pairs[1])
    differ = np.zeros(len(before), bool)
    for name in ("uid", "node", "phase", "ready", "restarts", "host_network", *_ADDRESS_COLUMNS):
        differ |= unequal(before[name], after[name])
    differ |= before["deleted"].notna().to_numpy() != after["deleted"].notna().to_numpy()
    differ |= ~_equal_sets(_labels(scope.before), _labels(scope.after), numbers(before["label_set"]), numbers(after["label_set"]))
    differ |= ~_equal_sets(_ports(scope.before), _ports(scope.after), numbers(before["container_set"]), numbers(after["container_set"]))
    observed = ~(flags(before["template"]) | flags(after["template"]))
    return np.flatnonzero(differ & observed)


def _labels(snap: Snapshot) -> pd.DataFrame:
    sets = snap.label_sets
    return sets[~sets["key"].isin(HASHES).to_numpy(dtype=bool)]


def _ports(snap: Snapshot) -> pd.DataFrame:
    return declared_ports(snap)[["container_set", "port_name", "port", "protocol"]]


def _equal_sets(before: pd.DataFrame, after: pd.DataFrame, one: Ints, other: Ints) -> Bools:
    """Tell for pairs of sets, one of each snapshot, whether they have the same rows; the first column is the number of the set."""
    number, *columns = before.columns
    width = int(other.max(initial=-1)) + 1
    pairs, place = np.unique(one * width + other, return_inverse=True)
    codes = [pd.factorize(np.concatenate([np.asarray(part[name].astype(object)) for part in (before, after)]))[0] for name in columns]
    row = np.zeros(len(before) + len(after), np.int64)
    for column in codes:
        row = pd.factorize(row * (int(column.max(initial=-1)) + 2) + column + 1)[0].astype(np.int64)
    members = [_members(numbers(before[number]), row[: len(before)]), _members(numbers(after[number]), row[len(before) :])]
    nothing: tuple[int, ...] = ()
    equal = [
        members[0].get(a, nothing) == members[1].get(b, nothing)
        for a, b in zip((pairs // width).tolist(), (pairs % width).tolist(), strict=True)
    ]
    return np.asarray(equal, dtype=bool)[place]


def _members(numbers_of: Ints, rows: Ints) -> dict[int, tuple[int, ...]]:
    if not len(rows):
        return {}
    order = np.lexsort((rows, numbers_of))
    numbers_of, rows = numbers_of[order], rows[order]
    starts = np.flatnonzero(np.diff(numbers_of, prepend=-1))
    return {int(numbers_of[start]): tuple(part.tolist()) for start, part in zip(starts, np.split(rows, starts[1:]), strict=True)}


class _Sides:
    """Both tables of pods, and the label and container sets of a few of them."""

    def __init__(self, scope: Scope, *frames: pd.DataFrame) -> None:
        self._snaps, self._frames = (scope.before, scope.after), frames

    def of(self, side: int, rows: Ints) -> list[PodSide]:
        """Return pods by their rows."""
        frame = self._frames[side].take(rows)
        labels = _sets(self._snaps[side].label_sets, "label_set", numbers(frame["label_set"]))
        names = ("uid", "node", "workload_kind", "workload", "owner_kind", "owner")
        columns: list[Any] = [texts(frame[name]) for name in names]
        columns += [flags(frame["host_network"]), _cells(frame["ready"]), texts(frame["cause"]), _addresses(frame)]
        carried = [{cells[1]: cells[2] for cells in labels.get(number, [])} for number in numbers(frame["label_set"]).tolist()]
        return [PodSide(*cells) for cells in zip(*columns, carried, strict=True)]

    def fields(self, side: int, rows: Ints) -> list[Fields]:
        """Return the compared fields of pods by their rows."""
        frame = self._frames[side].take(rows)
        labels = _sets(_labels(self._snaps[side]), "label_set", numbers(frame["label_set"]))
        ports = _sets(
            _ports(self._snaps[side]),
            "container_set",
            numbers(frame["container_set"]),
        )
        deleted = [None if pd.isna(when) else when.isoformat().replace("+00:00", "Z") for when in frame["deleted"]]
        columns = (texts(frame["uid"]), texts(frame["node"]), texts(frame["phase"]), _cells(frame["ready"]), _cells(frame["restarts"]))
        out: list[Fields] = []
        more = (deleted, _addresses(frame), flags(frame["host_network"]).tolist())
        sets = (numbers(frame["label_set"]).tolist(), numbers(frame["container_set"]).tolist())
        for uid, node, phase, ready, restarts, gone, addresses, host, label_set, container_set in zip(*columns, *more, *sets, strict=True):
            found: Fields = {UID: uid, NODE: node, PHASE: phase, READY: _status(ready), RESTARTS: text(restarts), DELETED: gone}
            found |= {ADDRESSES: addresses, "spec.hostNetwork": text(bool(host))}
            found[PORTS] = ports_text((cells[1], cells[2], cells[3]) for cells in ports.get(container_set, []))
            found |= {f"{LABEL}[{cells[1]}]": cells[2] for cells in labels.get(label_set, [])}
            out.append(found)
        return out


def _status(ready: bool | None) -> str | None:
    return None if ready is None else str(bool(ready))


def _pod_rows(key: tuple[str, str], sides: tuple[PodSide, PodSide], fields: tuple[Fields, Fields], *, same: bool) -> Iterator[Row]:
    old, new = fields
    anew = same and old[UID] is not None and new[UID] is not None and old[UID] != new[UID]
    for field in dict.fromkeys([*old, *new]):
        before, after = old.get(field), new.get(field)
        if before == after or (field == UID and not anew) or (field == RESTARTS and (anew or not same)):  # they count for one pod
            continue
        if field == DELETED and before is not None and after is not None:
            continue
        row = _row(key, sides[1], Change.CHANGED)
        row.field, row.before, row.after = field, before, after
        if field == READY:
            row.reason = sides[1].why or sides[0].why
        if anew and field != UID:
            row.cause = Cause(Key(Kind.POD.value, *key), UID)
        yield row


def _row(key: tuple[str, str], pod: PodSide, word: Change) -> Row:
    return Row(Kind.POD.value, *key, word, workload_kind=pod.workload_kind, workload=pod.workload)


def _sets(table: pd.DataFrame, number: str, wanted: Ints) -> dict[int, list[tuple[Any, ...]]]:
    rows = table[np.isin(numbers(table[number]), wanted)].astype(object)
    found: dict[int, list[tuple[Any, ...]]] = {}
    for cells in rows.where(rows.notna(), None).itertuples(index=False, name=None):
        found.setdefault(int(cells[0]), []).append(cells)
    return found


def _addresses(frame: pd.DataFrame) -> list[str | None]:
    columns = (texts(frame[name]).tolist() for name in _ADDRESS_COLUMNS)
    return [",".join(dict.fromkeys(address for address in found if address)) or None for found in zip(*columns, strict=True)]


def _cells(series: pd.Series[Any]) -> list[Any]:
    return [None if pd.isna(cell) else cell for cell in series]


def _keys(frame: pd.DataFrame, rows: Ints) -> list[tuple[str, str]]:
    return list(zip(frame["namespace"].array[rows].tolist(), frame["pod"].array[rows].tolist(), strict=True))
