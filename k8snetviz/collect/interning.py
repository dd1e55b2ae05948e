"""Equal things once: numbers for values that many pods share."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TypeVar

import msgspec

from k8snetviz.collect.structs.pod import Container, PodSpec
from k8snetviz.model.kinds import ContainerRole

Key = TypeVar("Key", bound=Hashable)
Labels = tuple[tuple[str, str], ...]  # sorted by key
Port = tuple[str | None, int, str, int | None, str | None]  # name, number, protocol, hostPort, hostIP
ContainerSet = tuple[tuple[str, str, tuple[Port, ...]], ...]  # name, role, ports, in FindPort order
Containers = tuple[Container, ...] | None
ContainerLists = tuple[Containers, Containers, Containers, bool | None]  # app, init, ephemeral, hostNetwork
NO_LABELS = 0  # number of the empty label set, met and by content


class Interner(dict[Key, int]):
    """Numbers for distinct values, in the order in which they were met: ``numbers[value]``."""

    def __missing__(self, value: Key) -> int:
        number = self[value] = len(self)
        return number

    def all(self, values: Iterable[Key]) -> map[int]:
        """Return the numbers of `values`."""
        return map(self.__getitem__, values)


class LabelSets(dict[bytes, int]):
    """Numbers of label sets by the JSON text they were read from; each distinct spelling is decoded once."""

    def __init__(self) -> None:
        self.sets: Interner[Labels] = Interner()
        self._pairs: dict[tuple[str, str], tuple[str, str]] = {}  # sets share their pairs
        self._decoder = msgspec.json.Decoder(dict[str, str | None])
        super().__init__({b"": self.of(None), b"null": NO_LABELS})

    def __missing__(self, spelling: bytes) -> int:
        number = self[spelling] = self.of(self._decoder.decode(spelling))
        return number

    def of(self, labels: dict[str, str | None] | dict[str, str] | None) -> int:
        """Return the number of `labels`; a null value is the empty string, as Go reads it."""
        pairs = sorted((key, value or "") for key, value in (labels or {}).items())
        return self.sets[tuple([self._pairs.setdefault(pair, pair) for pair in pairs])]


class ContainerSets(dict[ContainerLists, int]):
    """Numbers of container lists by what tables need of them: names, roles, ports; never by owner or by bytes.

    Bytes differ from pod to pod, since the volume of the service account's token has a name of its own in each.
    """

    def __init__(self) -> None:
        super().__init__()
        self.sets: Interner[ContainerSet] = Interner()

    def __missing__(self, lists: ContainerLists) -> int:
        number = self[lists] = self.sets[container_set(*lists)]
        return number

    def of(self, spec: PodSpec) -> int:
        """Return the number of the container list of `spec`."""
        return self[spec.containers, spec.init_containers, spec.ephemeral_containers, spec.host_network]


def container_set(containers: Containers, init: Containers, ephemeral: Containers, host_network: bool | None) -> ContainerSet:
    """Return what tables need of the containers, in FindPort order (EP-12, EP-13, CP-1, CP-4, CP-7)."""
    shared = bool(host_network)
    out = [_container(c, _APP, shared) for c in containers or ()]
    out += [_container(c, _SIDECAR, shared) for c in init or () if c.restart_policy == "Always"]
    out += [_container(c, _INIT, shared) for c in init or () if c.restart_policy != "Always"]
    out += [_container(c, _EPHEMERAL, shared) for c in ephemeral or ()]
    return tuple(out)


def _container(container: Container, role: str, host_network: bool) -> tuple[str, str, tuple[Port, ...]]:
    ports = (
        (
            port.name or None,
            port.container_port,
            port.protocol or "TCP",
            port.host_port or (port.container_port if host_network else None),
            port.host_ip or None,
        )
        for port in container.ports or ()
    )
    return container.name, role, tuple(ports)


_APP, _SIDECAR, _INIT, _EPHEMERAL = (role.value for role in ContainerRole)
