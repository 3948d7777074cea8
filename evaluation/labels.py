"""Does the stated confidence hold for a user's own coded rows? And, on request, make it hold.

`socoder evaluate --labels FILE` reads a CSV file with the columns `title` and/or `text` (also
`description`), and `soc_code` (several codes that count as right: "21-1093|31-1122"), codes the rows
and compares. `--recalibrate OUT` writes a file that `socoder code --calibration OUT` applies.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from socoder.calibrate import ADJUSTMENT_SCHEMA, kind_of_coding
from socoder.coder import Coder
from socoder.errors import InputError, MissingExtraError, UnknownCodeError
from socoder.records import Coding, Job
from socoder.soc import Classification

from .metrics import acceptance_thresholds, calibration_error, interval
from .reliability import perfect_band

COLUMNS = {
    "title": ("title", "job_title", "job title", "position"),
    "text": ("text", "description", "job_description", "duties"),
    "soc_code": ("soc_code", "soc", "code", "soc code"),
}
LEAST = 50  # rows of a kind from which its confidence is fitted again
# Confidence that runs against the truth is flattened, never turned round.
FLATTEST = 0.05
TARGETS = (0.8, 0.85, 0.9, 0.925, 0.95, 0.975)


@dataclass(frozen=True, slots=True)
class LabelledRow:
    """A job with the detailed codes that a person counts as right; `number` is the file's line."""

    number: int
    job: Job
    codes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that cannot be used, and why."""

    number: int
    reason: str


def read_labels(
    path: Path, known: Classification
) -> tuple[tuple[LabelledRow, ...], tuple[Rejected, ...]]:
    """The usable rows of a file and the others. Raises InputError for a file that is none."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            table = csv.DictReader(file)
            names = _columns(table.fieldnames or (), path)
            rows = list(_rows(table, names, known))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path}: not a readable CSV file in UTF-8 ({error})") from None
    good = tuple(row for row in rows if isinstance(row, LabelledRow))
    return good, tuple(row for row in rows if isinstance(row, Rejected))


def _columns(header: Sequence[str], path: Path) -> dict[str, str]:
    found = {
        wanted: column
        for wanted, names in COLUMNS.items()
        for column in header
        if column.strip().lower() in names
    }
    if "soc_code" not in found or not {"title", "text"} & found.keys():
        raise InputError(f"{path}: needs the columns soc_code and title or text: name them so")
    return found


def _rows(
    table: csv.DictReader[str], names: dict[str, str], known: Classification
) -> Iterator[LabelledRow | Rejected]:
    for row in table:
        given = {wanted: (row.get(column) or "").strip() for wanted, column in names.items()}
        job = Job(given.get("title", ""), given.get("text", ""))
        codes = [code.strip() for code in given["soc_code"].split("|") if code.strip()]
        try:
            detailed = {known.get(code) for code in codes}
        except UnknownCodeError as error:
            yield Rejected(table.line_num, str(error))
            continue
        if not detailed or any(entry.level != "detailed" for entry in detailed):
            yield Rejected(table.line_num, "no detailed SOC 2018 code")
        elif not job.title and not job.text:
            yield Rejected(table.line_num, "neither title nor text")
        else:
            yield LabelledRow(table.line_num, job, frozenset(entry.code for entry in detailed))


def compare(coder: Coder, rows: Sequence[LabelledRow], batch: int = 500) -> list[Coding]:
    """The codings of the rows, in their order."""
    jobs = [row.job for row in rows]
    return [
        coding
        for start in range(0, len(jobs), batch)
        for coding in coder.code_batch(jobs[start : start + batch])
    ]


def holds(codings: Sequence[Coding], rows: Sequence[LabelledRow]) -> dict[str, Any]:
    """How often the codes are right beside how often they claim to be, with 95 % intervals.

    `gap` is stated confidence minus accuracy; `verdict` is "holds" if its interval has 0 in it,
    else "too high" or "too low"."""
    right = np.array([c.soc_code in row.codes for c, row in zip(codings, rows, strict=True)])
    sure = np.array([coding.confidence.detailed for coding in codings])
    accepted = np.array([coding.status == "accepted" for coding in codings])
    low, high = interval(sure - right)
    median, edge = perfect_band(sure)
    return {
        "rows": len(rows),
        "right": float(right.mean()),
        "right_interval": interval(right),
        "confidence": float(sure.mean()),
        "gap": float((sure - right).mean()),
        "gap_interval": [low, high],
        "verdict": "too high" if low > 0 else "too low" if high < 0 else "holds",
        "calibration_error": calibration_error(sure, right),
        "of_a_perfect_model": [median, edge],
        "accepted": float(accepted.mean()),
        "accepted_right": float(right[accepted].mean()) if accepted.any() else None,
        "accepted_right_interval": interval(right[accepted]) if accepted.any() else None,
    }


def recalibrated(
    codings: Sequence[Coding], rows: Sequence[LabelledRow], coder: Coder
) -> dict[str, Any]:
    """What `--calibration` applies: for each kind of evidence with LEAST rows or more, slope and
    intercept on the log-odds of the stated confidence, and thresholds for target accuracies.

    Raises InputError if no kind has rows enough, MissingExtraError without scikit-learn."""
    try:
        from sklearn.linear_model import LogisticRegression
    except ImportError:
        raise MissingExtraError(
            "recalibrating needs scikit-learn: pip install 'socoder[recalibrate]'"
        ) from None
    right = np.array([c.soc_code in row.codes for c, row in zip(codings, rows, strict=True)])
    stated = np.clip([coding.confidence.detailed for coding in codings], 1e-6, 1 - 1e-6)
    odds = np.log(stated / (1 - stated))
    kinds = np.array([kind_of_coding(coding) for coding in codings])
    fitted: dict[str, Any] = {}
    for kind in dict.fromkeys(kinds.tolist()):
        own = kinds == kind
        if own.sum() < LEAST or right[own].all() or not right[own].any():
            continue
        # A weak prior on "as it was" keeps few rows from turning the order round.
        model = LogisticRegression(C=10.0).fit(odds[own, None], right[own])
        slope, intercept = float(model.coef_[0, 0]), float(model.intercept_[0])
        if slope < FLATTEST:
            slope, intercept = FLATTEST, _intercept(FLATTEST * odds[own], right[own])
        sure = 1 / (1 + np.exp(-(slope * odds[own] + intercept)))
        fitted[kind] = {
            "rows": int(own.sum()),
            "slope": round(slope, 5),
            "intercept": round(intercept, 5),
            "thresholds": acceptance_thresholds(sure, right[own], TARGETS),
        }
    if not fitted:
        raise InputError(
            f"too few rows to fit the confidence again: it takes {LEAST} of one kind (titles alone,"
            " texts …), some right and some wrong"
        )
    bundle = coder.bundle.info.sha256
    return {"schema": ADJUSTMENT_SCHEMA, "bundle": bundle, "kinds": fitted}


def _intercept(odds: np.ndarray, right: np.ndarray) -> float:
    """The likeliest addition to the log-odds, by Newton's method; some are right and some wrong."""
    added = 0.0
    for _ in range(50):
        sure = 1 / (1 + np.exp(-(odds + added)))
        added += float(np.sum(right - sure) / np.sum(sure * (1 - sure)))
    return added


def write_adjustment(adjustment: dict[str, Any], path: Path) -> None:
    """Write the file whole or not at all."""
    scratch = path.with_name(path.name + ".new")
    scratch.write_text(json.dumps(adjustment, indent=1) + "\n", encoding="utf-8")
    scratch.replace(path)
