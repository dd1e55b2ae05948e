"""The sentences of CHANGE_LINES, such as a tired person understands."""

from __future__ import annotations

from typing import Any

from k8snetviz.analysis.diff_backends import SERVING
from k8snetviz.model.kinds import Kind, Reason
from k8snetviz.model.printable import printable
from k8snetviz.model.tables.changes import AnswerKind, Change

Cells = dict[str, Any]
_LONG = 160  # characters of a name or a value in a sentence
_FIELDS = 3  # of one object in one sentence
_READY = "status.conditions[Ready]"
_NOUNS = {
    "spec.selector": "selector",
    "spec.type": "type",
    "spec.clusterIP": "cluster IP",
    "spec.clusterIPs": "cluster IPs",
    "spec.externalIPs": "external IPs",
    "spec.externalName": "external name",
    "spec.ipFamilies": "address families",
    "spec.internalTrafficPolicy": "internal traffic policy",
    "spec.externalTrafficPolicy": "external traffic policy",
    "spec.sessionAffinity": "session affinity",
    "spec.publishNotReadyAddresses": "publishNotReadyAddresses",
    "spec.loadBalancerSourceRanges": "allowed source ranges",
    "status.loadBalancer.ingress": "load balancer address",
    "spec.podSelector": "pod selector",
    "spec.ingress": "ingress rules",
    "spec.egress": "egress rules",
    "status.podIPs": "address",
    "status.addresses": "addresses",
    "spec.nodeName": "Node",
    "spec.template.spec.containers[].ports": "declared ports",
    "status.phase": "phase",
    "metadata.labels[topology.kubernetes.io/zone]": "zone",
    "metadata.labels[topology.kubernetes.io/region]": "region",
}
_COUNTS = {"selected": "selected pods", "ready": "ready backends", "not_ready": "backends not ready", "terminating": "terminating backends"}


def words_of_object(rows: list[Cells]) -> str:
    """Return the sentence of a change of one object that is no pod, or of several of one kind that came or went together."""
    first = rows[0]
    field, before, after = first["field"], first["before"], first["after"]
    names = {(cells["namespace"], cells["name"]) for cells in rows}
    if field is None and len(names) > 1:
        return f"{len(names)} {_plural(first['kind'])} are {_LIVES[first['change']]} with it."
    who = _who(first)
    more = _with(rows)
    if field is None:
        return f"{who} is {_LIVES[first['change']]}{more}."
    if field == "metadata.uid":
        return f"{who} was deleted and made anew{more}."
    if field == "spec.template":
        return f"{who} was rolled out{_from_to(before, after)}{more}."
    if field == "status.active":
        return f"{who} ran{_from_to(before, after)}{more}."
    if field == "status.desiredNumberScheduled":
        return f"The desired pods of {who} changed from {_value(before)} to {_value(after)}{more}."
    if field in ("spec.replicas", "spec.parallelism"):
        return f"{who} was scaled from {_value(before)} to {_value(after)}{more}."
    if field == _READY and first["kind"] == Kind.NODE.value:
        return f"{who} is ready again{more}." if after == "True" else f"{who} is no longer ready ({_value(after)}){more}."
    if field == "spec.unschedulable":
        return f"{who} was {'cordoned' if after == 'true' else 'uncordoned'}{more}."
    return f"{_changed(first)}{more}."


_LIVES = {Change.ADDED.value: "new", Change.REMOVED.value: "gone"}


def words_of_pods(rows: list[Cells]) -> str:
    """Return the sentence of a change that one or several pods of one workload share."""
    first = rows[0]
    names = sorted({cells["name"] for cells in rows})
    whose = _whose(first)
    many = len(names) > 1
    who = f"{len(names)} pods of {whose}" if many else f"Pod {_short(first['namespace'])}/{_short(names[0])}"
    lead = [cells for cells in rows if (cells["field"], cells["name"]) == (first["field"], cells["name"])]
    field = first["field"]
    if field in (None, "metadata.deletionTimestamp"):
        return f"{_lives(rows, who, whose, many=many)}."
    told = _also(rows, field, many=many)
    if field == "metadata.uid":
        return f"{who} {'were' if many else 'was'} deleted and made anew under the same name{'s' if many else ''}{told}."
    if field.endswith("restartCount"):
        times = sum(int(cells["after"] or 0) - int(cells["before"] or 0) for cells in lead)
        if times < 0:  # the kubelet counts anew, or the newer snapshot was named first
            return f"{who} {'have' if many else 'has'} {-times} restart{'' if times == -1 else 's'} less than before{told}."
        return f"{who} restarted {times} time{'' if times == 1 else 's'}{told}."
    if field == _READY:
        return f"{who} {_readiness(first, many=many)}{_why(first)}."
    if not many:
        return f"{_changed(first)}{told}."
    return f"The {_noun(field)} of {who} changed{told}."


