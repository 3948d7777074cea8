"""Read the official reference files: one function a file, rows in, plain records out.

Every reader takes the folder of `--reference` and raises ReferenceDataError for a missing file.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from socoder.errors import MissingExtraError, ReferenceDataError
from socoder.records import LEVELS, Level
from socoder.soc import Group, Link, OnetOccupation

WAGE_CAP = 239_200  # "#" in OEWS May 2024: a median of at least this much a year


class Structure:
    """The published hierarchy, while the tables are built."""

    def __init__(self, groups: Sequence[Group]) -> None:
        self.groups = groups
        self.by_code = {group.code: group for group in groups}
        self.detailed = [group.code for group in groups if group.level == "detailed"]
        self.members: dict[str, list[str]] = defaultdict(list)
        for code in self.detailed:
            self.members[code].append(code)
            for above in self.above(code):
                self.members[above].append(code)

    def above(self, code: str) -> list[str]:
        """The codes of the groups above, nearest first."""
        found = []
        while code := self.by_code[code].parent:
            found.append(code)
        return found


def read_groups(reference: Path) -> list[Group]:
    """The groups; each row of the structure follows its parent, which gives the hierarchy."""
    latest: dict[str, str] = {}
    groups = []
    for row in read_text(reference / "soc2018" / "soc_2018_definitions.csv"):
        level = cast(Level, row["level"].lower())
        finer = LEVELS[: LEVELS.index(level)]
        above = LEVELS[LEVELS.index(level) + 1 :]
        groups.append(Group(row["code"], row["title"], level, latest[above[0]] if above else ""))
        latest[level] = row["code"]
        for below in finer:
            latest.pop(below, None)
    return groups


def read_onet(reference: Path) -> list[OnetOccupation]:
    """The O*NET-SOC 2019 occupations with their SOC code and Job Zone."""
    zones = {
        row["O*NET-SOC Code"]: int(row["Job Zone"])
        for row in read_text(reference / "onet_30_1" / "Job Zones.txt", "\t")
    }
    return [
        OnetOccupation(row["onet"], row["soc"], zones.get(row["onet"]), row["otitle"])
        for row in read_text(reference / "crosswalks" / "onet_soc_2019_to_soc_2018.csv")
    ]


def read_links(reference: Path, structure: Structure) -> list[Link]:
    """SOC 2010 → 2018; the marks (#) of partial matches do not belong to the titles."""
    rows = read_text(reference / "crosswalks" / "soc_2010_to_2018_crosswalk.csv")
    links = [
        Link(
            row["2010 SOC Code"],
            row["2018 SOC Code"],
            re.sub(r" \(#+\)$", "", row["2010 SOC Title"]),
        )
        for row in rows
    ]
    if {link.code for link in links} != set(structure.detailed):
        raise ValueError("the 2010 crosswalk does not reach every detailed occupation")
    return links


def read_wages(reference: Path) -> dict[str, tuple[str, dict[str, Any]]]:
    """OEWS title and figures by code, of the detailed occupations and hybrids it publishes.

    "**": no estimate of employment; "*": none of the wage, or only hourly; "#": top-coded.
    """
    header, *rows = read_sheet(reference / "oews" / "national_M2024_dl.xlsx", "national_M2024_dl")
    found = {}
    for values in rows:
        row = dict(zip(header, values, strict=True))
        jobs, annual, hourly = row["TOT_EMP"], row["A_MEDIAN"], row["H_MEDIAN"]
        figures: dict[str, Any] = {"employment": None if jobs == "**" else int(jobs)}
        if annual == "#":
            figures |= {"median_wage": WAGE_CAP, "wage_top_coded": True}
        elif annual != "*":
            figures["median_wage"] = int(annual)
        elif hourly != "*":
            figures["median_hourly_wage"] = float(hourly)
        if row["O_GROUP"] == "detailed":
            found[row["OCC_CODE"]] = (row["OCC_TITLE"], figures)
    return found


def read_education(reference: Path) -> dict[str, str]:
    """BLS typical entry education by code, as published."""
    rows = read_sheet(reference / "bls_ep" / "education.xlsx", "Table 5.4")
    return {row[1]: row[2] for row in rows[2:] if re.fullmatch(r"\d\d-\d{4}", row[1])}


def read_census(reference: Path) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """Census code → its SOC code, group or remainder ("51-919X"); and the (Census code, SOC code)
    pairs that the workbook's crosswalk names in brackets below such a remainder."""
    book = reference / "census" / "2018-occupation-code-list-and-crosswalk.xlsx"
    soc_of = {
        census_code(row[2]): str(row[3]).strip()
        for row in read_sheet(book, "2018 Census Occ Code List")
        if census_code(row[2])
    }
    named = []
    current = ""
    for row in read_sheet(book, "2010 to 2018 Crosswalk"):
        current = census_code(row[4]) or current
        named += [(current, code) for code in re.findall(r"\((\d\d-\d{4})\)", str(row[5]))]
    return soc_of, [pair for pair in named if "X" in soc_of.get(pair[0], "")]


def census_code(cell: object) -> str:
    """A four-digit Census code from a cell that may hold a number; "" for anything else."""
    text = f"{int(cell):04d}" if isinstance(cell, float) else str(cell).strip()
    return text if re.fullmatch(r"\d{4}", text) else ""


def read_text(path: Path, delimiter: str = ",") -> list[dict[str, str]]:
    """The rows of a delimited file."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file, delimiter=delimiter))
    except OSError as error:
        raise _missing(path) from error


def read_sheet(path: Path, name: str) -> list[list[Any]]:
    """The rows of a sheet; blanks around the sheet's name do not count. "None" stays a text."""
    try:
        from python_calamine import CalamineError, CalamineWorkbook
    except ImportError as error:
        raise MissingExtraError(
            "reading .xlsx needs python-calamine: install socoder[train]"
        ) from error
    if not path.is_file():
        raise _missing(path)
    try:
        book = CalamineWorkbook.from_path(str(path))
        names = {sheet.strip(): sheet for sheet in book.sheet_names}
        return book.get_sheet_by_name(names[name]).to_python()
    except (CalamineError, KeyError) as error:
        raise ReferenceDataError(f"{path} has no readable sheet {name!r}") from error


def _missing(path: Path) -> ReferenceDataError:
    return ReferenceDataError(
        f"{path} is not there: name the folder of the reference files with --reference, "
        "or bring them with scripts/fetch_reference.py"
    )
