"""The explorer inside a page of ours, in the room that the page has for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html.parser import HTMLParser

from k8snetviz.documents.markup import paragraph
from k8snetviz.model.snapshot import Snapshot
from k8snetviz.widgets.data_block import ROWS, DataBlock
from k8snetviz.widgets.moments import block_of
from k8snetviz.widgets.page import fragment

_ROOM = 2_600_000  # bytes of the data block; 20,000 rows take 600,000 in a cluster as they are
_FEWEST = 500  # rows below which there is no sense in trying


@dataclass(frozen=True, eq=False)
class Embedded:
    """The explorer of one snapshot, or of several."""

    block: DataBlock
    parts: tuple[str, ...]  # of HTML
    scripts: tuple[str, ...]  # texts that must run for it


def embedded(snaps: Sequence[Snapshot], room: int = _ROOM) -> Embedded:
    """Return the explorer of `snaps`, moments in the order of time, with as many rows as fit into `room` bytes.

    Where not even a few rows of all moments fit, it shows the last one alone; without that, a sentence says so.
    """
    last, moments = snaps[-1], len(snaps)
    block, limit = block_of(snaps), ROWS
    while len(block.text) > room and limit >= _FEWEST:
        limit = min(limit, len(block.rows)) // 2
        block = block_of(snaps, limit=max(limit, 1))
    if len(block.text) > room and moments > 1:
        alone = embedded(snaps[-1:], room)
        words = f"Only the last moment is in the explorer: the data of all {moments} would take {len(block.text):,} characters."
        return Embedded(alone.block, (paragraph(words, "left"), *alone.parts), alone.scripts)
    if len(block.text) > room:
        words = f"Left out: its data would take {len(block.text):,} characters. The tables of this page and knv.explore tell the same."
        return Embedded(block, (paragraph(words, "left"),), ())
    through = f" The slider goes through the {moments} moments." if moments > 1 else ""
    words = (
        f"Filter, search, click: a mark selects its rows, a row highlights its path.{through} Everything happens in this page. "
        "Without scripts, and on paper, a picture stands here, and the tables below tell the rest."
    )
    made = fragment(last, block, rows=0)
    return Embedded(block, (paragraph(words, "note screen"), made), tuple(scripts_of(made)))


def scripts_of(page: str) -> list[str]:
    """Return the exact texts of the scripts in `page` that a browser would run."""
    reader = _Scripts()
    reader.feed(page)
    reader.close()
    return reader.found


class _Scripts(HTMLParser):
    """Gathers what stands between the tags of scripts; data blocks are no scripts."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag == "script" and dict(attrs).get("type") != "application/json"
        if self._inside:
            self.found.append("")

    def handle_endtag(self, tag: str) -> None:
        self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.found[-1] += data
