"""Before and after: first causes, and below each the Services that it hit, with their states and backends on both sides."""

from __future__ import annotations

import pandas as pd

from k8snetviz.model.kinds import BROKEN_FIRST, ServiceState
from k8snetviz.model.snapshot import Snapshot
from k8snetviz.model.tables.changes import CHANGE_LINES, CHANGES, NOT_COMPARED
from k8snetviz.views.canvas import BOXES, DASHED, Box, Canvas, Stroke, Words, line
from k8snetviz.views.cards import arrow, caption, wrapped
from k8snetviz.views.changes_plan import Cause, Differences, Face, Hit, differences
from k8snetviz.views.masthead import chip
from k8snetviz.views.picture import Picture
from k8snetviz.views.text import bold, count, cut, escaped, fit, hover, plain, width_px
from k8snetviz.views.theme import WIDTH_PX, theme_named

LIMIT = 40  # Services
_HEAD, _ROW, _LINE = 62, 40, 17
_BEFORE, _AFTER, _LOST = (316, 420), (456, 570), (590, 730)  # left edges at the usual width of a picture, and of a wide one
_BUTTON_PX = 36
_TOLD = "<b>%{customdata[0]}</b><br>%{customdata[1]}"


def changes_picture(
    sides: tuple[Snapshot, Snapshot],
    changes: pd.DataFrame,
    lines: pd.DataFrame,
    states: tuple[pd.DataFrame, pd.DataFrame],
    unknown: pd.DataFrame,
    *,
    limit: int = LIMIT,
    theme: str = "light",
    width: int = WIDTH_PX,
) -> Picture:
    """Draw what changed for traffic between two snapshots.

    Parameters
    ----------
    sides : the two snapshots, for their names and times
    changes : CHANGES; with no rows the figure says whether nothing changed, or little could be compared
    lines : CHANGE_LINES of them
    states : SERVICE_STATES before and after
    unknown : NOT_COMPARED
    limit : Services drawn, below the causes that hit most of them first; the rest is counted
    theme : light or dark
    width : in pixels
    """
    CHANGES.check(changes), CHANGE_LINES.check(lines), NOT_COMPARED.check(unknown)
    canvas = Canvas(theme_named(theme), width)
    plan = differences(changes, lines, *states, limit)
    _draw_head(canvas, sides, plan, unknown)
    if changes.empty:
        return _blank(canvas, sides, unknown)
    y = _draw_columns(canvas) if plan.causes else float(_HEAD)
    boxes: list[Box] = []
    fields: list[list[str]] = []
    for cause in plan.causes:
        y = _draw_cause(canvas, cause, y)
        for hit in cause.hits:
            boxes.append(Box(0, y, canvas.width, _ROW))
            fields.append([escaped("/".join(hit.name)), hover(hit.words, 90)])
            y = _draw_hit(canvas, hit, y)
    canvas.hover("Service", boxes, fields, _TOLD)
    y = _draw_rest(canvas, plan, y)
    end = caption(canvas, _caption(plan, unknown), y + 14)
    return canvas.picture(
        end, f"Changes from {plain(sides[0].provenance.name)} to {plain(sides[1].provenance.name)}: {_in_words(plan, unknown)}."
    )


