"""What measures socoder must itself be right: folds, accuracy, calibration, combined jobs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from evaluation.combined import held_out_tasks, make_jobs, right_code
from evaluation.datasets import SETS, load
from evaluation.folds import FOLDS, fold_key, fold_of, title_fold
from evaluation.metrics import (
    acceptance_thresholds,
    accuracy_by_code,
    accuracy_table,
    best_constant,
    calibration_error,
    interval,
)
from socoder import soc
from socoder.errors import ReferenceDataError

KNOWN = soc.load()


def test_folds_are_fixed() -> None:
    # If one of these moves, rows that a shipped bundle was trained on are measured as unseen.
    assert [fold_of(key) for key in ("8823", "registered nurse", "accountants-and-auditors")] == [
        4,
        2,
        1,
    ]
    assert {fold_of(str(i)) for i in range(100)} == set(range(FOLDS))


@pytest.mark.parametrize(
    "spelling", ["Registered nurses", "REGISTERED NURSE", " registered-nurse ", "Régistered Nurse."]
)
def test_spellings_of_a_title_share_a_fold(spelling: str) -> None:
    assert fold_key(spelling) == "registered nurse"
    assert title_fold(spelling) == title_fold("Registered Nurse")


def test_accuracy_counts_a_right_group_at_every_level() -> None:
    ranked = [["29-1221", "29-1229"], ["21-1093", "31-1122"]]
    gold = [frozenset({"29-1229"}), frozenset({"35-2012"})]
    table = accuracy_table(ranked, gold, KNOWN)
    assert table["detailed"] == {"top_1": 0.0, "top_3": 0.5, "top_5": 0.5, "top_10": 0.5}
    assert table["broad"]["top_1"] == 0.5  # both are of 29-1210
    assert table["major"]["top_10"] == 0.5


def test_accuracy_by_code_counts_a_row_at_each_of_its_codes() -> None:
    gold = [frozenset({"a", "b"}), frozenset({"b"}), frozenset({"c"})]
    right = np.array([True, False, False])
    assert accuracy_by_code(right, gold) == {"a": 1.0, "b": 0.5, "c": 0.0}


def test_the_best_constant_answer() -> None:
    gold = [frozenset({"a", "b"}), frozenset({"b"}), frozenset({"c"})]
    assert best_constant(gold) == pytest.approx(2 / 3)


def test_calibration_error_of_known_cases() -> None:
    sure = np.array([0.95] * 100)
    assert calibration_error(sure, np.array([True] * 95 + [False] * 5)) == pytest.approx(0.0)
    assert calibration_error(sure, np.array([False] * 100)) == pytest.approx(0.95)


def test_the_interval_holds_the_mean_and_narrows_with_more_rows() -> None:
    low, high = interval(np.array([True, False] * 50))
    assert low < 0.5 < high
    many = interval(np.array([True, False] * 5000))
    assert many[1] - many[0] < high - low


def test_the_right_code_of_a_combined_job() -> None:
    # 31-1122 and 53-3053 are of Job Zone 2, 21-1093 of 4.
    assert right_code({"31-1122": 0.7, "21-1093": 0.3}, KNOWN) == "21-1093"
    assert right_code({"31-1122": 0.85, "21-1093": 0.15}, KNOWN) == "31-1122"
    assert right_code({"31-1122": 0.4, "53-3053": 0.6}, KNOWN) == "53-3053"


def test_a_missing_set_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(ReferenceDataError, match="no such labelled set"):
        load("ooh_duties", tmp_path)


def test_the_labelled_sets_read_and_split_by_fold(labelled: Path) -> None:
    for name in SETS:
        folds = [load(name, labelled, frozenset({fold})) for fold in range(FOLDS)]
        assert min(map(len, folds)) > 0, name
        assert all(row.codes <= set(KNOWN.detailed) for rows in folds for row in rows), name


def test_combined_jobs_hold_only_tasks_of_their_fold(reference: Path) -> None:
    tasks = held_out_tasks(reference, KNOWN, fold=0)
    other = held_out_tasks(reference, KNOWN, fold=1)
    jobs = make_jobs(tasks, KNOWN, 20, occupations=2, stated=True, seed=3)
    assert jobs == make_jobs(tasks, KNOWN, 20, occupations=2, stated=True, seed=3)
    elsewhere = {line for own in other.values() for line in own}
    elsewhere -= {line for own in tasks.values() for line in own}
    for made in jobs:
        assert made.code in made.parts
        assert sum(made.parts.values()) == pytest.approx(1.0)
        assert not any(line in made.job.text for line in elsewhere)


def test_acceptance_thresholds_reach_their_targets() -> None:
    sure = np.linspace(0, 1, 400)
    right = np.arange(400) % 10 < 10 * sure  # right as often as it is sure
    table = dict(acceptance_thresholds(sure, right, (0.7, 0.9, 1.0)))
    assert table[0.7] < table[0.9]
    assert all(right[sure >= cut - 1e-3].mean() >= target - 0.01 for target, cut in table.items())
    assert not acceptance_thresholds(sure[:10], right[:10], (0.1,))  # too few rows to tell
