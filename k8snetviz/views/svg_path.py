"""Path data in few bytes: of the ways to write a command the shortest one, with as few separators as the grammar needs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from k8snetviz.views.drawing import Command

Point = tuple[float, float]


def number(value: float) -> str:
    """Return a coordinate with one decimal at most, and no zero in front of the point."""
    text = f"{round(value, 1) + 0.0:g}"  # the sum makes -0 to 0
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text


def path_data(commands: Iterable[Command]) -> str:
    """Return the value of ``d`` for commands M, L, C, Q and Z with absolute coordinates."""
    parts: list[str] = []
    last, at, start = "", (0.0, 0.0), (0.0, 0.0)
    mirrored: Point | None = None  # the control that a smooth curve would begin with
    for letter, numbers in commands:
        ways = _ways(letter, numbers, at, mirrored)
        last, text = min((_written(way, values, last) for way, values in ways), key=lambda each: len(each[1]))
        parts.append(text)
        if letter == "Z":
            at, mirrored = start, None
            continue
        at = (numbers[-2], numbers[-1])
        start = at if letter == "M" else start
        mirrored = (2 * at[0] - numbers[2], 2 * at[1] - numbers[3]) if letter == "C" else None
    return "".join(parts)


def _ways(letter: str, numbers: Sequence[float], at: Point, mirrored: Point | None) -> list[tuple[str, list[float]]]:
    """Return the ways to write a command: relative and absolute, as a level or upright line, as a smooth curve."""
    if letter == "Z":
        return [("z", [])]
    relative = [value - at[place % 2] for place, value in enumerate(numbers)]
    ways = [(letter.lower(), relative), (letter, list(numbers))]
    if letter == "L":
        for name, along, across in (("h", 0, 1), ("v", 1, 0)):
            if number(relative[across]) == "0":
                ways += [(name, [relative[along]]), (name.upper(), [numbers[along]])]
    if mirrored is not None and letter == "C" and all(number(one - other) == "0" for one, other in zip(mirrored, numbers, strict=False)):
        ways += [("s", relative[2:]), ("S", list(numbers[2:]))]
    return ways


def _written(letter: str, values: Sequence[float], last: str) -> tuple[str, str]:
    """Return the letter that stands now, and the command; the letter is left out where it follows itself."""
    words = "" if letter == last and letter not in "Mmz" else letter
    for value in values:
        text = number(value)
        apart = not text.startswith("-") and not words.endswith(letter)
        words += f" {text}" if apart else text
    return letter, words
