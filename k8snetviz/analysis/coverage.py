"""What is known where: COVERAGE for whole columns of namespaces, and the name of the gap where it is not."""

from __future__ import annotations

import numpy as np

from k8snetviz.analysis.columns import Bools, Objects, flags, texts
from k8snetviz.model.kinds import GapReason, Kind
from k8snetviz.model.snapshot import Snapshot


def known(snap: Snapshot, kind: Kind, namespaces: Objects) -> Bools:
    """Tell for each of `namespaces` whether absence of `kind` there means "none" (``Snapshot.knows``, whole column)."""
    coverage = snap.coverage
    read = texts(coverage["namespace"])[(texts(coverage["kind"]) == kind.value) & flags(coverage["complete"])]
    everywhere = any(namespace is None for namespace in read)
    if everywhere or not len(read):
        return np.full(len(namespaces), everywhere)
    wanted = set(read.tolist())
    return np.fromiter((namespace in wanted for namespace in namespaces), dtype=bool, count=len(namespaces))


def gap_reasons(snap: Snapshot, kind: Kind) -> dict[str | None, str]:
    """Return why `kind` is not known: reason code by namespace; None stands for every namespace.

    The gap of the namespace comes first, then the one without namespace (SN-26); of several the first row.
    """
    gaps = snap.gaps
    found: dict[str | None, str] = {}
    mine = texts(gaps["kind"]) == kind.value
    for namespace, reason in zip(texts(gaps["namespace"])[mine], texts(gaps["reason"])[mine], strict=True):
        found.setdefault(namespace, reason)
    return found


def gap_text(reasons: dict[str | None, str], kind: Kind, namespace: str | None) -> str:
    """Return a clause that names the gap, such as ``Pods of namespace shop are not known (FORBIDDEN)``."""
    reason = reasons.get(namespace) or reasons.get(None) or GapReason.NOT_COLLECTED.value
    where = f" of namespace {namespace}" if namespace is not None else ""
    plural = kind.value if kind.value.endswith("s") else f"{kind.value}s"
    return f"{plural}{where} are not known ({reason})"
