"""Roles that have no detailed occupation of their own: a tag beside the code, never instead of it.

The table is `training_data/unrecognised_roles.toml`; its head says how to write an entry. A role
is found by adding points: its title 3, a title that it shares with other work 2, each signal for
it 1, each signal against it −2, and a kind whose parent is found 1. It needs 3 points, or 4 where
neither the title nor the parent speaks for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np

from socoder.records import Posting, Ranking, Title
from socoder.role_table import Role, fillers, load_roles

TITLE, SHARED_TITLE, PARENT, FOR, AGAINST = 3, 2, 1, 1, -2
NEEDED, NEEDED_BY_TEXT_ALONE = 3, 4
# In natural-log units of the ranking's score: what a found role says for its codes over all others.
SPEAKS_FOR = 4.0

_TOKENS = re.compile(r"[a-z0-9]+(?:'[a-z]+)?|[.;:!?]")  # words and ends of sentences
_NEGATION = re.compile(r"no|not|never|without|nor|cannot|[a-z]+n't")
_UNNEEDED = {"required", "needed", "necessary", "expected"}
_REACH = 5  # how many words before a signal a negation is looked for, within the sentence

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RoleEvidence:
    """The points of one role in one posting. `title` is the title of the table that matched, "" if
    none; the signals are as they stand in the table."""

    id: str
    points: int
    needed: int
    title: str
    signals_for: tuple[str, ...]
    signals_against: tuple[str, ...]


def find_roles(posting: Posting) -> tuple[str, ...]:
    """The ids of the posting's roles, in the order of the table; a kind's parent stands with it.

    Raises ReferenceDataError if the table is missing or damaged."""
    found = {evidence.id for evidence in weigh_roles(posting) if evidence.points >= evidence.needed}
    found |= {role.parent for role in load_roles() if role.id in found}
    return tuple(role.id for role in load_roles() if role.id in found)


def informed(ranking: Ranking, posting: Posting, tags: Iterable[str]) -> Ranking:
    """The ranking with what the posting's roles say for the codes that they fall in, as one more
    part. Only roles that a text alone can show say anything, and only where there are duties to
    choose among their codes by; a role forces nothing."""
    found = [role for role in load_roles() if role.without_title and role.id in set(tags)]
    if not found or not posting.duties:
        return ranking
    known = {entry.code for role in found for entry in role.codes}
    said = np.array([SPEAKS_FOR * (code in known) for code in ranking.codes])
    return replace(
        ranking,
        job=ranking.job + said,
        parts=np.vstack([ranking.parts, said]),
        part_names=(*ranking.part_names, "role"),
    )


def weigh_roles(posting: Posting) -> tuple[RoleEvidence, ...]:
    """The evidence for each role that anything speaks for, found or not, in the order of the table.

    Raises ReferenceDataError as `find_roles` does."""
    index = _index()
    titles = index.titles(posting.title)
    signals = index.signals(_words(_text(posting)))
    if not titles and not signals:
        return ()
    found: set[str] = set()
    weighed = []
    for role in load_roles():
        title, worth = titles.get(role.id, ("", 0))
        good, bad = signals.get(role.id, (set(), set()))
        by_parent = role.parent in found
        if not title and not (good and role.without_title):
            continue
        if by_parent or not title:  # what shows the parent does not show which kind it is
            good = good.difference(*signals.get(role.parent, ())[:1])
        points = worth + PARENT * by_parent + FOR * len(good) + AGAINST * len(bad)
        needed = NEEDED if title or by_parent else NEEDED_BY_TEXT_ALONE
        if points >= needed:
            found.add(role.id)
        weighed.append(
            RoleEvidence(role.id, points, needed, title, tuple(sorted(good)), tuple(sorted(bad)))
        )
    return tuple(weighed)


def _text(posting: Posting) -> str:
    """What the signals are looked for in. Benefits, pay and equal-opportunity wording are left out:
    they speak of disability and health in every posting; the pitch says who is served."""
    pitch = (passage.text for passage in posting.set_aside if passage.kind == "pitch")
    duties = (duty.text for duty in posting.duties)
    asked = (requirement.text for requirement in posting.requirements)
    return ". ".join((posting.title.raw, posting.summary, *pitch, *duties, *asked))


def _words(text: str) -> list[str]:
    return [_singular(word) for word in _TOKENS.findall(text.lower().replace("’", "'"))]


@lru_cache(maxsize=1 << 16)
def _singular(word: str) -> str:
    word = word.removesuffix("'s")
    if len(word) <= 3 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-2] if word.endswith(("sses", "xes", "ches", "shes")) else word[:-1]


class _Phrases:
    """Finds many phrases in one pass: each is filed under the first letters of its first word."""

    def __init__(self, phrases: Iterable[tuple[str, Any]]) -> None:
        self._filed: dict[str, list[tuple[str, Words, Any]]] = {}
        for phrase, target in phrases:
            first, *rest = (w if w.endswith("*") else _singular(w) for w in phrase.split())
            self._filed.setdefault(first[:3], []).append((first, tuple(rest), target))
        self._starting = lru_cache(maxsize=1 << 16)(self._look_up)

    def _look_up(self, word: str) -> tuple[tuple[Words, Any], ...]:
        filed = self._filed.get(word[:3], ())
        return tuple((rest, target) for first, rest, target in filed if _fits(word, first))

    def find(self, words: Sequence[str]) -> Iterator[tuple[int, int, Any]]:
        """Where each phrase begins and ends, and what it stands for."""
        for start, word in enumerate(words):
            for rest, target in self._starting(word):
                end = start + 1 + len(rest)
                if end <= len(words) and all(map(_fits, words[start + 1 : end], rest)):
                    yield start, end, target


def _fits(word: str, pattern: str) -> bool:
    return word.startswith(pattern[:-1]) if pattern.endswith("*") else word == pattern


def _denied(words: Sequence[str], start: int, end: int) -> bool:
    """Whether "no", "not" … stands before the phrase, or "not required" after it."""
    for word in reversed(words[max(0, start - _REACH) : start]):
        if word in ".;:!?":
            break
        if _NEGATION.fullmatch(word):
            return True
    after = words[end : end + 3]
    return "not" in after[:2] and not _UNNEEDED.isdisjoint(after)


class _Index:
    """All titles and signals of the table, ready to be looked for."""

    def __init__(self, roles: Sequence[Role], fillers: Iterable[str]) -> None:
        self._fillers = frozenset(map(_singular, fillers))
        named = [
            (title, (role.id, title, worth), role.whole_title)
            for role in roles
            for worth, titles in ((TITLE, role.titles), (SHARED_TITLE, role.shared_titles))
            for title in titles
        ]
        self._titles = _Phrases((title, target) for title, target, whole in named if not whole)
        self._whole = {tuple(_words(title)): target for title, target, whole in named if whole}
        self._signals = _Phrases(
            (phrase, (role.id, side, signal))
            for role in roles
            for side, signals in enumerate((role.signals_for, role.signals_against))
            for signal in signals
            for phrase in signal.split("|")
        )

    def titles(self, title: Title) -> dict[str, tuple[str, int]]:
        """For each role that a title names: the phrase that matched, and its points."""
        found: dict[str, tuple[str, int]] = {}
        for wording in dict.fromkeys((title.raw, *title.variants)):
            words = _words(wording)
            bare = tuple(word for word in words if word not in self._fillers)
            targets = [target for *_, target in self._titles.find(words)]
            # Further variants are the parts of a slashed title: none of them is the whole.
            if wording in (title.raw, *title.variants[:1]) and bare in self._whole:
                targets.append(self._whole[bare])
            for role_id, phrase, worth in targets:
                if worth > found.get(role_id, ("", 0))[1]:
                    found[role_id] = (phrase, worth)
        return found

    def signals(self, words: Sequence[str]) -> dict[str, tuple[set[str], set[str]]]:
        """For each role with a signal: the signals for it and those against it."""
        found: dict[str, tuple[set[str], set[str]]] = {}
        for start, end, (role_id, side, signal) in self._signals.find(words):
            if not _denied(words, start, end):
                found.setdefault(role_id, (set(), set()))[side].add(signal)
        return found


@lru_cache(maxsize=1)
def _index() -> _Index:
    return _Index(load_roles(), fillers())
