"""The live host: an anywidget that shows the data block, and gives and takes the selection."""

from __future__ import annotations

import json
import zlib
from typing import Any

import anywidget
import pandas as pd
import traitlets

from k8snetviz.model.snapshot import Snapshot
from k8snetviz.views.topology_plan import states_in_words
from k8snetviz.widgets.data_block import DataBlock
from k8snetviz.widgets.module import module_text
from k8snetviz.widgets.page import SENTENCE, fragment
from k8snetviz.widgets.selection import choice_of, rows_of

_WIDGET = "application/vnd.jupyter.widget-view+json"


class Explorer(anywidget.AnyWidget):
    """The explorer of one snapshot. In a notebook it shows itself; `selection` is what is selected in it."""

    _esm = module_text()
    _data = traitlets.Bytes().tag(sync=True)
    _uid = traitlets.Unicode().tag(sync=True)
    _choice = traitlets.Dict().tag(sync=True)

    def __init__(self, snap: Snapshot, block: DataBlock) -> None:
        self._snap = snap
        self._block = block
        self._entries = [entry["services"] for entry in json.loads(zlib.decompress(block.packed))["entries"]]
        first = {} if block.select is None else {"by": "page", **choice_of(block, block.select)}
        super().__init__(_data=block.packed, _uid=block.uid, _choice=first)

    @property
    def selection(self) -> pd.DataFrame:
        """BACKENDS rows of what is selected: a Service, a workload, a node, one row; no rows when nothing is.

        Set it to a Service such as ``shop/cart``, to rows of BACKENDS, or to None: the table scrolls there.
        """
        return rows_of(self._block, self._choice, self._entries)

    @selection.setter
    def selection(self, wanted: pd.DataFrame | str | None) -> None:
        self._choice = {"by": "python", **choice_of(self._block, wanted)}

    def html(self) -> str:
        """Return the explorer as HTML that needs no kernel, no network and no package."""
        return fragment(self._snap, self._block)

    def _ipython_display_(self) -> None:
        """Show two outputs, the live one first; whichever is not needed hides itself."""
        from IPython.display import display

        words = f"{SENTENCE}: {states_in_words(self._block.states) or 'no Services'}"
        live: Any = self._repr_mimebundle_()
        live = live[0] if isinstance(live, tuple) else live
        bundles: list[dict[str, Any]] = [{_WIDGET: live[_WIDGET]}, {"text/html": self.html()}]
        for bundle in bundles:
            display({**bundle, "text/plain": words}, raw=True)  # type: ignore[no-untyped-call]  # IPython carries no types
