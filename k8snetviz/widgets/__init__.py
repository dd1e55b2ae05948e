"""Thin shells between the page and the rooms: the explorer and its hosts."""
