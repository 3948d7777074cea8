"""A posting's text → its lines: bullets recognised, glued lists parted, wrapped lines joined."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from socoder.splitting.headings import heading_kind
from socoder.splitting.share_lines import begins_with_share, glued_shares, heads_a_part

_TAG_BREAK = re.compile(r"<\s*/?\s*(?:br|p|div|tr|ul|ol|h[1-6]|table)\b[^<>]{0,300}>", re.I)
_TAG_ITEM = re.compile(r"<\s*li\b[^<>]{0,300}>", re.I)
_TAG_CELL = re.compile(r"<\s*/\s*t[dh]\s*>", re.I)
_TAG = re.compile(r"<\s*/?\s*[a-z][a-z0-9]{0,12}(?:\s[^<>]{0,300})?/?>", re.I)
_SPACES = re.compile(r"[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_INVISIBLE = re.compile(
    r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\x00-\x08\x0e-\x1f\x7f]"
)
_BREAKS = re.compile(r"\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_MOJIBAKE = {"â€¢": "•", "â€“": "–", "â€”": "—", "â€™": "’", "â€œ": "“", "â€": "”", "Â·": "·", "\u00c2\u00a0": " "}  # fmt: skip
_GLYPHS = "•▪●◦‣∙○■□▫◆◇❖►▶▸➢➤➔→⇒✓✔✅☑✦★☆◾➡»¤\uf0b7\uf0a7\uf0d8\uf076\u2043\u25aa"
_MARK = re.compile(
    rf"""(?:(?P<glyph>[{_GLYPHS}]+|[·*~>+](?![*~])|[-–—]{{1,2}}(?=[\s(A-Za-z]))
      | (?P<o>o(?=\s+[A-Z(0-9]))
      | (?P<number>\(?\d{{1,2}}(?:\.\d{{1,2}})?[.)](?=\s|[A-Z])|\#\d{{1,2}}\s)
      | (?P<letter>\(?[a-hA-H][.)](?=\s)|\([a-z]\))
      | (?P<roman>\(?(?:i{{1,3}}|iv|vi{{0,3}}|ix|x|I{{1,3}}|IV|VI{{0,3}}|IX|X)[.)](?=\s)))\s*""",
    re.X,
)
_GLUED_GLYPH = re.compile(rf"\s*[{_GLYPHS}]\s*|\s+·\s+|(?<=\S)\s+[*~](?=\s?[A-Z])\s?")
_GLUE = frozenset(_GLYPHS + "·*~")
_GLUED_DASH = re.compile(r"\s[-–—]\s(?=[A-Z])")
_GLUED_NUMBER = re.compile(
    r"(?:(?<=\s)|^)\(?(\d{1,2})[.)]\s+(?=[A-Za-z])(?!(?:years?|yrs?|months?|hours?|hrs?|openings?|"
    r"positions?|days?|weeks?|shifts?)\b)"
)
_GLUED_LETTER = re.compile(r"(?:(?<=\s)|^)\(?([a-h])\)\s*(?=[A-Za-z])")
_PERCENT_CELL = r"\(?\[?\s*(?:about|approx\.?|approximately|~|up to)?\s*\d{1,3}(?:\.\d+)?\s*(?:%?\s*(?:-|–|to)\s*\d{1,3}\s*)?(?:%|percent)\s*(?:of (?:the )?time)?\s*\]?\)?"
_PERCENT_LINE = re.compile(rf"\W{{0,3}}{_PERCENT_CELL}\W{{0,3}}$", re.I)
_RUN_IN = re.compile(r"(?<=[.;!)])\s+([A-Z][\w&/'’-]*(?: [\w&/'’-]+){0,4}):(?=\s)")
_CELLS = re.compile(r"\t+|\s*\|\s*")
# A line that ends with one of these goes on in the next.
_OPEN_END = re.compile(
    r"(?:[,&/–-]|\b(?:and|or|of|the|a|an|to|for|with|in|on|by|from|as|at|that|which|including|"
    r"their|his|her|your|our|its|is|are|per|into|under|any|all|other|is|be|not|who))$",
    re.I,
)
_COLUMN_HEAD = re.compile(
    r"(?:%|\bpercent(?:age)?)\s*(?:of\s+)?(?:the\s+)?(?:time|effort|duty)\b", re.I
)
_COLUMN = re.compile(
    r"^[ \t]*(\d{1,3})(?:[ ]{2,}|\t+)(?=[A-Za-z])|(?<=[A-Za-z.)])(?:[ ]{2,}|\t+)(\d{1,3})[ \t]*$",
    re.M,
)
_FULL_LINE = 60
_MAX_DETAILS = 20
_DETAIL_WORDS = 6
_TERMINAL = (".", "!", "?", ":", ";")


@dataclass(frozen=True, slots=True)
class Line:
    """One line. `mark` is the bullet's own sign ("1" for any number, "a" for letters, "i" for
    Roman numerals), "" without a bullet; `gap` says that a blank line stands before it."""

    text: str
    mark: str = ""
    indent: int = 0
    gap: bool = False
    bold: bool = False


def tidy(text: str) -> str:
    """The text without the remains of web pages and word processors, its lines ended by "\\n"."""
    if "&" in text:
        text = html.unescape(text)
    if "â€" in text or "Â" in text:
        for wrong, right in _MOJIBAKE.items():
            text = text.replace(wrong, right)
    text = _INVISIBLE.sub("", _SPACES.sub(" ", _BREAKS.sub("\n", text)))
    if "<" in text:
        text = _TAG_ITEM.sub("\n• ", _TAG_BREAK.sub("\n", _TAG_CELL.sub("\t", text)))
        text = _TAG.sub("", text)
    return text.strip("\n")


def read_lines(text: str) -> list[Line]:
    """The lines of a tidy text that hold words; what belongs to one item is one line."""
    lines = []
    gap = False
    for raw in _mark_columns(text).split("\n"):
        if not any(character.isalnum() for character in raw):
            gap = gap or not raw.strip() or set(raw.strip()) <= set("-_=*~. ")
            continue
        for line in _parts(raw):
            lines.append(replace(line, gap=gap))
            gap = False
    return list(_join_details(list(_join_wrapped(_join_percent_lines(lines)))))


def _mark_columns(text: str) -> str:
    """The text with the sign of percent where a table has it in its head only ("% of time")."""
    if not _COLUMN_HEAD.search(text):
        return text
    found = list(_COLUMN.finditer(text))
    if len(found) < 2 or not 90 <= sum(int(one[1] or one[2]) for one in found) <= 110:
        return text
    return _COLUMN.sub(lambda one: one[0].rstrip() + "%" if one[2] else f"{one[1]}%  ", text)


def _join_details(lines: list[Line]) -> Iterator[Line]:
    """Short details below a bullet that ends in a colon are one duty with it ("Personal care:
    bathing; dressing")."""
    number = 0
    while number < len(lines):
        line = lines[number]
        details: list[str] = []
        if (
            line.mark
            and line.text.endswith(":")
            and not heading_kind(line.text)
            and "%" not in line.text
        ):
            for other in lines[number + 1 :]:
                inner = other.mark and (other.mark != line.mark or other.indent > line.indent)
                if not inner or other.gap or len(details) > _MAX_DETAILS:
                    break
                details.append(other.text.rstrip(" ;,."))
        short = all(len(detail.split()) <= _DETAIL_WORDS for detail in details)
        if details and short and len(details) <= _MAX_DETAILS:
            yield replace(line, text=f"{line.text} {'; '.join(details)}")
            number += len(details) + 1
        else:
            yield line
            number += 1


def _parts(raw: str) -> Iterator[Line]:
    indent = len(raw) - len(raw.lstrip())
    text = raw.strip()
    bold = text.startswith(("**", "__", "#")) and not text.startswith("#1")
    if text.startswith("#") and not text[1:2].isdigit():
        text = text.lstrip("#").strip()
    text = text.replace("**", "").replace("__", "").strip()
    if len(text) > 2 and text[0] == "*" == text[-1]:
        text = text.strip("*").strip()
        bold = bold or len(text) < 60
    if text[:1] == "*" and text[1:2].isalnum() and text.count("*") == 2:
        text = text.replace("*", "")
    text, mark = _take_mark(text)
    text, *tails = _part_at_headings(text)
    pieces = _part_glued(text, mark)
    for number, piece in enumerate(pieces):
        words = _cells(piece)
        inner = mark
        if number and not mark:
            inner = "•" if pieces[0].endswith(":") or len(pieces) > 4 else ""
        elif not mark and _GLUED_NUMBER.match(text):
            inner = "1"
        if any(character.isalnum() for character in words):
            yield Line(words, inner, indent, bold=bold)
    for tail in tails:
        for number, piece in enumerate(_part_glued(tail, "")):
            yield Line(_cells(piece), "•" if number else "", indent)


def _take_mark(text: str) -> tuple[str, str]:
    found = _MARK.match(text)
    if not found or found.end() == len(text):
        return text, ""
    rest = text[found.end() :].lstrip("\t ")
    if found["number"]:
        return rest, "1"
    if found["letter"]:
        return rest, "a"
    if found["roman"]:
        return rest, "i"
    # A second bullet after the first ("• - Cook meals") is the same bullet.
    again = _MARK.match(rest)
    if again and again["glyph"] and again.end() < len(rest):
        rest = rest[again.end() :].lstrip()
    return rest, (found["glyph"] or "o")[0]


def _part_at_headings(text: str) -> list[str]:
    """A paragraph in which headings were run in ("… mail. Qualifications: HS diploma …")."""
    if ":" not in text:
        return [text]
    parts, start = [], 0
    for found in _RUN_IN.finditer(text):
        if heading_kind(found[1]):
            parts.append(text[start : found.start()].rstrip())
            start = found.start(1)
    parts.append(text[start:])
    return [part for part in parts if any(character.isalnum() for character in part)]


def _part_glued(text: str, mark: str) -> list[str]:
    """The items of a list whose line breaks were lost: "• Cook • Clean", "1. Cook 2. Clean"."""
    if not _GLUE.isdisjoint(text):
        pieces = [piece.strip() for piece in _GLUED_GLYPH.split(text)]
        if len(pieces) > 1:
            return [piece for piece in pieces if piece]
    for pattern, kind in ((_GLUED_NUMBER, "1"), (_GLUED_LETTER, "a")):
        cuts = _consecutive(pattern, text, mark if mark == kind else "")
        if len(cuts) > 1:
            ends = [start for start, _ in cuts[1:]] + [len(text)]
            lead = text[: cuts[0][0]].strip()
            items = [text[body:end].strip(" ;,") for (_, body), end in zip(cuts, ends, strict=True)]
            return ([lead] if lead else []) + [item for item in items if item]
    places = glued_shares(text)
    if places:
        starts = [0, *places] if text[: places[0]].strip() else places
        stops = [*starts[1:], len(text)]
        return [text[start:end].strip() for start, end in zip(starts, stops, strict=True)]
    head, colon, tail = text.partition(": - ")
    body = tail if colon else text
    if (colon or mark in ("-", "–", "—")) and len(_GLUED_DASH.findall(body)) > 1:
        return ([head + ":"] if colon else []) + [
            piece.strip() for piece in _GLUED_DASH.split(body)
        ]
    return [text]


def _consecutive(pattern: re.Pattern[str], text: str, mark: str) -> list[tuple[int, int]]:
    """Starts of marks and of the text behind them, where the marks count up from 1 (or a)."""
    cuts: list[tuple[int, int]] = []
    if mark:
        cuts.append((0, 0))
    for found in pattern.finditer(text):
        number = int(found[1]) if found[1].isdigit() else ord(found[1]) - ord("a") + 1
        if number == len(cuts) + 1:
            cuts.append((found.start(), found.end()))
    enough = 2 if mark or "(" in text or ")" in text else 3
    return cuts if len(cuts) >= enough else []


def _cells(text: str) -> str:
    """A row of a table as one line: "Answer phones (40%)", "Location: Denver"."""
    table = "\t" in text or text.startswith("|") or text.count("|") == 1
    if not table:
        return " ".join(text.split(" ")).strip()
    cells = [cell.strip() for cell in _CELLS.split(text) if cell.strip()]
    shares = [cell for cell in cells if re.fullmatch(_PERCENT_CELL, cell, re.I)]
    words = [cell for cell in cells if cell not in shares]
    if shares and words:
        return f"{' '.join(words)} ({shares[0].strip('()[] ')})"
    if len(words) == 2 and len(words[0].split()) <= 4 and not re.search(r"%", words[1]):
        return f"{words[0].rstrip(':')}: {words[1]}"
    return " ".join(cells)


def _join_percent_lines(lines: list[Line]) -> list[Line]:
    """Shares that stand on lines of their own go to the line before, where they come after it;
    otherwise they stay, as headings of what follows."""
    alone = [number for number, line in enumerate(lines) if _PERCENT_LINE.match(line.text)]
    if not alone:
        return lines
    first, last = alone[0], alone[-1]
    leading = first == 0 or lines[first].gap or bool(heading_kind(lines[first - 1].text))
    followed = last + 1 < len(lines) and not heading_kind(lines[last + 1].text)
    if leading and followed:
        return [
            replace(line, text=line.text.strip(" -–:"), mark="", bold=True)
            if number in alone
            else line
            for number, line in enumerate(lines)
        ]
    joined: list[Line] = []
    for number, line in enumerate(lines):
        if number in alone and joined and not _PERCENT_LINE.match(joined[-1].text):
            share = line.text.strip(" -–:()[]")
            joined[-1] = replace(joined[-1], text=f"{joined[-1].text.rstrip(' .;')} ({share})")
        else:
            joined.append(line)
    return joined


def _join_wrapped(lines: list[Line]) -> Iterator[Line]:
    """Lines that were broken by the width of a page are made whole again."""
    lower = sum(line.text[:1].islower() for line in lines if not line.mark)
    plain = sum(not line.mark for line in lines)
    # Where nobody wrote capitals, a small first letter says nothing.
    trust_case = (plain > 0 and lower <= 0.6 * plain) or plain < 3
    starts = [begins_with_share(line.text) for line in lines]
    shared = sum(starts) > 1
    held: Line | None = None
    length = 0
    for line, start in zip(lines, starts, strict=True):
        parted = shared and start
        if held is not None and not parted and _goes_on(held, line, length, trust_case):
            glue = "" if held.text.endswith("/") else " "
            held = replace(held, text=f"{held.text}{glue}{line.text}")
        else:
            if held is not None:
                yield held
            held = line
        length = len(line.text)
    if held is not None:
        yield held


def _goes_on(held: Line, line: Line, length: int, trust_case: bool) -> bool:
    if line.gap or line.mark or line.bold or held.bold or len(held.text) > 20_000:
        return False
    if held.text.endswith(_TERMINAL) and not (held.text.endswith((";", ".")) and held.mark):
        return False
    if heading_kind(held.text) and not held.mark:
        return False
    if _OPEN_END.search(held.text) and length > 20:
        return not heading_kind(line.text.partition(":")[0])
    if heading_kind(line.text) or heading_kind(line.text.partition(":")[0]):
        return False
    if held.mark and line.indent > held.indent and length > 30:
        return True
    if held.text.endswith((";", ".")):
        return False
    if re.match(r"\d+ [a-z]", line.text) and not held.mark and length >= _FULL_LINE:
        return True
    if line.text[:1].islower() and trust_case:
        return length >= 40 or bool(held.mark)
    return (
        bool(held.mark)
        and length >= 70
        and not line.text[:1].isdigit()
        and held.indent == line.indent
        and not heads_a_part(line.text)
    )
