"""Figures about confidence, on made-up confidences whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest

from evaluation.combined import held_out_lists, held_out_tasks
from evaluation.combined_figures import KINDS, figures
from evaluation.folds import MEASURED
from evaluation.reliability import (
    Judged,
    coverage_at,
    judge,
    largest_error,
    perfect_band,
    plot,
    risk_coverage,
    table,
)
from evaluation.reliability import figures as reliability
from socoder.coder import Coder
from socoder.records import LEVELS, Job

RANDOM = np.random.default_rng(1)
SURE = RANDOM.random(3000)
HONEST = RANDOM.random(3000) < SURE
BOASTFUL = RANDOM.random(3000) < SURE / 2


def judged(right: np.ndarray) -> Judged:
    everywhere = dict.fromkeys(LEVELS, right)
    rows = len(right)
    return Judged("made up", dict.fromkeys(LEVELS, SURE), everywhere, SURE > 0.9,
                  right, np.full(rows, 3))  # fmt: skip


def test_an_honest_confidence_lies_in_the_band_and_a_boastful_one_does_not() -> None:
    _, edge = perfect_band(SURE)
    honest, boastful = reliability(judged(HONEST)), reliability(judged(BOASTFUL))
    assert honest["detailed"]["calibration_error"] < edge * 1.5
    assert boastful["detailed"]["calibration_error"] > 5 * edge
    assert honest["detailed"]["brier"] < boastful["detailed"]["brier"]
    assert honest["detailed"]["log_loss"] < boastful["detailed"]["log_loss"]
    assert largest_error(SURE, HONEST) < largest_error(SURE, BOASTFUL)


def test_risk_falls_where_fewer_are_covered() -> None:
    coverage, risk = risk_coverage(SURE, HONEST)
    assert coverage[-1] == 1.0
    assert risk[-1] == pytest.approx(1 - HONEST.mean())
    assert risk[300] < 0.1 < risk[-1]


def test_coverage_at_an_accuracy() -> None:
    sure, right = np.array([0.9, 0.8, 0.7, 0.6]), np.array([1, 1, 0, 1])
    assert coverage_at(sure, right, 1.0) == 0.5
    assert coverage_at(sure, right, 0.75) == 1.0
    assert coverage_at(sure, np.zeros(4), 0.5) == 0.0


def test_codings_are_judged_at_every_level(coder: Coder) -> None:
    pairs = [(Job("Registered Nurse"), frozenset({"29-2061"})), (Job("…"), frozenset({"29-1141"}))]
    found = judge(coder, "two", pairs)
    assert [bool(found.right[level][0]) for level in LEVELS] == [False, False, False, True]
    assert not any(found.right[level][1] for level in LEVELS)  # uncodable is never right
    assert not found.accepted[1]


def test_the_table_and_the_plot_show_every_set(tmp_path) -> None:
    pytest.importorskip("matplotlib")
    own = judged(HONEST)
    assert table({"made up": reliability(own)}).count("made up") == 2
    plot([own], tmp_path / "plot.png")
    assert (tmp_path / "plot.png").stat().st_size > 5000


def test_combined_jobs_are_measured(coder: Coder, reference, labelled) -> None:
    tasks = held_out_tasks(reference, coder.classification, MEASURED)
    found = figures(coder, tasks, 6)
    assert len(found) == len(KINDS)
    for own in found.values():
        assert own["jobs"] == 6
        assert 0 <= own["recall"] <= 1
        assert 0 < own["precision"] <= 1
    lists = held_out_lists(labelled, coder.classification, MEASURED)
    assert len(lists) > 15
    assert all(len(lines) > 1 for lines in lists.values())
    assert figures(coder, lists, 6)["2 occupations, shares stated"]["jobs"] == 6
