"""Misspelt words of a title: one slip in a long word is mended where the word meant is plain.

A word that stands in no known title and no known task is taken for the most frequent word that is
one slip away: a letter too many, one missing, another one, or two neighbours swapped. The words
and their numbers stand in `data/title_vocabulary.txt`, which `scripts/build_vocabulary.py` writes.
All spellings one slip away are tried against the vocabulary: that needs no index, so that the
first title is not kept waiting, and each misspelling is looked up once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from string import ascii_lowercase

from socoder.title_words import NOT_MISSPELT, TABLE_WORDS, root

LEAST_LETTERS = 5  # a shorter word has too many neighbours
LEAST_ATTESTED = 4  # texts that hold a word, before others are taken for it
_LEAST_ATTESTED_SHORT = 20  # … where the misspelt word has no more than LEAST_LETTERS
# Endings of other forms of a word, and whether the word itself ends in "e" ("marbler").
_ENDINGS = (
    ("s", False), ("es", False), ("er", False), ("ed", False), ("ing", False),
    ("r", True), ("d", True),
)  # fmt: skip
_COMMON = 10  # texts that hold a word of titles that is no name of a place

_FILE = "title_vocabulary.txt"


@cache
def vocabulary() -> Mapping[str, int]:
    """Word (lower case, four letters or more) → number of texts that hold it."""
    parts = (files("socoder") / "data" / _FILE).read_text("utf-8").split()
    return dict(zip(parts[::2], map(int, parts[1::2]), strict=True))


@cache
def known_words() -> frozenset[str]:
    """The words that are never mended: the vocabulary, the table's own words, common names."""
    return frozenset(vocabulary()) | TABLE_WORDS | NOT_MISSPELT


@lru_cache(maxsize=1 << 16)
def is_known(word: str) -> bool:
    """Whether a lower-case word is one of the vocabulary or of the tables, or a form of one."""
    return word in known_words() or root(word) in known_words() or _is_known_form(word)


def is_common(word: str) -> bool:
    """Whether a word stands in many titles and tasks."""
    return vocabulary().get(word, 0) >= _COMMON


@lru_cache(maxsize=1 << 16)
def mended(word: str) -> str:
    """A word as `root` writes it, with one slip mended; the word itself if it is known, short,
    holds anything but letters, or is not near a word that is attested often enough.

    >>> mended("restaruant"), mended("nurse"), mended("wxyzq")
    ('restaurant', 'nurse', 'wxyzq')
    """
    if len(word) < LEAST_LETTERS or word in known_words():
        return word
    if not (word.isascii() and word.isalpha()) or _is_known_form(word):
        return word
    counts = vocabulary()
    short = len(word) == LEAST_LETTERS
    least = _LEAST_ATTESTED_SHORT if short else LEAST_ATTESTED
    meant = [other for other in _one_slip_away(word, short) if counts[other] >= least]
    return root(max(meant, key=lambda other: (counts[other], other))) if meant else word


def _is_known_form(word: str) -> bool:
    """ "Payables", "guideline", "marbler": another form of a known word, and rightly spelled."""
    counts = vocabulary()
    if word[-1] != "s" and word + "s" in counts:
        return True
    for ending, base_ends in _ENDINGS:
        base = word.removesuffix(ending)
        if base != word and base in counts and (base[-1] == "e" if base_ends else base[-1] != "s"):
            return True
    return False


def _one_slip_away(word: str, short: bool) -> list[str]:
    """The words of the vocabulary that are one slip away; a short word may only have lost a letter
    or have two swapped, as too many others are near it."""
    counts = vocabulary()
    halves = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    found = [
        other for head, tail in halves for letter in ascii_lowercase
        if (other := head + letter + tail) in counts
    ]  # fmt: skip
    found += [
        other for head, tail in halves[:-2]
        if (other := head + tail[1] + tail[0] + tail[2:]) in counts
    ]  # fmt: skip
    if not short:
        rest = [(head, tail[1:]) for head, tail in halves[:-1]]
        found += [
            other for head, tail in rest for letter in ("", *ascii_lowercase)
            if (other := head + letter + tail) in counts
        ]  # fmt: skip
    return found


def mend(words: Iterable[str], note: list[str]) -> list[str]:
    """The words mended; `note` takes "restaruant → restaurant" for each that was."""
    result = []
    for word in words:
        better = mended(word)
        if better != word:
            note.append(f"{word} → {better}")
        result.append(better)
    return result


def write_vocabulary(counts: Mapping[str, int], path: Path) -> None:
    """Write words and numbers in the order of the alphabet."""
    lines = (f"{word} {counts[word]}\n" for word in sorted(counts))
    path.write_text("".join(lines), encoding="utf-8")
