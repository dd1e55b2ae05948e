"""The lines above a picture: what it shows, from when, how many of which state, and the gaps in sight."""

from __future__ import annotations

import pandas as pd

from k8snetviz.model.kinds import BROKEN_FIRST, Kind, ServiceState
from k8snetviz.model.snapshot import Snapshot
from k8snetviz.views.canvas import DASHED, Box, Canvas, Stroke, Words
from k8snetviz.views.text import bold, count, cut, escaped, plain, width_px

HEIGHT = 58
_COUNTED = ((Kind.NODE, "node"), (Kind.POD, "pod"), (Kind.SERVICE, "Service"))
_WEIGHTY = (Kind.SERVICE, Kind.POD, Kind.ENDPOINT_SLICE, Kind.ENDPOINTS, Kind.NODE, Kind.NAMESPACE)  # gaps that answers depend on most
_GAPS_PX = 290
_BUTTON_PX = 36  # upper right corner, where plotly shows the button that saves the picture


def masthead(canvas: Canvas, snapshot: Snapshot, states: pd.DataFrame) -> float:
    """Draw the title with its provenance, one chip per state that occurs, and the gaps; return where the chips end."""
    theme = canvas.theme
    left = _gaps(canvas, snapshot)
    title = cut(plain(snapshot.provenance.name), 300, 15)
    canvas.words(8, 16, bold(title), Words(theme.text, 15))
    rest = 8 + width_px(title, 15, strong=True) + 12
    canvas.words(rest, 17, escaped(cut(provenance(snapshot), left - 12 - rest, 12)), Words(theme.muted, 12))
    x = 8.0
    counts = states["state"].value_counts()
    for state in BROKEN_FIRST:
        if state.value in counts.index:
            x = chip(canvas, x, 42, state, f"{counts[state.value]:,} {state.value}")
    return x


def chip(canvas: Canvas, x: float, y: float, state: ServiceState, words: str) -> float:
    """Draw glyph, count and word of a state, its glyph from `x` on; return where the next one may begin."""
    canvas.glyph(x + 5, y, state)
    canvas.words(x + 16, y, escaped(words), Words(canvas.theme.states[state], 12))
    return x + 16 + width_px(words, 12) + 18


def provenance(snapshot: Snapshot) -> str:
    """Return server version, collection window and counts of nodes, pods and Services in one line; none is not "not collected"."""
    source = snapshot.provenance
    counts = [_counted(snapshot, kind, word) for kind, word in _COUNTED]
    version = plain(source.server_version) if source.server_version else ""
    return " · ".join(part for part in (version, _window(snapshot), ", ".join(counts)) if part)


def no_services(snapshot: Snapshot) -> str:
    """Return what is said where no Service is shown: that there are none, or that it is not known."""
    return "this snapshot holds no Services" if snapshot.knows(Kind.SERVICE) else "Services were not collected"


def _counted(snapshot: Snapshot, kind: Kind, word: str) -> str:
    found = snapshot.provenance.counts.get(kind.value, 0)
    return f"{word}s not collected" if not found and not snapshot.knows(kind) else count(found, word)


def gaps_in_short(gaps: pd.DataFrame) -> str:
    """Return the number of gaps and the kinds they concern, such as ``2 gaps: Pod, Event``; those that weigh most first."""
    if gaps.empty:
        return "no gaps"
    met = gaps["kind"].dropna().drop_duplicates().tolist()
    kinds = [kind for kind in _WEIGHTY if kind in met] + [kind for kind in met if kind not in _WEIGHTY]
    return count(len(gaps), "gap") + (f": {', '.join(map(plain, kinds))}" if kinds else "")


def _gaps(canvas: Canvas, snapshot: Snapshot) -> float:
    """Draw the gaps in short; return their left edge."""
    gaps = snapshot.table("gaps")
    words = cut(gaps_in_short(gaps), _GAPS_PX - _BUTTON_PX - 20, 12)
    width = width_px(words, 12) + 20
    theme, right = canvas.theme, canvas.width - _BUTTON_PX
    if len(gaps):
        canvas.box(Box(right - width, 6, width, 22), Stroke(theme.states[ServiceState.DEGRADED], 1, dash=DASHED))
    canvas.words(right - width / 2, 17, escaped(words), Words(theme.text if len(gaps) else theme.muted, 12, "center"))
    return right - width


def _window(snapshot: Snapshot) -> str:
    started, finished = snapshot.provenance.started, snapshot.provenance.finished
    if finished is None:
        return ""
    end = f"{finished:%Y-%m-%d %H:%M:%S} UTC"
    if started is None or started == finished:
        return end
    return f"{started:%Y-%m-%d %H:%M:%S} – " + (f"{finished:%H:%M:%S} UTC" if started.date() == finished.date() else end)
