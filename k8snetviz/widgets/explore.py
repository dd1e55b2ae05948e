"""The explorer: ``knv.explore(snap)``. It works live, in a saved or mailed notebook, and as a picture on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from k8snetviz.model.snapshot import Snapshot

if TYPE_CHECKING:
    from k8snetviz.widgets.explorer import Explorer


def explore(snap: Snapshot, select: str | None = None, *, limit: int | None = None) -> Explorer:
    """Return the explorer of `snap`: topology, mapping table, filters and details in one output.

    Everything that can be told from the page is told there; nothing needs a kernel once it is shown.

    Parameters
    ----------
    snap : the snapshot
    select : a Service such as ``shop/cart`` that is selected at first
    limit : rows that the page holds, 20,000 by default: what does not serve first, the rest is counted

    Raises
    ------
    UnknownReference : there is no such Service; the message names the nearest ones.
    """
    from k8snetviz.widgets.data_block import ROWS, data_block
    from k8snetviz.widgets.explorer import Explorer  # imports anywidget

    return Explorer(snap, data_block(snap, select, limit=ROWS if limit is None else limit))
