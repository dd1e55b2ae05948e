"""From a figure to what there is to draw: paths and lines of text in pixels. The subset of plotly that our pictures use.

Whatever is outside the subset is refused with its name, so that no picture looks one way in a page and another way on paper.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from k8snetviz.errors import UsageError
from k8snetviz.views.text import runs

_LAYOUT = {"width", "height", "xaxis", "yaxis", "barmode", "shapes", "template", "meta", "xaxis2", "dragmode", "modebar"}
_SHAPE = {"type", "path", "line", "layer", "fillcolor", "xref", "yref"}
_LINE = {"color", "width", "dash"}
_TEXT = {"type", "mode", "name", "x", "y", "text", "textposition", "textfont", "hoverinfo", "cliponaxis", "xaxis", "yaxis"}
_HOVER = {"type", "orientation", "name", "base", "x", "y", "width", "customdata", "hovertemplate", "opacity", "xaxis", "yaxis"}
_ANCHORS = {"middle right": "start", "middle center": "middle", "middle left": "end"}
_COMMANDS = re.compile(r"([MLCQZ])([-0-9.,]*)")
_ARGUMENTS = {"M": 2, "L": 2, "C": 6, "Q": 4, "Z": 0}

Command = tuple[str, tuple[float, ...]]


@dataclass(frozen=True)
class Path:
    """Lines and areas of one look; coordinates are absolute pixels."""

    commands: tuple[Command, ...]
    color: str
    width: float
    fill: str | None
    dashes: tuple[float, ...]  # drawn and left out in turn; empty for a solid line


@dataclass(frozen=True)
class Line:
    """One line of text; `y` is its middle, `pieces` are (text, bold)."""

    x: float
    y: float
    pieces: tuple[tuple[str, bool], ...]
    size: float
    color: str
    anchor: str  # start, middle, end


@dataclass(frozen=True)
class Drawing:
    """What a figure shows, in the order in which it is painted."""

    width: int
    height: int
    ground: str
    alt: str
    marks: tuple[Path | Line, ...]


def drawing_of(figure: Mapping[str, Any]) -> Drawing:
    """Return what the figure (as plotly's JSON structure) shows.

    Raises UsageError that names the first trace, attribute or value outside the subset.
    """
    layout = figure["layout"]
    _inside("layout", layout, _LAYOUT)
    width, height = layout["width"], layout["height"]
    if list(layout["xaxis"].get("range", ())) != [0, width] or list(layout["yaxis"].get("range", ())) != [height, 0]:
        raise UsageError("wanted axes that count pixels from the upper left corner, found other ranges; draw with plotly itself")
    stretch = layout.get("xaxis2")
    if stretch is not None and [round(edge * width, 3) for edge in stretch["domain"]] != list(stretch["range"]):
        raise UsageError("wanted a second axis that counts the same pixels, found another range; draw with plotly itself")
    paths = [_path(shape) for shape in layout.get("shapes", ())]
    lines = [line for trace in figure["data"] for line in _lines(trace)]
    return Drawing(width, height, _ground(layout), layout["meta"]["alt"], (*paths, *lines))


def _ground(layout: Mapping[str, Any]) -> str:
    template = layout["template"]
    template = template if isinstance(template, Mapping) else template.to_plotly_json()
    return str(template["layout"]["paper_bgcolor"])


def _path(shape: Mapping[str, Any]) -> Path:
    _inside("shape", shape, _SHAPE)
    _inside("line of a shape", shape["line"], _LINE)
    if (shape["type"], shape["layer"]) != ("path", "below"):
        raise UsageError(f"wanted a path below the traces, found {shape['type']!r} {shape['layer']!r}; draw with plotly itself")
    look = shape["line"]
    return Path(tuple(_commands(shape["path"])), look["color"], look["width"], shape.get("fillcolor"), _dashes(look.get("dash")))


def _dashes(dash: str | None) -> tuple[float, ...]:
    if dash is None:
        return ()
    if not re.fullmatch(r"\d+px(,\d+px)+", dash):
        raise UsageError(f"wanted a dash such as 5px,4px, found {dash!r}; draw with plotly itself")
    return tuple(float(length) for length in dash.replace("px", "").split(","))


def _commands(data: str) -> Iterator[Command]:
    if _COMMANDS.sub("", data):
        raise UsageError(f"wanted a path of M, L, C, Q and Z, found {data[:60]!r}")
    for letter, text in _COMMANDS.findall(data):
        numbers = tuple(float(number) for number in text.split(",") if number)
        if len(numbers) != _ARGUMENTS[letter]:
            raise UsageError(f"wanted {_ARGUMENTS[letter]} numbers after {letter}, found {len(numbers)} in {data[:60]!r}")
        yield letter, numbers


def _lines(trace: Mapping[str, Any]) -> Iterator[Line]:
    if trace["type"] == "bar" and trace.get("opacity") == 0:  # answers the mouse, shows nothing
        _inside("hover trace", trace, _HOVER)
        return
    if trace["type"] != "scatter" or trace.get("mode") != "text":
        raise UsageError(f"wanted a trace of text, found {trace['type']!r} with mode {trace.get('mode')!r}; draw with plotly itself")
    _inside("text trace", trace, _TEXT)
    font = trace["textfont"]
    for x, y, markup in zip(trace["x"], trace["y"], trace["text"], strict=True):
        yield Line(x, y, tuple(runs(markup)), font["size"], font["color"], _ANCHORS[trace["textposition"]])


def _inside(what: str, found: Mapping[str, Any], known: set[str]) -> None:
    strange = sorted(set(found) - known)
    if strange:
        raise UsageError(f"{what}: the static renderer does not draw {', '.join(strange)}; draw with plotly itself")
