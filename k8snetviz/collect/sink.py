"""What reading asks of the store that it fills: the seam between READING and DECODING."""

from __future__ import annotations

from typing import Protocol

from k8snetviz.collect.batches import Batch, Gap


class Sink(Protocol):
    """A store that takes what was read. A source is announced before the first batch from it."""

    def source(self, name: str, layout: str, form: str) -> int:
        """Announce a file, member or page; return its number for ``Batch.source``."""
        ...

    def read(self, source: int, size: int) -> None:
        """Tell how many bytes the source had after decompression, when it is through."""
        ...

    def add(self, batch: Batch) -> bool | None:
        """Take a batch. False: `items` is no JSON array, nothing of it was kept, and reading cuts it anew.

        ``Batch.items`` may be ``[]``: the list was empty, or (not `complete`) its end is known to be missing.
        """
        ...

    def gap(self, gap: Gap) -> None:
        """Take something that is not known."""
        ...

    def hint(self, name: str, value: str) -> None:
        """Take what the layout tells of the whole: ``server_version``, ``started``, ``finished``, ``cluster``."""
        ...
