"""Title clean-up: levels, shifts, codes and places off; abbreviations spelled out; parts in order.

What words mean stands in `data/title_words.toml`; here is only how a title is taken apart. Most
titles are plain words that the table does not know: they are told by one look and pass at once.
"""

from __future__ import annotations

import html
import re

from socoder.records import Title
from socoder.title_words import (
    ANY_NUMERAL, FOLLOWERS, LABELS, NOT_ALONE, NOT_QUALIFIERS, PATTERNS, PLACES, RANKS, RULES,
    SLASH, SLASHED, STATES, TOKENS, WORDS, Rule, is_numeral, is_worker, root, unify,
)  # fmt: skip

MAX_LENGTH = 400  # characters of a title that are looked at: what is longer is no title
MAX_CANDIDATES = 4  # of a slashed title, beside the whole

_PLAIN = re.compile(r"\s*[A-Za-z]+(?:(?: +|-)[A-Za-z]+)*\s*")
_NUMBER_SIGN = re.compile(r"[0-9$#]")
_PLURAL_IN_BRACKETS = re.compile(r"(?<=\w)\((?:e?s|ies)\)", re.IGNORECASE)
_SPECIAL = frozenset(RULES)
_PREPOSITIONS = frozenset(["of", "for", "in", "at", "to", "with", "on"])
_SMALL_WORDS = frozenset(["of", "and", "the", "for", "in", "&"])
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
    words = _plain_words(raw)
    if words is not None:
        return Title(raw, (" ".join([root(word) for word in words]),))
    notes = _Notes()
    text = raw[:MAX_LENGTH]
    if "&" in text and ";" in text:
        text = html.unescape(text)
    whole, parts = _take_apart(text, notes)
    variants = [_settled(whole or _untouched(text), notes)]
    if not whole:
        notes = _Notes()
    for part in parts:
        settled = _settled(part, notes)
        if settled not in variants:
            variants.append(settled)
    found = tuple(variant for variant in variants if variant)
    return Title(raw, found, tuple(dict.fromkeys(notes.removed)), tuple(dict.fromkeys(notes.expanded)))


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

    def __init__(self, mark: str) -> None:
        self.mark = mark
        self.words: list[str] = []
        self.raws: list[str] = []


def _plain_words(title: str) -> list[str] | None:
    """The words of a title with nothing to clean, None for any other."""
    if len(title) > MAX_LENGTH or not _PLAIN.fullmatch(title):
        return None
    words = title.lower().replace("-", " ").split()
    return words if _SPECIAL.isdisjoint(words) else None


def _untouched(text: str) -> str:
    return normalise(text) or text.strip().lower() if any(map(str.isalnum, text)) else ""


def _settled(title: str, notes: _Notes) -> str:
    """The title after as many more passes as it takes until nothing changes."""
    for _ in range(8):
        if _plain_words(title) is not None:
            return normalise(title)
        passed = _take_apart(title, notes)[0] or _untouched(title)
        if passed == title:
            break
        title = passed
    return title


def _take_apart(text: str, notes: _Notes) -> tuple[str, list[str]]:
    """One pass: the whole title, and the titles that it names if there are several."""
    parts = _parts(_without_patterns(unify(text), notes))
    _drop_spelled_out_twice(parts, notes)
    title = [word for part in parts for word in part.words]
    for at, part in enumerate(parts):
        _apply_rules(part, at == 0, len(parts) == 1, title, notes)
    parts = [part for part in parts if part.words]
    candidates = _candidates(parts)
    _put_in_order(parts)
    words: list[str] = []
    for part in parts:
        words += part.words
    return _join(words), candidates


def _without_patterns(text: str, notes: _Notes) -> str:
    def take_slash(match: re.Match[str]) -> str:
        return f" {SLASHED.get(match[0].lower(), '')} "

    def take_number(match: re.Match[str]) -> str:
        notes.remove(LABELS[int(str(match.lastgroup)[1:])], match[0])
        return " "

    def take_place(match: re.Match[str]) -> str:
        if not _is_place(match, text):
            return match[0]
        notes.remove("location", match[0])
        return " "

    if "/" in text:
        text = SLASH.sub(take_slash, text)
    if "(" in text:
        text = _PLURAL_IN_BRACKETS.sub("", text)
    if text != text.lower():
        text = PLACES.sub(take_place, text)
    if _NUMBER_SIGN.search(text):
        text = PATTERNS.sub(take_number, text)
    return text


