"""A page that asks nobody for anything: its content security policy, with the hashes of what may run and of what may style."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable

_NOTHING = "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'"
_NO_STRINGS = "require-trusted-types-for 'script'; trusted-types 'none'"  # no text becomes markup or code, whoever tries


def policy(scripts: Iterable[str], styles: Iterable[str]) -> str:
    """Return the policy of a page in which only `scripts` run and only `styles`, and style attributes, style.

    Parameters
    ----------
    scripts, styles : the exact texts between the tags
    """
    run = " ".join(_hashes(scripts)) or "'none'"
    style = " ".join(_hashes(styles)) or "'none'"
    return f"{_NOTHING}; style-src {style}; style-src-attr 'unsafe-inline'; script-src {run}; {_NO_STRINGS}"


def policy_tags(scripts: Iterable[str], styles: Iterable[str]) -> str:
    """Return the elements of a head that carry the policy; they stand before everything that they rule."""
    return f'<meta http-equiv="Content-Security-Policy" content="{policy(scripts, styles)}">\n<meta name="referrer" content="no-referrer">'


def _hashes(texts: Iterable[str]) -> list[str]:
    return [f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in dict.fromkeys(texts)]
