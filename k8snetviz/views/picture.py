"""Picture: a plotly figure whose notebook output also holds a static SVG and one sentence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import plotly.graph_objects as go

from k8snetviz.errors import UsageError
from k8snetviz.views.svg import svg
from k8snetviz.views.theme import register

register()

# No upload, no vendor's logo, no address to upload to.
_CONFIG = {"displaylogo": False, "plotlyServerURL": "", "showSendToCloud": False}


class Picture(go.Figure):  # type: ignore[misc]  # plotly carries no types
    """A plotly figure that is also seen where no plotly runs: saved, mailed, printed.

    Everything of ``go.Figure`` works on it; the static SVG is drawn from what the figure holds at that moment.
    """

    # plotly's own ones ask the default renderer, or load plotly.js from a CDN; the bundle below is the whole output.
    _ipython_display_ = None
    _repr_html_ = None

    @property
    def alt(self) -> str:
        """Return the alternative text: one sentence that says what is on the picture."""
        meta = self.layout.meta
        return str(meta["alt"]) if isinstance(meta, dict) and "alt" in meta else "A picture without a description"

    def svg(self, path: str | Path | None = None) -> str:
        """Return the picture as a standalone SVG document, and write it to `path` if there is one."""
        drawing = svg(self.to_plotly_json())
        if path is not None:
            Path(path).write_text(drawing, encoding="utf-8")
        return drawing

    def png(self, path: str | Path | None = None, *, scale: int = 2, small: bool = False) -> bytes:
        """Return the picture as PNG, and write it to `path` if there is one; needs ``k8snetviz[png]``.

        A `small` one has harder edges, fewer colours, and less than half of the bytes.
        """
        from k8snetviz.views.png import png

        image = png(self.to_plotly_json(), scale, small=small)
        if path is not None:
            Path(path).write_bytes(image)
        return image

    def _repr_mimebundle_(self, *_args: object, **_kwargs: object) -> dict[str, Any]:
        figure = json.loads(self.to_json(engine="json"))
        bundle: dict[str, Any] = {
            "application/vnd.plotly.v1+json": {"data": figure["data"], "layout": figure["layout"], "config": _CONFIG},
            "text/plain": self.alt,
        }
        try:
            bundle["image/svg+xml"] = self.svg()
        except UsageError:  # the user added something that only plotly can draw
            return bundle
        return bundle
