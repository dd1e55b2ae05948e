"""A figure as a standalone SVG document: no browser, no script, no id, no font file."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from k8snetviz.views.drawing import Drawing, Line, Path, drawing_of
from k8snetviz.views.text import plain
from k8snetviz.views.theme import FONT


def svg(figure: Mapping[str, Any]) -> str:
    """Return the figure (as plotly's JSON structure) as SVG; UsageError where it leaves the subset of `drawing_of`."""
    drawing = drawing_of(figure)
    return "\n".join([*_opening(drawing), *_marks(drawing), "</svg>"]) + "\n"


def _opening(drawing: Drawing) -> list[str]:
    size = f'width="{drawing.width}" height="{drawing.height}"'
    alt = plain(drawing.alt)
    return [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {drawing.width} {drawing.height}" role="img" '
        f"aria-label={quoteattr(alt)} font-family={quoteattr(FONT)}>",
        f"<title>{escape(alt)}</title>",
        f'<rect {size} fill="{drawing.ground}"/>',
    ]


def _marks(drawing: Drawing) -> list[str]:
    parts: list[str] = []
    for look, marks in groupby(drawing.marks, key=_look):
        if look is None:
            parts += [_path(mark) for mark in marks if isinstance(mark, Path)]
        else:
            color, size, anchor = look
            parts.append(f'<g fill="{color}" font-size="{size:g}" text-anchor="{anchor}">')
            parts += [_text(mark) for mark in marks if isinstance(mark, Line)]
            parts.append("</g>")
    return parts


def _look(mark: Path | Line) -> tuple[str, float, str] | None:
    return (mark.color, mark.size, mark.anchor) if isinstance(mark, Line) else None


def _path(mark: Path) -> str:
    data = "".join(letter + " ".join(f"{number:g}" for number in numbers) for letter, numbers in mark.commands)
    dashes = f' stroke-dasharray="{" ".join(f"{length:g}" for length in mark.dashes)}"' if mark.dashes else ""
    return f'<path d="{data}" fill="{mark.fill or "none"}" stroke="{mark.color}" stroke-width="{mark.width:g}"{dashes}/>'


def _text(mark: Line) -> str:
    pieces = "".join(f'<tspan font-weight="bold">{escape(text)}</tspan>' if strong else escape(text) for text, strong in mark.pieces)
    return f'<text x="{mark.x:g}" y="{mark.y + 0.35 * mark.size:g}" xml:space="preserve">{pieces}</text>'
