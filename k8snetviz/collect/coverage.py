"""What was read, and so where absence means "none" (SN-3, SN-4, SN-26); what was not is a gap."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from k8snetviz.collect.batches import Batch, Gap
from k8snetviz.model.kinds import CLUSTER_SCOPED, GapReason, Kind

if TYPE_CHECKING:
    from k8snetviz.collect.store import ObjectStore

Row = tuple[Kind, str | None, bool]  # kind, namespace (None: all), complete
# Kinds that every cluster serves and that answers lean on; custom resources may be absent for good.
_ASKED = (
    Kind.NAMESPACE,
    Kind.NODE,
    Kind.POD,
    Kind.SERVICE,
    Kind.ENDPOINT_SLICE,
    Kind.ENDPOINTS,
    Kind.INGRESS,
    Kind.NETWORK_POLICY,
    Kind.DEPLOYMENT,
    Kind.REPLICA_SET,
    Kind.STATEFUL_SET,
    Kind.DAEMON_SET,
    Kind.JOB,
)
_SPREAD = frozenset({Kind.POD, Kind.SERVICE, Kind.ENDPOINT_SLICE, Kind.ENDPOINTS})
_SHOWN = 5
_ALREADY = frozenset(
    {GapReason.FORBIDDEN, GapReason.ERROR, GapReason.TRUNCATED, GapReason.LIMIT, GapReason.UNREADABLE, GapReason.UNSUPPORTED}
)


class Coverage:
    """Collects what lists tell; `rows` concludes.

    A list that does not tell its scope is taken for a list of all namespaces when its file holds objects
    of several namespaces: one command wrote them. Else the files of the same origin (layout and folder)
    tell: with several namespaces in them it is one of all, with one it covers that one. Kinds that no cluster
    has in a single namespace only are the exception: pods of one namespace beside Services of all come
    from a narrower question, and do not tell that the others have none.
    """

    def __init__(self) -> None:
        self._complete: dict[tuple[Kind, int, str | None], bool] = {}
        self._seen: defaultdict[int, set[str]] = defaultdict(set)  # source -> namespaces in its unscoped lists
        self._single: set[Kind] = set()
        self.told: list[Row] = []  # as a .k8snet file or a live cluster tells it: nothing to guess

    def listed(self, kind: Kind, source: int, scope: str | None, *, complete: bool) -> None:
        """Note that a list of `kind`, or a part of it, was read, restricted to `scope` where that is told."""
        place = kind, source, None if kind in CLUSTER_SCOPED else scope
        self._complete[place] = self._complete.get(place, True) and complete

    def seen(self, kind: Kind, batch: Batch, namespaces: Iterable[str]) -> None:
        """Note objects of `kind` in a batch."""
        if not batch.listed:
            self._single.add(kind)
            return
        if batch.scope is None:
            self._seen[batch.source].update(namespaces)
        self.listed(kind, batch.source, batch.scope, complete=batch.complete)

    def any(self) -> bool:
        """Tell whether any list was read, be it empty."""
        return bool(self._complete or self.told)

    def rows(self, store: ObjectStore) -> list[Row]:
        """Return the rows of COVERAGE."""
        spread: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        for source, namespaces in self._seen.items():
            spread[_origin(store, source)].update(namespaces)
        found: defaultdict[Kind, dict[str | None, bool]] = defaultdict(dict)
        for (kind, source, scope), complete in self._complete.items():
            shown = (self._seen.get(source) if kind in _SPREAD else None) or spread[_origin(store, source)]
            space = next(iter(shown)) if scope is None and kind not in CLUSTER_SCOPED and len(shown) == 1 else scope
            found[kind][space] = complete and found[kind].get(space, True)
        for kind, namespace, complete in self.told:
            found[kind][namespace] = complete and found[kind].get(namespace, True)
        known = {item.metadata.name for item in store.objects(Kind.NAMESPACE)} if found.get(Kind.NAMESPACE, {}).get(None) else set()
        return [(kind, space, whole) for kind, spaces in found.items() for space, whole in _merged(spaces, known).items()]

    def gaps(self, store: ObjectStore) -> list[Gap]:
        """Return gaps for the kinds that were not read, or not everywhere."""
        rows = self.rows(store)
        read: defaultdict[Kind, set[str | None]] = defaultdict(set)
        for kind, namespace, _ in rows:
            read[kind].add(namespace)
        spaces = store.namespaces()
        told = {gap.kind for gap in store.gaps if gap.namespace is None and gap.reason in _ALREADY}
        gaps = [_absent(kind, single=kind in self._single) for kind in _ASKED if kind not in read and kind not in told]
        if Kind.ENDPOINT_SLICE in read:  # the older form of the same thing is not missed (EP-47)
            gaps = [gap for gap in gaps if gap.kind is not Kind.ENDPOINTS]
        gaps += self._cut(store)
        for kind, covered in read.items():
            missing = sorted(spaces - covered) if None not in covered else []
            if missing:
                gaps.append(_partial(kind, sorted(space for space in covered if space), missing))
        return gaps

    def _cut(self, store: ObjectStore) -> list[Gap]:
        """Return gaps for lists that are not whole, where reading did not already say so."""
        said = {gap.source for gap in store.gaps if gap.reason in _ALREADY}
        return [
            Gap(GapReason.TRUNCATED, f"the list of kind {kind} is not whole: others may exist", kind, scope, store.sources[source].name)
            for (kind, source, scope), complete in self._complete.items()
            if not complete and store.sources[source].name not in said
        ]


def _origin(store: ObjectStore, source: int) -> tuple[str, str]:
    read = store.sources[source]
    return read.layout, read.name.rpartition("/")[0]


def _merged(spaces: dict[str | None, bool], known: set[str]) -> dict[str | None, bool]:
    """A complete list of everything makes those of single namespaces needless; so does a list of each namespace."""
    if spaces.get(None):
        return {None: True}
    if known and known <= {space for space, whole in spaces.items() if whole}:
        return {None: True}
    return spaces


def _absent(kind: Kind, *, single: bool) -> Gap:
    if single:
        text = f"only single objects of kind {kind} were read, no list of them: others may exist"
    else:
        text = f"no list of kind {kind} was read"
    return Gap(GapReason.NOT_COLLECTED, text, kind)


def _partial(kind: Kind, covered: list[str], missing: list[str]) -> Gap:
    text = f"{kind} was read in {_named(covered)} only, not in {_named(missing)}"
    return Gap(GapReason.NOT_COLLECTED, text, kind, missing[0] if len(missing) == 1 else None)


def _named(spaces: list[str]) -> str:
    shown = ", ".join(spaces[:_SHOWN])
    more = f" and {len(spaces) - _SHOWN} more" if len(spaces) > _SHOWN else ""
    return f"namespace{'s' if len(spaces) > 1 else ''} {shown}{more}"
