"""The explorer as one ES module, as it is committed: made from ``static/explorer`` by ``make front``."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def module_text() -> str:
    """Return the module. It imports nothing, names itself ``$kx``, and its default export is what anywidget wants."""
    return files("k8snetviz.widgets").joinpath("static", "explorer.js").read_text(encoding="utf-8")
