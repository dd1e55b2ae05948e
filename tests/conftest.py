"""Shared fixtures; builders of objects stand in build.py, places of dumps in dumps.py."""
