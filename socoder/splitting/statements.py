"""Sentences that divide the job: "55% on the air and 45% on the street", matched to its parts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from socoder.splitting.headings import table
from socoder.splitting.passages import Group, Piece
from socoder.splitting.time_shares import Mention, without_time

_STATED = frozenset({"share", "hours", "rest"})
_WORD = re.compile(r"[A-Za-z][A-Za-z'/-]*")
_RATIO = re.compile(r"\b\d{2}\s?/\s?\d{2}(?:\s?/\s?\d{2})?\b")
_STEM = 4
_NAME_WORDS = 4


@cache
def _empty() -> frozenset[str]:
    return frozenset(table("time_words")["empty"]["words"].split())


def statement_clauses(piece: Piece) -> list[tuple[str, Mention]]:
    """(words, share) for each part of a sentence that divides the job, [] for other sentences."""
    times = [time for time in piece.times() if time.kind in _STATED and time.stated]
    if len(times) < 2:
        return []
    shares = sum(time.amount for time in times if time.kind == "share")
    if shares > 1.07:
        return []
    return list(share_clauses(piece.text, times))


def share_clauses(text: str, shares: list[Mention]) -> Iterator[tuple[str, Mention]]:
    """What each share of a sentence is for, as its words without the share."""
    bare = re.sub(r"\([^()%\d]*\)", lambda found: " " * len(found[0]), text)
    leading = bool(
        re.search(r"\w{3,}", re.sub(r"^\s*of (?:the |your )?time\b", "", bare[shares[-1].end :]))
    )
    for number, share in enumerate(shares):
        if leading:
            start = share.start
            end = shares[number + 1].start if number + 1 < len(shares) else len(text)
        else:
            start = shares[number - 1].end if number else 0
            end = share.end
        part = text[start:end]
        moved = Mention(
            share.kind,
            share.amount,
            share.start - start,
            share.end - start,
            share.unit,
            share.stated,
        )
        words = without_time(part, [moved])
        words = re.sub(
            r"^(?:[\s,;.)]+|(?:and|then|of (?:the|your) \w+|is spent|are spent|the other|about|"
            r"approximately)\b\s*)+",
            "",
            words,
            flags=re.I,
        )
        words = re.sub(
            r"(?:[\s,;.(]+|\b(?:and|the other|about|another|roughly|approximately|"
            r"the remaining)\b\s*)+$",
            "",
            words,
            flags=re.I,
        )
        yield words.strip(), share


def is_statement(piece: Piece) -> bool:
    """Whether a sentence may divide the job."""
    return bool(_RATIO.search(piece.text) or statement_clauses(piece))


def _ratio_clauses(text: str, count: int) -> list[tuple[str, Mention]]:
    """ "Split 60/40 between the front desk and billing" as a part for each of the figures."""
    ratio = _RATIO.search(text)
    figures = [int(figure) for figure in ratio[0].split("/")] if ratio else []
    if ratio is None or sum(figures) != 100 or len(figures) != count:
        return []
    named = re.split(r",\s*(?:and\s+)?|\band\b", text[ratio.end() :].partition("between")[2])
    if len(named) != count:
        return []
    shares = (Mention("share", figure / 100, *ratio.span()) for figure in figures)
    return list(zip(named, shares, strict=True))


def divide_groups(piece: Piece, groups: list[Group]) -> bool:
    """Give each group its share from a sentence, where the sentence speaks of all of them."""
    parts = statement_clauses(piece)
    if len(parts) < 2:
        parts = _ratio_clauses(piece.text, len(groups))
    if len(parts) < 2 or not groups:
        return False
    scores = sorted(
        (
            (-_likeness(words, group), number, place)
            for number, (words, _) in enumerate(parts)
            for place, group in enumerate(groups)
        ),
    )
    of_part: dict[int, int] = {}
    for score, number, place in scores:
        if score < 0 and number not in of_part and place not in of_part.values():
            of_part[number] = place
    open_parts = [number for number in range(len(parts)) if number not in of_part]
    open_groups = [place for place in range(len(groups)) if place not in of_part.values()]
    if len(open_parts) == 1 and len(open_groups) == 1 and of_part:
        of_part[open_parts[0]] = open_groups[0]
        open_parts = []
    if open_parts:
        return False
    for number, place in of_part.items():
        groups[place].time = parts[number][1]
    return True


def divide_duties(piece: Piece, duties: list[Piece]) -> list[Group]:
    """Groups of duties that stand under no label, where a sentence names what most of them are."""
    parts = statement_clauses(piece)
    if len(parts) < 2 or len(duties) < len(parts):
        return []
    groups = [Group(words, share, False, False) for words, share in parts]
    matched = 0
    last: Group | None = None
    waiting: list[Piece] = []
    for duty in duties:
        scores = [_likeness(duty.text, group) for group in groups]
        best = max(range(len(groups)), key=lambda number: scores[number])
        if scores[best] > 0 and scores.count(scores[best]) == 1:
            last = groups[best]
            last.pieces.extend([*waiting, duty])
            waiting = []
            matched += 1
        elif last is not None:
            last.pieces.append(duty)
        else:
            waiting.append(duty)
    enough = matched >= 0.5 * len(duties) and all(group.pieces for group in groups)
    return groups if enough else []


def _likeness(words: str, group: Group) -> int:
    """How many words of a label a clause holds, by their stems; initials count as well."""
    clause = [word for word in _WORD.findall(words.lower()) if word not in _empty()]
    score = 0
    for label in _WORD.findall(group.label):
        if (
            label.isupper()
            and 2 <= len(label) <= 4
            and any(_abbreviates(label.lower(), word) for word in clause)
        ) or (
            label.lower() not in _empty()
            and any(_same_stem(label.lower(), word) for word in clause)
        ):
            score += 1
    return score


def _same_stem(one: str, other: str) -> bool:
    if one == other:
        return True
    length = min(len(one), len(other))
    stem = max(_STEM, length - 3)
    return length >= _STEM and one[:stem] == other[:stem]


def _abbreviates(letters: str, word: str) -> bool:
    """Whether the letters stand in the word in order and begin it: "us" for "ultrasound"."""
    if len(word) <= len(letters) or word[0] != letters[0]:
        return False
    place = 0
    for letter in letters:
        place = word.find(letter, place) + 1
        if place == 0:
            return False
    return True


def divide_by_names(piece: Piece, pieces: list[Piece]) -> list[Group]:
    """Groups where the parts of a sentence are names with which later sentences begin: "55 % staff
    training, 35 % curriculum": "Staff training means …". [] where no sentence does."""
    parts = statement_clauses(piece)
    if len(parts) < 2 or any(len(words.split()) > _NAME_WORDS for words, _ in parts):
        return []
    groups = [Group(words, share, False, False) for words, share in parts]
    last: Group | None = None
    line = -1
    for other in pieces[pieces.index(piece) + 1 :]:
        named = [group for group in groups if _begins_with(other.text, group.label)]
        if named:
            last, line = named[0], other.line
        elif other.line != line:
            last = None
        if last is not None and (named or other.kind in ("duty", "unclear")):
            last.pieces.append(other)
    return groups if sum(bool(group.pieces) for group in groups) > len(groups) / 2 else []


def _begins_with(text: str, name: str) -> bool:
    words = [word for word in _WORD.findall(name.lower()) if word not in _empty()]
    head = [word for word in _WORD.findall(text[:120].lower()) if word not in _empty()]
    return bool(words) and head[: len(words)] == words
