"""The explorer as one ES module, as it is committed: made from ``static/explorer`` by ``make front``."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def module_text(*, one: bool = False) -> str:
    """Return the module. It imports nothing, names itself ``$kx``, and its default export is what anywidget wants.

    With `one` it is the shorter one of a page of a single snapshot, which shows nothing else.
    """
    return files("k8snetviz.widgets").joinpath("static", f"explorer{'-one' * one}.js").read_text(encoding="utf-8")
