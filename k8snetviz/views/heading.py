"""The lines above the picture of one object: its name, what it is, from when, the gaps in sight, its state."""

from __future__ import annotations

from k8snetviz.model.kinds import ServiceState
from k8snetviz.model.snapshot import Snapshot
from k8snetviz.views.canvas import DASHED, Box, Canvas, Stroke, Words
from k8snetviz.views.masthead import chip, gaps_in_short, provenance
from k8snetviz.views.text import bold, cut, escaped, fit, plain, width_px

HEIGHT = 64
_BUTTON_PX = 36  # where plotly shows the button that saves the picture


def heading(canvas: Canvas, snapshot: Snapshot, title: tuple[str, str], state: tuple[ServiceState, str]) -> None:
    """Draw the title with a note, the gaps; under them the state in words and where it comes from."""
    theme = canvas.theme
    gaps = snapshot.table("gaps")
    words = cut(gaps_in_short(gaps), 160, 12)
    right = canvas.width - _BUTTON_PX
    left = right - width_px(words, 12) - 20
    if len(gaps):
        canvas.box(Box(left, 6, right - left, 22), Stroke(theme.states[ServiceState.DEGRADED], 1, dash=DASHED))
    canvas.words((left + right) / 2, 17, escaped(words), Words(theme.text if len(gaps) else theme.muted, 12, "center"))
    name = fit(plain(title[0]), canvas.at(380, 420), 15, strong=True)
    canvas.words(8, 16, bold(name), Words(theme.text, 15))
    rest = 8 + width_px(name, 15, strong=True) + 12
    canvas.words(rest, 17, escaped(cut(title[1], left - 12 - rest, 12)), Words(theme.muted, 12))
    source = f"{plain(snapshot.provenance.name)} · {provenance(snapshot)}".removesuffix(" · ")
    source = cut(source, max(canvas.width - 60 - width_px(state[1], 12), 300), 11)
    chip(canvas, 8, 44, state[0], cut(state[1], canvas.width - 60 - width_px(source, 11), 12))
    canvas.words(canvas.width - 8, 44, escaped(source), Words(theme.muted, 11, "right"))
