"""The same object several times: which copy is kept (SN-11)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Copy(NamedTuple):
    """What decides between copies of one object."""

    uid: str | None
    resource_version: str | None
    created: int  # microseconds since 1970; the smallest integer when missing


def kept_copy(copies: Sequence[Copy]) -> tuple[int, str | None]:
    """Return the position of the copy to keep, and the uid of an object that it replaced.

    Copies stand in the order in which they were read; ties go to the later one.
    """
    best, replaced = 0, None
    for position in range(1, len(copies)):
        one, other = copies[best], copies[position]
        if _same(one, other):
            if _version(other) >= _version(one):
                best = position
            continue
        replaced = one.uid
        if other.created >= one.created:
            best = position
        else:
            replaced = other.uid
    return best, replaced


def _same(one: Copy, other: Copy) -> bool:
    """Whether two copies of one name are one object: equal uid, one unknown, or a kubelet's view of a static pod.

    The kubelet gives a static pod a uid of its own and no resourceVersion.
    """
    if not one.uid or not other.uid or one.uid == other.uid:
        return True
    return bool(one.resource_version) != bool(other.resource_version)


def _version(copy: Copy) -> tuple[int, int, str]:
    """Order of resourceVersions: none, then text, then integers (SN-11)."""
    text = copy.resource_version
    if not text:
        return 0, 0, ""
    return (2, int(text), "") if text.isascii() and text.isdigit() and len(text) < 40 else (1, 0, text)
