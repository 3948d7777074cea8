"""Timetables: "7:00-9:30 route … 9:30-10:00 sweep van" → hours."""

from __future__ import annotations

import re
from collections.abc import Sequence

_TIME = r"(\d{1,2})(?::(\d\d))?\s?(?:([ap])\.?m?\.?(?![a-z]))?"
_CLOCK = re.compile(rf"\s*{_TIME}(?:\s*(?:-|–|—|to|until)\s*{_TIME})?[\s:,–—-]*", re.I)
_HALF_DAY = 12 * 60
_MIN_ENTRIES = 3
_LONGEST = 10 * 60


def clock_hours(texts: Sequence[str]) -> list[tuple[float, str]] | None:
    """(hours, text without the clock) for each line of a timetable; None where it is none.

    An entry without an end lasts until the next begins; 0 hours where that cannot be told.
    """
    entries: list[tuple[int, int | None, str]] = []
    for text in texts:
        found = _CLOCK.match(text)
        if not found or not _is_clock(found):
            return None
        start = _minutes(found[1], found[2])
        end = _minutes(found[4], found[5]) if found[4] else None
        entries.append((start, end, text[found.end() :].strip()))
    if len(entries) < _MIN_ENTRIES:
        return None
    hours = []
    for number, (start, end, rest) in enumerate(entries):
        stop = (
            end
            if end is not None
            else entries[number + 1][0]
            if number + 1 < len(entries)
            else start
        )
        length = (stop - start) % _HALF_DAY
        hours.append((length / 60 if length <= _LONGEST else 0.0, rest))
    return hours


def starts_with_clock(text: str) -> bool:
    """Whether a line begins with a time of day."""
    found = _CLOCK.match(text)
    return found is not None and _is_clock(found)


def _is_clock(found: re.Match[str]) -> bool:
    """Whether a number at the head of a line is a time of day: "7:00", "7 am", "7-9:30"."""
    marked = bool(found[2] or found[3] or found[5] or found[6])
    return marked and int(found[1]) <= 24 and found.end() < len(found.string)


def _minutes(hour: str, minute: str | None) -> int:
    return int(hour) % 12 * 60 + int(minute or 0)
