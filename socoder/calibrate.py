"""Scores → probabilities: of the final code, of the others, and at every level of the hierarchy.

The probability that the final code is right comes from a logistic regression on a few features of
the evidence (fitted on fold 1, separately for title, text, both and combined jobs); what is left
goes to the other occupations (`rivals`).
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from socoder.errors import InputError
from socoder.records import (
    Coding,
    Confidence,
    Evidence,
    Material,
    Posting,
    Probabilities,
)
from socoder.rivals import columns_of, groups, settled_scores, shared_out
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


def is_whole(posting: Posting) -> bool:
    """Whether it reads as a whole posting: beside the duties it introduces the job or the employer.

    The jobs that the confidence is fitted on are bare lists of duties: a posting that people wrote
    says more, so that its code is right more often than theirs at the same evidence."""
    return bool(posting.duties) and bool(posting.summary or posting.set_aside)


def tempered(scores: NDArray[np.float64], temperature: float) -> NDArray[np.float64]:
    """(n,) softmax of `settled_scores` at the given temperature."""
    weights = np.exp(scores / temperature)
    result: NDArray[np.float64] = weights / weights.sum()
    return result


def features(
    evidence: Evidence, spread: NDArray[np.float64], classification: Classification
) -> NDArray[np.float64]:
    """(len(FEATURES),) what tells whether the final code is right; `spread` are the tempered
    scores after the rules."""
    posting, ranking, final = evidence.posting, evidence.ranking, evidence.ruling.soc_code
    first, second = np.partition(spread, -2)[-2:][::-1].tolist()
    broad = dict(groups(classification, ranking.codes, final))["broad"]
    likely = spread[spread > 1e-4]
    agree = sum(code == final for code in ranking.models.values()) / max(len(ranking.models), 1)
    words = len(posting.title.variants[0].split()) if posting.title.variants else 0
    own = _log_odds(float(spread[columns_of(ranking.codes)[final]]))
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
    ranking, column = evidence.ranking, columns_of(evidence.ranking.codes)
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
    """Fitted parameters: for each kind of evidence a temperature, the weights of FEATURES and of
    `rivals.SIGNS`, what is added to the log-odds of a whole posting, the mass of the candidate sets,
    and the acceptance thresholds for target accuracies. `adjustment` is what a user's own labelled
    rows changed (`load_adjustment`)."""

    kinds: Mapping[str, Mapping[str, Any]]
    adjustment: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def log_odds(self, evidence: Evidence, classification: Classification) -> float:
        """Natural log of the odds that the final code is right."""
        scores = settled_scores(evidence.ranking, evidence.ruling.soc_code)
        return self._log_odds(evidence, classification, scores)

    def _log_odds(
        self, evidence: Evidence, classification: Classification, scores: NDArray[np.float64]
    ) -> float:
        kind = kind_of(evidence)
        fitted = self.kinds[kind]
        told = features(evidence, tempered(scores, fitted["temperature"]), classification)
        odds = float(told @ np.asarray(fitted["weights"]))
        if is_whole(evidence.posting):
            odds += fitted["whole_posting"]
        if own := self.adjustment.get(kind):
            odds = own["slope"] * odds + own["intercept"]
        return odds

    def probabilities(
        self, evidence: Evidence, classification: Classification, target_accuracy: float = 0.95
    ) -> Probabilities:
        """Probabilities of all codes, and the confidence summed over the published hierarchy."""
        ranking, final = evidence.ranking, evidence.ruling.soc_code
        fitted = self.kinds[kind_of(evidence)]
        scores = settled_scores(ranking, final)
        right = 1.0 / (1.0 + math.exp(-self._log_odds(evidence, classification, scores)))
        values = shared_out(evidence, scores, classification, fitted["rivals"]) * (1.0 - right)
        values[columns_of(ranking.codes)[final]] = right
        order = _most_likely(values, fitted["set_mass"])
        enough = int(np.searchsorted(np.cumsum(values[order]), fitted["set_mass"])) + 1
        levels = {
            level: min(math.fsum(values[group].tolist()), 1.0)
            for level, group in groups(classification, ranking.codes, final)
        }
        among = tuple(ranking.codes[i] for i in order[:enough])
        threshold = self.threshold(kind_of(evidence), target_accuracy)
        return Probabilities(values, Confidence(**levels), among, order, threshold)

    def threshold(self, kind: str, target_accuracy: float) -> float:
        """Confidence from which accepted codes have the target accuracy; above 1 if none does."""
        table = self.adjustment.get(kind, self.kinds[kind])["thresholds"]
        reached = [cut for target, cut in table if target >= target_accuracy - 1e-9]
        return float(min(reached)) if reached else 1.01


def _most_likely(values: NDArray[np.float64], mass: float) -> NDArray[np.int64]:
    """Columns by falling probability (of equals, the first): all that are needed for the mass,
    and FIRST at least. Sorting them all would take longer than all the rest."""
    edge = np.partition(values, -FIRST)[-FIRST] if len(values) > FIRST else 1.0
    top = np.flatnonzero(values > edge)
    if values[top].sum() < mass:
        return np.argsort(-values, kind="stable")
    order: NDArray[np.int64] = top[np.argsort(-values[top], kind="stable")]
    return order
