"""CPU seconds and memory of the running process."""

from __future__ import annotations

import ctypes
import gc
import resource
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def cpu_seconds() -> float:
    """Return user and system seconds of this process so far, all threads."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def _status(key: str) -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(key):
            return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def peak_bytes() -> int:
    """Return the most memory that this process has held (of this process only: ru_maxrss would count its parent's)."""
    return _status("VmHWM:")


def held_bytes() -> int:
    """Return the memory held now, after garbage is collected and free pages are given back."""
    gc.collect()
    with suppress(OSError, AttributeError):  # not glibc: the figure is a little too high
        ctypes.CDLL("libc.so.6").malloc_trim(0)
    return _status("VmRSS:")


class Meter:
    """Collects the figures of one case."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.facts: dict[str, float | int | bool | str] = {}

    @contextmanager
    def section(self, name: str) -> Iterator[None]:
        """Measure what happens inside; what was built before is taken out of the garbage collector's rounds."""
        gc.collect()
        gc.freeze()
        start = cpu_seconds()
        yield
        self.seconds[name] = round(cpu_seconds() - start, 4)
        gc.unfreeze()
