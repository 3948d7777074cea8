"""What a position's time goes to: its duties, each with its occupation and share of the time.

They come from the column `soc_material` (JSON, or "31-1122:0.6|53-3053:0.4"), else from coding the
description, else the final code stands for all of the time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from socoder.errors import UnknownCodeError
from socoder.masking import mask
from socoder.reports.positions import Position
from socoder.soc import Classification

Duties = Sequence[tuple[str, float, str]]  # text, share of working time, SOC code or ""
CodeDuties = Callable[[str, str], Duties]  # of a title and a description

NO_DUTIES = "no duties are known: all of the position's money goes to its own code"
NOT_READ = "soc_material cannot be read: the position's own code stands for all of its time"
NOT_CODED = "the position has no SOC code: its money is shown as not coded"
REVIEWED_AWAY = (
    "the reviewer's code is that of no duty: it stands for all of the position's time"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Work:
    """One duty of a position: `share` of its time (those of a position add up to 1), `soc_code` ""
    where it is not coded, `duty` "" where the code alone is known."""

    duty: str
    soc_code: str
    share: Fraction


def work_of(
    position: Position, known: Classification, code_duties: CodeDuties | None = None
) -> tuple[tuple[Work, ...], str]:
    """The duties of a position, and what a person should know about them ("" if nothing).

    `code_duties` codes a description; without it, only `soc_material` is looked at."""
    own = position.proposed_code
    duties: Duties | None = []
    if position.material:
        duties = _stated(position.material, known)
    elif code_duties and position.description:
        duties = code_duties(position.title, position.description)
    if duties is None:
        return (Work("", own, Fraction(1)),), NOT_READ
    timed = [(text, _fraction(share), code or own) for text, share, code in duties if share > 0]
    whole = sum((share for _, share, _ in timed), Fraction(0))
    if not timed or not whole:
        return (Work("", own, Fraction(1)),), NO_DUTIES if own else NOT_CODED
    if position.decided == "reviewer" and own not in {code for _, _, code in timed}:
        return tuple(Work(text, own, share / whole) for text, share, _ in timed), REVIEWED_AWAY
    said = "" if all(code for _, _, code in timed) else NOT_CODED
    return tuple(Work(text, code, share / whole) for text, share, code in timed), said


def _fraction(share: float) -> Fraction:
    """To six places: a share has no more, and fractions stay small."""
    return Fraction(round(share * 1_000_000), 1_000_000)


def _stated(text: str, known: Classification) -> Duties | None:
    """The duties in a cell; None where it cannot be read."""
    try:
        found = [_entry(one, known) for one in json.loads(text)]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        try:
            found = [_pair(part, known) for part in text.split("|") if part.strip()]
        except ValueError:
            return None
    return found


def _entry(one: Any, known: Classification) -> tuple[str, float, str]:
    share = float(one["time_share"])
    if not 0 <= share <= 100:
        raise ValueError("a share of time is 0 to 1")
    return mask(str(one.get("text", ""))), share, _code(str(one.get("soc_code") or ""), known)


def _pair(part: str, known: Classification) -> tuple[str, float, str]:
    code, colon, share = part.rpartition(":")
    number = float(share.strip().rstrip("%"))
    if not colon or not 0 <= number <= 100 or not _code(code.strip(), known):
        raise ValueError("not a code and its share")
    return "", number, _code(code.strip(), known)


def _code(text: str, known: Classification) -> str:
    """The code if it is one; "" otherwise: the position's own code then counts for the duty."""
    try:
        return known.find(text) if text else ""
    except UnknownCodeError:
        return ""
