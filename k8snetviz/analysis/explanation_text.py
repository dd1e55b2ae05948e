"""An explanation as plain text for a terminal of 80 columns."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

from k8snetviz.model.printable import printable

if TYPE_CHECKING:
    from k8snetviz.analysis.explanation import Explanation

_WIDTH = 80
_INDENT = 2
_LABEL = 12
_WORD = re.compile(r"""(?:'[^']*'|"[^"]*"|[^\s'"])+""")  # quoted pieces without a blank between are one word
_OPTION = re.compile("-[a-z]")  # all short options that are used take an argument


def as_text(explanation: Explanation) -> str:
    """Return the explanation; the commands can be pasted as they stand, long ones go on after a backslash."""
    from k8snetviz.model.kinds import GLYPHS

    lines = [f"{GLYPHS[explanation.verdict]} {explanation.title}", *_wrapped(explanation.subtitle), ""]
    lines += _wrapped(explanation.sentences[0])
    lines += _wrapped(explanation.decided_by)
    lines += [""] if explanation.evidence else []
    last = ""
    for label, text in explanation.evidence:
        lines += _wrapped(text, "" if label == last else label)
        last = label
    lines += ["", f"{' ' * _INDENT}confirm with"]
    lines += [line for command in explanation.commands for line in _command(command)]
    return "\n".join(lines) + "\n"


def _wrapped(text: str, label: str | None = None) -> list[str]:
    if not text:
        return []
    first = " " * _INDENT + ("" if label is None else label.ljust(_LABEL))
    return textwrap.wrap(printable(text), _WIDTH, initial_indent=first, subsequent_indent=" " * len(first), break_on_hyphens=False)


def _command(command: str) -> list[str]:
    """Return a command in lines that a shell reads as one; a word that is longer than a line stays whole."""
    indent = " " * (_INDENT + 2)
    words = _words(command)
    lines = [indent + words[0]]
    for word in words[1:]:
        if len(lines[-1]) + 1 + len(word) + 2 > _WIDTH:
            lines[-1] += " \\"
            lines.append(f"{indent}  {word}")
        else:
            lines[-1] += f" {word}"
    return lines


def _words(command: str) -> list[str]:
    """Return the words of a command with their quotes on; an option and its argument stay together."""
    found: list[str] = []
    for word in _WORD.findall(command):
        if found and _OPTION.fullmatch(found[-1]):
            found[-1] += f" {word}"
        else:
            found.append(word)
    return found
