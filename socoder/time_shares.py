"""Expressions of time in a text: "40 %", "12 hrs/week", "half of the shift", "daily" …

A share of working time is told from other percentages by where it stands and by the words beside
it: "(40%)", "30% of the time" are shares; "50% match", "20% travel", "100% accuracy" are not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from socoder.headings import table
from socoder.language import Hit, find_phrases, pipeline, read

FULL_WEEK = 40.0
"""Hours of a working week where the posting does not say."""
FULL_SHIFT = 8.0
"""Hours of a working day where the posting does not say."""


@dataclass(frozen=True, slots=True)
class Mention:
    """One expression of time, at characters `start` to `end`.

    `kind` is "share" (`amount` is a share of working time, 0–1), "hours" (`amount` in hours per
    `unit`: "week", "shift" or "" where it is not said), "rest" (what the others leave) or "often"
    (`amount` is a factor on the inferred weight). `stated` is False for words such as "most of
    the time". `total` is the hours that the whole was said to be, or 0.
    """

    kind: str
    amount: float
    start: int
    end: int
    unit: str = ""
    stated: bool = True
    total: float = 0.0


_MAY_HOLD = re.compile(
    r"%|percent|\bpct\b|\d\s?-?(?:hours?|hrs?|h)\b|\b(?:hours?|hrs?|days?)\b|\bhalf\b|\bthirds?\b|\bquarters?\b|\bfourths?\b|\bfifths?\b|\btenths?\b|\brest\b|\bremain|\bbalance\b|\bmost\b|\bmajority\b|\bbulk\b",
    re.I,
)
_NUMBER = r"^\d{1,3}(?:\.\d+)?[½¼¾]?$"
_QUARTERS = {"½": 0.5, "¼": 0.25, "¾": 0.75}
_FILLER_BEFORE = re.compile(
    r"(?:\b(?:about|approximately|approx\.?|appx\.?|around|roughly|nearly|almost|up to|an? estimated|est\.?|estimated|at least|some|spends?|spending|occupies|takes?(?: up)?|for|time|percent(?:age)? of time|the other|another|the remaining)\b[\s:=]*|~\s*)+$",
    re.I,
)
_OPEN_BEFORE = re.compile(r"[\s.:,;–—\-]*[(\[][\s~]*$")
_CLOSE_AFTER = re.compile(r"^\s*[)\]]")
_OF_TIME = re.compile(
    r"^\s*(?:of\s+(?:(?:the|your|his|her|their|my|each|every|total|scheduled|working|work|a|an|overall|this)\s+){0,3}"
    r"(?:time|day|days|shifts?|weeks?|workweek|workday|hours|job|position|role|workload|year|month|work|duties|responsibilities)\b(?:\s+(?:is|are)\s+spent\b)?"
    r"|(?:is|are) spent\b|time\b(?:\s+spent\b)?|fte\b|effort\b)",
    re.I,
)
_PREPOSITION = re.compile(r"(?:on|in|at|with|is|are|of|for|to|and|by|as|goes|will)\b", re.I)
_TRAVEL = re.compile(r"\b(?:travel|travels|traveling|travelling|commission|commute|lift\w*|bend\w*|stand\w*|sitting|walk\w*|telework|remote|onsite|on-site)\b", re.I)


@cache
def _words() -> tuple[dict[str, float], dict[str, float], frozenset[str], frozenset[str]]:
    words = table("time_words")
    return (
        words["numbers"],
        words["fractions"],
        frozenset(words["not_time"]["words"]),
        frozenset(words["not_time"]["before"]),
    )


@cache
def _matcher() -> Any:
    from spacy.matcher import Matcher

    numbers, fractions, _, _ = _words()
    spelled = [word for word in numbers if word not in ("a", "an")]
    nouns = table("time_words")["nouns"]["time"]
    number: dict[str, Any] = {"TEXT": {"REGEX": _NUMBER}}
    spelled_number: dict[str, Any] = {"LOWER": {"IN": spelled}}
    percent: dict[str, Any] = {"LOWER": {"IN": ["%", "percent", "pct", "pct."]}}
    to: dict[str, Any] = {"LOWER": {"IN": ["-", "to"]}}
    hours: dict[str, Any] = {"LOWER": {"IN": ["hours", "hrs", "hour", "hr", "hrs.", "hr.", "h"]}}
    glued: dict[str, Any] = {"LOWER": {"REGEX": r"^\d{1,3}(?:\.\d+)?(?:hrs?|h|hours?)$"}}
    per: dict[str, Any] = {"LOWER": {"IN": ["/", "per", "a", "an", "each", "every"]}}
    period: dict[str, Any] = {"LOWER": {"IN": ["week", "wk", "day", "shift", "wk.", "workday", "workweek"]}}
    of: dict[str, Any] = {"LOWER": "of"}
    det: dict[str, Any] = {"LOWER": {"IN": ["the", "your", "their", "his", "her", "my", "each", "every", "a", "an", "this"]}, "OP": "?"}
    kind_of: dict[str, Any] = {"LOWER": {"IN": ["scheduled", "working", "work", "total", "other", "-"]}, "OP": "?"}
    noun: dict[str, Any] = {"LOWER": {"IN": nouns}}
    article: dict[str, Any] = {"LOWER": {"IN": ["a", "one", "the", "two", "three", "four", "other"]}}
    small: dict[str, Any] = {"LOWER": {"IN": list(fractions)}}
    dash: dict[str, Any] = {"LOWER": "-", "OP": "?"}
    matcher = Matcher(pipeline().vocab)
    matcher.add("percent", [
        [number, percent], [spelled_number, percent], [number, to, number, percent],
        [number, percent, to, number, percent], [spelled_number, to, spelled_number, percent],
    ])  # fmt: skip
    unit = [[], [per, period], [{"LOWER": {"IN": ["weekly", "daily", "wkly"]}}], [of, {"LOWER": {"IN": ["each", "every", "the"]}}, period]]
    matcher.add("hours", [
        *([number, dash, hours, *tail] for tail in unit), *([spelled_number, dash, hours, *tail] for tail in unit),
        *([glued, *tail] for tail in unit), *([number, to, number, hours, *tail] for tail in unit),
    ])  # fmt: skip
    whole = [{"LOWER": {"IN": ["each", "every", "the", "a", "an", "your", "total"]}, "OP": "?"}]
    matcher.add("part_of", [
        [number, of, *whole, number, dash, hours, {"LOWER": {"IN": ["week", "shift", "day"]}, "OP": "?"}],
        [number, hours, of, *whole, number, dash, hours, {"LOWER": {"IN": ["week", "shift", "day"]}, "OP": "?"}],
        [number, hours, of, *whole, number],
    ])  # fmt: skip
    days: dict[str, Any] = {"LOWER": {"IN": ["day", "days"]}}
    matcher.add("days", [[one, days, {"LOWER": {"IN": ["/", "per", "a", "each"]}}, {"LOWER": {"IN": ["week", "wk"]}}]
                         for one in (number, spelled_number)])  # fmt: skip
    matcher.add("fraction", [
        [{"LOWER": "half"}, of, det, kind_of, noun], [{"LOWER": "half"}, {**det, "OP": "+"}, kind_of, noun],
        [{"LOWER": "half"}, {"LOWER": "-", "OP": "?"}, {"LOWER": "time"}],
        [article, {"LOWER": "-", "OP": "?"}, small, of, det, kind_of, noun], [small, of, det, kind_of, noun],
        [{"LOWER": "the"}, {"LOWER": {"IN": ["other", "remaining"]}}, small],
        [{"LOWER": {"IN": ["other", "remaining"]}}, small],
        [article, {"LOWER": "-", "OP": "?"}, small, {"LOWER": "time"}],
    ])  # fmt: skip
    matcher.add("most", [[{"LOWER": {"IN": ["most", "majority", "bulk", "much"]}}, of, det, kind_of, noun]])
    matcher.add("rest", [
        [{"LOWER": "the", "OP": "?"}, {"LOWER": {"IN": ["rest", "remainder", "balance"]}}, of, det, kind_of, noun],
        [{"LOWER": "the", "OP": "?"}, {"LOWER": "remaining"}, {"LOWER": {"IN": ["time", "hours", "days", "day", "shift", "shifts"]}}],
        [{"LOWER": "the"}, {"LOWER": "remaining"}, number],
        [{"LOWER": "the"}, {"LOWER": {"IN": ["rest", "remainder", "balance"]}}],
    ])  # fmt: skip
    return matcher


def find_times(text: str, hits: list[Hit] | None = None, *, label: bool = False) -> list[Mention]:
    """The expressions of time in a text, in order; percentages of other things are left out.

    `hits` are the phrases already found in the text. In a `label` (a heading) a bare "the rest"
    and a bare number of hours count.
    """
    mentions = []
    if _MAY_HOLD.search(text):
        doc = read(text)
        mentions = _amounts(text, doc, label)
        hits = find_phrases(doc) if hits is None else hits
    elif hits is None:
        hits = find_phrases(read(text))
    never = [hit for hit in hits if hit.table == "often" and hit.label == "never"]
    for hit in hits:
        if hit.table == "often" and hit not in never:
            weight = float(hit.label.partition(":")[0])
            mentions.append(Mention("often", weight, hit.start, hit.end, stated=False))
    return sorted(mentions, key=lambda mention: (mention.start, -mention.end))


def _amounts(text: str, doc: Any, label: bool) -> list[Mention]:
    strings = doc.vocab.strings
    found = sorted(
        ((strings[key], first, last) for key, first, last in _matcher()(doc)),
        key=lambda match: (match[1] - match[2], match[1], match[0]),
    )
    used: set[int] = set()
    spans = []
    for name, first, last in found:
        if used.isdisjoint(range(first, last)):
            used.update(range(first, last))
            spans.append((name, first, last))
    spans.sort(key=lambda span: span[1])
    many_hours = sum(name == "hours" for name, _, _ in spans) > 1
    mentions: list[Mention] = []
    percents = []
    for name, first, last in spans:
        start, end = doc[first].idx, doc[last - 1].idx + len(doc[last - 1])
        numbers = [value for token in doc[first:last] if (value := _number(token.text)) is not None]
        mention = _mention(name, doc[first:last].text.lower(), numbers, start, end, label, text)
        if mention is None or _repeats(text, mentions + percents, start):
            continue
        if mention.kind == "hours" and not (label or many_hours or _stands_apart(text, mention)):
            continue
        (percents if name == "percent" else mentions).append(mention)
    total = sum(mention.amount for mention in percents)
    whole = len(percents) > 1 and 0.93 <= total <= 1.07
    for mention in percents:
        if _is_share(text, mention, whole):
            mentions.append(mention)
    return mentions


def _repeats(text: str, earlier: list[Mention], start: int) -> bool:
    """Whether the brackets say again what stands before them: "50% (20 hrs)"."""
    return any(
        0 <= start - mention.end <= 12 and re.fullmatch(r"\s*\(\D{0,8}", text[mention.end : start])
        for mention in earlier
    )


def _stands_apart(text: str, mention: Mention) -> bool:
    """Whether an expression stands in front of, behind or in brackets in its text."""
    before, after = text[: mention.start], text[mention.end :]
    bare = _FILLER_BEFORE.sub("", before)
    if _OPEN_BEFORE.search(bare) and re.match(r"[^()\[\]]{0,20}[)\]]", after):
        return True
    if not re.search(r"\w", bare):
        return True
    return not re.search(r"\w", after) and bool(mention.unit or re.search(r"[,:;–—-]\s*$", bare))


def _mention(
    name: str, words: str, numbers: list[float], start: int, end: int, label: bool, text: str
) -> Mention | None:
    _, fractions, _, _ = _words()
    if name == "percent":
        amount = sum(numbers) / len(numbers) / 100 if numbers else 0.0
        return Mention("share", amount, start, end) if 0 < amount <= 1 else None
    if name == "hours":
        unit = "week" if re.search(r"w(?:ee)?k", words) else "shift" if re.search(r"day|daily|shift", words) else ""
        amount = sum(numbers[:2]) / len(numbers[:2]) if numbers else 0.0
        # "an 8-hour shift", "every 2 hours", "24-hour care", "within 48 hours" are no share.
        before = re.search(r"\b(?:every|within|after|next|in|for|of)\s*$", text[:start], re.I)
        if "-" in words and not (len(numbers) == 2 and not re.search(r"\d-h", words)):
            return None
        bad = amount > 60 or (unit == "shift" and amount > 14) or (before and not unit)
        return None if bad or not amount else Mention("hours", amount, start, end, unit)
    if name == "part_of":
        if len(numbers) < 2 or not 0 < numbers[0] < numbers[1] <= 80:
            return None
        return Mention("share", numbers[0] / numbers[1], start, end, total=numbers[1])
    if name == "days":
        return Mention("share", numbers[0] / 5, start, end) if numbers and 0 < numbers[0] <= 5 else None
    if name == "most":
        return Mention("share", 0.6, start, end, stated=False)
    if name == "rest":
        bare = re.fullmatch(r"the (?:rest|remainder|balance)", words)
        return None if bare and not label else Mention("rest", 0.0, start, end)
    part = next(value for word, value in fractions.items() if re.search(rf"\b{word}\b", words))
    if part == 0.25 and "quarter of the year" in words:
        return None
    times = next((value for value in numbers if value > 1), 1.0)
    if "half" not in words and times * part <= 1:
        part *= times
    return Mention("share", part, start, end)


def _number(token: str) -> float | None:
    numbers, _, _, _ = _words()
    word = token.lower()
    if word in numbers and word not in ("a", "an"):
        return float(numbers[word])
    found = re.match(r"(\d{1,3}(?:\.\d+)?)?([½¼¾])?(?:hrs?|h|hours?)?$", word)
    if not found or not (found[1] or found[2]):
        return None
    return float(found[1] or 0) + _QUARTERS.get(found[2] or "", 0.0)


def _is_share(text: str, mention: Mention, whole: bool) -> bool:
    """Whether a percentage is a share of working time."""
    _, _, not_time, not_before = _words()
    before = text[: mention.start]
    after = re.sub(r"^(\s*)\([^()%]{0,30}\)", r"\1", text[mention.end :])
    words_before = re.findall(r"[\w'-]+(?:\(\w)?", before[-60:].lower())
    of_time = _OF_TIME.match(after)
    if of_time:
        clause = re.split(r"[.;]", before)[-1]
        return not _TRAVEL.search(clause[-40:]) and not _TRAVEL.match(after[of_time.end() :].lstrip())
    bare = _FILLER_BEFORE.sub("", before)
    bracketed = bool(_OPEN_BEFORE.search(bare)) and bool(re.match(r"[^()\[\]]{0,20}[)\]]", after))
    words_after = re.findall(r"[\w'-]+(?:\(\w)?", after[:40].lower())
    leading = not re.search(r"\w", bare) or bare.rstrip().endswith("\n")
    trailing = not re.search(r"\w", after.split(")")[-1] if bracketed else after)
    if not bracketed and words_before and words_before[-1] in not_before and words_before[-1] not in ("over",):
        return False
    near = [word for word in words_before[-2:] if word in not_time]
    if near and not (leading or whole):
        return False
    direct = re.match(r"\s*[\w]", after)
    if direct and words_after and (set(words_after[:2]) & not_time or words_after[0] == "of"):
        return False
    if leading or bracketed or whole:
        return True
    if trailing:
        return not (words_before and words_before[-1] in ("of", "to", "at", "and"))
    # "Cooking 60%, cleaning 40%": a share closes its clause.
    return bool(re.match(r"\s*[,;)\]]", after)) and not near and words_before[-1:] != ["of"]


def _cut_off(text: str, mention: Mention, before: str) -> bool:
    """Whether a share at the end stands apart; "for four hours each day" belongs to its sentence."""
    percent = re.search(r"%|percent", text[mention.start : mention.end], re.I)
    return bool(percent or re.search(r"(?:[,:;.(\[–—~=-]|\s{2})\s*$", before))


def without_time(text: str, mentions: list[Mention]) -> str:
    """The text without the shares that stand apart from its sentence: in front, behind or in
    brackets. What is said inside the sentence stays."""
    for mention in sorted(mentions, key=lambda mention: -mention.start):
        if mention.kind == "often":
            continue
        before, after = text[: mention.start], text[mention.end :]
        filler = _FILLER_BEFORE.search(before)
        start = filler.start() if filler else mention.start
        before = text[:start]
        of_time = _OF_TIME.match(after)
        if of_time:
            after = after[of_time.end() :]
        opened, closed = _OPEN_BEFORE.search(before), _CLOSE_AFTER.match(after)
        if opened and closed:
            before, after = before[: opened.start()], after[closed.end() :]
            glue = "" if re.match(r"\s*[.,;:)]|\s*$", after) else " "
            text = before + glue + after.lstrip() if glue else before + after
        elif opened and re.match(r"\s*[,;/–-]\s*", after):
            text = before + re.sub(r"^\s*[,;/–-]\s*", "", after)
        elif not re.search(r"\w", before):
            rest = re.sub(r"^[\s.:,;)\]–—=\-]+", "", after)
            text = text if _PREPOSITION.match(rest) else rest
        elif not re.search(r"\w", after) and _cut_off(text, mention, before):
            text = re.sub(r"[\s.:,;(\[–—=~\-]+$", "", before)
    if text.count("(") == text.count(")") + 1:
        text += ")"
    return text.strip()
