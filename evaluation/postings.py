"""Code the whole postings: how often right, by half, and how every miss came about.

python -m evaluation.postings [--sets ../shared/eval] [--all] [ID …]

No posting was trained on, but all of them were read while socoder was built: these are development
figures. The best constant answer stands beside them, and 95 % bootstrap intervals.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from socoder.coder import Coder
from socoder.errors import ReferenceDataError
from socoder.records import Coding, Job

from .metrics import interval
from .trace import trace


@dataclass(frozen=True, slots=True)
class Annotated:
    """A posting with the code that the annotators gave it, others that they find defensible, and
    the material occupations with their shares of working time (0–1)."""

    job: Job
    primary: str
    acceptable: tuple[str, ...]
    material: dict[str, float]

    @property
    def codes(self) -> tuple[str, ...]:
        """The primary code, then the others that count as right."""
        return tuple(dict.fromkeys((self.primary, *self.acceptable)))

    @property
    def group(self) -> str:
        """The half of the set that it belongs to."""
        return "human services" if self.job.id.startswith("HS") else "others"


@dataclass(frozen=True, slots=True)
class Result:
    """A posting as it was coded."""

    row: Annotated
    coding: Coding

    @property
    def right(self) -> bool:
        """Whether the code is the primary or an acceptable one."""
        return self.coding.soc_code in self.row.codes

    @property
    def primary(self) -> bool:
        """Whether the code is the primary one."""
        return self.coding.soc_code == self.row.primary


def annotated(folder: Path) -> list[Annotated]:
    """The postings of the labelled sets in `folder`; raises ReferenceDataError without them."""
    path = folder / "postings.jsonl"
    if not path.is_file():
        raise ReferenceDataError(f"{path}: no such labelled set: name its folder with --sets")
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [
        Annotated(
            Job(title=row["title"], text=row["text"], id=row["id"]),
            row["primary"],
            tuple(row["acceptable"]),
            {part["code"]: float(part["share"]) for part in row["material"]},
        )
        for row in rows
    ]


def results(coder: Coder, rows: Sequence[Annotated]) -> list[Result]:
    """Each posting with its coding."""
    codings = coder.code_batch([row.job for row in rows])
    return [Result(row, coding) for row, coding in zip(rows, codings, strict=True)]


def summary(own: Sequence[Result], name: str) -> str:
    """One line: right and primary, each with its interval, and the best constant answer."""
    figures = []
    for what, hits in (
        ("right", [one.right for one in own]),
        ("primary code", [one.primary for one in own]),
    ):
        low, high = interval(np.array(hits))
        figures.append(
            f"{what} {sum(hits)} of {len(own)} ({np.mean(hits):.2f}; {low:.2f}–{high:.2f})"
        )
    code, times = Counter(code for one in own for code in one.row.codes).most_common(1)[0]
    return f"{name}: {', '.join(figures)}; always {code} would be right in {times / len(own):.2f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("ids", nargs="*", help="show these, right or wrong")
    parser.add_argument("--sets", type=Path, default=Path("../shared/eval"))
    parser.add_argument("--all", action="store_true", help="show every posting, not misses only")
    arguments = parser.parse_args()
    every = results(Coder.load(), annotated(arguments.sets))
    for one in every:
        if arguments.all or one.row.job.id in arguments.ids or not (arguments.ids or one.right):
            row = one.row
            print(trace(row.job.id, one.coding, row.codes, row.material), end="\n\n")
    for group in ("human services", "others"):
        print(summary([one for one in every if one.row.group == group], group))
    print(summary(every, "all"))


if __name__ == "__main__":
    main()
