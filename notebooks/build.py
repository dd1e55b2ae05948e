"""Makes the stored notebooks: cells from the sources beside it, run in a new kernel, written with their outputs.

A source is plain Python in cells: ``# %%`` begins a code cell, ``# %% [markdown]`` a text cell, whose lines are comments.
Run by ``make notebooks``, which may name some of them; a diff of a notebook is a diff of behaviour.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from k8snetviz.documents.notebook import executed, made_of, written

FOLDER = Path(__file__).parent
SOURCES = {
    "01-first-look.ipynb": "first_look.py",
    "02-service-types.ipynb": "service_types.py",
    "03-why-no-endpoints.ipynb": "why_no_endpoints.py",
    "05-incident-review.ipynb": "incident_review.py",
}
_CELL = re.compile(r"^# %%(?P<text> \[markdown\])?\n", re.MULTILINE)


def cells(name: str) -> list[tuple[str, str]]:
    """Return the (kind, source) pairs of the notebook `name`, kind being markdown or code."""
    return list(_cells((FOLDER / SOURCES[name]).read_text(encoding="utf-8")))


def _cells(text: str) -> Iterator[tuple[str, str]]:
    begins = list(_CELL.finditer(text))
    for begin, after in zip(begins, [*(found.start() for found in begins[1:]), len(text)], strict=True):
        body = text[begin.end() : after].strip()
        if begin["text"]:
            yield "markdown", "\n".join(line.removeprefix("#").removeprefix(" ") for line in body.splitlines())
        else:
            yield "code", body


def main(names: list[str]) -> None:
    """Build the notebooks of that name; without names, all of them."""
    for name in names or SOURCES:
        written(executed(made_of(cells(name)), FOLDER), FOLDER / name)


if __name__ == "__main__":
    main(sys.argv[1:])
