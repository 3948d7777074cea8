"""What the final code leaves of the probability, shared out among the other occupations.

If the final code is wrong, the right one tends to be its kin, and one that describes the duties:
how much each counts is fitted (scripts/fit_weights.py), as a conditional logit over the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from socoder.records import LEVELS, Evidence, Ranking
from socoder.soc import Classification

SIGNS = ("score", "same broad occupation", "same minor group", "same major group", "duties")
# No occupation is further behind than this (natural log), for the job or for its duties.
_LOWEST, _STRANGE = -25.0, 1e-6


@lru_cache(maxsize=4)
def columns_of(codes: tuple[str, ...]) -> dict[str, int]:
    """Code → its column in a Ranking of these codes."""
    return {code: column for column, code in enumerate(codes)}


@lru_cache(maxsize=2048)
def groups(
    classification: Classification, codes: tuple[str, ...], final: str
) -> tuple[tuple[str, NDArray[np.int64]], ...]:
    """Each level with the columns of the group that a code lies in."""
    column = columns_of(codes)
    return tuple(
        (level, np.array([column[code] for code in classification.members(group)]))
        for level in LEVELS
        for group in [classification.at_level(final, level)]
    )


def settled_scores(ranking: Ranking, final: str) -> NDArray[np.float64]:
    """(n,) scores below the best after the rules: where they put another code in the place of the
    ranking's first, the two change places, for the words that spoke for one now speak for it."""
    scores: NDArray[np.float64] = ranking.job - ranking.job.max()
    first, own = int(scores.argmax()), columns_of(ranking.codes)[final]
    scores[[first, own]] = scores[[own, first]]
    return scores


def signs(
    evidence: Evidence, scores: NDArray[np.float64], classification: Classification
) -> NDArray[np.float64]:
    """(len(SIGNS), n) what speaks for each occupation in the final code's place; `scores` are
    `settled_scores`."""
    ranking = evidence.ranking
    found = np.zeros((len(SIGNS), len(scores)))
    found[0] = np.maximum(scores, _LOWEST)
    kin = groups(classification, ranking.codes, evidence.ruling.soc_code)[1:]
    for row, (_, members) in enumerate(kin, start=1):
        found[row, members] = 1.0
    if len(ranking.duties):
        shares = np.array([duty.time_share for duty in evidence.duties])
        found[4] = np.log(np.maximum(shares @ np.exp(ranking.duties), _STRANGE))
    return found


def shared_out(
    evidence: Evidence,
    scores: NDArray[np.float64],
    classification: Classification,
    weights: Sequence[float],
) -> NDArray[np.float64]:
    """(n,) shares of the other occupations, which add up to 1; 0 for the final code. `weights` are
    those of SIGNS."""
    if any(weights[1:]):
        told = np.asarray(weights) @ signs(evidence, scores, classification)
    else:  # as for bare titles, of which there are many
        told = weights[0] * np.maximum(scores, _LOWEST)
    shares = np.exp(told - told.max())
    shares[columns_of(evidence.ranking.codes)[evidence.ruling.soc_code]] = 0.0
    result: NDArray[np.float64] = shares / max(shares.sum(), 1e-300)
    return result
