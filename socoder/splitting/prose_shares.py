"""Shares that sentences of prose give: to themselves, to the one before, or by the clock."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from socoder.splitting.passages import Group, Piece
from socoder.splitting.time_shares import Mention, find_times

_STATED = frozenset({"share", "hours", "rest"})
_MAY_SHARE = frozenset({"unclear", "other", "schedule", "summary", "pitch"})
_MAY_TELL = frozenset({"unclear", "other", "duty", "pitch"})
# "Taken over the year that is a good quarter of what we do"
_THAT_IS = re.compile(
    r"(?:[\w ]{3,40}?,?\s)?(?:that|this|which|it)\s+(?:all\s+)?(?:is|makes|comes to|amounts to|adds up to|"
    r"takes(?: up)?|fills)\b",
    re.I,
)
# "The rest is filing", "What is left of Saturday is for sweeping", "The last half hour is for …"
_SHARE_IS = re.compile(
    r"(?:the (?:rest|remainder|balance|last|final|first|other|remaining)|what(?:['’]s| is) left|another|"
    r"about|roughly|an? |one |half|\d)[\w\s'’%.-]{0,50}?\b(?:is|are|goes|go)\s+"
    r"(?:(?:spent|for|to|on|in|with|at)\s+)*(?:the\s+)?(?=\w)",
    re.I,
)
_LEFT = re.compile(r"(?:the (?:rest|remainder|balance)|what(?:['’]s| is) left)\b", re.I)
_CLOCK = re.compile(
    r"(?:and\s+)?from\s+(\d{1,2})(?::(\d\d))?\s?(?:[ap]\.?m\.?)?\s+(?:to|until|till)\s+"
    r"(\d{1,2})(?::(\d\d))?\s?(?:[ap]\.?m\.?)?,?\s+you\b",
    re.I,
)
_MAKES_UP = re.compile(
    r"[A-Z]\w+ing\b[\w\s]{0,30}?\b(?:makes? up|takes?(?: up)?|comes? to|accounts? for|fills?)\b"
)
_YOU = re.compile(r"\byou(?:['’]ll)?\s+[a-z]+", re.I)
_HALF_DAY = 12


def settle_prose_shares(pieces: Sequence[Piece], groups: Iterable[Group]) -> None:
    """Give sentences of prose their shares of time, and make duties of those that have one."""
    _by_the_clock(pieces)
    for number, piece in enumerate(pieces):
        before = pieces[number - 1] if number else None
        if before is None or before.kind != "duty" or before.line != piece.line:
            continue
        that = _THAT_IS.match(piece.text) if piece.kind in _MAY_TELL else None
        told = _first(find_times(piece.text, piece.hits)) if that else None
        if told is not None and that is not None and told.start - that.end() < 12:
            before.time = Mention(told.kind, told.amount, 0, 0, told.unit)
            piece.kind = "other"
    _set_aside_statements(pieces)
    for piece in pieces:
        if piece.kind == "unclear" and _YOU.search(piece.text):
            own = [m for m in piece.times() if m.kind == "share" and m.stated]
            if len(own) == 1 and own[0].start < 12:
                piece.kind = "duty"
    stated = any(group.time is not None for group in groups) or any(
        piece.kind == "duty" and (piece.time is not None or _first(piece.times()) is not None)
        for piece in pieces
    )
    for piece in pieces if stated else ():
        found = _SHARE_IS.match(piece.text) if piece.kind in _MAY_SHARE else None
        if found is None:
            continue
        mentions = find_times(piece.text, [], label=True)
        if sum(mention.kind in _STATED for mention in mentions) > 1:
            continue
        time = _first(mentions)
        if time is None and _LEFT.match(piece.text):
            time = Mention("rest", 0.0, 0, 0)
        if time is not None and time.start < 30:
            piece.kind, piece.time = "duty", replace(time, start=0, end=0)
            piece.text = piece.text[found.end() :].strip()


def _set_aside_statements(pieces: Sequence[Piece]) -> None:
    """ "Supervising makes up most of the week" is no duty beside a list of them."""
    if not any(piece.listed and piece.kind == "duty" for piece in pieces):
        return
    for piece in pieces:
        told = piece.kind == "duty" and not piece.listed and _MAKES_UP.match(piece.text)
        if told and _first(piece.times()) is None:
            piece.kind = "other"


def _first(mentions: Sequence[Mention]) -> Mention | None:
    return next((m for m in mentions if m.kind in _STATED and m.stated), None)


def _by_the_clock(pieces: Sequence[Piece]) -> None:
    """ "From 8 to 12:30 you …. From 1 to 4 you …" as hours; one such sentence alone is a shift."""
    found = [(piece, clock) for piece in pieces if (clock := _CLOCK.match(piece.text))]
    for piece, clock in found if len(found) > 1 else ():
        begin = int(clock[1]) + int(clock[2] or 0) / 60
        end = int(clock[3]) + int(clock[4] or 0) / 60
        hours = (end - begin) % _HALF_DAY
        if piece.time is None and 0 < hours <= 10:
            piece.kind, piece.time = "duty", Mention("hours", hours, 0, 0, "shift")
