"""How well jobs made of several occupations are explained, on tasks of fold 0.

python -m evaluation.combined_figures [--reference ../shared/reference] [--jobs 500] \
    [--lists ../shared/eval]

Printed for jobs of one, two and three occupations, with stated shares of time and without: how
often the final code is right; how many of the occupations named are in the job (precision) and how
many of the job's are named (recall); the mean absolute error of the shares; how often a job is
taken for a combined one; how often the code asks for more or for less skill than the right one; and
what the plain ranking of the whole text gets right. With `--lists` the jobs are made of the duties
that BLS lists for an occupation instead of O*NET's tasks: few lists, so that they recur.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from socoder.coder import Coder
from socoder.records import Coding

from .combined import CombinedJob, held_out_lists, held_out_tasks, make_jobs
from .folds import MEASURED
from .metrics import calibration_error, interval

KINDS = ((1, False), (2, True), (2, False), (3, True), (3, False))
BATCH = 200


def figures(
    coder: Coder, tasks: dict[str, list[str]], count: int, seed: int = 500
) -> dict[str, dict[str, Any]]:
    """Kind of job, made of the tasks (code → its tasks), → its figures, shares of the jobs (0–1)."""
    found = {}
    for occupations, stated in KINDS:
        jobs = make_jobs(tasks, coder.classification, count, occupations, stated, seed)
        name = f"{occupations} occupation{'s' * (occupations > 1)}"
        if occupations > 1:
            name += ", shares stated" if stated else ", shares not stated"
        found[name] = _of(coder, jobs)
    return found


def _of(coder: Coder, jobs: Sequence[CombinedJob]) -> dict[str, Any]:
    codings: list[Coding] = []
    plain: list[str] = []
    for start in range(0, len(jobs), BATCH):
        own = [made.job for made in jobs[start : start + BATCH]]
        codings += coder.code_batch(own)
        rankings = coder.ranker.rank([coder.posting(job) for job in own])
        plain += [ranking.codes[int(ranking.job.argmax())] for ranking in rankings]
    right = np.array([c.soc_code == made.code for c, made in zip(codings, jobs, strict=True)])
    sure = np.array([coding.confidence.detailed for coding in codings])
    named = [{m.soc_code: m.time_share for m in coding.material} for coding in codings]
    hits = [len(own.keys() & made.parts.keys()) for own, made in zip(named, jobs, strict=True)]
    levels = coder.classification.skill_level
    steps = np.array([
        levels(c.soc_code) - levels(made.code) for c, made in zip(codings, jobs, strict=True)
    ])  # fmt: skip
    low, high = interval(right)
    return {
        "jobs": len(jobs),
        "right": float(right.mean()),
        "right_interval": [low, high],
        "plain_ranking_right": float(
            np.mean([a == m.code for a, m in zip(plain, jobs, strict=True)])
        ),
        "precision": sum(hits) / sum(map(len, named)),
        "recall": sum(hits) / sum(len(made.parts) for made in jobs),
        "share_error": _share_error(named, jobs),
        "share_error_where_found": _share_error(named, jobs, found=True),
        "split": float(np.mean([len(own) > 1 for own in named])),
        "more_skill": float((steps > 0).mean()),
        "less_skill": float((steps < 0).mean()),
        "calibration_error": calibration_error(sure, right),
    }


def _share_error(
    named: Sequence[dict[str, float]], jobs: Sequence[CombinedJob], found: bool = False
) -> float | None:
    """Mean absolute error of the time shares of the jobs' occupations; one that is not named has
    the share 0. With `found` only of jobs whose occupations were all named."""
    errors = [
        abs(own.get(code, 0.0) - share)
        for own, made in zip(named, jobs, strict=True)
        if not found or own.keys() == made.parts.keys()
        for code, share in made.parts.items()
    ]
    return float(np.mean(errors)) if errors else None


def table(found: dict[str, dict[str, Any]]) -> str:
    """The figures as a Markdown table."""
    columns = [key for key in next(iter(found.values())) if key != "right_interval"]
    lines = [f"| jobs of | {' | '.join(key.replace('_', ' ') for key in columns)} |"]
    lines.append("|---" * (len(columns) + 1) + "|")
    for name, own in found.items():
        cells = ["-" if own[key] is None else f"{own[key]:.3g}" for key in columns]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--reference", type=Path, default=Path("../shared/reference"))
    parser.add_argument("--lists", type=Path, help="the labelled sets, for jobs of duty lists")
    parser.add_argument("--jobs", type=int, default=500, help="of each kind")
    parser.add_argument("--bundle", type=Path)
    parser.add_argument("--json", type=Path, help="write the figures here too")
    arguments = parser.parse_args()
    coder = Coder.load(arguments.bundle)
    if arguments.lists:
        tasks = held_out_lists(arguments.lists, coder.classification, MEASURED)
        print(f"made of the duty lists of {len(tasks)} occupations")
    else:
        tasks = held_out_tasks(arguments.reference, coder.classification, MEASURED)
    found = figures(coder, tasks, arguments.jobs)
    print(table(found))
    if arguments.json:
        arguments.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
