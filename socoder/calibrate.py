"""Scores → probabilities: of the final code, of the others, and at every level of the hierarchy.

The probability that the final code is right comes from a logistic regression on a few features of
the evidence (fitted on fold 1, separately for title, text and both); what is left goes to the
other occupations in proportion to their tempered scores.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from socoder.errors import InputError
from socoder.records import (
    LEVELS,
    Coding,
    Confidence,
    Evidence,
    Material,
    Posting,
    Probabilities,
    Ranking,
)
from socoder.soc import Classification

FEATURES = (
    "constant", "log-odds of the final code", "log ratio of first to second", "title seen before",
    "models that agree", "occupations in the job", "log of number of duties", "rule changed the code",
    "entropy", "log-odds of the broad occupation", "log of number of words in the title",
    "log-odds of a title seen before", "fit of the final code's duties", "fit of the worst member's",
    "time share of the final code", "shares are stated",
)  # fmt: skip

ADJUSTMENT_SCHEMA = "socoder.calibration/1"
KINDS_OF_EVIDENCE = ("title", "text", "both", "combined")
FIRST = 64  # of the most likely codes are put in order


def input_kind(posting: Posting) -> str:
    """ "title", "text" or "both": what was given."""
    has_title = any(posting.title.variants)
    if not posting.duties:
        return "title"
    return "both" if has_title else "text"


def kind_of(evidence: Evidence) -> str:
    """What the confidence is fitted apart for: "combined" where several occupations explain the
    job, else what was given."""
    return "combined" if len(evidence.ruling.material) > 1 else input_kind(evidence.posting)


def kind_of_coding(coding: Coding) -> str:
    """`kind_of` the evidence behind a coding."""
    if len(coding.material) > 1:
        return "combined"
    if not coding.duties:
        return "title"
    return "both" if any(map(str.isalnum, coding.title)) else "text"


def load_adjustment(path: Path, bundle: str) -> dict[str, dict[str, Any]]:
    """The adjustment in a file that `socoder evaluate --recalibrate` wrote with the bundle of that
    sha256. Raises InputError."""
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
        kinds = {
            kind: {
                "slope": float(own["slope"]),
                "intercept": float(own["intercept"]),
                "thresholds": [[float(a), float(b)] for a, b in own["thresholds"]],
            }
            for kind, own in read["kinds"].items()
        }
        if read["schema"] != ADJUSTMENT_SCHEMA or not kinds.keys() <= set(KINDS_OF_EVIDENCE):
            raise ValueError("of another schema")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(
            f"{path}: not a calibration file ({error}): socoder evaluate --recalibrate writes them"
        ) from None
    if read.get("bundle") != bundle:
        raise InputError(
            f"{path}: made with another model bundle: run socoder evaluate --recalibrate again"
        )
    return kinds


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
        *_fits(evidence),
        next((m.time_share for m in _members(evidence) if m.soc_code == final), 0.0),
        float(any(duty.time_source == "stated" for duty in posting.duties)),
    ])  # fmt: skip


def _fits(evidence: Evidence) -> tuple[float, float]:
    """How well the duties of the final code, and those of the member that fits worst, are described
    by it: mean log-probability; 0 where there are no duties."""
    ranking, column = evidence.ranking, _columns(evidence.ranking.codes)
    fits = {
        m.soc_code: float(
            np.maximum(ranking.duties[list(m.duties), column[m.soc_code]], -8.0).mean()
        )
        for m in _members(evidence)
        if m.duties and m.soc_code in column
    }
    return fits.get(evidence.ruling.soc_code, min(fits.values(), default=0.0)), min(
        fits.values(), default=0.0
    )


def _members(evidence: Evidence) -> tuple[Material, ...]:
    """The occupations as weighed, each in the place that the guidelines left it: one that a rule
    exchanged for its neighbour has its neighbour's time and duties."""
    ruled = {m.soc_code: m for m in evidence.ruling.material}
    weighed = {m.soc_code: m for m in evidence.material}
    return tuple({**ruled, **weighed}.values())


def _log_odds(share: float) -> float:
    share = min(max(share, 1e-6), 1 - 1e-6)
    return math.log(share / (1 - share))


@dataclass(frozen=True, slots=True)
class Calibrator:
    """Fitted parameters: for each kind of evidence a temperature, the weights of FEATURES, the mass
    of the candidate sets, and the acceptance thresholds for target accuracies. `adjustment` is what
    a user's own labelled rows changed (`load_adjustment`)."""

    kinds: Mapping[str, Mapping[str, Any]]
    adjustment: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def probabilities(
        self, evidence: Evidence, classification: Classification, target_accuracy: float = 0.95
    ) -> Probabilities:
        """Probabilities of all codes, and the confidence summed over the published hierarchy."""
        ranking, final = evidence.ranking, evidence.ruling.soc_code
        fitted = self.kinds[kind_of(evidence)]
        spread = settled(ranking, final, fitted["temperature"])
        column = _columns(ranking.codes)[final]
        told = features(evidence, spread, classification)
        odds = float(told @ np.asarray(fitted["weights"]))
        if own := self.adjustment.get(kind_of(evidence)):
            odds = own["slope"] * odds + own["intercept"]
        right = 1.0 / (1.0 + math.exp(-odds))
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
        threshold = self.threshold(kind_of(evidence), target_accuracy)
        return Probabilities(values, Confidence(**levels), among, order, threshold)

    def threshold(self, kind: str, target_accuracy: float) -> float:
        """Confidence from which accepted codes have the target accuracy; above 1 if none does."""
        table = self.adjustment.get(kind, self.kinds[kind])["thresholds"]
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
