"""Prints the measured figures: the table of goals, and the medians it was made from."""

from __future__ import annotations

from itertools import pairwise

from benchmarks.goals import GOALS, Figures, Goal, NotMeasuredError, growth

Row = list[str]


def render(measured: list[Figures], *, markdown: bool) -> str:
    """Return both tables as text, one column per size."""
    ratios = _table(_goal_rows(measured), markdown=markdown)
    medians = _table(_median_rows(measured), markdown=markdown)
    rounds = ", ".join(f"{figures.size} {figures.rounds}" for figures in measured)
    note = f"Medians of interleaved rounds ({rounds}), every case in a process of its own. CPU seconds are for ratios only."
    return f"{ratios}\n\n{medians}\n\n{note}"


def _goal_rows(measured: list[Figures]) -> list[Row]:
    rows = [["", "what", "against", "must", "goal", *(figures.size for figures in measured)]]
    for goal in GOALS:
        cells = [_cell(goal, figures) for figures in measured]
        if any(cell != "-" for cell in cells):
            rows.append([goal.number, goal.what, goal.against, _limit(goal, goal.must), _limit(goal, goal.goal), *cells])
    for small, large in pairwise(measured):
        goal = growth(small, large)
        if _cell(goal, large) == "-":
            continue
        cells = [_cell(goal, figures) if figures is large else "" for figures in measured]
        rows.append([goal.number, goal.what, goal.against, _limit(goal, goal.must), _limit(goal, goal.goal), *cells])
    return rows


def _cell(goal: Goal, figures: Figures) -> str:
    try:
        value = goal.of(figures)
    except NotMeasuredError:
        return "-"
    verdict = goal.verdict(value, figures.size)
    return _number(value) + goal.unit + (f" ({verdict})" if verdict else "")


def _limit(goal: Goal, limit: float | None) -> str:
    return "" if limit is None else f"{'>=' if goal.more else '<='} {_number(limit)}{goal.unit}"


def _number(value: float) -> str:
    if abs(value) < 0.1:
        return f"{value:.3f}"
    return f"{value:.2f}" if abs(value) < 10 else f"{value:.0f}"


def _median_rows(measured: list[Figures]) -> list[Row]:
    rows = [["case", "bytes", "part"] + [f"{figures.size} {unit}" for figures in measured for unit in ("CPU s", "peak MB")]]
    keys = list(dict.fromkeys(key for figures in measured for key in figures.seconds))
    for case, style, section in keys:
        row = [case, style, "" if section == "cpu" else section]
        for figures in measured:
            seconds, peak = figures.seconds.get((case, style, section)), figures.peaks.get((case, style))
            row += ["-" if seconds is None else f"{seconds:.3f}", "-" if seconds is None or peak is None else f"{peak / 1e6:.0f}"]
        rows.append(row)
    return rows


def _table(rows: list[Row], *, markdown: bool) -> str:
    if markdown:
        lines = ["| " + " | ".join(row) + " |" for row in rows]
        return "\n".join([lines[0], "|" + "---|" * len(rows[0]), *lines[1:]])
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)
