"""The table of title words (`data/title_words.toml`), compiled once for `titles.py`."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import Any

TABLE: dict[str, Any] = tomllib.loads(
    (files("socoder") / "data" / "title_words.toml").read_text("utf-8")
)
NUMERALS = frozenset(["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"])
ANY_NUMERAL = "#"

_WORD = r"(?<!\w)[CcFf](?:\+\+|#)(?!\w)|[^\W_]+(?:'[^\W_]+)*"
WORDS = re.compile(_WORD + "|&")
# Words, and the marks between the parts of a title. A hyphen inside a word is no mark.
TOKENS = re.compile(_WORD + r"|\s-+|-+\s|--+|[/,;|()\[\]{}:+&*~]")

_PUNCTUATION = str.maketrans(
    {
        **dict.fromkeys("‐‑‒–—―−﹣－", "-"), **dict.fromkeys("‘’‛′ʼ`´", "'"),
        **dict.fromkeys("•·●▪◦►", "|"),
        "ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O",
        "đ": "d", "Đ": "D", "ł": "l", "Ł": "L", "ı": "i", "⁄": "/",
    }
)  # fmt: skip


def unify(text: str) -> str:
    """Accents folded; dashes, quotation marks and bullets of one kind; case kept."""
    if text.isascii():
        return text
    plain = unicodedata.normalize("NFKD", text.translate(_PUNCTUATION))
    if not plain.isascii():
        plain = "".join(char for char in plain if not unicodedata.combining(char))
        plain = plain.translate(_PUNCTUATION)
    return plain


def _is_worker(word: str) -> bool:
    if word in _WORKERS:
        return True
    return len(word) >= 5 and word.endswith(_ENDINGS) and word not in _NO_WORKERS


@lru_cache(maxsize=1 << 16)
def is_worker(word: str) -> bool:
    """Whether the word (singular, lower case) names a worker: "nurse", "operator", not "water"."""
    return _is_worker(word)


@lru_cache(maxsize=1 << 16)
def root(word: str) -> str:
    """A lower-case word in the singular, if it names a worker, and in American spelling."""
    if word == "&":
        return "and"
    if "'" in word:
        word = word.removesuffix("'s").replace("'", "")
    if not word.isascii():
        word = word.replace("ς", "σ")
    while (shorter := _singular(word)) != word:
        word = shorter
    return word


def _singular(word: str) -> str:
    known = _PLURALS.get(word) or _SPELLING.get(word)
    if known:
        return known
    if word.endswith("men") and len(word) > 5 and _is_worker(word[:-3] + "man"):
        return word[:-3] + "man"
    if len(word) > 2 and word[-1] == "s":
        for singular in (word[:-1], word[:-2] if word.endswith("es") else ""):
            if singular and (_is_worker(singular) or _is_worker(_SPELLING.get(singular, ""))):
                return singular
    return word


@dataclass(frozen=True, slots=True)
class Rule:
    """What a word or phrase of a title means, and where: see the head of the table's contexts.

    `action` is "to" (`value`: the words instead), "remove" (`value`: what it says) or "keep".
    """

    words: tuple[str, ...]
    action: str
    value: str = ""
    where: str = ""
    before: frozenset[str] = frozenset()
    not_before: frozenset[str] = frozenset()
    after: frozenset[str] = frozenset()
    not_after: frozenset[str] = frozenset()
    unless: frozenset[str] = frozenset()
    always: bool = field(init=False)

    def __post_init__(self) -> None:
        tests = (self.where, self.before, self.not_before, self.after, self.not_after, self.unless)
        object.__setattr__(self, "always", len(self.words) == 1 and not any(tests))

    def fits(
        self, words: Sequence[str], at: int, first: bool, sole: bool, title: Sequence[str]
    ) -> bool:
        """Whether the rule applies to `words[at:]`, a part of a title: its first, its only one?"""
        end = at + len(self.words)
        if end > len(words):
            return False
        for offset in range(1, len(self.words)):
            if not _same(self.words[offset], words[at + offset]):
                return False
        if self.where and not self._in_place(words, at, end, first, sole):
            return False
        if self.before or self.not_before:
            following = {*words[end : end + 1], " ".join(words[end : end + 2])}
            if self.before and self.before.isdisjoint(following):
                return False
            if not self.not_before.isdisjoint(following):
                return False
        previous = words[at - 1] if at else ""
        if (self.after and previous not in self.after) or previous in self.not_after:
            return False
        return not self.unless or self.unless.isdisjoint(title)

    def _in_place(self, words: Sequence[str], at: int, end: int, first: bool, sole: bool) -> bool:
        last = end == len(words)
        later = at > 0 or not first
        if self.where == "later":
            return later
        if self.where == "last":
            return last
        if self.where == "end":
            return last and later
        if self.where == "worker":
            return last and at > 0 and is_worker(words[at - 1])
        whole_part = last and at == 0
        if self.where == "only":
            return whole_part
        return whole_part and (first if self.where == "first" else not sole)


def _same(pattern: str, word: str) -> bool:
    if pattern == ANY_NUMERAL:
        return word in NUMERALS or (word.isdigit() and len(word) <= 2)
    return pattern == word


def _rules() -> Iterator[Rule]:
    for entry in TABLE["context"]:
        action = next(key for key in ("to", "remove", "keep") if key in entry)
        tests = {
            key: frozenset(entry[key])
            for key in ("before", "not_before", "after", "not_after", "unless")
            if key in entry
        }
        for phrase in entry["words"]:
            value = "" if action == "keep" else entry[action]
            yield Rule(tuple(phrase.split()), action, value, entry.get("where", ""), **tests)
    for label, places in TABLE["remove"].items():
        for place, phrases in places.items():
            where = "" if place == "anywhere" else place
            for phrase in phrases:
                yield Rule(tuple(phrase.split()), "remove", label, where)
    for name in TABLE["places"]["names"]:
        yield Rule(tuple(name.split()), "remove", "location", "alone")
    for phrase, words in TABLE["expand"].items():
        yield Rule(tuple(phrase.split()), "to", words)


def _by_first_word() -> dict[str, tuple[Rule, ...]]:
    grouped: dict[str, list[Rule]] = {}
    for rule in _rules():
        grouped.setdefault(rule.words[0], []).append(rule)
    # Longer phrases first; among equals the table's order decides (sorting is stable).
    return {
        word: tuple(sorted(rules, key=lambda rule: -len(rule.words)))
        for word, rules in grouped.items()
    }


_workers = TABLE["workers"]
_ENDINGS = tuple(_workers["endings"])
_NO_WORKERS = frozenset(_workers["not"])
_SPELLING: dict[str, str] = TABLE["spelling"]
_PLURALS: dict[str, str] = TABLE["plurals"]
_WORKERS = frozenset(_workers["words"])
# An abbreviation of a worker's name takes a plural too: "CNAs", "mgrs".
_WORKERS |= {
    short
    for short, words in TABLE["expand"].items()
    if " " not in short and _is_worker(words.split()[-1])
} | {"tech", "admin"}

NOT_ALONE = frozenset(_workers["not_alone"])
RANKS = frozenset(_workers["ranks"])
FOLLOWERS = frozenset(_workers["followers"])
NOT_QUALIFIERS = frozenset(_workers["not_qualifiers"])
RULES = _by_first_word()
# First words of what is not a place: "RN, PA" is no town in Pennsylvania.
JOB_WORDS = frozenset(rule.words[0] for rule in _rules() if rule.value != "location")
# Words that the table knows, and what they stand for; names and the like, too, are spelled right.
TABLE_WORDS = frozenset(
    word
    for rules in RULES.values()
    for rule in rules
    for phrase in (*rule.words, *(rule.value.split() if rule.action == "to" else ()))
    for word in (phrase, root(phrase))
)
NOT_MISSPELT = frozenset(root(word) for word in TABLE["not_misspelt"]["words"])
