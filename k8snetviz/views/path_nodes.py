"""The nodes on a service path: what each does with a connection, trouble in sight, the rest counted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from k8snetviz.model.kinds import ServiceState
from k8snetviz.model.snapshot import Snapshot
from k8snetviz.model.tables.paths import Path, PathOutcome
from k8snetviz.views.canvas import DASHED
from k8snetviz.views.cards import Card, Note
from k8snetviz.views.text import count, plain

_WORST = (PathOutcome.DROP, PathOutcome.REJECT, PathOutcome.ASTRAY, PathOutcome.UNKNOWN, PathOutcome.SKIPPED, PathOutcome.DELIVERED)
_LOOKS = {
    PathOutcome.DROP: ServiceState.DOWN,
    PathOutcome.REJECT: ServiceState.DOWN,
    PathOutcome.ASTRAY: ServiceState.DOWN,
    PathOutcome.UNKNOWN: ServiceState.UNKNOWN,
    PathOutcome.SKIPPED: ServiceState.UNKNOWN,
    PathOutcome.DELIVERED: ServiceState.SERVING,
}
_WHO = {Path.EXTERNAL: "outside", Path.INTERNAL: "own pods"}
_SOURCES = {"kept": "source kept", "node": "source changes"}
_EACH = 4  # nodes drawn of those that deliver, and of the others
_JUDGED = ["path", "port", "protocol", "port_name", "family", "outcome", "source", "fallback", "rule", "source_rule"]
OTHERS = ""  # key of the card that counts nodes


@dataclass(frozen=True)
class Verdict:
    """The worst that a node does on one path, in words; `some` names the part it concerns."""

    outcome: PathOutcome
    words: str
    delivers: bool  # some port and family gets through

    @property
    def state(self) -> ServiceState:
        """Return how it looks."""
        return _LOOKS[self.outcome]


@dataclass(frozen=True)
class NodeCard:
    """A node, or several counted ones (`node` is OTHERS), with its verdict per path."""

    node: str
    card: Card
    verdicts: dict[Path, Verdict]


def verdict(rows: pd.DataFrame, path: Path) -> Verdict:
    """Return the Verdict of the rows of SERVICE_PATHS of one node and path."""
    outcome = next(each for each in _WORST if rows["outcome"].eq(each.value).any())
    part = rows[rows["outcome"].eq(outcome.value)]
    first = part.iloc[0]
    rules = first["rule"] if pd.isna(first["source_rule"]) else first["source_rule"]
    some = _part(part, rows)
    if outcome is PathOutcome.DELIVERED:
        words = f"{_WHO[path]}: {_SOURCES.get(first['source'], 'delivered')}"
        if part["fallback"].fillna(False).any():
            words, rules = f"{_WHO[path]}: terminating only", first["rule"]
    elif outcome in (PathOutcome.DROP, PathOutcome.REJECT):
        words = f"{outcome.value.upper()} from {_WHO[path]}"
    else:
        words = f"{_WHO[path]}: " + {PathOutcome.ASTRAY: "sent astray", PathOutcome.SKIPPED: "left alone"}.get(outcome, "not known")
    return Verdict(outcome, f"{words}{some} ({rules})", bool(rows["outcome"].eq(PathOutcome.DELIVERED.value).any()))


def _part(part: pd.DataFrame, rows: pd.DataFrame) -> str:
    """Return which ports or which family a verdict concerns, where it is not all."""
    if len(part) == len(rows):
        return ""
    families = part["family"].dropna().unique()
    if len(families) == 1 and len(part) == int(rows["family"].eq(families[0]).sum()):
        return f", {families[0]}"
    ports = part["port"].drop_duplicates()
    return f", port {ports.iloc[0]}" + (f" and {len(ports) - 1} more" if len(ports) > 1 else "")


def node_cards(snapshot: Snapshot, paths: pd.DataFrame) -> list[NodeCard]:
    """Return a card per node, up to four that deliver and four that do not; the others in one counted card."""
    known = snapshot.table("nodes").set_index("node")
    groups: dict[Any, Any] = paths.groupby("node", sort=True, dropna=False).indices
    judged = list(paths[_JUDGED].astype(object).fillna("").itertuples(index=False, name=None))
    found: dict[tuple[Any, ...], dict[Path, Verdict]] = {}  # nodes that do the same share their verdicts
    classes: dict[bool, list[NodeCard]] = {True: [], False: []}
    rest: list[dict[Path, Verdict]] = []
    for node, places in groups.items():
        same = tuple(judged[place] for place in places)
        if same not in found:
            found[same] = _verdicts(paths.iloc[places])
        verdicts = found[same]
        good = all(each.outcome is PathOutcome.DELIVERED for each in verdicts.values())
        if len(classes[good]) < _EACH or len(groups) <= _EACH + 2:
            about = None if pd.isna(node) or node not in known.index else known.loc[node]
            card = _card(node, about, paths.iloc[places], verdicts)
            classes[good].append(NodeCard("" if pd.isna(node) else str(node), card, verdicts))
        else:
            rest.append(verdicts)
    return [*classes[True], *classes[False], *([_counted(rest)] if rest else [])]


def _verdicts(rows: pd.DataFrame) -> dict[Path, Verdict]:
    return {path: verdict(mine, path) for path in Path if len(mine := rows[rows["path"].eq(path.value)])}


def _card(node: Any, about: Any, rows: pd.DataFrame, verdicts: dict[Path, Verdict]) -> Card:
    if pd.isna(node):
        notes = [Note("Nodes: not, or not wholly, collected", ServiceState.UNKNOWN)]
        return Card("other nodes", (*notes, *(Note(each.words, each.state) for each in verdicts.values())), dash=DASHED)
    zone = "zone not known" if about is None else "no zone" if pd.isna(about["zone"]) else plain(about["zone"])
    local = rows["local_set"].max()
    facts = [zone, "local pods: not known" if pd.isna(local) else count(int(local), "local pod")]
    health = rows["health_check"].dropna()
    checked = [Note(f"health check {health.iloc[0]} (SV-19)")] if len(health) else []
    notes = [Note(" · ".join(facts)), *checked, *(Note(each.words, each.state) for each in verdicts.values())]
    if about is not None and pd.notna(about["ready_status"]) and about["ready_status"] != "True":
        notes.append(Note("node is NotReady (SV-53)", ServiceState.DEGRADED))
    bad = [each.state for each in verdicts.values() if each.outcome is not PathOutcome.DELIVERED]
    return Card(plain(node), tuple(notes), bad[0] if bad else None, told="; ".join(rows["detail"].drop_duplicates()))


def _counted(rest: list[dict[Path, Verdict]]) -> NodeCard:
    words = pd.Series([each.words for verdicts in rest for each in verdicts.values()]).value_counts().sort_index()
    states = {each.words: each for verdicts in rest for each in verdicts.values()}
    shown = list(words.items())[:5]
    notes = [Note(f"{number:,}: {text}", states[str(text)].state) for text, number in shown]
    notes += [Note(f"and {count(len(words) - 5, 'other outcome')}")] if len(words) > 5 else []
    worst = {path: _worst([each[path] for each in rest if path in each]) for path in Path if any(path in each for each in rest)}
    return NodeCard(OTHERS, Card(f"{len(rest):,} more nodes", tuple(notes)), worst)


def _worst(verdicts: list[Verdict]) -> Verdict:
    """Return the worst of several; it delivers where one of them does."""
    worst = min(verdicts, key=lambda each: _WORST.index(each.outcome))
    return replace(worst, delivers=any(each.delivers for each in verdicts))
