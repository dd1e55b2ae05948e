"""Where JSON values begin and end, found by a C parser that skips them. Nothing is built."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

import msgspec

_SKIP = msgspec.json.Decoder(msgspec.Raw)
_BYTE = re.compile(r"\(byte (\d+)\)")
_WORDS = re.compile(rb'\[\s*\{\s*(?:"addressType":\s*"[^"\\]*",\s*)?"apiVersion":\s*"([^"\\]+)",\s*"kind":\s*"(\w+)"')
_BLANK = re.compile(rb"[ \t\r\n]*")
_BLANK_OR_NUL = re.compile(rb"[ \t\r\n\0\x1e]*")


class Ending(Enum):
    """How a walk over a value ended."""

    WHOLE = "whole"
    CUT = "cut"  # the text ends before the value does
    BROKEN = "broken"  # this is no JSON
    DEEP = "deep"  # nested beyond what is read


class Extent(NamedTuple):
    """End of a value: the first byte after it, or the byte where it stops being JSON."""

    ending: Ending
    at: int


def blank_end(text: bytes, at: int, *, nul: bool = False) -> int:
    """Return the first position from `at` on that is not white space (between documents: nor NUL, nor RS)."""
    found = (_BLANK_OR_NUL if nul else _BLANK).match(text, at)
    return found.end() if found else at


def value_extent(text: bytes, at: int) -> Extent:
    """Return where the JSON value that begins at `at` ends. Costs its own length, whatever follows it."""
    try:
        _SKIP.decode(memoryview(text)[at:])
    except RecursionError:
        return Extent(Ending.DEEP, at)
    except msgspec.DecodeError as error:
        message = str(error)
        place = _BYTE.search(message)
        if place is None:
            return Extent(Ending.CUT, len(text))
        byte = at + int(place[1]) - 1
        if "trailing characters" in message:
            return Extent(Ending.WHOLE, _before_blank(text, at, byte))
        if byte >= len(text) - 1 and text[byte : byte + 1] not in b'}],:"':
            return Extent(Ending.CUT, len(text))  # a number or a word that the end of the text cuts
        return Extent(Ending.BROKEN, min(byte, len(text)))
    return Extent(Ending.WHOLE, _before_blank(text, at, len(text)))


def first_words(items: bytes) -> tuple[str, str] | None:
    """Return kind and apiVersion of the first item of an array, where it begins with them; nothing is skipped for that."""
    found = _WORDS.match(items)
    return (found[2].decode(), found[1].decode("utf-8", "replace")) if found else None


def _before_blank(text: bytes, start: int, end: int) -> int:
    while end > start and text[end - 1] in b" \t\r\n":
        end -= 1
    return end


class Items(NamedTuple):
    """Whole values of an array, from the first one on."""

    ending: Ending  # WHOLE: the array is closed
    at: int  # WHOLE: byte after ``]``; CUT: begin of the item that is not whole; BROKEN: where it breaks
    spans: list[tuple[int, int]]  # begin and end of every whole item
    begin: int  # begin of the item that is cut, broken or too deep


def array_items(text: bytes, at: int, *, first: bool = True) -> Items:
    """Walk the items of an array whose first item (or its ``]``) is expected at `at`.

    With ``first=False`` an empty array is not expected: a comma was just passed.
    """
    spans: list[tuple[int, int]] = []
    at = blank_end(text, at)
    if first and text[at : at + 1] == b"]":
        return Items(Ending.WHOLE, at + 1, spans, at)
    while True:
        if at >= len(text):
            return Items(Ending.CUT, at, spans, at)
        extent = value_extent(text, at)
        if extent.ending is not Ending.WHOLE:
            return Items(extent.ending, extent.at if extent.ending is not Ending.CUT else at, spans, at)
        after = blank_end(text, extent.at)
        mark = text[after : after + 1]
        if not mark:
            return Items(Ending.CUT, at, spans, at)  # even if it is whole: what follows it is not known yet
        if mark not in (b",", b"]"):
            return Items(Ending.BROKEN, after, spans, at)
        spans.append((at, extent.at))
        if mark == b"]":
            return Items(Ending.WHOLE, after + 1, spans, after + 1)
        at = blank_end(text, after + 1)


class Member(NamedTuple):
    """A member of an object: its key, and where its value stands."""

    key: str
    begin: int
    end: int  # -1: the value is cut or broken


def object_members(text: bytes, at: int) -> Iterator[Member]:
    """Yield the members of an object from `at` on, which is behind ``{`` or behind a value, until they end or break."""
    while True:
        at = blank_end(text, at)
        if text[at : at + 1] == b",":
            at = blank_end(text, at + 1)
        if text[at : at + 1] != b'"':
            return
        key = value_extent(text, at)
        colon = blank_end(text, key.at)
        if key.ending is not Ending.WHOLE or text[colon : colon + 1] != b":":
            return
        begin = blank_end(text, colon + 1)
        extent = value_extent(text, begin)
        whole = extent.ending is Ending.WHOLE
        yield Member(text[at + 1 : key.at - 1].decode("utf-8", "replace"), begin, extent.at if whole else -1)
        if not whole:
            return
        at = extent.at
