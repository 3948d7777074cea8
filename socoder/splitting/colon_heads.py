"""Sentences with a colon: what stands before it may say how long, what behind it the work."""

from __future__ import annotations

import re

from socoder.splitting.cues import is_negated
from socoder.splitting.time_shares import Mention, find_times
from socoder.splitting.verbs import starts_with_verb

_STATED = frozenset({"share", "hours", "rest"})
MAY_SHARE = re.compile(r"%|percent|hours?|hrs?|half|third|quarter|rest|remain|days", re.I)
"""Words without which no text states a share."""
# Behind the share, before the place or the people: "(24 hours) are on the floor".
_SCAFFOLD = re.compile(
    r"^[\W_]*(?:of (?:the|your|our|each|every|a) (?:[\w-]+ )?[\w-]+\s*)?[\W_]*"
    r"(?:(?:you(?:['’]ll)?|are|is|will|be|spend|spent|goes|go|to|your)\s+)*",
    re.I,
)
_PLACES = re.compile(r"(?:in|at|on|from|between|to|with)\b", re.I)
_HEAD_TELLS = re.compile(r"\b(?:you|your|is|are|goes?|of the|the other|another)\b", re.I)


def head_times(head: str) -> list[Mention]:
    """The shares that the words before a colon give to what stands behind it, the surest first."""
    if not (MAY_SHARE.search(head) and _HEAD_TELLS.search(head)):
        return []
    told = [m for m in find_times(head, [], label=True) if m.kind in _STATED and m.stated]
    percents = [m for m in told if "%" in head[m.start : m.end] or "perc" in head[m.start : m.end]]
    return percents + [mention for mention in told if mention not in percents]


def work_after_colon(text: str, named: bool = False) -> tuple[str, str] | None:
    """ "Tu-Th, licensed home, 10 kids: greet families, …" parted at the colon. With `named`, behind
    a share of the job things may stand as well: "is in the dye house: vats, colors"."""
    head, colon, tail = text.partition(": ")
    things = "," in tail and not any(map(str.isdigit, tail)) and not _PLACES.match(tail)
    if named and things:
        shares = head_times(head)
        if shares and all(share.kind == "share" for share in shares):
            return head, tail
    if colon and len(tail.split()) >= 4 and starts_with_verb(tail) and not is_negated(head):
        return head, tail
    return None


def with_share(head: str, tail: str, shares: list[Mention]) -> str:
    """The sentence without its share: "Three shifts (24 hours) are on the floor: seat guests" says
    "on the floor: seat guests"."""
    words = _SCAFFOLD.sub("", head[max(share.end for share in shares) :])
    return f"{words}: {tail}" if words else tail
