"""A picture while it is drawn: boxes and lines as path shapes, words as text traces, one hover trace per lane.

Coordinates are pixels from the upper left corner, so that the page and the static renderer agree. Marks of one look share
one path, words of one look share one trace: the size of a figure follows what is on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from k8snetviz.model.kinds import ServiceState
from k8snetviz.views import theme as themes
from k8snetviz.views.picture import Picture
from k8snetviz.views.theme import Theme

EDGES, BOXES, MARKS = range(3)  # what lies under what
SOLID, DASHED, DOTTED = "solid", "5px,4px", "2px,3px"  # as plotly spells them


@dataclass(frozen=True)
class Words:
    """How words look; equal looks share one text trace."""

    color: str
    size: float = 12
    align: str = "left"  # of the words against their point: left, center, right
    zooms: bool = False  # stands on the stretch of the picture that plotly zooms


@dataclass(frozen=True)
class Stroke:
    """How a path looks; equal looks share one shape."""

    color: str
    width: float = 1
    fill: str | None = None
    dash: str = SOLID
    level: int = 0  # EDGES, BOXES or MARKS
    zooms: bool = False  # stands on the stretch of the picture that plotly zooms


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels."""

    x: float
    y: float  # its upper edge
    width: float
    height: float

    @property
    def middle(self) -> float:
        """Return the height of its centre."""
        return self.y + self.height / 2

    @property
    def right(self) -> float:
        """Return its right edge."""
        return self.x + self.width


class Canvas:
    """Collects what a picture shows; `picture` returns it. Text must be escaped by the caller.

    Paths lie under words; edges under boxes under marks. The stretch between the left and right edge `zoomed` has an axis of its
    own, in pixels as well, which plotly zooms; what is to move with it says so in its look.
    """

    def __init__(self, theme: Theme, width: int = themes.WIDTH_PX, *, zoomed: tuple[float, float] | None = None) -> None:
        self.theme = theme
        self.width = themes.checked_width(width)
        self._zoomed = zoomed
        self._paths: dict[Stroke, list[str]] = {}
        self._words: dict[Words, list[tuple[float, float, str]]] = {}
        self._hover: list[dict[str, Any]] = []

    def at(self, narrow: float, wide: float) -> float:
        """Return where something stands that is at `narrow` in a picture of usual width and at `wide` in a wide one."""
        return stretched(self.width, narrow, wide)

    def words(self, x: float, y: float, markup: str, look: Words) -> None:
        """Write `markup` on one line whose middle is at `y`."""
        self._words.setdefault(look, []).append((x, y, markup))

    def path(self, data: str, look: Stroke) -> None:
        """Draw a path of M, L, C, Q and Z with absolute coordinates."""
        self._paths.setdefault(look, []).append(data)

    def box(self, box: Box, look: Stroke, radius: float = 5) -> None:
        """Draw a rectangle with round corners."""
        self.path(rounded(box, radius), look)

    def glyph(self, x: float, y: float, state: ServiceState, size: float = 10, *, zooms: bool = False) -> None:
        """Draw the glyph of `state` around a point: as paths, since few fonts hold all of them."""
        color, r = self.theme.states[state], size / 2
        outline, filled = Stroke(color, 1.5, level=MARKS, zooms=zooms), Stroke(color, 1.5, fill=color, level=MARKS, zooms=zooms)
        if state is ServiceState.DOWN:
            self.path(
                line((x - r, y - r), (x + r, y + r)) + line((x - r, y + r), (x + r, y - r)), Stroke(color, 2, level=MARKS, zooms=zooms)
            )
        elif state is ServiceState.EXTERNAL:
            arrow = line((x - r, y + r), (x + r, y - r)) + line((x - r / 3, y - r), (x + r, y - r), (x + r, y + r / 3))
            self.path(arrow, outline)
        elif state is ServiceState.UNKNOWN:
            self.words(x, y, "?", Words(color, size + 3, "center", zooms=zooms))
        else:
            self.path(_arc(x, y, r, 4), filled if state is ServiceState.SERVING else outline)
            if state is ServiceState.DEGRADED:
                self.path(_arc(x, y, r, 2), filled)

    def hover(self, name: str, boxes: Sequence[Box], fields: Sequence[Sequence[Any]], template: str, *, zooms: bool = False) -> None:
        """Let `boxes` answer the mouse: one trace `name`, one row of `fields` per box, one template for all."""
        if not boxes:
            return
        self._hover.append(
            {
                "type": "bar",
                "orientation": "h",
                "name": name,
                "base": [_short(box.x) for box in boxes],
                "x": [_short(box.width) for box in boxes],
                "y": [_short(box.middle) for box in boxes],
                "width": [_short(box.height) for box in boxes],
                "customdata": [list(row) for row in fields],
                "hovertemplate": template + "<extra></extra>",
                "opacity": 0,
            }
            | (_ZOOMS if zooms else {})
        )

    def picture(self, height: float, alt: str) -> Picture:
        """Return the figure, `height` pixels high; `alt` says in one sentence what is on it."""
        layout = {
            "width": self.width,
            "height": round(height),
            "xaxis": {"range": [0, self.width]},
            "yaxis": {"range": [round(height), 0]},
            "barmode": "overlay",
            "shapes": [
                _shape(look, data) for look, data in sorted(self._paths.items(), key=lambda item: (item[0].level, item[0].fill or ""))
            ],
            "template": themes.template(self.theme),
            "meta": {"alt": alt},
        }
        if self._zoomed is not None:
            left, right = self._zoomed
            domain = [left / self.width, right / self.width]
            layout["xaxis2"] = {"visible": False, "fixedrange": False, "range": [left, right], "domain": domain, "anchor": "y"}
            layout |= {"dragmode": "zoom", "modebar": {"remove": [*themes.NO_BUTTONS_BESIDE_ZOOM]}}
        return Picture(data=[*self._hover, *(_texts(look, words) for look, words in self._words.items())], layout=layout)


