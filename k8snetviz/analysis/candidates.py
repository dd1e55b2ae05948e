"""Pods as groups that a person thinks in: a top workload, or pods without controller that carry equal labels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pandas as pd

from k8snetviz.analysis.columns import flags
from k8snetviz.model.kinds import WORKLOADS, Kind
from k8snetviz.model.printable import printable
from k8snetviz.model.snapshot import Snapshot

TERMINAL_PHASES = ("Succeeded", "Failed")  # EP-1c
_WORKLOADS = [kind.value for kind in WORKLOADS]


class Group(NamedTuple):
    """A top workload, or pods without one that carry equal labels, and how many pods it has."""

    kind: str  # a Kind; Pod where the workload is of a kind that the toolkit does not read
    namespace: str
    name: str
    label: str  # how a sentence names it
    pods: int | None = 0  # None: a template stands for pods that were not collected
    ready: int | None = 0
    identity: tuple[str, str] = ("", "")  # group_kind and group of its pods
    top: tuple[str, str] = ("", "")  # the top workload, which may be an operator's own resource above several groups

    @property
    def described(self) -> str:
        """The group with its counts, as a sentence starts: ``Deployment cart (4 pods, 3 ready)``."""
        if self.pods is None:
            return f"{self.label} (known by its template only)"
        if self.kind == Kind.POD and self.pods == 1:
            return f"{self.label} ({'ready' if self.ready else 'not ready'})"
        if self.pods == 0:
            return f"{self.label} (no pods)"
        return f"{self.label} ({self.pods} {'pod' if self.pods == 1 else 'pods'}, {self.ready} ready)"


def live_pods(pods: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of PODS that are not terminal, with `group_kind` and `group` that tell groups of one namespace apart.

    Static pods belong to no workload: their Node owns pods that have nothing to do with one another. Where the top
    workload is a resource of an operator, the controller below it makes the group: one of them may run many parts.
    """
    pods = pods[~pods["phase"].isin(TERMINAL_PHASES)]
    owned = pods["workload"].notna() & pods["workload_kind"].notna()
    owned &= ~pods["workload_kind"].isin([Kind.NODE.value, Kind.POD.value])
    by_owner = owned & ~pods["workload_kind"].isin(_WORKLOADS) & pods["owner_kind"].isin(_WORKLOADS)
    kinds = pods["workload_kind"].mask(by_owner, pods["owner_kind"]).where(owned, Kind.POD.value)
    names = pods["workload"].mask(by_owner, pods["owner"]).where(owned, pods["label_set"].astype("string"))
    return pods.assign(group_kind=kinds, group=names)


def groups_of(pods: pd.DataFrame) -> Iterator[tuple[Group, pd.DataFrame]]:
    """Yield the groups of `pods` (rows of `live_pods`), each with its rows, by namespace, kind and name."""
    for (namespace, kind, name), rows in pods.groupby(["namespace", "group_kind", "group"], sort=True):
        yield counted(_group(str(namespace), str(kind), str(name), rows), rows), rows


def counted(group: Group, rows: pd.DataFrame) -> Group:
    """Return `group` with the counts of `rows`."""
    if flags(rows["template"]).all():
        return group._replace(pods=None, ready=None)
    ready = int((flags(rows["ready"]) & rows["deleted"].isna().to_numpy()).sum())
    return group._replace(pods=len(rows), ready=ready)


def idle_groups(snap: Snapshot, namespace: str, pods: pd.DataFrame) -> list[tuple[Group, int]]:
    """Return the workloads of `namespace` that no other one owns and that have none of `pods`, each with the label set of its template."""
    workloads = snap.workloads
    top = (workloads["namespace"] == namespace) & ~workloads["owner_kind"].isin(_WORKLOADS) & workloads["template_label_set"].notna()
    held = set(zip(pods["group_kind"], pods["group"], strict=True))
    columns = workloads.loc[top, ["kind", "workload", "template_label_set"]]
    return [
        (Group(kind, namespace, name, f"{kind} {printable(name)}", identity=(kind, name)), int(number))
        for kind, name, number in columns.itertuples(index=False)
        if (kind, name) not in held
    ]


def _group(namespace: str, kind: str, name: str, rows: pd.DataFrame) -> Group:
    pod = str(rows["pod"].array[0])
    shared = Group(kind, namespace, pod, "", identity=(kind, name), top=(kind, name))
    if kind == Kind.POD:
        label = f"Pod {printable(pod)}" if len(rows) == 1 else f"pods without controller such as {printable(pod)}"
        return shared._replace(label=label)
    shared = shared._replace(
        label=f"{printable(kind)} {printable(name)}", top=(str(rows["workload_kind"].array[0]), str(rows["workload"].array[0]))
    )
    return shared._replace(name=name) if kind in _WORKLOADS else shared._replace(kind=Kind.POD.value)
