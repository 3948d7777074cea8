"""The split step: a job's text → its duties with time shares, its requirements, and the rest.

The text is cleaned and masked first; everything else is taken from the masked text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from socoder.masking import mask
from socoder.records import Duty, Posting, Requirement, SetAside, Title
from socoder.splitting.allocation import Part, allocate, inferred_weight
from socoder.splitting.cues import is_generic, kind_in_list
from socoder.splitting.language import find_phrases, read
from socoder.splitting.lines import read_lines, tidy
from socoder.splitting.openings import find_openings
from socoder.splitting.passages import Group, Piece, make_pieces
from socoder.splitting.prose_shares import settle_prose_shares
from socoder.splitting.requirements import find_requirements
from socoder.splitting.sections import find_sections
from socoder.splitting.statements import (
    divide_by_names,
    divide_duties,
    divide_groups,
    is_statement,
    statement_clauses,
)
from socoder.splitting.time_shares import FULL_SHIFT, FULL_WEEK, Mention, without_time
from socoder.splitting.verbs import starts_with_verb
from socoder.splitting.whose_work import settle_whose_work

READ_LIMIT = 100_000
"""Characters of a text that are split; all of it is masked and kept."""
MAX_DUTIES = 400
"""Duties that are kept; a text with more of them is no posting."""

_STATED = frozenset({"share", "hours", "rest"})
_PLACE_WORDS = 8
_MAY_DIVIDE = frozenset({"summary", "duty", "unclear", "other", "schedule", "pitch"})
_WEEK = re.compile(
    r"\b(\d{2}(?:\.\d)?)\s?-?\s?(?:hours?|hrs?)\.?\s?(?:/|-|per|a|each)?\s?(?:week|wk)\b", re.I
)
_SHIFT = re.compile(
    r"\b(\d{1,2})\s?-?\s?(?:hours?|hrs?)\.?\s?(?:/|-|per|a)?\s?(?:shift|day)s?\b", re.I
)
_OTHER_DUTIES = re.compile(
    r"\b(?:other|additional|related|special|misc\w*)\b[\s\w/-]{0,30}\b(?:duties|tasks|projects|"
    r"assignments|functions)\b|^(?:duties )?as assigned",
    re.I,
)


def split(title: Title, text: str) -> Posting:
    """The posting of a text: duties (time shares add up to 1), typed requirements, passages set
    aside, and the titles of its openings if there are several.

    A text with words always has a duty, unless all of it is set aside or requirements; an empty
    text gives a posting without any. Never raises on any text. At most the first `READ_LIMIT`
    characters are split and the first `MAX_DUTIES` duties kept.
    """
    clean = mask(tidy(text)).strip()
    lines = read_lines(clean[:READ_LIMIT])
    asides = []
    if lines and _repeats_title(lines[0].text, title.raw):
        asides = [SetAside(lines[0].text, "other")]
        lines = lines[1:]
    openings, announcements = find_openings(lines)
    asides += [SetAside(lines[number].text, "other") for number in sorted(announcements)]
    kept = [line for number, line in enumerate(lines) if number not in announcements]
    pieces, groups = make_pieces(find_sections(kept))
    settle_whose_work(pieces, title.raw)
    settle_prose_shares(pieces, groups.values())
    named = _name_parts(pieces)
    statements = _settle(pieces, groups)
    duties = _duties(pieces, groups, statements, named, clean[:READ_LIMIT])
    requirements, set_aside = _rest(pieces)
    if not duties and not requirements and not set_aside and any(map(str.isalnum, clean)):
        set_aside = (SetAside(" ".join(clean[:READ_LIMIT].split()), "other"),)
    summary = _joined([piece for piece in pieces if piece.kind == "summary"])
    return Posting(title, clean, summary, duties, requirements, tuple(asides) + set_aside, openings)


def _joined(pieces: list[Piece]) -> str:
    """The pieces as a text, those of one line in one line."""
    text = ""
    for number, piece in enumerate(pieces):
        glue = " " if number and piece.line == pieces[number - 1].line else "\n" if number else ""
        text += glue + " ".join(piece.text.split())
    return text


def _repeats_title(line: str, title: str) -> bool:
    """Whether the first line is the title again, perhaps with the place: "DSP – Maple Street"."""
    words, titled = re.findall(r"\w+", line.lower()), re.findall(r"\w+", title.lower())
    if not titled or words[: len(titled)] != titled:
        return False
    behind = re.split(r"\s[–—-]\s|[|,(]", line, maxsplit=1)[1:]
    place = (
        bool(behind) and line[-1:] not in ".:;" and not starts_with_verb(behind[0], doubtful=True)
    )
    return words == titled or (place and len(words) <= len(titled) + _PLACE_WORDS)


def _settle(pieces: list[Piece], groups: dict[int, Group]) -> list[Piece]:
    """Decide what was left open, now that the whole posting is known; returns the sentences that
    divide the job."""
    statements = [
        piece
        for piece in pieces
        if not piece.listed and piece.kind in _MAY_DIVIDE and is_statement(piece)
    ]
    used = [piece for piece in statements if _divides(piece, pieces, groups)]
    in_groups = {number for number, group in groups.items() if group.time is not None}
    labelled = {
        piece.section for piece in pieces if piece.kind == "duty" and piece.section in groups
    }
    first = _first_of_list(pieces, in_groups | (labelled if len(labelled) > 1 else set()))
    for number, piece in enumerate(pieces):
        group = groups.get(piece.section)
        if piece in used:
            piece.kind = "summary"
        elif piece.kind == "unclear" and group is not None:
            among = group.inline and len(labelled) > 1 and piece.section > min(labelled)
            piece.kind = "duty" if group.time or piece.section in labelled or among else "unclear"
        elif piece.kind == "duty" and not piece.listed and number < first < len(pieces):
            piece.kind = "summary"
    begun = next((n for n, piece in enumerate(pieces) if piece.kind == "duty"), len(pieces))
    if begun == len(pieces):
        _fall_back(pieces)
    else:
        for number, piece in enumerate(pieces):
            if piece.kind == "unclear":
                piece.kind = "summary" if number < begun else "other"
    return statements


def _name_parts(pieces: list[Piece]) -> dict[int, Group]:
    """The groups that a sentence makes of those that begin with the names of its parts, by the id
    of the piece. What it names and nothing else tells of becomes a duty itself."""
    for number, statement in enumerate(pieces):
        open_ = not statement.listed and statement.kind in _MAY_DIVIDE and "," in statement.text
        if not open_ or not any(map(str.isdigit, statement.text)) or not is_statement(statement):
            continue
        made = divide_by_names(statement, pieces)
        if not made:
            continue
        statement.kind = "summary"
        for group in made:
            if not group.pieces:
                group.pieces.append(Piece(group.label, "duty", [], line=statement.line))
                pieces.insert(number + 1, group.pieces[0])
            for piece in group.pieces:
                piece.kind = "duty"
        return {id(piece): group for group in made for piece in group.pieces}
    return {}


def _divides(statement: Piece, pieces: list[Piece], groups: dict[int, Group]) -> bool:
    """Give the labelled groups the shares of a sentence that names them; False if it does not."""
    open_groups = {
        n: group for n, group in groups.items() if group.time is None and not group.known
    }
    working = {piece.section for piece in pieces if piece.kind == "duty"}
    for chosen in ([n for n in open_groups if n in working], list(open_groups)):
        if not divide_groups(statement, [open_groups[number] for number in chosen]):
            continue
        timed = {number for number in chosen if groups[number].time is not None}
        for piece in pieces:
            if piece.section in timed and piece is not statement:
                piece.kind = kind_in_list(piece.text, piece.hits, under_duties=True)
        return True
    return False


def _first_of_list(pieces: Sequence[Piece], groups: set[int]) -> int:
    """The number of the first duty of a list; len(pieces) if the text has none."""
    listed = [
        number for number, piece in enumerate(pieces)
        if piece.kind == "duty" and (piece.listed or piece.section in groups)
    ]  # fmt: skip
    return listed[0] if listed else len(pieces)


def _fall_back(pieces: list[Piece]) -> None:
    """A text in which nothing looked like a duty: what is not known to be something else is."""
    for kind in ("unclear", "summary"):
        found = [piece for piece in pieces if piece.kind == kind]
        if found:
            for piece in found:
                piece.kind = "duty"
            return


def _duties(
    pieces: list[Piece],
    groups: dict[int, Group],
    statements: list[Piece],
    named: dict[int, Group],
    text: str,
) -> tuple[Duty, ...]:
    found = [piece for piece in pieces if piece.kind == "duty"]
    found = [part for piece in found for part in _parted(piece, alone=len(found) == 1)]
    found = found[:MAX_DUTIES]
    if not found:
        return ()
    divided = named or _divided_by_statement(found, groups, statements)
    texts, parts, allotments = [], [], []
    labelled: set[int] = set()
    top: list[Part] = []
    of_group: dict[int, Part] = {}
    of_number: dict[int, int] = {}
    whole = max(
        (m.total for group in groups.values() if (m := group.time) is not None), default=0.0
    )
    counts = {number: sum(piece.section == number for piece in found) for number in groups}
    for number, piece in enumerate(found):
        part, words = _part(piece, number / max(1, len(found) - 1))
        group = divided.get(id(piece)) or groups.get(piece.section)
        if group is not None and piece.section not in labelled:
            labelled.add(piece.section)
            if group.tells_work or (group.names_its_duty and counts.get(piece.section) == 1):
                words = f"{group.label}: {words}"
        texts.append(words)
        parts.append(part)
        allotments.append(number if part.time is not None and part.time.stated else -1)
        if group is not None and group.time is not None:
            holder = of_group.get(id(group))
            if holder is None:
                holder = of_group[id(group)] = Part(group.time)
                top.append(holder)
                of_number[id(group)] = number
            holder.parts.append(part)
            if group.time.stated:
                allotments[-1] = of_number[id(group)]
        else:
            top.append(part)
    allocate(
        top, _hours(_WEEK, text, 15, 80, FULL_WEEK), _hours(_SHIFT, text, 4, 14, FULL_SHIFT), whole
    )
    return tuple(
        Duty(words, part.share, part.source, is_generic(words), allotment=allotment)
        for words, part, allotment in zip(texts, parts, allotments, strict=True)
    )


def _parted(piece: Piece, *, alone: bool) -> list[Piece]:
    """A line with several shares ("Cook 60%, clean 40%") as a duty for each of them."""
    parts = statement_clauses(piece)
    works = alone or all(starts_with_verb(words, doubtful=True) for words, _ in parts)
    if len(parts) < 2 or not works or not all(words for words, _ in parts):
        return [piece]
    return [
        Piece(words, "duty", find_phrases(read(words)), piece.section, piece.line, time=share)
        for words, share in parts
    ]


def _divided_by_statement(
    found: list[Piece], groups: dict[int, Group], statements: list[Piece]
) -> dict[int, Group]:
    """The groups that a sentence makes of duties without shares, by the id of the duty."""
    if any(group.time is not None for group in groups.values()) or any(
        _stated(piece) for piece in found
    ):
        return {}
    for piece in statements:
        if piece.kind == "summary":
            made = divide_duties(piece, found)
            if made:
                return {id(duty): group for group in made for duty in group.pieces}
    return {}


def _stated(piece: Piece) -> Mention | None:
    if piece.time is not None and piece.time.start == piece.time.end:
        told = [m for m in piece.times() if m.kind == "share" and m.stated]
        return told[0] if told else piece.time
    if piece.time is not None:
        return piece.time
    told = [m for m in piece.times() if m.kind in _STATED]
    told.sort(key=lambda mention: not mention.stated)
    return told[0] if told else None


def _part(piece: Piece, place: float) -> tuple[Part, str]:
    """What the allocation needs to know of a duty, and its text without the share."""
    mentions = piece.times()
    time = _stated(piece)
    words = _trim(without_time(piece.text, [m for m in mentions if m.kind in _STATED]))
    words = words or _trim(piece.text)
    frequency = _frequency(piece.text, [m for m in mentions if m.kind == "often"])
    weight = inferred_weight(
        words,
        place,
        frequency,
        generic=is_generic(words),
        other_duties=bool(_OTHER_DUTIES.search(words)),
    )
    return Part(time, weight), words


def _frequency(text: str, mentions: list[Mention]) -> float:
    """The factor of the words of frequency in a duty. Each speaks for its own clause only, and
    less when it belongs to a thing ("the monthly report") and not to what is done."""
    if not mentions:
        return 1.0
    factors = []
    for mention in mentions:
        before, after = text[: mention.start], text[mention.end :]
        start = max(before.rfind(mark) for mark in ",;.(") + 1
        ends = [place for mark in ",;.)" if (place := after.find(mark)) >= 0]
        end = mention.end + min(ends, default=len(after))
        part = len(text[start:end].split()) / max(1, len(text.split()))
        of_thing = re.match(r"\s+[a-z]", after) and re.search(
            r"\b(?:the|a|an|and|\w+ing|\w+s?)\s+$", before
        )
        amount = mention.amount**0.4 if of_thing else mention.amount
        factors.append(1 - (1 - amount) * part)
    return max(factors)


def _trim(text: str) -> str:
    """A duty without what its place in a list left on it."""
    text = " ".join(text.split()).strip(" \t;,•·*–—|→")
    text = re.sub(r"[;,]\s*(?:and|or)$", "", text)
    if text.endswith(".") and not re.search(
        r"(?:\b(?:etc|[ap]\.m|e\.g|i\.e|u\.s|inc|\w\.\w|\.\.))\.$", text, re.I
    ):
        text = text[:-1]
    return text.strip(" ;,")


def _hours(
    pattern: re.Pattern[str], text: str, least: float, most: float, otherwise: float
) -> float:
    """The longest working week (or shift) that a text speaks of, in hours."""
    told = [float(number) for number in pattern.findall(text)]
    return max((number for number in told if least <= number <= most), default=otherwise)


def _rest(pieces: list[Piece]) -> tuple[tuple[Requirement, ...], tuple[SetAside, ...]]:
    requirements: list[Requirement] = []
    aside: list[tuple[SetAside, int]] = []
    for piece in pieces:
        text = " ".join(piece.text.split())
        if piece.kind == "requirement":
            hits = piece.hits if text == piece.text else find_phrases(read(text))
            typed = find_requirements(text, hits, preferred=piece.preferred)
            requirements.extend(typed)
            if typed:
                continue
        elif piece.kind in ("duty", "summary"):
            continue
        kind = "other" if piece.kind in ("requirement", "unclear") else piece.kind
        if aside and piece.line >= 0 and aside[-1][1] == piece.line and aside[-1][0].kind == kind:
            aside[-1] = (SetAside(f"{aside[-1][0].text} {text}", kind), piece.line)
        else:
            aside.append((SetAside(text, kind), piece.line))
    return tuple(dict.fromkeys(requirements)), tuple(passage for passage, _ in aside)
