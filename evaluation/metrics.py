"""Accuracy of ranked codes at every level of the hierarchy, with bootstrap intervals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from socoder.records import LEVELS, Level
from socoder.soc import Classification

RANKS = (1, 3, 5, 10)


def hits(
    ranked: Sequence[Sequence[str]],
    gold: Sequence[frozenset[str]],
    classification: Classification,
    level: Level,
    rank: int,
) -> np.ndarray:
    """(rows,) whether a right group is among those of the first `rank` codes."""

    def groups(codes: Sequence[str] | frozenset[str]) -> set[str]:
        return {classification.at_level(code, level) for code in codes if code}

    return np.array([
        bool(groups(own[:rank]) & groups(right)) for own, right in zip(ranked, gold, strict=True)
    ])  # fmt: skip


def interval(values: np.ndarray, seed: int = 0, draws: int = 1000) -> tuple[float, float]:
    """95 % bootstrap interval of the mean (percentiles over `draws` resamples)."""
    if not len(values):
        return 0.0, 0.0
    random = np.random.default_rng(seed)
    means = values[random.integers(0, len(values), (draws, len(values)))].mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)


def accuracy_table(
    ranked: Sequence[Sequence[str]],
    gold: Sequence[frozenset[str]],
    classification: Classification,
) -> dict[str, dict[str, float]]:
    """Level → {"top_1", "top_3", "top_5", "top_10"} → share of rows that are right, 0–1."""
    return {
        level: {
            f"top_{rank}": float(hits(ranked, gold, classification, level, rank).mean())
            for rank in RANKS
        }
        for level in LEVELS
    }


def accuracy_by_code(right: np.ndarray, gold: Sequence[frozenset[str]]) -> dict[str, float]:
    """Code → share of its rows that are right. A row with several codes is a row of each of them,
    and right for each if any of them was given: any of them is a right answer."""
    rows: dict[str, list[bool]] = {}
    for own, codes in zip(right, gold, strict=True):
        for code in codes:
            rows.setdefault(code, []).append(bool(own))
    return {code: float(np.mean(rows[code])) for code in sorted(rows)}


def best_constant(gold: Sequence[frozenset[str]]) -> float:
    """Accuracy of the one answer that is right most often: what any figure must beat."""
    counts: dict[str, int] = {}
    for right in gold:
        for code in right:
            counts[code] = counts.get(code, 0) + 1
    return max(counts.values(), default=0) / max(len(gold), 1)


def calibration_error(confidence: np.ndarray, right: np.ndarray, bins: int = 15) -> float:
    """Expected calibration error over equal-width bins (Naeini et al. 2015)."""
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    error = 0.0
    for own in range(bins):
        inside = place == own
        if inside.any():
            gap = abs(confidence[inside].mean() - right[inside].mean())
            error += inside.mean() * gap
    return float(error)


def acceptance_thresholds(
    sure: np.ndarray, right: np.ndarray, targets: Sequence[float], counts: np.ndarray | None = None
) -> list[list[float]]:
    """[target accuracy, confidence] pairs: the lowest confidence from which accepted rows reach
    the target; a target that no 20 rows reach is left out. `counts` (rows,) are weights."""
    weights = np.ones(len(sure)) if counts is None else counts
    order = np.argsort(-sure, kind="stable")
    accuracy = np.cumsum((right * weights)[order]) / np.cumsum(weights[order])
    table = []
    for target in targets:
        reached = np.flatnonzero(accuracy >= target)
        if len(reached) and reached[-1] >= 20:
            table.append([target, round(float(sure[order][reached[-1]]), 4)])
    return table