def _whose(cells: Cells) -> str:
    """Return what owns a pod; a static pod is its Node's."""
    space = "" if cells["workload_kind"] == Kind.NODE.value else f"{_short(cells['namespace'])}/"
    return f"{cells['workload_kind']} {space}{_short(cells['workload'])}"


def _lives(rows: list[Cells], who: str, whose: str, *, many: bool) -> str:
    going = {cells["name"] for cells in rows if cells["field"] is not None and cells["after"] is not None}
    kept = {cells["name"] for cells in rows if cells["field"] is not None and cells["after"] is None}
    gone = {cells["name"] for cells in rows if cells["field"] is None and cells["change"] == Change.REMOVED.value}
    new = {cells["name"] for cells in rows if cells["field"] is None and cells["change"] == Change.ADDED.value}
    if not many:
        word = "is being deleted" if going else "is no longer being deleted" if kept else "is gone" if gone else "is new"
        return f"{who} {word}"
    if gone and len(gone) == len(new) and not going and not kept:
        return f"{len(gone)} pod{'s' if len(gone) > 1 else ''} of {whose} {'were' if len(gone) > 1 else 'was'} renewed"
    words = [(gone, "gone"), (going, "being deleted"), (kept, "no longer being deleted"), (new, "new")]
    told = ", ".join(f"{len(names)} {'is' if len(names) == 1 else 'are'} {word}" for names, word in words if names)
    return f"Of the pods of {whose}, {told}"


def _readiness(cells: Cells, *, many: bool) -> str:
    if cells["after"] == "True":
        return f"{'are' if many else 'is'} ready now"
    if cells["after"] is None:
        return f"no longer {'tell' if many else 'tells'} whether {'they are' if many else 'it is'} ready"
    return f"{'are' if many else 'is'} no longer ready"


def _why(cells: Cells) -> str:
    return f" ({_short(cells['reason'])})" if cells["reason"] and cells["after"] != "True" else ""


def _also(rows: list[Cells], field: str, *, many: bool) -> str:
    """Return what else is told in the line of the change of `field`: another address, and readiness, which follow from it."""
    own = {cells["field"]: cells for cells in rows if cells["field"] != field}
    told = [f"{'have' if many else 'has'} another address"] if "status.podIPs" in own and field.endswith("restartCount") else []
    told += [f"{_readiness(own[_READY], many=many)}{_why(own[_READY])}"] if _READY in own else []
    return f", and {' and '.join(told)}" if told else ""


def words_of_service(rows: list[Cells], *, alone: bool) -> str:
    """Return the sentence of a Service: its state, then the backends that it lost, gained, or that changed."""
    first = rows[0]
    who = f"{_short(first['namespace'])}/{_short(first['service'])}"
    states = {cells["field"]: cells for cells in rows if cells["kind"] == AnswerKind.SERVICE_STATE.value}
    parts = []
    if "state" in states:
        parts.append(f"{states['state']['before']} before, {states['state']['after']} now")
    elif None in states:
        parts.append(
            f"{states[None]['after']}, new" if states[None]["change"] == Change.ADDED.value else f"gone, {states[None]['before']} before"
        )
    backends = _backends([cells for cells in rows if cells["kind"] == AnswerKind.BACKEND.value])
    parts += backends
    if not backends:
        counts = [
            f"{noun} {_value(states[name]['before'])} to {_value(states[name]['after'])}"
            for name, noun in _COUNTS.items()
            if name in states
        ]
        parts += counts if "state" not in states else []
    for name in ("load_balancer", "reason"):
        if name in states and (name == "load_balancer" or not parts):
            parts.append(f"{name.replace('_', ' ')} {_value(states[name]['before'])} to {_value(states[name]['after'])}")
    text = f"{who}: {'; '.join(parts)}."
    detail = next(
        (cells["detail"] for cells in rows if cells["kind"] == AnswerKind.SERVICE_STATE.value and cells["field"] == "state"), None
    )
    if detail and states["state"]["after"] not in ("serving",):
        text += f" {printable(detail)}"
    return text + (" Nothing else that changed explains it." if alone else "")


