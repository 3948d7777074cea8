"""The classification: codes, titles, the published hierarchy, skill levels and crosswalks.

It is data with a version: `load("2018")` reads `socoder/data/soc_2018*`, and a later revision is
a folder with the same few tables (docs/classification.md). Levels always come from the published
hierarchy, never from the digits of a code: 29-1221 belongs to broad 29-1210.
"""

from __future__ import annotations

import csv
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from functools import cached_property, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar, cast

from socoder.errors import InputError, ReferenceDataError, UnknownCodeError
from socoder.name_search import name_score
from socoder.records import LEVELS, Level

T = TypeVar("T")
DATA = Path(__file__).with_name("data")

_HYPHENS = str.maketrans(dict.fromkeys("‐‑‒–—―−﹣", "-"))
# Major group, rest, O*NET suffix; a lone ".0" is what a spreadsheet makes of a number.
_CODE = re.compile(r"(?:SOC)?:?([0-9]{2})(?:[-.]?([0-9]{4})(?:\.0|\.?([0-9]{2}))?)?")

SOURCE_NOTES: Mapping[str, str] = {
    "onet": "O*NET",
    "onet_children_median": "imputed: median of its O*NET occupations",
    "bls": "BLS",
    "bls_hybrid": "BLS, published only together with related occupations",
    "bls_education": "imputed: from the typical entry education",
    "broad_median": "imputed: median of its broad occupation",
    "minor_median": "imputed: median of its minor group",
    "assigned": "imputed: assigned by this project, no source covers it",
}  # what each source of a job zone or an entry education means, for a person


@dataclass(frozen=True, slots=True)
class Group:
    """A group of the classification; `parent` is "" for a major group."""

    code: str
    title: str
    level: Level
    parent: str


@dataclass(frozen=True, slots=True)
class Occupation:
    """The published facts about a detailed occupation.

    `job_zone` (1–5) and `entry_education` (one of EDUCATION_LEVELS) are always there; their
    sources are keys of SOURCE_NOTES. `entry_education_published` is the BLS category ("" if
    imputed): a postsecondary nondegree award counts as "some_college". `employment` counts wage
    and salary jobs, `median_wage` is in dollars a year, `median_hourly_wage` is given only where
    OEWS publishes no annual wage; None where there is no estimate. With `wage_top_coded` the
    median is at least `median_wage`. `figures_from` names the hybrid whose figures these are:
    they hold for its members together, so its employment must not be added up over them.
    """

    code: str
    job_zone: int
    job_zone_source: str
    entry_education: str
    entry_education_source: str
    entry_education_published: str = ""
    employment: int | None = None
    median_wage: int | None = None
    wage_top_coded: bool = False
    median_hourly_wage: float | None = None
    figures_from: str = ""
    census_code: str = ""


@dataclass(frozen=True, slots=True)
class OnetOccupation:
    """An O*NET-SOC occupation, its SOC code, and its Job Zone where O*NET gives one."""

    code: str
    soc_code: str
    job_zone: int | None
    title: str


