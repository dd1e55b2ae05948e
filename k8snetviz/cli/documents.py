"""The verbs that write documents: ``report``, ``review``, ``share``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from k8snetviz.cli.collecting import kept_file
from k8snetviz.cli.inputs import LIVE
from k8snetviz.cli.moments import snapshots
from k8snetviz.cli.output import emit, plain
from k8snetviz.errors import UsageError


def report(arguments: argparse.Namespace) -> int:
    """Write the report of one snapshot, or of several of which the first and the last are compared, or print it."""
    from k8snetviz.documents.files import page_path, write_page
    from k8snetviz.documents.incident import incident
    from k8snetviz.documents.incident_questions import remarks
    from k8snetviz.documents.report import incident_page, report_page

    target = None if arguments.output == "-" else page_path(arguments.output)  # before the work, not after it
    found = snapshots(arguments)
    if len(found) == 1:
        page = report_page(found[0])
    else:
        told = incident(found)
        for remark in remarks(told, times=False):
            _say(remark)
        page = incident_page(told)
    if target is None:
        emit(page, None)
        return 0
    written = write_page(page, target)
    sys.stdout.write(plain(f"wrote {written} ({written.stat().st_size:,} bytes)\n"))
    return 0


def review(arguments: argparse.Namespace) -> int:
    """Write the executed review notebook and its offline page; print what it says in short."""
    from k8snetviz.documents.links import links
    from k8snetviz.documents.review import review as write_review
    from k8snetviz.documents.template import TEMPLATE, Parameters

    notebook = Path(arguments.output)
    if notebook.suffix != ".ipynb":
        raise UsageError(f"wanted an output file ending in .ipynb, found {arguments.output!r}")
    wanted = Parameters(arguments.title, tuple(arguments.service), arguments.since, arguments.until, links(arguments.link))
    template = Path(arguments.template) if arguments.template else TEMPLATE
    sources = list(arguments.inputs)
    if sources[-1] == LIVE:
        arguments.input = LIVE
        sources[-1] = kept_file(arguments, notebook.with_suffix(".k8snet"))
    made = write_review(sources, notebook, wanted, template_path=template)
    emit(plain(made.said.rstrip("\n") + "\n") if made.said.strip() else "", None)
    for path in (made.notebook, made.page):
        sys.stdout.write(plain(f"wrote {path}\n"))
    return 0


def share(arguments: argparse.Namespace) -> int:
    """Write a notebook as an offline page."""
    from k8snetviz.documents.share import share as write_page

    shared = write_page(arguments.notebook, arguments.output)
    sys.stdout.write(plain(f"wrote {shared.path} ({shared.path.stat().st_size:,} bytes)\n"))
    for note in shared.notes:
        _say(note)
    return 0


def _say(sentence: str) -> None:
    sys.stderr.write(plain(f"k8snetviz: {sentence}\n"))
