"""The lanes of a timeline: a bar for each stretch, its glyph and counts, and what happened beside it."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from k8snetviz.model.kinds import ServiceState
from k8snetviz.views.canvas import BOXES, DASHED, DOTTED, EDGES, MARKS, SOLID, Box, Canvas, Stroke, Words, line
from k8snetviz.views.text import count, cut, escaped, fit, hover, plain, width_px
from k8snetviz.views.timeline_plan import Course, Lane, Stretch

_ROW, _LOW = 42, 27  # height of a lane, and of one with nothing under its bar
_BAR = 16
_MARK = 7  # width of a mark beside
_NAMES = 244  # right edge of the names
_TOLD = "<b>%{customdata[0]}</b><br>%{customdata[1]}<br>%{customdata[2]}<br>%{customdata[3]}"
_BESIDE_TOLD = "<b>%{customdata[0]}</b><br>%{customdata[1]}"


class Beside(NamedTuple):
    """Marks of one lane that stand for what happened at one place."""

    x: float
    number: int  # Events, or restarts
    words: str


def lane_height(lane: Lane, events: list[Beside], restarts: list[Beside]) -> int:
    """Return how high a lane is drawn."""
    return _ROW if events or restarts or lane.returns or _reasons(lane) else _LOW


def draw_lane(canvas: Canvas, plan: Course, lane: Lane, y: float, height: float) -> None:
    """Draw one Service from `y` on, without what the mouse is told."""
    theme = canvas.theme
    state = ServiceState(lane.state) if lane.state else None
    middle = y + 14
    if state is None:
        canvas.words(14, middle, "·" if lane.stretches and lane.stretches[-1].state is None else "?", Words(theme.muted, 14, "center"))
    else:
        canvas.glyph(14, middle, state, 10)
    name = fit(plain(f"{lane.namespace}/{lane.service}"), _NAMES - 34, 12)
    canvas.words(26, middle, escaped(name), Words(theme.text, 12))
    canvas.words(26, y + 30, escaped(cut(_reasons(lane), _NAMES - 34, 11)), Words(theme.muted, 11))
    for stretch in lane.stretches:
        _draw_stretch(canvas, plan, stretch, y)
    words = "flapped" if lane.returns else ""
    changes = count(lane.changes, "change") if lane.changes else "no change" if lane.known else "not known"
    canvas.words(canvas.width - 8, middle, changes, Words(theme.text if lane.changes else theme.muted, 12, "right"))
    if words:
        canvas.words(canvas.width - 8, y + 30, words, Words(theme.states[ServiceState.DEGRADED], 12, "right"))
    canvas.path(line((0, y + height), (canvas.width, y + height)), Stroke(theme.border, 0.7))


def _reasons(lane: Lane) -> str:
    told = [stretch.reason for stretch in reversed(lane.stretches) if stretch.reason and stretch.state != ServiceState.UNKNOWN.value]
    return ", ".join(dict.fromkeys(told))


def _draw_stretch(canvas: Canvas, plan: Course, stretch: Stretch, y: float) -> None:
    theme = canvas.theme
    left, right = plan.edges(stretch)
    middle = y + 14
    if stretch.state is None:
        canvas.path(line((left, middle), (right, middle)), Stroke(theme.edge, 1, dash=DOTTED, level=EDGES, zooms=True))
        if right - left > 110:
            ground = Stroke(theme.ground, 0, fill=theme.ground, level=BOXES, zooms=True)
            canvas.box(Box((left + right) / 2 - 50, middle - 7, 100, 14), ground, radius=0)
            canvas.words((left + right) / 2, middle, "no such Service", Words(theme.muted, 11, "center", zooms=True))
        return
    state = ServiceState(stretch.state)
    box = Box(left, middle - _BAR / 2, max(right - left - 1.5, 1.5), _BAR)
    color = theme.states[state]
    if state is ServiceState.UNKNOWN and stretch.folded == 1:
        canvas.path(_hatched(box), Stroke(color, 0.8, level=BOXES, zooms=True))
    dash = DASHED if stretch.folded > 1 or state is ServiceState.UNKNOWN else SOLID
    fill = theme.panel if state is not ServiceState.UNKNOWN else None
    canvas.box(box, Stroke(color, 1.2, fill=fill, dash=dash, level=EDGES, zooms=True), radius=3)
    if state in (ServiceState.DOWN, ServiceState.DEGRADED, ServiceState.EMPTY) and stretch.folded == 1:
        heavy = Box(box.x, box.y + box.height - 3, box.width, 3)
        canvas.box(heavy, Stroke(color, 0, fill=color, level=BOXES, zooms=True), radius=0)
    _label(canvas, stretch, box, state)


def _label(canvas: Canvas, stretch: Stretch, box: Box, state: ServiceState) -> None:
    """Write glyph, and ready of selected or how many stretches are folded, as far as there is room."""
    words = _numbers(stretch)
    wide = width_px(words, 11)
    color = canvas.theme.states[state]
    if stretch.folded > 1:
        roomy = wide + 20 <= box.width
        if roomy:
            canvas.glyph(box.x + box.width / 2 - wide / 2 - 2, box.middle, state, 7, zooms=True)
        if wide + 4 <= box.width:
            canvas.words(box.x + box.width / 2 + (6 if roomy else 0), box.middle, escaped(words), Words(color, 11, "center", zooms=True))
        return
    if box.width < 13:
        return
    ground = state is ServiceState.UNKNOWN
    x = box.x + (box.width / 2 if ground or box.width < wide + 22 else 9)
    if ground:
        canvas.box(
            Box(x - 8, box.y + 1, 16, box.height - 2), Stroke(canvas.theme.ground, 0, fill=canvas.theme.ground, level=MARKS, zooms=True), 0
        )
    canvas.glyph(x, box.middle, state, 7, zooms=True)
    if words and not ground and box.width >= wide + 22:
        canvas.words(box.x + 17, box.middle, escaped(words), Words(color, 11, zooms=True))


def _numbers(stretch: Stretch) -> str:
    if stretch.folded > 1:
        return f"{stretch.folded}×"
    if stretch.ready is None:
        return ""
    return f"{stretch.ready:,}" if stretch.selected is None else f"{stretch.ready:,}/{stretch.selected:,}"


def _hatched(box: Box) -> str:
    """Return slanted lines that fill a box."""
    step, height = 7.0, box.height
    starts = np.arange(box.x - height + step, box.right, step)[:60]
    if len(starts) and box.width > step * 60:
        starts = np.linspace(box.x, box.right - height, 60)
    lines = []
    for start in starts:
        left, right = max(start, box.x), min(start + height, box.right)
        if right > left:
            lines.append(f"L{left:.1f},{box.y + height - (left - start):.1f}L{right:.1f},{box.y + height - (right - start):.1f}")
    return "".join("M" + piece[1:] for piece in lines) or line((box.x, box.middle), (box.right, box.middle))


def draw_beside(canvas: Canvas, y: float, events: list[Beside], restarts: list[Beside]) -> None:
    """Draw under the bars of a lane where Warning Events and restarts were."""
    theme, middle, half = canvas.theme, y + 31, _MARK / 2
    for mark in events:
        x = mark.x
        points = line((x, middle - half), (x + half, middle), (x, middle + half), (x - half, middle)) + "Z"
        canvas.path(points, Stroke(theme.text, 1, fill=theme.ground, level=MARKS, zooms=True))
    for mark in restarts:
        x = mark.x
        points = line((x, middle - half), (x + half, middle + half), (x - half, middle + half)) + "Z"
        canvas.path(points, Stroke(theme.text, 1, fill=theme.text, level=MARKS, zooms=True))
        if mark.number > 1:
            canvas.words(x + half + 3, middle + 1, f"{mark.number:,}", Words(theme.text, 10, zooms=True))


def beside(frame: pd.DataFrame, places: np.ndarray[Any, Any], amount: str, step: float) -> list[Beside]:
    """Return the marks of the rows of one Service: rows closer than `step` pixels are one mark that counts them."""
    marks: list[Beside] = []
    order = np.argsort(places, kind="stable")
    for number in order.tolist():
        if np.isnan(places[number]):
            continue
        x, row = float(places[number]), frame.iloc[number]
        told, words = int(row[amount] or 0), row["words"]
        if marks and x - marks[-1].x < step:
            last = marks[-1]
            more = (
                f"{last.words}\n{words}" if last.words.count("\n") < 5 else last.words if last.words.endswith("…") else f"{last.words}\n…"
            )
            marks[-1] = last._replace(number=last.number + told, words=more)
        else:
            marks.append(Beside(x, told, words))
    return marks


def apart(events: list[Beside], restarts: list[Beside]) -> list[Beside]:
    """Return the marks of Events, those that would lie on one of restarts moved to its left."""
    taken = np.array([mark.x for mark in restarts])
    moved = []
    for mark in events:
        near = taken[np.abs(taken - mark.x) < _MARK + 1]
        moved.append(mark._replace(x=float(near.min()) - _MARK - 1) if len(near) else mark)
    return moved


def hover_lanes(canvas: Canvas, plan: Course, tops: list[float]) -> None:
    """Let stretches and names answer the mouse; `tops` has the lower edge of the last lane as well."""
    boxes, fields = [], []
    for lane, y in zip(plan.lanes, tops, strict=False):
        for stretch in lane.stretches:
            left, right = plan.edges(stretch)
            boxes.append(Box(left, y + 2, max(right - left, 2), 24))
            fields.append(_fields(plan, lane, stretch))
    canvas.hover("State", boxes, fields, _TOLD, zooms=True)
    names = [
        [escaped(f"{lane.namespace}/{lane.service}"), count(lane.changes, "change"), escaped(_reasons(lane)), ""] for lane in plan.lanes
    ]
    heights = [after - y for y, after in pairwise(tops)]
    canvas.hover("Service", [Box(0, y, _NAMES, height) for y, height in zip(tops, heights, strict=False)], names, _TOLD)


def hover_beside(canvas: Canvas, name: str, marks: list[tuple[float, Beside]]) -> None:
    """Let the marks of one kind answer the mouse; each comes with the upper edge of its lane."""
    boxes = [Box(mark.x - _MARK, y + 25, 2 * _MARK, 14) for y, mark in marks]
    fields = [[f"{mark.number:,} {name}", "<br>".join(hover(words, 90) for words in mark.words.split("\n"))] for _, mark in marks]
    canvas.hover(name, boxes, fields, _BESIDE_TOLD, zooms=True)


def _fields(plan: Course, lane: Lane, stretch: Stretch) -> list[str]:
    names = plan.moments["snapshot"]
    seen = stretch.last - stretch.first + 1
    span = plain(names.iloc[stretch.first]) + (f" to {plain(names.iloc[stretch.last])}, {seen} snapshots" if seen > 1 else "")
    state = "no such Service" if stretch.state is None else stretch.state
    if stretch.folded > 1:
        told = f"{stretch.folded} stretches, the worst: {state}"
    else:
        numbers = _numbers(stretch)
        told = f"{state}{f' {numbers} ready' if numbers else ''}{f': {stretch.reason}' if stretch.reason else ''}"
    detail = "" if stretch.detail is None else plain(stretch.detail)[:200]
    return [escaped(f"{lane.namespace}/{lane.service}"), escaped(told), escaped(cut(span, 480, 12)), hover(detail)]
