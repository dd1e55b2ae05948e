"""Which words of a command line are its inputs where several moments of a cluster are read. Imports nothing heavy.

The rule. The words stand in the order of BEFORE and AFTER; the last of them may be the live cluster: the word ``live``, or none and one of
``--context``, ``--kubeconfig``, ``--namespace``, or no word at all where one is enough. A folder or an archive may hold several snapshots.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from k8snetviz.cli.inputs import LIVE, live_options, named_options, read_source
from k8snetviz.errors import SeveralSnapshots, UsageError

if TYPE_CHECKING:
    from k8snetviz.model.snapshot import Snapshot

_FILES = "files, directories, archives, .k8snet files, sample:before, sample:during, '-' for stdin"


def add_inputs(verb: argparse.ArgumentParser, called: str = "INPUT", *, least: int = 1) -> None:
    """Give `verb` inputs in the order of time, `least` of them at least, and the options of a live cluster, which is the last one."""
    end = f"'{LIVE}' as the last one is the live cluster" + (" (without any: that)" if least == 1 else "")
    verb.add_argument("inputs", metavar=called, nargs="*", help=f"{_FILES}; {end}; a folder or archive may hold several snapshots")
    verb.set_defaults(least_inputs=least, inputs_called=called)
    live_options(verb, "the live cluster, as the last input")


def settle_inputs(arguments: argparse.Namespace, more: list[str]) -> None:
    """Decide what the words mean: sets `inputs`, of which the last may be "live". `more` are words that stood behind options.

    Raises UsageError where there are too few, or one of them twice.
    """
    words, options = [*arguments.inputs, *more], named_options(arguments)
    if (options and words[-1:] != [LIVE]) or (not words and arguments.least_inputs == 1):
        words.append(LIVE)
    if len(words) < arguments.least_inputs:
        found = words[0] if words else "nothing"
        raise UsageError(f"wanted {arguments.inputs_called}, found {found} alone; see: k8snetviz {arguments.verb} --help")
    if LIVE in words[:-1]:
        raise UsageError(f"wanted the live cluster as the last input, found {words[-1]} behind it; a file called {LIVE} is ./{LIVE}")
    named: dict[str, str] = {}
    for word in words:
        place = word if word in (LIVE, "-") or word.startswith("sample:") else str(Path(word).resolve())
        if place in named:
            twice = named[place] if named[place] == word else f"{named[place]}, which is {word}"
            raise UsageError(f"wanted another input for each moment, found {twice} twice: leave one out")
        named[place] = word
    arguments.inputs = words


def snapshots(arguments: argparse.Namespace) -> list[Snapshot]:
    """Return the snapshots of the inputs in the order named; a folder or archive with several of them gives all, in the order of time."""
    found: list[Snapshot] = []
    for word in arguments.inputs:
        try:
            found.append(read_source(arguments, word))
        except SeveralSnapshots:
            from k8snetviz.collect.series import load_series

            found += load_series(word)
    return found
