"""Industry names and codes → sectors: the table `data/industries.toml`, read and compiled once.

A sector is a piece of the Census and NAICS structure that matters for occupations ("hospitals",
"trucking"). The text may be a name ("Nursing home"), a NAICS code ("6231", "NAICS 722511", "44-45")
or a Census industry code ("7870"); what is not known names no sector.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Generic, TypeVar

T = TypeVar("T")
DATA = Path(__file__).with_name("data")

_WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")
# "Residential care, except skilled nursing facilities" names no nursing home.
_EXCEPTION = re.compile(r"\b(?:except|exc|excluding|excludes|other than|without)\b.*", re.DOTALL)
_CODE = re.compile(
    r"(?:^|\b(?P<label>naics|census|industry|sector|code)\D{0,12}\b)"
    r"(?P<code>\d{2,6})(?:\s?[-–]\s?(?P<to>\d{2}))?(?=$|\s*[-–:;,/)\]]|\s+[(\[])"
)
# A NAICS group of four digits never ends in 0, a Census code nearly always does.
_CENSUS_DIGITS = (3, 4)  # a spreadsheet drops the leading 0


@dataclass(frozen=True, slots=True)
class Sector:
    """`census` and `naics` are the codes that belong to it (NAICS by prefix), `usual` the SOC
    groups and occupations of any level that are at home in it."""

    id: str
    census: tuple[str, ...]
    naics: tuple[str, ...]
    words: tuple[str, ...]
    usual: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SectorGroup:
    """Words for several sectors; `wins` says that they hold against words of another sector."""

    words: tuple[str, ...]
    sectors: frozenset[str]
    wins: bool


class Phrases(Generic[T]):
    """Finds known phrases in a text, in any case and number; a longer one hides those in it."""

    def __init__(self, pairs: Iterable[tuple[str, T]]) -> None:
        self._known: dict[tuple[str, ...], list[T]] = {}
        for phrase, meaning in pairs:
            self._known.setdefault(_words(phrase), []).append(meaning)
        self._longest = max(map(len, self._known), default=0)

    def find(self, text: str) -> list[T]:
        """What the phrases of the text mean, in its order."""
        words, found, at = _words(text), list[T](), 0
        while at < len(words):
            for length in range(min(self._longest, len(words) - at), 0, -1):
                if meanings := self._known.get(words[at : at + length]):
                    found += meanings
                    at += length
                    break
            else:
                at += 1
        return found


def _words(text: str) -> tuple[str, ...]:
    return tuple(_singular(word) for word in _WORD.findall(text.lower().replace("’", "'")))


def _singular(word: str) -> str:
    word = word.removesuffix("'s").replace("'", "")
    if len(word) <= 3 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    return word[:-3] + "y" if word.endswith("ies") else word[:-1]


@lru_cache(maxsize=1)
def sectors() -> tuple[Sector, ...]:
    """The sectors of the shipped table, in its order."""
    return tuple(
        Sector(
            id=name,
            census=tuple(entry["census"].split()),
            naics=tuple(entry["naics"].split()),
            words=listed(entry["words"]),
            usual=tuple(entry["usual"].split()),
        )
        for name, entry in _table()["sector"].items()
    )


def listed(words: str) -> tuple[str, ...]:
    """The phrases of a line of the table: they stand between bars."""
    return tuple(word.strip() for word in words.split("|"))


@lru_cache(maxsize=4096)
def named_sectors(text: str) -> frozenset[str]:
    """The ids of the sectors that a text names, by codes if it holds any, else by words.

    >>> sorted(named_sectors("Nursing homes")), sorted(named_sectors("NAICS 722511"))
    (['nursing_homes'], ['restaurants'])
    >>> named_sectors("various")
    frozenset()
    """
    plain = " ".join(text.lower().split())
    return _by_codes(plain) or _by_words(_EXCEPTION.sub("", plain))


def _by_codes(text: str) -> frozenset[str]:
    found: set[str] = set()
    for match in _CODE.finditer(text):
        code, label = match["code"], match["label"] or ""
        own: frozenset[str] = frozenset()
        if label != "naics" and len(code) in _CENSUS_DIGITS:
            own = _census().get(code.zfill(4), frozenset())
        if label != "census" and not (own and code.endswith("0")):
            last = match["to"] if match["to"] and len(code) == 2 else code
            for number in range(int(code), int(last) + 1):
                own |= _naics(str(number))
        found |= own
    return frozenset(found)


def _naics(code: str) -> frozenset[str]:
    """The sectors of the longest prefix of the code, or those whose prefixes begin with it."""
    prefixes: dict[str, set[str]] = {}
    for sector in sectors():
        for prefix in sector.naics:
            prefixes.setdefault(prefix, set()).add(sector.id)
    finer = [ids for prefix, ids in prefixes.items() if prefix.startswith(code)]
    if not finer:
        longest = max((p for p in prefixes if code.startswith(p)), key=len, default="")
        finer = [prefixes[longest]] if longest else []
    return frozenset().union(*finer)


def _by_words(text: str) -> frozenset[str]:
    single, several = _phrases()
    named = frozenset(single.find(text))
    groups = several.find(text)
    for wins in (True, False):
        wide = frozenset[str]().union(*(group.sectors for group in groups if group.wins == wins))
        if wide and (both := named & wide):
            named = both
        elif wide and (wins or not named):
            named = wide
    return named


@lru_cache(maxsize=1)
def _census() -> Mapping[str, frozenset[str]]:
    return {code: frozenset({sector.id}) for sector in sectors() for code in sector.census}


@lru_cache(maxsize=1)
def _phrases() -> tuple[Phrases[str], Phrases[SectorGroup]]:
    groups = [
        SectorGroup(
            listed(entry["words"]), frozenset(entry["sectors"].split()), entry.get("wins", False)
        )
        for entry in _table()["group"]
    ]
    return (
        Phrases((words, sector.id) for sector in sectors() for words in sector.words),
        Phrases((words, group) for group in groups for words in group.words),
    )


@lru_cache(maxsize=1)
def _table() -> dict[str, Any]:
    return tomllib.loads((DATA / "industries.toml").read_text(encoding="utf-8"))
