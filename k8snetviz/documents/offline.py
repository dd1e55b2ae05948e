"""A notebook as one HTML page that asks nobody for anything: no network, no kernel, no widget manager; explorers stay alive."""

from __future__ import annotations

import copy
from base64 import b64encode
from collections import Counter
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any

from k8snetviz.documents.harmless import Harmless
from k8snetviz.documents.notebook import jupyter
from k8snetviz.documents.policy import policy_tags
from k8snetviz.errors import UsageError
from k8snetviz.widgets.module import module_text
from k8snetviz.widgets.page import SENTENCE

if TYPE_CHECKING:
    from nbformat import NotebookNode

# Addresses that nbconvert's page would load from elsewhere; what is left of them is taken out with all other scripts.
_FOREIGN = ("mathjax_url", "require_js_url", "mermaid_js_url", "mermaid_layout_elk_js_url", "jquery_url", "widget_renderer_url")
_WIDGETS = ("application/vnd.jupyter.widget-view+json", "application/vnd.jupyter.widget-state+json")
_RUN = (
    "application/javascript",
    "application/vnd.plotly.v1+json",
    "application/vnd.bokehjs_exec.v0+json",
    "application/vnd.bokehjs_load.v0+json",
)
_SHOWN = ("text/html", "image/svg+xml", "image/png", "image/jpeg", "text/markdown", "text/latex")
# nbconvert's own page is hard to read for some: prompts and the quiet colours of code have too little contrast.
_STYLE = """
.jp-InputPrompt,.jp-OutputPrompt{color:#4a5560!important;opacity:1!important}
.highlight .c,.highlight .c1,.highlight .cm{color:#3f6e6e!important}
.highlight .o,.highlight .ow{color:#8a1fc0!important}
.highlight .nn,.highlight .mi,.highlight .mf{color:#065e2f}
.knv-title{padding:0 var(--jp-cell-padding,5px);margin:0 0 8px}
.knv-note{color:#4a5560;font:13px system-ui,"DejaVu Sans",Arial,sans-serif;margin:24px 5px}
.jp-InputArea pre{white-space:pre-wrap;overflow-wrap:anywhere}
[data-kx-static] td,[data-kx-static] th{text-align:left!important;vertical-align:top!important}
@media print{.jp-OutputArea-output table{font-size:7.5pt!important}
.jp-OutputArea-output :is(td,th){padding:2px 4px!important}.jp-OutputArea-output :is(.w,code){overflow-wrap:anywhere}
.jp-OutputArea-prompt,.jp-InputPrompt{display:none!important}.jp-OutputArea-output div{overflow-x:visible!important}
.jp-Cell-inputWrapper{break-inside:avoid}.jp-OutputArea-child{break-inside:auto}tr{break-inside:avoid}}
"""


@dataclass(frozen=True)
class OfflinePage:
    """The text of a page, and what a reader of the notebook may miss in it."""

    text: str
    left_out: Counter[str] = field(default_factory=Counter)


def offline_page(notebook: NotebookNode, title: str) -> OfflinePage:
    """Return `notebook` as a standalone page; UsageError where nbconvert is not installed.

    Whatever an output would run or fetch is left out, of notebooks of any origin. The explorers in it are run by the module of
    this package, once for all, which is the one script that the page's policy names. Widget state is dropped: with it the page would
    wait for a widget manager that lies elsewhere, and hide the pictures.
    """
    plain, lost = _plain(notebook)
    page = Harmless()
    page.feed(_converted(plain, title))
    page.close()
    return OfflinePage(_sealed(page, title), lost + page.left_out)


def _converted(notebook: NotebookNode, title: str) -> str:
    exporter = jupyter("nbconvert.exporters").HTMLExporter(**dict.fromkeys(_FOREIGN, ""))
    exporter.exclude_anchor_links = True
    page, _ = exporter.from_notebook_node(notebook, resources={"metadata": {"name": title}})
    return str(page)


def _sealed(page: Harmless, title: str) -> str:
    """Return the page with its policy, the script that wakes its explorers, a heading, and readable colours."""
    script = module_text() + "".join(f'$kx.boot("{uid}");\n' for uid in page.explorers) if page.explorers else ""
    tags = policy_tags([script] if script else [], [*page.styles, _STYLE])
    head, found, rest = "".join(page.written).partition("<head>")
    body, main, cells = rest.partition("<main>")
    cells, ended, after = cells.rpartition("</main>")
    if not (found and main and ended):
        raise UsageError("nbconvert made a page without head or main; k8snetviz cannot seal it")
    heading = "" if page.headed else f'<h1 class="knv-title">{escape(title)}</h1>'
    note = '<p class="knv-note">An offline copy of a notebook, made by k8snetviz share. It holds what the notebook holds.</p>'
    module = f'<script type="module">{script}</script>' if script else ""
    body = body.replace("</head>", f"<style>{_STYLE}</style></head>", 1)
    return f"{head}<head>\n{tags}\n{body}<main>{heading}{cells}{note}</main>\n{module}{after}"


def _plain(notebook: NotebookNode) -> tuple[NotebookNode, Counter[str]]:
    """Return a copy of `notebook` without anything that only a kernel, a widget manager or a script of its own can show."""
    plain = copy.deepcopy(notebook)
    lost: Counter[str] = Counter()
    plain.metadata.pop("widgets", None)
    for cell in plain.cells:
        outputs = cell.get("outputs", [])
        if cell.metadata.get("jupyter", {}).get("source_hidden"):  # what JupyterLab folds, a page leaves out
            cell.metadata["transient"] = {"remove_source": True}
        alive = any("data-kx=" in _text(output, "text/html") for output in outputs)
        for output in outputs:
            _without_scripts(output, lost)
        if alive:  # the line of the live widget, which stands beside its explorer
            cell["outputs"] = [output for output in outputs if not _is_line_of_widget(output)]
    return plain, lost


def _without_scripts(output: Any, lost: Counter[str]) -> None:
    bundle: dict[str, Any] = output.get("data", {})
    for kind in [kind for kind in bundle if kind in _WIDGETS + _RUN or kind.startswith("application/vnd.k8snetviz")]:
        del bundle[kind]
        if kind in (_WIDGETS[0], "application/vnd.plotly.v1+json") and not any(shown in bundle for shown in _SHOWN):
            lost["plotly figure" if "plotly" in kind else "widget"] += 1
    if "image/svg+xml" in bundle and "text/html" not in bundle:
        bundle["text/html"] = _as_image(_text(output, "image/svg+xml"), _text(output, "text/plain"))


def _as_image(svg: str, words: str) -> str:
    """Return an SVG as an image: what it holds then neither runs nor fetches anything."""
    data = b64encode(svg.encode("utf-8", "replace")).decode("ascii")
    return f'<img src="data:image/svg+xml;base64,{data}" alt="{escape(words[:2_000])}" style="max-width:100%">'


def _is_line_of_widget(output: Any) -> bool:
    return set(output.get("data", {})) <= {"text/plain"} and _text(output, "text/plain").startswith(SENTENCE)


def _text(output: Any, kind: str) -> str:
    held = output.get("data", {}).get(kind, "")
    return "".join(held) if isinstance(held, list) else str(held)
