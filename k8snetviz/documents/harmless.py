"""HTML of any origin, written anew so that it runs nothing and asks nobody: what it shows stays, what it would fetch or run goes.

The content security policy of the page stands behind this: what a browser reads otherwise than this reader still may not run or load.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from html import escape
from html.parser import HTMLParser

Attributes = list[tuple[str, str | None]]
_GONE = frozenset(["script", "iframe", "frame", "object", "applet", "noscript", "portal", "fencedframe"])  # with what they hold
_BARE = frozenset(["link", "base", "embed", "form", "frameset", "animate", "set", "animatetransform", "animatemotion"])  # the tags alone
_NEVER = frozenset(
    [
        *["srcset", "poster", "data", "action", "formaction", "background", "ping", "manifest", "srcdoc", "imagesrcset", "lowsrc"],
        *["dynsrc", "longdesc", "codebase", "classid", "archive", "cite", "profile", "usemap", "nonce", "integrity", "target", "rel"],
    ]
)
_PICTURE = re.compile(r"\s*data:image/(?:png|jpe?g|gif|webp|svg\+xml)[;,]", re.IGNORECASE)
_WEB = re.compile(r"\s*(?:https?:|mailto:)", re.IGNORECASE)
_URL = re.compile(r"url\(\s*(?!['\"]?\s*(?:data:|#))[^)]*\)?", re.IGNORECASE)
_IMPORT = re.compile(r"@import[^;]*;?", re.IGNORECASE)
_BLOCK = re.compile(r'\s*"[A-Za-z0-9+/=]*"\s*')
_UID = re.compile(r"[0-9a-f]{8,64}")


class Harmless(HTMLParser):
    """Reads a page (`feed`, `close`) and writes it anew; `explorers`, `styles` and `left_out` tell what was met on the way."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.written: list[str] = []
        self.explorers: list[str] = []  # names of data blocks, in order
        self.styles: list[str] = []  # exact texts between the tags
        self.left_out: Counter[str] = Counter()  # what a reader may miss
        self.headed = False  # there is a heading of the first level
        self._skipped = ""  # element that is left out with what it holds
        self._depth = 0
        self._held: list[str] | None = None  # text of a style or a data block
        self._started: dict[str, Callable[[Attributes], None]] = {"img": self._image, "a": self._link, "meta": self._meta}

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        """Write a start tag without what runs or fetches."""
        if self._skipped:
            self._depth += tag == self._skipped
        elif tag == "script" and _is_block(attrs):
            self._held = []
        elif tag in _GONE:
            self._skipped, self._depth = tag, 1
            if tag not in ("script", "noscript"):
                self.left_out["embedded page"] += 1
        elif tag == "style":
            self._held = []
        elif tag in self._started:
            self._started[tag](attrs)
        elif tag not in _BARE:
            self.headed |= tag == "h1"
            self.explorers += [value for name, value in attrs if name == "data-kx" and value and _UID.fullmatch(value)]
            self._write(tag, _kept(attrs))

    def handle_startendtag(self, tag: str, attrs: Attributes) -> None:
        """Write an empty element; in HTML the stroke closes only those that are always empty, in SVG any."""
        self.handle_starttag(tag, attrs)
        if self._skipped == tag and self._depth == 1 and tag not in ("script", "iframe", "noscript"):
            self._skipped = ""

    def handle_endtag(self, tag: str) -> None:
        """Write an end tag, and before it what was held back."""
        if self._skipped:
            self._depth -= tag == self._skipped
            self._skipped = self._skipped if self._depth else ""
        elif self._held is not None:
            self._close("".join(self._held), tag)
            self._held = None
        elif tag not in _GONE | _BARE:
            self.written.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        """Write text as it stands."""
        if not self._skipped:
            (self.written if self._held is None else self._held).append(data)

    def handle_entityref(self, name: str) -> None:
        """Write a reference as it stands."""
        self.handle_data(f"&{name};")

    def handle_charref(self, name: str) -> None:
        """Write a reference as it stands."""
        self.handle_data(f"&#{name};")

    def handle_decl(self, decl: str) -> None:
        """Write the document type; comments and other declarations are left out."""
        if not self._skipped and decl.lower() == "doctype html":
            self.written.append("<!DOCTYPE html>")

    def _write(self, tag: str, attrs: Attributes) -> None:
        told = "".join(f" {name}" if value is None else f' {name}="{escape(value, quote=True)}"' for name, value in attrs)
        self.written.append(f"<{tag}{told}>")

    def _close(self, text: str, tag: str) -> None:
        if tag == "style":
            style = harmless_style(text)
            self.styles.append(style)
            self.written.append(f"<style>{style}</style>")
        elif _BLOCK.fullmatch(text):
            self.written.append(f'<script type="application/json" data-kx-data="deflate">{text}</script>')

    def _image(self, attrs: Attributes) -> None:
        told = dict(attrs)
        if _PICTURE.match(told.get("src") or ""):
            alone = [
                ("src", told["src"]),
                *(pair for pair in _kept(attrs) if pair[0] not in ("src", "alt")),
                ("alt", told.get("alt") or ""),
            ]
            self._write("img", alone)
            return
        self.left_out["picture"] += 1
        words = told.get("alt") or told.get("src") or ""
        self.written.append(f"<span>[picture left out, it lies elsewhere: {escape(words[:200])}]</span>")

    def _link(self, attrs: Attributes) -> None:
        """Write a link: to a place of this page, or to the web for whoever clicks it, without telling where it was clicked."""
        target = (dict(attrs).get("href") or "").strip()
        kept = [pair for pair in _kept(attrs) if pair[0] != "href"]
        if target.startswith("#"):
            kept.append(("href", target))
        elif _WEB.match(target):
            kept += [("href", target), ("rel", "noopener noreferrer")]
        self._write("a", kept)

    def _meta(self, attrs: Attributes) -> None:
        if not any(name == "http-equiv" for name, _ in attrs):
            self._write("meta", _kept(attrs))


def harmless_style(text: str) -> str:
    """Return a style sheet, or the value of a style attribute, that fetches nothing."""
    return _URL.sub("url(data:,)", _IMPORT.sub("", text)).replace("</", "<\\/")


def _kept(attrs: Attributes) -> Attributes:
    """Return the attributes that neither run nor fetch anything."""
    kept: dict[str, str | None] = {}
    for name, value in attrs:
        if name in kept or name.startswith("on") or name in _NEVER or not re.fullmatch(r"[a-z_][a-z0-9_.:-]*", name):
            continue
        said = value or ""
        if name in ("src", "href", "xlink:href") and not (said.startswith("#") or _PICTURE.match(said)):
            continue
        kept[name] = harmless_style(said) if name == "style" else value
        if name != "style" and not name.startswith("data-") and _URL.search(said):
            del kept[name]
    return list(kept.items())


def _is_block(attrs: Attributes) -> bool:
    told = dict(attrs)
    return told.get("type") == "application/json" and "data-kx-data" in told
