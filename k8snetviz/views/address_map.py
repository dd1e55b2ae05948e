"""The address map: pod, Service and node ranges with their use, in order of address, so that overlaps stand above each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd

from k8snetviz.model.kinds import Family, Kind, ServiceState
from k8snetviz.model.snapshot import Snapshot
from k8snetviz.model.tables import ADDRESS_RANGES, SERVICE_STATES
from k8snetviz.model.tables.addresses import RangeRole
from k8snetviz.views.address_rows import ROLES, Line, lines_of, use_in_words
from k8snetviz.views.canvas import BOXES, DASHED, MARKS, SOLID, Box, Canvas, Stroke, Words, line
from k8snetviz.views.cards import caption
from k8snetviz.views.masthead import HEIGHT as MASTHEAD
from k8snetviz.views.masthead import chip, masthead
from k8snetviz.views.picture import Picture
from k8snetviz.views.text import count, cut, escaped, fit, hover, plain, width_px
from k8snetviz.views.theme import WIDTH_PX, theme_named

_ROW, _TOLD_ROW, _HEAD, _FAMILY = 24, 17, 28, 30
_TITLE = 26  # left edge of the names


class _Columns(NamedTuple):
    """Left edges of the other columns, and how wide the bars are."""

    cidr: float
    map: float
    bar: float
    use: float
    note: float
    map_px: float
    bar_px: float


_USUAL, _WIDE = _Columns(186, 332, 512, 578, 722, 164, 58), _Columns(240, 428, 664, 744, 892, 220, 70)
_HOVER = "<b>%{customdata[0]}</b> %{customdata[1]}<br>%{customdata[2]}<br>%{customdata[3]}"


def address_map_picture(snapshot: Snapshot, ranges: pd.DataFrame, *, theme: str = "light", width: int = WIDTH_PX) -> Picture:
    """Draw the address ranges of each family: what declares them, how much is in use, what overlaps.

    Parameters
    ----------
    snapshot : what the masthead and the gaps are read from
    ranges : ADDRESS_RANGES; with no rows the figure says so. Of many nodes those without fault are folded and counted.
    theme : light or dark
    width : in pixels
    """
    ADDRESS_RANGES.check(ranges)
    canvas = Canvas(theme_named(theme), width)
    masthead(canvas, snapshot, SERVICE_STATES.empty())
    if ranges.empty:
        return _blank(canvas, snapshot)
    _chips(canvas, snapshot, ranges)
    y = float(MASTHEAD)
    for family in Family:
        own = ranges[ranges["family"] == family.value]
        if len(own):
            y = _Section(canvas, snapshot, family, own).draw(y)
    words = "Bars stand in order of address, not to scale: what overlaps stands above each other. Dashed: inferred. "
    words += "≥: not all was read." if not ranges["whole"].all() else ""
    return canvas.picture(caption(canvas, words.strip(), y + 14), _alt(snapshot, ranges))


@dataclass(frozen=True)
class _Section:
    """The ranges of one family, and where they are drawn."""

    canvas: Canvas
    snapshot: Snapshot
    family: Family
    ranges: pd.DataFrame

    @property
    def columns(self) -> _Columns:
        """Return where the columns stand."""
        return _columns(self.canvas)

    def draw(self, y: float) -> float:
        """Draw the family from `y` on; return where it ends."""
        theme = self.canvas.theme
        by_role = {role: lines_of(self.ranges[self.ranges["role"] == role.value]) for role in ROLES}
        self.canvas.box(Box(0.5, y + 2, self.canvas.width - 1, _FAMILY - 6), Stroke(theme.border, 1, fill=theme.panel), radius=3)
        heads = (
            (8, self.family.value),
            (self.columns.cidr, "Range"),
            (self.columns.map, "Place"),
            (self.columns.bar, "In use"),
            (self.columns.note, "Note"),
        )
        for x, title in heads:
            self.canvas.words(x, y + _FAMILY / 2 - 1, f"<b>{title}</b>", Words(theme.text if x == 8 else theme.muted, 12))
        y += _FAMILY
        places = _places(self.canvas, [own for lines in by_role.values() for own in lines])
        for role, lines in by_role.items():
            if lines or role in (RangeRole.POD, RangeRole.SERVICE, RangeRole.NODE):
                y = self._draw_role(role, lines, places, y)
        return y + 6

    def _draw_role(self, role: RangeRole, lines: list[Line], places: dict[int, float], y: float) -> float:
        theme = self.canvas.theme
        self.canvas.words(8, y + _HEAD / 2 + 1, f"<b>{ROLES[role]}</b>", Words(theme.text, 12))
        words = _role_words(self.snapshot, role, lines, self.ranges[self.ranges["role"] == role.value])
        self.canvas.words(
            self.columns.cidr,
            y + _HEAD / 2 + 1,
            escaped(cut(words, self.canvas.width - self.columns.cidr - 8, 12)),
            Words(theme.muted, 12),
        )
        y += _HEAD
        boxes, fields = [], []
        for own in lines:
            height = _ROW + (_TOLD_ROW if own.told else 0)
            _draw_line(self.canvas, own, places, y)
            boxes.append(Box(0, y, self.canvas.width, height))
            fields.append([escaped(own.title), own.cidr, escaped(use_in_words(own) + " addresses in use"), hover(own.told)])
            y += height
        self.canvas.hover(f"{ROLES[role]} {self.family.value}", boxes, fields, _HOVER)
        self.canvas.path(line((0, y + 1), (self.canvas.width, y + 1)), Stroke(theme.border, 0.7))
        return y + 2


def _columns(canvas: Canvas) -> _Columns:
    return _Columns(*(canvas.at(usual, wide) for usual, wide in zip(_USUAL, _WIDE, strict=True)))


def _places(canvas: Canvas, lines: list[Line]) -> dict[int, float]:
    """Return where each border of a range stands on the map: one step further for each border that differs."""
    at = _columns(canvas)
    borders = sorted({border for own in lines for border in (own.first, own.last + 1)})
    step = at.map_px / max(1, len(borders) - 1)
    return {border: at.map + number * step for number, border in enumerate(borders)}


def _draw_line(canvas: Canvas, own: Line, places: dict[int, float], y: float) -> None:
    theme, middle, at = canvas.theme, y + _ROW / 2, _columns(canvas)
    wrong = theme.states[ServiceState.DOWN]
    if own.overlap:
        canvas.glyph(14, middle, ServiceState.DOWN, 9)
    canvas.words(_TITLE, middle, escaped(fit(own.title, at.cidr - _TITLE - 10, 12)), Words(theme.muted if own.inferred else theme.text, 12))
    canvas.words(at.cidr, middle, escaped(fit(own.cidr, at.map - at.cidr - 10, 12)), Words(theme.text, 12))
    left, right = places[own.first], places[own.last + 1]
    canvas.path(line((at.map, middle), (at.map + at.map_px, middle)), Stroke(theme.border, 0.7))
    look = Stroke(wrong if own.overlap else theme.muted, 1.5, fill=theme.panel, dash=DASHED if own.inferred else SOLID, level=BOXES)
    canvas.box(Box(left, middle - 6, max(right - left, 3), 12), look, radius=2)
    _draw_use(canvas, own, middle)
    note = "overlap" if own.overlap else "inferred" if own.inferred else f"{count(own.outside, 'pod')} outside" if own.outside else ""
    canvas.words(
        at.note,
        middle,
        escaped(cut(note, canvas.width - at.note - 4, 12)),
        Words(wrong if own.overlap else theme.muted, 12),
    )
    if own.told:
        words = Words(wrong if own.overlap else theme.muted, 11)
        canvas.words(_TITLE, y + _ROW + _TOLD_ROW / 2 - 4, escaped(cut(own.told, canvas.width - _TITLE - 8, 11)), words)


def _draw_use(canvas: Canvas, own: Line, middle: float) -> None:
    theme, at = canvas.theme, _columns(canvas)
    canvas.words(at.use, middle, escaped(fit(use_in_words(own), at.note - at.use - 8, 12)), Words(theme.text, 12))
    if own.inferred:
        return  # how large such a range really is nobody says
    canvas.box(Box(at.bar, middle - 5, at.bar_px, 10), Stroke(theme.edge, 1, level=BOXES), radius=2)
    if own.used:
        part = min(1.0, own.used / max(1, own.size))
        canvas.box(
            Box(at.bar, middle - 5, max(2.0, at.bar_px * part), 10),
            Stroke(theme.muted, 0.5, fill=theme.muted, level=MARKS),
            radius=1,
        )


def _role_words(snapshot: Snapshot, role: RangeRole, lines: list[Line], ranges: pd.DataFrame) -> str:
    """Return what stands beside the title of a role: how many ranges, who declares them, or why there are none."""
    declared = int((~ranges["inferred"]).sum())
    unread = {RangeRole.POD: Kind.NODE, RangeRole.SERVICE: Kind.SERVICE_CIDR, RangeRole.NODE: Kind.NODE}.get(role)
    known = unread is None or snapshot.knows(unread)
    if role is RangeRole.NODE:
        return "" if lines else "none" if known else "Nodes: not collected"
    if role not in (RangeRole.POD, RangeRole.SERVICE):
        return ""
    by = "Nodes" if role is RangeRole.POD else "ServiceCIDRs"
    if declared:
        drawn = sum(not own.inferred for own in lines)
        folded = f", drawn in {count(drawn, 'line')}" if drawn < declared else ""
        return f"{declared:,} declared by {by}{folded}"
    why = f"{by}: not collected" if not known else "no Node declares one (NM-17)" if role is RangeRole.POD else "no ServiceCIDR"
    rule = "" if role is RangeRole.POD else " (SV-45)"
    return f"{why}; inferred from the addresses in use{rule}" if lines else f"{why}; no address seen"


def _chips(canvas: Canvas, snapshot: Snapshot, ranges: pd.DataFrame) -> None:
    wrong, x = int(ranges["overlap"].notna().sum()), 8.0
    if wrong:
        x = chip(canvas, x, 42, ServiceState.DOWN, _faults(wrong))
    else:
        words = _no_faults(snapshot, ranges)
        canvas.words(x, 42, words, Words(canvas.theme.muted, 12))
        x += width_px(words, 12) + 24
    outside = int(ranges["outside"].fillna(0).sum())
    if outside:
        canvas.words(x, 42, escaped(_outside(outside)), Words(canvas.theme.muted, 12))


def _no_faults(snapshot: Snapshot, ranges: pd.DataFrame) -> str:
    if ranges["inferred"].all():
        return "no declared ranges to compare"
    read = all(snapshot.knows(kind) for kind in (Kind.NODE, Kind.POD, Kind.SERVICE))
    return "no overlaps" if read else "no overlaps in what was read"


def _faults(number: int) -> str:
    return "1 range with an overlap" if number == 1 else f"{number:,} ranges with overlaps"


def _outside(number: int) -> str:
    return f"{count(number, 'pod address')} outside the range of the node (no fault by itself)"


def _blank(canvas: Canvas, snapshot: Snapshot) -> Picture:
    lost = [f"{kind.value}s" for kind in (Kind.NODE, Kind.POD, Kind.SERVICE) if not snapshot.knows(kind)]
    words = (
        "No addresses" if not lost else f"No addresses, and that says little: {', '.join(lost)} not collected, or not whole (see the gaps)"
    )
    canvas.words(canvas.width / 2, MASTHEAD + 24, words, Words(canvas.theme.muted, 14, "center"))
    return canvas.picture(MASTHEAD + 56, f"Address map of {plain(snapshot.provenance.name)}: {words}.")


def _alt(snapshot: Snapshot, ranges: pd.DataFrame) -> str:
    wrong, declared = int(ranges["overlap"].notna().sum()), int((~ranges["inferred"]).sum())
    words = f"{count(len(ranges), 'range')}, {declared:,} declared and {len(ranges) - declared:,} inferred"
    return f"Address map of {plain(snapshot.provenance.name)}: {words}; {_faults(wrong) if wrong else _no_faults(snapshot, ranges)}."
