"""Why a pod is not Ready, as far as its status tells: the cause and the field it was read from."""

from __future__ import annotations

from k8snetviz.collect.pod_columns import Condition, Situation
from k8snetviz.collect.structs.pod import ContainerState, ContainerStatus

Cause = tuple[str, str]
_NODE_GONE = ("NodeLost", "NodeStatusUnknown", "NodeNotReady")
_STARTING = ("", "ContainerCreating", "PodInitializing")
_RUNNING = ContainerState()


def readiness(situation: Situation) -> bool | None:
    """Return whether the pod is Ready; None when it has no status at all (SN-23)."""
    if not situation.observed:
        return None
    return any(kind == "Ready" and status == "True" for kind, status, _, _ in situation.conditions)


def cause(situation: Situation, *, scheduled: bool, addressed: bool) -> Cause | None:
    """Return why the pod is not Ready; None when it is, or when it has no status that could tell."""
    if readiness(situation) is not False:
        return None
    if not scheduled:
        return _of_pod(situation) or _not_scheduled(situation)
    return (
        _of_pod(situation)
        or _of_containers(situation)
        or _nothing_started(situation, addressed=addressed)
        or _of_probes(situation)
        or _of_gate(situation)
        or _of_ready(situation)
    )


def _condition(situation: Situation, kind: str) -> tuple[str, Condition] | None:
    places = enumerate(situation.conditions)
    return next(((f"status.conditions[{place}]", found) for place, found in places if found[0] == kind), None)


def _of_pod(situation: Situation) -> Cause | None:
    """What holds for the pod as a whole: its node is gone, or it was evicted."""
    if situation.reason:
        text = f"node gone ({situation.reason})" if situation.reason in _NODE_GONE else situation.reason
        return text, "status.reason"
    ready = _condition(situation, "Ready")
    if ready and (ready[1][1] == "Unknown" or ready[1][2] in _NODE_GONE):
        return f"node gone ({ready[1][2] or 'Ready is Unknown'})", ready[0]
    return None


def _not_scheduled(situation: Situation) -> Cause:
    found = _condition(situation, "PodScheduled")
    if found is None:
        return "not scheduled", "spec.nodeName"
    field, (_, _, reason, _) = found
    return f"not scheduled ({reason})" if reason else "not scheduled", field


def _of_containers(situation: Situation) -> Cause | None:
    """A container that waits or has ended; one that fails comes before one that merely starts."""
    lists = (("initContainerStatuses", situation.init_containers or ()), ("containerStatuses", situation.containers or ()))
    for wanted in (_failing, _starting):
        for field, statuses in lists:
            for place, status in enumerate(statuses):
                text = wanted(status, init=field.startswith("init"))
                if text:
                    return f"{text} (container {status.name})", f"status.{field}[{place}].state"
    return None


def _failing(status: ContainerStatus, *, init: bool) -> str | None:
    state = status.state or _RUNNING
    if state.waiting is not None:
        return None if (state.waiting.reason or "") in _STARTING else state.waiting.reason
    ended = state.terminated
    if ended is None or (init and not ended.exit_code):
        return None  # an init container that ended well is done
    text = ended.reason or "Terminated"
    return text if ended.exit_code is None else f"{text}, exit code {ended.exit_code}"


def _starting(status: ContainerStatus, *, init: bool) -> str | None:
    waiting = (status.state or _RUNNING).waiting
    if waiting is not None:
        return f"never started: {waiting.reason}" if waiting.reason else "never started"
    return "init container still running" if init and status.ready is False and not (status.state or _RUNNING).terminated else None


def _nothing_started(situation: Situation, *, addressed: bool) -> Cause | None:
    if situation.containers or addressed:
        return None
    return "never started: scheduled, but its node has not reported it yet", "status.containerStatuses"


def _of_probes(situation: Situation) -> Cause | None:
    unready = [status for status in situation.containers or () if status.ready is False]
    starting = [status.name for status in unready if status.started is False]
    if starting:
        return f"startup probe has not succeeded: [{', '.join(starting)}]", "status.containerStatuses"
    if unready:
        return f"containers not ready: [{', '.join(status.name for status in unready)}]", "status.containerStatuses"
    return None


def _of_gate(situation: Situation) -> Cause | None:
    """A failing readiness gate decides once the containers are ready (EP-10)."""
    for gate in situation.gates or ():
        found = _condition(situation, gate.condition_type)
        if found is None:
            return f"readiness gate {gate.condition_type} has no condition", "spec.readinessGates"
        field, (_, status, reason, _) = found
        if status != "True":
            return f"readiness gate {gate.condition_type} is {status}" + (f" ({reason})" if reason else ""), field
    return None


def _of_ready(situation: Situation) -> Cause:
    ready = _condition(situation, "Ready")
    if ready is None:
        return "no condition Ready", "status.conditions"
    field, (_, status, reason, message) = ready
    if not (message or reason) and situation.containers and all(container.ready for container in situation.containers):
        # what the node lifecycle controller does to pods of a node that no longer reports (EP-10)
        return f"node gone: Ready is {status} though all containers are ready", field
    return message or reason or "condition Ready is not True", field
