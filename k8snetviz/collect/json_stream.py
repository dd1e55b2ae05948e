"""A stream of JSON documents, with logs and other text in between -> batches. Cost is linear in bytes.

A document of up to 8 MiB is skipped once by a C parser to find its end, then taken whole. A longer one, and one
that is cut or broken, is walked to its ``items`` and cut into blocks (json_blocks.py), so that whatever is
whole is kept and only what is lost becomes a gap.
"""

from __future__ import annotations

import re

from k8snetviz.collect.documents import take_document
from k8snetviz.collect.intake import Intake
from k8snetviz.collect.json_blocks import ListCutter
from k8snetviz.collect.json_lists import ListSink
from k8snetviz.collect.json_salvage import from_tail, opened_list, pass_rest
from k8snetviz.collect.json_walk import Ending, blank_end, value_extent
from k8snetviz.collect.refusals import judged_text
from k8snetviz.collect.resources import ours
from k8snetviz.collect.scopes import ScopeGroup
from k8snetviz.collect.window import LOOK, Window
from k8snetviz.model.kinds import GapReason, Kind

_START = re.compile(rb"==== START logs for container (.{1,300}?) of pod ([^/\s]{1,253})/(\S{1,253}) ====\r?\n?")
_AFTER_LOG = re.compile(rb'^(?:==== (?:START|END) logs for container |\{\r?\n    "(?:kind|selfLink)": )', re.M)
_NEXT = re.compile(rb"\n(?=[{\[]|====|---)")
_LIKE_API = (b'"kind"', b'"apiVersion"', b'"items"', b'"Items"', b'"metadata"')
_OPENED = re.compile(rb'\[\s*[\[\]{"0-9tfn-]')
_KIND = re.compile(rb'"kind"\s*:\s*"(\w{1,80})"')
_WHY = {
    Ending.BROKEN: (GapReason.UNREADABLE, "is no JSON"),
    Ending.DEEP: (GapReason.LIMIT, "is nested too deep to be read"),
}
_JUDGED = 4096
_HARMLESS = (b"Cluster info dumped to", b"---", b"...", b"#", b"//", b"==== END logs for container ")


