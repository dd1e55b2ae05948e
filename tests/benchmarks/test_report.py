"""Ratios and verdicts from made-up medians: literal figures in, literal cells out."""

from __future__ import annotations

import pytest

from benchmarks.goals import GOALS, Figures, Goal, growth
from benchmarks.report import render


def figures(size: str = "M", **seconds: float) -> Figures:
    made = Figures(size, {"kubectl": 1_000_000})
    made.seconds = {(name.replace("_", "-"), "kubectl", "cpu"): value for name, value in seconds.items()}
    return made


LESS = Goal("P2", "load", "scan", 1.7, 1.3, lambda f: f.cpu("load"), sizes="ML")
MORE = Goal("P1", "load", "client", 20, 30, lambda f: f.cpu("load"), more=True)


@pytest.mark.parametrize(
    ("goal", "value", "size", "expected"),
    [
        pytest.param(LESS, 1.3, "M", "goal", id="smaller is better, at the goal"),
        pytest.param(LESS, 1.31, "M", "must", id="between goal and must"),
        pytest.param(LESS, 1.71, "M", "missed", id="beyond must"),
        pytest.param(LESS, 9.9, "S", "", id="no limit at this size"),
        pytest.param(MORE, 30, "S", "goal", id="larger is better, at the goal"),
        pytest.param(MORE, 29.9, "S", "must", id="larger is better, between"),
        pytest.param(MORE, 19.9, "S", "missed", id="larger is better, below must"),
        pytest.param(Goal("", "load", "scan", None, None, LESS.of), 9.9, "M", "", id="no limit at all"),
    ],
)
def test_verdict(goal, value, size, expected):
    assert goal.verdict(value, size) == expected


def test_a_ratio_is_printed_with_its_verdict_and_what_was_not_run_is_left_out():
    text = render([figures(load=1.5, typed_scan=1.0)], markdown=True)
    assert "| P2 | the same | typed block scan | <= 1.70x | <= 1.30x | 1.50x (must) |" in text
    assert "official client" not in text
    assert "| load | kubectl |  | 1.500 | - |" in text


def test_growth_is_measured_against_the_bytes():
    small, large = figures("S", load=1.0), figures("M", load=9.0)
    large.file_bytes = {"kubectl": 10_040_000}  # twice the 5.02 times that the limits were set for
    goal = growth(small, large)
    assert (goal.must, goal.goal) == (pytest.approx(11.6), pytest.approx(10.6))
    assert "| P6 | growth of the load | S to M, 10.04x the bytes | <= 12x | <= 11x |  | 9.00x (goal) |" in render(
        [small, large], markdown=True
    )


def test_every_limit_of_a_goal_is_stricter_than_its_must():
    for goal in GOALS:
        assert (goal.must is None) == (goal.goal is None)
        if goal.must is not None and goal.goal is not None:
            assert goal.goal > goal.must if goal.more else goal.goal < goal.must
