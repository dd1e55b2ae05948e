"""A column of resourceVersions: numbers where they are numbers, which takes an eighth of the room of texts."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator

_ABSENT, _TEXT = -1, -2
_NUMBER = r"(?:0|[1-9][0-9]{0,17})"  # what comes out of int and str as it went in
_NUMBERS = re.compile(f"{_NUMBER}(?:,{_NUMBER})*")


class Versions:
    """Behaves as a list of texts that grows at its end."""

    def __init__(self) -> None:
        self._numbers = array("q")
        self._texts: dict[int, str] = {}  # row -> what is no such number

    def extend(self, texts: list[str | None]) -> None:
        """Append the versions of a block of objects."""
        joined = ",".join([text or "" for text in texts])
        if _NUMBERS.fullmatch(joined) and joined.count(",") == len(texts) - 1:
            self._numbers.extend([int(text or "") for text in texts])
            return
        for text in texts:
            if text is None:
                self._numbers.append(_ABSENT)
            elif _NUMBERS.fullmatch(text) and "," not in text:
                self._numbers.append(int(text))
            else:
                self._texts[len(self._numbers)] = text
                self._numbers.append(_TEXT)

    def __getitem__(self, row: int) -> str | None:
        number = self._numbers[row]
        return str(number) if number >= 0 else self._texts.get(row)

    def __iter__(self) -> Iterator[str | None]:
        return map(self.__getitem__, range(len(self._numbers)))
