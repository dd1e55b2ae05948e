"""Times that people write and read: the window of a review, and moments in it. Everything is UTC."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

from k8snetviz.errors import UsageError
from k8snetviz.model.printable import printable

_AGO = re.compile(r"(\d{1,6})([mhd])")
_CLOCK = re.compile(r"(\d)?\d:\d{2}(?::\d{2})?")
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
FORMS = "13:30, 2026-11-22T13:30 (UTC, or with an offset), or 90m, 2h, 1d before the last snapshot"


def moment(text: str, last: datetime | None) -> datetime:
    """Return the time that `text` tells; `last` is the time of the last snapshot, where it is known.

    Raises
    ------
    UsageError : `text` is no time, or needs the time of the last snapshot and nothing tells it.
    """
    ago, clock = _AGO.fullmatch(text.strip()), _CLOCK.fullmatch(text.strip())
    if (ago or clock) and last is None:
        raise UsageError(f"wanted a time with its date, found {text!r}: nothing tells when the last snapshot was taken")
    try:
        if ago and last is not None:
            return last - int(ago[1]) * _UNITS[ago[2]]
        if clock and last is not None:
            return datetime.combine(last.date(), time.fromisoformat(text.strip() if clock[1] else f"0{text.strip()}"), UTC)
        found = datetime.fromisoformat(text.strip())
    except (ValueError, OverflowError) as error:
        raise UsageError(f"wanted a time such as {FORMS}, found {printable(text, limit=80)!r}") from error
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def stamp(when: datetime | None, day: date | None = None) -> str:
    """Return a time as people read it, without its date where that is `day`."""
    if when is None:
        return "at a time that is not known"
    return f"{when:%H:%M:%S}" if when.date() == day else f"{when:%Y-%m-%d %H:%M:%S}"