@dataclass(frozen=True, slots=True)
class Link:
    """A code of the previous version and one of the codes that its work went to."""

    old_code: str
    code: str
    old_title: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A group that a search found: `score` is 0–1, `name` the title or other name that fitted."""

    code: str
    title: str
    level: Level
    score: float
    name: str


@dataclass(frozen=True, eq=False)
class Classification:
    """One version of the SOC. Every `code` argument is a code with its hyphen ("21-1093"); what a
    person typed goes through `find` first. A code that is not in this version raises
    UnknownCodeError, which names the successors of a retired one."""

    version: str
    groups: tuple[Group, ...]
    occupations: Mapping[str, Occupation] = field(default_factory=dict)
    onet: tuple[OnetOccupation, ...] = ()
    links: tuple[Link, ...] = ()
    about: Mapping[str, Any] = field(default_factory=dict)
    """The header of the tables: sources, hybrids, `figures_period` ("May 2024") of the wages."""

    @property
    def previous_version(self) -> str:
        """The version that `links` start from: "2010"."""
        return str(self.about.get("previous_version", ""))

    @cached_property
    def detailed(self) -> tuple[str, ...]:
        """The detailed codes in published order (867 in 2018): arrays are indexed by it."""
        return tuple(group.code for group in self.groups if group.level == "detailed")

    def get(self, code: str) -> Group:
        """The group of any level that has this code."""
        try:
            return self._groups[code]
        except KeyError:
            raise self._unknown(code) from None

    def title(self, code: str) -> str:
        """The published title of a group of any level."""
        return self.get(code).title

    def parent(self, code: str) -> str:
        """The code of the group right above; "" for a major group."""
        return self.get(code).parent

    def children(self, code: str) -> tuple[str, ...]:
        """The codes right below, in published order; none for a detailed occupation."""
        return self._children.get(self.get(code).code, ())

    def ancestors(self, code: str) -> tuple[str, ...]:
        """The codes of the groups above, nearest first."""
        above = []
        while code := self.parent(code):
            above.append(code)
        return tuple(above)

    def at_level(self, code: str, level: Level) -> str:
        """The code of the group of that level which holds `code`, or `code` itself. Raises
        InputError where the level is finer than the code's own."""
        found = self._lineage[self.get(code).code].get(level)
        if found is None:
            raise InputError(f"{code} is a {self.get(code).level} group: it has no {level} code")
        return found

    def members(self, code: str) -> tuple[str, ...]:
        """The detailed codes of a group, in published order; the code itself if it is detailed."""
        return self._members.get(self.get(code).code, ())

    def occupation(self, code: str) -> Occupation:
        """The facts about a detailed occupation. Raises InputError for a group of another level,
        ReferenceDataError where this version has no facts about the code yet."""
        if code in self.occupations:
            return self.occupations[code]
        if self.get(code).level != "detailed":
            raise InputError(f"{code} is a {self.get(code).level} group: name a detailed code")
        raise ReferenceDataError(f"SOC {self.version} has no job zone or figures for {code}")

    def skill_level(self, code: str) -> int:
        """The skill level of a detailed occupation, 1–5: its O*NET Job Zone, or an imputed one."""
        return self.occupation(code).job_zone

    def entry_education(self, code: str) -> str:
        """BLS typical entry education of a detailed occupation, one of EDUCATION_LEVELS."""
        return self.occupation(code).entry_education

    def is_all_other(self, code: str) -> bool:
        """Whether this is a residual detailed occupation (Principle 8)."""
        # With the comma: "Dentists, All Other Specialists", but not "… Supervisors of All Other …".
        group = self.get(code)
        return group.level == "detailed" and ", All Other" in group.title

    def is_supervisor(self, code: str) -> bool:
        """Whether this is a detailed first-line supervisor code (Guideline 5)."""
        group = self.get(code)
        return group.level == "detailed" and group.title.startswith("First-Line Supervisors")

    def onet_occupations(self, code: str) -> tuple[OnetOccupation, ...]:
        """The O*NET-SOC occupations of a detailed occupation."""
        return self._onet.get(self.get(code).code, ())

    def successors(self, old_code: str) -> tuple[str, ...]:
        """The codes that the work of a code of the previous version went to; () if unknown."""
        return tuple(link.code for link in self.links if link.old_code == old_code)

    def predecessors(self, code: str) -> tuple[Link, ...]:
        """The links to the codes of the previous version that a detailed occupation came from."""
        self.get(code)
        return tuple(link for link in self.links if link.code == code)

    def find(self, text: str) -> str:
        """The code that a person means: "211093", "21‑1093", "21-1093.00", or "21" for a major
        group; an O*NET-SOC code gives its SOC code. Raises UnknownCodeError."""
        plain = "".join(unicodedata.normalize("NFKC", text).split()).translate(_HYPHENS)
        match = _CODE.fullmatch(plain.upper())
        if match is None:
            raise self._unknown(plain)
        major, rest, suffix = match.groups()
        code = f"{major}-{rest or '0000'}"
        if f"{code}.{suffix}" in self._onet_codes:
            return self._onet_codes[f"{code}.{suffix}"]
        # Only .00 is the SOC occupation itself: any other suffix had to be a real O*NET code.
        return self.get(code if suffix in (None, "00") else f"{code}.{suffix}").code

    def search(
        self,
        words: str,
        limit: int = 10,
        level: Level | None = None,
        texts: Mapping[str, Iterable[str]] | None = None,
    ) -> tuple[Hit, ...]:
        """The groups whose titles, or O*NET titles, fit the words best, best first; misspellings
        are tolerated. `level` keeps one level only; `texts` gives further names of codes (direct
        match titles). At equal scores detailed occupations come first."""
        hits = []
        for group in self.groups:
            if level in (None, group.level):
                onet = (child.title for child in self.onet_occupations(group.code))
                names = (group.title, *onet, *(texts or {}).get(group.code, ()))
                scored = [(name_score(words, name), name) for name in names]
                score, name = max(scored, key=lambda pair: pair[0])
                if score > 0:
                    hits.append(Hit(group.code, group.title, group.level, round(score, 4), name))
        hits.sort(key=lambda h: (-h.score, ", All Other" in h.title, LEVELS.index(h.level), h.code))
        return tuple(hits[: max(limit, 0)])

    def describe(self, code: str) -> dict[str, Any]:
        """All that is known about a code, ready for JSON: what `socoder soc show` and the pages
        print. A detailed occupation has `occupation` (None if there are no facts), `onet`,
        `previous` and `links` as well."""

        def name(other: str) -> dict[str, str]:
            return {"code": other, "title": self.title(other), "level": self.get(other).level}

        whole: dict[str, Any] = {
            "version": self.version,
            **name(code),
            "parents": [name(above) for above in self.ancestors(code)],
            "children": [name(below) for below in self.children(code)],
        }
        if self.get(code).level == "detailed":
            facts = self.occupations.get(code)
            whole["occupation"] = asdict(facts) if facts else None
            whole["figures_period"] = str(self.about.get("figures_period", ""))
            whole["onet"] = [asdict(child) for child in self.onet_occupations(code)]
            whole["previous_version"] = self.previous_version
            whole["previous"] = [
                {"code": link.old_code, "title": link.old_title} for link in self.predecessors(code)
            ]
            whole["links"] = {}
            if facts and facts.employment is not None:
                page = (facts.figures_from or code).replace("-", "")
                whole["links"]["bls"] = f"https://www.bls.gov/oes/current/oes{page}.htm"
            if f"{code}.00" in self._onet_codes:
                whole["links"]["onet"] = f"https://www.onetonline.org/link/summary/{code}.00"
        return whole

    def _unknown(self, code: str) -> UnknownCodeError:
        """The error for a code that is not in this version: what it is, and what to do."""
        if not re.fullmatch(r"[\d.-]{1,12}", code):  # may be a name: never repeat it
            return UnknownCodeError("this is no SOC code, which looks like 21-1093: check it")
        hybrid = self.about.get("hybrids", {}).get(code)
        codes = hybrid["members"] if hybrid else self.successors(code)
        if not codes:
            here = f"{code} is not in SOC {self.version}"
            return UnknownCodeError(f"{here}: look for words with `socoder soc search`")
        what = f"a SOC {self.previous_version} code, retired: in SOC {self.version} use"
        if hybrid:
            what = "no SOC code: BLS publishes figures under it for"
        named = [f"{new} {self.title(new)}" for new in codes[:6]]
        more = f"; {len(codes) - 6} more" if len(codes) > 6 else ""
        return UnknownCodeError(f"{code} is {what} {'; '.join(named)}{more}")

    @cached_property
    def _groups(self) -> dict[str, Group]:
        return {group.code: group for group in self.groups}

    @cached_property
    def _children(self) -> dict[str, tuple[str, ...]]:
        return _gather((group.parent, group.code) for group in self.groups)

    @cached_property
    def _lineage(self) -> dict[str, dict[Level, str]]:
        return {
            code: {self.get(above).level: above for above in (code, *self.ancestors(code))}
            for code in self._groups
        }

    @cached_property
    def _members(self) -> dict[str, tuple[str, ...]]:
        return _gather(
            (holder, code) for code in self.detailed for holder in self._lineage[code].values()
        )

    @cached_property
    def _onet(self) -> dict[str, tuple[OnetOccupation, ...]]:
        return _gather((child.soc_code, child) for child in self.onet)

    @cached_property
    def _onet_codes(self) -> dict[str, str]:
        return {child.code: child.soc_code for child in self.onet}


