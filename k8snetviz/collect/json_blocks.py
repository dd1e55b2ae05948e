"""Long lists -> blocks of whole items. Memory follows the block, not the file; CPU is that of reading.

A list is walked strictly (every item skipped by a C parser) only where it begins, where it ends, and where
something is wrong. In between, blocks are cut at the last *separator*: the bytes that stood between two
items, with their indentation. In indented text that is exact, since a newline cannot stand inside a JSON string and
everything inside an item is indented deeper. In compact text the separator is prolonged by what the items
have in common at their begin (``},{"metadata":{"name":``) and is only a candidate: the store says False to a
block that is no JSON array, and the block is then walked strictly.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from k8snetviz.collect.json_walk import Ending, Items, array_items, blank_end, value_extent
from k8snetviz.collect.window import BLOCK, Window

Emit = Callable[[bytes, int], bool]  # (JSON array, byte of its first item) -> False: this is no JSON array
Lost = Callable[[Ending, int, int], None]  # (why, byte where it breaks, byte where reading goes on)

_FIRST_KEY = re.compile(rb'\{\s*"[^"\\]{1,60}"\s*:')
_COLUMN_0 = re.compile(rb"\n(?:[}\]]+|(?=[{\[=]))")
_LINE = re.compile(rb"\n")
_COMMON = 96  # bytes of two items that are compared


class _Separator(NamedTuple):
    text: bytes
    closed: int  # offset behind the closing brace of the item before
    next: int  # offset of the item after
    edge: re.Pattern[bytes] | None  # what cannot stand inside the document
    loose: re.Pattern[bytes] | None = None  # where the separator is only guessed: what an item begins with

    def nearest(self, text: bytes, at: int) -> tuple[int, int]:
        """Return where the next item from `at` on begins, else where the document ends; -1 for what is not there.

        Looked for in growing stretches, so that the cost is that of the distance, not of all that follows.
        """
        size = 4096
        while True:
            stop = min(len(text), at + size)
            item = self._item(text, at, stop)
            edge = self.edge.search(text, at, stop if item < 0 else item) if self.edge else None
            if edge is not None:
                return -1, edge.end()
            if item >= 0 or stop == len(text):
                return item, -1
            size *= 4

    def _item(self, text: bytes, at: int, stop: int) -> int:
        if self.loose is not None:
            found = self.loose.search(text, at, stop)
            return found.end() if found else -1
        place = text.find(self.text, at, stop)
        return place + self.next if place >= 0 else -1


class ListCutter:
    """Cuts one array of a window into blocks."""

    def __init__(self, window: Window, emit: Emit, lost: Lost) -> None:
        self._window = window
        self._emit = emit
        self._lost = lost
        self._mark: _Separator | None = None
        self._first = True

    def run(self) -> Ending:
        """Cut the array whose ``[`` was just passed. WHOLE: the window stands behind its ``]``.

        CUT: the stream ended before the array did. BROKEN: something was lost and the array left;
        the window stands where a document may begin.
        """
        window = self._window
        window.shorten()
        lead = blank_end(window.text, window.at)
        self._mark = _guessed(window.text[window.at : lead], window.text[lead : lead + _COMMON])
        while True:
            found = self._strict()
            if found.ending in (Ending.BROKEN, Ending.DEEP):
                broke = window.base + found.at
                goes_on = self._resync(max(found.at, found.begin + 1))
                self._lost(found.ending, broke, window.byte)
                if not goes_on:
                    return Ending.BROKEN
            elif found.ending is Ending.WHOLE:
                window.at = found.at
                return Ending.WHOLE
            elif window.ended:
                window.at = found.begin
                return self._last()
            else:
                rest, base = self._blocks(window.text[found.begin :], window.base + found.begin)
                window.place(base, rest)

    def _strict(self) -> Items:
        """Walk the text from the position on, emit its whole items; return how it ended."""
        window = self._window
        found = array_items(window.text, window.at, first=self._first)
        if found.spans:
            begin, end = found.spans[0][0], found.spans[-1][1]
            self._mark = _learned(window.text, found.spans) or self._mark
            self._emit(b"".join((b"[", memoryview(window.text)[begin:end], b"]")), window.base + begin)
        self._first = self._first and not found.spans and found.ending is Ending.CUT
        return found

    def _blocks(self, rest: bytes, base: int) -> tuple[bytes, int]:
        """Emit blocks cut at separators until one must be looked at strictly; return what is not emitted."""
        parts, size = [rest], len(rest)
        limit = max(2 * BLOCK, 2 * size)
        while size < limit and (chunk := self._window.block()):
            mark = self._mark
            cut = chunk.rfind(mark.text) if mark else -1
            if mark is None or cut < 0:
                parts.append(chunk)
                size += len(chunk)
                continue
            if not self._emit(b"".join((b"[", *parts, memoryview(chunk)[: cut + mark.closed], b"]")), base):
                parts.append(chunk)
                break
            base += size + cut + mark.next
            parts = [chunk[cut + mark.next :]]
            size = len(parts[0])
        return b"".join(parts), base

    def _resync(self, at: int) -> bool:
        """Put the window on the next item from `at` of its text on; False: on what is no item of this array."""
        window, mark = self._window, self._mark
        while True:
            item, edge = mark.nearest(window.text, at) if mark else (-1, -1)
            if item >= 0 or edge >= 0:
                window.at = max(item, edge)
                return item >= 0
            keep = window.text[-len(mark.text) - 2 :] if mark else b""
            base = window.base + len(window.text) - len(keep)
            chunk = window.block()
            window.place(base, keep + chunk)
            if not chunk:
                window.at = len(keep)
                return False
            at = 0

    def _last(self) -> Ending:
        """Emit the item that the end of the stream left without a comma, if it is whole."""
        window = self._window
        extent = value_extent(window.text, window.at)
        if extent.ending is Ending.WHOLE and window.text[window.at : window.at + 1] in (b"{", b"["):
            self._emit(b"[" + window.text[window.at : extent.at] + b"]", window.byte)
            window.at = extent.at
        return Ending.CUT


def _learned(text: bytes, spans: list[tuple[int, int]]) -> _Separator | None:
    """Return the separator that stands between the last two of `spans`."""
    if len(spans) < 2:
        return None
    (begin, end), (after, last) = spans[-2:]
    if text[end - 1 : end] != b"}" or text[after : after + 1] != b"{":
        return None
    brace = end - 1
    while brace > begin and text[brace - 1] in b" \t\r\n":
        brace -= 1
    lead = text[brace : end - 1]
    if b"\n" in lead and lead[-1:] in b" \t":
        found = lead[lead.rfind(b"\n") :] + text[end - 1 : after + 1]
        return _Separator(found, found.index(b"}") + 1, len(found) - 1, _COLUMN_0)
    common = _common(text[begin : begin + _COMMON], text[after : min(last, after + _COMMON)])
    return _Separator(text[end - 1 : after] + common, 1, after - end + 1, None if b"\n" in text[end:after] else _LINE)


def _common(one: bytes, other: bytes) -> bytes:
    """Return what both begin with, up to a comma or colon, so that no value is taken in by half."""
    size = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return one[: max(one.rfind(b",", 0, size), one.rfind(b":", 0, size), 0) + 1]


def _guessed(lead: bytes, item: bytes) -> _Separator | None:
    """Return the separator that the white space before the first item and its first key make likely."""
    if item[:1] != b"{":
        return None
    if b"\n" in lead and lead[-1:] in b" \t":
        line = (b"\r\n" if b"\r\n" in lead else b"\n") + lead.rpartition(b"\n")[2]
        return _Separator(line + b"}," + line + b"{", len(line) + 1, 2 * len(line) + 2, _COLUMN_0)
    key = _FIRST_KEY.match(item)
    if key is None:
        return None
    loose = re.compile(rb"\}[ \t\r\n]*,[ \t\r\n]*(?=" + re.escape(key[0]) + rb")")
    return _Separator(b"}," + lead + key[0], 1, 2 + len(lead), None if b"\n" in lead else _LINE, loose)
