"""kubectl commands that confirm a reason: read-only, quoted for a POSIX shell, harmless whatever a name holds."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping

from k8snetviz.model.kinds import CLUSTER_SCOPED, Kind
from k8snetviz.model.printable import printable

_PLURALS = {
    Kind.ENDPOINTS: "endpoints",
    Kind.INGRESS: "ingresses",
    Kind.INGRESS_CLASS: "ingressclasses",
    Kind.NETWORK_POLICY: "networkpolicies",
    Kind.OPENSHIFT_ROUTE: "routes.route.openshift.io",
    Kind.GATEWAY: "gateways.gateway.networking.k8s.io",
    Kind.IP_ADDRESS: "ipaddresses",
}


def get(namespace: str | None, *words: str, output: str | None = None, selector: Mapping[str, str] | None = None) -> str:
    """Return ``kubectl -n NS get WORDS [-l SELECTOR] [-o OUTPUT]``."""
    return _command(namespace, "get", *_named(words), selector=selector, output=output)


def describe(namespace: str | None, kind: str, name: str) -> str:
    """Return ``kubectl -n NS describe KIND NAME``."""
    return _command(namespace, "describe", *_named((kind, name)))


def logs(namespace: str, pod: str, container: str | None) -> str:
    """Return the command that shows what a crashed container said last."""
    chosen = ("-c", container) if container else ()
    return _command(namespace, "logs", f"pod/{pod}" if pod.startswith("-") else pod, *chosen, "--previous")


def get_everywhere(words: str, selector: Mapping[str, str]) -> str:
    """Return ``kubectl get WORDS -A -l SELECTOR``."""
    return " ".join(["kubectl", "get", words, "-A", "-l", _quoted(spelled(selector))])


def slices_of(namespace: str, service: str) -> str:
    """Return the command that shows the EndpointSlices of a Service (EP-20)."""
    return _command(namespace, "get", "endpointslices", selector={"kubernetes.io/service-name": service}, output="yaml")


def collect(kinds: Iterable[Kind], namespace: str) -> list[str]:
    """Return the commands that would collect `kinds`: one for the namespace, one for what is cluster-scoped."""
    wanted = list(dict.fromkeys(kinds))
    spaced = ",".join(plural(kind) for kind in wanted if kind not in CLUSTER_SCOPED)
    wide = ",".join(plural(kind) for kind in wanted if kind in CLUSTER_SCOPED)
    commands = [_command(namespace, "get", spaced, output="json")] if spaced else []
    return commands + ([_command(None, "get", wide, output="json")] if wide else [])


def plural(kind: Kind) -> str:
    """Return the resource name that kubectl takes for `kind`."""
    return _PLURALS.get(kind, kind.value.lower() + "s")


def spelled(selector: Mapping[str, str]) -> str:
    """Return a selector as ``-l`` takes it."""
    return ",".join(f"{key}={value}" for key, value in selector.items())


def _named(words: tuple[str, ...]) -> list[str]:
    """Return kind and name as two words; as one (``pod/-x``) where the name would be read as an option."""
    if len(words) > 1 and words[1].startswith("-"):
        return [f"{words[0]}/{words[1]}", *words[2:]]
    return list(words)


def _command(namespace: str | None, *words: str, selector: Mapping[str, str] | None = None, output: str | None = None) -> str:
    parts = ["kubectl"]
    parts += ["-n", _quoted(namespace)] if namespace is not None else []
    parts += [_quoted(word) for word in words]
    parts += ["-l", _quoted(spelled(selector))] if selector else []
    if output is not None and output.startswith("{"):
        parts += ["-o", f"jsonpath={_quoted(output)}"]
    elif output is not None:
        parts += ["-o", output]
    return " ".join(parts)


def _quoted(word: str) -> str:
    """Return `word` for a shell; no API server accepts a name with control characters, so they are only shown."""
    return shlex.quote(printable(word))
