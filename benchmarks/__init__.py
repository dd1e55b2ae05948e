"""The benchmark: a generator of realistic clusters, the floors, our cases, and the table of ratios (docs/performance.md)."""
