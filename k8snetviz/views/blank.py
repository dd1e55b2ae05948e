"""The picture of nothing: it says so, and whether that means "none" or "not known"."""

from __future__ import annotations

from k8snetviz.model.kinds import Kind
from k8snetviz.model.snapshot import Snapshot
from k8snetviz.model.tables import SERVICE_STATES
from k8snetviz.views.canvas import Canvas, Words
from k8snetviz.views.masthead import HEIGHT, masthead
from k8snetviz.views.picture import Picture
from k8snetviz.views.text import plain
from k8snetviz.views.theme import theme_named


def blank_picture(snapshot: Snapshot, what: str, theme: str, width: int) -> Picture:
    """Return a figure that says that there is no Service to draw; `what` names the picture."""
    canvas = Canvas(theme_named(theme), width)
    masthead(canvas, snapshot, SERVICE_STATES.empty())
    if not snapshot.knows(Kind.SERVICE):
        words = "Nothing to draw, and that says little: Services were not collected, or not whole (see the gaps)"
    elif len(snapshot.table("services")):
        words = "No Services chosen"
    else:
        words = "No Services"
    canvas.words(canvas.width / 2, HEIGHT + 24, words, Words(canvas.theme.muted, 14, "center"))
    return canvas.picture(HEIGHT + 56, f"{what} of {plain(snapshot.provenance.name)}: {words}.")
