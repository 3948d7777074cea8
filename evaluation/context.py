"""What the industry of a job adds to its title, and what a wrong or vague one costs.

    python -m evaluation.context --sets ../shared/eval

The rows of the Census index that hold in some industries only, of fold 0, with the industry as a
Census code or as a name that a payroll might hold; and titles tied to no industry, with one drawn
at random. The first code of the ranking counts: no rule speaks. `--fit` shows how the weight of the
evidence does on fold 1, where it was chosen.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from socoder.coder import Coder
from socoder.context import Context
from socoder.records import Job

from .folds import FITTED, MEASURED
from .industries import IndustryRow, industry_rows
from .metrics import interval

# Census industry code → a name as people write it, for the industries that the index names most.
NAMES = {
    "7870": "University", "0770": "Construction", "7880": "Trade school", "6680": "Telephone company",
    "6080": "Railroad", "1691": "Clothing manufacturer", "9070": "Dry cleaners", "0170": "Crop farm",
    "0370": "Oil and gas", "1990": "Printing company", "6570": "Movie production",
    "9470": "Police department", "0290": "Agricultural services", "0180": "Cattle ranch",
    "8680": "Restaurants", "6471": "Newspaper", "6090": "Shipping line", "1180": "Meat packing plant",
    "0390": "Metal ore mining", "0280": "Fishing", "8590": "Recreation", "0380": "Coal mining",
    "9160": "Church", "0470": "Stone quarry", "0490": "Oilfield services", "6070": "Airline",
    "1390": "Tobacco products", "6481": "Magazine publisher", "6671": "TV and radio broadcasting",
    "6370": "U.S. Postal Service", "3580": "Aircraft manufacturing", "3980": "Toy manufacturer",
    "1080": "Sugar and candy manufacturing", "0570": "Electric utility",
    "7860": "Public school district", "6992": "Insurance agency", "1270": "Commercial bakery",
    "8660": "Hotel", "3590": "Aerospace", "8191": "Hospital", "7970": "Doctor's office",
    "1280": "Food manufacturing", "0190": "Forestry", "8561": "Theater company",
    "8562": "Horse racing track", "6991": "Insurance", "1870": "Paper mill",
    "9570": "State department of agriculture", "3875": "Wood products mfg",
    "4480": "Farm products wholesaler", "8891": "Repair of household goods", "3680": "Shipyard",
    "0270": "Logging company", "9380": "County tax office", "2290": "Chemical plant",
    "6871": "Bank", "8690": "Bar", "1670": "Knitting mill", "9290": "Private household",
    "2490": "Glass factory", "7770": "Landscaping company", "1890": "Paper goods manufacturing",
    "1090": "Fruit and vegetable canning", "6970": "Investment firm", "9370": "City government",
    "8192": "Psychiatric hospital", "1370": "Brewery", "6180": "City bus company",
    "9090": "Personal services", "7072": "Property management", "8470": "Child day care center",
    "4470": "Grocery wholesale", "8270": "Nursing home", "8290": "Group homes for the disabled",
    "8370": "Nonprofit provider of disability services", "8170": "Home health agency",
}  # fmt: skip
VAGUE = ("Services", "Private company", "Other", "Government", "Manufacturing", "Retail")
TIED, FREE = "titles tied to an industry", "titles tied to none"


@dataclass(frozen=True, slots=True)
class Gain:
    """Shares (0–1) of `rows` rows whose first code is right without and with the industry,
    and the 95 % bootstrap interval of what it adds."""

    what: str
    rows: int
    alone: float
    informed: float
    interval: tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """Rows of the index with the ranking's score of each code, and which codes are right."""

    rows: Sequence[IndustryRow]
    scores: np.ndarray
    right: np.ndarray

    def part(self, chosen: Sequence[bool]) -> Scored:
        """The chosen rows."""
        places = np.flatnonzero(np.array(chosen, dtype=bool))
        return Scored([self.rows[i] for i in places], self.scores[places], self.right[places])

    def first_right(self, added: np.ndarray | float = 0.0) -> np.ndarray:
        """(rows,) whether the first code is right, with `added` to the scores."""
        first = (self.scores + added).argmax(axis=1)
        hit: np.ndarray = self.right[np.arange(len(first)), first]
        return hit


def score(coder: Coder, folder: Path, fold: int) -> Scored:
    """The index's rows of a fold, each ranked by its title alone."""
    rows = [row for row in industry_rows(folder) if row.fold == fold]
    column = {code: i for i, code in enumerate(coder.ranker.codes)}
    scores, right = [], np.zeros((len(rows), len(column)), dtype=bool)
    for start in range(0, len(rows), 500):
        postings = [coder.posting(Job(title=row.title)) for row in rows[start : start + 500]]
        scores += [ranking.job for ranking in coder.ranker.rank(postings)]
    for i, row in enumerate(rows):
        right[i, [column[code] for code in row.codes]] = True
    return Scored(rows, np.array(scores), right)


