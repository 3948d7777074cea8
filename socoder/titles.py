"""Title clean-up: levels, shifts, codes and places off; abbreviations spelled out; misspelt words
mended; parts in order.

What words mean stands in `data/title_words.toml`; here is only how a title is taken apart. Most
titles are plain words that say nothing but the work: they are told by one look and pass at once.
"""

from __future__ import annotations

import html
import re
from functools import cache
from itertools import pairwise

from socoder.records import Title
from socoder.spelling import known_words, mend
from socoder.title_codes import may_have_codes, without_codes
from socoder.title_words import (
    ANY_NUMERAL,
    FOLLOWERS,
    NOT_ALONE,
    NOT_QUALIFIERS,
    RANKS,
    RULES,
    TOKENS,
    WORDS,
    Rule,
    is_worker,
    root,
    unify,
)

MAX_LENGTH = 400  # characters of a title that are looked at: what is longer is no title
MAX_CANDIDATES = 4  # of a slashed title, beside the whole

_PLAIN = re.compile(r"\s*[A-Za-z]+(?:(?: +|-)[A-Za-z]+)*\s*")
_SPECIAL = frozenset(RULES)
_KEEP = Rule(("",), "keep")
_PREPOSITIONS = frozenset(["of", "for", "in", "at", "to", "with", "on"])
_SMALL_WORDS = frozenset(["of", "and", "the", "for", "in", "&"])
_QUALIFYING_MARKS = frozenset("-(|:")
_INVERTING_MARKS = frozenset([",", "-"])
_MAX_QUALIFIER_WORDS = 7


def normalise(title: str) -> str:
    """The key of a title: lower case, no accents or punctuation, workers in the singular.

    "&" becomes "and", common British spellings become American. Only words that name a worker
    lose their plural: "sales", "operations" and "news" stay. Abbreviations stay as they are.
    Normalising a second time changes nothing.

    >>> normalise("Registered Nurses & Home-Health Aides")
    'registered nurse and home health aide'
    """
    text = unify(title).lower()
    return " ".join([root(word) for word in WORDS.findall(text)])


def clean(raw: str) -> Title:
    """The title without what says nothing about the work, and what was done to it.

    `variants` are normalised: the whole title first and, if it is slashed and each part reads as
    a title of its own, the parts. No variant is empty, and cleaning one gives it back; there are
    none for a title without letters or digits. A title of nothing but levels, shifts and the like
    stays as it is.

    >>> clean("RN II - PT Nights 0.6 FTE").variants
    ('registered nurse',)
    >>> clean("Direct Support Professional / Job Coach").variants[1:]
    ('direct support professional', 'job coach')
    """
    if len(raw) <= MAX_LENGTH and _PLAIN.fullmatch(raw):
        raws = raw.replace("-", " ").split()
        words = [root(word.lower()) for word in raws]
        if _plain_words().issuperset(words):
            return Title(raw, (" ".join(words),))
        notes = _Notes()
        words = mend(words, notes.expanded)
        if _SPECIAL.isdisjoint(words):
            return Title(raw, (" ".join(words),), (), tuple(dict.fromkeys(notes.expanded)))
        text, parts = raw, [_Part("", words, raws)]
    else:
        notes = _Notes()
        text = raw[:MAX_LENGTH]
        if "&" in text and ";" in text:
            text = html.unescape(text)
        parts = _parts(without_codes(unify(text), notes.remove))
        for part in parts:
            part.words = mend(part.words, notes.expanded)
    whole, candidates = _take_apart(parts, notes)
    if not whole:
        notes = _Notes()
    variants = [_settled(title, notes) for title in (whole or _untouched(text), *candidates)]
    return Title(
        raw,
        tuple(dict.fromkeys(filter(None, variants))),
        tuple(dict.fromkeys(notes.removed)),
        tuple(dict.fromkeys(notes.expanded)),
    )


@cache
def _plain_words() -> frozenset[str]:
    """Words that are spelled right and stand for nothing but themselves."""
    return known_words() - _SPECIAL


class _Notes:
    """What was removed and expanded."""

    def __init__(self) -> None:
        self.removed: list[str] = []
        self.expanded: list[str] = []

    def remove(self, label: str, words: str) -> None:
        self.removed.append(f"{label}: {words.strip(' ()[]|,;-/+')}")


class _Part:
    """The words between two marks, as the table writes them and as they stood. `mark` precedes."""

    __slots__ = ("mark", "raws", "words")

    def __init__(self, mark: str, words: list[str], raws: list[str]) -> None:
        self.mark = mark
        self.words = words
        self.raws = raws


def _untouched(text: str) -> str:
    return normalise(text) or (text.strip().lower() if any(map(str.isalnum, text)) else "")


def _settled(title: str, notes: _Notes) -> str:
    """A normalised title after as many more passes as it takes until nothing changes."""
    for _ in range(8):
        if _SPECIAL.isdisjoint(title.split()) and not may_have_codes(title):
            break
        more = _Notes()
        passed, _ = _take_apart(_parts(without_codes(title, more.remove)), more)
        if not passed or passed == title:
            break
        title = passed
        notes.removed += more.removed
        notes.expanded += more.expanded
    return title


def _take_apart(parts: list[_Part], notes: _Notes) -> tuple[str, list[str]]:
    """One pass: the whole title, and the titles that it names if there are several."""
    sole = len(parts) == 1
    if not sole:
        _drop_spelled_out_twice(parts, notes)
    title = parts[0].words if sole else [word for part in parts for word in part.words]
    for part in parts:
        _apply_rules(part, part is parts[0], sole, title, notes)
    parts = [part for part in parts if part.words]
    candidates = _candidates(parts)
    _put_in_order(parts)
    words: list[str] = []
    for part in parts:
        if part.words != words[-len(part.words) :]:  # "Director of Nursing/DON" says it once
            words += part.words
    return _join(words), candidates


