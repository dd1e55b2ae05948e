"""The states stay apart for the three kinds of colour blindness, and their words are readable."""

from __future__ import annotations

import re
from dataclasses import fields
from itertools import combinations

import numpy as np
import pytest

import k8snetviz as knv
from k8snetviz.model.kinds import ServiceState
from k8snetviz.views.canvas import Canvas
from k8snetviz.views.theme import DARK, LIGHT

# Machado, Oliveira, Fernandes 2009, severity 1.0; on linear RGB
SIMULATED = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
MESSAGES = (ServiceState.SERVING, ServiceState.DEGRADED, ServiceState.DOWN, ServiceState.EXTERNAL)


def linear(color: str) -> np.ndarray:
    parts = np.array([int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    """CIE L*a*b*, D65."""
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ np.clip(rgb, 0, 1) / [0.9505, 1, 1.089]
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def contrast(one: str, other: str) -> float:
    low, high = sorted(float(np.dot([0.2126, 0.7152, 0.0722], linear(color))) for color in (one, other))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_words_have_the_contrast_that_text_needs(theme):
    for color in (theme.text, theme.muted, *theme.states.values()):
        for ground in (theme.ground, theme.panel, theme.chosen):
            assert contrast(color, ground) >= 4.5, (color, ground)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
@pytest.mark.parametrize("kind", SIMULATED)
def test_what_serves_never_looks_like_what_does_not(theme, kind):
    seen = {state: lab(np.array(SIMULATED[kind]) @ linear(theme.states[state])) for state in MESSAGES}
    for bad in (ServiceState.DEGRADED, ServiceState.DOWN):
        assert np.linalg.norm(seen[ServiceState.SERVING] - seen[bad]) > 20, (kind, bad)


@pytest.fixture(scope="module")
def moments():
    return knv.sample("before"), knv.sample("during")


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
@pytest.mark.parametrize("name", ["topology", "mapping", "placement", "address_map", "timeline", "changes"])
def test_every_picture_has_the_colours_of_its_theme_and_no_others(name, theme, moments):
    given = moments if name in ("timeline", "changes") else moments[1:]
    drawn = getattr(knv.view, name)(*given, theme=theme.name).svg()
    colours = {getattr(theme, field.name) for field in fields(theme) if isinstance(getattr(theme, field.name), str)} | {
        *theme.states.values()
    }
    used = set(re.findall(r"#[0-9a-fA-F]{3,8}\b", drawn))
    assert len(used) > 4 and used <= colours


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_every_state_has_a_glyph_of_its_own(theme):
    drawn = {}
    for state in ServiceState:
        canvas = Canvas(theme)
        canvas.glyph(20, 20, state)
        picture = canvas.picture(40, "One glyph.")
        shapes = tuple((shape.path, shape.fillcolor is not None) for shape in picture.layout.shapes)
        drawn[state] = (shapes, tuple(text for trace in picture.data for text in trace.text))
    for one, other in combinations(ServiceState, 2):
        assert drawn[one] != drawn[other], (one, other)
