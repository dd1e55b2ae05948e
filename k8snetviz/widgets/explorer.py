"""The live host: an anywidget that shows the data block, and gives and takes the selection."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

import anywidget
import pandas as pd
import traitlets

from k8snetviz.analysis.references import resolve_service
from k8snetviz.errors import UsageError
from k8snetviz.model.snapshot import Snapshot
from k8snetviz.widgets.carried import carried
from k8snetviz.widgets.controls import Controls
from k8snetviz.widgets.data_block import ROWS, DataBlock
from k8snetviz.widgets.following import Following
from k8snetviz.widgets.labels import place_of
from k8snetviz.widgets.left_out import LeftOut, Loaded, left_out
from k8snetviz.widgets.module import module_text
from k8snetviz.widgets.moments import MomentsBlock, block_of
from k8snetviz.widgets.page import bundle, fragment, sentence
from k8snetviz.widgets.selection import NOTHING, Choice, choice_of, rows_of

if TYPE_CHECKING:
    from k8snetviz.collect.live.live import Live

_FEW = 2  # stories told at once of a cluster that goes on changing
_WIDGET = "application/vnd.jupyter.widget-view+json"


class Explorer(anywidget.AnyWidget):
    """The explorer of one snapshot or of several. In a notebook it shows itself; `selection` is what is selected in it."""

    _esm = module_text()
    _data = traitlets.Bytes().tag(sync=True)
    _uid = traitlets.Unicode().tag(sync=True)  # of `_data`
    _pages = traitlets.List(traitlets.Unicode()).tag(sync=True)  # uids of the pages beside which this widget was shown
    _moment = traitlets.Int().tag(sync=True)  # which of several snapshots is shown
    _choice = traitlets.Dict().tag(sync=True)
    _live = traitlets.Dict().tag(sync=True)  # how old what is shown may be; nothing where no cluster is followed

    def __init__(self, snaps: Sequence[Snapshot], select: str | None = None, *, limit: int = ROWS, live: Live | None = None) -> None:
        """Explore `snaps`, the last of them first; `select` and `limit` are those of ``knv.explore``. `live` is followed from there on."""
        self._guard = threading.RLock()  # a live cluster is shown from a thread of its own
        self._before: DataBlock | None = None
        self._following: Following | None = None
        self._shown: tuple[int, DataBlock]  # a moment, and the data as the page has it then
        self._snaps, self._limit = list(snaps), limit
        self._loaded: list[Loaded] = []
        self._take(block_of(self._snaps, select, limit=limit))
        first = NOTHING if select is None else choice_of(self._at(len(snaps) - 1), self._whole.select)
        super().__init__(_data=self._whole.packed, _uid=self._whole.uid, _moment=len(snaps) - 1, _choice={"by": "python", **first})
        if live is not None:
            self._following = Following(self, live)

    @property
    def selection(self) -> pd.DataFrame:
        """BACKENDS rows of what is selected: a Service, a workload, a node, one row; no rows when nothing is.

        Set it to a Service such as ``shop/cart``, to rows of BACKENDS, or to None: the table scrolls there.
        """
        with self._guard:
            return rows_of(self._block, self._chosen)

    @selection.setter
    def selection(self, wanted: pd.DataFrame | str | None) -> None:
        with self._guard:
            if isinstance(wanted, str):
                found = resolve_service(self._snaps[self._moment], wanted)
                wanted = f"{found.namespace}/{found.name}"
            self._choose(choice_of(self._block, wanted))

    @property
    def moment(self) -> int:
        """Place in `snaps` of the snapshot that is shown.

        Set it to another place, or to a time (``"2026-11-24 12:30"``, UTC, or a datetime): the last snapshot taken until then is shown.
        Filters stay, and what is selected where it exists at that moment.
        """
        with self._guard:
            return int(self._moment)

    @moment.setter
    def moment(self, wanted: int | str | datetime) -> None:
        with self._guard:
            place = place_of(self._snaps, wanted)
            if place != self._moment:
                choice = carried(self._block, self._chosen, self._at(place))
                with self.hold_sync():  # one message: moment and choice belong together
                    self._moment = place
                    self._choose(choice)

    def show(self, snap: Snapshot) -> None:
        """Show `snap`, in place of what is shown where it is none of `snaps`; filters stay, and what is selected where it exists.

        What a cell has put out for readers without a kernel stays as it is: show the explorer in a cell again to keep the new state.
        Raises UsageError where `snap` is no Snapshot.
        """
        if not isinstance(snap, Snapshot):
            raise UsageError(f"wanted a Snapshot to show, found {type(snap).__name__}; knv.load(path) makes a Snapshot")
        if snap in self._snaps:
            self.moment = self._snaps.index(snap)
            return
        self._renew(snap)

    def refresh(self, snap: Snapshot) -> None:
        """Show `snap` as `show` does, and soon: only a few stories are told until `tell_all`, that of what is selected among them."""
        with self._guard:
            block, chosen = self._block, self._chosen
            named = block.states.iloc[[chosen["key"]]] if chosen.get("kind") == "service" else rows_of(block, chosen)
            first = None if named.empty else f"{named['namespace'].iloc[0]}/{named['service'].iloc[0]}"
        self._renew(snap, first=first, told=_FEW)

    def tell_all(self) -> None:
        """Tell all the stories of what is shown."""
        self._renew(self._snaps[self._moment])

    def _renew(self, snap: Snapshot, **stories: Any) -> None:
        snaps = [snap if place == self.moment else each for place, each in enumerate(self._snaps)]
        block = block_of(snaps, limit=self._limit, also=self._loaded, **stories)
        with self._guard:
            self._snaps = snaps
            self._replace(block)

    def html(self) -> str:
        """Return the explorer as HTML that needs no kernel, no network and no package."""
        with self._guard:
            return fragment(self._snaps[-1], self._whole, moment=self._moment)

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
        """Take what the page says. A choice it made of what was shown just before is carried into what is shown now."""
        with self._guard:
            super().set_state(sync_data)
            of, at = self._choice.get("of"), self._choice.get("at", self._moment)
            if self._before is not None and of == self._before.uid != self._uid:
                self._choose(carried(_moment_of(self._before, at), self._choice, self._block))
            elif of == self._uid and at != self._moment:
                self._choose(carried(self._at(at), self._choice, self._block))

    @property
    def snaps(self) -> tuple[Snapshot, ...]:
        """The snapshots that can be shown."""
        return tuple(self._snaps)

    @property
    def left_out(self) -> LeftOut | None:
        """Rows of the selected Service or group that the page does not hold; None where it holds all."""
        return left_out(self._block, self._chosen)

    def load_left_out(self) -> None:
        """Send the page the rows of `left_out`, at most 20,000 at once; the rows it holds stay, also when the data changes."""
        left = self.left_out
        if left is not None:
            more = left.loaded()
            before = [each for each in self._loaded if each[:3] == more[:3]]
            more = more._replace(extra=more.extra + sum(each.extra for each in before))
            self._loaded = [*(each for each in self._loaded if each not in before), more]
            self._replace(block_of(self._snaps, limit=self._limit, also=self._loaded))

    @cached_property
    def controls(self) -> Controls:
        """The explorer with its control, as it is shown: ``controls.more``."""
        return Controls(self)

    @property
    def _block(self) -> DataBlock:
        """The data as the page has it at the moment that is shown."""
        return self._at(self._moment)

    def _at(self, moment: int) -> DataBlock:
        if self._shown[0] != moment:
            self._shown = moment, _moment_of(self._whole, moment)
        return self._shown[1]

    @property
    def _chosen(self) -> Choice:
        """What is selected. A choice that the page made of data that it no longer shows counts for nothing."""
        same = self._choice.get("of", self._uid) == self._uid and self._choice.get("at", self._moment) == self._moment
        return self._choice if same else NOTHING

    def _choose(self, choice: Choice) -> None:
        turn = self._choice.get("turn", 0) + 1  # the same once more scrolls there once more
        self._choice = {"by": "python", "turn": turn, "at": self._moment, **choice}

    def _take(self, block: DataBlock) -> None:
        self._whole = block
        self._shown = -1, block

    def _replace(self, block: DataBlock) -> None:
        with self._guard:
            if block.uid == self._uid:
                return
            choice = carried(self._block, self._chosen, _moment_of(block, self._moment))
            self._before = self._whole
            self._take(block)
            with self.hold_sync():  # one message: data and choice belong together
                self._data, self._uid = block.packed, block.uid
                self._choose(choice)

    def _ipython_display_(self) -> None:
        """Show two outputs, the live one first; whichever is not needed hides itself."""
        from IPython.display import display

        with self._guard:
            if self._uid not in self._pages:
                self._pages = [*self._pages, self._uid]
            model = {"version_major": 2, "version_minor": 0, "model_id": self.controls.model_id}
            live = {_WIDGET: model, "text/plain": sentence(self._whole)}
            saved = bundle(self._snaps[-1], self._whole, moment=self._moment)
        for output in (live, saved):
            display(output, raw=True)  # type: ignore[no-untyped-call]  # IPython carries no types


def _moment_of(block: DataBlock, moment: int) -> DataBlock:
    return block.at(moment) if isinstance(block, MomentsBlock) else block
