"""YAML -> JSON: a loop of our own over the events of PyYAML's C parser. YAML 1.1, as the tooling of Kubernetes reads it.

Items of a list are handed on one by one, so that a long list is never held as objects. Documents are told apart by their
``---`` lines before they are parsed: a syntax error loses its document only, less the items that were whole. Timestamps stay
text, and so do base-60 numbers (``12:30:45``), as in Kubernetes. Aliases and depth have budgets.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import yaml
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner

_FAST: Any = None
try:
    from yaml import _yaml

    _FAST = _yaml.CParser
except ImportError:  # PyYAML built without libyaml
    pass


class _SlowParser(Reader, Scanner, Parser):
    """The parser in Python, where the one in C is not there."""

    def __init__(self, stream: Any) -> None:
        Reader.__init__(self, stream)
        Scanner.__init__(self)
        Parser.__init__(self)


_TRUE = frozenset(("yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"))
_FALSE = frozenset(("no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"))
_NULL = frozenset(("~", "null", "Null", "NULL", ""))
_INT = re.compile(r"[-+]?(?:0b[0-1_]+|0o?[0-7_]+|0|[1-9][0-9_]*|0x[0-9a-fA-F_]+)\Z")
_FLOAT = re.compile(r"[-+]?(?:[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?)\Z")
_ODD_FLOAT = re.compile(r"[-+]?\.(?:inf|Inf|INF)\Z|\.(?:nan|NaN|NAN)\Z")
_CACHED = 65_536  # plain scalars whose value is remembered
_TAGS = {"tag:yaml.org,2002:" + name: name for name in ("str", "int", "float", "bool", "null")}
_MERGE = "<<"


class Budget(Exception):  # noqa: N818 - it is spent, which is no error of ours
    """The document wants more than the limits allow; the text says what."""


class Cut(Exception):  # noqa: N818
    """The parser stopped; holds the line (from 0, or -1) and what it says."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(problem)
        self.line = line


class EventReader:
    """Builds Python objects of one document."""

    def __init__(self, stream: Any, *, depth: int, aliases: int, null_text: bool = False) -> None:
        self._parser: Any = (_FAST or _SlowParser)(stream)
        self._depth = depth
        self._aliases = aliases
        self._null_text = null_text
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._open: set[str] = set()
        self._nodes = 0
        self._scalars: dict[str, Any] = {}

    def members(self, item: Callable[[Any, int], None]) -> Iterator[tuple[str, Any]]:
        """Yield the members of the top mapping; the items of ``items`` go to `item` with their line, and yield ``items``, None.

        A top sequence is read as the items of a mapping that has nothing else. Raises Cut and Budget.
        """
        event = self._next()
        while isinstance(event, yaml.StreamStartEvent | yaml.DocumentStartEvent):
            event = self._next()
        if isinstance(event, yaml.StreamEndEvent | yaml.DocumentEndEvent):
            return
        if isinstance(event, yaml.SequenceStartEvent):
            self._items(item)
            yield "items", None
        elif isinstance(event, yaml.MappingStartEvent):
            while not isinstance(event := self._next(), yaml.MappingEndEvent):
                key = self._value(event, 1)
                value = self._next()
                if key in ("items", "Items") and isinstance(value, yaml.SequenceStartEvent):
                    self._items(item)
                    yield "items", None
                else:
                    yield _key(key), self._value(value, 1, str(key))
        else:
            yield "", self._value(event, 0)
        while not isinstance(self._next(), yaml.StreamEndEvent):
            pass

    def _items(self, item: Callable[[Any, int], None]) -> None:
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            line = event.start_mark.line
            item(self._value(event, 2), line)

    def _next(self) -> Any:
        try:
            return self._parser.get_event()
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            raise Cut(mark.line if mark else -1, error.problem or error.context or "it is no YAML") from error
        except (yaml.YAMLError, UnicodeDecodeError, ValueError) as error:
            raise Cut(-1, str(error).partition("\n")[0]) from error

    def _value(self, event: Any, depth: int, key: str = "") -> Any:
        """Return the object that begins with `event`."""
        self._nodes += 1
        if isinstance(event, yaml.ScalarEvent):
            value = self._scalar(event, key)
            if event.anchor:
                self._anchors[event.anchor] = value, 1
            return value
        if isinstance(event, yaml.AliasEvent):
            return self._alias(str(event.anchor))
        if depth > self._depth:
            raise Budget(f"more than {self._depth} levels (Limits.depth)")
        begun = self._nodes
        if event.anchor:
            self._open.add(event.anchor)
        if isinstance(event, yaml.MappingStartEvent):
            value = self._mapping(depth)
        elif isinstance(event, yaml.SequenceStartEvent):
            value = []
            while not isinstance(event_ := self._next(), yaml.SequenceEndEvent):
                value.append(self._value(event_, depth + 1))
        else:
            raise Cut(event.start_mark.line, "a value is missing")
        if event.anchor:
            self._open.discard(event.anchor)
            self._anchors[event.anchor] = value, self._nodes - begun + 1
        return value

    def _mapping(self, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        merged: list[Any] = []
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            plain = isinstance(event, yaml.ScalarEvent) and event.implicit[0]
            key = _key(self._value(event, depth + 1))
            value = self._value(self._next(), depth + 1, key)
            if key == _MERGE and plain:
                merged += value if isinstance(value, list) else [value]
            else:
                found[key] = value
        for other in merged:
            if isinstance(other, dict):
                found = other | found
        return found

    def _alias(self, anchor: str) -> Any:
        if anchor in self._open or anchor not in self._anchors:
            raise Cut(-1, f"the alias *{anchor} stands for nothing, or for itself")
        value, size = self._anchors[anchor]
        self._aliases -= size
        self._nodes += size
        if self._aliases < 0:
            raise Budget("aliases that expand to too many nodes (Limits.aliases)")
        return value

    def _scalar(self, event: Any, key: str) -> Any:
        text: str = event.value
        if event.tag and event.tag in _TAGS:
            return text if _TAGS[event.tag] == "str" else _plain(text)
        if not event.implicit[0]:
            return _nothing(key) if self._null_text and text == "null" else text
        if text in self._scalars:
            return self._scalars[text]
        value = _plain(text)
        if len(self._scalars) < _CACHED:
            self._scalars[text] = value
        return value


def _nothing(key: str) -> str | None:
    """Return what the text "null" stands for in a bundle that writes it for the empty string."""
    return None if key.endswith(("Time", "Timestamp")) else ""


def _plain(text: str) -> Any:
    """Return the value of a plain scalar."""
    first = text[:1]
    if first in "-+.0123456789" and first:
        if _INT.match(text):
            return _number(text.replace("_", ""))
        if _FLOAT.match(text):
            try:
                return float(text.replace("_", ""))
            except ValueError:
                return text
        return None if _ODD_FLOAT.match(text) else text
    if text in _NULL:
        return None
    if text in _TRUE:
        return True
    return False if text in _FALSE else text


def _number(text: str) -> int | str:
    sign = -1 if text[:1] == "-" else 1
    digits = text.lstrip("+-")
    base = {"0x": 16, "0b": 2, "0o": 8}.get(digits[:2], 8 if digits[:1] == "0" and len(digits) > 1 else 10)
    try:
        number = sign * int(digits, base)
    except ValueError:
        return text
    return number if -(1 << 63) <= number < 1 << 64 else text


def _key(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return "null" if value is None else str(value)
