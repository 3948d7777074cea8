"""Code the labelled sets with the shipped bundle and report how often it is right, and how sure.

python -m evaluation.run --sets ../shared/eval          (the same as `socoder evaluate`)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from socoder.coder import Coder
from socoder.errors import ReferenceDataError

from .datasets import SETS, Labelled, load
from .metrics import accuracy_table, best_constant, calibration_error, hits, interval

# The postings are few and none was trained on: all folds count (they were read in development).
ALL_FOLDS = frozenset(range(5))
BATCH = 500


def evaluate(
    coder: Coder,
    folder: Path,
    names: Sequence[str] = tuple(SETS),
    folds: frozenset[int] = frozenset({0}),
    progress: Callable[[str], None] = lambda line: None,
) -> dict[str, Any]:
    """Set (and subset) → rows, accuracy by level, interval, best constant, calibration error."""
    report = {}
    for name in names:
        rows = load(name, folder, ALL_FOLDS if name == "postings" else folds)
        if not rows:
            raise ReferenceDataError(f"{name}: no row in the chosen folds: choose from 0 to 4")
        progress(f"{name}: coding {len(rows)} rows")
        ranked, sure, accepted = _code(coder, rows)
        report[name] = _figures(coder, rows, ranked, sure, accepted)
        groups = sorted({row.group for row in rows} - {""})
        for group in groups:
            own = [i for i, row in enumerate(rows) if row.group == group]
            report[f"{name}: {group}"] = _figures(
                coder, [rows[i] for i in own], [ranked[i] for i in own], sure[own], accepted[own]
            )
    return report


def _code(coder: Coder, rows: Sequence[Labelled]) -> tuple[list[list[str]], np.ndarray, np.ndarray]:
    ranked, sure, accepted = [], [], []
    for start in range(0, len(rows), BATCH):
        for coding in coder.code_batch([row.job for row in rows[start : start + BATCH]]):
            ranked.append([coding.soc_code, *(other.soc_code for other in coding.alternatives)])
            sure.append(coding.confidence.detailed)
            accepted.append(coding.status == "accepted")
    return ranked, np.array(sure), np.array(accepted)


def _figures(
    coder: Coder,
    rows: Sequence[Labelled],
    ranked: Sequence[Sequence[str]],
    sure: np.ndarray,
    accepted: np.ndarray,
) -> dict[str, Any]:
    gold = [row.codes for row in rows]
    right = hits(ranked, gold, coder.classification, "detailed", 1)
    return {
        "rows": len(rows),
        "levels": accuracy_table(ranked, gold, coder.classification),
        "top_1_interval": interval(right),
        "best_constant": best_constant(gold),
        "calibration_error": calibration_error(sure, right),
        "accepted": float(accepted.mean()),
        "accepted_right": float(right[accepted].mean()) if accepted.any() else None,
    }
