"""From files, archives, pages or memory to a Snapshot: input -> Batch -> struct -> column -> table.

The package can be called: ``k8snetviz.collect(context="prod")`` is `k8snetviz.collect.live.collect.collect`. A name of a
package cannot be that of a function too: whichever module below it is imported first would take it over.
"""

from __future__ import annotations

import inspect
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from k8snetviz.model.snapshot import Snapshot


class _Callable(ModuleType):
    """This package, which collects a live cluster when it is called."""

    def __call__(self, *args: Any, **more: Any) -> Snapshot:
        """Return the Snapshot of a live cluster; parameters as `k8snetviz.collect.live.collect.collect` tells them."""
        from k8snetviz.collect.live.collect import collect

        return collect(*args, **more)

    @property
    def __signature__(self) -> inspect.Signature:
        from k8snetviz.collect.live.collect import collect

        return inspect.signature(collect)


sys.modules[__name__].__class__ = _Callable