def _is_place(match: re.Match[str], title: str) -> bool:
    if match["city"]:
        # In capitals "MANAGER, SALES, OR" looks like a place: there only a clear state counts.
        if title.isupper() and match["state"] not in STATES:
            return False
        words = [root(word) for word in WORDS.findall(match["city"].lower())]
        return not any(word in RULES or is_worker(word) for word in words)
    if match["list"]:
        codes = WORDS.findall(match["list"])
        return len(codes) > 2 or not STATES.isdisjoint(codes)
    return True


def _parts(text: str) -> list[_Part]:
    part = _Part("")
    parts = [part]
    for token in TOKENS.findall(text):
        if token[0].isalnum() or token == "&":
            part.words.append(token if token == "&" else root(token.lower()))
            part.raws.append(token)
        elif part.words:
            part = _Part(token.strip()[0])
            parts.append(part)
        elif part is not parts[0]:
            part.mark = token.strip()[0]
    return parts


def _drop_spelled_out_twice(parts: list[_Part], notes: _Notes) -> None:
    """ "Computed Tomography (CT)" and "CNA (Certified Nursing Assistant)": the words stay."""
    for before, part in zip(parts, parts[1:], strict=False):
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
        rules = RULES.get(word) or (RULES[ANY_NUMERAL] if is_numeral(word) else ())
        rule = _first_fitting(rules, words, at, first, sole, title)
        if rule is None or rule.action == "keep":
            kept.append(word)
            at += 1
            continue
        end = at + len(rule.words)
        if rule.action == "remove":
            notes.remove(rule.value, " ".join(part.raws[at:end]))
        else:
            new = rule.value.split()
            notes.expanded.append(f"{' '.join(words[at:end])} → {rule.value}")
            # "Registered Nurse RN" and "RN Registered Nurse" say it once.
            if kept[-len(new) :] != new and words[end : end + len(new)] != new:
                kept += new
        at = end
    part.words = kept


def _first_fitting(
    rules: tuple[Rule, ...], words: list[str], at: int, first: bool, sole: bool, title: list[str]
) -> Rule | None:
    for rule in rules:
        if rule.fits(words, at, first, sole, title):
            return rule
    return None


def _put_in_order(parts: list[_Part]) -> None:
    """Inverted titles: "Clerk, Office" is an office clerk.

    Only a bare head (with a rank at most) is inverted, and not before another worker's name:
    "Account Manager, Uber Eats" and "Cashiers, Stockers, and Baggers" stay as they are.
    """
    if len(parts) < 2 or parts[1].mark not in _INVERTING_MARKS or not _is_bare(parts[0].words):
        return
    end = 2
    while end < len(parts) and parts[end].mark == "/":
        end += 1
    if any(part.words[0] in ("and", "&") for part in parts[end:]):
        end = len(parts)  # "Supervisor, Housekeeping, Laundry and Linen"
    qualifier = [word for part in parts[1:end] for word in part.words]
    if (
        qualifier[0] in NOT_QUALIFIERS
        or len(qualifier) > _MAX_QUALIFIER_WORDS
        or any(word[0].isdigit() for word in qualifier)
        or (is_worker(qualifier[-1]) and parts[0].words[-1] not in FOLLOWERS)
    ):
        return
    parts[0].words = qualifier + parts[0].words
    del parts[1:end]


def _is_bare(words: list[str]) -> bool:
    return is_worker(words[-1]) and len(words) <= 3 and RANKS.issuperset(words[:-1])


def _candidates(parts: list[_Part]) -> list[str]:
    """The titles on either side of a slash or "+" (of "&" too, if both have two words or more)."""
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
