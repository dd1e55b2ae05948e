"""Writes the generated documents: docs/tables.md from the declared tables, docs/cli.md from the parser, pictures of the sample.

A test compares them with their sources; `make docs` writes them anew.
"""

from __future__ import annotations

import argparse
import html
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from k8snetviz.model.snapshot import Snapshot
    from k8snetviz.views.picture import Picture

HERE = Path(__file__).parent


def tables() -> str:
    """Return the text of docs/tables.md."""
    from k8snetviz.model.tables import ANSWER_TABLES, SNAPSHOT_TABLES

    head = (
        "# Tables\n\nGenerated from `k8snetviz/model/tables/`; `make docs` writes it anew.\n\n"
        "A snapshot holds the tables of the first part as attributes (`snap.pods`); the functions return those of the second.\n"
        "Missing is missing (`<NA>`), never an empty text or 0; times are UTC;\n"
        "rule ids such as EP-7 name the Kubernetes rule a column follows.\n\n"
    )
    parts = [head, "# Of a snapshot\n\n"]
    parts += [table.to_markdown() + "\n" for table in SNAPSHOT_TABLES]
    parts.append("# Of the answers\n\n")
    parts += [table.to_markdown() + "\n" for table in ANSWER_TABLES]
    return "".join(parts).rstrip("\n") + "\n"


def command_line() -> str:
    """Return the text of docs/cli.md."""
    os.environ["COLUMNS"] = "100"
    from k8snetviz.cli.parser import parser

    top = parser()
    (verbs,) = (action for action in top._actions if isinstance(action, argparse._SubParsersAction))
    parts = ["# Command line\n\nGenerated from the parser; `make docs` writes it anew.\n\n```text\n" + top.format_help() + "```\n"]
    parts += [f"\n## `k8snetviz {name}`\n\n```text\n{verb.format_help()}```\n" for name, verb in verbs.choices.items()]
    parts.append(
        "\n## Exit codes\n\n| code | meaning |\n|---|---|\n| 0 | fine |\n| 2 | the call is off: unknown option, table, Service |\n"
        "| 3 | the input cannot be read, or holds nothing of ours |\n| 4 | the cluster cannot be reached, or refused everything |\n"
        "| 70 | a fault of the toolkit itself |\n"
        "\nAn error is one sentence on stderr: what was wanted, what was found, what to do. `--debug` shows the traceback.\n"
        "In CSV, a cell that a spreadsheet would run (`=`, `+`, `-`, `@` first) starts with `'`. Control characters are shown as escapes.\n"
    )
    return "".join(parts)


OVER_TIME = ("timeline", "changes")  # pictures of the sample before and during; the others show it during
PICTURES = {  # name, what of the sample it shows
    "topology": (),
    "mapping": (),
    "service_path": ("shop/web",),
    "pod_inside": ("shop/web-ff86667df-9x2mm",),
    "address_map": (),
    "placement": (),
    "timeline": (),
    "changes": (),
}


def pictures() -> str:
    """Return the text of docs/pictures.md."""
    import k8snetviz as knv

    head = (
        "# Pictures\n\nGenerated from the sample incident (`data/before.json` and `data/during.json`); `make docs` draws them anew.\n\n"
        "Every picture is a plotly figure that also holds a static SVG: `.svg(path)` and `.png(path)` write it without a browser.\n"
        "`theme=` is light or dark; `width=` stretches a picture beyond the 848 pixels that fit beside JupyterLab's file browser.\n"
    )
    parts = [head]
    for name, given in PICTURES.items():
        call = f"knv.view.{name}({', '.join([*(('before', 'after') if name in OVER_TIME else ('snap',)), *map(repr, given)])})"
        said = (getattr(knv.view, name).__doc__ or "").partition("\n")[0]
        drawn, own = _drawn(name, "light"), name.replace("_", "-")
        parts.append(
            f"\n## {own.replace('-', ' ').capitalize()}\n\n{said}\n\n```python\n{call}\n```\n\n<picture>\n"
            f'  <source media="(prefers-color-scheme: dark)" srcset="images/{own}-dark.svg">\n'
            f'  <img alt="{html.escape(drawn.alt)}" src="images/{own}-light.svg">\n</picture>\n'
        )
    return "".join(parts)


@cache
def _sample(moment: str) -> Snapshot:
    import k8snetviz as knv

    return knv.load(HERE.parent / "data" / f"{moment}.json")


@cache
def _drawn(name: str, theme: str) -> Picture:
    import k8snetviz as knv

    moments = [_sample(moment) for moment in (("before", "during") if name in OVER_TIME else ("during",))]
    picture: Picture = getattr(knv.view, name)(*moments, *PICTURES[name], theme=theme)
    return picture


def _image(name: str, theme: str) -> Callable[[], str]:
    return lambda: _drawn(name, theme).svg()


DOCUMENTS: dict[str, Callable[[], str]] = {"tables.md": tables, "cli.md": command_line, "pictures.md": pictures}
DOCUMENTS |= {f"images/{name.replace('_', '-')}-{theme}.svg": _image(name, theme) for name in PICTURES for theme in ("light", "dark")}

if __name__ == "__main__":
    for name, text in DOCUMENTS.items():
        (HERE / name).write_text(text(), encoding="utf-8")
