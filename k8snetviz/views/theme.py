"""The one theme: what a state looks like, in light and in dark, and the plotly templates made of it.

A state is always a glyph, a word and a colour together. Importing this module costs no plotly.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from k8snetviz.errors import UsageError
from k8snetviz.model.kinds import BROKEN_FIRST, BackendState, ServiceState

if TYPE_CHECKING:
    import plotly.graph_objects as go

LOOKS_LIKE: Mapping[BackendState, ServiceState] = {
    BackendState.READY: ServiceState.SERVING,
    BackendState.NOT_READY: ServiceState.DEGRADED,
    BackendState.TERMINATING: ServiceState.DEGRADED,
    BackendState.TERMINATING_NOT_SERVING: ServiceState.DOWN,
    BackendState.ABSENT: ServiceState.DOWN,
    BackendState.UNKNOWN: ServiceState.UNKNOWN,
}
RANKS = {state.value: place for place, state in enumerate(BROKEN_FIRST)}
FONT = "system-ui, 'Segoe UI', 'Helvetica Neue', 'DejaVu Sans', Arial, sans-serif"
WIDTH_PX = 848  # an output cell of JupyterLab with its file browser open, on a screen of 1280
WIDE_PX = 1040  # the same without it; layouts stretch in between and beyond
_WIDTHS = (720, 2000)


@dataclass(frozen=True)
class Theme:
    """Colours of one theme. Everything that is not the message is `muted`, `edge` or `border`."""

    name: str
    template: str  # name of its plotly template
    ground: str
    panel: str
    chosen: str  # ground of what is selected
    border: str
    edge: str
    text: str
    muted: str
    states: Mapping[ServiceState, str]


LIGHT = Theme(
    name="light",
    template="k8snetviz",
    ground="#ffffff",
    panel="#f6f8fa",
    chosen="#e6f2ff",
    border="#d0d7de",
    edge="#b3bac2",
    text="#1f2328",
    muted="#59636e",
    states={
        ServiceState.SERVING: "#0b7a75",
        ServiceState.DEGRADED: "#9a5b00",
        ServiceState.DOWN: "#c2371e",
        ServiceState.EMPTY: "#5f6672",
        ServiceState.UNKNOWN: "#5f6672",
        ServiceState.EXTERNAL: "#6a51a3",
    },
)
DARK = Theme(
    name="dark",
    template="k8snetviz-dark",
    ground="#0f1216",
    panel="#191e24",
    chosen="#1c3557",
    border="#343b44",
    edge="#59616b",
    text="#e6e9ed",
    muted="#9aa3b2",
    states={
        ServiceState.SERVING: "#3fb8b0",
        ServiceState.DEGRADED: "#f0a830",
        ServiceState.DOWN: "#ff7a5c",
        ServiceState.EMPTY: "#9aa3b2",
        ServiceState.UNKNOWN: "#9aa3b2",
        ServiceState.EXTERNAL: "#b39ddb",
    },
)
# The first uploads the chart to its vendor's cloud; the others do nothing on a drawing in pixels.
_NO_BUTTONS = ("sendChartToCloud", "zoom", "pan", "select", "lasso", "zoomIn", "zoomOut", "autoScale", "resetScale")
NO_BUTTONS_BESIDE_ZOOM = ("sendChartToCloud", "select", "lasso", "autoScale")
_THEMES = {theme.name: theme for theme in (LIGHT, DARK)}


def theme_named(name: str) -> Theme:
    """Return the theme `name`; UsageError names the two there are."""
    if name not in _THEMES:
        raise UsageError(f"wanted a theme, found {name!r}; there are: {', '.join(_THEMES)}")
    return _THEMES[name]


def checked_width(width: int) -> int:
    """Return the width of a picture in pixels; UsageError where nothing could be read, or nobody has such a screen."""
    if not isinstance(width, int) or not _WIDTHS[0] <= width <= _WIDTHS[1]:
        raise UsageError(f"wanted a width from {_WIDTHS[0]} to {_WIDTHS[1]} pixels, found {width!r}")
    return width


def rank(state: str) -> int:
    """Return the place of a Service state when what is broken comes first."""
    return RANKS[state]


def template(theme: Theme) -> go.layout.Template:
    """Return the small plotly template of `theme`.

    It takes away the button that uploads a chart to its vendor's cloud: cluster data never leaves the machine.
    """
    import plotly.graph_objects as go

    hidden = {"visible": False, "fixedrange": True}
    return go.layout.Template(
        layout={
            "paper_bgcolor": theme.ground,
            "plot_bgcolor": theme.ground,
            "font": {"family": FONT, "size": 12, "color": theme.text},
            "margin": {"l": 0, "r": 0, "t": 0, "b": 0, "pad": 0},
            "showlegend": False,
            "hovermode": "closest",
            "dragmode": False,
            "xaxis": hidden,
            "yaxis": hidden,
            "hoverlabel": {"align": "left", "bgcolor": theme.panel, "bordercolor": theme.border, "font": {"color": theme.text}},
            "modebar": {"remove": [*_NO_BUTTONS], "bgcolor": "rgba(0,0,0,0)", "color": theme.muted, "activecolor": theme.text},
        }
    )


def register() -> None:
    """Register both templates with plotly under their names; the user's default template stays what it is."""
    import plotly.io as pio

    for theme in _THEMES.values():
        pio.templates[theme.template] = template(theme)
