"""The Census index of titles, with the industries in which each row holds.

The column `census_industry` says it in the Census Bureau's shorthand: codes and ranges, in brackets
where the title implies the industry, "Exc." for all others, "Any not listed" for those that no
other row of the title names. Words beside a code ("Police department 9470") are not read.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from socoder.errors import ReferenceDataError
from socoder.industries import sectors

from .folds import title_fold

FILE = "census_index_titles.csv"
_RANGE = re.compile(r"(?<!\d)(\d{4})(?:\s*-\s*(\d{4}))?(?!\d)")
_EXCEPT = re.compile(r"\bexc\b[.,]?", re.IGNORECASE)
# Words that stand for codes.
_SPOKEN = (
    (re.compile(r"\bmfg\b", re.IGNORECASE), ("1070", "3990")),
    (re.compile(r"\bretail\b", re.IGNORECASE), ("4670", "5791")),
    (re.compile(r"\b[FSL]?GOV\b"), ("9370", "9590")),
    (re.compile(r"\bfast food\b", re.IGNORECASE), ("8680", "8680")),
)


@dataclass(frozen=True, slots=True)
class IndustryRow:
    """A row of the index: its title, right codes, fold, and the Census industry codes in which it
    holds, of all that the index names; None where it says nothing that codes can say.

    `kind` is "named" (codes), "implied" (codes in brackets), "excluded", "not listed" or ""."""

    title: str
    codes: frozenset[str]
    fold: int
    industries: frozenset[str] | None
    kind: str


def industry_rows(folder: Path) -> list[IndustryRow]:
    """Every row of the index, all folds; raises ReferenceDataError without the file."""
    path = folder / FILE
    if not path.is_file():
        raise ReferenceDataError(f"{path}: no such labelled set: name its folder with --sets")
    with path.open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    known = {code for row in rows for code in re.findall(r"\b\d{4}\b", row["census_industry"])}
    every = frozenset(known & {code for sector in sectors() for code in sector.census})
    listed: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        listed[row["title"]] |= parse(row["census_industry"], every) or set()
    found = []
    for row in rows:
        text = row["census_industry"]
        industries, kind = parse(text, every), kind_of(text)
        if kind == "not listed":
            industries = every - listed[row["title"]]
        own = industries if industries and industries != every else None
        codes = frozenset(row["soc"].split("|"))
        found.append(
            IndustryRow(row["title"], codes, title_fold(row["title"]), own, kind if own else "")
        )
    return found


def kind_of(text: str) -> str:
    """Which way the column names the industries: see IndustryRow."""
    if "not listed" in text.lower():
        return "not listed"
    if _EXCEPT.match(text.strip()):
        return "excluded"
    if text.strip().startswith("("):
        return "implied"
    return "named" if text.strip() else ""


def parse(text: str, every: Iterable[str]) -> frozenset[str] | None:
    """The codes, out of `every`, in which a row with this column holds; None if it names none.

    >>> codes = ["0770", "6370", "7860", "7870", "7880"]
    >>> sorted(parse("7860-7880, exc. 7870", codes)), sorted(parse("Exc. 7860-7880", codes))
    (['7860', '7880'], ['0770', '6370'])
    >>> parse("bachelor's degree or higher", codes)
    """
    inside: set[str] = set()
    outside: set[str] = set()
    excepting = False
    every = frozenset(every)
    if not _RANGE.search(text):
        spoken = [span for word, span in _SPOKEN if word.search(text)]
        return frozenset(_between(spoken, every)) or None
    for piece in re.split(r"[,;]", _EXCEPT.sub(" exc ", text)):
        before, exception, after = piece.partition(" exc ")
        (outside if excepting else inside).update(_codes(before, every))
        # "0770 exc road maintenance" leaves out a part for which there is no code.
        if exception and (not before.strip() or _RANGE.search(after)):
            excepting = True
            outside |= _codes(after, every)
    if not inside and outside:
        return every - outside
    return frozenset(inside - outside) or None


def _codes(text: str, every: frozenset[str]) -> set[str]:
    return _between([(first, last or first) for first, last in _RANGE.findall(text)], every)


def _between(ranges: Iterable[tuple[str, str]], every: frozenset[str]) -> set[str]:
    return {code for first, last in ranges for code in every if first <= code <= last}
