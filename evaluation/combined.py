"""Combined jobs of any number, made of O*NET tasks of one, two or three occupations.

The tasks come from one fold only, so that a benchmark on fold 0 holds no sentence that was trained
on. The right code follows from the known parts by guideline 2: the highest Job Zone among the
occupations with 20 % of the time or more, else the most time. Managers, supervisors, teachers and
residual codes are left out, because other guidelines settle them.
"""

from __future__ import annotations

import csv
import random
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from socoder.records import Job
from socoder.soc import Classification

from .folds import fold_of

MATERIAL = 0.20
_NEUTRAL = ("Staff Member", "Team Member II", "Associate", "Program Staff", "Crew Position", "")


@dataclass(frozen=True, slots=True)
class CombinedJob:
    """A made-up job, its parts (code → true share of time) and its code by the guidelines."""

    job: Job
    parts: dict[str, float]
    code: str
    stated: bool


def tasks_of_fold(
    reference: Path, classification: Classification, fold: int
) -> dict[str, list[str]]:
    """Detailed code → its O*NET tasks in the fold, in the file's order; codes without are absent.

    Raises OSError without the reference data."""
    tasks: dict[str, list[str]] = defaultdict(list)
    path = reference / "onet_30_1/Task Statements.txt"
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            if fold_of(row["Task ID"]) == fold:
                tasks[classification.find(row["O*NET-SOC Code"])].append(row["Task"])
    return dict(sorted(tasks.items()))


def held_out_tasks(
    reference: Path, classification: Classification, fold: int
) -> dict[str, list[str]]:
    """Detailed code → its O*NET tasks in the fold; codes with fewer than two are left out, and
    those that guideline 2 does not settle."""
    return {
        code: own
        for code, own in tasks_of_fold(reference, classification, fold).items()
        if len(own) >= 2
        and code[:2] not in {"11", "25", "55"}
        and not classification.is_supervisor(code)
        and not classification.is_all_other(code)
    }


def right_code(parts: dict[str, float], classification: Classification) -> str:
    """Guideline 2 applied to known parts."""
    material = [code for code, share in parts.items() if share >= MATERIAL]
    return max(material, key=lambda code: (classification.skill_level(code), parts[code], code))


def make_jobs(
    tasks: dict[str, list[str]],
    classification: Classification,
    count: int,
    occupations: int = 2,
    stated: bool = True,
    seed: int = 0,
) -> list[CombinedJob]:
    """`count` jobs of that many occupations each, with or without stated shares of time."""
    random_ = random.Random(seed)
    codes = sorted(tasks)
    jobs: list[CombinedJob] = []
    while len(jobs) < count:
        chosen = _choose(random_, codes, occupations, classification)
        counts = [random_.randint(2, min(4, len(tasks[code]))) for code in chosen]
        picked = [random_.sample(tasks[code], k) for code, k in zip(chosen, counts, strict=True)]
        shares = _shares(random_, counts, stated)
        if len(set(shares)) < len(shares) or min(shares) < 0.15:
            continue
        text = _text(random_, picked, shares, stated)
        parts = dict(zip(chosen, shares, strict=True))
        title = random_.choice(_NEUTRAL)
        jobs.append(CombinedJob(Job(title, text), parts, right_code(parts, classification), stated))
    return jobs


def _choose(
    random_: random.Random, codes: list[str], count: int, classification: Classification
) -> list[str]:
    """Occupations that meet in real jobs more often than by chance: half from one major group."""
    first = random_.choice(codes)
    near = [code for code in codes if code[:2] == first[:2] and code != first]
    far = [code for code in codes if code[:2] != first[:2]]
    pool = near if random_.random() < 0.5 and len(near) >= count else far
    broad = {classification.at_level(first, "broad")}
    chosen = [first]
    for code in random_.sample(pool, len(pool)):
        if len(chosen) == count:
            break
        if classification.at_level(code, "broad") not in broad:
            broad.add(classification.at_level(code, "broad"))
            chosen.append(code)
    return chosen


def _shares(random_: random.Random, counts: list[int], stated: bool) -> list[float]:
    if not stated:  # a reader can only count the duties
        return [count / sum(counts) for count in counts] if len(counts) > 1 else [1.0]
    if len(counts) == 1:
        return [1.0]
    cuts = sorted(random_.sample(range(3, 18), len(counts) - 1))
    edges = [0, *cuts, 20]
    return [(b - a) / 20 for a, b in pairwise(edges)]


def _text(
    random_: random.Random, picked: list[list[str]], shares: list[float], stated: bool
) -> str:
    style = random_.choice(("heading", "each", "hours"))
    blocks = []
    for number, (lines, share) in enumerate(zip(picked, shares, strict=True), 1):
        if not stated or len(picked) == 1:
            blocks.append([f"- {line}" for line in lines])
        elif style == "heading":
            blocks.append([f"Area {number} ({share:.0%})", *(f"- {line}" for line in lines)])
        elif style == "hours":
            blocks.append(
                [f"Area {number}, {share * 40:.0f} hours a week:", *(f"- {line}" for line in lines)]
            )
        else:
            each = share / len(lines)
            blocks.append([f"- {line.rstrip('.')} ({each:.1%})" for line in lines])
    if not stated:
        lines = [line for block in blocks for line in block]
        random_.shuffle(lines)
        return "Duties\n" + "\n".join(lines)
    random_.shuffle(blocks)
    return "Duties\n" + "\n".join(line for block in blocks for line in block)
