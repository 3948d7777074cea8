"""Does the stated confidence hold? Reliability, risk and candidate sets, at every level.

python -m evaluation.reliability --sets ../shared/eval --reference ../shared/reference \
    [--output evaluation/reports]

Fold 0 of the labelled sets, all postings, and combined jobs made of fold-0 tasks. A code is right
if it is acceptable. For small sets the calibration error of a perfectly calibrated model of that
size is simulated: a figure inside that band says nothing against the confidence.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from socoder.coder import Coder
from socoder.records import LEVELS, Coding, Job
from socoder.soc import Classification

from .combined import held_out_tasks, make_jobs
from .datasets import load
from .folds import MEASURED
from .metrics import calibration_error
from .whole_postings import by_fold

SETS = ("census_index_titles", "dot_titles", "dol_h2_titles", "ooh_duties")
COMBINED = ((2, True), (2, False), (3, True), (3, False))
ACCURACIES = (0.90, 0.95, 0.98)
BINS = 15
_EDGE = 1e-6  # no probability is taken for nearer to 0 or 1 than this


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """Codings held against right codes: `sure` and `right` map a level to (rows,) confidence and
    whether the code is right there; `accepted` (rows,); `among` (rows,) whether a right code is in
    the candidate set, of `sizes` (rows,) codes."""

    name: str
    sure: dict[str, np.ndarray]
    right: dict[str, np.ndarray]
    accepted: np.ndarray
    among: np.ndarray
    sizes: np.ndarray


def judge(
    coder: Coder, name: str, pairs: Sequence[tuple[Job, frozenset[str]]], batch: int = 500
) -> Judged:
    """Code the jobs and compare with the codes that count as right."""
    codings = [
        coding
        for start in range(0, len(pairs), batch)
        for coding in coder.code_batch([job for job, _ in pairs[start : start + batch]])
    ]
    return compare(name, codings, [codes for _, codes in pairs], coder.classification)


def compare(
    name: str,
    codings: Sequence[Coding],
    gold: Sequence[frozenset[str]],
    known: Classification,
) -> Judged:
    """The codings held against the codes that count as right, one set for each."""

    def is_right(level: str) -> np.ndarray:
        return np.array([
            bool(coding.soc_code)
            and known.at_level(coding.soc_code, level) in {known.at_level(c, level) for c in codes}
            for coding, codes in zip(codings, gold, strict=True)
        ])  # fmt: skip

    return Judged(
        name,
        {level: np.array([getattr(c.confidence, level) for c in codings]) for level in LEVELS},
        {level: is_right(level) for level in LEVELS},
        np.array([coding.status == "accepted" for coding in codings]),
        np.array([
            bool(codes & set(c.candidate_set)) for c, codes in zip(codings, gold, strict=True)
        ]),
        np.array([len(coding.candidate_set) for coding in codings]),
    )  # fmt: skip


def largest_error(sure: np.ndarray, right: np.ndarray, least: int = 10) -> float:
    """Maximum calibration error: the largest gap of a bin with `least` rows or more."""
    place = np.minimum((sure * BINS).astype(int), BINS - 1)
    gaps = [
        abs(sure[place == own].mean() - right[place == own].mean())
        for own in range(BINS)
        if (place == own).sum() >= least
    ]
    return float(max(gaps, default=0.0))


def perfect_band(sure: np.ndarray, draws: int = 1000, seed: int = 0) -> tuple[float, float]:
    """The calibration error below which 95 % of perfectly calibrated models of this size lie, and
    their median: outcomes are drawn from the stated confidences themselves."""
    random = np.random.default_rng(seed)
    errors = [calibration_error(sure, random.random(len(sure)) < sure) for _ in range(draws)]
    median, high = np.percentile(errors, [50, 95])
    return float(median), float(high)


def risk_coverage(sure: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(rows,) coverage and the share of wrong codes among the rows covered, surest first."""
    order = np.argsort(-sure, kind="stable")
    covered = np.arange(1, len(order) + 1)
    return covered / len(order), 1 - np.cumsum(right[order]) / covered


def coverage_at(sure: np.ndarray, right: np.ndarray, accuracy: float) -> float:
    """The largest share of rows, surest first, that is right so often."""
    coverage, risk = risk_coverage(sure, right)
    reached = np.flatnonzero(risk <= 1 - accuracy + 1e-12)
    return float(coverage[reached[-1]]) if len(reached) else 0.0


def figures(judged: Judged) -> dict[str, Any]:
    """Level → its figures; `accepted`, `accepted_right`, `set_coverage`, `set_size` (median)."""
    found: dict[str, Any] = {"rows": len(judged.accepted)}
    for level in LEVELS:
        sure, right = judged.sure[level], judged.right[level].astype(float)
        clipped = np.clip(sure, _EDGE, 1 - _EDGE)
        median, high = perfect_band(sure)
        found[level] = {
            "right": float(right.mean()),
            "mean_confidence": float(sure.mean()),
            "calibration_error": calibration_error(sure, right),
            "of_a_perfect_model": [median, high],
            "maximum_calibration_error": largest_error(sure, right),
            "brier": float(np.mean((sure - right) ** 2)),
            "log_loss": float(-np.mean(np.log(np.where(right > 0, clipped, 1 - clipped)))),
            "area_under_risk_coverage": float(risk_coverage(sure, right)[1].mean()),
            "coverage_at": {str(a): coverage_at(sure, right, a) for a in ACCURACIES},
        }
    accepted, right = judged.accepted, judged.right["detailed"]
    found["accepted"] = float(accepted.mean())
    found["accepted_right"] = float(right[accepted].mean()) if accepted.any() else None
    found["set_coverage"] = float(judged.among.mean())
    found["set_size"] = float(np.median(judged.sizes))
    return found


