from __future__ import annotations

import subprocess
import sys

import plotly.io as pio
import pytest

import k8snetviz.views.picture
from k8snetviz.errors import UsageError
from k8snetviz.model.kinds import BROKEN_FIRST, BackendState, ServiceState
from k8snetviz.views.theme import DARK, LIGHT, LOOKS_LIKE, theme_named


def _luminance(color: str) -> float:
    parts = [int(color[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_every_text_colour_can_be_read_on_every_ground(theme):
    colors = [theme.text, theme.muted, *theme.states.values()]
    assert min(_contrast(color, ground) for color in colors for ground in (theme.ground, theme.panel, theme.chosen)) >= 4.5


# Dichromacy by Viénot, Brettel and Mollon (1999): what a protanope and a deuteranope see of a linear RGB colour.
_DEFICIENT = {
    "protan": ((0.11238, 0.88762, 0.0), (0.11238, 0.88762, 0.0), (0.00401, -0.00401, 1.0)),
    "deutan": ((0.29275, 0.70725, 0.0), (0.29275, 0.70725, 0.0), (-0.02234, 0.02234, 1.0)),
}


def _seen(color: str, matrix: tuple[tuple[float, ...], ...]) -> tuple[float, ...]:
    linear = [(int(color[start : start + 2], 16) / 255) ** 2.2 for start in (1, 3, 5)]
    return tuple(max(0.0, sum(a * b for a, b in zip(row, linear, strict=True))) ** (1 / 2.2) * 255 for row in matrix)


@pytest.mark.parametrize("eye", _DEFICIENT)
@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_serving_and_broken_differ_for_a_colour_blind_reader(theme, eye):
    serving = _seen(theme.states[ServiceState.SERVING], _DEFICIENT[eye])
    for broken in (ServiceState.DOWN, ServiceState.DEGRADED):
        seen = _seen(theme.states[broken], _DEFICIENT[eye])
        assert sum((a - b) ** 2 for a, b in zip(serving, seen, strict=True)) ** 0.5 > 60


def test_every_state_has_its_look():
    assert set(BROKEN_FIRST) == set(ServiceState) == set(LIGHT.states) == set(DARK.states)
    assert set(LOOKS_LIKE) == set(BackendState)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_the_templates_take_the_upload_button_away(theme):
    assert "sendChartToCloud" in pio.templates[theme.template].layout.modebar.remove


def test_the_default_template_stays_the_users():
    assert pio.templates.default == "plotly"


def test_the_theme_costs_no_plotly():
    code = "import sys, k8snetviz.views.theme; assert not any(name.startswith('plotly') for name in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_theme_that_is_not_there():
    with pytest.raises(UsageError, match="found 'blue'; there are: light, dark"):
        theme_named("blue")


def test_pictures_register_the_templates():
    assert k8snetviz.views.picture.Picture is not None
