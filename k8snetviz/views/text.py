"""Text in pictures: cleaned of what is hostile, escaped for plotly, fitted to a width without a font file."""

from __future__ import annotations

import html
import re
import unicodedata
from typing import Any

import pandas as pd

from k8snetviz.model.printable import printable

# In em, as DejaVu Sans has them.
_ADVANCES = {"ijl'": 0.28, " .,:;|!fI/\\·-()[]": 0.38, "rt{}": 0.42, "w": 0.82, "<>=+~^#&": 0.84, "mWMQO@%—…": 1.0}
_EM = {character: advance for characters, advance in _ADVANCES.items() for character in characters}
_NARROWEST = min(_EM.values())
MISSING = "—"
_LOOSE = " ,;:·(["  # what no sentence ends with


def plain(value: Any) -> str:
    """Return `value` as text on one line, control characters written out; missing is a dash."""
    return MISSING if pd.isna(value) else printable(value)


def escaped(value: Any) -> str:
    """Return `value` so that plotly shows it as it stands: no pseudo-HTML, no TeX between dollar signs."""
    return html.escape(plain(value), quote=False).replace("$", "&#36;")


def bold(value: Any) -> str:
    """Return `value` escaped, in the one piece of markup that pictures use."""
    return f"<b>{escaped(value)}</b>"


def hover(value: Any, width: int = 72) -> str:
    """Return `value` escaped, broken into lines of about `width` characters."""
    lines: list[str] = [""]
    for word in plain(value).split(" "):
        pieces = [word[start : start + width] for start in range(0, len(word), width)] or [""]
        for piece in pieces:
            if lines[-1] and len(lines[-1]) + 1 + len(piece) > width:
                lines.append(piece)
            else:
                lines[-1] = f"{lines[-1]} {piece}" if lines[-1] else piece
    return "<br>".join(escaped(line) for line in lines)


def runs(markup: str) -> list[tuple[str, bool]]:
    """Return the pieces of a picture's text as (text, bold); only ``<b>`` is understood, the rest is text."""
    pieces: list[tuple[str, bool]] = []
    strong = False
    for piece in re.split("(</?b>)", markup):
        if piece in ("<b>", "</b>"):
            strong = piece == "<b>"
        elif piece:
            pieces.append((printable(html.unescape(piece)), strong))
    return pieces


def width_px(text: str, size: float, *, strong: bool = False) -> float:
    """Return about how wide `text` is drawn: in DejaVu Sans, the widest of the fonts that the theme names."""
    ems = sum(_em(character) for character in text)
    return ems * size * (1.13 if strong else 1.0)


def fit(text: str, width: float, size: float, *, strong: bool = False) -> str:
    """Return `text` if it fits into `width` pixels, else its start and end around an ellipsis."""
    most = _most(width, size)
    if len(text) <= most and width_px(text, size, strong=strong) <= width:
        return text
    for kept in range(min(len(text) - 1, most), 0, -1):
        tail = kept * 2 // 5
        short = text[: kept - tail] + "…" + (text[-tail:] if tail else "")
        if width_px(short, size, strong=strong) <= width:
            return short
    return "…"


def cut(text: str, width: float, size: float) -> str:
    """Return `text` if it fits into `width` pixels, else its start up to the end of a word and an ellipsis: for sentences."""
    most = _most(width, size)
    if len(text) <= most and width_px(text, size) <= width:
        return text
    room, used, kept = width / size - _em("…"), 0.0, 0
    for kept, character in enumerate(text[: most + 1]):  # noqa: B007 - how far it came
        used += _em(character)
        if used > room:
            break
    end = text.rfind(" ", 0, kept + 1)
    return (text[:end] if end > 0 else text[:kept]).rstrip(_LOOSE) + "…"


def _most(width: float, size: float) -> int:
    """Return how many of the narrowest characters fit into `width` pixels."""
    return max(int(width / (size * _NARROWEST)), 0)


def count(number: int, noun: str) -> str:
    """Return ``1 pod``, ``3 addresses``, ``1,024 entries``."""
    plural = noun[:-1] + "ies" if noun.endswith("y") else noun + ("es" if noun.endswith("s") else "s")
    return f"{number:,} {noun if number == 1 else plural}"


def _em(character: str) -> float:
    if character in _EM:
        return _EM[character]
    if unicodedata.east_asian_width(character) in "WF":
        return 1.0
    return 0.72 if character.isupper() else 0.62
