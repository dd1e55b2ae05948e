"""The declared tables, the closed sets of words, and the frozen Snapshot that bundles them."""
