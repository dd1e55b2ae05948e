"""Why a pod is not Ready, as far as its status tells: the cause and the field it was read from."""

from __future__ import annotations

from k8snetviz.collect.pod_columns import Condition, Situation, Status

Cause = tuple[str, str]
_NODE_GONE = ("NodeLost", "NodeStatusUnknown", "NodeNotReady")
_STARTING = ("ContainerCreating", "PodInitializing")


def readiness(situation: Situation) -> bool | None:
    """Return whether the pod is Ready; None when it has no status at all (SN-23)."""
    if not situation.observed:
        return None
    return any(kind == "Ready" and status == "True" for kind, status, _, _ in situation.conditions)


def cause(situation: Situation, *, scheduled: bool) -> Cause | None:
    """Return why the pod is not Ready; None when it is, or when it has no status that could tell."""
    if readiness(situation) is not False:
        return None
    found = _of_node(situation)
    if found is None and not scheduled:
        found = _not_scheduled(situation)
    return found or _of_containers(situation) or _of_gate(situation) or _of_ready(situation)


def _condition(situation: Situation, kind: str) -> tuple[int, Condition] | None:
    return next(((place, found) for place, found in enumerate(situation.conditions) if found[0] == kind), None)


def _of_node(situation: Situation) -> Cause | None:
    if situation.reason in _NODE_GONE:
        return f"node gone ({situation.reason})", "status.reason"
    ready = _condition(situation, "Ready")
    if ready and (ready[1][1] == "Unknown" or ready[1][2] in _NODE_GONE):
        why = ready[1][2] or "Ready is Unknown"
        return f"node gone ({why})", f"status.conditions[{ready[0]}]"
    return None


def _not_scheduled(situation: Situation) -> Cause | None:
    found = _condition(situation, "PodScheduled")
    if found is None:
        return "not scheduled", "spec.nodeName"
    place, (_, _, reason, _) = found
    return f"not scheduled ({reason})" if reason else "not scheduled", f"status.conditions[{place}]"


def _of_containers(situation: Situation) -> Cause | None:
    for field, statuses in (("initContainerStatuses", situation.init_containers), ("containerStatuses", situation.containers)):
        for wanted in (_stuck, _ended, _starting):
            for place, status in enumerate(statuses):
                text = wanted(status, init=field.startswith("init"))
                if text:
                    return f"{text} (container {status[0]})", f"status.{field}[{place}].state"
    return None


def _stuck(status: Status, *, init: bool) -> str | None:
    waiting = status[3]
    return waiting if waiting and waiting not in _STARTING else None


def _ended(status: Status, *, init: bool) -> str | None:
    ended, code = status[4], status[5]
    if ended is None or (init and not code):
        return None  # an init container that ended well is done
    return f"{ended or 'Terminated'}, exit code {code}" if code is not None else ended or "Terminated"


def _starting(status: Status, *, init: bool) -> str | None:
    waiting = status[3]
    if waiting is None or (waiting == "PodInitializing" and not init):
        return "never started: PodInitializing" if waiting else None
    return f"never started: {waiting or 'waiting'}"


def _of_gate(situation: Situation) -> Cause | None:
    """A failing readiness gate decides when the containers themselves are ready (EP-10)."""
    for gate in situation.gates:
        found = _condition(situation, gate)
        if found is None:
            return f"readiness gate {gate} has no condition", "spec.readinessGates"
        place, (_, status, reason, _) = found
        if status != "True":
            return f"readiness gate {gate} is {status}" + (f" ({reason})" if reason else ""), f"status.conditions[{place}]"
    return None


def _of_ready(situation: Situation) -> Cause | None:
    unready = [status[0] for status in situation.containers if status[1] is False]
    ready = _condition(situation, "Ready")
    if unready:
        return f"containers not ready: [{', '.join(unready)}]", "status.containerStatuses"
    if ready is None:
        return "no condition Ready", "status.conditions"
    place, (_, _, reason, message) = ready
    return message or reason or "condition Ready is not True", f"status.conditions[{place}]"
