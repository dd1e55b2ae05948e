"""The timeline: a lane for each Service with its states from snapshot to snapshot, what is broken or flapped first."""

from __future__ import annotations

import pandas as pd

from k8snetviz.model.kinds import BROKEN_FIRST, ServiceState
from k8snetviz.model.tables.timelines import TIMELINE, TIMELINE_EVENTS, TIMELINE_FLAPS, TIMELINE_MOMENTS, TIMELINE_RESTARTS
from k8snetviz.views.canvas import DASHED, DOTTED, EDGES, Box, Canvas, Stroke, Words, line
from k8snetviz.views.cards import caption
from k8snetviz.views.masthead import chip
from k8snetviz.views.picture import Picture
from k8snetviz.views.text import bold, count, cut, escaped, plain, width_px
from k8snetviz.views.theme import WIDTH_PX, theme_named
from k8snetviz.views.timeline_lanes import Beside, apart, beside, draw_beside, draw_lane, hover_beside, hover_lanes, lane_height
from k8snetviz.views.timeline_plan import SERVICE, Course, course

LIMIT = 40  # Services
_LEFT, _RIGHT = 252, 92  # of the stretch that zooms: its left edge, and what is left on its right
_HEAD, _AXIS = 58, 40
_BUTTON_PX = 36  # upper right corner, where plotly shows its buttons
_MARKS = 240  # marks of Events, and of restarts, on the whole picture
_STEPS = (9, 16, 28, 48, 90, 200)
_MOMENTS = 120  # lines for moments
_WARNING = "Warning"
_BEHIND = 7.0  # pixels that restarts stand behind the snapshot that shows them


def timeline_picture(
    timeline: pd.DataFrame,
    moments: pd.DataFrame,
    flaps: pd.DataFrame,
    events: pd.DataFrame,
    restarts: pd.DataFrame,
    *,
    limit: int = LIMIT,
    theme: str = "light",
    width: int = WIDTH_PX,
) -> Picture:
    """Draw the states of Services over several snapshots; dragging over it in plotly zooms in time, a double click goes back.

    Parameters
    ----------
    timeline : TIMELINE; with no rows the figure says why
    moments : TIMELINE_MOMENTS
    flaps : TIMELINE_FLAPS of the same rows
    events, restarts : TIMELINE_EVENTS and TIMELINE_RESTARTS; Warning Events and restarts are marked
    limit : Services drawn, what is broken at the end first, then what flapped or failed; the rest is counted
    theme : light or dark
    width : in pixels
    """
    given = ((TIMELINE, timeline), (TIMELINE_MOMENTS, moments), (TIMELINE_FLAPS, flaps), (TIMELINE_EVENTS, events))
    for table, frame in (*given, (TIMELINE_RESTARTS, restarts)):
        table.check(frame)
    looks, right = theme_named(theme), width - _RIGHT
    canvas = Canvas(looks, width, zoomed=(_LEFT, right))
    plan = course(timeline, moments, flaps, limit=limit, left=_LEFT + 2, right=right - 2)
    ends = _ends(plan, flaps)
    _draw_head(canvas, plan, flaps, ends)
    if timeline.empty:
        return _blank(canvas, moments)
    marks = _marks(plan, events[events["type"].eq(_WARNING).fillna(False)], restarts)
    heights = [lane_height(lane, *own) for lane, own in zip(plan.lanes, marks, strict=True)]
    tops = [float(_HEAD + _AXIS + sum(heights[:number])) for number in range(len(heights) + 1)]
    _draw_axis(canvas, plan, tops[-1])
    for lane, own, y, height in zip(plan.lanes, marks, tops, heights, strict=False):
        draw_lane(canvas, plan, lane, y, height)
        draw_beside(canvas, y, *own)
    hover_lanes(canvas, plan, tops)
    for place, name in enumerate(("Warning Events", "restarts")):
        hover_beside(canvas, name, [(y, mark) for y, own in zip(tops, marks, strict=False) for mark in own[place]])
    bottom = _draw_folded(canvas, plan, tops[-1])
    end = caption(canvas, _caption(plan, flaps), bottom + 14)
    return canvas.picture(end, _alt(plan, flaps, ends))


def _ends(plan: Course, flaps: pd.DataFrame) -> dict[str, int]:
    """Return how many Services end in which state, by its word; `gone` and `never known` are two more."""
    shown = pd.DataFrame({"end": [lane.state for lane in plan.lanes], "known": [lane.known for lane in plan.lanes]}, dtype="object")
    ends = pd.concat([shown, plan.folded[["end", "known"]].astype("object")])
    words = ends["end"].where(ends["end"].notna(), ends["known"].map(lambda known: "gone" if known else "never known"))
    return {str(word): int(number) for word, number in words.value_counts().items()} if len(flaps) else {}


