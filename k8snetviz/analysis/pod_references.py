"""The pod that a reference names, or an error that names the nearest."""

from __future__ import annotations

from k8snetviz.analysis.references import Form, Reference, nearest, parse_reference
from k8snetviz.errors import UnknownReference, UsageError
from k8snetviz.model.kinds import Kind
from k8snetviz.model.printable import printable
from k8snetviz.model.snapshot import Snapshot


def resolve_pod(snap: Snapshot, text: str) -> Reference:
    """Return the reference of the pod that `text` names (``shop/web-0`` or ``pod:shop/web-0``).

    Raises
    ------
    UsageError : `text` is no reference of a pod.
    UnknownReference : no such pod; names the nearest ones, or says that pods were not read.
    """
    pods = snap.pods
    names = pods[["namespace", "pod"]].rename(columns={"pod": "name"})
    if isinstance(text, str) and text.strip() and "/" not in text and ":" not in text:
        raise UnknownReference(f"wanted a pod as namespace/name, found '{printable(text, limit=80)}'{_near(nearest(text.strip(), names))}")
    wanted = parse_reference(text, Form.POD)
    if wanted.form is not Form.POD:
        raise UsageError(f"wanted a pod such as shop/web-0, found '{printable(text, limit=80)}', which names something else")
    if ((pods["namespace"] == wanted.namespace) & (pods["pod"] == wanted.name)).any():
        return wanted
    name = f"{wanted.namespace}/{wanted.name}"
    if snap.knows(Kind.POD, wanted.namespace):
        there = f"there is none among those that were read ({len(pods)})"
    else:
        there = f"Pods of namespace {printable(wanted.namespace)} were not, or not completely, collected (see snap.gaps)"
    raise UnknownReference(f"wanted Pod '{printable(name, limit=80)}', {there}{_near(nearest(name, names))}")


def _near(names: list[str]) -> str:
    return f"; nearest: {', '.join(printable(name) for name in names)}" if names else "; nothing is spelled like it"
