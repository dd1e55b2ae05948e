"""What is known where: COVERAGE for whole columns of namespaces, and the name of the gap where it is not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from k8snetviz.analysis.columns import Bools, Objects, equals, flags, texts
from k8snetviz.model.kinds import GapReason, Kind
from k8snetviz.model.printable import printable
from k8snetviz.model.snapshot import Snapshot

_LONG = 120  # characters of a name in a sentence
_OF_OBJECTS = (GapReason.BAD_ADDRESS.value, GapReason.REPLACED.value)
_WORDS = {
    GapReason.NOT_COLLECTED: "were not collected",
    GapReason.FORBIDDEN: "were refused",
    GapReason.TRUNCATED: "were read in part",
    GapReason.UNREADABLE: "could not be read",
    GapReason.UNSUPPORTED: "came in a form that cannot be used",
    GapReason.LIMIT: "are beyond a limit of reading",
    GapReason.REPLACED: "were made anew meanwhile",
    GapReason.BAD_ADDRESS: "have addresses that cannot be read",
    GapReason.INCONSISTENT: "are of different moments",
    GapReason.ERROR: "could not be fetched",
}


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

    The gap of the namespace comes first, then the one without namespace (SN-26); of several the first row. Gaps of
    single objects (an address that does not parse, an object made anew) hide none.
    """
    gaps = snap.gaps
    found: dict[str | None, str] = {}
    mine = (texts(gaps["kind"]) == kind.value) & ~equals(gaps["reason"], *_OF_OBJECTS)
    for namespace, reason in zip(texts(gaps["namespace"])[mine], texts(gaps["reason"])[mine], strict=True):
        found.setdefault(namespace, reason)
    return found


def gap_text(gaps: Mapping[Kind, dict[str | None, str]], kinds: Sequence[Kind], namespace: str | None) -> str:
    """Return a clause that names the gaps of `kinds`, such as ``Pods of namespace shop were not collected``."""
    where = f" of namespace {printable(namespace, limit=_LONG)}" if namespace is not None else ""
    by_reason: dict[str, list[str]] = {}
    for kind in kinds:
        reason = gaps[kind].get(namespace) or gaps[kind].get(None) or GapReason.NOT_COLLECTED.value
        plural = kind.value if kind.value.endswith("s") else f"{kind.value}s"
        by_reason.setdefault(reason, []).append(plural)
    return " and ".join(f"{_listed(plurals)}{where} {_WORDS[GapReason(reason)]}" for reason, plurals in by_reason.items())


def _listed(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
