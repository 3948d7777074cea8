"""Is what is no job kept from being accepted, and is no real title called nonsense?

    python -m evaluation.nonsense --sets ../shared/eval

300 texts of our own that are no job (`tests/data/nonsense.txt`), one half developed on and the other
only measured on; 300 everyday titles of `training_data/occupations.csv`, a seeded sample; and, where
the labelled sets are, their fold 0 and the postings. A short text is given as a title and as a text,
a long one as a text; it counts as accepted if any of that is.
"""

from __future__ import annotations

import argparse
import csv
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from socoder.coder import Coder
from socoder.records import Coding, Job

from .datasets import load

ROOT = Path(__file__).parents[1]
TEXTS = ROOT / "tests" / "data" / "nonsense.txt"
OCCUPATIONS = ROOT / "training_data" / "occupations.csv"
HALVES = ("develop", "measure")
TITLES = 300
SHORT = 100  # characters of a text that could stand in a column of titles
NOT_ACCEPTED_BAR, CALLED_NONSENSE_BAR = 0.95, 0.03
TITLE_SETS = ("census_index_titles", "dot_titles", "dol_h2_titles")


@dataclass(frozen=True, slots=True)
class Nonsense:
    """A text that is no job, of one kind ("address"), in one half of the list."""

    text: str
    kind: str
    half: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a text: whether it was accepted in any form, and called nonsense in all."""

    nonsense: Nonsense
    accepted: bool
    recognised: bool


def texts(path: Path = TEXTS) -> list[Nonsense]:
    """The list in its order; a file's head says how it is written."""
    found: list[Nonsense] = []
    kind = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("# ") or not line:
            continue
        if line.startswith("[") and line.endswith("]"):
            kind = line[1:-1]
        else:
            half = HALVES[len(found) % 2]
            found.append(Nonsense(line.replace(r"\n", "\n"), kind, half))
    return found


def real_titles(count: int = TITLES, seed: int = 0, path: Path = OCCUPATIONS) -> list[str]:
    """`count` distinct everyday titles, a seeded sample."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = [row["typical_titles"] for row in csv.DictReader(file)]
    distinct = sorted({title for row in rows for title in row.split("|") if title})
    return random.Random(seed).sample(distinct, count)


def called_nonsense(coding: Coding) -> bool:
    """Whether a coding says that its input is no job that can be coded."""
    return coding.status == "uncodable" or "out_of_distribution" in coding.review_reasons


def outcomes(coder: Coder, listed: Iterable[Nonsense]) -> list[Outcome]:
    """Each text coded in the forms in which it could come in."""
    result = []
    for each in listed:
        forms = [Job(text=each.text)]
        if len(each.text) <= SHORT and "\n" not in each.text:
            forms.append(Job(title=each.text))
        codings = coder.code_batch(forms, top=1)
        accepted = any(coding.status == "accepted" for coding in codings)
        result.append(Outcome(each, accepted, all(map(called_nonsense, codings))))
    return result


def share_called_nonsense(coder: Coder, jobs: Sequence[Job]) -> tuple[float, list[Job]]:
    """Share (0-1) of the jobs that are called nonsense, and which."""
    codings = coder.code_batch(jobs, top=1)
    wrong = [job for job, coding in zip(jobs, codings, strict=True) if called_nonsense(coding)]
    return len(wrong) / max(len(jobs), 1), wrong


def main() -> None:
    """Print the shares; of the texts that were missed only those of the half to develop on."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--sets", type=Path, default=Path("../shared/eval"))
    parser.add_argument("--bundle", type=Path, help="another bundle than the shipped one")
    parser.add_argument("--examples", type=int, default=0, help="misses to show of each")
    arguments = parser.parse_args()
    coder = Coder.load(arguments.bundle)
    found = outcomes(coder, texts())
    print("nonsense       texts  not accepted  called nonsense")
    for half in HALVES:
        own = [each for each in found if each.nonsense.half == half]
        kept = sum(not each.accepted for each in own) / len(own)
        named = sum(each.recognised for each in own) / len(own)
        short = "" if kept >= NOT_ACCEPTED_BAR else "  falls short"
        print(f"{half:14} {len(own):5}  {kept:12.3f}  {named:15.3f}{short}")
    missed = [e.nonsense for e in found if not e.recognised and e.nonsense.half == HALVES[0]]
    counted = Counter(each.kind for each in missed)
    print("not recognised, of the half to develop on:", dict(counted.most_common()))
    for each in missed[: arguments.examples]:
        print(f"    {each.kind}: {each.text!r}")
    print("real           rows   called nonsense")
    groups = {"our own titles": [Job(title=title) for title in real_titles()]}
    if arguments.sets.is_dir():
        for name in (*TITLE_SETS, "postings"):
            folds = frozenset({0}) if name in TITLE_SETS else frozenset(range(5))
            groups[name] = [row.job for row in load(name, arguments.sets, folds)]
    for name, jobs in groups.items():
        share, wrong = share_called_nonsense(coder, jobs)
        print(f"{name:20} {len(jobs):6}  {share:.4f}")
        for job in wrong[: arguments.examples]:
            print(f"    {job.title!r} {job.text[:60]!r}")


if __name__ == "__main__":
    main()
