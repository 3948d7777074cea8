"""Lines that begin or end with a share of time of their own: "18 h - register", "Notes, 2 hours"."""

from __future__ import annotations

import re
from collections.abc import Sequence

_ABOUT = r"(?:about|approx\.?|approximately|around|roughly|nearly|some|another|the other|~)"
_LEADING = re.compile(
    rf"\W{{0,3}}(?:{_ABOUT}\s*)?(?P<figure>\d{{1,3}}(?:\.\d+)?)\s?"
    r"(?:(?P<percent>%|percent\b)|(?:hours?|hrs?|h)\b(?:\s?(?:/|a|per|each)\s?(?:week|wk|day|shift)\b)?)"
    r"(?:\s*(?:\([^()]{0,20}\)|of (?:the|your) (?:time|week|day|shift|job)\b))?"
    r"\s*(?P<sign>[-–—:,]*)\s*(?=[A-Za-z(])",
    re.I,
)
_ENDS = frozenset(".;:!?")
_UNIT = re.compile(r"(?:an?|per|each|every|shifts?|days?|weeks?)\b", re.I)
_OF = re.compile(r"(?:of|on|for)\s+", re.I)
_TRAILING = re.compile(
    rf"(?P<rest>.{{3,120}}?)\s*[,:(–—-]\s*(?:{_ABOUT}\s*)?"
    r"(?P<share>\d{1,3}(?:\.\d+)?\s?(?:%|percent|hours?|hrs?|h))\s*\)?[.;]?$",
    re.I,
)
_HEAD = re.compile(
    r"(?:[A-Z(\d]|[-–—~])[^.;!?]{0,80}?"
    r"(?::|\d\s?(?:%|percent|hours?|hrs?|h)(?:\s?(?:/|a|per|each|of the)\s?(?:time|week|wk|day|shift)"
    r"|\s(?:weekly|daily))?\)?:?)"
)
_GLUED = re.compile(
    rf"(?<![\w.,$/])(?:{_ABOUT}\s*)?(?P<figure>\d{{1,3}}(?:\.\d+)?)\s?"
    r"(?:(?P<percent>%|percent\b)|(?:hours?|hrs?|h)\b)(?P<dash>\s?[-–—])?\s+(?=[A-Za-z])"
    r"(?!(?:of|is|are|goes|you|each|in|on|will|to|time)\b)",
    re.I,
)


def begins_with_share(text: str) -> bool:
    """Whether a line begins with a share and says at once what it is for.

    >>> begins_with_share("18 h - register: scan and bag"), begins_with_share("40 hours a week")
    (True, False)
    """
    return _leading(text) is not None


def heads_a_part(text: str) -> bool:
    """Whether a line stands over a part of the job: it ends with a colon or with a share of time.

    >>> [heads_a_part(line) for line in ("Office - about 16 hrs/week", "Kitchen (40%)", "Cooks:")]
    [True, True, True]
    >>> heads_a_part("Doctors and nurses of the 12 hours shift")
    False
    """
    return _HEAD.fullmatch(text) is not None


def _leading(text: str) -> re.Match[str] | None:
    found = _LEADING.match(text) if any(map(str.isdigit, text[:18])) else None
    # "8 hour shifts", "40 hours each week": no share of the job.
    return None if not found or (not found["sign"] and _UNIT.match(text, found.end())) else found


def own_share(text: str) -> tuple[str, str] | None:
    """(share, what it is for) of a line that has one in front of or behind its words."""
    found = _leading(text)
    if found:
        return text[: found.end()].strip(" -–—:,"), _OF.sub("", text[found.end() :])
    found = _TRAILING.fullmatch(text)
    return (found["share"], found["rest"]) if found else None


def whole_shares(texts: Sequence[str]) -> list[tuple[float, str]] | None:
    """(share, text without it) of lines that all begin with a percentage, where these make up the
    whole job; then even "10 % travel" is a share of time. None for other lines."""
    parts = []
    for text in texts:
        found = _LEADING.match(text)
        if not found or not found["percent"]:
            return None
        parts.append((float(found["figure"]) / 100, text[found.end() :]))
    return parts if len(parts) > 1 and 0.93 <= sum(share for share, _ in parts) <= 1.07 else None


def glued_shares(text: str) -> list[int]:
    """Where the parts of a line begin that divides the job: "60 % plan … . 30 % patch … . 10 % …".

    Empty for a line that does not: the percentages must make up the whole and each begin a
    sentence or clause; hours need a dash behind each."""
    if not any(sign in text for sign in ("%", "percent", " h ", "hour", "hr")):
        return []
    cuts, percents, hours = [], [], []
    for found in _GLUED.finditer(text):
        before = text[max(0, found.start() - 4) : found.start()].rstrip()
        if found["percent"] and (not found.start() or before[-1:] in _ENDS):
            percents.append(float(found["figure"]))
        elif not found["percent"] and found["dash"]:
            hours.append(float(found["figure"]))
        else:
            continue
        cuts.append(found.start())
    if percents and not hours and len(cuts) > 1 and 93 <= sum(percents) <= 107:
        return cuts
    return cuts if len(hours) > 1 and not percents and sum(hours) >= 6 else []
