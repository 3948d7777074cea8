"""How far two answers agree: percent, Cohen's kappa and Krippendorff's alpha, with intervals.

Codes are compared at the four levels of the published hierarchy (6, 5, 3 and 2 digits). An answer
at a broader level says nothing below it: such pairs are left out there, and counted. Everything is
nominal. Alpha is computed from counts: packages that build a matrix of code x code for each item
need gigabytes for a few thousand items of several hundred codes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from socoder import soc
from socoder.errors import InputError
from socoder.records import LEVELS, Level

NO_CODE = "none"  # the category of "there is nothing to code here"
DIGITS: dict[Level, int] = {"detailed": 6, "broad": 5, "minor": 3, "major": 2}
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two answers about one item, as codes of any level or NO_CODE. `group` is the major group of
    the machine's code, which depends on neither reviewer."""

    item_id: str
    first: str
    second: str
    group: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure with its 95 % bootstrap interval; None where it is not defined: without pairs or,
    for kappa and alpha, where every answer is the same."""

    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    """Of `pairs` pairs at a level; `left_out` had an answer at a broader level. `percent` is a
    share, 0-1."""

    level: Level
    pairs: int
    left_out: int
    percent: Measure
    kappa: Measure
    alpha: Measure


def percent(first: Ints, second: Ints) -> float | None:
    """Share of pairs that are equal; None for no pairs."""
    return float((first == second).mean()) if len(first) else None


def cohen_kappa(first: Ints, second: Ints) -> float | None:
    """Agreement beyond what the two raters' own habits would give by chance (Cohen 1960): 1 is
    perfect, 0 chance. None for no pairs, and where both always gave one and the same answer."""
    if not len(first):
        return None
    size = int(max(first.max(), second.max())) + 1
    own = np.bincount(first, minlength=size) / len(first)
    other = np.bincount(second, minlength=size) / len(second)
    chance = float(own @ other)
    if chance >= 1 - 1e-12:
        return None
    return (float((first == second).mean()) - chance) / (1 - chance)


def krippendorff_alpha(first: Ints, second: Ints) -> float | None:
    """Nominal alpha of two answers each (Krippendorff 2011): 1 - observed / expected disagreement,
    whoever gave which answer. None for no pairs, and where all answers are the same."""
    if not len(first):
        return None
    counts = np.bincount(np.concatenate([first, second])).astype(float)
    total = counts.sum()
    expected = (total * total - (counts * counts).sum()) / (total - 1)
    if expected <= 0:
        return None
    # Each unequal pair gives two ordered disagreements, divided by (answers of the item - 1) = 1.
    observed = 2.0 * float((first != second).sum())
    return float(1 - observed / expected)


def measure(
    pairs: Sequence[Pair],
    level: Level,
    draws: int = 1000,
    seed: int = 0,
) -> Agreement:
    """The agreement of pairs at a level. Intervals are percentiles of `draws` resamples of items,
    drawn with a fixed seed: the same pairs always give the same interval."""
    places: dict[str, int] = {}
    kept: list[tuple[int, int]] = []
    for pair in sorted(pairs, key=lambda own: own.item_id):
        one, two = _at(pair.first, level), _at(pair.second, level)
        if one is not None and two is not None:
            kept.append((places.setdefault(one, len(places)), places.setdefault(two, len(places))))
    table = np.array(kept, dtype=np.int64).reshape(-1, 2)
    random = np.random.default_rng(seed)
    rows = random.integers(0, len(table), (draws, len(table))) if len(table) else None
    figures = [_measured(own, table, rows) for own in (percent, cohen_kappa, krippendorff_alpha)]
    return Agreement(level, len(table), len(pairs) - len(table), *figures)


def by_level(pairs: Sequence[Pair], draws: int = 1000, seed: int = 0) -> tuple[Agreement, ...]:
    """`measure` at every level, the detailed one first."""
    return tuple(measure(pairs, level, draws, seed) for level in LEVELS)


def by_group(
    pairs: Sequence[Pair], level: Level = "detailed", draws: int = 1000, seed: int = 0
) -> dict[str, Agreement]:
    """Major group of the machine's code → agreement of its pairs; "" for items without a code."""
    groups = sorted({pair.group for pair in pairs})
    return {
        group: measure([pair for pair in pairs if pair.group == group], level, draws, seed)
        for group in groups
    }


def _measured(
    figure: Callable[[Ints, Ints], float | None], table: Ints, rows: Ints | None
) -> Measure:
    value = figure(table[:, 0], table[:, 1])
    if value is None or rows is None:
        return Measure(value)
    drawn: list[Any] = [figure(table[own, 0], table[own, 1]) for own in rows]
    defined = [own for own in drawn if own is not None]
    if len(defined) < len(drawn) / 2:  # most resamples hold a single code: no interval to speak of
        return Measure(value)
    low, high = np.percentile(defined, [2.5, 97.5])
    return Measure(value, float(low), float(high))


def _at(code: str, level: Level) -> str | None:
    if code == NO_CODE:
        return NO_CODE
    try:
        return soc.load().at_level(code, level)
    except InputError:
        return None
