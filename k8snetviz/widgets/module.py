"""The explorer as one ES module: the plain modules of ``static/explorer`` joined, in the order in which they need each other."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

_IMPORT = re.compile(r'^import (\{[^}]*\}) from "\./(\w+)\.js";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const) (\w+))", re.MULTILINE)
_COMMENT = re.compile(r"^ *(?:/\*\*(?:[^*]|\*(?!/))*\*/ *|//[^\n]*)\n|^ +", re.MULTILINE)  # and what lines are indented by
_ORDER = (
    "element",
    "data",
    "state",
    "groups",
    "lanes",
    "aggregate",
    "layout",
    "topology",
    "table",
    "details",
    "head",
    "theme",
    "style",
    "view",
    "boot",
)
_UNSAFE = ("</script", "<!--")  # either would end or hide the script element that holds the module


@cache
def module_text() -> str:
    """Return the module: it imports nothing, and its default export is what anywidget wants."""
    parts = [_closed(name, _source(name)) for name in _ORDER]
    text = "".join(parts) + "export default { render: $boot.render };\n"
    assert not any(mark in text.lower() for mark in _UNSAFE), "the module would end its own script element"
    return text


def _closed(name: str, source: str) -> str:
    """Return one module in a scope of its own: imports are taken from, exports given to, a constant named after the module."""
    body = _COMMENT.sub("", _EXPORT.sub("", _IMPORT.sub(r"const \1 = $\2;", source)))
    return f"const ${name} = (() => {{\n{body}return {{ {', '.join(_EXPORT.findall(source))} }};\n}})();\n"


def _source(name: str) -> str:
    return files("k8snetviz.widgets").joinpath("static", "explorer", f"{name}.js").read_text(encoding="utf-8")
