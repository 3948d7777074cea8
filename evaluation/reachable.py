"""Can every occupation be reached? By its official title, and by a text of its own.

    python -m evaluation.reachable --reference ../shared/reference

A code that no text of its own brings up first is one that the bundle never gives to those who work
in it. The texts are the O*NET tasks of fold 0, which no model was trained on: each alone and, for
codes that none of them reaches, all of a code's tasks together.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from socoder.coder import Coder
from socoder.records import Job
from socoder.soc import Classification

from .combined import tasks_of_fold
from .folds import FOLDS, MEASURED

BATCH = 500


@dataclass(frozen=True, slots=True)
class TitleMiss:
    """An official title that does not bring up its own code, and the code that it does."""

    code: str
    title: str
    given: str


@dataclass(frozen=True, slots=True)
class TaskReach:
    """How far the held-out tasks reach their own codes.

    `tasks` texts of `codes` codes; `right`: share (0–1) of the tasks whose first code is their own;
    `reached`: codes that are first for a task of theirs; `together`: further codes that are first
    for all of their tasks in one text; `missed`: code → number of its tasks, for the rest."""

    tasks: int
    codes: int
    right: float
    reached: tuple[str, ...]
    together: tuple[str, ...]
    missed: Mapping[str, int]


def missed_titles(coder: Coder) -> list[TitleMiss]:
    """Official titles of detailed occupations whose first code is another; none, if all is well."""
    known = coder.classification
    titles = [known.title(code) for code in known.detailed]
    given = _first_codes(coder, [Job(title=title) for title in titles])
    return [
        TitleMiss(code, title, first)
        for code, title, first in zip(known.detailed, titles, given, strict=True)
        if first != code
    ]


def reached_by_tasks(coder: Coder, tasks: Mapping[str, Sequence[str]]) -> TaskReach:
    """Code the tasks (detailed code → texts, none empty) one by one, then together."""
    owners = [code for code, own in tasks.items() for _ in own]
    given = _first_codes(coder, [Job(text=task) for own in tasks.values() for task in own])
    right = [owner == first for owner, first in zip(owners, given, strict=True)]
    reached = {owner for owner, hit in zip(owners, right, strict=True) if hit}
    rest = [code for code in tasks if code not in reached]
    joined = _first_codes(coder, [Job(text="\n".join(tasks[code])) for code in rest])
    together = {code for code, first in zip(rest, joined, strict=True) if code == first}
    return TaskReach(
        tasks=len(owners),
        codes=len(tasks),
        right=sum(right) / max(len(right), 1),
        reached=tuple(sorted(reached)),
        together=tuple(sorted(together)),
        missed={code: len(tasks[code]) for code in rest if code not in together},
    )


def shared_texts(reference: Path, classification: Classification) -> set[str]:
    """Tasks that stand word for word under several detailed codes: they cannot be first for all."""
    owners: dict[str, set[str]] = defaultdict(set)
    for fold in range(FOLDS):
        for code, own in tasks_of_fold(reference, classification, fold).items():
            for task in own:
                owners[task].add(code)
    return {task for task, codes in owners.items() if len(codes) > 1}


def _first_codes(coder: Coder, jobs: Sequence[Job]) -> list[str]:
    return [
        coding.soc_code
        for start in range(0, len(jobs), BATCH)
        for coding in coder.code_batch(jobs[start : start + BATCH], top=1)
    ]


def main() -> None:
    """Print how many codes are reached, and which are not."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--reference", type=Path, default=Path("training_data/reference"))
    parser.add_argument("--bundle", type=Path, help="another bundle than the shipped one")
    arguments = parser.parse_args()
    coder = Coder.load(arguments.bundle)
    known = coder.classification
    misses = missed_titles(coder)
    total = len(known.detailed)
    print(f"official titles that bring up their own code: {total - len(misses)} of {total}")
    for miss in misses:
        print(f"  {miss.code} {miss.title} → {miss.given or 'no code'}")
    tasks = tasks_of_fold(arguments.reference, known, MEASURED)
    found = reached_by_tasks(coder, tasks)
    print(
        f"held-out tasks: {found.tasks} of {found.codes} codes, {found.right:.3f} bring up their own\n"
        f"codes first for a task of their own: {len(found.reached)} of {found.codes}\n"
        f"codes first for all their tasks together only: {len(found.together)}"
    )
    for code in found.together:
        print(f"  {code} {known.title(code)}")
    shared = shared_texts(arguments.reference, known)
    print(f"codes that are never first: {len(found.missed)}")
    for code, count in found.missed.items():
        note = ", each that of another code too" if shared.issuperset(tasks[code]) else ""
        print(f"  {code} {known.title(code)} ({count} {'task' if count == 1 else 'tasks'}{note})")


if __name__ == "__main__":
    main()
