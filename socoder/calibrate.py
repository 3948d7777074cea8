"""Scores → probabilities: of the final code, of the others, and at every level of the hierarchy.

The probability that the final code is right comes from a logistic regression on a few features of
the evidence (fitted on fold 1, separately for title, text and both); what is left goes to the
other occupations in proportion to their tempered scores.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from socoder.records import LEVELS, Confidence, Material, Posting, Probabilities, Ranking
from socoder.soc import Classification

FEATURES = (
    "constant", "log-odds of the final code", "log ratio of first to second", "title seen before",
    "models that agree", "occupations in the job", "log of number of duties", "rule changed the code",
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


def features(
    posting: Posting,
    ranking: Ranking,
    material: Sequence[Material],
    final: str,
    spread: NDArray[np.float64],
) -> NDArray[np.float64]:
    """(len(FEATURES),) evidence on whether `final` is right; `spread` is `tempered(...)`."""
    own = min(max(float(spread[_columns(ranking.codes)[final]]), 1e-6), 1 - 1e-6)
    second, first = np.partition(spread, -2)[-2:].tolist()
    agree = sum(code == final for code in ranking.models.values()) / max(len(ranking.models), 1)
    return np.array([
        1.0,
        math.log(own / (1 - own)),
        min(math.log(max(first, 1e-9) / max(second, 1e-9)), 8.0),
        float(ranking.title_seen),
        agree,
        float(max(len(material), 1) - 1),
        math.log1p(len(posting.duties)),
        float(final != ranking.codes[int(ranking.job.argmax())]),
    ])  # fmt: skip


@dataclass(frozen=True, slots=True)
class Calibrator:
    """Fitted parameters: for each input kind a temperature, the weights of FEATURES, the mass of
    the candidate sets, and the acceptance thresholds for target accuracies."""

    kinds: Mapping[str, Mapping[str, Any]]

    def probabilities(
        self,
        posting: Posting,
        ranking: Ranking,
        material: Sequence[Material],
        final: str,
        classification: Classification,
    ) -> Probabilities:
        """Probabilities of all codes, and the confidence summed over the published hierarchy."""
        fitted = self.kinds[input_kind(posting)]
        spread = tempered(ranking, fitted["temperature"])
        column = _columns(ranking.codes)[final]
        evidence = features(posting, ranking, material, final, spread)
        right = 1.0 / (1.0 + math.exp(-float(evidence @ np.asarray(fitted["weights"]))))
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
        return Probabilities(
            values, Confidence(**levels), tuple(ranking.codes[i] for i in order[:enough]), order
        )

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
