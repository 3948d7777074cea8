"""How far the desk is, as its page draws it: what is left, how people and the machine agree, how
often accepted codes are wrong, and whether stated confidence holds."""

from __future__ import annotations

from dataclasses import dataclass

from socoder.review.agreement import Agreement, by_level
from socoder.review.error_rate import Bin, ErrorRate, error_rate, reliability
from socoder.review.pairs import collect_pairs, machine_pairs, reviewer_pairs
from socoder.review.queue import counts
from socoder.review.records import Batch, Counts
from socoder.review.store import Store

_DRAWS = 200  # resamples of an interval: enough for a page, `socoder review agreement` takes more
PLOT = 240.0  # sides of the plot, in its own units


@dataclass(frozen=True, slots=True)
class Point:
    """A bin of the reliability plot: its place, and the ends of its interval."""

    x: float
    y: float
    low: float
    high: float
    size: float
    bin: Bin


@dataclass(frozen=True, slots=True)
class Progress:
    """All that the Progress page shows."""

    counts: Counts
    left: int
    done: int
    batches: tuple[Batch, ...]
    machine: tuple[Agreement, ...]
    people: tuple[Agreement, ...]
    errors: ErrorRate
    points: tuple[Point, ...]

    @property
    def share_done(self) -> float:
        """Share of the queued items that are done, 0–1."""
        return self.done / (self.done + self.left) if self.done + self.left else 0.0


def progress(store: Store) -> Progress:
    """The state of the desk, read once."""
    found = counts(store)
    pairs = collect_pairs(store)
    left = sum(n for state, n in found.items.items() if state not in ("done", "unqueued"))
    return Progress(
        counts=found,
        left=left,
        done=found.items.get("done", 0),
        batches=store.batches(),
        machine=by_level(machine_pairs(pairs), _DRAWS),
        people=by_level(reviewer_pairs(pairs), _DRAWS),
        errors=error_rate(store),
        points=tuple(_point(each) for each in reliability(store)),
    )


def _point(own: Bin) -> Point:
    low, high = own.interval
    return Point(
        own.stated * PLOT, (1 - own.right) * PLOT, (1 - low) * PLOT, (1 - high) * PLOT,
        min(3.0 + own.items**0.5, 11.0), own,
    )  # fmt: skip