def _draw_head(canvas: Canvas, plan: Course, flaps: pd.DataFrame, ends: dict[str, int]) -> None:
    theme = canvas.theme
    canvas.words(8, 16, bold("Timeline"), Words(theme.text, 15))
    canvas.words(92, 17, escaped(cut(_span(plan.moments), canvas.width - 92 - _BUTTON_PX, 12)), Words(theme.muted, 12))
    x = 8.0
    if ends:
        canvas.words(x, 42, "at the end", Words(theme.muted, 12))
        x += width_px("at the end", 12) + 12
    for state in BROKEN_FIRST:
        if state.value in ends:
            x = chip(canvas, x, 42, state, f"{ends[state.value]:,} {state.value}")
    for word in ("never known", "gone"):
        if word in ends:
            canvas.words(x, 42, f"{ends[word]:,} {word}", Words(theme.muted, 12))
            x += width_px(f"{ends[word]:,} {word}", 12) + 18
    flapped = int(flaps["returns"].gt(0).sum())
    words = f"{flapped:,} flapped" if flapped else "nobody flapped"
    color = theme.states[ServiceState.DEGRADED] if flapped else theme.muted
    canvas.words(canvas.width - 8, 42, words, Words(color, 12, "right"))


def _span(moments: pd.DataFrame) -> str:
    times = moments["time"].dropna()
    told = count(len(moments), "snapshot")
    if len(times):
        first, last = times.min(), times.max()
        until = f"{last:%H:%M:%S}" if first.date() == last.date() else f"{last:%Y-%m-%d %H:%M:%S}"
        told += f" · {first:%Y-%m-%d %H:%M:%S}" + (f" – {until} UTC" if last > first else " UTC")
    untold = len(moments) - len(times)
    return told + (f" · {untold} without a time, behind the others" if untold and len(times) else " · no times told" if untold else "")


def _draw_axis(canvas: Canvas, plan: Course, bottom: float) -> None:
    """Draw a line for each moment, and times over as many of them as there is room for."""
    theme, top = canvas.theme, _HEAD + _AXIS
    canvas.box(Box(0.5, _HEAD, canvas.width - 1, _AXIS), Stroke(theme.border, 1, fill=theme.panel, level=EDGES), radius=3)
    canvas.words(8, _HEAD + 12, "<b>Service</b>", Words(theme.muted, 12))
    canvas.words(canvas.width - 8, _HEAD + 12, "<b>Changes</b>", Words(theme.muted, 12, "right"))
    _draw_legend(canvas)
    places = plan.places
    step = max(len(places) / _MOMENTS, 1)
    drawn = sorted({round(number * step) for number in range(int(len(places) / step))} & set(range(len(places))))
    untimed = plan.moments["time"].isna()
    canvas.path(
        "".join(line((places[number], top - 6), (places[number], bottom)) for number in drawn),
        Stroke(theme.border, 1, dash=DOTTED, level=EDGES, zooms=True),
    )
    texts = _times(plan.moments)
    last = len(places) - 1
    until = -1e9
    for number in [*range(last), last]:
        wide = width_px(texts[number], 11) + 14
        if places[number] - 4 < until or (number != last and places[number] + wide > places[last] - 4):
            continue
        look = Words(theme.muted if untimed.iloc[number] else theme.text, 11, "right" if number == last and last else "left", zooms=True)
        x = min(places[number] + wide - 14, plan.right) if number == last and last else places[number]
        if number == last and last:
            x = max(x, places[number])
            if x - wide + 10 < until:
                continue
        canvas.words(x, _HEAD + 12, escaped(texts[number]), look)
        until = places[number] + wide
    names = [[escaped(name), escaped(text)] for name, text in zip(plan.moments["snapshot"], texts, strict=True)]
    if len(places) <= _MOMENTS:
        boxes = [Box(place - 4, _HEAD, 8, _AXIS) for place in places]
        canvas.hover("Snapshot", boxes, names, "<b>%{customdata[0]}</b><br>%{customdata[1]}", zooms=True)


def _draw_legend(canvas: Canvas) -> None:
    theme, y = canvas.theme, _HEAD + 28
    words = [("◇ Warning Events", 0), ("▲ restarts", 0), ("▨ ? not known", 0), ("┊ snapshot", 0)]
    canvas.words(_LEFT, y, escaped("   ".join(text for text, _ in words)), Words(theme.muted, 11))


def _times(moments: pd.DataFrame) -> list[str]:
    """Return the time of each moment as text: with its date where that is another than of the one before it."""
    found, before = [], None
    for time in moments["time"]:
        if pd.isna(time):
            found.append("no time")
            continue
        found.append(f"{time:%H:%M:%S}" if before == time.date() else f"{time:%m-%d %H:%M}")
        before = time.date()
    return found