def stretched(width: int, narrow: float, wide: float) -> float:
    """Return a length or place that is `narrow` at the usual width and `wide` at the wide one, at `width`."""
    return round(narrow + (wide - narrow) * (width - themes.WIDTH_PX) / (themes.WIDE_PX - themes.WIDTH_PX))


def rounded(box: Box, radius: float) -> str:
    """Return the path of a rectangle with round corners."""
    left, top, right, bottom, r = box.x, box.y, box.right, box.y + box.height, min(radius, box.height / 2, box.width / 2)
    if not r:
        return line((left, top), (right, top), (right, bottom), (left, bottom)) + "Z"
    numbers: list[tuple[str, tuple[float, ...]]] = [
        ("M", (left + r, top)),
        ("L", (right - r, top)),
        ("Q", (right, top, right, top + r)),
        ("L", (right, bottom - r)),
        ("Q", (right, bottom, right - r, bottom)),
        ("L", (left + r, bottom)),
        ("Q", (left, bottom, left, bottom - r)),
        ("L", (left, top + r)),
        ("Q", (left, top, left + r, top)),
    ]
    return "".join(f"{letter}{','.join(f'{_short(value):g}' for value in values)}" for letter, values in numbers) + "Z"


def _arc(x: float, y: float, r: float, quarters: int) -> str:
    """Return a closed arc that starts at the bottom and turns over the left side: 2 quarters are the left half."""
    x, y, k = _short(x), _short(y), _short(0.5523 * r)  # how far the controls of a quarter circle stand out
    legs = [
        (x - k, y + r, x - r, y + k, x - r, y),
        (x - r, y - k, x - k, y - r, x, y - r),
        (x + k, y - r, x + r, y - k, x + r, y),
        (x + r, y + k, x + k, y + r, x, y + r),
    ]
    curves = "".join("C" + ",".join(f"{_short(value):g}" for value in leg) for leg in legs[:quarters])
    return f"M{_short(x):g},{_short(y + r):g}{curves}Z"


def curve(x0: float, y0: float, x1: float, y1: float) -> str:
    """Return the path of an edge that leaves and arrives level."""
    if _short(y0) == _short(y1):
        return line((x0, y0), (x1, y1))
    bend = (x0 + x1) / 2
    points = [x0, y0, bend, y0, bend, y1, x1, y1]
    a, b, c, d, e, f, g, h = (f"{_short(value):g}" for value in points)
    return f"M{a},{b}C{c},{d},{e},{f},{g},{h}"


def line(*points: tuple[float, float]) -> str:
    """Return the path through `points`."""
    return "M" + "L".join(f"{_short(x):g},{_short(y):g}" for x, y in points)


def _shape(look: Stroke, data: list[str]) -> dict[str, Any]:
    stroke: dict[str, Any] = {"color": look.color, "width": look.width}
    if look.dash != SOLID:
        stroke["dash"] = look.dash
    shape: dict[str, Any] = {"type": "path", "path": "".join(data), "line": stroke, "layer": "below"}
    where = {"xref": "x2", "yref": "y"} if look.zooms else {}
    return shape | where | ({"fillcolor": look.fill} if look.fill else {})


_ZOOMS = {"xaxis": "x2", "yaxis": "y"}
_POSITIONS = {"left": "middle right", "center": "middle center", "right": "middle left"}


def _texts(look: Words, words: list[tuple[float, float, str]]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "text",
        "name": "words",
        "x": [_short(x) for x, _, _ in words],
        "y": [_short(y) for _, y, _ in words],
        "text": [markup for _, _, markup in words],
        "textposition": _POSITIONS[look.align],
        "textfont": {"color": look.color, "size": look.size},
        "hoverinfo": "skip",
        "cliponaxis": look.zooms,
    } | (_ZOOMS if look.zooms else {})


def _short(value: float) -> float:
    rounded_value = round(float(value), 1)
    return int(rounded_value) if rounded_value == int(rounded_value) else rounded_value
