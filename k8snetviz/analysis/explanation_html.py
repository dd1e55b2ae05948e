"""An explanation as HTML: inline styles only, no script, everything escaped, at home in a light and a dark theme."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from k8snetviz.model.kinds import ServiceState
from k8snetviz.model.printable import printable

if TYPE_CHECKING:
    from k8snetviz.analysis.explanation import Explanation

_BARS = {  # the bar beside the sentence repeats in colour what glyph and word say
    ServiceState.SERVING: "#0b7a75",
    ServiceState.DEGRADED: "#b36b00",
    ServiceState.DOWN: "#c2371e",
    ServiceState.EMPTY: "#6b7280",
    ServiceState.UNKNOWN: "#6b7280",
    ServiceState.EXTERNAL: "#6a51a3",
}
_QUIET = "opacity:.75"
_BOX = "border:1px solid rgba(128,128,128,.45);border-radius:6px"
_MONO = "background:none;color:inherit;font-family:ui-monospace,Menlo,Consolas,monospace;font-size:12px"
_CODE = f"{_MONO};white-space:pre-wrap;overflow-wrap:anywhere"
_WRAPPER = f"{_BOX};padding:12px 16px;max-width:760px;font-size:14px;line-height:1.45;overflow-wrap:anywhere"


def as_html(explanation: Explanation) -> str:
    """Return one ``div`` that needs no style sheet."""
    return (
        f'<div class="mathjax_ignore" style="{_WRAPPER}">'
        + _head(explanation)
        + _sentence(explanation)
        + _facts(explanation)
        + _commands(explanation.commands)
        + "</div>"
    )


def _head(explanation: Explanation) -> str:
    from k8snetviz.model.kinds import GLYPHS

    title = f'<div style="font-size:16px;font-weight:600">{GLYPHS[explanation.verdict]} {_safe(explanation.title)}</div>'
    return title + (f'<div style="{_QUIET}">{_safe(explanation.subtitle)}</div>' if explanation.subtitle else "")


def _sentence(explanation: Explanation) -> str:
    decided = f'<div style="{_QUIET};font-size:12px">{_safe(explanation.decided_by)}</div>' if explanation.decided_by else ""
    bar = f"border-left:3px solid {_BARS[explanation.verdict]};padding:2px 0 2px 10px;margin:10px 0"
    return f'<div style="{bar}"><div>{_safe(explanation.sentences[0])}</div>{decided}</div>'


def _facts(explanation: Explanation) -> str:
    rows, last = [], ""
    for label, text in explanation.evidence:
        shown = "" if label == last else label
        last = label
        rows.append(
            f'<tr style="background:none"><th scope="row" style="{_QUIET};font-weight:400;text-align:left;vertical-align:top;'
            f'white-space:nowrap;padding:2px 14px 2px 0;border:0">{_safe(shown)}</th>'
            f'<td style="text-align:left;vertical-align:top;padding:2px 0;border:0">{_safe(text)}</td></tr>'
        )
    return (
        f'<table style="border-collapse:collapse;border:0;margin:0;color:inherit;font-size:13px"><tbody>{"".join(rows)}</tbody></table>'
        if rows
        else ""
    )


def _commands(commands: list[str]) -> str:
    lines = "\n".join(_safe(command) for command in commands)
    return (
        f'<div style="{_QUIET};margin-top:10px">confirm with</div><pre style="{_BOX};{_CODE};padding:8px 10px;margin:4px 0 0">{lines}</pre>'
    )


def _safe(text: str) -> str:
    return escape(printable(text), quote=True)
