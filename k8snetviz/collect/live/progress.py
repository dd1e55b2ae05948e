"""How far a collection is, for who waits: one line on a terminal, one line in a notebook, nothing where nobody looks."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from k8snetviz.collect.live.gather import Job, Progress, Told

_FIRST_S = 0.7  # what is done sooner shows nothing, and leaves nothing in a notebook
_EVERY_S = 0.2


class Line(Protocol):
    """A place that shows one line, again and again."""

    def show(self, text: str) -> None:
        """Show `text` in place of what was shown."""
        ...

    def clear(self) -> None:
        """Show nothing any more."""
        ...


class TerminalLine:
    """The last line of a terminal."""

    def show(self, text: str) -> None:
        """Show `text`, cut to the width of the terminal."""
        sys.stderr.write("\r" + text[: shutil.get_terminal_size().columns - 1] + "\x1b[K")
        sys.stderr.flush()

    def clear(self) -> None:
        """Leave the line empty for what comes next."""
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()


class NotebookLine:
    """An output of the running cell; it ends empty, so that a stored notebook tells no old progress."""

    def __init__(self, display: Callable[..., Any]) -> None:
        self._display = display
        self._handle: Any = None

    def show(self, text: str) -> None:
        """Show `text` as plain text."""
        data = {"text/plain": text}
        if self._handle is None:
            self._handle = self._display(data, raw=True, display_id=True)
        else:
            self._handle.update(data, raw=True)

    def clear(self) -> None:
        """Empty the output."""
        if self._handle is not None:
            self._handle.update({"text/plain": ""}, raw=True)


class Counted:
    """Adds up what the lists tell, and shows it now and then."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._lists: dict[Job, int] = {}
        self._began = time.monotonic()
        self._next = self._began + _FIRST_S
        self.shown = False

    def __call__(self, told: Progress) -> None:
        """Take word of a page."""
        self._lists[told.job] = told.objects
        now = time.monotonic()
        if now >= self._next:
            self._next = now + _EVERY_S
            self.shown = True
            self._line.show(self._text(told, now))

    def _text(self, told: Progress, now: float) -> str:
        whole = f" of about {told.objects + told.remaining:,}" if told.remaining else ""
        where = f" in {told.job.namespace}" if told.job.namespace else ""
        sums = f"{sum(self._lists.values()):,} objects of {len(self._lists)} lists"
        return f"{told.job.kind}{where}: {told.objects:,}{whole} · {sums} · {now - self._began:.0f} s"


@contextmanager
def shown(progress: Told | bool) -> Iterator[Told | None]:
    """Yield who hears of every page: `progress` itself, or (True) a line where somebody looks, cleared at the end."""
    if callable(progress):
        yield progress
        return
    line = _line() if progress else None
    if line is None:
        yield None
        return
    counted = Counted(line)
    try:
        yield counted
    finally:
        if counted.shown:
            line.clear()


def _line() -> Line | None:
    """Return the place to show a line: the notebook that runs this, else the terminal behind stderr, else none."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is not None and hasattr(shell, "kernel"):
        from IPython.display import display

        return NotebookLine(display)
    return TerminalLine() if sys.stderr is not None and sys.stderr.isatty() else None
