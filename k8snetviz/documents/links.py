"""Links that people give a document: ``TEXT=URL``, to the web only, harmless in Markdown and HTML."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from urllib.parse import quote, urlsplit

from k8snetviz.errors import UsageError
from k8snetviz.model.printable import printable

_PAIR = re.compile(r"(.+?)=(https?://.*)", re.DOTALL | re.IGNORECASE)  # a text may hold the sign, too
_WEB = ("http://", "https://")
_KEPT = "%/:?#@!&'*+,;=[]~"  # of a URL; parentheses, quotes, angle brackets, dollars and blanks are written out
_MARKUP = re.compile(r"[\\`*_{}\[\]|<>&$~]")


def links(given: Sequence[str]) -> dict[str, str]:
    """Return texts with their addresses, as ``TEXT=URL`` tells them.

    Raises
    ------
    UsageError : no text, no address, or one that is not of the web.
    """
    return dict(map(_link, given))


def _link(given: str) -> tuple[str, str]:
    found = _PAIR.fullmatch(given)
    text, equals, url = (found[1], "=", found[2]) if found else given.partition("=")
    if not (equals and text.strip() and url.strip()):
        raise UsageError(f"wanted a link as TEXT=URL, such as ticket=https://example.com/42, found {printable(given, limit=120)!r}")
    return text.strip(), web_address(url.strip())


def web_address(url: str) -> str:
    """Return `url` so that it can stand in any markup; UsageError where it does not lead to the web."""
    try:
        host = urlsplit(url).hostname
    except ValueError:
        host = None
    written = quote(url, safe=_KEPT)
    if not host or not written.lower().startswith(_WEB):
        raise UsageError(f"wanted a link to http:// or https://, found {printable(url, limit=120)!r}")
    return written


def markdown(text: str) -> str:
    """Return `text` as Markdown that shows it as it stands: no markup, no HTML, no TeX."""
    return _MARKUP.sub(r"\\\g<0>", printable(text, limit=400))


def as_markdown(found: Mapping[str, str]) -> str:
    """Return a list of links as Markdown; nothing where there are none."""
    return "\n".join(f"- [{markdown(text)}]({html.escape(url)})" for text, url in found.items())