def _draw_head(canvas: Canvas, sides: tuple[Snapshot, Snapshot], plan: Differences, unknown: pd.DataFrame) -> None:
    theme = canvas.theme
    right = float(canvas.width - _BUTTON_PX)
    if len(unknown):
        words = f"{len(unknown)} not compared, or with doubt"
        wide = width_px(words, 12) + 20
        canvas.box(Box(right - wide, 6, wide, 22), Stroke(theme.states[ServiceState.DEGRADED], 1, dash=DASHED))
        canvas.words(right - wide / 2, 17, escaped(words), Words(theme.text, 12, "center"))
        right -= wide + 12
    canvas.words(8, 16, bold("Changes"), Words(theme.text, 15))
    told = f"{_named(sides[0])}  →  {_named(sides[1])}"
    canvas.words(92, 17, escaped(fit(told, right - 92, 12)), Words(theme.muted, 12))
    x = 8.0
    if plan.flipped:
        canvas.words(x, 44, "state now", Words(theme.muted, 12))
        x += width_px("state now", 12) + 12
    for state in BROKEN_FIRST:
        if state.value in plan.flipped:
            x = chip(canvas, x, 44, state, f"{plan.flipped[state.value]:,} {state.value}")
    for word in ("new", "gone"):
        if word in plan.flipped:
            canvas.words(x, 44, f"{plan.flipped[word]:,} {word}", Words(theme.muted, 12))
            x += width_px(f"{plan.flipped[word]:,} {word}", 12) + 18
    if not plan.flipped:
        canvas.words(x, 44, "no state of a Service changed", Words(theme.muted, 12))
    words = f"backends: {plan.lost:,} lost, {plan.gained:,} gained"
    canvas.words(canvas.width - 8, 44, words, Words(theme.text if plan.lost else theme.muted, 12, "right"))


def _named(snapshot: Snapshot) -> str:
    finished = snapshot.provenance.finished
    return plain(snapshot.provenance.name) + (f" ({finished:%Y-%m-%d %H:%M:%S} UTC)" if finished else "")


def _draw_columns(canvas: Canvas) -> float:
    theme, y = canvas.theme, float(_HEAD)
    canvas.box(Box(0.5, y, canvas.width - 1, 24), Stroke(theme.border, 1, fill=theme.panel), radius=3)
    for x, word in ((8.0, "First cause, and the Services it hit"), (canvas.at(*_BEFORE), "Before"), (canvas.at(*_AFTER), "After")):
        canvas.words(x, y + 12, bold(word), Words(theme.muted, 12))
    canvas.words(canvas.at(*_LOST), y + 12, bold("Backends"), Words(theme.muted, 12))
    return y + 24


def _draw_cause(canvas: Canvas, cause: Cause, y: float) -> float:
    """Draw the sentence of a first cause; return where what it hit begins."""
    theme = canvas.theme
    words = cause.words or "Nothing else that changed explains:"
    room = (canvas.width - 24) / (width_px("a", 12, strong=True) / width_px("a", 12))
    parts = wrapped(plain(words) + (" (suspect)" if cause.suspect else ""), room, 12)
    parts = [*parts[:2], cut(" ".join(parts[2:]), room, 12)] if len(parts) > 3 else parts
    y += 8
    canvas.box(Box(4, y + 2, 3, _LINE * len(parts) - 2), Stroke(theme.muted, 0, fill=theme.muted, level=BOXES), radius=0)
    for part in parts:
        canvas.words(14, y + 9, bold(part) if cause.words else escaped(part), Words(theme.text if cause.words else theme.muted, 12))
        y += _LINE
    return y + 2


def _draw_hit(canvas: Canvas, hit: Hit, y: float) -> float:
    theme, middle = canvas.theme, y + 13
    name = fit(plain("/".join(hit.name)), canvas.at(*_BEFORE) - 34, 12)
    canvas.words(26, middle, escaped(name), Words(theme.text, 12))
    if hit.again:
        canvas.words(canvas.at(*_BEFORE), middle, "above, and hit by this too", Words(theme.muted, 12))
    else:
        _draw_face(canvas, hit.before, canvas.at(*_BEFORE), middle)
        tip = canvas.at(*_AFTER) - 14
        changed = hit.before.state != hit.after.state
        color = theme.text if changed else theme.edge
        canvas.path(line((tip - 18, middle), (tip - 2, middle)), Stroke(color, 1))
        arrow(canvas, tip, middle, color)
        _draw_face(canvas, hit.after, canvas.at(*_AFTER), middle)
        _draw_backends(canvas, hit, middle)
    told = cut(plain(hit.words) + (" (suspect)" if hit.suspect else ""), canvas.width - 36, 11)
    canvas.words(26, y + 29, escaped(told), Words(theme.muted, 11))
    canvas.path(line((26, y + _ROW), (canvas.width, y + _ROW)), Stroke(theme.border, 0.7))
    return y + _ROW


