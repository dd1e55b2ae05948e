"""Text from a cluster, made harmless for a terminal, a page, a picture and a line of prose."""

from __future__ import annotations

import re

_UNSAFE = re.compile(
    "["
    "\x00-\x1f\x7f-\x9f"  # control characters, line breaks and tabs among them; XML forbids most of them
    "\xad\u061c\u180e\u200b-\u200f"  # invisible ones, and marks of direction
    "\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff"  # lone surrogates cannot be encoded
    "\ufdd0-\ufdef\ufffe\uffff"  # noncharacters, two of which XML forbids
    "\U000e0000-\U000e007f"  # tags: invisible text
    "]"
)


def printable(text: object, *, limit: int | None = None) -> str:
    r"""Return `text` on one line, with control and invisible characters written out (``\x1b``).

    With `limit`, at most that many characters; what was cut is shown as ``…``.
    """
    cut = str(text)
    if limit is not None and len(cut) > limit:
        cut = cut[: limit - 1] + "…"
    return cut if cut.isascii() and cut.isprintable() else _UNSAFE.sub(_written_out, cut)


def _written_out(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
