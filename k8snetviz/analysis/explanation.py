"""An explanation of one Service: tables, sentences and commands, as text, HTML and JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pandas as pd

from k8snetviz.analysis.evidence import Evidence
from k8snetviz.model.kinds import ServiceState


@dataclass(frozen=True, eq=False)
class Explanation:
    """Why one Service does, or does not, serve.

    ``sentences`` says first what happens, then what it rests on; ``commands`` confirm it. In a notebook it
    shows itself; ``text()``, which ``repr`` gives too, is for a terminal, ``to_json()`` for programs.
    """

    service: str  # namespace/name
    state: pd.DataFrame  # SERVICE_STATES, one row
    backends: pd.DataFrame  # BACKENDS
    near_misses: pd.DataFrame  # NEAR_MISSES
    events: pd.DataFrame  # EVENTS about the Service and the pods that do not serve, oldest first
    reached_by: pd.DataFrame  # REACHED_BY: Ingress rules and routes that lead to it
    gaps: pd.DataFrame  # GAPS that it depends on
    commands: list[str]
    sentences: list[str]
    title: str  # shop/cart is down
    subtitle: str  # ClusterIP 10.96.14.7 · http 80 → 8080/TCP
    decided_by: str  # SELECTS_NOTHING · rule EP-1b; empty when it serves
    evidence: list[Evidence]

    @property
    def verdict(self) -> ServiceState:
        """State of the Service."""
        return ServiceState(self.state["state"].iloc[0])

    def text(self) -> str:
        """Return the explanation for a terminal of 80 columns; control characters are written out."""
        from k8snetviz.analysis.explanation_text import as_text

        return as_text(self)

    def to_json(self) -> str:
        """Return everything as one JSON object; tables are lists of rows, what is missing is null."""
        tables = ("backends", "near_misses", "events", "reached_by", "gaps")
        document: dict[str, Any] = {"service": self.service, "state": _rows(self.state)[0]}
        document |= {"sentences": self.sentences, "commands": self.commands}
        document |= {name: _rows(getattr(self, name)) for name in tables}
        return json.dumps(document, indent=2) + "\n"

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return self.text().rstrip("\n")

    def _repr_html_(self) -> str:
        from k8snetviz.analysis.explanation_html import as_html

        return as_html(self)


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): _cell(value) for key, value in row.items()} for row in frame.to_dict("records")]


def _cell(value: Any) -> Any:
    if pd.isna(value):
        return None
    return value.isoformat() if isinstance(value, pd.Timestamp) else value
