"""Measures socoder on labelled sets: `socoder evaluate`."""
