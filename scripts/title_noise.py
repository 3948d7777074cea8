"""Titles as people type them: the noise that training adds to clean titles.

Every change keeps what the work is. Abbreviations come from the table that the title clean-up
expands (`socoder/data/title_words.toml`), read backwards.
"""

from __future__ import annotations

import random
import tomllib
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path

TABLE = Path(__file__).parents[1] / "socoder/data/title_words.toml"
LEVELS = ("I", "II", "III", "IV", "1", "2", "Sr.", "Senior", "Jr", "Lead", "Level 2", "Grade 5")
SHIFTS = (
    "PT",
    "FT",
    "Part-Time",
    "Nights",
    "2nd Shift",
    "PRN",
    "Temporary",
    "Seasonal",
    "Weekends",
)
PLACES = ("Main Office", "North Campus", "Evening", "Building 4", "Req 10442", "#20713", "NEW")
SHORTEST_MISSPELT = 6  # letters: a typo in a shorter word often makes another word


@lru_cache(maxsize=1)
def abbreviations() -> dict[str, tuple[str, ...]]:
    """Word or words → how they are abbreviated."""
    short: dict[str, list[str]] = defaultdict(list)
    for key, words in tomllib.loads(TABLE.read_text(encoding="utf-8"))["expand"].items():
        short[words].append(key)
    return {words: tuple(keys) for words, keys in short.items()}


def misspelt(word: str, random_: random.Random) -> str:
    """The word with one letter doubled, dropped, changed, or changed places with the next."""
    at = random_.randrange(1, len(word) - 1)
    kind = random_.randrange(4)
    if kind == 0:
        return word[:at] + word[at] + word[at:]
    if kind == 1:
        return word[:at] + word[at + 1 :]
    if kind == 2:
        return word[:at] + random_.choice("aeioustrnl") + word[at + 1 :]
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def typo(title: str, random_: random.Random) -> str:
    """One misspelt word of at least SHORTEST_MISSPELT letters, if there is one."""
    words = title.split()
    long = [i for i, w in enumerate(words) if len(w) >= SHORTEST_MISSPELT and w.isalpha()]
    if long:
        at = random_.choice(long)
        words[at] = misspelt(words[at], random_)
    return " ".join(words)


def abbreviated(title: str, random_: random.Random) -> str:
    """One word or phrase of the title abbreviated, if the table knows how."""
    low = f" {title.lower()} "
    known = [words for words in abbreviations() if f" {words} " in low]
    if not known:
        return title
    words = max(known, key=len)
    return low.replace(f" {words} ", f" {random_.choice(abbreviations()[words])} ").strip()


def inverted(title: str, random_: random.Random) -> str:
    """ "Office Clerk" as the civil service writes it: "Clerk, Office"; and back again."""
    if title.count(", ") == 1:
        head, rest = title.split(", ")
        return f"{rest} {head}"
    words = title.split()
    return f"{words[-1]}, {' '.join(words[:-1])}" if 2 <= len(words) <= 4 else title


def decorated(title: str, random_: random.Random) -> str:
    """A level, shift, place or number before or after the title."""
    extra = random_.choice(random_.choice((LEVELS, SHIFTS, PLACES)))
    mark = random_.choice((" ", " - ", " (", ", "))
    after = f"{title}{mark}{extra}" + (")" if mark == " (" else "")
    return random_.choice((after, after, f"{extra} {title}"))


CHANGES: Sequence[Callable[[str, random.Random], str]] = (
    typo, typo, abbreviated, inverted, decorated,
)  # fmt: skip


def noisy(title: str, random_: random.Random) -> str:
    """The title with one or two changes, in any case."""
    for _ in range(random_.choice((1, 1, 2))):
        title = random_.choice(CHANGES)(title, random_)
    return random_.choice((title, title, title.upper(), title.lower(), title.title()))
