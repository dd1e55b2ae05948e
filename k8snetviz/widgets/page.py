"""The ``text/html`` host: a static part, the data block, and the module that turns the one into the other."""

from __future__ import annotations

from k8snetviz.model.snapshot import Snapshot
from k8snetviz.widgets.data_block import DataBlock
from k8snetviz.widgets.module import module_text
from k8snetviz.widgets.static_part import static_part

SENTENCE = "k8snetviz explorer"
"""How the text of the live output begins; the page beside it looks for this to hide that line (boot.js)."""


def fragment(snap: Snapshot, block: DataBlock) -> str:
    """Return the HTML of one explorer: useful as it stands, alive where scripts run, no address anywhere.

    The uid is hexadecimal and the data base64, so neither needs escaping; the module is ours.
    """
    return (
        f'<div class="mathjax_ignore" data-kx="{block.uid}" data-lm-suppress-shortcuts="true">'
        f"<div data-kx-static>{static_part(snap, block)}</div>"
        f'<script type="application/json" data-kx-data="deflate">"{block.text}"</script></div>'
        f'<script type="module">{module_text()}$kx.boot("{block.uid}");\n</script>'
    )
