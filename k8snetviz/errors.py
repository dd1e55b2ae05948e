"""The one error tree. Every message says what was wanted, what was found and what to do.

NetvizError
├── UsageError            the call itself is off: unknown option, reference, table (exit code 2)
│   └── UnknownReference  a reference that matches nothing; names the nearest ones
├── InputError            input unreadable, or nothing of ours in it (exit code 3)
│   ├── LimitError        an archive or document beyond a limit that can be raised
│   ├── SeveralSnapshots  one folder or archive holds several snapshots; use load_series
│   └── SnapshotError     a .k8snet file that is cut, changed, or of a newer format
├── ClusterError          cluster not reachable, or everything refused (exit code 4)
└── SchemaError           a frame does not fit its declared table; lists every fault
"""

from __future__ import annotations


class NetvizError(Exception):
    """Base of all errors that k8snetviz raises on purpose."""

    exit_code = 1


class UsageError(NetvizError):
    """The call cannot be carried out as it was written."""

    exit_code = 2


class UnknownReference(UsageError):  # noqa: N818 - reads as what happened
    """A reference such as ``shop/cart`` or ``ip:10.0.0.1`` matches nothing in the snapshot."""


class InputError(NetvizError):
    """The input cannot be read, or holds nothing that the toolkit understands."""

    exit_code = 3


class LimitError(InputError):
    """A size, member or nesting limit was met; the message names the option that raises it."""


class SeveralSnapshots(InputError):  # noqa: N818 - reads as what was found
    """One input holds several snapshots of a cluster; ``load_series`` returns them."""


class SnapshotError(InputError):
    """A ``.k8snet`` file is cut, changed, or written by a newer version."""


class ClusterError(NetvizError):
    """The cluster cannot be reached, or refused everything."""

    exit_code = 4


class SchemaError(NetvizError):
    """A frame does not fit its declared table."""
