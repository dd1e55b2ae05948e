"""One member on its way into the store: announces it, sends its batches, counts what is not ours, notes gaps."""

from __future__ import annotations

import re
from collections import Counter

from k8snetviz.collect.batches import Batch, Gap, Limits
from k8snetviz.collect.encoding import repaired
from k8snetviz.collect.refusals import Judged
from k8snetviz.collect.resources import ours
from k8snetviz.collect.scopes import FolderScopes, ScopeGroup
from k8snetviz.collect.sink import Sink
from k8snetviz.collect.streams import Stream
from k8snetviz.collect.told import Place, Told
from k8snetviz.collect.watch import WatchFold
from k8snetviz.model.kinds import CLUSTER_SCOPED, GapReason, Kind

_EMPTY = re.compile(rb"\[\s*\]\Z")
_GAPS = 100  # gaps of one member that are told one by one
_JOINED = 4 << 20  # single objects are sent together, up to this many bytes


class Intake:
    """Takes what a member holds."""

    def __init__(
        self, store: Sink, name: str, place: Place, form: str, limits: Limits, *, path: str = "", folders: FolderScopes | None = None
    ) -> None:
        self.store = store
        self.name = name
        self.path = path or name
        self.place = place
        self.form = form
        self.limits = limits
        self.size = 0
        self.batches = 0  # batches of ours with at least one item, or empty lists of a kind of ours
        self.gaps = 0
        self.first_gap = ""
        self._more_gaps: Counter[tuple[GapReason, Kind | None]] = Counter()
        self.foreign: Counter[str] = Counter()  # kinds that are not ours, by how often they were met
        self.stream: Stream | None = None  # what is read, where a fault may end it early
        self.alone = False  # the input is this member, so that nothing else can disagree with it
        self.lists: set[tuple[Kind, str | None]] = set()  # whole lists with items
        self.empty_lists = 0  # lists that are empty and do not say of what
        self.noise: list[Judged] = []  # what text between documents seems to be
        self.scopes: ScopeGroup | None = None
        self.folders = folders or FolderScopes()
        self.watch = WatchFold()
        self._source: int | None = None
        self._singles: list[bytes] = []
        self._singles_size = 0
        self._singles_where = ""

    @property
    def source(self) -> int:
        """Number of the member in the store; asking announces it."""
        if self._source is None:
            self._source = self.store.source(self.name, self.place.layout, self.form)
        return self._source

    @property
    def cut(self) -> str:
        """Why the member ends before its end; empty when it does not."""
        return self.stream.fault if self.stream is not None and self.stream.cut else ""

    def gap(self, reason: GapReason, detail: str, kind: Kind | None = None, namespace: str | None = None) -> None:
        """Note something of this member that is not known."""
        self.gaps += 1
        self.first_gap = self.first_gap or detail
        if self.gaps > _GAPS:
            self._more_gaps[reason, kind] += 1
            return
        self.store.gap(Gap(reason, detail, kind, namespace or self.place.scope, self.name))

    def items(self, items: bytes, told: Told, where: str, *, complete: bool = True) -> bool:
        """Send a JSON array of items; False when it is no JSON array and must be cut anew."""
        text, bad = repaired(items)
        if bad is not None:
            self.gap(GapReason.UNREADABLE, f"bytes that are no UTF-8 from {where} + {bad} on were read as U+FFFD", told.kind)
        scope = told.scope or self.place.scope
        if scope is None and told.listed and self.place.folder and told.kind not in CLUSTER_SCOPED:
            if _EMPTY.match(text):
                self.folders.empty(self, told, where, complete=complete)
                self.batches += 1
                return True
            scope = self.folders.seen(self, text)
        listed = told.listed and self.place.listed
        if self.store.add(Batch(text, self.source, told.kind, told.api_version, scope, listed, complete, where)) is False:
            return False
        self.batches += 1
        if told.kind is not None and listed and not _EMPTY.match(text):
            self.lists.add((told.kind, scope))
        if self.place.one is not None and self.place.kind is not None:
            self.lists.add((self.place.kind, self.place.one))
        return True

    def send_empty(self, told: Told, where: str, *, complete: bool) -> None:
        """Send an empty list, or the end of one, whose scope is known by now."""
        self.store.add(Batch(b"[]", self.source, told.kind, told.api_version, told.scope, self.place.listed, complete, where))

    def single(self, text: bytes, where: str) -> None:
        """Take one object that says its kind itself; objects in a row are sent together."""
        self._singles_where = self._singles_where or where
        self._singles.append(text)
        self._singles_size += len(text)
        if self._singles_size > _JOINED:
            self.flush()

    def flush(self) -> None:
        """Send the objects that wait to be sent together."""
        if self._singles:
            self.items(b"[" + b",".join(self._singles) + b"]", Told(listed=False), self._singles_where)
            self._singles, self._singles_size, self._singles_where = [], 0, ""

    def _fold(self) -> None:
        """Send what watch events left; DELETED objects are gone, absence means something only after a whole list."""
        by_kind: dict[tuple[str, str], list[bytes]] = {}
        for version, kind, text in self.watch.objects():
            by_kind.setdefault((version, kind), []).append(text)
        for (version, kind), texts in by_kind.items():
            found = ours(kind, version)
            if found is None:
                self.foreign[kind] += len(texts)
                continue
            told = Told(found, version or None, listed=self.watch.whole)
            self.items(b"[" + b",".join(texts) + b"]", told, "the watch events")

    def done(self) -> None:
        """Send what waits and tell the size, once the member is through."""
        self._fold()
        self.flush()
        if self.scopes is not None:
            self.scopes.close()
        for (reason, kind), count in self._more_gaps.items():
            self.store.gap(Gap(reason, f"{count} more places like the {_GAPS} that are named", kind, self.place.scope, self.name))
        if self._source is not None or self.gaps:
            self.store.read(self.source, self.size)
