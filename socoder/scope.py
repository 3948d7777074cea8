"""What is no job to be coded: one small doubt a function, each a look at one thing.

`find_out_of_scope` asks them in order and brings back the first Finding. The words are those of
`data/out_of_scope.toml`. A plain title passes at one look: its words are in the vocabulary.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

from socoder.records import Posting
from socoder.scope_words import (
    Finding,
    Words,
    english_words,
    fillers,
    is_foreign,
    is_plain,
    kinds,
    placeholders,
    street,
    table,
    vague,
)
from socoder.spelling import is_known
from socoder.title_words import is_worker

LONG_ENOUGH = 5  # words from which a title is looked at as a text is
_LEAST_FOREIGN = 0.6  # share of a title's words that are foreign or not known
_PLAIN_LENGTH = 8  # words of a title up to which plain words are enough to pass
_PLENTY = 2  # foreign small words that settle a longer text, where English ones are fewer
_SHOWN = 60  # characters of a text that are quoted

_VOWELS = frozenset("aeiouyáéíóúàèìòùäöüâêîôû")
_STATE_ZIP = re.compile(r"\b[A-Z]{2},? \d{5}(?:-\d{4})?\b")
_FILE = re.compile(
    r"(?:https?://|www\.|[a-z]:\\|/)\S+|\S+\.(?:docx?|xlsx?|pdf|txt|csv|html?|png|jpe?g)"
)
_DATE = re.compile(
    r"(?:(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?|[ap]m|\d+(?:st|nd|rd|th)?|"
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*)[\s,./:-]*){2,}"
)
_BOX = re.compile(r"\b(?:p\.? ?o\.? ?box|rr \d+ box|box) \d+", re.I)


def find_out_of_scope(posting: Posting) -> Finding | None:
    """The first doubt whether a posting is a job at all; None for what reads like one.

    A title that says nothing is no matter where there is a text; a text that says nothing (a
    placeholder) is none where there is a title."""
    title = _of_title(posting.title.raw) if posting.title.raw else None
    if not posting.text.strip():
        return title
    text = _of_text(posting.text)
    has_title = bool(posting.title.variants) and not (title and title.nothing)
    return None if text and text.nothing and has_title else text


def is_vague(posting: Posting) -> bool:
    """Whether a title names no work ("Specialist", "Worker II"), and no duties do either."""
    variants = posting.title.variants
    if posting.duties or not variants:
        return False
    known, excepted = vague()
    return all(v not in excepted and known.issuperset(v.split()) for v in variants)


@lru_cache(maxsize=1 << 14)
def _of_title(title: str) -> Finding | None:
    words = title.lower().split()
    if len(words) < _PLAIN_LENGTH and all(map(is_plain, words)) and not fillers().issuperset(words):
        whole = " ".join(words)
        return None if whole not in placeholders() else placeholder(Words.of(title))
    return _first(Words.of(title), _SHORT if len(words) < LONG_ENOUGH else _ALL)


@lru_cache(maxsize=1024)
def _of_text(text: str) -> Finding | None:
    found = Words.of(text)
    return _first(found, _ALL if len(found.words) >= LONG_ENOUGH or "\n" in text else _SHORT)


def _first(text: Words, doubts: Iterable[Callable[[Words], Finding | None]]) -> Finding | None:
    return next((found for doubt in doubts if (found := doubt(text))), None)


def placeholder(text: Words) -> Finding | None:
    """ "n/a", "see attached", "test test": put into a field that somebody had nothing for."""
    line = text.line.strip(" .,:;!?*-_\"'()[]<>")
    polite = table()["placeholders"]["polite"]
    short = " ".join(word for word in line.split() if word not in polite)
    held = not placeholders().isdisjoint({line, short, text.line})
    if held or (text.words and fillers().issuperset(text.words)):
        return Finding("placeholder", f"{_quoted(text)} stands where a job should.", True)
    return None


def no_letters(text: Words) -> Finding | None:
    """Numbers, marks and single letters only."""
    if any(len(word) > 1 or not word.isascii() for word in text.words):
        return None
    return Finding("number", f"{_quoted(text)} holds no word.", True)


def mashed_keys(text: Words) -> Finding | None:
    """ "asdf", "qwerty", "sdkjfh": every word is a run of keys, or one that nobody can say."""
    long = [word for word in text.words if len(word) > 3]
    mashed = sum(map(_is_mashed, long))
    if mashed * 2 >= max(len(text.words), 1) and not any(map(is_known, long)):
        return Finding("mash", f"{_quoted(text)} is no word of any language.", True)
    return None


def _is_mashed(word: str) -> bool:
    if is_known(word) or not word.isascii():
        return False
    if len(set(word)) < 3 or word[: len(word) // 2] * 2 == word:
        return True
    runs = table()["placeholders"]["keyboard"]
    pieces = [word[at : at + 4] for at in range(len(word) - 3)]
    if any(piece in run for piece in pieces for run in runs):
        return True
    return len(word) > 4 and not _VOWELS & set(word)


def other_letters(text: Words) -> Finding | None:
    """Chinese, Russian, Arabic …: most letters are not Latin ones."""
    letters = [letter for letter in text.line if letter.isalpha()]
    if sum(
        letter > "\u024f" and not "\u1e00" <= letter <= "\u1eff" for letter in letters
    ) * 3 < max(len(letters), 1):
        return None
    return Finding(
        "language", "The text is not in Latin letters: have it translated, then code it."
    )


def other_language(text: Words) -> Finding | None:
    """Small words, everyday words, letters and endings of another language outweigh English."""
    foreign = [word for word in text.words if is_foreign(word)]
    if not foreign:
        return None
    english = sum(word in english_words() for word in text.words)
    strange = text.share(w for w in text.words if not is_plain(w) and w not in english_words())
    short = len(text.words) < 8
    if (short and strange >= _LEAST_FOREIGN and not english) or (
        not short and len(foreign) >= _PLENTY and len(foreign) > english and strange >= 1 / 3
    ):
        said = ", ".join(dict.fromkeys(foreign[:3]))
        return Finding(
            "language", f"The text is not English ({said}): have it translated, then code it."
        )
    return None


def address(text: Words) -> Finding | None:
    """A street with its number, a post-office box, a state with its ZIP code; and nobody's work."""
    if len(text.words) > 16 or any(is_worker(word) and is_known(word) for word in text.words):
        return None
    if _BOX.search(text.raw) or _STATE_ZIP.search(text.raw) or street().search(text.line):
        return Finding("address", f"{_quoted(text)} is an address, not a job.", False)
    return None


def date_or_file(text: Words) -> Finding | None:
    """A date with its time of day, the name of a file, a web address."""
    if _FILE.fullmatch(text.line):
        return Finding("file", f"{_quoted(text)} is the name of a file or page, not a job.", True)
    if _DATE.fullmatch(text.line):
        return Finding("date", f"{_quoted(text)} is a date, not a job.", True)
    return None


def _kinds(text: Words) -> Finding | None:
    return _first(text, kinds())


def _quoted(text: Words) -> str:
    line = " ".join(text.raw.split())
    return f'"{line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"}"'


_SHORT = (
    placeholder, no_letters, other_letters, date_or_file, mashed_keys, address, other_language,
)  # fmt: skip
_ALL = (*_SHORT, _kinds)
