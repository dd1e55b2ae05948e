"""The explorer: ``knv.explore(snap)``. It works live, in a saved or mailed notebook, and as a picture on paper."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeGuard

import pandas as pd

from k8snetviz.errors import UsageError
from k8snetviz.model.printable import printable
from k8snetviz.model.snapshot import Snapshot

if TYPE_CHECKING:
    from k8snetviz.collect.live.live import Live
    from k8snetviz.widgets.explorer import Explorer


def explore(snap: Snapshot | Sequence[Snapshot] | Live, select: str | None = None, *, limit: int | None = None) -> Explorer:
    """Return the explorer of `snap`: topology, mapping table, filters and details in one output.

    Everything that can be told from the page is told there; nothing needs a kernel once it is shown.

    Parameters
    ----------
    snap : the snapshot, or several of them in the order of time, such as ``[before, after]`` or what ``load_series`` returns: the last one
        is shown, and a slider goes from moment to moment, also in a saved notebook; what stays the same is held once.
        Or a live cluster, as ``knv.watch()`` returns it: the explorer follows it in place, at most once a second, and says how old it is,
        until ``explorer.stop()``; a saved notebook holds what was shown when the cell ran.
    select : a Service such as ``shop/cart`` or ``service:shop/cart`` that is selected at first
    limit : rows that the page holds, 20,000 by default: what does not serve first, then what changed. The rest is counted, and
        with a kernel a button loads it Service by Service.

    Raises
    ------
    UnknownReference : there is no such Service; the message names the nearest ones.
    UsageError : `snap` is no Snapshot, or `limit` is no whole number above zero.
    """
    live = snap if _is_live(snap) else None
    snaps = _snapshots(snap if live is None else live.snapshot())
    if limit is not None and (isinstance(limit, bool) or not isinstance(limit, int) or limit < 1):
        raise UsageError(f"wanted a limit of 1 row or more, as a whole number, found {_shown(limit)}; leave it out for 20,000 rows")
    from k8snetviz.widgets.data_block import ROWS
    from k8snetviz.widgets.explorer import Explorer  # imports anywidget

    return Explorer(snaps, select, limit=ROWS if limit is None else limit, live=live)


def _is_live(given: Any) -> TypeGuard[Live]:
    """Tell whether `given` is a followed cluster, without fetching what follows one."""
    module = sys.modules.get("k8snetviz.collect.live.live")
    return module is not None and isinstance(given, module.Live)


def _snapshots(given: Any) -> tuple[Snapshot, ...]:
    """Return `given` as one or more snapshots; UsageError says what to do with anything else."""
    if isinstance(given, Snapshot):
        return (given,)
    if isinstance(given, str | Path):
        raise UsageError(
            f"wanted a Snapshot to explore, found the path {_shown(str(given))}; knv.load({_shown(str(given))}) makes a Snapshot of it"
        )
    if isinstance(given, pd.DataFrame):
        raise UsageError("wanted a Snapshot to explore, found a DataFrame; explore the Snapshot whose table it is")
    if not isinstance(given, Sequence):
        raise UsageError(f"wanted a Snapshot to explore, or a list of them, found {type(given).__name__}; knv.load(path) makes a Snapshot")
    if not given:
        raise UsageError("wanted a Snapshot to explore, or a list of them, found an empty list")
    for part in given:
        if not isinstance(part, Snapshot):
            raise UsageError(f"wanted a list of Snapshots to explore, found {type(part).__name__} in it; knv.load(path) makes a Snapshot")
    return tuple(given)


def _shown(value: object) -> str:
    return printable(repr(value), limit=80)
