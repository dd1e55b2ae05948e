"""Writes the generated documents: docs/tables.md from the declared tables, docs/cli.md from the parser.

A test compares them with their sources; `make docs` writes them anew.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

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


DOCUMENTS = {"tables.md": tables, "cli.md": command_line}

if __name__ == "__main__":
    for name, text in DOCUMENTS.items():
        (HERE / name).write_text(text(), encoding="utf-8")
