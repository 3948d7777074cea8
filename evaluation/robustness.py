"""Does the first code stay the same when a title changes but the job does not?

    python -m evaluation.robustness --sets ../shared/eval

Metamorphic checks: they need no right code, only two spellings of one job. The titles are a seeded
sample of fold 0, so that no model learned them by heart; British spelling and word order apply to
few titles, which are therefore looked for in all folds.
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from socoder.coder import Coder
from socoder.records import Job

from .changes import CHANGES, TYPOS
from .datasets import load
from .folds import FOLDS, MEASURED, fold_key
from .metrics import interval

SETS = ("census_index_titles", "dot_titles", "dol_h2_titles")
RARE = frozenset({"British spelling", "inverted", "put in order"})
COUNT = 400
BAR, TYPO_BAR = 0.95, 0.90


@dataclass(frozen=True, slots=True)
class Moved:
    """A title whose first code a change moved: both spellings, both codes."""

    title: str
    changed: str
    code: str
    changed_code: str


@dataclass(frozen=True, slots=True)
class Stability:
    """Share (0–1) of `titles` titles whose first code stayed the same, its 95 % bootstrap
    interval, the share that is asked for, and the titles that moved."""

    titles: int
    same: float
    interval: tuple[float, float]
    bar: float
    moved: tuple[Moved, ...]


def sample(
    folder: Path, folds: frozenset[int], count: int, seed: int, change: str = ""
) -> list[str]:
    """`count` distinct titles of SETS in the folds (all, if fewer), in a seeded order; with
    `change` only those that it applies to. Raises ReferenceDataError without the sets."""
    rows = [row for name in SETS for row in load(name, folder, folds)]
    distinct = {fold_key(row.job.title): row.job.title for row in rows}
    # A number alone is no title: it is uncodable, and what is added to it would be coded.
    titles = [distinct[key] for key in sorted(distinct) if re.search("[a-z]", key)]
    if change:
        titles = [title for title in titles if _changed(title, change, seed)]
    return random.Random(seed).sample(titles, min(count, len(titles)))


def measure(coder: Coder, folder: Path, count: int = COUNT, seed: int = 0) -> dict[str, Stability]:
    """Name of each change → its Stability over up to `count` titles; "typo" pools the four kinds."""
    common = sample(folder, frozenset({MEASURED}), count, seed)
    everywhere = frozenset(range(FOLDS))
    pairs = {
        name: [
            (title, changed)
            for title in (sample(folder, everywhere, count, seed, name) if name in RARE else common)
            if (changed := _changed(title, name, seed))
        ]
        for name in CHANGES
    }
    spellings = dict.fromkeys(
        spelling for own in pairs.values() for pair in own for spelling in pair
    )
    codings = coder.code_batch([Job(title=spelling) for spelling in spellings])
    first = {spelling: coding.soc_code for spelling, coding in zip(spellings, codings, strict=True)}
    result = {
        name: _stability(own, first, TYPO_BAR if name in TYPOS else BAR)
        for name, own in pairs.items()
    }
    pooled = [pair for name in TYPOS for pair in pairs[name]]
    return {**result, "typo": _stability(pooled, first, TYPO_BAR)}


def _changed(title: str, change: str, seed: int) -> str:
    # A title's change does not depend on which other titles are in the sample.
    return CHANGES[change](title, random.Random(f"{seed} {change} {title}"))


def _stability(pairs: Sequence[tuple[str, str]], first: dict[str, str], bar: float) -> Stability:
    same = np.array([first[title] == first[changed] for title, changed in pairs], dtype=bool)
    moved = tuple(
        Moved(title, changed, first[title], first[changed])
        for title, changed in pairs
        if first[title] != first[changed]
    )
    share = float(same.mean()) if len(same) else 0.0
    return Stability(len(same), share, interval(same), bar, moved)


def main() -> None:
    """Print the share of each change, and with --examples titles that moved."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--sets", type=Path, default=Path("../shared/eval"))
    parser.add_argument("--bundle", type=Path, help="another bundle than the shipped one")
    parser.add_argument("--count", type=int, default=COUNT, help="titles for each change")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--examples", type=int, default=0, help="moved titles to show of each")
    arguments = parser.parse_args()
    coder = Coder.load(arguments.bundle)
    found = measure(coder, arguments.sets, arguments.count, arguments.seed)
    print(f"{'change':20} titles  same  95 % int.  bar")
    for name, own in found.items():
        low, high = own.interval
        short = "" if own.same >= own.bar else "  falls short"
        print(
            f"{name:20} {own.titles:6}  {own.same:.3f} {low:.2f}-{high:.2f}  {own.bar:.2f}{short}"
        )
        for moved in own.moved[: arguments.examples]:
            print(f"    {moved.title!r} {moved.code} → {moved.changed!r} {moved.changed_code}")


if __name__ == "__main__":
    main()
