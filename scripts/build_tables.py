"""Build the classification tables in socoder/data from the official reference files.

    python scripts/build_tables.py --reference ../shared/reference

Only facts are written: codes, titles, hierarchy, links, Job Zones, education, employment and
wages; no definition. The same files always give the same bytes. docs/classification.md says how
the gaps are filled.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from statistics import median_low
from typing import Any, NamedTuple

from reference_tables import (
    Structure,
    read_census,
    read_education,
    read_groups,
    read_links,
    read_onet,
    read_wages,
)
from socoder.errors import ReferenceDataError, SocoderError
from socoder.records import EDUCATION_LEVELS, LEVELS
from socoder.soc import DATA, Group, Link, Occupation, OnetOccupation

# BLS puts the postsecondary nondegree award between high school and an associate's degree; it
# shares a step with "some college" (see EDUCATION_LEVELS).
EDUCATION = {
    "No formal educational credential": "none",
    "High school diploma or equivalent": "high_school",
    "Postsecondary nondegree award": "some_college",
    "Some college, no degree": "some_college",
    "Associate's degree": "associate",
    "Bachelor's degree": "bachelor",
    "Master's degree": "master",
    "Doctoral or professional degree": "doctoral",
}

# The hybrids of OEWS and the projections that are no SOC broad occupation; where a hybrid is one,
# its members are those of the broad occupation.
HYBRIDS = {
    "21-1018": ("21-1011", "21-1014"),
    "25-2052": ("25-2055", "25-2056"),
    "25-9045": ("25-9042", "25-9043", "25-9049"),
    "51-2028": ("51-2022", "51-2023"),
    "53-1047": ("53-1042", "53-1043", "53-1044", "53-1049"),
}

# No agency publishes a typical entry education for military occupations. Officers are
# commissioned with a bachelor's degree as a rule, and enlistment asks for a high school diploma.
ASSIGNED_EDUCATION = {"55-1000": "bachelor", "55-2000": "high_school", "55-3000": "high_school"}

# What the tables are made of: table, name and release, publisher, address, licence.
BLS, PUBLIC = "U.S. Bureau of Labor Statistics", "public domain"
SOURCES = (
    ("groups", "2018 SOC structure", BLS, "https://www.bls.gov/soc/2018/", PUBLIC),
    ("previous", "Crosswalk of SOC 2010 to 2018", BLS, "https://www.bls.gov/soc/2018/", PUBLIC),
    (
        "onet",
        "O*NET 30.1 Job Zones, December 2025; O*NET-SOC 2019 to SOC 2018 crosswalk",
        "U.S. Department of Labor, Employment and Training Administration",
        "https://www.onetcenter.org/database.html",
        "CC BY 4.0",
    ),
    (
        "occupations",
        "Employment Projections 2024–34: typical entry education, 2024",
        BLS,
        "https://www.bls.gov/emp/",
        PUBLIC,
    ),
    (
        "occupations",
        "Occupational Employment and Wage Statistics, national, May 2024",
        BLS,
        "https://www.bls.gov/oes/",
        PUBLIC,
    ),
    (
        "occupations",
        "2018 Census Occupation Code List and Crosswalk, May 2020",
        "U.S. Census Bureau",
        "https://www.census.gov/topics/employment/industry-occupation/guidance.html",
        PUBLIC,
    ),
)


class Known(NamedTuple):
    """A value and where it comes from (a key of `soc.SOURCE_NOTES`)."""

    value: int
    source: str


def build(reference: Path) -> dict[str, str]:
    """The text of every table, by file name. Raises ReferenceDataError."""
    try:
        return _build(reference)
    except (KeyError, ValueError, TypeError, UnicodeDecodeError) as error:
        raise ReferenceDataError(f"a reference file is not as expected: {error!r}") from error


def _build(reference: Path) -> dict[str, str]:
    structure = Structure(read_groups(reference))
    onet = read_onet(reference)
    links = read_links(reference, structure)
    wages = read_wages(reference)
    schooling = read_education(reference)
    hybrids = find_hybrids(structure, wages, schooling)
    education, published = education_of(structure, schooling, hybrids)
    zones, zone_of_education = job_zones(structure, onet, education)
    census = census_codes(reference, structure)
    occupations = [
        Occupation(
            code,
            zones[code].value,
            zones[code].source,
            EDUCATION_LEVELS[education[code].value],
            education[code].source,
            published.get(code, ""),
            **wages.get(hybrids.get(code, code), (None, {}))[1],
            figures_from=hybrids.get(code, ""),
            census_code=census[code],
        )
        for code in structure.detailed
    ]
    files = {
        "groups": "soc_2018_groups.csv",
        "occupations": "soc_2018_occupations.csv",
        "onet": "soc_2018_onet.csv",
        "previous": "soc_2018_previous.csv",
    }
    members = defaultdict(list)
    for code, hybrid in hybrids.items():
        members[hybrid].append(code)
    about = {
        "version": "2018",
        "title": "2018 Standard Occupational Classification",
        "previous_version": "2010",
        "onet_version": "O*NET-SOC 2019, O*NET 30.1",
        "figures_period": "May 2024",
        "education_period": "2024",
        "counts": {
            level: sum(group.level == level for group in structure.groups)
            for level in reversed(LEVELS)
        },
        "tables": files,
        "job_zone_of_education": zone_of_education,
        "hybrids": {
            hybrid: {"title": wages[hybrid][0], "members": codes}
            for hybrid, codes in sorted(members.items())
        },
        "sources": [
            dict(zip(("table", "name", "publisher", "address", "licence"), source, strict=True))
            for source in SOURCES
        ],
    }
    return {
        files["groups"]: table(Group, structure.groups),
        files["occupations"]: table(Occupation, occupations),
        files["onet"]: table(OnetOccupation, onet),
        files["previous"]: table(Link, links),
        "soc_2018.json": json.dumps(about, indent=1, ensure_ascii=False) + "\n",
    }


def find_hybrids(
    structure: Structure, wages: Mapping[str, Any], schooling: Mapping[str, Any]
) -> dict[str, str]:
    """Detailed code → the hybrid under which both programs publish its figures."""
    hybrid_of = {}
    for code in sorted((wages.keys() | schooling.keys()) - set(structure.detailed)):
        for member in HYBRIDS.get(code) or structure.members[code]:
            if member in wages or member in schooling or member in hybrid_of:
                raise ValueError(f"{member} has figures of its own beside those of {code}")
            hybrid_of[member] = code
    if not set(hybrid_of.values()) <= wages.keys() & schooling.keys():
        raise ValueError("OEWS and the projections do not publish the same hybrids")
    return hybrid_of


def education_of(
    structure: Structure, schooling: Mapping[str, str], hybrids: Mapping[str, str]
) -> tuple[dict[str, Known], dict[str, str]]:
    """Entry education of every detailed occupation (index in EDUCATION_LEVELS), and the BLS
    category of those that have one."""
    published = {
        code: schooling[hybrids.get(code, code)]
        for code in structure.detailed
        if hybrids.get(code, code) in schooling
    }
    known = {
        code: Known(
            EDUCATION_LEVELS.index(EDUCATION[label]), "bls_hybrid" if code in hybrids else "bls"
        )
        for code, label in published.items()
    }

    def assigned(code: str) -> int:
        return EDUCATION_LEVELS.index(ASSIGNED_EDUCATION[structure.above(code)[1]])

    return impute(structure, known, assigned), published


def job_zones(
    structure: Structure, onet: Iterable[OnetOccupation], education: Mapping[str, Known]
) -> tuple[dict[str, Known], dict[str, int]]:
    """Job Zone of every detailed occupation, and the zone that stands for each entry education.

    Of an even number of zones the lower middle is taken: the rules give a combined job to the
    highest skill, and a guess should not win it.
    """
    own = {child.code: child.job_zone for child in onet}
    children = defaultdict(list)
    for child in onet:
        if child.job_zone is not None:
            children[child.soc_code].append(child.job_zone)
    known: dict[str, Known] = {}
    by_education = defaultdict(list)
    for code in structure.detailed:
        zone = own.get(f"{code}.00")
        if zone is not None:
            known[code] = Known(zone, "onet")
            if education[code].source == "bls":
                by_education[education[code].value].append(zone)
        elif children[code]:
            known[code] = Known(median_low(children[code]), "onet_children_median")
    typical = {value: median_low(zones) for value, zones in sorted(by_education.items())}
    for code in structure.detailed:
        if code not in known and education[code].source in ("bls", "bls_hybrid"):
            known[code] = Known(typical[education[code].value], "bls_education")
    complete = impute(structure, known, lambda code: typical[education[code].value])
    return complete, {EDUCATION_LEVELS[value]: zone for value, zone in typical.items()}


def impute(
    structure: Structure, known: Mapping[str, Known], assigned: Callable[[str], int]
) -> dict[str, Known]:
    """Fill each gap with the lower median of the broad occupation, or else of the minor group, or
    else with what is assigned."""

    def fill(code: str) -> Known:
        for group, source in zip(
            structure.above(code), ("broad_median", "minor_median"), strict=False
        ):
            values = [known[other].value for other in structure.members[group] if other in known]
            if values:
                return Known(median_low(values), source)
        return Known(assigned(code), "assigned")

    return {code: known.get(code) or fill(code) for code in structure.detailed}


def census_codes(reference: Path, structure: Structure) -> dict[str, str]:
    """The one 2018 Census code of each detailed occupation.

    A Census code stands for a detailed occupation, for a whole group, or for a remainder such as
    51-919X, whose members the workbook names, though not all of them: what it leaves out goes to
    the narrowest remainder that fits.
    """
    soc_of, named = read_census(reference)
    patterns = sorted((soc.count("X"), soc, census) for census, soc in soc_of.items() if "X" in soc)
    fitting = [
        (census, code)
        for _, soc, census in patterns
        for code in structure.detailed
        if re.fullmatch(soc.replace("X", "."), code)
    ]
    found: dict[str, str] = {}
    for census, group in [*soc_of.items(), *named, *fitting]:
        for code in structure.members.get(group, ()):
            found.setdefault(code, census)
    return found


def table(record: type, rows: Iterable[object]) -> str:
    """Records as CSV: one column a field; "" for None and False, 1 for True."""
    names = [column.name for column in fields(record)]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    for row in rows:
        values = [getattr(row, name) for name in names]
        writer.writerow(["" if v is None or v is False else 1 if v is True else v for v in values])
    return out.getvalue()


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Build the classification tables.")
    parser.add_argument("--reference", type=Path, required=True, help="folder of official files")
    parser.add_argument("--out", type=Path, default=DATA, help="folder to write to")
    options = parser.parse_args(arguments)
    try:
        tables = build(options.reference)
    except SocoderError as error:
        print(f"build_tables: {error}", file=sys.stderr)
        return error.exit_status
    options.out.mkdir(parents=True, exist_ok=True)
    for name, text in tables.items():
        (options.out / name).write_text(text, encoding="utf-8", newline="\n")
        print(f"{name}: {len(text.encode()):,} bytes", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
