"""Search in short names: words are compared by their trigrams, so that misspellings still find.

Small and deterministic, for a person who looks for a code; ranking a job is rank.py's work.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_STOP = frozenset({"a", "all", "and", "except", "for", "in", "of", "or", "other", "the", "to"})


def name_score(query: str, name: str) -> float:
    """How well a name answers a query, 0–1: mostly the share of the query's words it covers.

    0 where less than half of the query is covered; 1 for the same words in any order.
    """
    asked, said = _words(query), _words(name)
    if not asked or not said:
        return 0.0
    covered = sum(max(_similarity(word, other) for other in said) for word in asked) / len(asked)
    if covered < 0.5:
        return 0.0
    back = sum(max(_similarity(word, other) for word in asked) for other in said) / len(said)
    return 0.8 * covered + 0.2 * back


@lru_cache(maxsize=65536)
def _words(text: str) -> tuple[str, ...]:
    """The words of a text, folded, without plural s and without words that tell nothing."""
    plain = re.sub("['’\\u0300-\\u036f]", "", unicodedata.normalize("NFKD", text).casefold())
    words = [
        word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
        for word in re.findall("[a-z0-9]+", plain)
    ]
    return tuple(word for word in words if word not in _STOP)


@lru_cache(maxsize=65536)
def _similarity(word: str, other: str) -> float:
    """Dice's coefficient of the trigrams of two words, 0–1; 0 where it is too small to mean any."""
    if word == other:
        return 1.0
    first, second = _trigrams(word), _trigrams(other)
    dice = 2 * len(first & second) / (len(first) + len(second))
    return dice if dice >= 0.4 else 0.0


@lru_cache(maxsize=65536)
def _trigrams(word: str) -> frozenset[str]:
    padded = f" {word} "
    return frozenset(padded[start : start + 3] for start in range(len(padded) - 2))
