"""Sections → pieces: each duty, requirement and set-aside passage with its kind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from socoder.splitting.clock import clock_hours, starts_with_clock
from socoder.splitting.colon_heads import MAY_SHARE, head_times, with_share, work_after_colon
from socoder.splitting.cues import cue_kinds, kind_in_list, kind_in_prose
from socoder.splitting.headings import MAX_HEADING_WORDS, heading_kind
from socoder.splitting.language import Hit, find_phrases, read, sentences
from socoder.splitting.lines import Line
from socoder.splitting.requirements import find_requirements
from socoder.splitting.sections import Section
from socoder.splitting.share_lines import whole_shares
from socoder.splitting.time_shares import Mention, find_times, without_time
from socoder.splitting.verbs import starts_with_verb

_SET_ASIDE = frozenset(
    {"pitch", "benefits", "pay", "eeo", "apply", "physical", "schedule", "other"}
)
# In these a requirement may hide ("To apply: 18, diploma or GED").
_MAY_ASK = frozenset({"apply", "other", "physical", "schedule"})
_STATED = frozenset({"share", "hours", "rest"})
_LABEL_WORDS = 3
# "70 percent of the shift is spent on the staff", "12 hours on eligibility": what the time is for.
_LABEL_LEAD = re.compile(
    r"^(?:(?:[\w.%]+ ){1,6}(?:is|are) (?:spent|for|devoted to) )?"
    r"(?:[\d.]+\s?(?:hours?|hrs?|h|%|percent)\s+)?(?:(?:on|of|for|in)\s+(?:the\s+)?(?=[a-z]))?",
)
# "You'll split your week:" names no work.
_OF_TIME = re.compile(
    r"\b(?:your|the|our|an?|this)\s+(?:\w+\s+)?(?:week|day|time|shift|job|work|hours|position)\b|"
    r"\bhow\b|\bfollows\b",
    re.I,
)
_LONG_ITEM_WORDS = 60
# No duty is longer, in characters; what is gets cut, so that the work stays linear.
_MAX_ITEM = 2_000


@dataclass(slots=True)
class Piece:
    """A part of the text. `kind` is "duty", "requirement", "summary", "unclear" or a kind that is
    set aside; `listed` says that it was an item of a list; `section` and `line` are numbers."""

    text: str
    kind: str
    hits: list[Hit]
    section: int = -1
    line: int = -1
    listed: bool = False
    preferred: bool = False
    time: Mention | None = None
    _found: tuple[str, list[Mention]] | None = None

    def times(self) -> list[Mention]:
        """The expressions of time in the text, looked for once."""
        if self._found is None or self._found[0] != self.text:
            self._found = (self.text, find_times(self.text, self.hits))
        return self._found[1]


@dataclass(slots=True)
class Group:
    """A labelled part of the job: "Kitchen (60%)". `label` has lost its share."""

    label: str
    time: Mention | None
    inline: bool
    known: bool
    pieces: list[Piece] = field(default_factory=list)
    leads: bool = False

    @property
    def names_its_duty(self) -> bool:
        """Whether the label stands in the line of its duty and says more than "Duties"."""
        return self.inline and not self.known and bool(self.label)

    @property
    def tells_work(self) -> bool:
        """Whether the label is no mere name: it belongs to the first of several duties."""
        long = len(self.label.split()) > _LABEL_WORDS
        return self.names_its_duty and (self.leads or (long and not _OF_TIME.search(self.label)))


def make_pieces(sections: list[Section]) -> tuple[list[Piece], dict[int, Group]]:
    """The pieces of all sections in order, and the labelled groups by number of section."""
    pieces: list[Piece] = []
    groups: dict[int, Group] = {}
    numbers = {id(section): number for number, section in enumerate(sections)}
    counter = 0
    for number, section in enumerate(sections):
        begun = numbers.get(id(section.resumes))
        group = groups.get(begun) if begun is not None else _group(section)
        if group is not None:
            groups[number] = group
        timed = group is not None and group.time is not None
        sentence = not section.kind and len(section.label.split()) > MAX_HEADING_WORDS
        if section.lines and sentence and not section.inline and not timed:
            pieces.append(Piece(section.label, "summary", []))
        if not section.lines:
            if not timed:
                pieces.extend(_lonely(section.label))
            continue
        lines = _lines_of(section)
        if group is not None and group.inline and group.time is not None and not group.label:
            _take_name(group, lines[0])
        for line in lines:
            counter += 1
            for piece in _pieces_of(section, list(_cut(line)), group):
                piece.section, piece.line = number, counter
                begins = section.inline and not section.kind and line[0].text == piece.text
                if begins and piece.kind in _SET_ASIDE:
                    piece.text = f"{section.label}: {piece.text}"
                pieces.append(piece)
        _vote([piece for piece in pieces if piece.section == number], section)
    return pieces, groups


def _group(section: Section) -> Group | None:
    if not section.label or section.kind not in ("", "duties"):
        return None
    mentions = [m for m in find_times(section.label, label=True) if m.kind in _STATED]
    mentions.sort(key=lambda mention: not mention.stated)
    label = without_time(section.label, mentions).strip(" :.–—-,;")
    if mentions and section.inline:
        label = _LABEL_LEAD.sub("", label)
    return Group(label, mentions[0] if mentions else None, section.inline, section.kind != "")


def _take_name(group: Group, line: list[_Item]) -> None:
    """ "16 hours: job coach. You train …": the first words are the name of the part."""
    text = line[0].text
    if len(line) > 1 and len(text.split()) <= _LABEL_WORDS and not starts_with_verb(text):
        group.label, group.leads = text.strip(" .:;"), True
        del line[0]


def _lonely(label: str) -> Iterator[Piece]:
    """A heading with nothing below it: mostly the name of the place, sometimes a duty."""
    if heading_kind(label):
        return
    hits = find_phrases(read(label))
    kind = kind_in_prose(label, hits)
    yield Piece(label, "other" if kind == "unclear" else kind, hits)


@dataclass(slots=True)
class _Item:
    text: str
    listed: bool
    time: Mention | None = None


def _lines_of(section: Section) -> list[list[_Item]]:
    """Each line of a section as its items: whole, or parted into sentences."""
    lines = section.lines
    table = _timetable(lines)
    if table is not None:
        return table
    rows = sum(_has_share(line) for line in lines if not line.mark) > 1
    plain = [line for line in lines if not line.mark]
    verbs = sum(starts_with_verb(line.text) for line in plain)
    alone = len(plain) > 1 and not section.inline and section.kind in ("", "duties")
    lost_bullets = alone and (
        (section.kind == "duties" and any(len(line.text.split()) < 25 for line in plain))
        or (verbs > 0.6 * len(plain) and not any(line.gap for line in plain[1:]))
    )
    whole_job = whole_shares([line.text for line in lines])
    if whole_job is not None:
        return [[_Item(text, True, Mention("share", share, 0, 0))] for share, text in whole_job]
    items = []
    for line in lines:
        long = len(line.text.split()) > _LONG_ITEM_WORDS
        whole = line.mark or (rows and _has_share(line)) or (lost_bullets and not long)
        if whole and section.kind not in ("requirements", "preferred"):
            items.append([_Item(line.text, True)])
        else:
            items.append([_Item(one, bool(line.mark)) for one in sentences(line.text)])
    return items


def _cut(items: list[_Item]) -> Iterator[_Item]:
    for item in items:
        text = item.text
        while len(text) > _MAX_ITEM:
            end = text.rfind(" ", 1, _MAX_ITEM)
            end = end if end > 0 else _MAX_ITEM
            yield _Item(text[:end], item.listed, item.time)
            text = text[end:].strip()
        # A lone letter is a mark ("E" for essential), no duty.
        if sum(map(str.isalnum, text)) < 2:
            continue
        yield _Item(text, item.listed, item.time)


def _timetable(lines: list[Line]) -> list[list[_Item]] | None:
    timed = [number for number, line in enumerate(lines) if starts_with_clock(line.text)]
    entries = clock_hours([lines[number].text for number in timed])
    if entries is None:
        return None
    items = [[_Item(one, False) for one in sentences(line.text)] for line in lines]
    for number, (hours, text) in zip(timed, entries, strict=True):
        time = Mention("hours", hours, 0, 0, "shift") if hours else None
        items[number] = [_Item(text, True, time)]
    return items


def _has_share(line: Line) -> bool:
    return "%" in line.text and any(
        mention.kind == "share" for mention in find_times(line.text, [])
    )


def _pieces_of(section: Section, line: list[_Item], group: Group | None) -> Iterator[Piece]:
    kind = section.kind
    timed = group is not None and group.time is not None
    for number, item in enumerate(line):
        if kind in _SET_ASIDE:
            if number and kind in ("schedule", "other") and section.inline and _divides(item.text):
                yield Piece(item.text, "unclear", find_phrases(read(item.text)))
            else:
                yield from _aside(section, item, number == 0)
        elif kind in ("requirements", "preferred"):
            for clause in clauses(item.text):
                hits = find_phrases(read(clause))
                yield _required(clause, hits, kind == "preferred")
        else:
            yield from _work(section, item, timed)


def _aside(section: Section, item: _Item, first: bool) -> Iterator[Piece]:
    text = f"{section.label}: {item.text}" if section.inline and first else item.text
    kind = section.kind if section.inline else _other_kind(item.text, section.kind)
    hits = find_phrases(read(text)) if section.kind in _MAY_ASK else []
    if any(hit.table == "need" for hit in hits):
        for clause in clauses(text):
            found = find_phrases(read(clause))
            asked = any(hit.table == "need" for hit in found) and find_requirements(clause, found)
            yield Piece(clause, "requirement" if asked else kind, found)
        return
    yield Piece(text, kind, hits)


def _other_kind(text: str, kind: str) -> str:
    """The kind of a sentence below a heading of `kind`: the cues of another may be plain."""
    strong, _ = cue_kinds(text, find_phrases(read(text)))
    if kind in strong:
        return kind
    return next((other for other in ("eeo", "apply", "pay", "benefits") if other in strong), kind)


def _required(text: str, hits: list[Hit], preferred: bool) -> Piece:
    """A clause under a heading of requirements; some say something else all the same."""
    strong, _ = cue_kinds(text, hits)
    strong.pop("pitch", None)
    if not any(hit.table == "need" for hit in hits):
        for kind in ("pay", "benefits", "eeo", "apply", "physical", "schedule"):
            if strong.get(kind):
                return Piece(text, kind, hits)
    return Piece(text, "requirement", hits, preferred=preferred)


def _work(section: Section, item: _Item, timed: bool) -> Iterator[Piece]:
    under_duties = section.kind == "duties" or timed
    listed = item.listed or under_duties
    parts = [item.text] if item.listed or _divides(item.text) else _chain(item.text)
    works = sum(starts_with_verb(part) for part in parts)
    if len(parts) > 2 and 2 * works >= len(parts):
        under_duties = True
    elif len(parts) > 1 and _whole_kind(item.text, listed, under_duties) not in ("duty", "unclear"):
        parts = [item.text]
    # Behind a clause that is a duty, the others of its sentence are duties too.
    listed = listed or len(parts) > 1
    told = item.listed or section.kind == "duties" or timed
    for text in parts:
        hits = find_phrases(read(text))
        if section.kind == "summary" and not item.listed:
            kind = kind_in_prose(text, hits)
            kind = "summary" if kind in ("duty", "unclear", "pitch", "schedule", "other") else kind
        elif listed:
            kind = kind_in_list(text, hits, under_duties=under_duties)
        else:
            kind = kind_in_prose(text, hits)
        if kind in ("schedule", "other", "pitch", "pay") and _divides(text):
            kind = "unclear"
        if kind == "unclear" and section.label and starts_with_verb(text, doubtful=True):
            kind = "duty"
        if kind == "requirement":
            for clause in clauses(text):
                found = hits if clause == text else find_phrases(read(clause))
                yield Piece(clause, kind, found, listed=listed)
        elif (
            kind not in ("duty", "requirement", "summary")
            and not listed
            and (cut := work_after_colon(text, named=kind == "unclear"))
        ):
            head, tail = cut
            shares = head_times(head)
            if shares:
                words = with_share(head, tail, shares)
                time = replace(shares[0], start=0, end=0)
                yield Piece(words, "duty", find_phrases(read(words)), time=time)
                continue
            if len(head.split()) <= _LABEL_WORDS:
                yield Piece(text, "duty", hits, time=item.time)
                continue
            yield Piece(head, kind_or_other(head), find_phrases(read(head)))
            yield Piece(tail, "duty", find_phrases(read(tail)), time=item.time)
        else:
            yield Piece(text, kind, hits, listed=told, time=item.time)


def _divides(text: str) -> bool:
    """Whether a sentence names two shares or more: it is told apart only with the whole posting."""
    if len(MAY_SHARE.findall(text)) < 2:
        return False
    return sum(m.kind in _STATED and m.stated for m in find_times(text, [])) > 1


def _whole_kind(text: str, listed: bool, under_duties: bool) -> str:
    hits = find_phrases(read(text))
    return (
        kind_in_list(text, hits, under_duties=under_duties) if listed else kind_in_prose(text, hits)
    )


def kind_or_other(text: str) -> str:
    """The kind of a passage that is certainly no duty."""
    kind = kind_in_prose(text, find_phrases(read(text)))
    return kind if kind in _SET_ASIDE else "other"


def _chain(text: str) -> list[str]:
    """A chain of clauses between semicolons as its clauses; other sentences stay whole."""
    parts = clauses(text)
    if len(parts) < 2:
        return [text]
    works = sum(starts_with_verb(part, doubtful=True) for part in parts[1:])
    return parts if len(parts) > 2 or works else [text]


_ALTERNATIVE = re.compile(r"\s*or\b", re.I)


def clauses(text: str) -> list[str]:
    """A text parted at the semicolons that stand outside brackets."""
    if ";" not in text:
        return [text]
    parts, depth, start = [], 0, 0
    for place, character in enumerate(text):
        if character in "([":
            depth += 1
        elif character in ")]":
            depth = max(0, depth - 1)
        elif character == ";" and depth == 0 and not _ALTERNATIVE.match(text, place + 1):
            parts.append(text[start:place])
            start = place + 1
    parts.append(text[start:])
    kept = [re.sub(r"^(?:and|or)\b[\s,]*", "", part.strip(), flags=re.I) for part in parts]
    return [part for part in kept if any(character.isalnum() for character in part)]


def _vote(pieces: list[Piece], section: Section) -> None:
    """A list under an unknown heading is of one kind if most of its items are."""
    listed = [piece for piece in pieces if piece.listed]
    if section.kind or len(listed) < 3 or any(piece.time for piece in listed):
        return
    if any(starts_with_verb(piece.text) for piece in listed):
        return
    for kind in ("benefits", "pay", "requirement", "physical", "schedule", "pitch", "eeo"):
        if 2 * sum(piece.kind == kind for piece in listed) >= len(listed):
            for piece in listed:
                piece.kind = kind if piece.kind == "duty" else piece.kind
