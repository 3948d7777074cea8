"""Codes, numbers, money and places in a title: what regular expressions find, and take away."""

from __future__ import annotations

import re
from collections.abc import Callable

from socoder.spelling import is_common
from socoder.title_words import JOB_WORDS, TABLE, WORDS, is_worker, root

_NUMBER_SIGN = re.compile(r"[0-9$#]")
_PLURAL_IN_BRACKETS = re.compile(r"(?<=\w)\((?:e?s|ies)\)", re.IGNORECASE)

_SLASHED: dict[str, str] = TABLE["slash"]
_terms = "|".join(re.escape(term) for term in sorted(_SLASHED, key=len, reverse=True))
_SLASH = re.compile(rf"(?<![\w/])(?:{_terms})(?![\w/])|(?<!\w)w/(?=\w)", re.IGNORECASE)

_LABELS = tuple(entry["remove"] for entry in TABLE["pattern"])
_PATTERNS = re.compile(
    "|".join(f"(?P<p{at}>{entry['regex']})" for at, entry in enumerate(TABLE["pattern"])),
    re.IGNORECASE | re.VERBOSE,
)

_places = TABLE["places"]
_CLEAR_STATES = frozenset(_places["codes"]) - frozenset(_places["words"])
_any = "|".join(_places["codes"])
_clear = "|".join(sorted(_CLEAR_STATES))
_cities = "|".join(
    name.replace(" ", r"\s+") for name in sorted(_places["names"], key=len, reverse=True)
)
# A title without a state's code has no place that _PLACES could find.
_STATE = re.compile(rf"\b(?:{_any})\b")
_PLACES = re.compile(
    rf"""
    # "Austin TX", "in Dover, DE 19901"
    (?P<known>\b(?:in\s+|at\s+)?(?i:{_cities})\s*,?\s+(?:{_any})\b(?!\s*/)
      (?:\s+\d{{5}}(?:-\d{{4}})?\b)?)
    # "- Boone, NC", "(St. Cloud, MN)"
    | (?:(?<=[(\[|,@])\s*|(?<=\s-)\s*|(?<=-\s)|\bin\s+)
      (?P<city>[A-Z][A-Za-z.']+(?:[ -][A-Z][A-Za-z.']+){{0,3}})\s*,\s*(?P<state>{_any})\b(?!\s*/)
      (?:\s+\d{{5}}(?:-\d{{4}})?\b)?
    # "- Billings MT", "(Grand Rapids MI)"
    | (?:(?<=[(\[|,@])\s*|(?<=\s-)\s*|(?<=-\s))
      (?P<town>[A-Z][A-Za-z.']+(?:[ ][A-Z][A-Za-z.']+){{0,2}})\s+(?P<of>{_any})\b
      (?=(?:\s+\d{{5}}(?:-\d{{4}})?)?\s*(?:[)\]|,-]|$))(?:\s+\d{{5}}(?:-\d{{4}})?\b)?
    # "(Hybrid / DE, MD, PA)"
    | (?<=[(\[|,/-])\s*(?P<list>(?:{_any})(?:\s*[,|]\s*(?:or\s+|and\s+)?(?:{_any}))+)\b
      (?=\s*(?:[)\]|,-]|$))
    # "(TX)", "- TX"
    | (?<=[(\[|,-])\s*(?P<code>{_clear})\b(?=\s*(?:[)\]|-]|$))
    """,
    re.VERBOSE,
)


def without_codes(text: str, note: Callable[[str, str], None]) -> str:
    """The title without requisition numbers, money, hours, places …; `note` takes each removal:
    what it says ("location") and the words as they stood. Slashed terms of the table that are one
    word ("A/R") are spelled out."""

    def take_slash(match: re.Match[str]) -> str:
        return f" {_SLASHED.get(match[0].lower(), '')} "

    def take_number(match: re.Match[str]) -> str:
        note(_LABELS[int(str(match.lastgroup)[1:])], match[0])
        return " "

    def take_place(match: re.Match[str]) -> str:
        if not _is_place(match, text):
            return match[0]
        note("location", match[0])
        return " "

    if "/" in text:
        text = _SLASH.sub(take_slash, text)
    if "(" in text:
        text = _PLURAL_IN_BRACKETS.sub("", text)
    if _STATE.search(text):
        text = _PLACES.sub(take_place, text)
    if _NUMBER_SIGN.search(text):
        text = _PATTERNS.sub(take_number, text)
    return text


def may_have_codes(title: str) -> bool:
    """Whether there is anything to look for in a normalised title."""
    return _NUMBER_SIGN.search(title) is not None


def _is_place(match: re.Match[str], title: str) -> bool:
    city, state = match["city"] or match["town"], match["state"] or match["of"]
    if city:
        # In capitals "MANAGER, SALES, OR" looks like a place: there only a clear state counts.
        if title.isupper() and state not in _CLEAR_STATES:
            return False
        words = [root(word) for word in WORDS.findall(city.lower())]
        if any(word in JOB_WORDS or (is_worker(word) and is_common(word)) for word in words):
            return False
        # "Nurse, Operating Room, OR" and "Technician - Chemistry MT" look like places: where state
        # or comma are doubtful, a word must be strange to titles.
        if match["town"] or state not in _CLEAR_STATES:
            return any(len(word) > 3 and not is_common(word) for word in words)
        return True
    if match["list"]:
        codes = WORDS.findall(match["list"])
        return len(codes) > 2 or not _CLEAR_STATES.isdisjoint(codes)
    return True
