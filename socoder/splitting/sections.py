"""Lines → the sections of a posting: what stands under which heading."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from socoder.splitting.headings import MAX_HEADING_WORDS, heading_kind
from socoder.splitting.lines import Line
from socoder.splitting.share_lines import own_share
from socoder.splitting.verbs import starts_with_verb

# "Kitchen (60%): cook …" — the label may hold brackets and a share, but no end of a sentence.
_COLON = re.compile(
    r"(?P<label>[^:.!?;]{1,90}?(?:\([^()]{0,80}\)[^:.!?;]{0,40}?)?)\s*:(?!\d)\s*(?P<rest>\S.*)?$",
    re.S,
)
_DASH = re.compile(
    r"(?P<label>[^:.!?;–—]{1,60}?)\s*(?:\s[–—-]{1,2}\s|\.{3,}|—)\s*(?P<rest>\S.*)$", re.S
)
_STOP = re.compile(r"(?P<label>[^:.!?;–—]{1,60}?)\.\s+(?P<rest>\S.*)$", re.S)
_SHARE = re.compile(
    r"\d{1,3}(?:\.\d+)?\s*(?:%|percent\b)|\b\d{1,2}(?:\.\d+|½)?\s*(?:hrs?|hours?|h)\b|"
    r"\b(?:half|thirds?|quarters?|remaining|rest|remainder|majority) (?:of|\d)|\b(?:remaining|"
    r"other) (?:half|third|quarter)|\bhalf[ -]time\b",
    re.I,
)
_DIGIT = re.compile(r"\d")
_PERCENT = re.compile(r"\d\s*(?:%|percent\b)", re.I)
# A label that has one of these is a clause of a sentence and no heading.
_CLAUSE = re.compile(
    r"\b(?:is|are|was|will be|have|has|includes?|such as|following|e\.g|note|https?|www|re|am|"
    r"pm)\b",
    re.I,
)
_SUBJECT = re.compile(r"(?:you|we|i|it|this|there|they)\b", re.I)
_STATUS = re.compile(r"(?:pt|ft|full|part|prn|per diem)\b", re.I)
# These stay what they are even with a percentage in the heading ("Travel: 20%").
_NEVER_TIMED = frozenset({"physical", "benefits", "pay", "eeo", "apply", "schedule"})
# A field of the form's head ("Dept: Surgery") speaks for its own line only.
_FIELDS = frozenset({"other", "schedule", "pay"})


@dataclass(slots=True)
class Section:
    """What stands under one heading. `kind` is "" where no known heading has been met.

    `label` is the heading as written, with its share of time if it has one. `inline` says that
    the text goes on in the heading's own line; `resumes` is the section that goes on here, after
    a bullet with a heading of its own.
    """

    kind: str
    label: str = ""
    lines: list[Line] = field(default_factory=list)
    inline: bool = False
    resumes: Section | None = None


def find_sections(lines: list[Line]) -> list[Section]:
    """The sections in order; a heading with nothing below it stays with an empty list."""
    whole = " ".join(line.text for line in lines)
    capitals = len(re.findall(r"[A-Z]", whole))
    shouted = capitals > 0.7 * (capitals + len(re.findall(r"[a-z]", whole)))
    sections = [Section("")]
    for number, line in enumerate(lines):
        following = lines[number + 1] if number + 1 < len(lines) else None
        current = sections[-1]
        heading = _heading(line, following, shouted)
        if heading is not None and _belongs(line, heading, current):
            heading = None
        if heading is None and current.inline and not line.mark and _SHARE.search(current.label):
            # "20 % - shift notes" below "55 % - hands-on help: …" is a part of its own.
            part = own_share(line.text)
            heading = ("", *part) if part else None
        if heading is not None:
            kind, label, rest = heading
            inline = bool(rest)
            section = Section(kind, label, inline=inline)
            if inline:
                section.lines.append(Line(rest, line.mark, line.indent, line.gap))
            sections.append(section)
            if inline and (line.mark or kind in _FIELDS):
                # The next bullet belongs to the list again.
                same = current if line.mark else Section("")
                sections.append(
                    Section(same.kind, same.label, inline=same.inline, resumes=same.resumes or same)
                )
        elif _ends(current, line):
            sections.append(Section("", lines=[line]))
        else:
            current.lines.append(line)
    return [
        section for section in sections if section.lines or (section.label and not section.resumes)
    ]


def _belongs(line: Line, heading: tuple[str, str, str], current: Section) -> bool:
    """Whether what looks like an unknown label ("Repairs old mounts: …") is part of the section."""
    kind, label, rest = heading
    if kind or not rest or line.gap or _SHARE.search(label) or _is_shouted(label):
        return False
    clause = len(label.split()) > 1 and not label.split()[0].endswith("ing")
    if current.kind and current.kind != "duties" and current.lines:
        return not current.inline
    listed = current.kind == "duties" and not current.inline and clause and starts_with_verb(label)
    return listed or (bool(_SHARE.search(current.label)) and not current.inline)


def _ends(section: Section, line: Line) -> bool:
    """Whether an unheaded line after a blank one has left the section."""
    if not line.gap or not section.lines or section.kind == "pitch":
        return False
    if section.inline or (section.label and not section.kind):
        return not line.mark
    if line.mark:
        return False
    listed = any(held.mark for held in section.lines)
    rows = len(section.lines) > 1 and not any(held.gap for held in section.lines[1:])
    return listed or (rows and section.kind == "duties")


def _heading(line: Line, following: Line | None, shouted: bool) -> tuple[str, str, str] | None:
    """(kind, label, text behind the label) of a line that is or begins with a heading."""
    text = line.text
    if len(text) <= 160 and len(_outside_brackets(text).split()) <= MAX_HEADING_WORDS + 4:
        kind = _alone(line, following, shouted)
        if kind is not None:
            return kind, text, ""
    for pattern in (_COLON, _DASH, _STOP):
        found = pattern.match(text)
        if not found or not found["rest"]:
            continue
        label, rest = found["label"].strip(), found["rest"].strip()
        kind = _label_kind(label, rest, pattern, line, shouted)
        if kind is not None:
            return kind, label, rest
    # A sentence may lead a list: "Under the nurse manager the nurse:".
    leads = following is not None and following.mark and not line.mark and text.endswith(":")
    return ("", text, "") if leads else None


def _alone(line: Line, following: Line | None, shouted: bool) -> str | None:
    """The kind of a line that is a heading as a whole ("" for one that no table knows)."""
    text = line.text
    bare = text.rstrip(" :–-.")
    timed = _is_timed(text)
    sentence = text.endswith((".", "!", "?")) and len(text.split()) > 4
    kind = "" if sentence else heading_kind(bare)
    if kind and (not line.mark or text.endswith(":")):
        if timed and kind not in _NEVER_TIMED and kind != "duties":
            kind = ""
        if kind and not (line.mark and following is not None and following.mark == line.mark):
            return kind
    if following is None:
        return None
    if timed:
        return "" if _heads_timed_part(line, following) else None
    if line.mark:
        nested = following.mark and (following.mark != line.mark or following.indent > line.indent)
        return "" if nested and text.endswith(":") and len(text.split()) <= 6 else None
    words = len(text.split())
    if text.endswith((".", "!", "?", ",", ";")) or words > MAX_HEADING_WORDS:
        return None
    if text.endswith(":") or line.bold:
        return ""
    if following.mark and words <= 6 and not following.gap:
        return ""
    if not shouted and _is_shouted(bare) and len(bare) > 2:
        return ""
    return None


def _heads_timed_part(line: Line, following: Line) -> bool:
    """Whether "Filing 40%" is the heading of what follows, and not itself an item of a list."""
    words = len(_outside_brackets(line.text).split())
    limit = MAX_HEADING_WORDS + 2 if _PERCENT.search(line.text) else 6
    if words > limit or line.text.endswith((".", ";", "!")) or _STATUS.match(line.text):
        return False
    if _PERCENT.search(following.text) and len(following.text) < 120:
        return False
    if heading_kind(following.text.partition(":")[0]):
        return False
    if line.mark:
        deeper = following.mark != line.mark or following.indent > line.indent
        return deeper and not following.gap
    return bool(following.mark) or not following.gap or _is_shouted(line.text)


def _label_kind(
    label: str, rest: str, pattern: re.Pattern[str], line: Line, shouted: bool
) -> str | None:
    """The kind of a label with text behind it, "" for one that no table knows; None for words
    that are no label."""
    timed = _is_timed(label)
    kind = heading_kind(label)
    if pattern is _COLON:
        if kind:
            return "" if timed and kind not in _NEVER_TIMED and kind != "duties" else kind
        if line.mark:
            return None
        short = len(_outside_brackets(label).split()) <= 6
        if timed:
            clause = _CLAUSE.search(_outside_brackets(label))
            told = len(label.split()) <= 12 and not _SUBJECT.match(label)
            return "" if not clause or told else None
        return "" if short and not _CLAUSE.search(label) and label[:1].isalnum() else None
    if line.mark:
        return None
    caps = _is_shouted(label) and not shouted and len(label.split()) <= 6
    if kind and (len(label.split()) > 1 or caps or label[:1].isupper()):
        if pattern is _DASH and not (caps or label[:1].isupper()):
            return None
        # "Experience. …" is a heading; "Work - life balance" is none.
        if pattern is _DASH and kind in _FIELDS and not caps:
            return None
        return "" if timed and kind != "duties" and kind not in _NEVER_TIMED else kind
    if caps and (timed or pattern is _DASH) and len(label) > 2 and len(rest.split()) > 3:
        return ""
    if caps and timed:
        return ""
    return None


def _is_timed(text: str) -> bool:
    likely = _DIGIT.search(text) or "half" in text or "of" in text or "remain" in text
    return bool(likely) and bool(_SHARE.search(text))


def _outside_brackets(text: str) -> str:
    return re.sub(r"\([^()]*\)", "", text)


def _is_shouted(text: str) -> bool:
    """Whether a text is written in capitals (brackets apart)."""
    letters = [character for character in _outside_brackets(text) if character.isalpha()]
    return len(letters) > 2 and all(character.isupper() for character in letters)
