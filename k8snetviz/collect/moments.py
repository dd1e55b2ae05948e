"""Times as the API writes them -> microseconds since 1970, a block at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

Micros = np.ndarray[tuple[int], np.dtype[np.int64]]
NO_TIME = int(np.iinfo(np.int64).min)  # what numpy and pandas call NaT
_MISSING = "0000-00-00T00:00:00Z"
_WIDTH = len(_MISSING)
_SIGN_AT = [place for place, sign in enumerate(_MISSING) if sign != "0"]
_SIGNS = np.frombuffer(_MISSING.encode(), dtype=np.uint8)[_SIGN_AT]
_DIGIT_AT = [place for place, sign in enumerate(_MISSING) if sign == "0"]
_WEIGHTS = np.zeros((_WIDTH, 6), dtype=np.float32)  # year, month, day, hour, minute, second; exact, and a fast product
for _field, _start, _end in ((0, 0, 4), (1, 5, 7), (2, 8, 10), (3, 11, 13), (4, 14, 16), (5, 17, 19)):
    _WEIGHTS[_start:_end, _field] = 10 ** np.arange(_end - _start - 1, -1, -1)
_LARGEST = np.array([9999, 12, 31, 23, 59, 59])
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICRO = timedelta(microseconds=1)


def micros(texts: Sequence[str | None]) -> Micros:
    """Return microseconds since 1970 per text; NO_TIME where it is missing or no time.

    Kubernetes writes whole seconds of UTC, which whole columns of bytes decode; anything else goes one by one.
    """
    joined = "".join([text or _MISSING for text in texts])
    if len(joined) == _WIDTH * len(texts) and joined.isascii():
        signs = np.frombuffer(joined.encode(), dtype=np.uint8).reshape(-1, _WIDTH)
        digits = signs - ord("0")  # other signs come out above 9
        if (signs[:, _SIGN_AT] == _SIGNS).all() and (digits[:, _DIGIT_AT] <= 9).all():
            fields = (digits.astype(np.float32) @ _WEIGHTS).astype(np.int64)
            if (fields <= _LARGEST).all():
                return _whole_seconds(fields)
    return np.asarray([one_moment(text) for text in texts], dtype=np.int64)


def _whole_seconds(fields: np.ndarray[Any, np.dtype[np.int64]]) -> Micros:
    year, month, day, hour, minute, second = fields.T
    months = (year - 1970) * 12 + month - 1
    days = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) + day - 1
    out: Micros = (((days * 24 + hour) * 60 + minute) * 60 + second) * 1_000_000
    out[(year == 0) | (month == 0) | (day == 0)] = NO_TIME
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
