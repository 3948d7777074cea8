"""What may be trained on: reference texts, and the training folds of labelled rows, nothing else."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from evaluation.datasets import load
from evaluation.folds import FITTED, MEASURED, SHIPPED, TRAINED, fold_key

SCRIPTS = Path(__file__).parents[1] / "scripts"


@pytest.fixture(scope="module")
def texts(reference: Path, labelled: Path):
    sys.path.insert(0, str(SCRIPTS))
    import training_texts

    return training_texts.training_texts(reference, labelled), training_texts


def test_no_row_of_a_held_out_fold_is_trained_on(texts, labelled: Path) -> None:
    rows, module = texts
    known = {fold_key(row.text) for row in rows if row.source in module.REFERENCE}
    for folds, kept in ((SHIPPED, {MEASURED}), (TRAINED, {MEASURED, FITTED})):
        titles = [row for row in rows if module.trained_on(row, folds) and row.kind == "title"]
        trained = {fold_key(row.text) for row in titles} - known
        for name in ("census_index_titles", "dot_titles", "dol_h2_titles", "h1b_titles"):
            held_out = load(name, labelled, frozenset(kept))
            assert not {fold_key(row.job.title) for row in held_out} & trained, name


def test_no_held_out_task_is_trained_on_under_another_number(texts) -> None:
    rows, module = texts
    tasks = [row for row in rows if row.source == "task"]
    trained = {row.text for row in tasks if module.trained_on(row, SHIPPED)}
    held_out = {row.text for row in tasks if not module.trained_on(row, SHIPPED)}
    assert trained
    assert held_out
    assert not trained & held_out


def test_labels_are_shares(texts) -> None:
    rows, _ = texts
    totals = np.array([sum(row.codes.values()) for row in rows])
    assert totals == pytest.approx(np.ones(len(totals)))


def test_assembled_postings_are_of_one_occupation_and_repeatable(texts) -> None:
    rows, module = texts
    trained = [row for row in rows if module.trained_on(row, TRAINED)]
    jobs = module.assembled_postings(trained, 50, 1, ["Attend meetings"])
    assert jobs == module.assembled_postings(trained, 50, 1, ["Attend meetings"])
    assert {len(job.codes) for job in jobs} == {1}


def test_noise_leaves_the_labels_and_changes_a_share_of_the_titles(texts) -> None:
    rows, module = texts
    sample = rows[:4000]
    noisy = module.with_noise(sample, 0.5, 1)
    assert noisy == module.with_noise(sample, 0.5, 1)
    assert [row.codes for row in noisy] == [row.codes for row in sample]
    titles = [i for i, row in enumerate(sample) if row.kind == "title"]
    changed = sum(noisy[i].text != sample[i].text for i in titles)
    assert 0.3 < changed / len(titles) < 0.6
    assert all(noisy[i] is row for i, row in enumerate(sample) if row.kind != "title")
