"""Which words of a command line are its INPUT: a file, or the live cluster. Imports nothing heavy.

The rule. ``--context``, ``--kubeconfig`` or ``--namespace`` mean the live cluster, and so do the word ``live`` as INPUT and no
INPUT at all. What stands behind INPUT (SERVICE, ADDRESS, TABLE) keeps its place, or is the only word where INPUT is left out.
Where it must be given (``explain``, ``owners``), a single word is that. A file called ``live`` is ``./live``.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import TYPE_CHECKING

from k8snetviz.errors import UsageError

if TYPE_CHECKING:
    from k8snetviz.collect.live.collection import Cluster
    from k8snetviz.model.snapshot import Snapshot

LIVE = "live"
_FILE = "a file, directory, archive, .k8snet file, '-' for stdin, sample:before, sample:during"
_UNITS = {"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0}
_TIME = re.compile(r"(\d+(?:\.\d+)?)([smh]?)")


def add_input(
    verb: argparse.ArgumentParser, behind: str | None = None, about: str = "", *, needed: bool = False, else_: str = LIVE
) -> None:
    """Give `verb` an INPUT, the options of a live cluster, and the word `behind` INPUT, which may be `needed`."""
    told = "the live cluster" if else_ == LIVE else else_
    verb.add_argument("input", metavar="INPUT", nargs="?", help=f"{_FILE}, or '{LIVE}' (without it: {told})")
    if behind is not None:
        verb.add_argument("behind", metavar=behind, nargs="?", help=about)
    verb.set_defaults(behind_called=behind, behind_needed=needed, else_input=else_)
    live_options(verb, "the live cluster, in place of INPUT")


def live_options(verb: argparse.ArgumentParser, title: str) -> None:
    """Give `verb` the options that name a live cluster, below the heading `title`."""
    group = verb.add_argument_group(title)
    group.add_argument("--context", metavar="NAME", help="context of the kubeconfig (default: the current one)")
    group.add_argument(
        "--kubeconfig", metavar="FILE", help="default: KUBECONFIG, else ~/.kube/config, else the service account of this pod"
    )
    group.add_argument(
        "--namespace", metavar="NS", action="append", help="only this namespace, as often as needed (default: all that may be read)"
    )


def named_options(arguments: argparse.Namespace) -> list[str]:
    """Return the options of a live cluster that were given, as they are written."""
    return [f"--{name}" for name in ("context", "kubeconfig", "namespace") if getattr(arguments, name) is not None]


def settle_input(arguments: argparse.Namespace, more: list[str]) -> None:
    """Decide what the words mean: sets `input` (a path, or "live") and `behind`. `more` are words that stood behind options.

    Raises UsageError where words are missing, or too many, or both a file and a cluster are named.
    """
    words = [word for word in (arguments.input, getattr(arguments, "behind", None), *more) if word is not None]
    options = named_options(arguments)
    called, needed = arguments.behind_called, arguments.behind_needed
    if options:
        words = words[1:] if words[:1] == [LIVE] else words
        if len(words) > (called is not None) or (words and _is_input(words[0])):
            raise UsageError(f"wanted one input, found {words[0]} and {options[0]}, which means the live cluster: leave one out")
        source, rest = LIVE, words
    elif needed and len(words) == 1:
        if words[0] == LIVE or _is_input(words[0]):
            raise UsageError(f"wanted {called} behind {words[0]}, found nothing; see: k8snetviz {arguments.verb} --help")
        source, rest = LIVE, words
    else:
        source, rest = (words[0], words[1:]) if words else (arguments.else_input, [])
    if needed and not rest:
        raise UsageError(f"wanted {called}, found nothing; see: k8snetviz {arguments.verb} --help")
    if len(rest) > (called is not None):
        raise UsageError(f"wanted INPUT{f' and {called}' if called else ''}, found one word more: {rest[-1]}")
    arguments.input, arguments.behind = source, rest[0] if rest else None


def _is_input(word: str) -> bool:
    return word == "-" or word.startswith("sample:") or Path(word).exists()


def seconds(text: str) -> float:
    """Return the seconds that ``90``, ``60s``, ``5m`` or ``1h`` tell; for argparse."""
    found = _TIME.fullmatch(text)
    if found is None or float(found[1]) == 0:
        raise argparse.ArgumentTypeError(f"wanted a time such as 60s, 5m or 1h, found {text!r}")
    return float(found[1]) * _UNITS[found[2]]


def positive(text: str) -> int:
    """Return a whole number above 0; for argparse."""
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"wanted a whole number above 0, found {text!r}")
    return int(text)


def cluster_of(arguments: argparse.Namespace) -> Cluster:
    """Return the live cluster that the options name."""
    from k8snetviz.collect.live.collection import Cluster

    return Cluster(arguments.context, arguments.namespace, arguments.kubeconfig, cluster_config=getattr(arguments, "cluster_config", False))


def read(arguments: argparse.Namespace) -> Snapshot:
    """Return the snapshot of the input."""
    return read_source(arguments, arguments.input)


def read_source(arguments: argparse.Namespace, source: str) -> Snapshot:
    """Return the snapshot of `source`, which may be the live cluster that the options name."""
    if source == LIVE:
        from k8snetviz.collect.live.collect import collect

        return collect(arguments.context, namespaces=arguments.namespace, kubeconfig=arguments.kubeconfig)
    if source.startswith("sample:"):
        from k8snetviz.collect.sample import sample

        return sample(source.removeprefix("sample:"))
    from k8snetviz.collect.load import load

    return load(source)