def given(row: IndustryRow, choices: Sequence[str] = ()) -> str:
    """One of the row's industries (of the `choices`, if any), the same each time; "" if none."""
    own = sorted(set(row.industries or ()) & set(choices or row.industries or ()))
    return random.Random(f"{row.title} {sorted(row.codes)}").choice(own) if own else ""


def measure(scored: Scored, context: Context, seed: int = 0) -> list[Gain]:
    """The gain from right industries, by how the index names them, and the loss from others."""
    tied = scored.part([row.industries is not None for row in scored.rows])
    free = scored.part([row.industries is None for row in scored.rows])
    named = tied.part([bool(given(row, tuple(NAMES))) for row in tied.rows])
    found = [_gain(f"{TIED}: Census code", tied, context, [given(row) for row in tied.rows])]
    for kind in ("named", "implied", "excluded", "not listed"):
        own = tied.part([row.kind == kind for row in tied.rows])
        texts = [given(row) for row in own.rows]
        found.append(_gain(f"  of these {kind}", own, context, texts))
    codes = [given(row, tuple(NAMES)) for row in named.rows]
    found.append(_gain(f"{TIED}: one of {len(NAMES)} codes", named, context, codes))
    names = [NAMES[code] for code in codes]
    found.append(_gain("  the same, by name", named, context, names))
    random_ = random.Random(seed)
    every = sorted(NAMES.values())
    for what, own in ((TIED, tied), (FREE, free)):
        texts = [random_.choice(every) for _ in own.rows]
        found.append(_gain(f"{what}: name at random", own, context, texts))
        vague = [random_.choice(VAGUE) for _ in own.rows]
        found.append(_gain(f"{what}: vague", own, context, vague))
    return found


def _gain(what: str, scored: Scored, context: Context, industries: Sequence[str]) -> Gain:
    added = np.array([context.of_industry(text) for text in industries])
    alone, informed = scored.first_right(), scored.first_right(added)
    return Gain(
        what,
        len(informed),
        float(alone.mean()),
        float(informed.mean()),
        interval(informed.astype(float) - alone),
    )


def fit_weight(scored: Scored, context: Context) -> list[tuple[float, float, float, float]]:
    """For each weight of the evidence (1: as it ships): log-likelihood of the right codes and top 1
    of the tied titles, and top 1 of the untied ones with an industry at random."""
    tied = scored.part([row.industries is not None for row in scored.rows])
    free = scored.part([row.industries is None for row in scored.rows])
    own = np.array([context.of_industry(given(row)) for row in tied.rows])
    random_ = random.Random(0)
    names = sorted(NAMES.values())
    other = np.array([context.of_industry(random_.choice(names)) for _ in free.rows])
    table = []
    for weight in (0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0):
        logits = tied.scores + weight * own
        logits -= logits.max(axis=1, keepdims=True)
        odds = np.exp(logits)
        likelihood = np.log((odds * tied.right).sum(axis=1) / odds.sum(axis=1)).mean()
        table.append(
            (
                weight,
                float(likelihood),
                float(tied.first_right(weight * own).mean()),
                float(free.first_right(weight * other).mean()),
            )
        )
    return table


def main() -> None:
    """Print the table of gains, or with --fit that of weights on fold 1."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--sets", type=Path, default=Path("../shared/eval"))
    parser.add_argument("--bundle", type=Path, help="another bundle than the shipped one")
    parser.add_argument("--fit", action="store_true", help="weights of the evidence on fold 1")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    coder = Coder.load(arguments.bundle)
    context = Context.load(coder.bundle, coder.classification)
    scored = score(coder, arguments.sets, FITTED if arguments.fit else MEASURED)
    if arguments.fit:
        print("weight  likelihood  tied  untied, wrong industry")
        for weight, likelihood, tied, free in fit_weight(scored, context):
            print(f"{weight:6.2f}  {likelihood:10.3f}  {tied:.3f}  {free:.3f}")
        return
    print(f"{'':50} rows  title  +industry  95 % int. of the gain")
    for gain in measure(scored, context, arguments.seed):
        low, high = gain.interval
        print(
            f"{gain.what:50} {gain.rows:4}  {gain.alone:.3f}      {gain.informed:.3f}"
            f"  {low:+.3f} to {high:+.3f}"
        )


if __name__ == "__main__":
    main()
