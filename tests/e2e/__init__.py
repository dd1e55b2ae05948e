"""Notebooks in a real JupyterLab, looked at by a real browser."""
