"""The hosts without a kernel: HTML that upgrades itself, and the entry that tells the labextension which part of that HTML to read."""

from __future__ import annotations

import base64
from typing import Any

from k8snetviz.errors import UsageError
from k8snetviz.model.snapshot import Snapshot
from k8snetviz.views.topology import topology_picture
from k8snetviz.views.topology_plan import states_in_words
from k8snetviz.widgets.data_block import DataBlock
from k8snetviz.widgets.module import module_text
from k8snetviz.widgets.moments import MomentsBlock
from k8snetviz.widgets.static_part import ROWS, static_part

MIME = "application/vnd.k8snetviz.explorer+json"  # of static/labextension
VERSION = 1  # of the entry of that type
SENTENCE = "k8snetviz explorer"
"""How the text of the live output begins; the page beside it looks for this to hide that line (beside.js)."""
_PNG_SERVICES = (8, 4)  # drawn in the image, fewer where it would weigh too much
_PNG_BYTES = 25_000


def sentence(block: DataBlock) -> str:
    """Return what is read where nothing else can be shown, the same for the same snapshot."""
    return f"{SENTENCE}: {states_in_words(block.states) or 'no Services'}"


def fragment(snap: Snapshot, block: DataBlock, *, moment: int = -1, paired: bool = False, rows: int = ROWS) -> str:
    """Return the HTML of one explorer: useful as it stands, alive where scripts run, no address anywhere.

    The uid is hexadecimal and the data base64, so neither needs escaping; the module is ours.

    Parameters
    ----------
    snap : the snapshot, or the last of several
    moment : which of several is shown first, where scripts run
    paired : whether the output before it is its live widget
    rows : of the table that stands under the picture where no script runs; with none, the picture stands alone
    """
    beside = (" data-kx-beside" if paired else "") + (f' data-kx-moment="{moment}"' if 0 <= moment < moments_of(block) - 1 else "")
    return (
        f'<div class="mathjax_ignore" data-kx="{block.uid}"{beside} data-lm-suppress-shortcuts="true">'
        f"<div data-kx-static>{static_part(snap, block, rows=rows)}</div>"
        f'<script type="application/json" data-kx-data="deflate">"{block.text}"</script></div>'
        f'<script type="module">{module_text(one=moments_of(block) == 1)}$kx.boot("{block.uid}");\n</script>'
    )


def bundle(snap: Snapshot, block: DataBlock, *, moment: int = -1) -> dict[str, Any]:
    """Return the second output of a cell by mime type: whoever shows it takes the richest form that it can.

    The widget is never in it: where its model is gone, JupyterLab would show that error instead of anything here.
    """
    found = {
        MIME: {"v": VERSION, "uid": block.uid},
        "text/html": fragment(snap, block, moment=moment, paired=True),
        "text/plain": sentence(block),
    }
    image = _png(snap, block)
    return found if image is None else {**found, "image/png": base64.b64encode(image).decode("ascii")}


def moments_of(block: DataBlock) -> int:
    """Return how many moments the page can show."""
    return len(block.moments) if isinstance(block, MomentsBlock) else 1


def _png(snap: Snapshot, block: DataBlock) -> bytes | None:
    """Return a small image for exporters that take neither HTML nor SVG; None where Pillow is missing or nothing light can be drawn."""
    for services in _PNG_SERVICES:
        picture = topology_picture(snap, block.states, block.backends, select=block.select, limit=services)
        try:
            image = picture.png(scale=1, small=True)
        except UsageError:
            return None
        if len(image) <= _PNG_BYTES:
            return image
    return None
