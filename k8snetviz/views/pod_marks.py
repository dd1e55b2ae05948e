"""Pods inside the box of their workload: a square each, or one bar where there are many; and what the squares mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from k8snetviz.model.kinds import ServiceState
from k8snetviz.views.canvas import MARKS, Box, Canvas, Stroke, Words, line
from k8snetviz.views.ledger_marks import Mark
from k8snetviz.views.rows import each
from k8snetviz.views.text import escaped, fit, hover, plain, width_px

_SIDE, _STEP = 10, 13
_SQUARES = 7  # more pods than this share a bar
_BAR_PX, _SHORT_BAR_PX = _SQUARES * _STEP - 3, 48
_TO = 120  # of the first square, from the right edge of the box
_ORDER = (Mark.READY, Mark.NOT_READY, Mark.ABSENT, Mark.UNCOUNTED)
_LOOKS = {
    Mark.READY: ServiceState.SERVING,
    Mark.NOT_READY: ServiceState.DEGRADED,
    Mark.ABSENT: ServiceState.DOWN,
    Mark.UNCOUNTED: ServiceState.EMPTY,
}
_TOLD = "<b>%{customdata[0]}</b><br>%{customdata[1]}<br>%{customdata[2]}<br>%{customdata[3]}"


def draw_pods(canvas: Canvas, groups: Sequence[tuple[str, pd.DataFrame, Box]]) -> None:
    """Draw each group into its box: label, members (rows of `ledger_marks.members`), and how many of those that count are ready."""
    boxes: list[Box] = []
    fields: list[list[str]] = []
    for label, members, box in groups:
        canvas.words(box.right - 8, box.middle, _ready(members), Words(canvas.theme.muted, 11, "right"))
        before = _marks_from(members, box, 10 + width_px(label, 12) + 8)
        canvas.words(box.x + 10, box.middle, escaped(fit(label, before - 18, 12)), Words(canvas.theme.text, 12))
        x = box.x + before
        if len(members) > _SQUARES:
            marks = members["mark"].value_counts()
            room = min(_BAR_PX, box.right - 16 - width_px(_ready(members), 11) - x)
            _bar(canvas, Box(x, box.middle - _SIDE / 2, room, _SIDE), {mark: int(marks.get(mark.value, 0)) for mark in Mark})
            continue
        for number, pod in enumerate(each(members)):
            square = Box(x + number * _STEP, box.middle - _SIDE / 2, _SIDE, _SIDE)
            _square(canvas, square, Mark(pod.mark))
            boxes.append(square)
            name = escaped(f"{pod.member_namespace}/{pod.member}")
            fields.append([name, f"{pod.mark}", hover("" if pd.isna(pod.why) else pod.why), _where(pod)])
    canvas.hover("Pod", boxes, fields, _TOLD)


def _marks_from(members: pd.DataFrame, box: Box, label_px: float) -> float:
    """Return how far from the left edge of `box` its marks begin: at one place in all boxes, later where the label is long."""
    wide = _SHORT_BAR_PX if len(members) > _SQUARES else len(members) * _STEP - 3
    last = box.width - 8 - width_px(_ready(members), 11) - 8 - wide
    return min(max(box.width - _TO, label_px), last)


def _ready(members: pd.DataFrame) -> str:
    counted = int(members["mark"].ne(Mark.UNCOUNTED.value).sum())
    return f"{int(members['mark'].eq(Mark.READY.value).sum()):,}/{counted:,}" if counted else "none"


def legend_px() -> float:
    """Return how wide the legend is."""
    return sum(_SIDE + 6 + width_px(mark.value, 11) + 14 for mark in _ORDER) - 14


def legend(canvas: Canvas, x: float, y: float) -> None:
    """Say what the squares mean, in one line from `x` on."""
    for mark in _ORDER:
        _square(canvas, Box(x, y - _SIDE / 2, _SIDE, _SIDE), mark)
        canvas.words(x + _SIDE + 6, y, mark.value, Words(canvas.theme.muted, 11))
        x += _SIDE + 6 + width_px(mark.value, 11) + 14


def _square(canvas: Canvas, box: Box, mark: Mark) -> None:
    color = canvas.theme.states[_LOOKS[mark]]
    bottom = box.y + box.height
    if mark is Mark.ABSENT:
        crossed = line((box.x, box.y), (box.right, bottom)) + line((box.x, bottom), (box.right, box.y))
        canvas.path(crossed, Stroke(color, 2, level=MARKS))
        return
    if mark is Mark.NOT_READY:
        canvas.box(Box(box.x, box.y, box.width / 2, box.height), Stroke(color, 0, fill=color, level=MARKS), radius=0)
    canvas.box(box, Stroke(color, 1.2, fill=color if mark is Mark.READY else None, level=MARKS), radius=1)


def _bar(canvas: Canvas, whole: Box, counts: dict[Mark, int]) -> None:
    """Draw a stacked bar, what is broken first; a kind is told by its filling as well as by its colour."""
    present = {mark: number for mark, number in counts.items() if number}
    x, middle, free = whole.x, whole.middle, whole.width - 5 * len(present)  # every kind keeps 5 pixels
    for mark, number in present.items():
        color = canvas.theme.states[_LOOKS[mark]]
        box = Box(x, middle - _SIDE / 2, 5 + free * number / sum(present.values()), _SIDE)
        if mark is Mark.NOT_READY:
            canvas.box(Box(box.x, middle, box.width, _SIDE / 2), Stroke(color, 0, fill=color, level=MARKS), radius=0)
        if mark is Mark.ABSENT:
            canvas.path(line((box.x, middle + _SIDE / 2), (box.right, middle - _SIDE / 2)), Stroke(color, 1.2, level=MARKS))
        canvas.box(box, Stroke(color, 1.2, fill=color if mark is Mark.READY else None, level=MARKS), radius=0)
        x = box.right


def _where(pod: Any) -> str:
    address, node = pod.address, pod.node
    return " · ".join(escaped(plain(part)) for part in (address, node) if pd.notna(part))
