"""How much surer the coder may be of a whole posting than of the jobs its confidence is fitted on.

The many jobs that the confidence is fitted on are bare lists of duties; the postings that people
wrote are few. One number is fitted on them: what is added to the log-odds of a whole posting
(`socoder.calibrate.is_whole`). The shipped one comes from folds 1–4; where postings are measured,
each fold gets the number that the others give, so that no posting vouches for itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from socoder.calibrate import is_whole
from socoder.coder import Coder

from .datasets import Labelled, load
from .folds import MEASURED

ALL_FOLDS = frozenset(range(5))
# The number is believed to lie within 1.4 of zero, as a normal prior (its precision).
_PRIOR = 0.5
_STEPS = 50


@dataclass(frozen=True, slots=True, eq=False)
class JudgedPostings:
    """Whole postings: (rows,) log-odds without any addition, whether the code is right, folds."""

    odds: np.ndarray
    right: np.ndarray
    folds: np.ndarray


def judged_postings(coder: Coder, labelled: Path) -> JudgedPostings:
    """The whole postings among the labelled ones, as the coder codes them."""
    plain = with_shift(coder, 0.0)
    rows = load("postings", labelled, ALL_FOLDS)
    postings = [coder.posting(row.job) for row in rows]
    found = []
    for row, posting, ranking in zip(rows, postings, coder.ranker.rank(postings), strict=True):
        if is_whole(posting):
            evidence = plain.ruled(posting, ranking)
            odds = plain.calibrator.log_odds(evidence, coder.classification)
            found.append((odds, evidence.ruling.soc_code in row.codes, row.fold))
    odds, right, folds = (np.array(column) for column in zip(*found, strict=True))
    return JudgedPostings(odds, right, folds)


def fitted_shift(judged: JudgedPostings, without: int) -> float:
    """The likeliest addition to the log-odds by the postings outside the fold `without`."""
    used = judged.folds != without
    odds, right, shift = judged.odds[used], judged.right[used], 0.0
    for _ in range(_STEPS):  # Newton's method; the likelihood with its prior is concave
        sure = 1 / (1 + np.exp(-(odds + shift)))
        slope = np.sum(right - sure) - _PRIOR * shift
        shift += slope / (np.sum(sure * (1 - sure)) + _PRIOR)
    return float(shift)


def with_shift(coder: Coder, shift: float) -> Coder:
    """The coder with another addition to the log-odds of whole postings."""
    kinds = {kind: {**own, "whole_posting": shift} for kind, own in coder.calibrator.kinds.items()}
    return replace(coder, calibrator=replace(coder.calibrator, kinds=kinds))


def by_fold(coder: Coder, labelled: Path) -> list[tuple[Coder, Sequence[Labelled]]]:
    """The postings of each fold with the coder that knows nothing of how these came out."""
    judged = judged_postings(coder, labelled)
    return [
        (
            coder if fold == MEASURED else with_shift(coder, fitted_shift(judged, without=fold)),
            load("postings", labelled, frozenset({fold})),
        )
        for fold in sorted(ALL_FOLDS)
    ]
