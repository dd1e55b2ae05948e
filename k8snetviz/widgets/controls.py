"""What of the explorer needs the kernel: another snapshot, and rows that the page does not hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import ipywidgets

from k8snetviz.model.printable import printable
from k8snetviz.model.snapshot import Snapshot

if TYPE_CHECKING:
    from k8snetviz.widgets.explorer import Explorer


class Controls(ipywidgets.VBox):  # type: ignore[misc]  # ipywidgets carries no types
    """The explorer with a control above and one below it, each only while there is something to control."""

    def __init__(self, explorer: Explorer) -> None:
        self._explorer = explorer
        self.snapshots = ipywidgets.Dropdown(description="Snapshot", layout=ipywidgets.Layout(width="max-content"))
        self.more = ipywidgets.Button(layout=ipywidgets.Layout(width="max-content"))
        super().__init__()
        self._draw()
        self.snapshots.observe(self._change, names="value")
        self.more.on_click(self._load)
        explorer.observe(self._draw, names=["_uid", "_choice"])

    def _draw(self, _change: object = None) -> None:
        snaps, left = self._explorer.snaps, self._explorer.left_out
        options = tuple(zip(labels(snaps), range(len(snaps)), strict=True))
        if len(snaps) > 1 and options != self.snapshots.options:
            self.snapshots.options = options
        if len(snaps) > 1:
            self.snapshots.value = self._explorer.place
        self.more.description = left.words if left else ""
        above = (self.snapshots,) if len(snaps) > 1 else ()
        self.children = (*above, self._explorer, *((self.more,) if left else ()))

    def _change(self, _change: object) -> None:
        place = self.snapshots.value
        if place is not None and place != self._explorer.place:
            self._explorer.show(self._explorer.snaps[place])

    def _load(self, _button: object) -> None:
        self._explorer.load_left_out()


def labels(snaps: Sequence[Snapshot]) -> list[str]:
    """Return what each snapshot is called: its name and the time it was taken, numbered where both are the same."""
    named = [_label(snap) for snap in snaps]
    several, met = Counter(named), Counter[str]()
    for place, label in enumerate(named):
        met[label] += 1
        if several[label] > 1:
            named[place] = f"{label} ({met[label]})"
    return named


def _label(snap: Snapshot) -> str:
    taken = snap.provenance.finished
    return printable(snap.provenance.name, limit=80) + (f" · {taken:%Y-%m-%d %H:%M:%S} UTC" if taken else "")
