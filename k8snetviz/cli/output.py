"""Tables as text: for terminals, spreadsheets, programs and documents. Text from a cluster is hostile until escaped."""

from __future__ import annotations

import csv
import io
import json
import sys
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from k8snetviz.errors import UsageError
from k8snetviz.model.printable import printable

if TYPE_CHECKING:
    import pandas as pd  # who has a frame has imported it; who only says a sentence must not

_FORMULA = ("=", "+", "-", "@")


def plain(text: str) -> str:
    """Return `text` line by line, with every other control and invisible character written out: none may reach a terminal."""
    return "\n".join(printable(line) for line in text.split("\n"))


def emit(text: str, output: str | None) -> None:
    """Print `text`, or write it to the file `output`."""
    if output is None:
        sys.stdout.write(text)
    else:
        Path(output).write_text(text, encoding="utf-8", newline="")


def columns_of(frame: pd.DataFrame, wanted: str | None, short: Sequence[str] | None) -> pd.DataFrame:
    """Return `frame` with the columns asked for, else with the `short` choice, else whole.

    Raises
    ------
    UsageError : a column that the table does not have.
    """
    names = [name.strip() for name in wanted.split(",")] if wanted else list(short or frame.columns)
    unknown = [name for name in names if name not in frame.columns]
    if unknown:
        raise UsageError(f"wanted column {', '.join(unknown)}; the table has: {', '.join(frame.columns)}")
    return frame[names]


def render(frame: pd.DataFrame, form: str) -> str:
    """Return `frame` as text in the format `form` (table, csv, json or markdown)."""
    return {"table": as_table, "csv": as_csv, "json": as_json, "markdown": as_markdown}[form](frame)


def as_table(frame: pd.DataFrame) -> str:
    """Return aligned text columns; missing cells are shown as a dash, numbers stand right."""
    if frame.empty:
        return "no rows\n"
    columns = {name: _cells(frame[name], missing="-", booleans=("no", "yes")) for name in frame.columns}
    widths = {name: max(len(name), max(map(_width, cells))) for name, cells in columns.items()}
    right = {name for name in frame.columns if str(frame[name].dtype) == "Int64"}
    lines = [[name.upper().replace("_", " ") for name in columns], *zip(*columns.values(), strict=True)]
    return "".join(_line(line, list(columns), widths, right) for line in lines)


def _line(cells: Sequence[str], names: Sequence[str], widths: dict[str, int], right: set[str]) -> str:
    padded = []
    for cell, name in zip(cells, names, strict=True):
        gap = " " * (widths[name] - _width(cell))
        padded.append(gap + cell if name in right else cell + gap)
    return "  ".join(padded).rstrip() + "\n"


def _width(text: str) -> int:
    """Return the columns that `text` takes on a terminal."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def as_csv(frame: pd.DataFrame) -> str:
    """Return CSV; cells that a spreadsheet would run (= + - @ first) are quoted with an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(frame.columns)
    texts = {name: str(frame[name].dtype) == "string" for name in frame.columns}
    columns = [[_no_formula(c) if texts[name] else c for c in _cells(frame[name], missing="")] for name in frame.columns]
    writer.writerows(zip(*columns, strict=True))
    return out.getvalue()


def _no_formula(cell: str) -> str:
    return "'" + cell if cell.startswith(_FORMULA) else cell


def as_json(frame: pd.DataFrame) -> str:
    """Return a JSON array of objects; missing is null, times are ISO 8601 in UTC, every character is ASCII."""
    rows = [{name: _value(cell) for name, cell in row.items()} for row in frame.to_dict("records")]
    return "[" + ",".join("\n  " + json.dumps(row) for row in rows) + ("\n" if rows else "") + "]\n"


def _value(cell: Any) -> object:
    import pandas as pd

    if pd.isna(cell):
        return None
    if isinstance(cell, pd.Timestamp):
        return cell.isoformat().replace("+00:00", "Z")
    return cell.item() if hasattr(cell, "item") else cell


def as_markdown(frame: pd.DataFrame) -> str:
    """Return a Markdown table; nothing in a cell can break out of it."""
    lines = [list(frame.columns), ["---"] * len(frame.columns)]
    columns = [[_no_markup(c) for c in _cells(frame[name], missing="")] for name in frame.columns]
    lines += [list(row) for row in zip(*columns, strict=True)]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def _no_markup(cell: str) -> str:
    for character in "\\`*_[]<>|!#":
        cell = cell.replace(character, {"<": "&lt;", ">": "&gt;"}.get(character, "\\" + character))
    return cell


def _cells(series: pd.Series[Any], missing: str, booleans: tuple[str, str] = ("false", "true")) -> list[str]:
    """Return the cells of one column as text without control characters."""
    values = (_value(cell) for cell in series)
    return [missing if v is None else booleans[v] if isinstance(v, bool) else plain(str(v)).replace("\n", "\\n") for v in values]
