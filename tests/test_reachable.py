"""Every occupation can be reached: by its title always, by a task of its own as far as measured."""

from __future__ import annotations

from pathlib import Path

from evaluation.combined import held_out_tasks, tasks_of_fold
from evaluation.folds import MEASURED
from evaluation.reachable import TaskReach, missed_titles, reached_by_tasks, shared_texts
from socoder.coder import Coder


def test_every_official_title_brings_up_its_own_code(coder: Coder) -> None:
    assert missed_titles(coder) == []


def test_codes_are_reached_alone_together_or_not(coder: Coder) -> None:
    tasks = {
        "47-2181": ["Install and repair roofs with shingles."],
        "53-3032": ["Drive a tractor-trailer on long hauls.", "Attend staff meetings."],
        "55-1011": ["Style and cut the hair of clients in a salon."],
    }
    found = reached_by_tasks(coder, tasks)
    assert (found.tasks, found.codes) == (4, 3)
    assert found.reached == ("47-2181", "53-3032")
    assert found.missed == {"55-1011": 1}
    assert 0 < found.right < 1


def test_every_code_with_held_out_tasks_is_counted_once(reach: TaskReach) -> None:
    missed = set(reach.missed)
    assert len(reach.reached) + len(reach.together) + len(missed) == reach.codes
    assert not missed & {*reach.reached, *reach.together}


def test_the_tasks_of_a_fold_and_those_that_codes_share(reference: Path, coder: Coder) -> None:
    known = coder.classification
    tasks = tasks_of_fold(reference, known, MEASURED)
    assert set(tasks) <= set(known.detailed)
    assert all(tasks.values())
    for code, own in held_out_tasks(reference, known, MEASURED).items():
        assert own == tasks[code]
    shared = shared_texts(reference, known)
    teachers = {task for code, own in tasks.items() if code.startswith("25-10") for task in own}
    assert len(shared & teachers) > len(teachers) / 2
