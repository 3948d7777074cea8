"""Sentences of prose, seen beside the others: what the worker does, and what somebody else does."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from socoder.splitting.headings import table
from socoder.splitting.passages import Piece
from socoder.splitting.verbs import is_title_word, is_verb, starts_with_verb, subject_length

# Only so few words stand before "you" where it is the subject of its sentence.
_YOU = re.compile(
    r"(?:[^.;:]{0,60}?,?\s)?(?<!\bas )(?<!that )(?<!\bif )(?<!when )(?<!what )(?<!\bso )(?<!which )(?<!\bwho )"
    r"(?<!until )(?<!while )(?<!where )(?<!before )(?<!after )(?<!because )\byou(?:['’]ll)?\s+(?:(?:will|may|also|then|can|would)\s+)*"
    r"(?P<verb>[a-z]+)\s+\w+",
    re.I,
)
_TO_YOU = re.compile(
    r"(?:(?:i|we|he|she|they)\b|(?:our|my|the|your|an?)\s+[\w-]+|[A-Z][\w-]+\s[\w-]+)(?:['’]ll|\s+will)?"
    r"(?:\s+[\w-]+){0,2}?\s+(?:tell|show|teach|train|coach|back|guide|meet|pay|join)s?\s+you\b",
    re.I,
)
_BY_OTHERS = re.compile(
    r"[^,;:]{3,60}\b(?:is|are)\s+(?:\w+ly\s+)?(?:\w+ed|done|run|made|kept|set|given|paid|sold)\s+by\s+"
    r"(?:our|the|an?|another|your|other)\s+\w+",
    re.I,
)
_ADDRESSED = re.compile(r"\byou(?:['’]ll)?\b", re.I)


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset(table("work_verbs")[name].split())


def settle_whose_work(pieces: Sequence[Piece], title: str) -> None:
    """Make duties of sentences such as "You make the sauces" that stand among duties, and set aside
    those about others ("The director sets the budget", "Our chef shows you how")."""
    titled = {_stem(word) for word in re.findall(r"[a-z]+", title.lower())}
    addressed = any(
        piece.kind in ("duty", "unclear", "summary") and _ADDRESSED.search(piece.text[:200])
        for piece in pieces
        if not piece.listed
    )
    for piece in pieces:
        if piece.kind == "duty" and not piece.listed and piece.time is None:
            others = _by_others(piece.text, titled) if addressed else False
            given = " you" in piece.text and _TO_YOU.match(piece.text)
            if others or given or (" by " in piece.text and _BY_OTHERS.match(piece.text)):
                piece.kind = "other"
    working = {piece.line for piece in pieces if piece.kind == "duty" and not piece.listed}
    for piece in pieces:
        if piece.kind == "unclear" and piece.line in working and not piece.text.endswith("?"):
            found = _YOU.match(piece.text)
            if found and found["verb"].lower() in _words("doing"):
                piece.kind = "duty"


def _by_others(text: str, titled: set[str]) -> bool:
    """Whether the subject of a sentence is somebody else: not "you", and no word of the title."""
    if _ADDRESSED.search(text) or starts_with_verb(text, doubtful=True):
        return False
    words = re.findall(r"[\w'’-]+", text[:160])
    length = subject_length(words) or _plain_subject(words)
    if not 0 < length <= 6:
        return False
    subject = [
        word.lower()
        for word in words[:length]
        if word.lower() not in _words("adverbs") | _words("modals")
    ]
    mine = not _words("the_worker").isdisjoint(subject) or (
        bool(subject) and _stem(subject[-1]) in titled
    )
    return not mine and not is_verb(words[0].lower())


def _plain_subject(words: list[str]) -> int:
    """As `subject_length`, for "The case managers set …" and "Shelter staff give …"."""
    for number, word in enumerate(words[1:6], start=1):
        before = words[number - 1].lower()
        if word.lower() in _words("links"):
            return 0
        several = before in ("staff", "crew", "people") or (before.endswith("s") and number > 1)
        if several and is_verb(word) and is_title_word(before):
            return number
    return 0


def _stem(word: str) -> str:
    return word.removesuffix("s")