def _parts(text: str) -> list[_Part]:
    part = _Part("", [], [])
    parts = [part]
    for token in TOKENS.findall(text):
        if token[0].isalnum() or token == "&":
            part.words.append(token if token == "&" else root(token.lower()))
            part.raws.append(token)
        elif part.words:
            part = _Part(token.strip()[0], [], [])
            parts.append(part)
        elif part is not parts[0]:
            part.mark = token.strip()[0]
    return parts


def _drop_spelled_out_twice(parts: list[_Part], notes: _Notes) -> None:
    """ "Computed Tomography (CT)" and "CNA (Certified Nursing Assistant)": the words stay."""
    for before, part in pairwise(parts):
        if part.mark != "(" or not part.words or not before.words:
            continue
        short = part.raws[0]
        if len(part.words) == 1 and 2 <= len(short) <= 6:
            if _initials(before.words).endswith(short.lower()):
                notes.remove("abbreviation", short)
                part.words, part.raws = [], []
        elif _initials(part.words) == before.words[-1] and len(part.words) > 1:
            notes.expanded.append(f"{before.words[-1]} → {_join(part.words)}")
            before.words[-1:] = part.words
            before.raws[-1:] = part.raws
            part.words, part.raws = [], []


def _initials(words: list[str]) -> str:
    return "".join(word[0] for word in words if word not in _SMALL_WORDS)


def _apply_rules(part: _Part, first: bool, sole: bool, title: list[str], notes: _Notes) -> None:
    words = part.words
    kept: list[str] = []
    at = 0
    while at < len(words):
        word = words[at]
        rules = RULES.get(word)
        if rules is None and word.isdigit() and len(word) <= 2:
            rules = RULES[ANY_NUMERAL]
        for rule in rules or ():
            if rule.always or rule.fits(words, at, first, sole, title):
                break
        else:
            rule = _KEEP
        end = at + len(rule.words)
        if rule.action == "remove":
            notes.remove(rule.value, " ".join(part.raws[at:end]))
        elif rule.action == "keep":
            kept += words[at:end]
        else:
            new = rule.value.split()
            notes.expanded.append(f"{' '.join(words[at:end])} → {rule.value}")
            # "Registered Nurse RN" and "RN Registered Nurse" say it once.
            if kept[-len(new) :] != new and words[end : end + len(new)] != new:
                kept += new
        at = end
    part.words = kept


def _put_in_order(parts: list[_Part]) -> None:
    """Inverted titles: "Clerk, Office" is an office clerk.

    Only a bare head (with a rank at most) is inverted, and not before another worker's name:
    "Account Manager, Uber Eats" and "Cashiers, Stockers, and Baggers" stay as they are.
    """
    if len(parts) < 2 or parts[1].mark not in _INVERTING_MARKS or not _is_bare(parts[0].words):
        return
    follower = parts[0].words[-1] in FOLLOWERS
    end = 2
    while end < len(parts) and (parts[end].mark == "/" or (follower and _names(parts[end]))):
        end += 1
    if any(part.words[0] in ("and", "&") for part in parts[end:]):
        end = len(parts)  # "Supervisor, Housekeeping, Laundry, and Linen"
    qualifier = [word for part in parts[1:end] for word in part.words]
    if (
        qualifier[0] in NOT_QUALIFIERS
        or len(qualifier) > _MAX_QUALIFIER_WORDS
        or any(word[0].isdigit() for word in qualifier)
        or (not follower and any(map(is_worker, qualifier)))
    ):
        return
    parts[0].words = qualifier + parts[0].words
    del parts[1:end]


def _names(part: _Part) -> bool:
    return part.mark == "," and any(map(is_worker, part.words))


def _is_bare(words: list[str]) -> bool:
    return is_worker(words[-1]) and len(words) <= 3 and RANKS.issuperset(words[:-1])


def _candidates(parts: list[_Part]) -> list[str]:
    """The titles on either side of a slash or "+" (of "&" too, if both have two words or more),
    else the title before a qualifier."""
    for at, part in enumerate(parts):
        run = [part.words]
        for other in parts[at + 1 :]:
            if other.mark not in "/+":
                break
            run.append(other.words)
        if len(run) == 1 and part.words.count("&") == 1:
            cut = part.words.index("&")
            run = [part.words[:cut], part.words[cut + 1 :]]
            if min(map(len, run)) < 2:
                continue
        if 1 < len(run) <= MAX_CANDIDATES and all(map(_reads_as_title, run)):
            return [_join(words) for words in run]
    # "Direct Support Professional (Residential) – Maple Street Home": what stands before the
    # first dash or bracket is the title that others use too.
    if len(parts) > 1 and parts[1].mark in _QUALIFYING_MARKS and len(parts[0].words) > 1:
        return [_join(parts[0].words)] if _reads_as_title(parts[0].words) else []
    return []


def _reads_as_title(words: list[str]) -> bool:
    for at, word in enumerate(words):
        if word in _PREPOSITIONS:
            words = words[:at]
            break
    if not words or not is_worker(words[-1]):
        return False
    return len(words) > 1 or words[0] not in NOT_ALONE


def _join(words: list[str]) -> str:
    return " ".join([root(word) for word in words])
