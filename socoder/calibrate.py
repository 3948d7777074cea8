"""Scores → probabilities: of the final code, of the others, and at every level of the hierarchy.

The probability that the final code is right comes from a logistic regression on a few features of
the evidence (fitted on fold 1, separately for title, text and both); what is left goes to the
other occupations in proportion to their tempered scores.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from socoder.records import LEVELS, Confidence, Evidence, Posting, Probabilities, Ranking
from socoder.soc import Classification

FEATURES = (
    "constant", "log-odds of the final code", "log ratio of first to second", "title seen before",
    "models that agree", "occupations in the job", "log of number of duties", "rule changed the code",
    "entropy", "log-odds of the broad occupation", "log of number of words in the title",
    "log-odds of a title seen before",
)  # fmt: skip

INPUT_KINDS = ("title", "text", "both")
FIRST = 64  # of the most likely codes are put in order


def input_kind(posting: Posting) -> str:
    """ "title", "text" or "both": what was given."""
    has_title = any(posting.title.variants)
    if not posting.duties:
        return "title"
    return "both" if has_title else "text"


def tempered(ranking: Ranking, temperature: float) -> NDArray[np.float64]:
    """(n,) softmax of the job's scores at the given temperature."""
    scaled = (ranking.job - ranking.job.max()) / temperature
    weights = np.exp(scaled)
    result: NDArray[np.float64] = weights / weights.sum()
    return result


def settled(ranking: Ranking, final: str, temperature: float) -> NDArray[np.float64]:
    """(n,) tempered scores after the rules: where they put another code in the place of the
    ranking's first, the two change places, for the words that spoke for one now speak for it."""
    spread = tempered(ranking, temperature)
    first, own = int(spread.argmax()), _columns(ranking.codes)[final]
    spread[[first, own]] = spread[[own, first]]
    return spread


def features(
    evidence: Evidence, spread: NDArray[np.float64], classification: Classification
) -> NDArray[np.float64]:
    """(len(FEATURES),) what tells whether the final code is right; `spread` is `settled(...)`."""
    posting, ranking, final = evidence.posting, evidence.ranking, evidence.ruling.soc_code
    first, second = np.partition(spread, -2)[-2:][::-1].tolist()
    broad = dict(_groups(classification, ranking.codes, final))["broad"]
    likely = spread[spread > 1e-4]
    agree = sum(code == final for code in ranking.models.values()) / max(len(ranking.models), 1)
    words = len(posting.title.variants[0].split()) if posting.title.variants else 0
    own = _log_odds(float(spread[_columns(ranking.codes)[final]]))
    return np.array([
        1.0,
        own,
        min(math.log(max(first, 1e-9) / max(second, 1e-9)), 8.0),
        float(ranking.title_seen),
        agree,
        float(max(len(evidence.material), 1) - 1),
        math.log1p(len(posting.duties)),
        float(final != ranking.codes[int(ranking.job.argmax())]),
        -float(likely @ np.log(likely)),
        _log_odds(math.fsum(spread[broad].tolist())),
        math.log1p(words),
        own * ranking.title_seen,
    ])  # fmt: skip


def _log_odds(share: float) -> float:
    share = min(max(share, 1e-6), 1 - 1e-6)
    return math.log(share / (1 - share))


@dataclass(frozen=True, slots=True)
class Calibrator:
    """Fitted parameters: for each input kind a temperature, the weights of FEATURES, the mass of
    the candidate sets, and the acceptance thresholds for target accuracies."""

    kinds: Mapping[str, Mapping[str, Any]]

    def probabilities(
        self, evidence: Evidence, classification: Classification, target_accuracy: float = 0.95
    ) -> Probabilities:
        """Probabilities of all codes, and the confidence summed over the published hierarchy."""
        ranking, final = evidence.ranking, evidence.ruling.soc_code
        fitted = self.kinds[input_kind(evidence.posting)]
        spread = settled(ranking, final, fitted["temperature"])
        column = _columns(ranking.codes)[final]
        told = features(evidence, spread, classification)
        right = 1.0 / (1.0 + math.exp(-float(told @ np.asarray(fitted["weights"]))))
        rest = spread.copy()
        rest[column] = 0.0
        values = rest / max(rest.sum(), 1e-300) * (1.0 - right)
        values[column] = right
        order = _most_likely(values, fitted["set_mass"])
        enough = int(np.searchsorted(np.cumsum(values[order]), fitted["set_mass"])) + 1
        levels = {
            level: min(math.fsum(values[group].tolist()), 1.0)
            for level, group in _groups(classification, ranking.codes, final)
        }
        among = tuple(ranking.codes[i] for i in order[:enough])
        threshold = self.threshold(evidence.posting, target_accuracy)
        return Probabilities(values, Confidence(**levels), among, order, threshold)

    def threshold(self, posting: Posting, target_accuracy: float) -> float:
        """Confidence from which accepted codes have the target accuracy; above 1 if none does."""
        table = self.kinds[input_kind(posting)]["thresholds"]
        reached = [cut for target, cut in table if target >= target_accuracy - 1e-9]
        return float(min(reached)) if reached else 1.01


@lru_cache(maxsize=4)
def _columns(codes: tuple[str, ...]) -> dict[str, int]:
    return {code: column for column, code in enumerate(codes)}


@lru_cache(maxsize=2048)
def _groups(
    classification: Classification, codes: tuple[str, ...], final: str
) -> tuple[tuple[str, NDArray[np.int64]], ...]:
    """Each level with the columns of the group that a code lies in."""
    column = _columns(codes)
    return tuple(
        (level, np.array([column[code] for code in classification.members(group)]))
        for level in LEVELS
        for group in [classification.at_level(final, level)]
    )


def _most_likely(values: NDArray[np.float64], mass: float) -> NDArray[np.int64]:
    """Columns by falling probability (of equals, the first): all that are needed for the mass,
    and FIRST at least. Sorting them all would take longer than all the rest."""
    edge = np.partition(values, -FIRST)[-FIRST] if len(values) > FIRST else 1.0
    top = np.flatnonzero(values > edge)
    if values[top].sum() < mass:
        return np.argsort(-values, kind="stable")
    order: NDArray[np.int64] = top[np.argsort(-values[top], kind="stable")]
    return order
