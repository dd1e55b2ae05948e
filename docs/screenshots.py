"""Takes the screenshots of the documents: explorer and report of the sample incident, light and dark. Needs Chromium.

Run by ``make screenshots``; other pictures of the documents are drawn without a browser.
"""

from __future__ import annotations

import io
import shutil
import sys
from pathlib import Path

import k8snetviz as knv

IMAGES = Path(__file__).parent / "images"
LARGEST = 150_000  # bytes
_PAGE = '<!doctype html><html lang="en" data-theme="{}"><head><meta charset="utf-8"><title>Explorer</title></head><body>{}</body></html>'
_GROUND = {"light": "#ffffff", "dark": "#111418"}
_COLOURS = 128
_INCIDENT = 1220  # px of the report that are shown


def pages(folder: Path) -> dict[str, Path]:
    """Write the pages that are shown, and return them by the name of their picture: the explorer on `shop/cart`, the incident report."""
    explorer = knv.explore(knv.sample("during"), select="shop/cart").html()
    found = {}
    for theme in _GROUND:
        found[f"explorer-{theme}"] = folder / f"{theme}.html"
        found[f"explorer-{theme}"].write_text(_PAGE.format(theme, explorer), encoding="utf-8")
    report = knv.report(knv.sample("during"), folder / "incident.html", before=knv.sample("before"))
    return found | {f"incident-{theme}": report for theme in _GROUND}


def shot(page: Path, name: str) -> bytes:
    """Return a PNG of the live explorer in `page`, or of the upper part of the report."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        raise SystemExit("screenshots need Chromium: apt-get install chromium")
    what, _, theme = name.partition("-")
    with sync_playwright() as runner:
        browser = runner.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        view = browser.new_page(viewport={"width": 1064, "height": 1000}, color_scheme=theme, reduced_motion="reduce")
        view.goto(page.resolve().as_uri())
        view.wait_for_selector("[data-kx-live] .tr")
        if what == "explorer":
            view.add_style_tag(content=f"body{{background:{_GROUND[theme]};margin:0;padding:12px}}")
        view.wait_for_timeout(500)
        upper = {"x": 0, "y": 0, "width": 1064, "height": _INCIDENT}
        taken: bytes = view.locator("body").screenshot() if what == "explorer" else view.screenshot(clip=upper, full_page=True)
        browser.close()
    return taken


def small(png: bytes) -> bytes:
    """Return `png` with few colours, which a screenshot does not miss."""
    from PIL import Image

    out = io.BytesIO()
    with Image.open(io.BytesIO(png)) as image:
        image.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE).save(out, "png", optimize=True)
    return out.getvalue()


def main(folder: Path) -> None:
    """Take every screenshot; `folder` holds the pages on the way."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, page in pages(folder).items():
        png = small(shot(page, name))
        if len(png) > LARGEST:
            raise SystemExit(f"{name}.png has {len(png):,} bytes, wanted at most {LARGEST:,}")
        (IMAGES / f"{name}.png").write_bytes(png)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("build"))
