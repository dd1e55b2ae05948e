"""k8snetviz: which pods stand behind this Service, why not the others, what changed.

The public face. Importing it costs next to nothing: every name is fetched from its room on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_HOMES = {
    "load": "k8snetviz.collect.load",
    "collect": "k8snetviz.collect",
    "watch": "k8snetviz.collect.live.watching",
    "load_series": "k8snetviz.collect.series",
    "sample": "k8snetviz.collect.sample",
    "backends": "k8snetviz.analysis.ledger",
    "service_states": "k8snetviz.analysis.states",
    "explain": "k8snetviz.analysis.explain",
    "owners": "k8snetviz.analysis.owners",
    "diff": "k8snetviz.analysis.diff",
    "not_compared": "k8snetviz.analysis.diff",
    "timeline": "k8snetviz.timelines",
    "history": "k8snetviz.timelines",
    "incident": "k8snetviz.documents.incident",
    "explore": "k8snetviz.widgets.explore",
    "report": "k8snetviz.documents.report",
    "view": "k8snetviz.view",
    "Snapshot": "k8snetviz.model.snapshot",
    "NetvizError": "k8snetviz.errors",
}
_MODULES = ("collect", "view")  # the name is the module itself; that of `collect` can be called
__all__ = [*_HOMES, "__version__"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'k8snetviz' has no attribute {name!r}")
    home = import_module(_HOMES[name])
    value = home if name in _MODULES else getattr(home, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
