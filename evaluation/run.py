"""Code the labelled sets with a bundle and say how often it is right, and whether it knows.

`socoder evaluate` prints what is measured here; `baseline` holds later bundles to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from socoder.coder import Coder
from socoder.errors import ReferenceDataError
from socoder.records import LEVELS
from socoder.soc import Classification

from .datasets import SETS, Labelled, load
from .metrics import (
    RANKS,
    accuracy_by_code,
    accuracy_table,
    best_constant,
    calibration_error,
    hits,
    interval,
)
from .whole_postings import by_fold

BATCH = 500
KNOWN, NEW = "known title", "new title"


@dataclass(frozen=True, slots=True, eq=False)
class CodedSet:
    """The rows of a set (or of a part of it) and what the coder said of each, in one order.

    `ranked`: the codes of a row, the first first, at most ten ("" alone where it was uncodable).
    `sure` (rows,): confidence at the detailed level, 0–1. `accepted` (rows,): without review.
    `known` (rows,): a bare title that stands in the bundle's title index.
    """

    name: str
    rows: Sequence[Labelled]
    ranked: Sequence[Sequence[str]]
    sure: np.ndarray
    accepted: np.ndarray
    known: np.ndarray

    @property
    def gold(self) -> list[frozenset[str]]:
        """The codes that count as right, for each row."""
        return [row.codes for row in self.rows]

    def parts(self) -> Iterator[CodedSet]:
        """The groups that the set itself names; of bare titles also those known and those new."""
        for group in sorted({row.group for row in self.rows} - {""}):
            yield self._part(group, np.array([row.group == group for row in self.rows]))
        if not any(row.job.text for row in self.rows):
            for name, chosen in ((KNOWN, self.known), (NEW, ~self.known)):
                if chosen.any():
                    yield self._part(name, chosen)

    def _part(self, name: str, chosen: np.ndarray) -> CodedSet:
        places = np.flatnonzero(chosen).tolist()
        return CodedSet(
            f"{self.name}: {name}", [self.rows[i] for i in places],
            [self.ranked[i] for i in places], self.sure[places], self.accepted[places],
            self.known[places],
        )  # fmt: skip


def code_sets(
    coder: Coder,
    folder: Path,
    names: Sequence[str] = tuple(SETS),
    folds: frozenset[int] = frozenset({0}),
    progress: Callable[[str], None] = lambda line: None,
) -> list[CodedSet]:
    """The named sets of the folder, coded; of the postings, which are few, all folds (no model was
    trained on them, and none vouches for itself: `whole_postings`).

    Raises ReferenceDataError for a set that is missing or has no row in the folds."""
    coded = []
    for name in names:
        if name == "postings":
            parts = by_fold(coder, folder)
        else:
            parts = [(coder, load(name, folder, folds))]
        count = sum(len(rows) for _, rows in parts)
        if not count:
            raise ReferenceDataError(f"{name}: no row in the chosen folds: choose from 0 to 4")
        progress(f"{name}: coding {count} rows")
        coded.append(_code(name, parts))
    return coded


def summary(sets: Sequence[CodedSet], classification: Classification) -> dict[str, dict[str, Any]]:
    """Figures of each set and, after it, of its parts."""
    return {
        own.name: figures(own, classification) for whole in sets for own in (whole, *whole.parts())
    }


def evaluate(
    coder: Coder,
    folder: Path,
    names: Sequence[str] = tuple(SETS),
    folds: frozenset[int] = frozenset({0}),
    progress: Callable[[str], None] = lambda line: None,
) -> dict[str, Any]:
    """Set (and part) → its figures: `code_sets`, then `summary`."""
    return summary(code_sets(coder, folder, names, folds, progress), coder.classification)


def figures(coded: CodedSet, classification: Classification) -> dict[str, Any]:
    """Shares of rows (0–1): `levels` (level → top 1, 3, 5, 10), `best_constant`, `accepted`, of
    these `accepted_right` (None if there are none); `macro_average` over the `codes` codes of the
    rows, each code counting alike; `calibration_error`; 95 % bootstrap `intervals`, of the macro
    average over codes and of the rest over rows."""
    ranked, gold = coded.ranked, coded.gold
    right = hits(ranked, gold, classification, "detailed", 1)
    codes = np.array(list(accuracy_by_code(right, gold).values()))
    intervals = {
        f"top_{rank}": interval(hits(ranked, gold, classification, "detailed", rank))
        for rank in RANKS
    }
    for level in LEVELS[1:]:
        intervals[level] = interval(hits(ranked, gold, classification, level, 1))
    intervals["macro_average"] = interval(codes)
    return {
        "rows": len(coded.rows),
        "levels": accuracy_table(ranked, gold, classification),
        "top_1_interval": intervals["top_1"],
        "best_constant": best_constant(gold),
        "macro_average": float(codes.mean()),
        "codes": len(codes),
        "intervals": intervals,
        "calibration_error": calibration_error(coded.sure, right),
        "accepted": float(coded.accepted.mean()),
        "accepted_right": float(right[coded.accepted].mean()) if coded.accepted.any() else None,
    }


def _code(name: str, parts: Sequence[tuple[Coder, Sequence[Labelled]]]) -> CodedSet:
    every: list[Labelled] = []
    ranked, sure, accepted, known = [], [], [], []
    for coder, rows in parts:
        every += rows
        known += [not row.job.text and _is_known(coder, row) for row in rows]
        for start in range(0, len(rows), BATCH):
            for coding in coder.code_batch([row.job for row in rows[start : start + BATCH]]):
                ranked.append([coding.soc_code, *(other.soc_code for other in coding.alternatives)])
                sure.append(coding.confidence.detailed)
                accepted.append(coding.status == "accepted")
    return CodedSet(name, every, ranked, np.array(sure), np.array(accepted), np.array(known))


def _is_known(coder: Coder, row: Labelled) -> bool:
    variants = coder.posting(row.job).title.variants
    return any(coder.ranker.titles.find(variant) for variant in variants)
