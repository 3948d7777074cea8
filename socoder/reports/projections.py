"""What BLS expects of an occupation: its growth from 2024 to 2034 and its openings."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from socoder.errors import ReferenceDataError
from socoder.soc import Classification

PERIOD = "2024–34"
SOURCE = f"Employment Projections {PERIOD}, U.S. Bureau of Labor Statistics"
_TABLE = Path(__file__).parents[1] / "data" / "projections_2024_34.csv"


@dataclass(frozen=True, slots=True)
class Projection:
    """`employment` of 2024 and yearly `openings` are persons, `change` is a share (0.17 is 17 %)
    over the ten years. `published_code` differs from `code` for a hybrid."""

    code: str
    published_code: str
    employment: int
    change: float
    openings: int


def projection(code: str, known: Classification) -> Projection | None:
    """The projection of a detailed occupation, or of the hybrid that BLS publishes it in; None
    where there is none. Raises ReferenceDataError for a damaged table."""
    hybrids = known.about.get("hybrids", {})
    under = [code, *(name for name, hybrid in hybrids.items() if code in hybrid["members"])]
    for published in under:
        if published in _figures():
            employment, change, openings = _figures()[published]
            return Projection(
                code,
                published,
                round(employment * 1000),
                round(change / 100, 4),
                round(openings * 1000),
            )
    return None


@cache
def _figures() -> dict[str, tuple[float, float, float]]:
    try:
        with _TABLE.open(encoding="utf-8", newline="") as file:
            return {
                row["code"]: (
                    float(row["employment_2024"]),
                    float(row["change_percent"]),
                    float(row["openings"]),
                )
                for row in csv.DictReader(file)
            }
    except (OSError, ValueError, KeyError) as error:
        raise ReferenceDataError(f"{_TABLE.name} is damaged: install socoder again") from error
