"""Learn how much more often each occupation is found in each industry sector than elsewhere.

    python scripts/train_context.py --labelled ../shared/eval --output models/default/context.npz

From the industries that the Census index names for its titles (training folds only), and the
`usual` occupations of `socoder/data/industries.toml`. Rows are few, so that what a group of the SOC
has in common stands in for what an occupation has not: each level is smoothed towards the one
above it.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from evaluation.folds import TRAINED
from evaluation.industries import IndustryRow, industry_rows
from socoder import soc
from socoder.context import SCALE
from socoder.industries import Sector, sectors

# Chosen on fold 1, with the weight (python -m evaluation.context --fit).
SMOOTHING = 0.5  # rows of the group above that stand beside an occupation's own
UNRESTRICTED = 0.1  # what a title counts that the index ties to no industry
USUAL = 4.0  # rows that a place among the usual occupations is worth
# Of the evidence, in natural-log units: that an occupation was not seen in a sector says less than
# that it was, and a wrong industry must not undo a clear title.
BOUNDS = (-1.0, 2.5)
WEIGHT = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class SectorEvidence:
    """`evidence` (k, n): log P(sector | occupation) / P(sector); `prior` (k,): P(sector), as the
    index's titles are spread; `sectors` (k,) their ids."""

    sectors: tuple[str, ...]
    prior: np.ndarray
    evidence: np.ndarray
    weight: float

    def save(self, path: Path) -> None:
        """Plain numbers, of the evidence whole ones of 1/SCALE."""
        np.savez_compressed(
            path,
            sectors=np.array(self.sectors),
            prior=self.prior.astype(np.float32),
            evidence=np.rint(self.evidence * SCALE).astype(np.int8),
            weight=np.float32(self.weight),
        )


def learn(
    rows: Sequence[IndustryRow],
    known: soc.Classification,
    smoothing: float = SMOOTHING,
    unrestricted: float = UNRESTRICTED,
    usual: float = USUAL,
    bounds: tuple[float, float] = BOUNDS,
    weight: float = WEIGHT,
) -> SectorEvidence:
    """The evidence of the given rows for the occupations of `known`, in its order."""
    table = sectors()
    fits = covered(rows, table)  # (rows, k)
    counts = np.array([1.0 if row.industries else unrestricted for row in rows])
    prior = spread(fits, counts)
    ratios = fits / (fits @ prior)[:, None]
    totals: dict[str, np.ndarray] = {}
    numbers: dict[str, float] = {}

    def add(code: str, ratio: np.ndarray, count: float) -> None:
        while code:
            totals[code] = totals.get(code, 0.0) + ratio * count
            numbers[code] = numbers.get(code, 0.0) + count
            code = known.get(code).parent

    for row, ratio, count in zip(rows, ratios, counts, strict=True):
        for code in row.codes:
            add(code, ratio, count / len(row.codes))
    smoothed = {"": np.ones(len(table))}
    for group in known.groups:  # parents stand before their members
        own, count = totals.get(group.code, 0.0), numbers.get(group.code, 0.0)
        above = smoothed[group.parent]
        smoothed[group.code] = (own + smoothing * above) / (count + smoothing)
        home = at_home(group.code, known, table)
        if group.level == "detailed" and home.any():
            more = usual / (count + smoothing + usual)
            smoothed[group.code] = (1 - more) * smoothed[group.code] + more * home / (home @ prior)
    logs = np.log(np.stack([smoothed[code] for code in known.detailed], axis=1))
    return SectorEvidence(
        tuple(sector.id for sector in table), prior, np.clip(logs, *bounds), weight
    )


def at_home(code: str, known: soc.Classification, table: Sequence[Sector]) -> np.ndarray:
    """(k,) 1 for the sectors whose `usual` occupations hold the code or a group that it is in."""
    line = {code}
    while code := known.get(code).parent:
        line.add(code)
    return np.array([float(not line.isdisjoint(sector.usual)) for sector in table])


def covered(rows: Sequence[IndustryRow], table: Sequence[Sector]) -> np.ndarray:
    """(rows, k) share of a sector's industries in which a row holds; 1 where it holds in all."""
    named = {code for row in rows for code in row.industries or ()}
    fits = np.ones((len(rows), len(table)))
    for column, sector in enumerate(table):
        own = set(sector.census) & named
        for i, row in enumerate(rows):
            if row.industries is not None:
                fits[i, column] = len(own & row.industries) / max(len(own), 1)
    return fits


def spread(fits: np.ndarray, counts: np.ndarray, rounds: int = 100) -> np.ndarray:
    """(k,) the shares of the sectors that make the rows likeliest (expectation-maximisation)."""
    prior = np.full(fits.shape[1], 1.0 / fits.shape[1])
    for _ in range(rounds):
        share = fits * prior
        share *= (counts / np.maximum(share.sum(axis=1), 1e-12))[:, None]
        prior = share.sum(axis=0) / share.sum()
        prior = np.maximum(prior, 1e-4)
        prior /= prior.sum()
    return prior


def training_rows(labelled: Path) -> list[IndustryRow]:
    """The index's rows of the training folds."""
    return [row for row in industry_rows(labelled) if row.fold in TRAINED]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--labelled", type=Path, default=Path("../shared/eval"))
    parser.add_argument("--output", type=Path, default=Path("models/default/context.npz"))
    arguments = parser.parse_args()
    rows = training_rows(arguments.labelled)
    learnt = learn(rows, soc.load())
    learnt.save(arguments.output)
    said = sum(row.industries is not None for row in rows)
    print(
        f"{arguments.output}: {len(learnt.sectors)} sectors from {said} of {len(rows)} rows that"
        f" name industries, {arguments.output.stat().st_size // 1024} KiB"
    )


if __name__ == "__main__":
    main()
