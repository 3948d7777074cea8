"""Scores → probabilities: of the final code, of the others, and at every level of the hierarchy.

The probability that the final code is right comes from a logistic regression on a few features of
the evidence (fitted on fold 1, separately for title, text and both); what is left goes to the
other occupations in proportion to their tempered scores.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from socoder.records import LEVELS, Confidence, Material, Posting, Probabilities, Ranking
from socoder.soc import Classification

FEATURES = (
    "constant", "log-odds of the final code", "log ratio of first to second", "title seen before",
    "models that agree", "occupations in the job", "log of number of duties", "rule changed the code",
)  # fmt: skip


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
    own = float(np.clip(spread[ranking.codes.index(final)], 1e-6, 1 - 1e-6))
    first, second = np.sort(spread)[::-1][:2]
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
        column = ranking.codes.index(final)
        evidence = features(posting, ranking, material, final, spread)
        right = 1.0 / (1.0 + math.exp(-float(evidence @ np.asarray(fitted["weights"]))))
        rest = spread.copy()
        rest[column] = 0.0
        values = rest / max(rest.sum(), 1e-300) * (1.0 - right)
        values[column] = right
        order = np.argsort(-values, kind="stable")
        enough = int(np.searchsorted(np.cumsum(values[order]), fitted["set_mass"])) + 1
        by_code = dict(zip(ranking.codes, values.tolist(), strict=True))
        levels = {}
        for level in LEVELS:
            group = classification.members(classification.at_level(final, level))
            levels[level] = min(math.fsum(by_code[code] for code in group), 1.0)
        return Probabilities(
            values, Confidence(**levels), tuple(ranking.codes[i] for i in order[:enough])
        )

    def threshold(self, posting: Posting, target_accuracy: float) -> float:
        """Confidence from which accepted codes have the target accuracy; above 1 if none does."""
        table = self.kinds[input_kind(posting)]["thresholds"]
        reached = [cut for target, cut in table if target >= target_accuracy - 1e-9]
        return float(min(reached)) if reached else 1.01
