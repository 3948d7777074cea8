"""What the short ways of bulk coding save and cost: how often they are taken, and the accuracy.

python -m evaluation.shortcuts [--sets ../shared/eval] [--output evaluation/reports]

Fold 0 of the titles. A title is *looked up* where the bundle holds its coded row (the same row, so
that it costs nothing); of the others the encoder is *asked* where title index and words leave the
first code under one half. Beside the accuracy of that stands the accuracy with the encoder asked
about every title and about none. Speed: titles a second on one core, each way in turn, as a ratio
to the full path with every title asked; a noisy figure.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from socoder.bulk.coding import code_distinct, code_fully
from socoder.bulk.known_titles import answered
from socoder.coder import Coder

from .datasets import Labelled, load
from .folds import MEASURED

SETS = ("census_index_titles", "dot_titles", "dol_h2_titles", "h1b_titles")
HEAD = (
    "set", "rows", "looked up", "asked", "right", "right, all asked", "right, none asked",
    "speed, none looked up", "speed",
)  # fmt: skip
BATCH = 500


def measure(coder: Coder, rows: Sequence[Labelled]) -> list[str]:
    """The cells of one set, without its name."""
    jobs = [row.job for row in rows]
    every = replace(coder, ranker=replace(coder.ranker, doubt=0.0))
    never = replace(coder, ranker=replace(coder.ranker, doubt=math.inf))
    looked_up = np.mean([row is not None for row in answered(coder, jobs, "guideline")])
    postings = [coder.posting(job) for job in jobs]
    asked = np.mean(["embedding" in ranking.models for ranking in coder.ranker.rank(postings)])
    right, seconds = [], []
    for one, way in (
        (coder, code_distinct), (every, code_fully), (never, code_fully), (coder, code_fully),
    ):  # fmt: skip
        for example in (jobs[:BATCH], jobs):  # the first is to warm up
            started = time.perf_counter()
            found = [
                coded.code
                for at in range(0, len(example), BATCH)
                for coded in way(one, example[at : at + BATCH])
            ]
            spent = time.perf_counter() - started
        seconds.append(spent)
        right.append(np.mean([code in row.codes for code, row in zip(found, rows, strict=True)]))
    short, full, _, plain = seconds
    return [
        f"{len(rows):,}", f"{looked_up:.1%}", f"{asked:.1%}", *(f"{r:.3f}" for r in right[:3]),
        f"{full / plain:.1f}", f"{full / short:.1f}",
    ]  # fmt: skip


def table(coder: Coder, folder: Path) -> str:
    """The figures of each set as Markdown."""
    lines = [f"| {' | '.join(HEAD)} |", "|---" * len(HEAD) + "|"]
    for name in SETS:
        rows = load(name, folder, frozenset({MEASURED}))
        lines.append(f"| {' | '.join([name, *measure(coder, rows)])} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--sets", type=Path, default=Path("../shared/eval"))
    parser.add_argument("--bundle", type=Path)
    parser.add_argument("--output", type=Path, help="write the table here too")
    arguments = parser.parse_args()
    text = table(Coder.load(arguments.bundle), arguments.sets)
    print(text)
    if arguments.output:
        arguments.output.mkdir(parents=True, exist_ok=True)
        (arguments.output / "shortcuts.md").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
