"""Shared fixtures; builders of objects stand in build.py, places of dumps in dumps.py, the browser in browser.py."""

from tests.browser import browser, heard, visit

__all__ = ["browser", "heard", "visit"]
