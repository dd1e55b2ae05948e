"""What several snapshots are called where one of them is chosen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

from k8snetviz.errors import UsageError
from k8snetviz.model.printable import printable
from k8snetviz.model.snapshot import Snapshot


def labels(snaps: Sequence[Snapshot]) -> list[str]:
    """Return what each snapshot is called: its name and the time it was taken, numbered where both are the same."""
    named = [_label(snap) for snap in snaps]
    several, met = Counter(named), Counter[str]()
    for place, label in enumerate(named):
        met[label] += 1
        if several[label] > 1:
            named[place] = f"{label} ({met[label]})"
    return named


def _label(snap: Snapshot) -> str:
    taken = snap.provenance.finished
    return printable(snap.provenance.name, limit=80) + (f" · {taken:%Y-%m-%d %H:%M:%S} UTC" if taken else "")


def place_of(snaps: Sequence[Snapshot], wanted: int | str | datetime) -> int:
    """Return the place of a moment that is named by its place, or by a time: of the last snapshot that was taken until then.

    Raises UsageError where there is none, or `wanted` is neither.
    """
    if isinstance(wanted, int) and not isinstance(wanted, bool):
        if -len(snaps) <= wanted < len(snaps):
            return wanted % len(snaps)
        raise UsageError(f"wanted one of {len(snaps)} moments, 0 to {len(snaps) - 1}, found {wanted}")
    time = _time(wanted)
    taken = [(snap.provenance.finished, place) for place, snap in enumerate(snaps) if snap.provenance.finished is not None]
    until = [each for each in taken if each[0] <= time]
    if until:
        return max(until)[1]
    first = f"the first is of {min(taken)[0]:%Y-%m-%d %H:%M:%S} UTC" if taken else "these snapshots tell no time; name one by its place"
    raise UsageError(f"wanted a moment at or before {time:%Y-%m-%d %H:%M:%S} UTC, found none: {first}")


def _time(wanted: object) -> datetime:
    """Return a time; one that tells no zone is UTC."""
    found = wanted
    if isinstance(wanted, str):
        try:
            found = datetime.fromisoformat(wanted.removesuffix(" UTC"))
        except ValueError:
            found = None
    if not isinstance(found, datetime):
        said = printable(repr(wanted), limit=80)
        raise UsageError(f"wanted a moment, as its place among the snapshots or as a time such as '2026-11-24 12:30', found {said}")
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found
