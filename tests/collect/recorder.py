"""A store that only records, and short ways to read into it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import msgspec

from k8snetviz.collect.batches import Batch, Gap, Limits
from k8snetviz.collect.reader import read_input


class Recorder:
    """Collects what reading sends."""

    def __init__(self) -> None:
        self.sources: list[tuple[str, str, str]] = []
        self.batches: list[Batch] = []
        self.gaps: list[Gap] = []
        self.hints: dict[str, str] = {}
        self.sizes: dict[int, int] = {}
        self.refused = 0

    @classmethod
    def of(cls, batch: Batch) -> Recorder:
        """A recorder of one batch."""
        found = cls()
        found.batches.append(batch)
        return found

    def source(self, name: str, layout: str, form: str) -> int:
        self.sources.append((name, layout, form))
        return len(self.sources) - 1

    def read(self, source: int, size: int) -> None:
        self.sizes[source] = size

    def add(self, batch: Batch) -> bool:
        try:
            msgspec.json.decode(batch.items, type=list[msgspec.Raw])
        except msgspec.DecodeError:
            self.refused += 1
            return False
        self.batches.append(batch)
        return True

    def gap(self, gap: Gap) -> None:
        self.gaps.append(gap)

    def hint(self, name: str, value: str) -> None:
        self.hints.setdefault(name, value)

    def objects(self) -> list[tuple[str, dict[str, Any]]]:
        """Kind and object of everything that was sent, in order."""
        return [
            (str(batch.kind or item.get("kind")), item)
            for batch in self.batches
            for item in msgspec.json.decode(batch.items, type=list[Any])
        ]

    def names(self) -> list[str]:
        """``Kind/name`` of everything that was sent, in order."""
        return [f"{kind}/{item['metadata']['name']}" for kind, item in self.objects()]

    def kinds(self) -> Counter[str]:
        return Counter(kind for kind, _ in self.objects())

    def empty(self) -> list[tuple[str | None, str | None, bool]]:
        """Kind, scope and completeness of the empty batches."""
        return [(batch.kind, batch.scope, batch.complete) for batch in self.batches if batch.items.strip() == b"[]"]

    def reasons(self) -> list[tuple[str, str | None]]:
        return [(gap.reason.value, gap.kind) for gap in self.gaps]


def read(path: str | Path | bytes, limits: Limits | None = None) -> Recorder:
    """Read `path` into a Recorder."""
    found = Recorder()
    read_input([path], found, limits)
    return found


def read_text(tmp_path: Path, text: bytes | str, name: str = "input.json") -> Recorder:
    """Read a file of `text`."""
    path = tmp_path / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read(path)
