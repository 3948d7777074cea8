"""One number for whole postings, which no posting helps to find that it is measured with."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from evaluation.postings import annotated, results, summary
from evaluation.whole_postings import JudgedPostings, by_fold, fitted_shift, with_shift
from socoder.coder import Coder
from socoder.errors import ReferenceDataError
from socoder.records import Job

WHOLE = """We are a small agency by the lake, founded in 1978, and are looking for somebody.

Responsibilities
- Help residents bathe, dress and eat
- Cook meals and keep the kitchen clean

We offer health insurance and paid holidays. We are an equal opportunity employer."""


def made_up(right: list[bool], odds: float = 0.0) -> JudgedPostings:
    rows = len(right)
    return JudgedPostings(np.full(rows, odds), np.array(right), np.arange(rows) % 5)


def test_the_shift_grows_with_what_was_underrated() -> None:
    half, most = made_up([True, False] * 50), made_up([True] * 90 + [False] * 10)
    assert abs(fitted_shift(half, without=-1)) < 0.01
    # Nine of ten right at even odds: the log-odds want 2.2, the prior a little less.
    assert 1.9 < fitted_shift(most, without=-1) < 2.2


def test_few_postings_say_little() -> None:
    few, many = (fitted_shift(made_up([True] * rows), without=-1) for rows in (5, 500))
    assert few < 2
    assert many > 4


def test_a_fold_does_not_vouch_for_itself() -> None:
    right = [fold != 2 for fold in range(5)] * 10  # fold 2 is always wrong
    everyone, others = (fitted_shift(made_up(right), without=fold) for fold in (0, 2))
    assert others > everyone + 1


def test_only_whole_postings_are_moved(coder: Coder) -> None:
    jobs = [Job("Aide", WHOLE), Job("Aide", "Help residents bathe, dress and eat"), Job("Aide")]
    before, after = (
        with_shift(coder, shift).code_batch(jobs) for shift in (0.0, 2.0)
    )  # fmt: skip
    assert after[0].confidence.detailed > before[0].confidence.detailed
    assert after[1:] == before[1:]


def test_every_posting_is_coded_once_by_a_coder_that_does_not_know_it(
    coder: Coder, labelled: Path
) -> None:
    parts = by_fold(coder, labelled)
    rows = [row.job.id for _, own in parts for row in own]
    assert len(rows) == len(set(rows)) == 53
    shifts = [own.calibrator.kinds["both"]["whole_posting"] for own, _ in parts]
    assert shifts[0] == coder.calibrator.kinds["both"]["whole_posting"]
    assert len(set(shifts)) == 5


def test_the_report_on_postings_names_what_was_wrong(coder: Coder, labelled: Path) -> None:
    rows = annotated(labelled)[:8]
    found = results(coder, rows)
    assert all(one.primary <= one.right for one in found)
    assert f"of {len(rows)}" in summary(found, "some")
    with pytest.raises(ReferenceDataError, match=r"postings\.jsonl"):
        annotated(labelled / "missing")