def _draw_face(canvas: Canvas, face: Face, x: float, middle: float) -> None:
    theme = canvas.theme
    if face.state is None:
        canvas.words(x, middle, "no such Service", Words(theme.muted, 12))
        return
    state = ServiceState(face.state)
    numbers = "" if face.ready is None else f" {face.ready:,}" if face.selected is None else f" {face.ready:,}/{face.selected:,}"
    canvas.glyph(x + 5, middle, state, 9)
    canvas.words(x + 16, middle, escaped(face.state + numbers), Words(theme.states[state], 12))


def _draw_backends(canvas: Canvas, hit: Hit, middle: float) -> None:
    theme, x = canvas.theme, canvas.at(*_LOST)
    if not hit.lost and not hit.gained:
        canvas.words(x, middle, "none lost, none gained", Words(theme.muted, 12))
        return
    if hit.lost:
        words = f"−{hit.lost:,} lost"
        canvas.words(x, middle, words, Words(theme.states[ServiceState.DOWN], 12))
        x += width_px(words, 12) + 14
    if hit.gained:
        canvas.words(x, middle, f"+{hit.gained:,} gained", Words(theme.states[ServiceState.SERVING], 12))


def _draw_rest(canvas: Canvas, plan: Differences, y: float) -> float:
    """Write the causes that hit no Service, and what is left out."""
    theme = canvas.theme
    if plan.quiet:
        y += 10
        canvas.words(8, y + 9, bold("Changed too, and hit no Service"), Words(theme.muted, 12))
        y += 20
        for cause in plan.quiet:
            canvas.words(14, y + 8, escaped(cut(plain(cause.words), canvas.width - 24, 12)), Words(theme.text, 12))
            y += _LINE
    rest = [count(plan.hidden, "more Service") + " hit"] if plan.hidden else []
    rest += [count(plan.untold, "more change") + " that hit none"] if plan.untold else []
    if rest:
        canvas.words(14, y + 12, escaped(f"Not drawn: {', '.join(rest)}"), Words(theme.text, 12))
        y += 22
    return y


def _caption(plan: Differences, unknown: pd.DataFrame) -> str:
    first = "Causes that flipped most Services stand first. " if len(plan.causes) > 1 else ""
    pods = sum(cause.others for cause in (*plan.causes, *plan.quiet))
    more = f"Not drawn are {count(pods, 'line')} about pods and other objects below them. " if pods else ""
    doubt = "What was not compared may have changed, too." if len(unknown) else ""
    return f"{first}{more}{doubt}".strip() or "A backend is lost when it served a port before and does not now."


def _in_words(plan: Differences, unknown: pd.DataFrame) -> str:
    flipped = sum(plan.flipped.values())
    told = [f"{count(flipped, 'Service')} changed state" if flipped else "no state of a Service changed"]
    told.append(f"backends: {plan.lost:,} lost, {plan.gained:,} gained")
    if plan.causes and plan.causes[0].words:
        told.append(f"first cause: {plain(plan.causes[0].words).rstrip('.')}")
    return "; ".join([*told, *([f"{len(unknown)} not compared"] if len(unknown) else [])])


def _blank(canvas: Canvas, sides: tuple[Snapshot, Snapshot], unknown: pd.DataFrame) -> Picture:
    words = "No change for traffic"
    if len(unknown):
        words = f"No change found, and that says little: {count(len(unknown), 'thing')} could not be compared"
    canvas.words(canvas.width / 2, _HEAD + 24, escaped(words), Words(canvas.theme.muted, 14, "center"))
    return canvas.picture(_HEAD + 56, f"Changes from {plain(sides[0].provenance.name)} to {plain(sides[1].provenance.name)}: {words}.")