def _marks(plan: Course, events: pd.DataFrame, restarts: pd.DataFrame) -> list[tuple[list[Beside], list[Beside]]]:
    """Return per lane the marks of Warning Events, where they began, and of restarts, where a snapshot shows them.

    Those close together are one mark that counts them, the closer the fewer there are.
    """
    last = events["last"].dt.strftime("%m-%d %H:%M:%S").fillna("no time told")
    names = events["kind"].fillna("").astype(str) + " " + events["name"].fillna("").astype(str)
    told = events["reason"].fillna("").astype(str) + " of " + names + ", " + events["count"].fillna(1).astype(str) + "×, last " + last
    begun = events.assign(words=told, at=plan.at(events["first"]))
    after = restarts["after"].dt.strftime("%m-%d %H:%M:%S").fillna("?")
    grown = restarts.assign(words="pod " + restarts["pod"].astype(str) + ", after " + after, at=plan.at(restarts["before"]) + _BEHIND)
    found = []
    for frame, amount in ((begun, "count"), (grown, "restarts")):
        rows = dict(list(frame.groupby(SERVICE, sort=False)))
        own = [rows.get((lane.namespace, lane.service), frame.head(0)) for lane in plan.lanes]
        lanes: list[list[Beside]] = []
        for step in _STEPS:
            lanes = [beside(part, part["at"].to_numpy(dtype=float), amount, step) for part in own]
            if sum(map(len, lanes)) <= _MARKS:
                break
        found.append(lanes)
    return [(apart(warned, again), again) for warned, again in zip(*found, strict=True)]


def _draw_folded(canvas: Canvas, plan: Course, y: float) -> float:
    if plan.folded.empty:
        return y
    theme, middle = canvas.theme, y + 14
    canvas.box(Box(0.5, y + 2, canvas.width - 1, 24), Stroke(theme.border, 1, dash=DASHED), radius=3)
    words = f"{count(len(plan.folded), 'more Service')}: {_folded_words(plan.folded)}"
    canvas.words(26, middle, escaped(cut(words, canvas.width - 40, 12)), Words(theme.text, 12))
    return y + 28


def _folded_words(folded: pd.DataFrame) -> str:
    states = folded["end"].value_counts().to_dict()
    told = [f"{states[state.value]:,} {state.value} at the end" for state in BROKEN_FIRST if state.value in states]
    changed = int(folded["changes"].gt(0).sum())
    return "; ".join([", ".join(told) or "none known", f"{changed:,} of them changed" if changed else "none of them changed"])


def _caption(plan: Course, flaps: pd.DataFrame) -> str:
    broken = any(lane.state in ("down", "degraded") for lane in plan.lanes)
    suffered = bool(len(flaps)) and bool((flaps["changes"].gt(0) | flaps["failed"].gt(0)).any())
    order = "What is broken at the end stands first, then what changed." if broken else "What changed stands first." if suffered else ""
    lines = [f"{order} A state holds from the snapshot that shows it to the next one; when it changed in between is not known.".strip()]
    if any(stretch.folded > 1 for lane in plan.lanes for stretch in lane.stretches):
        lines.append("Dashed with a number: so many stretches too narrow to draw, in the colour of the worst. Drag to zoom in time.")
    return " ".join(lines)


def _alt(plan: Course, flaps: pd.DataFrame, ends: dict[str, int]) -> str:
    told = ", ".join(f"{ends[state.value]:,} {state.value}" for state in BROKEN_FIRST if state.value in ends)
    flapped, changed = int(flaps["returns"].gt(0).sum()), int(flaps["changes"].gt(0).sum())
    first = [f"{plain(lane.namespace)}/{plain(lane.service)}" for lane in plan.lanes if lane.changes or lane.state in ("down", "degraded")][
        :3
    ]
    named = f"; first {', '.join(first)}" if first else ""
    rest = f"; {len(plan.folded):,} not drawn" if len(plan.folded) else ""
    head = f"Timeline of {_span(plan.moments)}: {count(len(flaps), 'Service')}, at the end {told or 'none known'}"
    return f"{head}; {changed:,} changed, {flapped:,} flapped{named}{rest}."


def _blank(canvas: Canvas, moments: pd.DataFrame) -> Picture:
    if len(moments) and moments["complete"].all():
        words = "No Services in any of the snapshots"
    else:
        words = "Nothing to draw, and that says little: Services were not collected, or not whole"
    canvas.words(canvas.width / 2, _HEAD + 24, words, Words(canvas.theme.muted, 14, "center"))
    return canvas.picture(_HEAD + 56, f"Timeline of {_span(moments)}: {words}.")
