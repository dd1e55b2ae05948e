"""What is seen of the explorer where no script runs: a picture, the first rows as a plain table, and what was left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from typing import Any

import pandas as pd

from k8snetviz.model.kinds import GLYPHS, ServiceState
from k8snetviz.model.printable import printable
from k8snetviz.model.snapshot import Snapshot
from k8snetviz.views.masthead import gaps_in_short, provenance
from k8snetviz.views.rows import each
from k8snetviz.views.topology import topology_picture
from k8snetviz.views.topology_plan import states_in_words
from k8snetviz.widgets.data_block import DataBlock
from k8snetviz.widgets.labels import labels
from k8snetviz.widgets.moments import MomentsBlock

ROWS = 40
SERVICES = 8  # in the picture; the rest is counted there
_LONGEST = 300  # characters of one text
_OTHERS = 2  # other moments named
_HEADS = ("State", "Service", "Port", "Pod", "Address", "To", "First reason")
_TAG = re.compile("<[^>]*>")
_ATTRIBUTE = re.compile("=(?:\"([^\"]*)\"|'[^']*')")
_PERCENTS = {ord(letter): f"%{ord(letter):02X}" for letter in '%#<>"&'}
_TABLE = "border-collapse:collapse;font-size:12px;text-align:left"  # on the table alone: on every cell it would outweigh the text


def static_part(snap: Snapshot, block: DataBlock, *, rows: int = ROWS) -> str:
    """Return the HTML of the static part: escaped, no script, no TeX, readable without styles.

    With no `rows` it is the picture alone, for a page that has tables of its own.
    """
    picture = topology_picture(snap, block.states, block.backends, select=block.select, limit=SERVICES)
    image = f'<img alt="{_safe(picture.alt)}" src="{_address(picture.svg())}" width="100%">'
    if not rows:
        return image
    return (
        f"{_moments(block)}<p><b>{_safe(snap.provenance.name)}</b> {_safe(provenance(snap))} · {_safe(states_in_words(block.states))}"
        f" · {_safe(gaps_in_short(snap.gaps))}</p>"
        f"{image}{_table(block.rows.head(rows))}<p>{_safe(_left_out(block, rows))}</p>"
    )


def _moments(block: DataBlock) -> str:
    """Return a line that names the moments that are seen only where a script runs; no line for a single one."""
    if not isinstance(block, MomentsBlock):
        return ""
    *others, last = labels([moment.snap for moment in block.moments])
    named = ", ".join(others[:_OTHERS]) + (f" and {len(others) - _OTHERS} more" if len(others) > _OTHERS else "")
    return f"<p>This is {_safe(last)}, the last of {len(others) + 1} moments. The others are seen where scripts run: {_safe(named)}."


def _address(svg: str) -> str:
    """Return the document as an address that an attribute in double quotes can hold: shorter than base64, and it deflates.

    Attributes are set in single quotes inside tags, where no value holds one; texts keep their letters. What an
    address or the attribute would misread is written in percents, and no line looks like a foreign address.
    """
    quoted = _TAG.sub(lambda tag: _ATTRIBUTE.sub(_in_single_quotes, tag[0]), svg.replace("\n", ""))
    return "data:image/svg+xml," + quoted.translate(_PERCENTS).replace("http:", "http%3A")


def _in_single_quotes(attribute: re.Match[str]) -> str:
    value = attribute[1]
    return attribute[0] if value is None or "'" in value else f"='{value}'"


def _table(rows: pd.DataFrame) -> str:
    """Return the rows; end tags that HTML lets one leave out would be a sixth of it."""
    head = "".join(f"<th>{title}" for title in _HEADS)
    return f'<table border="1" style="{_TABLE}"><thead><tr>{head}<tbody>{"".join(_lines(rows))}</table>'


def _lines(rows: pd.DataFrame) -> Iterator[str]:
    for row in each(rows):
        cells = (
            f"{GLYPHS[ServiceState(row.look)]} {row.state}",
            f"{row.namespace}/{row.service}",
            _port(row.port_name, row.port, row.protocol, row.family),
            row.pod,
            row.address,
            row.target_port,
            row.reason_text,
        )
        yield "<tr>" + "".join(f"<td>{_safe(cell)}" for cell in cells)


def _port(name: Any, port: Any, protocol: Any, family: Any) -> Any:
    if pd.isna(port):
        return pd.NA
    return ("" if pd.isna(name) else f"{name} ") + f"{port}/{protocol}" + (" v6" if pd.notna(family) and family == "IPv6" else "")


def _left_out(block: DataBlock, rows: int) -> str:
    shown, every = min(rows, len(block.rows)), len(block.rows) + block.left
    words = f"{shown:,} of {every:,} rows, what does not serve first." if shown < every else f"{every:,} rows, what does not serve first."
    if block.left:
        words += f" This page holds {len(block.rows):,} of them; {block.left:,} more are only in the snapshot."
    return words


def _safe(value: Any) -> str:
    return "" if pd.isna(value) else escape(printable(value, limit=_LONGEST), quote=True)
