"""What the doubts of `scope` look with: a text in words, and the tables of `data/out_of_scope.toml`.

Each table is read once, when first asked for.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from socoder.spelling import is_known, vocabulary

_LOOKED_AT = 20_000  # characters of a text
_TOKENS = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
_MARKS = re.compile(r"[-/&,.()':;]+")


@dataclass(frozen=True, slots=True)
class Finding:
    """Why an input is no job that can be coded: `kind` is "placeholder", "address", "resume" …,
    `text` a sentence for the reviewer. `nothing`: it says nothing at all that could be coded."""

    kind: str
    text: str
    nothing: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """A text as the doubts look at it: as it stands, in lower case on one line, in words."""

    raw: str
    line: str
    words: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Words:
        """At most the first 20,000 characters of a text."""
        raw = text[:_LOOKED_AT].replace("’", "'")
        line = " ".join(raw.lower().split())
        return cls(raw, line, tuple(_TOKENS.findall(line)))

    def share(self, hits: Iterable[object]) -> float:
        """Number of hits as a share of the words, 0-1."""
        return sum(1 for _ in hits) / max(len(self.words), 1)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of text known by what it says: bare words, phrases, patterns. From `needed` different
    cues on it is of the kind; where it speaks as postings do, from twice as many and one."""

    name: str
    says: str
    needed: int
    words: frozenset[str]
    phrases: tuple[str, ...]
    patterns: tuple[re.Pattern[str], ...]

    def __call__(self, text: Words) -> Finding | None:
        """What was found in a text, with up to three of the cues."""
        cues = self.cues(text)
        if len(cues) < self.needed or len(cues) < self.asked(text):
            return None
        return Finding(self.name, f"{self.says}: {', '.join(cues[:3])}.")

    def asked(self, text: Words) -> float:
        """How many cues it takes in a text: more in a long one, and in one that reads as a posting."""
        length = len(text.words) // 60
        return self.needed + length + (3 if len(posting_kind().cues(text)) > 1 else 0)

    def cues(self, text: Words) -> list[str]:
        """The different cues in a text, in no order of meaning."""
        found = sorted(self.words.intersection(text.words))
        found += [f'"{phrase.strip()}"' for phrase in self.phrases if phrase in text.line]
        matches = (pattern.search(text.raw.lower()) for pattern in self.patterns)
        return found + [f'"{" ".join(match.group().split())}"' for match in matches if match]


@cache
def table() -> dict[str, Any]:
    return tomllib.loads((files("socoder") / "data" / "out_of_scope.toml").read_text("utf-8"))


@cache
def english_words() -> frozenset[str]:
    """Small words of English."""
    return frozenset(table()["language"]["english"].split())


@cache
def placeholders() -> frozenset[str]:
    return frozenset(table()["placeholders"]["phrases"])


@cache
def fillers() -> frozenset[str]:
    return frozenset(table()["placeholders"]["filler"])


@cache
def vague() -> tuple[frozenset[str], frozenset[str]]:
    listed = table()["vague"]
    return frozenset(listed["words"].split()), frozenset(listed["not"])


@cache
def foreign_words() -> frozenset[str]:
    languages = table()["language"]
    names = [name for name in languages if name not in ("english", "letters", "endings")]
    listed = {word for name in names for word in languages[name].split()}
    return frozenset(
        listed - english_words() - {word for word in listed if vocabulary().get(word, 0) > 3}
    )


@cache
def street() -> re.Pattern[str]:
    names = "|".join(table()["address"]["streets"])
    return re.compile(rf"^(?:.*[,\s])?\d+\w?,? (?:[\w.']+ ){{1,4}}(?:{names})\b", re.I)


def _kind(name: str, entry: dict[str, Any]) -> Kind:
    bare = frozenset(cue for cue in entry["cues"] if cue.isalpha())
    phrases = tuple(cue for cue in entry["cues"] if cue not in bare)
    patterns = tuple(re.compile(p, re.M) for p in entry.get("patterns", ()))
    return Kind(name, entry.get("says", ""), entry.get("needed", 1), bare, phrases, patterns)


@cache
def posting_kind() -> Kind:
    return _kind("posting", table()["posting"])


@lru_cache(maxsize=1 << 16)
def is_plain(word: str) -> bool:
    """Whether a word of a title, with the marks on it, is English: one of titles or tasks in some
    form, or short; no letters but a few digits pass too."""
    parts = [part for part in _MARKS.split(word) if part]
    return all(
        part in english_words()
        or (len(part) < 3 + part.isalpha() and part.isascii() and part not in foreign_words())
        or (part not in foreign_words() and len(part) > 3 and is_known(part))
        for part in parts
    )


@lru_cache(maxsize=1 << 14)
def is_foreign(word: str) -> bool:
    if word in foreign_words():
        return True
    language = table()["language"]
    if not word.isascii() and not set(language["letters"]).isdisjoint(word):
        return True
    return (
        len(word) > 5 and word.endswith(tuple(language["endings"].split())) and not is_plain(word)
    )


@cache
def kinds() -> tuple[Kind, ...]:
    return tuple(_kind(name, entry) for name, entry in table()["kinds"].items())
