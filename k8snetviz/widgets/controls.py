"""What of the explorer needs the kernel: rows that the page does not hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets

if TYPE_CHECKING:
    from k8snetviz.widgets.explorer import Explorer


class Controls(ipywidgets.VBox):  # type: ignore[misc]  # ipywidgets carries no types
    """The explorer with a button below it, only while there are rows to load."""

    def __init__(self, explorer: Explorer) -> None:
        self._explorer = explorer
        self.more = ipywidgets.Button(layout=ipywidgets.Layout(width="max-content"))
        super().__init__()
        self._draw()
        self.more.on_click(self._load)
        explorer.observe(self._draw, names=["_uid", "_choice"])

    def _draw(self, _change: object = None) -> None:
        left = self._explorer.left_out
        self.more.description = left.words if left else ""
        self.children = (self._explorer, *((self.more,) if left else ()))

    def _load(self, _button: object) -> None:
        self._explorer.load_left_out()
