"""The live host: an anywidget that shows the data block, and gives and takes the selection."""

from __future__ import annotations

import json
import threading
import zlib
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import anywidget
import pandas as pd
import traitlets

from k8snetviz.analysis.references import resolve_service
from k8snetviz.errors import UsageError
from k8snetviz.model.snapshot import Snapshot
from k8snetviz.widgets.carried import carried
from k8snetviz.widgets.controls import Controls, labels
from k8snetviz.widgets.data_block import ROWS, DataBlock, data_block
from k8snetviz.widgets.following import Following
from k8snetviz.widgets.left_out import MOST, LeftOut, left_out
from k8snetviz.widgets.module import module_text
from k8snetviz.widgets.page import bundle, fragment, sentence
from k8snetviz.widgets.selection import NOTHING, Choice, choice_of, rows_of

if TYPE_CHECKING:
    from k8snetviz.collect.live.live import Live

_WIDGET = "application/vnd.jupyter.widget-view+json"


class Explorer(anywidget.AnyWidget):
    """The explorer of a snapshot. In a notebook it shows itself; `selection` is what is selected in it."""

    _esm = module_text()
    _data = traitlets.Bytes().tag(sync=True)
    _uid = traitlets.Unicode().tag(sync=True)  # of `_data`
    _pages = traitlets.List(traitlets.Unicode()).tag(sync=True)  # uids of the pages beside which this widget was shown
    _choice = traitlets.Dict().tag(sync=True)
    _live = traitlets.Dict().tag(sync=True)  # how old what is shown may be; nothing where no cluster is followed

    def __init__(self, snaps: Sequence[Snapshot], select: str | None = None, *, limit: int = ROWS, live: Live | None = None) -> None:
        """Explore the last of `snaps`; `select` and `limit` are those of ``knv.explore``. `live` is followed from there on."""
        self._guard = threading.RLock()  # a live cluster is shown from a thread of its own
        self._before: tuple[DataBlock, list[list[int]]] | None = None
        self._following: Following | None = None
        self._snaps, self._place, self._limit = list(snaps), len(snaps) - 1, limit
        self._take(data_block(snaps[-1], select, limit=limit))
        first = NOTHING if select is None else choice_of(self._block, self._block.select)
        super().__init__(_data=self._block.packed, _uid=self._block.uid, _choice={"by": "python", **first})
        if live is not None:
            self._following = Following(self, live)

    @property
    def selection(self) -> pd.DataFrame:
        """BACKENDS rows of what is selected: a Service, a workload, a node, one row; no rows when nothing is.

        Set it to a Service such as ``shop/cart``, to rows of BACKENDS, or to None: the table scrolls there.
        """
        with self._guard:
            return rows_of(self._block, self._chosen, self._entries)

    @selection.setter
    def selection(self, wanted: pd.DataFrame | str | None) -> None:
        with self._guard:
            if isinstance(wanted, str):
                found = resolve_service(self.snaps[self.place], wanted)
                wanted = f"{found.namespace}/{found.name}"
            self._choose(choice_of(self._block, wanted))

    def show(self, snap: Snapshot) -> None:
        """Show `snap` in place of the snapshot that is shown; filters stay, and what is selected where it exists in `snap`.

        What a cell has put out for readers without a kernel stays as it is: show the explorer in a cell again to keep the new state.
        Raises UsageError where `snap` is no Snapshot.
        """
        if not isinstance(snap, Snapshot):
            raise UsageError(f"wanted a Snapshot to show, found {type(snap).__name__}; knv.load(path) makes a Snapshot")
        block = data_block(snap, limit=self._limit)
        with self._guard:
            if snap in self._snaps:
                self._place = self._snaps.index(snap)
            else:
                self._snaps[self._place] = snap
            self._replace(block)

    def html(self) -> str:
        """Return the explorer as HTML that needs no kernel, no network and no package."""
        with self._guard:
            return fragment(self.snaps[self.place], self._block, others=self._others)

    def stop(self) -> None:
        """Follow the live cluster no longer: what is shown stays. The cluster itself is followed on for others."""
        if self._following is not None:
            self._following.stop()

    def close(self) -> None:
        """Close the widget, and stop following."""
        self.stop()
        super().close()

    def hear(self, told: dict[str, Any]) -> None:
        """Take how old what is shown may be, and show that."""
        with self._guard:
            self._live = told

    @property
    def lost(self) -> bool:
        """Whether the live cluster was not heard when it was last asked for."""
        return bool(self._live.get("lost"))

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take what the page says. A choice it made of the data that was shown just before is carried into what is shown now."""
        with self._guard:
            super().set_state(sync_data)
            if self._before is not None and self._choice.get("of") == self._before[0].uid != self._uid:
                block, entries = self._before
                self._choose(carried(block, self._choice, entries, self._block))

    @property
    def snaps(self) -> tuple[Snapshot, ...]:
        """The snapshots that can be shown."""
        return tuple(self._snaps)

    @property
    def place(self) -> int:
        """Place in `snaps` of the one that is shown."""
        return self._place

    @property
    def left_out(self) -> LeftOut | None:
        """Rows of the selected Service or group that the page does not hold; None where it holds all."""
        return left_out(self._block, self._chosen)

    def load_left_out(self) -> None:
        """Send the page the rows of `left_out`, at most 20,000 at once; the rows it holds stay."""
        left = self.left_out
        if left is not None:
            also = [*self._block.also, *left.rows[:MOST].tolist()]
            self._replace(data_block(self.snaps[self.place], limit=self._limit + len(also), also=also))

    @cached_property
    def controls(self) -> Controls:
        """The explorer with its controls, as it is shown: ``controls.snapshots`` and ``controls.more``."""
        return Controls(self)

    @property
    def _others(self) -> list[str]:
        return [label for place, label in enumerate(labels(self._snaps)) if place != self._place]

    @property
    def _chosen(self) -> Choice:
        """What is selected. A choice that the page made of data it no longer shows counts for nothing."""
        return self._choice if self._choice.get("of", self._uid) == self._uid else NOTHING

    def _choose(self, choice: Choice) -> None:
        turn = self._choice.get("turn", 0) + 1  # the same once more scrolls there once more
        self._choice = {"by": "python", "turn": turn, **choice}

    def _take(self, block: DataBlock) -> None:
        self._block = block
        self._entries = [entry["services"] for entry in json.loads(zlib.decompress(block.packed))["entries"]]

    def _replace(self, block: DataBlock) -> None:
        with self._guard:
            if block.uid == self._uid:
                return
            choice = carried(self._block, self._chosen, self._entries, block)
            self._before = self._block, self._entries
            self._take(block)
            with self.hold_sync():  # one message: data and choice belong together
                self._data, self._uid = block.packed, block.uid
                self._choose(choice)

    def _ipython_display_(self) -> None:
        """Show two outputs, the live one first; whichever is not needed hides itself."""
        from IPython.display import display

        with self._guard:
            if self._block.uid not in self._pages:
                self._pages = [*self._pages, self._block.uid]
            model = {"version_major": 2, "version_minor": 0, "model_id": self.controls.model_id}
            live = {_WIDGET: model, "text/plain": sentence(self._block)}
            saved = bundle(self.snaps[self.place], self._block, others=self._others)
        for output in (live, saved):
            display(output, raw=True)  # type: ignore[no-untyped-call]  # IPython carries no types