def _backends(rows: list[Cells]) -> list[str]:
    """Return clauses that count backends (pods, not ports and families) by what happened to them."""
    found: dict[str, set[tuple[Any, ...]]] = {}
    for cells in rows:
        who = (cells["pod_namespace"], cells["pod"] or cells["address"], cells["pod"] is None)
        found.setdefault(_happened(cells), set()).add(who)
    told, seen = [], set[tuple[Any, ...]]()
    for what, form in _HAPPENED.items():
        names = found.get(what, set()) - seen
        seen |= names
        told += [form[len(names) > 1].format(len(names))] if names else []
    return told


# What happened to backends, the gravest first: each is counted once.
_HAPPENED = {
    "lost": ("lost {} backend", "lost {} backends"),
    "gained": ("gained {} backend", "gained {} backends"),
    "stray": ("{} address is left in the slices that is no pod's", "{} addresses are left in the slices that are no pod's"),
    "idle": ("{} new backend does not serve", "{} new backends do not serve"),
    "left": ("{} backend that did not serve is gone", "{} backends that did not serve are gone"),
    "address": ("{} backend has another address", "{} backends have another address"),
    "other": ("{} backend changed, and serves as before", "{} backends changed, and serve as before"),
}


def _happened(cells: Cells) -> str:
    if cells["field"] is None:
        gone = cells["change"] == Change.REMOVED.value
        if SERVING in (cells["before"], cells["after"]):
            return "lost" if gone else "gained"
        stray = cells["reason"] == Reason.NO_SUCH_POD.value
        return "left" if gone else "stray" if stray else "idle"
    if cells["field"] == "serves":
        return "lost" if cells["after"] == "false" else "gained"
    return "address" if cells["field"] == "address" else "other"


def _with(rows: list[Cells]) -> str:
    """Return what else changed in the same object because of the first change."""
    others = [cells for cells in rows[1:] if cells["field"] not in (None, rows[0]["field"])]
    rollout = next((cells for cells in others if cells["field"] == "spec.template"), None)
    if rollout is not None:
        return f", and it was rolled out{_from_to(rollout['before'], rollout['after'])}"
    told = [f"its {_change(cells)}" for cells in others[:_FIELDS]]
    told += [f"{len(others) - _FIELDS} more of its fields changed"] if len(others) > _FIELDS else []
    return f"; {', '.join(told)}" if told else ""


def _changed(cells: Cells) -> str:
    return f"The {_change(cells, f' of {_who(cells)}')}"


def _change(cells: Cells, of: str = "") -> str:
    subject = f"{_noun(cells['field'])}{of}"
    if cells["before"] is None:
        return f"{subject} was set to {_value(cells['after'])}"
    if cells["after"] is None:
        return f"{subject} is gone, it was {_value(cells['before'])}"
    return f"{subject} changed from {_value(cells['before'])} to {_value(cells['after'])}"


def _noun(field: str) -> str:
    return _NOUNS.get(field, _short(field))


def _who(cells: Cells) -> str:
    space = f"{_short(cells['namespace'])}/" if cells["namespace"] is not None else ""
    return f"{cells['kind']} {space}{_short(cells['name'])}"


def _from_to(before: str | None, after: str | None) -> str:
    return f" (pods of {_listed(before)} before, of {_listed(after)} now)"


def _listed(revisions: str | None) -> str:
    return _value(revisions).replace(",", ", ")


def _plural(kind: str) -> str:
    return f"{kind[:-1]}ies" if kind.endswith("y") else kind if kind.endswith("s") else f"{kind}s"


def _value(text: Any) -> str:
    return "nothing" if text is None else _short(text)


def _short(text: Any) -> str:
    return printable(text, limit=_LONG)
