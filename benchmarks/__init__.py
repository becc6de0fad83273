"""Measured claims: `python -m benchmarks` prints them; nothing here is typed in."""
