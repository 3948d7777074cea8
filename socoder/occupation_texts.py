"""What each detailed occupation does, in this project's own words, and the official definition
where the user has put the official file.

The table is `training_data/occupations.csv` (in an installed package: `socoder/data/`). The
official definitions are never shipped: `scripts/fetch_reference.py` brings them.
"""

from __future__ import annotations

import csv
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from socoder.errors import ReferenceDataError

DEFINITIONS = "soc2018/soc_2018_definitions.csv"
_PACKAGE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A near occupation: what is coded there, and its code."""

    what: str
    code: str


@dataclass(frozen=True, slots=True)
class OccupationText:
    """One occupation in words. `distinguishers` say what in a posting tells it from its
    `neighbours`."""

    code: str
    summary: str
    duties: tuple[str, ...]
    titles: tuple[str, ...]
    neighbours: tuple[Neighbour, ...]
    distinguishers: str


def _table() -> Path:
    installed = _PACKAGE / "data" / "occupations.csv"
    return installed if installed.exists() else _PACKAGE.parent / "training_data/occupations.csv"


@cache
def load_texts() -> dict[str, OccupationText]:
    """Detailed code → its text, in published order; raises ReferenceDataError if damaged."""
    path = _table()
    try:
        with path.open(newline="", encoding="utf-8") as file:
            return {row["soc_code"]: _text(row) for row in csv.DictReader(file)}
    except (OSError, KeyError, ValueError) as error:
        raise ReferenceDataError(
            f"{path.name}: the texts of the occupations are damaged: install socoder again"
        ) from error


def _text(row: dict[str, str]) -> OccupationText:
    pairs = (item.rsplit(" → ", 1) for item in row["not_here"].split("|"))
    return OccupationText(
        code=row["soc_code"],
        summary=row["summary"],
        duties=tuple(row["typical_duties"].split("|")),
        titles=tuple(row["typical_titles"].split("|")),
        neighbours=tuple(Neighbour(what.strip(), code.strip()) for what, code in pairs),
        distinguishers=row["distinguishers"],
    )


def reference_folder() -> Path:
    """Where official files lie, if the user has fetched them: SOCODER_REFERENCE, or the checkout's
    `training_data/reference`."""
    named = os.environ.get("SOCODER_REFERENCE", "")
    return Path(named) if named else _PACKAGE.parent / "training_data" / "reference"


@cache
def official_definitions(folder: Path | None = None) -> dict[str, str]:
    """Code → official definition, from the user's own copy; empty without the file."""
    path = (folder or reference_folder()) / DEFINITIONS
    if not path.is_file():
        return {}
    with path.open(newline="", encoding="utf-8-sig") as file:
        return {row["code"]: row["definition"].strip() for row in csv.DictReader(file)}


def search_names() -> dict[str, tuple[str, ...]]:
    """Code → everyday titles and duties, for `Classification.search`."""
    return {code: (*text.titles, *text.duties) for code, text in load_texts().items()}
