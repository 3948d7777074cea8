"""Measures socoder on labelled sets: `socoder evaluate`, or `python -m evaluation.run`."""
