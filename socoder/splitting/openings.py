"""Several openings in one posting: "We are hiring for three positions: Cook, Driver, and Aide"."""

from __future__ import annotations

import re

from socoder.splitting.lines import Line
from socoder.splitting.verbs import is_title_word, starts_with_verb

_TITLE_WORDS = 6
_PLURAL = r"(?:positions|openings|roles|jobs|vacancies|opportunities|posts)"
_COUNT = r"(?:two|three|four|five|six|seven|eight|nine|ten|several|multiple|many|various|\d{1,2})"
_WORDS = ("positions", "openings", "roles", "jobs", "vacancies", "opportunities", "hiring", "posts")
_ANNOUNCED = re.compile(
    rf"(?:\b(?:hiring|recruiting|recruit|filling|fill|openings|seeking|looking|vacancies|"
    rf"interviewing)\b(?:\s+for)?\s+)?"
    rf"(?:the\s+)?(?:following\s+)?(?:{_COUNT}\s+)?(?:\(\d\)\s*)?(?:different\s+|separate\s+|"
    rf"open\s+|available\s+|current\s+|new\s+|immediate\s+|job\s+|the\s+following\s+|"
    rf"full[ -]time\s+|part[ -]time\s+)*"
    rf"\b{_PLURAL}\b\s*(?:are\s+|now\s+|currently\s+|available|open|include|including|to fill|"
    rf"needed|we are filling|we're filling)*\s*(?::|[–—]|\s-\s)\s*(?P<list>\S[^\n]*)",
    re.I,
)
_HIRING = re.compile(
    r"\b(?:now hiring|we are hiring|we're hiring|is hiring|currently hiring|openings for|"
    r"hiring)\s*:?\s+(?:for\s+)?(?P<list>(?:an?\s+)?[\w /&()-]+(?:,\s*(?:an?\s+)?[\w /&()-]+)*(?:,?\s+(?:and|"
    r"&)\s+(?:an?\s+)?[\w /&()-]+))",
    re.I,
)
_NUMBERED = re.compile(
    r"(?:position|job|opening|role|vacancy)\s*(?:#|no\.?)?\s*(?:\d|one|two|three|[a-d])\s*(?::|"
    r"[–—.]|\s-\s)\s*(?P<title>[^:\n]{2,60})",
    re.I,
)
# "COOKS (5 openings) - work the grill"
_COUNTED = re.compile(
    r"(?P<title>[A-Za-z][\w /&'’-]{2,40}?)\s*[(\[]\s*(?:\d{1,2}|one|two|three|four|five|six)\s+"
    r"(?:openings?|positions?|vacanc(?:y|ies)|posts?|spots?|jobs?|needed|wanted)\s*[)\]]\s*(?:[-–—:]|$)",
    re.I,
)
_HEADING = re.compile(
    rf"(?:(?:we|have|hiring|for|our|the|current|open|available|immediate|multiple|following|job|now hiring|"
    rf"we are hiring for|{_COUNT})\s+)*{_PLURAL}(?:\s+(?:available|open|to fill|"
    rf"we are filling))?\s*:?$",
    re.I,
)
_SPLIT = re.compile(r"\s*(?:[,;•|]|\(\d\)|\b\d[.)]|\band\b|&|\bor\b|\+)\s*", re.I)
_TRIM = re.compile(
    r"^(?:(?:an?|the|one|two|three|four|five|\d{1,2}|\(\d{1,2}\))\s+)+|\s*\(\s*\d{1,2}\s*\)$|"
    r"\s*x\s?\d$",
    re.I,
)
_NOT_TITLE = re.compile(
    r"\b(?:shifts?|days?|nights?|evenings?|weekends?|full|part|time|prn|hours?|morning|afternoon|"
    r"overnights?|monday|tuesday|wednesday|thursday|friday|saturday|sunday|seasonal|temporary|"
    r"permanent|county|city|1st|2nd|3rd|first|second|third|per|year|years|month|center|other|"
    r"summer|winter|number|weather|fall|december|september|october|november|before|after|more|"
    r"over|under|your|our|we|you)\b",
    re.I,
)  # fmt: skip


def find_openings(lines: list[Line]) -> tuple[tuple[str, ...], set[int]]:
    """The titles of separate openings, and the numbers of the lines that only announce them.

    One opening, or several of one kind ("2 openings for DSP"), gives no titles.
    """
    numbered = [found["title"] for line in lines if (found := _NUMBERED.match(line.text))]
    titles = _titles(numbered, strict=False)
    if len(titles) > 1:
        return titles, set()
    counted = [found["title"] for line in lines if (found := _COUNTED.match(line.text))]
    titles = _titles(counted, strict=False)
    if len(titles) > 1:
        return titles, set()
    for number, line in enumerate(lines):
        if _HEADING.match(line.text[:120]):
            listed = _listed(lines, number)
            heads = [_head(lines[n].text) for n in listed]
            titles = _titles(heads)
            if len(titles) > 1 and len(titles) >= len(listed) - 1:
                # "Cook – prepares meals" says what the work is, too.
                bare = {n for n, head in zip(listed, heads, strict=True) if head == lines[n].text}
                return titles, {number, *bare}
        lower = line.text[:600].lower()
        if not any(word in lower for word in _WORDS):
            continue
        for pattern in (_ANNOUNCED, _HIRING):
            found = pattern.search(line.text[:600])
            if not found:
                continue
            if line.mark and starts_with_verb(line.text):
                continue
            whole = re.split(r"(?<=[a-z)])[.!]\s|[.!]$", found["list"])[0]
            titles = _titles(_SPLIT.split(whole))
            if len(titles) > 1:
                ends = found.start("list") + len(whole) >= len(line.text.rstrip()) - 1
                return titles, {number} if ends else set()
    return (), set()


def _head(text: str) -> str:
    """A title without what a line says behind it: "Cook – prepares meals"."""
    return re.split(r"\s[–—-]\s|:\s", text)[0]


def _listed(lines: list[Line], heading: int) -> list[int]:
    listed: list[int] = []
    for number in range(heading + 1, min(heading + 20, len(lines))):
        line = lines[number]
        if (
            len(_head(line.text).split()) > _TITLE_WORDS
            or (line.gap and listed)
            or (listed and lines[listed[0]].mark != line.mark)
        ):
            break
        listed.append(number)
    return listed


def _titles(pieces: list[str], strict: bool = True) -> tuple[str, ...]:
    """The pieces that are titles; () where a piece shows that the list is of something else."""
    titles: list[str] = []
    for piece in pieces:
        title = re.sub(r"\s*\([^()]*\)$", "", _TRIM.sub("", piece.strip(" .:-–"))).strip(" .:-–*")
        if not title:
            continue
        words = title.split()
        if len(words) > _TITLE_WORDS or not any(character.isalpha() for character in title):
            return ()
        if _NOT_TITLE.search(title) or (strict and not is_title_word(words[-1])):
            if strict:
                return ()
            continue
        titles.append(title)
    seen = {title.lower().rstrip("s"): title for title in reversed(titles)}
    kept = [title for title in titles if seen.get(title.lower().rstrip("s")) is title]
    return tuple(dict.fromkeys(kept)) if len(seen) > 1 else ()
