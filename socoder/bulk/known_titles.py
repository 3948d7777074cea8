"""Titles whose coding was worked out beforehand: what most rows of a payroll are.

The bundle's `answers.npz` holds the coded row of every official title that all sources give one code
and that is in no role table, as the full path codes it (scripts/build_title_answers.py). It is
asked first; whatever is not exactly such a title, or is coded under other settings, takes the full
path.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from socoder.bulk.coded_row import CodedRow, named
from socoder.records import Job, Policy, Settings

if TYPE_CHECKING:
    from socoder.coder import Coder

FILE = "answers.npz"
_DIGITS, _CENTS = 10_000, 100  # of a confidence, of an alternative's probability


@dataclass(frozen=True, slots=True)
class KnownTitles:
    """(m,) sorted `places` of titles in the bundle's index, each with a row of every other array: `codes`, `sure` (m, 4),
    `statuses` and `reasons` as numbers of the names in `texts`, `others` (m, 9) codes (-1 where
    there are fewer) and `chances` (m, 9) of them in hundredths. Codes are numbers in `all_codes`."""

    places: NDArray[np.int32]
    codes: NDArray[np.int16]
    sure: NDArray[np.uint16]
    statuses: NDArray[np.uint8]
    reasons: NDArray[np.uint8]
    others: NDArray[np.int16]
    chances: NDArray[np.uint8]
    all_codes: NDArray[np.str_]
    texts: NDArray[np.str_]

    def row(self, place: int, title: Callable[[str], str], model: str) -> CodedRow | None:
        """The row of the title at a place of the index, if it is here; `title` names a code."""
        at = int(np.searchsorted(self.places, place))
        if at == len(self.places) or self.places[at] != place:
            return None
        code = str(self.all_codes[self.codes[at]])
        others = (
            f"{self.all_codes[other]}:{chance / _CENTS:.2f}"
            for other, chance in zip(
                self.others[at].tolist(), self.chances[at].tolist(), strict=True
            )
            if other >= 0
        )
        detailed, broad, minor, major = (value / _DIGITS for value in self.sure[at].tolist())
        return CodedRow(
            code, title(code), detailed, broad, minor, major,
            str(self.texts[self.statuses[at]]), str(self.texts[self.reasons[at]]),
            "|".join(others), "", model,
        )  # fmt: skip


def answered(coder: Coder, jobs: Sequence[Job], policy: Policy) -> list[CodedRow | None]:
    """The row of each job that the coder's bundle has the answer for under these settings."""
    shipped = coder.ranker.encoder.name == "shipped" and not coder.calibrator.adjustment
    usual = policy == "guideline" and coder.settings == Settings()
    if not (shipped and usual and FILE in coder.bundle.manifest["files"]):
        return [None] * len(jobs)
    table = _loaded(coder.bundle.folder, coder.bundle.digest)
    title, model = coder.classification.title, named(coder.bundle.info)
    wordings = [_plain_title(job, coder) for job in jobs]
    places = coder.ranker.titles.places(wordings).tolist()
    return [table.row(at, title, model) if at >= 0 else None for at in places]


@lru_cache(maxsize=2)
def _loaded(folder: Path, digest: str) -> KnownTitles:
    with np.load(folder / FILE, allow_pickle=False) as stored:
        return KnownTitles(**{name: stored[name] for name in stored.files})


def _plain_title(job: Job, coder: Coder) -> str:
    """The wording of a job that is nothing but a title, which its clean-up leaves as it is but for
    capitals; else ""."""
    if job.text or job.industry or job.department or job.education or job.employer_type:
        return ""
    wording = " ".join(job.title.split()).lower()
    return wording if wording and coder.posting(job).title.variants == (wording,) else ""


def packed(places: Iterable[int], rows: Iterable[CodedRow]) -> dict[str, NDArray[Any]]:
    """The arrays of KnownTitles for the places of titles in the index and their coded rows."""
    found = sorted(zip(places, rows, strict=True), key=lambda pair: pair[0])
    own = [row for _, row in found]
    alternatives = [[a.split(":") for a in row.alternatives.split("|") if a] for row in own]
    all_codes = sorted({r.code for r in own} | {code for a in alternatives for code, _ in a})
    texts = sorted({text for row in own for text in (row.status, row.reasons)})
    code_at = {code: i for i, code in enumerate(all_codes)}
    text_at = {text: i for i, text in enumerate(texts)}
    width = max(map(len, alternatives), default=0)
    others = np.full((len(own), width), -1, np.int16)
    chances = np.zeros((len(own), width), np.uint8)
    for i, listed in enumerate(alternatives):
        for j, (code, chance) in enumerate(listed):
            others[i, j], chances[i, j] = code_at[code], round(float(chance) * _CENTS)
    sure = [
        (row.confidence, row.confidence_broad, row.confidence_minor, row.confidence_major)
        for row in own
    ]
    return {
        "places": np.array([place for place, _ in found], np.int32),
        "codes": np.array([code_at[row.code] for row in own], np.int16),
        "sure": np.array([[round((v or 0.0) * _DIGITS) for v in four] for four in sure], np.uint16),
        "statuses": np.array([text_at[row.status] for row in own], np.uint8),
        "reasons": np.array([text_at[row.reasons] for row in own], np.uint8),
        "others": others,
        "chances": chances,
        "all_codes": np.array(all_codes),
        "texts": np.array(texts),
    }
