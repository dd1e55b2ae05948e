"""Times as the API writes them -> microseconds since 1970, a block at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np

Micros = np.ndarray[tuple[int], np.dtype[np.int64]]
Field = np.ndarray[tuple[int], np.dtype[np.uint8]]
NO_TIME = int(np.iinfo(np.int64).min)  # what numpy and pandas call NaT
_MISSING = "0000-00-00T00:00:00Z"
_WIDTH = len(_MISSING)
_SIGNS = {place: ord(sign) - ord("0") & 0xFF for place, sign in enumerate(_MISSING) if sign != "0"}
_DIGITS = [place for place in range(_WIDTH) if place not in _SIGNS]
_LIMITS = (12, 31, 23, 59, 59)  # month, day, hour, minute, second
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICRO = timedelta(microseconds=1)


def micros(texts: Sequence[str | None]) -> Micros:
    """Return microseconds since 1970 per text; NO_TIME where it is missing or no time.

    Kubernetes writes whole seconds of UTC, which whole columns of bytes decode; anything else goes one by one.
    """
    joined = "".join([text or _MISSING for text in texts])
    if len(joined) == _WIDTH * len(texts) and joined.isascii():
        places = np.ascontiguousarray(np.frombuffer(joined.encode(), dtype=np.uint8).reshape(-1, _WIDTH).T) - np.uint8(ord("0"))
        if all((places[place] == sign).all() for place, sign in _SIGNS.items()) and (places[_DIGITS] <= 9).all():
            fields = [places[place] * np.uint8(10) + places[place + 1] for place in (5, 8, 11, 14, 17)]
            if all((field <= limit).all() for field, limit in zip(fields, _LIMITS, strict=True)):
                year = places[0] * np.int64(1000) + places[1] * np.int64(100) + places[2] * np.int64(10) + places[3]
                return _whole_seconds(year, *fields)
    return np.asarray([one_moment(text) for text in texts], dtype=np.int64)


def _whole_seconds(year: Micros, month: Field, day: Field, hour: Field, minute: Field, second: Field) -> Micros:
    months = ((year - 1970) * 12 + month - 1).astype("datetime64[M]")
    days = months.astype("datetime64[D]") + (day.astype(np.int64) - 1)
    out: Micros = (((days.astype(np.int64) * 24 + hour) * 60 + minute) * 60 + second) * 1_000_000
    out[(year == 0) | (month == 0) | (days.astype("datetime64[M]") != months)] = NO_TIME
    return out


def one_moment(text: str | None) -> int:
    """Return microseconds since 1970; NO_TIME when `text` is missing or no time."""
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return NO_TIME
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - _EPOCH) // _MICRO
