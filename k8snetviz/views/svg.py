"""A figure as a standalone SVG document: no browser, no script, no id, no font file, and few bytes, since it is embedded."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from k8snetviz.views.drawing import Drawing, Line, Path, drawing_of
from k8snetviz.views.svg_path import number, path_data
from k8snetviz.views.text import plain
from k8snetviz.views.theme import FONT

_SINKS = 0.35  # of the font size: the baseline below the middle of a line


def svg(figure: Mapping[str, Any]) -> str:
    """Return the figure (as plotly's JSON structure) as SVG; UsageError where it leaves the subset of `drawing_of`."""
    drawing = drawing_of(figure)
    return "\n".join([*_opening(drawing), *_marks(drawing), "</svg>"]) + "\n"


def _opening(drawing: Drawing) -> list[str]:
    size = f'width="{drawing.width}" height="{drawing.height}"'
    return [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {drawing.width} {drawing.height}" role="img" '
        f'aria-label={quoteattr(plain(drawing.alt))} font-family={quoteattr(FONT)} fill="none" xml:space="preserve">',
        f'<rect {size} fill="{drawing.ground}"/>',
    ]


def _marks(drawing: Drawing) -> list[str]:
    """Return the marks; what neighbours have in common stands once, around them."""
    parts: list[str] = []
    for look, group in groupby(drawing.marks, key=_look):
        elements = [_path(mark) if isinstance(mark, Path) else _text(mark) for mark in group]
        if len(elements) == 1 and elements[0].startswith("<path"):
            parts.append(f"<path{look}{elements[0].removeprefix('<path')}")
        else:
            parts.append("".join([f"<g{look}>", *elements, "</g>"] if look else elements))
    return parts


def _look(mark: Path | Line) -> str:
    if isinstance(mark, Path):
        return f' fill="{mark.fill}"' if mark.fill else ""  # else as the whole document: none
    aligned = "" if mark.anchor == "start" else f' text-anchor="{mark.anchor}"'
    return f' fill="{mark.color}" font-size="{mark.size:g}"{aligned} transform="translate(0 {_SINKS * mark.size:g})"'


def _path(mark: Path) -> str:
    dashes = f' stroke-dasharray="{" ".join(f"{length:g}" for length in mark.dashes)}"' if mark.dashes else ""
    width = "" if mark.width == 1 else f' stroke-width="{mark.width:g}"'
    stroke = f' stroke="{mark.color}"{width}{dashes}' if mark.width else ""
    return f'<path d="{path_data(mark.commands)}"{stroke}/>'


def _text(mark: Line) -> str:
    strong = all(bold for _, bold in mark.pieces)
    weight = ' font-weight="bold"' if strong else ""
    pieces = "".join(
        f'<tspan font-weight="bold">{escape(text)}</tspan>' if bold and not strong else escape(text) for text, bold in mark.pieces
    )
    return f'<text x="{number(mark.x)}" y="{number(mark.y)}"{weight}>{pieces}</text>'