def judged_sets(coder: Coder, labelled: Path, reference: Path, jobs: int = 500) -> list[Judged]:
    """Every set of SETS, the postings, and combined jobs (`jobs` of each kind)."""
    found = []
    for name in SETS:
        rows = load(name, labelled, frozenset({MEASURED}))
        found.append(judge(coder, name, [(row.job, row.codes) for row in rows]))
    parts = by_fold(coder, labelled)
    codings = [c for own, rows in parts for c in own.code_batch([row.job for row in rows])]
    gold = [row.codes for _, rows in parts for row in rows]
    found.append(compare("postings", codings, gold, coder.classification))
    tasks = held_out_tasks(reference, coder.classification, MEASURED)
    made = [
        job
        for occupations, stated in COMBINED
        for job in make_jobs(tasks, coder.classification, jobs, occupations, stated, seed=600)
    ]
    pairs = [(one.job, frozenset([one.code])) for one in made]
    return [*found, judge(coder, "combined_jobs", pairs, batch=100)]


def table(report: dict[str, dict[str, Any]]) -> str:
    """The figures at detailed and major level as Markdown."""
    head = ("set", "rows", "level", "right", "confidence", "ECE", "perfect model (median, 95 %)",
            "MCE", "Brier", "log loss", "AURC", *(f"coverage at {a:.0%}" for a in ACCURACIES),
            "accepted", "of these right", "in the set", "set size")  # fmt: skip
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    for name, own in report.items():
        for level in ("detailed", "major"):
            at = own[level]
            accepted = ("" if own[key] is None or level == "major" else f"{own[key]:.3f}"
                        for key in ("accepted", "accepted_right", "set_coverage"))  # fmt: skip
            median, high = at["of_a_perfect_model"]
            cells = (name, str(own["rows"]), level, f"{at['right']:.3f}",
                     f"{at['mean_confidence']:.3f}", f"{at['calibration_error']:.3f}",
                     f"{median:.3f}, {high:.3f}",
                     *(f"{at[key]:.3f}" for key in ("maximum_calibration_error", "brier",
                       "log_loss", "area_under_risk_coverage")),
                     *(f"{at['coverage_at'][str(a)]:.2f}" for a in ACCURACIES),
                     *accepted, f"{own['set_size']:.0f}" if level == "detailed" else "")  # fmt: skip
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def plot(judged: Sequence[Judged], path: Path, level: str = "detailed") -> None:
    """A reliability diagram and a risk-coverage curve for each set, as PNG (needs matplotlib)."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(2, len(judged), figsize=(3.2 * len(judged), 6), squeeze=False)
    for column, own in enumerate(judged):
        sure, right = own.sure[level], own.right[level]
        place = np.minimum((sure * 10).astype(int), 9)
        bins = [i for i in range(10) if (place == i).sum() >= 3]
        above, below = axes[0][column], axes[1][column]
        above.plot([0, 1], [0, 1], color="#999999", linewidth=1)
        above.plot([sure[place == i].mean() for i in bins],
                   [right[place == i].mean() for i in bins], "o-", color="#1f5fa8")  # fmt: skip
        above.set(title=f"{own.name} ({len(sure)})", xlim=(0, 1), ylim=(0, 1),
                  xlabel="stated confidence")  # fmt: skip
        below.plot(*risk_coverage(sure, right), color="#a83232")
        below.set(xlim=(0, 1), ylim=(0, 1), xlabel="share of rows, surest first")
    axes[0][0].set_ylabel(f"right at {level} level")
    axes[1][0].set_ylabel("wrong among them")
    figure.tight_layout()
    figure.savefig(path, dpi=80)
    plt.close(figure)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--sets", type=Path, default=Path("../shared/eval"))
    parser.add_argument("--reference", type=Path, default=Path("../shared/reference"))
    parser.add_argument("--bundle", type=Path)
    parser.add_argument("--output", type=Path, help="write figures, table and plots here")
    arguments = parser.parse_args()
    judged = judged_sets(Coder.load(arguments.bundle), arguments.sets, arguments.reference)
    report = {own.name: figures(own) for own in judged}
    print(table(report))
    if arguments.output:
        arguments.output.mkdir(parents=True, exist_ok=True)
        written = json.dumps(report, indent=1) + "\n"
        (arguments.output / "reliability.json").write_text(written, encoding="utf-8")
        (arguments.output / "reliability.md").write_text(table(report) + "\n", encoding="utf-8")
        for level in ("detailed", "major"):
            plot(judged, arguments.output / f"reliability_{level}.png", level)


if __name__ == "__main__":
    main()
