"""The words that the rules look for (`data/rule_cues.toml`), read and compiled once, when first
asked for, and what one posting says of them: `Evidence`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from socoder.records import Posting

_FILE = Path(__file__).parents[1] / "data" / "rule_cues.toml"
_PLAIN = str.maketrans(
    {"’": "'", "‘": "'", "`": "'", "“": '"', "”": '"', "–": "-", "—": "-", "‑": "-"}
)


def plain(text: str) -> str:
    """Lower case, plain apostrophes and hyphens, single spaces: what the patterns are written for."""
    return " ".join(text.lower().translate(_PLAIN).split())


@dataclass(frozen=True, slots=True)
class Cue:
    """One thing to look for: see the head of `data/rule_cues.toml`."""

    needs: tuple[str, ...]
    pattern: re.Pattern[str] | None
    unless: re.Pattern[str] | None

    def match(self, text: str) -> re.Match[str] | None:
        """The first match in a plain text."""
        if self.pattern is None or (self.needs and not any(word in text for word in self.needs)):
            return None
        found = self.pattern.search(text)
        if found is None or self.unless is None:
            return found
        cleaned = self.unless.sub(" ; ", text)
        return found if cleaned == text else self.pattern.search(cleaned)

    def said(self, text: str) -> str:
        """The words that matched, "" if none."""
        found = self.match(text)
        return found.group().strip(" ,;.-") if found else ""


@lru_cache(maxsize=1)
def tables() -> dict[str, Any]:
    """The whole of `data/rule_cues.toml`."""
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def cues() -> Mapping[str, Cue]:
    """Every cue by its name: "volunteer.title"."""
    found = {}
    for group, members in tables().items():
        for name, table in members.items() if isinstance(members, dict) else ():
            if isinstance(table, dict) and "patterns" in table:
                found[f"{group}.{name}"] = make_cue(table, "patterns")
    return found


def make_cue(table: Mapping[str, Any], patterns: str) -> Cue:
    """The cue in a table of the file whose patterns stand under the name `patterns`."""
    return Cue(
        tuple(table.get("needs", ())),
        _compiled(table.get(patterns, ())),
        _compiled(table.get("unless", ())),
    )


def _compiled(patterns: list[str]) -> re.Pattern[str] | None:
    words = tables()["workers"]
    return re.compile("|".join(patterns).replace("{workers}", words)) if patterns else None


@lru_cache(maxsize=1)
def licence_pairs() -> tuple[tuple[Mapping[str, Any], Cue, Cue], ...]:
    """Each `licence_pair` of the file, with the cues for holding and for lacking the licence."""
    pairs = tables()["licence_pair"]
    return tuple((pair, make_cue(pair, "holds"), make_cue(pair, "lacks")) for pair in pairs)


def any_cue(text: str) -> bool:
    """Whether any cue matches a plain text; looks only at those of which a needed word is there."""
    always, by_need = _every_cue()
    if any(cue.match(text) for cue in always):
        return True
    near = {place: cue for need, cues_ in by_need.items() if need in text for place, cue in cues_}
    return any(cue.match(text) for cue in near.values())


@lru_cache(maxsize=1)
def _every_cue() -> tuple[tuple[Cue, ...], dict[str, list[tuple[int, Cue]]]]:
    """The cues that need no word, and word → the (numbered) cues that it may be enough for."""
    every = [*cues().values(), *(cue for _, *pair in licence_pairs() for cue in pair)]
    by_need: dict[str, list[tuple[int, Cue]]] = {}
    for place, cue in enumerate(every):
        for need in cue.needs:
            by_need.setdefault(need, []).append((place, cue))
    return tuple(cue for cue in every if not cue.needs), by_need


@lru_cache(maxsize=1)
def crew_names() -> tuple[re.Pattern[str], tuple[str, ...]]:
    """One pattern for all plain names of workers, and the occupation behind each of its groups."""
    crews: Mapping[str, list[str]] = tables()["crew"]
    groups = (f"({'|'.join(names)})" for names in crews.values())
    return re.compile(rf"\b(?:{'|'.join(groups)})\b"), tuple(crews)


class Evidence:
    """The plain texts of one posting, and which duties speak of what; each found when asked for."""

    def __init__(self, posting: Posting) -> None:
        self.posting = posting
        self._said: dict[tuple[str, bool], str] = {}
        self.title = plain(" / ".join(dict.fromkeys((posting.title.raw, *posting.title.variants))))

    @cached_property
    def duties(self) -> tuple[str, ...]:
        """The duties, in the order of the posting."""
        return tuple(plain(duty.text) for duty in self.posting.duties)

    @cached_property
    def text(self) -> str:
        """The whole text; where only parts are known, the parts."""
        if self.posting.text:
            return "\n".join(map(plain, self.posting.text.splitlines()))
        asked = (requirement.text for requirement in self.posting.requirements)
        return "\n".join([plain(self.posting.summary), *self.duties, *map(plain, asked)])

    @cached_property
    def has_duties(self) -> bool:
        """Whether a duty says anything of this very job."""
        return any(not duty.generic for duty in self.posting.duties)

    def in_title(self, name: str) -> str:
        """The words of the title that match a cue, "" if none."""
        return self._found(name, False)

    def in_text(self, name: str) -> str:
        """The words of the whole text, or of the title, that match a cue; "" if none."""
        return self._found(name, True) or self._found(name, False)

    def _found(self, name: str, whole: bool) -> str:
        if (name, whole) not in self._said:
            self._said[name, whole] = cues()[name].said(self.text if whole else self.title)
        return self._said[name, whole]

    def in_duties(self, name: str) -> tuple[int, ...]:
        """The indices of the duties that match a cue."""
        cue = cues()[name]
        return tuple(i for i, text in enumerate(self.duties) if cue.match(text))

    @cached_property
    def supervising(self) -> tuple[int, ...]:
        """The duties that supervise; upkeep for a crew counts where some other duty supervises."""
        found = self.in_duties("supervising.duty")
        return tuple(sorted({*found, *self.in_duties("supervising.upkeep")})) if found else ()

    @cached_property
    def crew(self) -> tuple[str, ...]:
        """The occupations of the workers that the supervising duties, or the title, name; the most
        often named first."""
        pattern, codes = crew_names()
        named: dict[str, int] = {}
        for text in (*(self.duties[i] for i in self.supervising), self.title):
            for found in pattern.finditer(text):
                code = codes[(found.lastindex or 1) - 1]
                named[code] = named.get(code, 0) + 1
        return tuple(sorted(named, key=lambda code: -named[code]))

    @cached_property
    def directing(self) -> dict[str, tuple[int, ...]]:
        """The kinds of planning and directing that the duties show, each with its duties."""
        names = (name for name in cues() if name.startswith("directing."))
        return {name: found for name in names if (found := self.in_duties(name))}

    def time(self, duties: Iterable[int], stated: bool = False) -> float:
        """Share of all working time that some duties take; with `stated` only what is stated."""
        every = self.posting.duties
        times = (every[i] for i in sorted(set(duties)))
        return sum(d.time_share for d in times if not stated or d.time_source == "stated")
