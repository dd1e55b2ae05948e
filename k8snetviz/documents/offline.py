"""A notebook as one HTML page that asks nobody for anything: no network, no kernel, no widget manager."""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any

from k8snetviz.documents.notebook import jupyter
from k8snetviz.errors import UsageError

if TYPE_CHECKING:
    from nbformat import NotebookNode

# Addresses that nbconvert's page would load from elsewhere.
_FOREIGN = ("mathjax_url", "require_js_url", "mermaid_js_url", "mermaid_layout_elk_js_url", "jquery_url", "widget_renderer_url")
# Should an address slip through all the same, the browser does not follow it.
_POLICY = (
    "default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'"
)
_EMPTY_SCRIPT = re.compile(r'<script src="">\s*</script>')  # what is left of a script whose address was taken away
_FIT = "<style>.jp-RenderedSVG img{max-width:100%;height:auto}</style>"  # our pictures are wider than a cell, and nbconvert would cut them
_WIDGETS = ("application/vnd.jupyter.widget-view+json", "application/vnd.jupyter.widget-state+json")


def offline_page(notebook: NotebookNode, title: str) -> str:
    """Return `notebook` as a standalone page; UsageError where nbconvert is not installed.

    Widget state is dropped: with it the page would wait for a widget manager that lies on a CDN, and hide the pictures.
    """
    exporter = jupyter("nbconvert.exporters").HTMLExporter(**dict.fromkeys(_FOREIGN, ""))
    exporter.exclude_anchor_links = True
    page, _ = exporter.from_notebook_node(_plain(notebook), resources={"metadata": {"name": title}})
    head, found, rest = _EMPTY_SCRIPT.sub("", str(page)).partition("<head>")
    if not found:
        raise UsageError("nbconvert made a page without a head; k8snetviz cannot seal it")
    return f'{head}<head><meta http-equiv="Content-Security-Policy" content="{_POLICY}">{_FIT}{rest}'


def _plain(notebook: NotebookNode) -> NotebookNode:
    """Return a copy of `notebook` without anything that only a kernel or a widget manager can show."""
    plain = copy.deepcopy(notebook)
    plain.metadata.pop("widgets", None)
    for cell in plain.cells:
        for output in cell.get("outputs", ()):
            bundle: dict[str, Any] = output.get("data", {})
            for kind in _WIDGETS:
                bundle.pop(kind, None)
    return plain
