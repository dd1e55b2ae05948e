"""Workloads whose pod template a Service selects, and whether they are scaled to zero."""

from __future__ import annotations

import numpy as np
import pandas as pd

from k8snetviz.analysis.columns import Bools, numbers, positions
from k8snetviz.analysis.selection import SelectorPairs, select
from k8snetviz.model.coded import coded_text, joint_codes
from k8snetviz.model.snapshot import Snapshot


def scaled_to_zero(snap: Snapshot, services: pd.DataFrame, pairs: SelectorPairs) -> Bools:
    """Tell which Services select templates, all of them of workloads that want no pod.

    Only the top of each chain of owners counts: a Deployment keeps old ReplicaSets at zero. A workload whose owner
    is not in the snapshot stands for it.
    """
    workloads = snap.workloads
    workloads = workloads[(workloads["template_label_set"].notna() & ~_owned(workloads)).to_numpy(dtype=bool)]
    found = select(snap, services, pairs, coded_text(workloads["namespace"]), numbers(workloads["template_label_set"]))
    wants = numbers(workloads["replicas"])[found.member] != 0
    matched, some = np.zeros(len(services), bool), np.zeros(len(services), bool)
    matched[found.service] = True
    some[found.service[wants]] = True
    return matched & ~some


def _owned(workloads: pd.DataFrame) -> pd.Series[bool]:
    """Tell which workloads have an owner among `workloads`."""
    (kind, owner_kind), kinds = joint_codes(coded_text(workloads["kind"]), coded_text(workloads["owner_kind"]))
    (name, owner), names = joint_codes(coded_text(workloads["workload"]), coded_text(workloads["owner"]))
    (space,), _ = joint_codes(coded_text(workloads["namespace"]))
    width, all_names = len(kinds) + 1, len(names) + 1
    wanted = np.where((owner >= 0) & (owner_kind >= 0), (space * width + owner_kind) * all_names + owner, -1)
    return pd.Series(positions((space * width + kind) * all_names + name, wanted) >= 0, index=workloads.index)
