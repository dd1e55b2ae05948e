"""What a cluster holds now, object by object: lists fill it, watch events change it, snapshots are taken from it.

An object is kept as JSON text pruned to the fields that are known, so that memory follows what networking needs. An object that
changes many times between two snapshots costs no more than its last change.
"""

from __future__ import annotations

import threading
from datetime import datetime
from typing import NamedTuple

import msgspec

from k8snetviz.collect.batches import Batch, Gap
from k8snetviz.collect.live.served import Place
from k8snetviz.collect.load import provenance
from k8snetviz.collect.registry import specs
from k8snetviz.collect.store import ObjectStore
from k8snetviz.model.kinds import GapReason, Kind
from k8snetviz.model.pauses import no_collection
from k8snetviz.model.snapshot import Snapshot

LAYOUT = "live watch"
UNREADABLE = (msgspec.DecodeError, RecursionError, UnicodeDecodeError)
_BLOCK = 2_000  # objects decoded together
Key = tuple[str | None, str]  # namespace, name


class Part(NamedTuple):
    """One list that is followed: a kind, everywhere or in one namespace."""

    kind: Kind
    namespace: str | None


class Objects(dict[Key, bytes]):
    """Objects of one part by namespace and name."""


class State:
    """Safe to use from several threads."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.server_version: str | None = None
        self._lock = threading.Lock()
        self._parts: dict[Part, Objects] = {}
        self._versions: dict[Kind, str] = {}
        self._gaps: dict[Part, Gap] = {}
        self._absent: set[Kind] = set()
        self._dropped: set[Part] = set()
        self.refused_as = 0  # status of the first refusal
        self.changes = 0  # grows with every change

    def replace(self, part: Part, api_version: str, objects: Objects) -> None:
        """Take a whole list in place of what was known of that part."""
        with self._lock:
            if part in self._dropped:
                return
            if self._parts.get(part) != objects:
                self.changes += 1
            self._parts[part] = objects
            self._versions[part.kind] = api_version
            self._gaps.pop(part, None)
            self._absent.discard(part.kind)

    def apply(self, part: Part, key: Key, text: bytes | None) -> None:
        """Take one change; None: the object is gone."""
        with self._lock:
            objects = self._parts.get(part)
            if objects is None:  # it was let go of
                return
            if text is None:
                self.changes += objects.pop(key, None) is not None
            elif objects.get(key) != text:
                self.changes += 1
                objects[key] = text

    def missing(self, part: Part, gap: Gap) -> None:
        """Note why a part, or something of it, is not known; what was known of it before is kept."""
        with self._lock:
            if part in self._dropped:
                return
            if self._gaps.get(part) != gap:
                self.changes += 1
            self._gaps[part] = gap

    def refuse(self, part: Part, gap: Gap, status: int) -> None:
        """Note that a part may not be read."""
        self.refused_as = self.refused_as or status
        self.missing(part, gap)

    def begin(self, part: Part) -> None:
        """Take what comes of `part` from now on."""
        with self._lock:
            self._dropped.discard(part)

    def drop(self, part: Part) -> None:
        """Let go of `part`, and of what still comes of it: it is no longer followed."""
        with self._lock:
            self._dropped.add(part)
            self.changes += bool(self._parts.pop(part, None))
            self._gaps.pop(part, None)

    def absent(self, kind: Kind, part: Part | None = None) -> None:
        """Note that the cluster does not serve `kind`: there are none, nor any of `part` that were known before."""
        with self._lock:
            if part is not None:
                self.changes += bool(self._parts.pop(part, None))
                self._gaps.pop(part, None)
            self._absent.add(kind)

    def known(self) -> list[Part]:
        """Return the parts whose lists are known."""
        with self._lock:
            return list(self._parts)

    def gaps(self) -> list[Gap]:
        """Return what is not known, and why."""
        with self._lock:
            return list(self._gaps.values())

    def refused(self) -> list[Part]:
        """Return the parts that may not be read."""
        with self._lock:
            return [part for part, gap in self._gaps.items() if gap.reason is GapReason.FORBIDDEN]

    def names(self, kind: Kind) -> list[str]:
        """Return the names of the objects of `kind`."""
        with self._lock:
            return sorted(name for part, objects in self._parts.items() if part.kind is kind for _, name in objects)

    def size(self) -> int:
        """Return the number of objects."""
        with self._lock:
            return sum(map(len, self._parts.values()))

    def snapshot(self, at: datetime) -> Snapshot:
        """Return what is known now, as of the moment `at`, as a Snapshot that later changes do not touch."""
        with self._lock:
            parts = {part: list(objects.values()) for part, objects in self._parts.items()}
            gaps, versions, absent = list(self._gaps.values()), dict(self._versions), set(self._absent)
        store = ObjectStore()
        moment = at.isoformat(timespec="seconds")
        told = {"started": moment, "finished": moment, "server_version": self.server_version}
        for name, value in told.items():
            if value is not None:
                store.hint(name, value)
        with no_collection():
            for part, texts in parts.items():
                _fill(store, part, versions[part.kind], texts)
            for gap in gaps:
                store.gap(gap)
            store.coverage.told += [(part.kind, part.namespace, True) for part in parts] + [(kind, None, True) for kind in absent]
            store.finish()
        return Snapshot(store, provenance(store, self._name, ()))


def _fill(store: ObjectStore, part: Part, api_version: str, texts: list[bytes]) -> None:
    name = Place(specs()[part.kind], api_version).path(part.namespace)
    source = store.source(name, LAYOUT, "json")
    for start in range(0, len(texts), _BLOCK):
        block = texts[start : start + _BLOCK]
        items = b"[" + b",".join(block) + b"]"
        store.add(Batch(items, source, part.kind.value, api_version, part.namespace, listed=False, where=f"object {start}"))
        store.read(source, len(items))


class _Meta(msgspec.Struct, rename="camel"):
    name: str
    namespace: str | None = None
    resource_version: str | None = None


class _Named(msgspec.Struct):
    metadata: _Meta


_NAMED = msgspec.json.Decoder(_Named)


class Pruner:
    """Turns the objects of one kind into pruned text."""

    def __init__(self, kind: Kind) -> None:
        self._decoder: msgspec.json.Decoder[object] = msgspec.json.Decoder(specs()[kind].struct)
        self._encoder = msgspec.json.Encoder()

    def take(self, text: bytes | msgspec.Raw) -> tuple[Key, bytes, str | None]:
        """Return key, pruned text and resourceVersion of one object.

        One that does not fit its kind is kept as it came, so that a snapshot tells of it as of one in a file.
        Raises one of `UNREADABLE` where it does not even have a name.
        """
        try:
            found = self._decoder.decode(text)
        except UNREADABLE:
            meta = _NAMED.decode(text).metadata
            return (meta.namespace, meta.name), bytes(text), meta.resource_version
        own = found.metadata  # type: ignore[attr-defined]  # every struct of ours has it
        if not own.name:
            raise msgspec.ValidationError("it has no name")
        return (own.namespace, own.name), self._encoder.encode(found), own.resource_version
