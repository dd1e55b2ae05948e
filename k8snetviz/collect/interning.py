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
NO_LABELS = 0  # number of the empty label set, met and by content


class Interner(dict[Key, int]):
    """Numbers for distinct values, in the order in which they were met: ``numbers[value]``."""

    def __missing__(self, value: Key) -> int:
        number = self[value] = len(self)
        return number

    def all(self, values: Iterable[Key]) -> map[int]:
        """Return the numbers of `values`."""
        return map(self.__getitem__, values)


class LabelSets:
    """Label sets by the bytes they were read from; each distinct spelling is decoded once."""

    def __init__(self) -> None:
        self.sets: Interner[Labels] = Interner()
        self._pairs: dict[tuple[str, str], tuple[str, str]] = {}  # sets share their pairs
        self._spellings: dict[bytes, int] = {b"": self.of(None), b"null": NO_LABELS}
        self._decoder = msgspec.json.Decoder(dict[str, str | None])

    def of_bytes(self, spelling: bytes) -> int:
        """Return the number of the label set that JSON text spells."""
        number = self._spellings.get(spelling)
        if number is None:
            number = self._spellings[spelling] = self.of(self._decoder.decode(spelling))
        return number

    def settle(self) -> None:
        """Forget the spellings: no more bytes will come."""
        self._spellings.clear()

    def of(self, labels: dict[str, str | None] | dict[str, str] | None) -> int:
        """Return the number of `labels`; a null value is the empty string, as Go reads it."""
        pairs = sorted((key, value or "") for key, value in (labels or {}).items())
        return self.sets[tuple([self._pairs.setdefault(pair, pair) for pair in pairs])]


class ContainerSets:
    """Container lists by what tables need of them: names, roles, ports; never by owner or by bytes.

    Bytes differ from pod to pod, since the volume of the service account's token has a name of its own in each.
    """

    def __init__(self) -> None:
        self.sets: Interner[ContainerSet] = Interner()
        self._met: dict[tuple[Hashable, ...], int] = {}

    def settle(self) -> None:
        """Forget what containers looked like: no more pods will come."""
        self._met.clear()

    def of(self, spec: PodSpec) -> int:
        """Return the number of the container list of `spec`."""
        key = spec.containers, spec.init_containers, spec.ephemeral_containers, spec.host_network
        number = self._met.get(key)
        if number is None:
            number = self._met[key] = self.sets[container_set(spec)]
        return number


def container_set(spec: PodSpec) -> ContainerSet:
    """Return what tables need of the containers of `spec`, in FindPort order (EP-12, EP-13, CP-1, CP-4, CP-7)."""
    shared = bool(spec.host_network)
    out = [_container(c, _APP, shared) for c in spec.containers or ()]
    init = spec.init_containers or ()
    out += [_container(c, _SIDECAR, shared) for c in init if c.restart_policy == "Always"]
    out += [_container(c, _INIT, shared) for c in init if c.restart_policy != "Always"]
    out += [_container(c, _EPHEMERAL, shared) for c in spec.ephemeral_containers or ()]
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