class JsonStream:
    """Reads one member that holds JSON."""

    def __init__(self, window: Window, intake: Intake, tail: bytes = b"") -> None:
        self._window = window
        self._intake = intake
        self._tail = tail  # last bytes of a plain file, where a list may say its kind
        self._lists = 0
        self._noise: tuple[int, int, bytes] | None = None  # begin, end and begin of text that is no JSON

    def read(self) -> None:
        """Read every document to the end of the stream."""
        window = self._window
        while True:
            window.at = blank_end(window.text, window.at, nul=True)
            if window.at >= len(window.text):
                if window.more():
                    continue
                break
            if window.text[window.at] in b"{[":
                self._document()
            else:
                self._text()
        self._end_noise()

    def _document(self) -> None:
        window = self._window
        extent = value_extent(window.text, window.at)
        if extent.ending is Ending.CUT and not window.ended:
            if window.left < LOOK and window.more():
                return
            if window.left >= LOOK:
                self._salvage(Ending.CUT)
                return
        if extent.ending is not Ending.WHOLE:
            self._broken(extent.ending, extent.at)
            return
        text = window.text[window.at : extent.at]
        byte = window.byte
        window.at = extent.at
        self._group(text)
        if take_document(text, self._intake, f"byte {byte}"):
            self._end_noise()
        else:
            self._intake.foreign["JSON of another kind"] += 1

    def _group(self, text: bytes) -> None:
        """Begin to look for the namespaces of lists, once a second list follows the first one (d01, d11)."""
        if text[:1] == b"{" and (b'"items"' in text or b'"Items"' in text):
            self._lists += 1
            after = blank_end(self._window.text, self._window.at)
            follows = self._window.text.startswith((b"{", b"===="), after)
            if self._intake.scopes is None and follows and self._lists == 1:
                self._intake.scopes = ScopeGroup(self._intake)

    def _broken(self, ending: Ending, at: int) -> None:
        """Take what a document that is cut, broken or nested too deep holds; text that only begins like one is text."""
        window = self._window
        head = window.text[window.at : max(window.at + 256, min(at, window.at + 4096))]
        begins = head[:1] == b"{" or _OPENED.match(head) is not None
        if not begins or (ending is Ending.BROKEN and at - window.at < 2) or not any(word in head for word in _LIKE_API):
            self._text()
        elif ending is Ending.DEEP:
            detail = f"the document at byte {window.byte} is nested too deep to be read"
            self._intake.gap(GapReason.LIMIT, detail, _kind_in(head))
            self._skip_from(window.at + 1)
        else:
            self._salvage(ending)

    def _skip_from(self, at: int) -> None:
        """Go on at the next line from `at` on that may begin a document."""
        window = self._window
        while True:
            found = _NEXT.search(window.text, at)
            if found:
                window.at = found.end()
                return
            window.at = max(window.at, len(window.text) - 8)
            at = 0
            if not window.more():
                window.at = len(window.text)
                return

    def _salvage(self, ending: Ending) -> None:
        """Cut the list that begins at the position into blocks, or give up on what is no list."""
        window = self._window
        byte = window.byte
        opened = from_tail(opened_list(window.text, window.at), self._tail)
        if opened.at < 0:
            self._give_up(ending, opened.kind, opened.api_version)
            return
        window.at = opened.at
        sink = ListSink(self._intake, opened.kind, opened.api_version, internal=opened.internal, link=opened.link)
        lost: list[int] = []

        def note(why: Ending, broke: int, goes_on: int) -> None:
            lost.append(broke)
            reason, what = _WHY.get(why, _WHY[Ending.BROKEN])
            detail = f"an item of the list at byte {byte} {what} at byte {broke}; reading goes on at byte {goes_on}"
            self._intake.gap(reason, detail, sink.told().kind)

        ended = ListCutter(window, lambda items, at: sink(items, f"byte {at}"), note).run()
        cut = ""
        if ended is Ending.CUT:
            cut = f"the list at byte {byte} is cut off at byte {window.byte + window.left}"
            window.at = len(window.text)
        elif lost:
            cut = f"the list at byte {byte} has lost objects from byte {lost[0]} on"
        sink.end(pass_rest(window, opened) if ended is Ending.WHOLE else opened.meta, cut=cut)
        for nested in sink.nested:
            take_document(nested, self._intake, f"byte {byte}", 1)

    def _give_up(self, ending: Ending, kind: str, version: str) -> None:
        """Note a document that is no list and cannot be read; go on at the next one."""
        window = self._window
        at = window.at
        affected = ours(kind, version or None) if kind else _kind_in(window.text[at : at + 4096])
        where = f"the document at byte {window.byte}"
        if ending is Ending.CUT and not window.ended:
            self._intake.gap(GapReason.UNSUPPORTED, f"{where} is longer than {LOOK} bytes and no list", affected)
        elif ending is Ending.CUT:
            self._intake.gap(GapReason.TRUNCATED, f"{where} is cut off at byte {window.byte + window.left}", affected)
        else:
            at = max(at, value_extent(window.text, at).at - 1)
            self._intake.gap(GapReason.UNREADABLE, f"{where} is no JSON from byte {window.base + at + 1} on", affected)
        self._skip_from(at + 1)

    def _text(self) -> None:
        """Pass text that is no JSON: logs of a cluster-info dump, messages, garbage."""
        window = self._window
        log = _START.match(window.text, window.at)
        if log:
            self._log(log)
            return
        found = _NEXT.search(window.text, window.at)
        end = found.end() if found else len(window.text)
        text = window.text[window.at : min(end, window.at + _JUDGED)].strip()
        if text and not text.startswith(_HARMLESS):
            begin, said = (self._noise[0], self._noise[2]) if self._noise else (window.byte, b"")
            self._noise = (begin, window.base + end, said if len(said) > _JUDGED else said + text + b"\n")
        window.at = end

    def _log(self, log: re.Match[bytes]) -> None:
        """Pass the log of a container; it ends at its own mark, else at what cannot be part of a log."""
        window = self._window
        end = b"==== END logs for container %b of pod %b/%b ====" % (log[1], log[2], log[3])
        if self._intake.scopes is not None:
            self._intake.scopes.seen(log[2].decode("utf-8", "replace"))
        byte = window.byte
        window.at = log.end()
        while True:
            at = window.text.find(end, window.at)
            if at >= 0:
                window.at = at + len(end)
                return
            after = _AFTER_LOG.search(window.text, window.at)
            if after and after.start() > window.at:
                window.at = after.start()
                return
            window.at = max(window.at, len(window.text) - len(end) - 1)
            if not window.more():
                window.at = len(window.text)
                pod = (log[2] + b"/" + log[3]).decode("utf-8", "replace")
                detail = f"the dump stops inside the log of pod {pod} (byte {byte}); what came after it was not written"
                self._intake.gap(GapReason.TRUNCATED, detail)
                return

    def _end_noise(self) -> None:
        """Note text that stood where a document was expected."""
        if self._noise is None:
            return
        begin, end, text = self._noise
        self._noise = None
        judged = judged_text(text)
        self._intake.noise.append(judged)
        self._intake.gap(judged.reason, f"bytes {begin} to {end} seem to be {judged.detail}", judged.kind)


def _kind_in(head: bytes) -> Kind | None:
    found = _KIND.search(head)
    return ours(found[1].decode().removesuffix("List"), None) if found else None
