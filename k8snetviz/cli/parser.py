"""Verbs, options and examples. Imports nothing heavy: ``--help`` answers at once."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from importlib import import_module

from k8snetviz import __version__
from k8snetviz.cli.inputs import add_input, positive, seconds
from k8snetviz.cli.moments import add_inputs

FORMATS = ("table", "csv", "json", "markdown")
HISTORY = ("timeline", "moments", "reasons", "flaps", "events", "restarts")
_ROOMS = {  # modules of the verbs that do not stand in `verbs`
    "collect": "collecting",
    "diff": "comparing",
    "report": "documents",
    "review": "documents",
    "share": "documents",
    "timeline": "comparing",
}


def _verb(name: str) -> Callable[[argparse.Namespace], int]:
    """Return a function that fetches the verb's code only when it is run."""

    def run(arguments: argparse.Namespace) -> int:
        room = _ROOMS.get(name, "verbs")
        function: Callable[[argparse.Namespace], int] = getattr(import_module(f"k8snetviz.cli.{room}"), name)
        return function(arguments)

    return run


def parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    top = argparse.ArgumentParser(
        prog="k8snetviz",
        description="Which pods stand behind this Service, why not the others: of a live cluster, or of files that somebody mailed.",
        epilog="Start with: k8snetviz states sample:during",
    )
    top.add_argument("--version", action="version", version=f"k8snetviz {__version__}")
    verbs = top.add_subparsers(dest="verb", metavar="VERB", required=True)

    collect = _add(verbs, "collect", "a live cluster, or any input -> one .k8snet file", "k8snetviz collect --context prod -o prod.k8snet")
    add_input(collect)
    collect.add_argument("-o", "--output", metavar="FILE", required=True, help="the .k8snet file to write; with --every, a folder")
    collect.add_argument("--page-size", metavar="N", type=positive, default=500, help="objects that are asked for at once (default: 500)")
    collect.add_argument(
        "--cluster-config", action="store_true", help="read kubeadm-config and kube-proxy, too, for address ranges and proxy mode only"
    )
    collect.add_argument("--every", metavar="TIME", type=seconds, help="record a series: a file each 60s, 5m, ... where something changed")
    collect.add_argument("--keep", metavar="N", type=positive, help="with --every: so many files stay, the newest ones (default: all)")

    show = _add(verbs, "show", "the summary, or one table", "k8snetviz show dump.tar.gz gaps --format json")
    add_input(show, "TABLE", "name of a table, such as pods, services, slice_endpoints, gaps")
    _output(show)

    states = _add(verbs, "states", "which Services serve, and the first reason why not", "k8snetviz states dump.json --broken")
    add_input(states)
    states.add_argument("--broken", action="store_true", help="only Services that are neither serving nor external")
    _output(states)

    backends = _add(verbs, "backends", "the endpoint ledger: Service port -> pods", "k8snetviz backends dump.json shop/cart")
    add_input(backends, "SERVICE", "namespace/name; without it, all Services")
    _output(backends)

    explain = _add(verbs, "explain", "the story of one Service", "k8snetviz explain dump.json shop/cart")
    add_input(explain, "SERVICE", "namespace/name (must be given)", needed=True)
    explain.add_argument("--format", choices=("text", "json", "html"), default="text", help="how to print it (default: text)")
    _file(explain)

    owners = _add(verbs, "owners", "everything that holds or covers an address", "k8snetviz owners dump.json 10.1.2.3")
    add_input(owners, "ADDRESS", "an address or a range, such as 10.1.2.3 or 10.1.0.0/16 (must be given)", needed=True)
    _output(owners)

    diff = _add(verbs, "diff", "what changed for traffic between two snapshots, and why", "k8snetviz diff monday.k8snet tuesday.k8snet")
    add_inputs(diff, "BEFORE AFTER", least=2)
    _output(diff)

    timeline = _add(verbs, "timeline", "which Services failed when, over many snapshots", "k8snetviz timeline recorded/ now.k8snet")
    add_inputs(timeline, "S1 S2 ...")
    timeline.add_argument("--table", choices=HISTORY, default="timeline", help="which table of the timeline (default: timeline)")
    _output(timeline)

    report = _add(
        verbs,
        "report",
        "one offline page: the explorer, states, reasons, provenance; with BEFORE also what changed",
        "k8snetviz report before.k8snet after.k8snet -o incident.html",
    )
    add_inputs(report, "[BEFORE] AFTER")
    report.add_argument("-o", "--output", metavar="FILE", required=True, help="the .html file to write, or '-' for stdout")

    review = _add(
        verbs,
        "review",
        "an executed review notebook, and its offline page beside it; with BEFORE an incident review",
        "k8snetviz review before.k8snet after.k8snet -o incident.ipynb --service shop/cart --link ticket=https://example.com/42",
    )
    add_inputs(review, "[BEFORE ...] AFTER")
    review.add_argument("-o", "--output", metavar="FILE", required=True, help="the .ipynb file to write; the page gets the ending .html")
    review.add_argument("--title", metavar="TEXT", help="title of the review")
    review.add_argument("--service", metavar="NS/NAME", action="append", default=[], help="a Service in question, as often as needed")
    review.add_argument("--since", metavar="TIME", help="begin of the time window, in UTC: 13:30, 2026-11-22T13:30, or 90m before the end")
    review.add_argument("--until", metavar="TIME", help="end of the time window (default: the time of AFTER)")
    review.add_argument("--link", metavar="TEXT=URL", action="append", default=[], help="a link to the web, as often as needed")
    review.add_argument("--template", metavar="FILE", help="a notebook of your own that is filled in and run (see docs/review.md)")

    share = _add(verbs, "share", "a notebook as an offline page, explorers alive", "k8snetviz share review.ipynb -o review.html")
    share.add_argument("notebook", metavar="NOTEBOOK", help="the notebook, with its outputs; it is neither run nor changed")
    share.add_argument("-o", "--output", metavar="FILE", required=True, help="the .html file to write; it holds what the notebook holds")

    lab = _add(verbs, "lab", "JupyterLab on the shipped notebooks with that input", "k8snetviz lab dump.tar.gz")
    add_input(lab, else_="sample:during")
    lab.add_argument("--folder", metavar="DIR", help="where the notebooks are laid (default: k8snetviz-notebooks here)")
    lab.add_argument("--no-browser", action="store_true", help="print the address only")

    completion = _add(
        verbs,
        "completion",
        "a completion script for your shell",
        "k8snetviz completion bash > ~/.local/share/bash-completion/completions/k8snetviz",
    )
    completion.add_argument("shell", choices=("bash", "zsh", "tcsh"), help="the shell")
    return top


def _add(verbs: argparse._SubParsersAction[argparse.ArgumentParser], name: str, does: str, example: str) -> argparse.ArgumentParser:
    verb = verbs.add_parser(name, help=does, description=does[0].upper() + does[1:] + ".", epilog=f"Example: {example}")
    verb.set_defaults(run=_verb(name))
    verb.add_argument("--debug", action="store_true", help="show the traceback of an error")
    return verb


def _file(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("-o", "--output", metavar="FILE", help="write there instead of printing")


def _output(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--format", choices=FORMATS, default="table", help="how to print it (default: table)")
    verb.add_argument("--columns", metavar="A,B,...", help="these columns, in this order (table: a short choice; other formats: all)")
    _file(verb)
