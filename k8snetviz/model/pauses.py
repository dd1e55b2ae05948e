"""The cycle collector, paused where many objects and no cycles are made."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_collection() -> Iterator[None]:
    """Pause the cycle collector: it would walk over everything that is kept, again and again, and find nothing.

    What was made meanwhile counts as old afterwards, so that the walk does not come right after the pause.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            if not gc.get_freeze_count():  # what others froze stays frozen
                gc.freeze()
                gc.unfreeze()
            gc.enable()


@contextmanager
def short_pause() -> Iterator[None]:
    """Pause the cycle collector while many things are made of which few stay, such as the cells of a column."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
