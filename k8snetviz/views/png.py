"""A figure as PNG, painted by Pillow from the same drawing as the SVG."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from k8snetviz.errors import UsageError
from k8snetviz.views.drawing import Command, Drawing, Line, Path, drawing_of

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

Point = tuple[float, float]
_STEPS = 12  # pieces of a curve
_SMOOTH = 2  # painted larger by this and shrunk: Pillow's lines have hard edges
_COLORS = 256  # a third of the bytes of full colour, and no difference to see
_FEW = 64  # of a small image
_FILES = {False: ("DejaVuSans.ttf", "Verdana.ttf", "arial.ttf"), True: ("DejaVuSans-Bold.ttf", "Verdana_Bold.ttf", "arialbd.ttf")}


def png(figure: Mapping[str, Any], scale: int = 2, *, small: bool = False) -> bytes:
    """Return the figure as PNG with `scale` pixels for one of the picture; UsageError without Pillow.

    A `small` one has harder edges and fewer colours, and less than half of the bytes.
    """
    try:
        from PIL import Image, ImageDraw
    except ImportError as error:
        raise UsageError('a PNG needs Pillow, which is not installed: pip install "k8snetviz[png]"') from error
    drawing = drawing_of(figure)
    factor = scale * (1 if small else _SMOOTH)
    image = Image.new("RGB", (drawing.width * factor, drawing.height * factor), drawing.ground)
    pen = ImageDraw.Draw(image)
    for mark in drawing.marks:
        if isinstance(mark, Path):
            _paint_path(pen, mark, factor)
        else:
            _paint_text(pen, mark, factor)
    out = io.BytesIO()
    fitted = image.resize((drawing.width * scale, drawing.height * scale), Image.Resampling.LANCZOS)
    palette = Image.new("P", (1, 1))
    palette.putpalette(bytes(part for color in _palette(drawing, _FEW if small else _COLORS) for part in color))
    fitted.quantize(palette=palette, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def _palette(drawing: Drawing, most: int) -> list[tuple[int, ...]]:
    """Return at most `most` colours: those of the marks, and what lies between them and what they stand on."""
    used: dict[str, None] = {drawing.ground: None}
    fills: dict[str, int] = {}
    for mark in drawing.marks:
        used[mark.color] = None
        if isinstance(mark, Path) and mark.fill:
            used[mark.fill] = None
            fills[mark.fill] = fills.get(mark.fill, 0) + len(mark.commands)
    grounds = [drawing.ground, *sorted(fills, key=lambda color: -fills[color])[:1]]
    colors = [_rgb(color) for color in used]
    steps = max((most - len(colors)) // (len(colors) * len(grounds)), 1)
    mixed = [
        tuple(round(low + (high - low) * step / (steps + 1)) for low, high in zip(_rgb(ground), color, strict=True))
        for step in range(1, steps + 1)
        for color in colors
        for ground in grounds
    ]
    apart = [color for color in dict.fromkeys(mixed) if all(_far(color, pure) for pure in colors)]  # a near one would take its place
    return [*dict.fromkeys(colors), *apart][:most]


def _far(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return max(abs(a - b) for a, b in zip(one, other, strict=True)) > 12


def _rgb(color: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(color.removeprefix("#")))


def _paint_path(pen: ImageDraw, mark: Path, factor: int) -> None:
    for points in _polylines(mark.commands):
        scaled = [(x * factor, y * factor) for x, y in points]
        if mark.fill and len(scaled) > 2:
            pen.polygon(scaled, fill=mark.fill)
        if mark.width == 0:
            continue
        width = max(1, round(mark.width * factor))
        for piece in _dashed(scaled, *(length * factor for length in mark.dashes)) if mark.dashes else [scaled]:
            pen.line(piece, fill=mark.color, width=width, joint="curve")


def _polylines(commands: tuple[Command, ...]) -> Iterator[list[Point]]:
    points: list[Point] = []
    for letter, numbers in commands:
        if letter == "M":
            if len(points) > 1:
                yield points
            points = [(numbers[0], numbers[1])]
        elif letter == "L":
            points.append((numbers[0], numbers[1]))
        elif letter == "Z":
            points.append(points[0])
        else:
            points += _bent(points[-1], numbers)
    if len(points) > 1:
        yield points


def _bent(start: Point, numbers: tuple[float, ...]) -> list[Point]:
    """Return points along a quadratic (four numbers) or cubic (six) curve, without its start."""
    controls = [start, *zip(numbers[::2], numbers[1::2], strict=True)]
    found = []
    for step in range(1, _STEPS + 1):
        level, t = controls, step / _STEPS
        while len(level) > 1:  # de Casteljau
            level = [(a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t) for a, b in pairwise(level)]
        found.append(level[0])
    return found


def _dashed(points: list[Point], on: float, off: float) -> Iterator[list[Point]]:
    """Yield the drawn pieces of a line through `points`."""
    travelled, piece = 0.0, [points[0]]
    for (x0, y0), (x1, y1) in pairwise(points):
        length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5
        done = 0.0
        while done < length:
            phase = (travelled + done) % (on + off)
            step = min((on if phase < on else on + off) - phase, length - done) or 0.01
            done += step
            point = (x0 + (x1 - x0) * done / length, y0 + (y1 - y0) * done / length)
            if phase < on:
                piece.append(point)
            else:
                if len(piece) > 1:
                    yield piece
                piece = [point]
        travelled += length
    if len(piece) > 1:
        yield piece


def _paint_text(pen: ImageDraw, mark: Line, factor: int) -> None:
    fonts = [(text, _font(round(mark.size * factor), strong)) for text, strong in mark.pieces]
    width = sum(font.getlength(text) for text, font in fonts)
    x = mark.x * factor - {"start": 0.0, "middle": width / 2, "end": width}[mark.anchor]
    for text, font in fonts:
        pen.text((x, (mark.y + 0.35 * mark.size) * factor), text, fill=mark.color, font=font, anchor="ls")
        x += font.getlength(text)


@cache
def _font(size: int, strong: bool) -> FreeTypeFont:
    from PIL import ImageFont

    for name in _FILES[strong]:
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    return ImageFont.load_default(size)  # type: ignore[return-value]  # a FreeType font, as a size is given
