"""Measurements, never asserted by clock: `./run python -m tests.bench` prints a table with ratios to floors of the same run."""
