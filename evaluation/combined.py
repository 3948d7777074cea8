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

from socoder.occupation_texts import load_texts
from socoder.records import Job
from socoder.soc import Classification

from .datasets import load
from .folds import fold_of

MATERIAL = 0.20
# How a block of duties says its share; "each" writes it behind every line.
_STYLES = {
    "heading": "Area {number} ({share:.0%})",
    "hours": "Area {number}, {hours:.0f} hours a week:",
    "percent first": "{share:.0%} - Area {number}",
    "of the time": "Area {number}: {share:.0%} of the time",
    "per week": "Area {number} - approximately {hours:.0f} hrs/week",
    "each": "",
}
_EDUCATION = {
    "high_school": "High school diploma or equivalent",
    "associate": "Associate degree",
    "bachelor": "Bachelor's degree",
    "master": "Master's degree",
}
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
        if len(own) >= 2 and not _unsettled(code, classification)
    }


def _unsettled(code: str, classification: Classification) -> bool:
    """Whether another guideline than the second has a say where the occupation is combined."""
    return (
        code[:2] in {"11", "25", "55"}
        or classification.is_supervisor(code)
        or classification.is_all_other(code)
    )


def held_out_lists(
    labelled: Path, classification: Classification, fold: int
) -> dict[str, list[str]]:
    """Detailed code → the duties that BLS lists for it, where a list of the fold is of one such
    code: plainer and fewer than O*NET's tasks. Raises ReferenceDataError without the file."""
    lists: dict[str, list[str]] = {}
    for row in load("ooh_duties", labelled, frozenset({fold})):
        (code, *others) = row.codes
        lines = row.job.text.splitlines()
        if not others and len(lines) > 1 and not _unsettled(code, classification):
            lists[code] = lines
    return dict(sorted(lists.items()))


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
    """`count` jobs of that many occupations each, with or without stated shares of time.

    Half have a neutral title; the others name all of their occupations ("Cook / Driver"), or only
    the one with the least time. A third state the education that the highest-skilled asks for."""
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
        code = right_code(parts, classification)
        text += _requirement(random_, code, classification)
        title = _title(random_, parts)
        jobs.append(CombinedJob(Job(title, text), parts, code, stated))
    return jobs


def _title(random_: random.Random, parts: dict[str, float]) -> str:
    kind = random_.choice(("neutral", "neutral", "slashed", "misleading"))
    if kind == "neutral" or len(parts) == 1:
        return random_.choice(_NEUTRAL)
    titles = {code: random_.choice(load_texts()[code].titles) for code in parts}
    if kind == "slashed":
        return " / ".join(titles.values())
    return titles[min(parts, key=lambda code: parts[code])]


def _requirement(random_: random.Random, code: str, classification: Classification) -> str:
    level = classification.entry_education(code)
    if level not in _EDUCATION or random_.random() > 1 / 3:
        return ""
    return f"\nRequirements\n- {_EDUCATION[level]} required"


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
    style = random_.choice(tuple(_STYLES))
    blocks = []
    for number, (lines, share) in enumerate(zip(picked, shares, strict=True), 1):
        if not stated or len(picked) == 1:
            blocks.append([f"- {line}" for line in lines])
        elif style == "each":
            each = share / len(lines)
            blocks.append([f"- {line.rstrip('.')} ({each:.1%})" for line in lines])
        else:
            head = _STYLES[style].format(number=number, share=share, hours=share * 40)
            blocks.append([head, *(f"- {line}" for line in lines)])
    if not stated:
        lines = [line for block in blocks for line in block]
        random_.shuffle(lines)
        return "Duties\n" + "\n".join(lines)
    random_.shuffle(blocks)
    return "Duties\n" + "\n".join(line for block in blocks for line in block)
