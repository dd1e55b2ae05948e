"""The hosts without a kernel: HTML that upgrades itself, and the entry that tells the labextension which part of that HTML to read."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape
from typing import Any

from k8snetviz.errors import UsageError
from k8snetviz.model.printable import printable
from k8snetviz.model.snapshot import Snapshot
from k8snetviz.views.topology import topology_picture
from k8snetviz.views.topology_plan import states_in_words
from k8snetviz.widgets.data_block import DataBlock
from k8snetviz.widgets.module import module_text
from k8snetviz.widgets.static_part import ROWS, static_part

MIME = "application/vnd.k8snetviz.explorer+json"  # of static/labextension
VERSION = 1  # of the entry of that type
SENTENCE = "k8snetviz explorer"
"""How the text of the live output begins; the page beside it looks for this to hide that line (beside.js)."""
_PNG_SERVICES = (8, 4)  # drawn in the image, fewer where it would weigh too much
_PNG_BYTES = 25_000
_OTHERS = 8  # other snapshots named


def sentence(block: DataBlock) -> str:
    """Return what is read where nothing else can be shown, the same for the same snapshot."""
    return f"{SENTENCE}: {states_in_words(block.states) or 'no Services'}"


def fragment(snap: Snapshot, block: DataBlock, *, others: Sequence[str] = (), paired: bool = False, rows: int = ROWS) -> str:
    """Return the HTML of one explorer: useful as it stands, alive where scripts run, no address anywhere.

    The uid is hexadecimal and the data base64, so neither needs escaping; the module is ours.

    Parameters
    ----------
    others : names of snapshots that only the kernel can show; they are named below it
    paired : whether the output before it is its live widget
    rows : of the table that stands under the picture where no script runs; with none, the picture stands alone
    """
    beside = " data-kx-beside" if paired else ""
    return (
        f'<div class="mathjax_ignore" data-kx="{block.uid}"{beside} data-lm-suppress-shortcuts="true">'
        f"<div data-kx-static>{static_part(snap, block, rows=rows)}</div>{_note(snap, others)}"
        f'<script type="application/json" data-kx-data="deflate">"{block.text}"</script></div>'
        f'<script type="module">{module_text()}$kx.boot("{block.uid}");\n</script>'
    )


def bundle(snap: Snapshot, block: DataBlock, *, others: Sequence[str] = ()) -> dict[str, Any]:
    """Return the second output of a cell by mime type: whoever shows it takes the richest form that it can.

    The widget is never in it: where its model is gone, JupyterLab would show that error instead of anything here.
    """
    found = {
        MIME: {"v": VERSION, "uid": block.uid},
        "text/html": fragment(snap, block, others=others, paired=True),
        "text/plain": sentence(block),
    }
    image = _png(snap, block)
    return found if image is None else {**found, "image/png": base64.b64encode(image).decode("ascii")}


def _note(snap: Snapshot, others: Sequence[str]) -> str:
    """Return a line that names the snapshots that are not in the page; no line where there are none."""
    if not others:
        return ""
    named = ", ".join(others[:_OTHERS]) + (f" and {len(others) - _OTHERS} more" if len(others) > _OTHERS else "")
    words = f"Shown: {printable(snap.provenance.name, limit=80)}. Not in this page, only with a kernel: {named}."
    return f"<p data-kx-note>{escape(words)}</p>"


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
