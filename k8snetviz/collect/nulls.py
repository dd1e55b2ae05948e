"""Nulls as Go reads them: a member that is null is not there, a value of a map of strings that is null is empty."""

from __future__ import annotations

from typing import Any

import msgspec

_MAPS = frozenset({"labels", "annotations", "matchLabels", "selector", "topology"})
_SELECTOR = frozenset({"matchLabels", "matchExpressions"})  # members of a selector that is no map of strings


def without_nulls(item: bytes | msgspec.Raw) -> bytes | None:
    """Return the JSON text of an object without its nulls; None when it has none, or cannot be read."""
    text = bytes(item)
    if b"null" not in text:
        return None
    try:
        return msgspec.json.encode(_kept("", msgspec.json.decode(text)))
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        return None


def _kept(key: str, value: Any) -> Any:
    if isinstance(value, list):
        return [_kept("", item) for item in value]
    if not isinstance(value, dict):
        return value
    if key in _MAPS and not _SELECTOR & value.keys():
        return {name: "" if item is None else item for name, item in value.items()}
    return {name: _kept(name, item) for name, item in value.items() if item is not None}
