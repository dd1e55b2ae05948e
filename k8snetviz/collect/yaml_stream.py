"""A stream of YAML documents -> batches, document by document, long lists item by item."""

from __future__ import annotations

import codecs
import re
from typing import Any

import msgspec

from k8snetviz.collect.documents import take_document
from k8snetviz.collect.intake import Intake
from k8snetviz.collect.json_lists import ListSink
from k8snetviz.collect.refusals import judged_text
from k8snetviz.collect.resources import ours
from k8snetviz.collect.window import BLOCK, Window
from k8snetviz.collect.yaml_events import Budget, Cut, EventReader
from k8snetviz.model.kinds import GapReason, Kind

_EDGE = re.compile(rb"\n(?:---|\.\.\.)(?=[ \t\r\n]|\Z)")
_BEGIN = re.compile(rb"(?:%[^\n]*\n)*---")
_KIND = re.compile(rb"^kind:[ \t]*[\"']?(\w{1,80})", re.M)
_CONTROL = bytes(set(range(32)) - {9, 10, 13})
_HEAD = 64 << 10


class _Document:
    """The text of one document, as a file that PyYAML reads."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._limit = -1  # position in the window's text where the document ends, once looked for
        self._ended = False
        self._first = True
        self.lines = 0
        self.left_out = 0
        self.replaced = 0  # bytes that are no UTF-8

    def read(self, size: int = -1) -> bytes:
        """Return up to `size` bytes of the document."""
        window = self._window
        if self._limit < 0:
            self._look()
        if window.at >= self._limit:
            if self._ended:
                return b""
            window.more(BLOCK)
            self._look()
        part = window.text[window.at : min(self._limit, window.at + (size if size > 0 else BLOCK))]
        window.at += len(part)
        if not part:
            return b"" if self._ended else self.read(size)
        self.lines += part.count(b"\n")
        clean = part.translate(None, _CONTROL)
        self.left_out += len(part) - len(clean)
        text = self._decoder.decode(clean, final=window.at >= self._limit and self._ended)
        self.replaced += text.count("\ufffd") - clean.count(b"\xef\xbf\xbd") if not text.isascii() else 0
        return text.encode() or self.read(size)

    def rest(self) -> None:
        """Pass what was not read."""
        while self.read(BLOCK):
            pass

    def _look(self) -> None:
        """Find the end of the document in what is read of the stream."""
        window = self._window
        begin = _BEGIN.match(window.text, window.at) if self._first else None  # the mark that a document begins with is no end
        found = _EDGE.search(window.text, begin.end() if begin else window.at)
        self._first = False
        self._ended = found is not None or window.ended
        self._limit = found.start() + 1 if found else len(window.text) if window.ended else max(window.at, len(window.text) - 8)


class YamlStream:
    """Reads one member that holds YAML."""

    def __init__(self, window: Window, intake: Intake) -> None:
        self._window = window
        self._intake = intake
        self._line = 1
        self._number = 0

    def read(self) -> None:
        """Read every document to the end of the stream."""
        window = self._window
        while True:
            if window.left < _HEAD:
                window.more(BLOCK)
            if not window.left:
                return
            if window.text.startswith(b"...", window.at):
                end = window.text.find(b"\n", window.at) + 1 or len(window.text)
                window.at, self._line = end, self._line + 1
                continue
            self._number += 1
            head = window.text[window.at : window.at + _HEAD]
            edge = _EDGE.search(head, 3)
            self._document(head[: edge.start()] if edge else head)

    def _document(self, head: bytes) -> None:
        document = _Document(self._window)
        limits = self._intake.limits
        reader = EventReader(document, depth=limits.depth, aliases=limits.aliases, null_text=self._intake.place.null_text)
        taker = _Taker(self._intake, self._line)
        why: tuple[GapReason, str] | None = None
        try:
            for key, value in reader.members(taker.item):
                taker.member(key, value)
        except Cut as cut:
            at = f" at line {self._line + cut.line}" if cut.line >= 0 else ""
            why = GapReason.UNREADABLE, f"it is no YAML{at}: {cut}"
            if (judged := judged_text(head)).detail.startswith("a Helm template"):
                why = GapReason.UNSUPPORTED, judged.detail
                self._intake.noise.append(judged)
        except Budget as spent:
            why = GapReason.LIMIT, f"it holds {spent}; raise it with limits=Limits(...) if you trust the input"
        except RecursionError:
            why = GapReason.LIMIT, "it is nested too deep to be read"
        document.rest()
        if document.left_out:
            self._intake.gap(GapReason.UNREADABLE, f"{document.left_out} control characters from line {self._line} on were left out")
        if document.replaced > 0:
            self._intake.gap(GapReason.UNREADABLE, f"bytes that are no UTF-8 from line {self._line} on were read as U+FFFD")
        last = self._window.ended and not self._window.left
        why = why or self._cut(taker, last=last)
        taker.end(f"document {self._number} (line {self._line})", head, why, last=last)
        self._line += document.lines

    def _cut(self, taker: _Taker, *, last: bool) -> tuple[GapReason, str] | None:
        """Return why the last document may end too early, although it is good YAML; its last item may be a part."""
        if not last or not self._intake.cut:
            return None
        taker.leave_last()
        return GapReason.TRUNCATED, f"it is cut off: {self._intake.cut}"


class _Taker:
    """Takes the members of one document."""

    def __init__(self, intake: Intake, line: int) -> None:
        self._intake = intake
        self._line = line
        self._members: dict[str, Any] = {}
        self._listed = False
        self._sink: ListSink | None = None
        self._items: list[bytes] = []
        self._held: bytes | None = None  # the last item: in a list that is cut it may be a part
        self._size = 0
        self._where = ""

    def item(self, value: Any, line: int) -> None:
        """Take one item of the list."""
        self._listed = True
        if self._held is not None:
            self._items.append(self._held)
            self._size += len(self._held)
        self._held = _json(value)
        self._where = self._where or f"line {self._line + line}"
        if self._size > BLOCK:
            self._flush()

    def leave_last(self) -> None:
        """Leave the last item out, which may be a part."""
        self._held = None

    def member(self, key: str, value: Any) -> None:
        """Take one member of the top mapping; the items of a list are through."""
        self._listed = self._listed or key == "items"
        if key != "items":
            self._members[key] = value

    def end(self, document: str, head: bytes, why: tuple[GapReason, str] | None, *, last: bool) -> None:
        """End the document: `why` says why it is not whole."""
        kind = self._members.get("kind")
        named = kind if isinstance(kind, str) else ""
        if not self._listed or (named and not named.endswith("List")):
            self._end_object(document, head, why)
            return
        whole = self._members.keys() != {"apiVersion"} or why is not None or not last
        if self._held is not None and whole:
            self._items.append(self._held)
        self._flush()
        sink = self._sink or ListSink(self._intake, *self._told())
        meta = _json(self._members.get("metadata"))
        if why is not None:
            sink.end(meta, cut=f"{document}: {why[1]}; its whole items were kept", reason=why[0])
        elif not whole:
            sink.end(meta, cut=f"{document} stops before the kind of its list; its last item may be a part and was left out")
        else:
            sink.end(meta)
        for nested in sink.nested:
            take_document(nested, self._intake, self._where, 1)

    def _end_object(self, document: str, head: bytes, why: tuple[GapReason, str] | None) -> None:
        if why is not None:
            seems = ", it seems to be " if why[0] is GapReason.UNSUPPORTED else ": "
            self._intake.gap(why[0], f"{document} was not read{seems}{why[1]}", _kind_in(head))
        elif self._members.keys() - {""}:
            where = f"line {self._line}"
            if not take_document(_json(self._members), self._intake, where):
                self._intake.foreign["YAML of another kind"] += 1
        elif isinstance(self._members.get(""), str):
            self._intake.foreign["text"] += 1

    def _told(self) -> tuple[str, str]:
        kind, version = self._members.get("kind"), self._members.get("apiVersion")
        return kind if isinstance(kind, str) else "", version if isinstance(version, str) and kind else ""

    def _flush(self) -> None:
        if self._items:
            self._sink = self._sink or ListSink(self._intake, *self._told())
            self._sink(b"[" + b",".join(self._items) + b"]", self._where)
        self._items, self._size, self._where = [], 0, ""


def _json(value: Any) -> bytes:
    try:
        return msgspec.json.encode(value)
    except (RecursionError, OverflowError, TypeError, UnicodeEncodeError):
        return b"null"


def _kind_in(head: bytes) -> Kind | None:
    found = _KIND.search(head)
    return ours(found[1].decode().removesuffix("List"), None) if found else None
