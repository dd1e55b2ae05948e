"""Where the list of a long, cut or broken document begins, and what it said of itself until there."""

from __future__ import annotations

import re
from typing import NamedTuple

from k8snetviz.collect.json_walk import Member, blank_end, object_members
from k8snetviz.collect.window import Window

_TAIL = re.compile(rb'"(kind|apiVersion)"\s*:\s*"([\w./-]{1,120})"')
_WRAPPED = 4  # how deep a list may be wrapped
_INSIDE = frozenset({"metadata", "spec", "status", "Spec", "Status", "data"})


class Opened(NamedTuple):
    """A list whose ``[`` was passed."""

    at: int  # position of the first item; -1: no list
    kind: str = ""
    api_version: str = ""
    meta: bytes = b""
    link: str = ""
    internal: bool = False
    braces: int = 0  # objects that are open around it


def opened_list(text: bytes, at: int) -> Opened:
    """Return the list that begins in the document at `at` and does not end there."""
    for braces in range(_WRAPPED):
        if text[at : at + 1] == b"[":
            return Opened(at + 1, braces=braces)
        told: dict[str, bytes] = {}
        last: Member | None = None
        for member in object_members(text, at + 1):
            last = member
            if member.end >= 0:
                told[member.key] = text[member.begin : member.end]
        found = Opened(-1, _word(told.get("kind")), _word(told.get("apiVersion")))
        if last is None or last.end >= 0:
            return found
        mark = text[last.begin : last.begin + 1]
        if mark == b"[" and last.key in ("items", "Items"):
            told_link = _word(told.get("selfLink"))
            meta = told.get("metadata", b"")
            return Opened(
                last.begin + 1, found.kind, found.api_version, meta, told_link, last.key == "Items" and not found.kind, braces + 1
            )
        if found.kind or last.key in _INSIDE or mark not in (b"[", b"{"):
            return found
        at = last.begin
    return Opened(-1)


def from_tail(opened: Opened, tail: bytes) -> Opened:
    """Return `opened` with the kind that the end of the file tells, behind its last ``]``."""
    told = {found[1]: found[2].decode() for found in _TAIL.finditer(tail[tail.rfind(b"]") + 1 :])}
    kind = told.get(b"kind", "")
    if opened.kind or not kind.endswith("List"):
        return opened
    return opened._replace(kind=kind, api_version=opened.api_version or told.get(b"apiVersion", ""))


def pass_rest(window: Window, opened: Opened) -> bytes:
    """Pass what stands behind the ``]`` of the list up to the end of its document; return the list's metadata."""
    meta = opened.meta
    if window.left < 1 << 16 and not window.ended:
        window.more(1 << 16)
    for _ in range(opened.braces):
        at = window.at
        for member in object_members(window.text, at):
            if member.end < 0:
                break
            if member.key == "metadata":
                meta = window.text[member.begin : member.end]
            at = member.end
        at = blank_end(window.text, at)
        window.at = at + (window.text[at : at + 1] == b"}")
    return meta


def _word(value: bytes | None) -> str:
    return (value or b"").strip(b'"').decode("utf-8", "replace")
