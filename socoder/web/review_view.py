"""An item of the desk as its page draws it: the text with its duties marked, the candidates in
words, the tree and what a search found."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from socoder import soc
from socoder.cli.page import review_reasons
from socoder.errors import UnknownCodeError
from socoder.occupation_texts import OccupationText, load_texts, official_definitions
from socoder.records import LEVELS
from socoder.review.records import Item
from socoder.web.coding_view import NEUTRAL, DutyBar, LevelBar
from socoder.web.soc_lookup import look_up

MOST_CANDIDATES = 9  # as many as there are keys


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of the text; one that is a duty has its code, colour and number."""

    text: str
    soc_code: str = ""
    colour: str = ""
    duty: int = -1


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Work that is near, and where it is coded."""

    what: str
    soc_code: str
    title: str


@dataclass(frozen=True, slots=True)
class Option:
    """A candidate with its number on the keyboard and what the occupation is."""

    key: int
    soc_code: str
    title: str
    probability: float
    summary: str
    elsewhere: tuple[Elsewhere, ...]
    apart: str
    machine: bool


@dataclass(frozen=True, slots=True)
class Choosable:
    """A group that can be chosen, or opened in the tree."""

    soc_code: str
    title: str
    level: str
    name: str
    parent: bool


def passages(text: str, duties: Sequence[DutyBar]) -> tuple[Passage, ...]:
    """The text in pieces, in order, with the duties that stand in it marked. A duty that was put
    together from several places may not be found; it stands in the list of duties all the same."""
    pieces: list[Passage] = []
    at = 0
    for duty in duties:
        words = duty.text.split()
        if not words:
            continue
        found = re.compile(r"\s+".join(map(re.escape, words))).search(text, at)
        if found is None:
            continue
        if found.start() > at:
            pieces.append(Passage(text[at : found.start()]))
        pieces.append(
            Passage(
                found.group(), duty.soc_code, duty.colour if duty.soc_code else NEUTRAL, duty.index
            )
        )
        at = found.end()
    if at < len(text):
        pieces.append(Passage(text[at:]))
    return tuple(pieces)


def options(item: Item) -> tuple[Option, ...]:
    """The candidates as the machine stored them, its own code first, at most MOST_CANDIDATES."""
    known, texts, official = soc.load(), load_texts(), official_definitions()
    codes = {each.soc_code: each.probability for each in item.options}
    order = [item.soc_code, *sorted(codes, key=lambda code: (-codes[code], code))]
    found: list[Option] = []
    for code in dict.fromkeys(each for each in order if each):
        try:
            title = known.title(code)
        except UnknownCodeError:  # an item of another version of the classification
            continue
        text = texts.get(code)
        share = codes.get(code, item.confidence.get("detailed", 0.0))
        found.append(
            Option(
                len(found) + 1, code, title, share,
                official.get(code) or (text.summary if text else ""),
                _elsewhere(text, known), text.distinguishers if text else "",
                code == item.soc_code,
            )
        )  # fmt: skip
    return tuple(found[:MOST_CANDIDATES])


def _elsewhere(text: OccupationText | None, known: soc.Classification) -> tuple[Elsewhere, ...]:
    if text is None:
        return ()
    return tuple(Elsewhere(n.what, n.code, known.title(n.code)) for n in text.neighbours)


def levels(item: Item) -> tuple[LevelBar, ...]:
    """The machine's confidence at each level, as it stood when the file was coded."""
    known = soc.load()
    if not item.soc_code:
        return ()
    return tuple(
        LevelBar(level, code, known.title(code), item.confidence.get(level, 0.0), False)
        for level in LEVELS
        for code in (known.at_level(item.soc_code, level),)
    )


def broader(item: Item) -> tuple[Choosable, ...]:
    """The groups above the machine's code: for a text that supports no more."""
    known = soc.load()
    above = known.ancestors(item.soc_code) if item.soc_code else ()
    return tuple(_choosable(known, code) for code in above)


def reasons(item: Item) -> tuple[str, ...]:
    """Why the machine doubts, in words."""
    words = review_reasons()
    return tuple(words.get(each, each.replace("_", " ")) for each in item.reasons)


def searched(words: str) -> tuple[Choosable, ...]:
    """What a search for words or a code gives."""
    known = soc.load()
    return tuple(_choosable(known, hit.code, hit.name) for hit in look_up(words, 12))


def branch(code: str) -> tuple[tuple[Choosable, ...], tuple[Choosable, ...]]:
    """The way down to a group, and what is right below it; all major groups for ""."""
    known = soc.load()
    if not code:
        return (), tuple(_choosable(known, g.code) for g in known.groups if not g.parent)
    code = known.find(code)
    way = (*reversed(known.ancestors(code)), code)
    return tuple(_choosable(known, each) for each in way), tuple(_below(known, code))


def _below(known: soc.Classification, code: str) -> Iterator[Choosable]:
    for each in known.children(code):
        yield _choosable(known, each)


def _choosable(known: soc.Classification, code: str, name: str = "") -> Choosable:
    group = known.get(code)
    other = name if name and name != group.title else ""
    return Choosable(code, group.title, group.level, other, group.level != "detailed")