def load(version: str = "2018", folder: Path | str | None = None) -> Classification:
    """The classification of a version, read once and kept; `folder` instead of the shipped data.
    Raises InputError for a version that is not there, ReferenceDataError for damaged tables."""
    return _load(version, Path(folder) if folder else DATA)


@lru_cache(maxsize=8)
def _load(version: str, folder: Path) -> Classification:
    header = folder / f"soc_{version}.json"
    if not header.is_file():
        there = sorted(path.stem[4:] for path in folder.glob("soc_[0-9]*.json"))
        raise InputError(f"no SOC version {version} here: there is {', '.join(there) or 'none'}")
    try:
        about = json.loads(header.read_text(encoding="utf-8"))
        files = about["tables"]
        groups = tuple(
            Group(code, title, cast(Level, level), parent)
            for code, title, level, parent in _rows(folder / files["groups"], Group)
        )
        _check(groups)

        def table(name: str, record: type) -> list[list[str]]:
            return _rows(folder / files[name], record) if name in files else []

        return Classification(
            version=about["version"],
            groups=groups,
            occupations={row[0]: _occupation(row) for row in table("occupations", Occupation)},
            onet=tuple(
                OnetOccupation(code, soc_code, int(zone) if zone else None, title)
                for code, soc_code, zone, title in table("onet", OnetOccupation)
            ),
            links=tuple(Link(*row) for row in table("previous", Link)),
            about=about,
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ReferenceDataError(f"the tables of SOC {version} are damaged: {error}") from error


def _rows(path: Path, record: type) -> list[list[str]]:
    """The rows of a table whose columns are the fields of `record`, in that order."""
    columns = [column.name for column in fields(record)]
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    if header != columns or any(len(row) != len(columns) for row in rows):
        raise ValueError(f"{path.name} should have the columns {', '.join(columns)}")
    return rows


def _gather(pairs: Iterable[tuple[str, T]]) -> dict[str, tuple[T, ...]]:
    found: dict[str, list[T]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return {key: tuple(values) for key, values in found.items()}


def _check(groups: tuple[Group, ...]) -> None:
    """Each group must follow its parent, which is one level up."""
    levels = {"": ""}
    for group in groups:
        above = {**dict(pairwise(LEVELS)), "major": ""}[group.level]
        if levels.get(group.parent) != above or group.code in levels:
            raise ValueError(f"{group.code} has no {above} group above it, or is there twice")
        levels[group.code] = group.level


def _occupation(row: list[str]) -> Occupation:
    code, zone, zone_source, education, source, published, jobs, wage, top, hourly, *rest = row
    return Occupation(
        code, int(zone), zone_source, education, source, published,
        int(jobs) if jobs else None, int(wage) if wage else None, top == "1",
        float(hourly) if hourly else None, *rest,
    )  # fmt: skip
