"""What industry, employer and department say of the occupation; the education as a requirement.

These fields are evidence beside title and text, never instead of them: words that no table knows,
or an occupation without data, add exactly 0. Only `coder` calls this; it is no step of its own.

How much more often each occupation is found in each industry sector than elsewhere is learnt
(`scripts/train_context.py`) and ships with the bundle as `context.npz`.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from socoder.bundle import Bundle
from socoder.industries import DATA, Phrases, listed, named_sectors
from socoder.records import EDUCATION_LEVELS, Job, Ranking, Requirement
from socoder.soc import Classification

FILE = "context.npz"
SCALE = 32.0  # the file keeps the evidence as whole numbers of 1/SCALE
DEPARTMENT = 1.5  # what a department's name adds for the groups at home in it, natural log

# How the education column of a payroll or a form says what postings spell out.
_SHORT = {
    "high_school": ("hs", "high school grad", "grade 12", "12 years", "equivalency"),
    "some_college": ("college", "certificate", "vocational", "nondegree award", "technical", "trade"),
    "associate": ("aa", "two years of college", "2 years of college"),
    "bachelor": ("undergraduate", "degree", "four years of college", "4 years of college"),
    "master": ("graduate school", "ma", "ms", "med", "mba"),
    "doctoral": ("professional degree", "first professional degree", "md"),
    "none": (
        "none", "not required", "no education", "no formal educational credential",
        "less than high school", "less than a high school diploma", "some high school",
        "no high school diploma", "no high school diploma required", "no requirement",
    ),
}  # fmt: skip
_WISH = re.compile(
    r"\b(?:prefer\w*|desir\w+|a plus|helpful|ideal\w*|(?:or|and/or)\s+(?:\w+\s+){0,3}experience)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, eq=False)
class Context:
    """`evidence` (k, n): natural log of how much more often the n occupations are found in each of
    the k sectors than elsewhere, as weighted; `prior` (k,) how large a sector is; `departments`
    maps a department to the (n,) evidence of its name."""

    sectors: tuple[str, ...]
    prior: NDArray[np.float64]
    evidence: NDArray[np.float64]
    departments: Phrases[NDArray[np.float64]]
    size: int

    @classmethod
    def load(cls, bundle: Bundle, known: Classification) -> Context:
        """The bundle's context; of a bundle without one, only departments say anything."""
        size = len(known.detailed)
        departments = _departments(known)
        if FILE not in bundle.manifest["files"]:
            return cls((), np.zeros(0), np.zeros((0, size)), departments, size)
        stored = bundle.arrays(FILE)
        evidence = stored["evidence"].astype(np.float64) / SCALE * float(stored["weight"])
        names = tuple(map(str, stored["sectors"]))
        return cls(names, stored["prior"].astype(np.float64), evidence, departments, size)

    def of_industry(self, industry: str, employer_type: str = "") -> NDArray[np.float64]:
        """(n,) what the industry adds to the log-score; zeros where neither text names one.

        The kind of employer narrows the industry's sectors where it can, and stands in for an
        industry that is not known. Several sectors speak as their mixture."""
        by_industry, by_employer = named_sectors(industry), named_sectors(employer_type)
        named = (by_industry & by_employer) or by_industry or by_employer
        rows = [i for i, name in enumerate(self.sectors) if name in named]
        if not rows:
            return np.zeros(self.size)
        share = self.prior[rows] / self.prior[rows].sum()
        # Rounded, so that what is neutral in each sector is exactly 0 in their mixture too.
        mixed: NDArray[np.float64] = np.log(share @ np.exp(self.evidence[rows])).round(6)
        return mixed

    def of_department(self, department: str) -> NDArray[np.float64]:
        """(n,) what the department's name adds to the log-score; zeros for a name not known."""
        found = self.departments.find(department)
        return np.max(found, axis=0) if found else np.zeros(self.size)

    def informed(self, ranking: Ranking, job: Job) -> Ranking:
        """The ranking with the job's industry and department as further parts of its score, where
        they say anything."""
        said = {
            "industry": self.of_industry(job.industry, job.employer_type),
            "department": self.of_department(job.department),
        }
        said = {name: part for name, part in said.items() if part.any()}
        if not said:
            return ranking
        return replace(
            ranking,
            job=ranking.job + sum(said.values()),
            parts=np.vstack([ranking.parts, *said.values()]),
            part_names=(*ranking.part_names, *said),
        )


def education_requirement(text: str) -> Requirement | None:
    """An education field ("Bachelor's degree", "HS diploma/GED", "none") as a requirement at the
    highest level that it accepts; None where it names none. It is not `required` where the text
    only prefers it or lets experience stand in.

    >>> education_requirement("HS diploma/GED").level
    'high_school'
    """
    levels = _levels().find(re.sub(r"\.(?=\w)|(?<=\b\w)\.", "", text))
    if not levels:
        return None
    highest = max(levels, key=EDUCATION_LEVELS.index)
    # The rules believe "none" only where education is spoken of: hence the name of the field.
    return Requirement(f"education: {text.strip()}", "education", highest, not _WISH.search(text))


@lru_cache(maxsize=1)
def _levels() -> Phrases[str]:
    table = tomllib.loads((DATA / "requirements.toml").read_text(encoding="utf-8"))["education"]
    said = {
        level: {*words["phrases"], *words["exact"], *_SHORT.get(level, ())}
        for level, words in table.items()
    }
    # "No experience" says nothing of the education in a field that asks for education only.
    said["none"] = {phrase for phrase in said["none"] if "exp" not in phrase or "degree" in phrase}
    return Phrases(
        (re.sub(r"\.(?=\w)|(?<=\b\w)\.", "", phrase), level)
        for level, phrases in said.items()
        for phrase in sorted(phrases)
    )


def _departments(known: Classification) -> Phrases[NDArray[np.float64]]:
    table = tomllib.loads((DATA / "departments.toml").read_text(encoding="utf-8"))
    column = {code: i for i, code in enumerate(known.detailed)}
    pairs = []
    for entry in table.values():
        said = np.zeros(len(column))
        said[[column[one] for code in entry["usual"].split() for one in known.members(code)]] = (
            DEPARTMENT
        )
        pairs += [(words, said) for words in listed(entry["words"])]
    return Phrases(pairs)
