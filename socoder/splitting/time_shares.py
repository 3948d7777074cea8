"""Expressions of time in a text: "40 %", "12 hrs/week", "half of the shift", "daily" …

A share of working time is told from other percentages by where it stands and by the words beside
it: "(40%)", "30% of the time" are shares; "50% match", "20% travel", "100% accuracy" are not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from socoder.splitting.headings import table
from socoder.splitting.language import Hit, find_phrases, read
from socoder.splitting.time_patterns import fraction_of, number_of, time_spans

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


_SHORT_WORDS = 4
_MOST = 0.6
_WORKING_DAYS = 5
_LONGEST_WHOLE = 80
_AFTER_FRACTION = re.compile(r"\s+(?:on|in|for|with|at)\b|\s*[:)]|\s*$")
# A line with more expressions of time than this is a table gone wrong, and divides no job.
_MAX_MENTIONS = 20
# Cheap before exact: most lines hold none of these.
_HINTS = (
    "%", "percent", "pct", "hour", "hr", "half", "third", "quarter", "fourth", "fifth", "tenth",
    "rest", "remain", "balance", "most", "majority", "bulk", "day", "0h", "5h", " h ",
)  # fmt: skip
_MAY_HOLD = re.compile(
    r"%|percent|\bpct\b|\d\s?-?(?:hours?|hrs?|h)\b|\b(?:hours?|hrs?|days?)\b|\bhalf\b|\bthirds?\b|"
    r"\bquarters?\b|\bfourths?\b|\bfifths?\b|\btenths?\b|\brest\b|\bremain|\bbalance\b|\bmost\b|"
    r"\bmajority\b|\bbulk\b",
    re.I,
)
_FILLER_BEFORE = re.compile(
    r"(?:\b(?:about|approximately|approx\.?|appx\.?|around|roughly|nearly|almost|up to|"
    r"an? estimated|est\.?|estimated|at least|some|spends?|spending|occupies|takes?(?: up)?|for|"
    r"time|percent(?:age)? of time|the other|another|the remaining)\b[\s:=]*|~\s*)+$",
    re.I,
)
_OPEN_BEFORE = re.compile(r"[\s.:,;–—\-]*[(\[][\s~]*$")
_CLOSE_AFTER = re.compile(r"^\s*[)\]]")
_OF_TIME = re.compile(
    r"^\s*(?:of\s+(?:(?:the|your|his|her|their|my|each|every|total|scheduled|working|work|a|an|"
    r"overall|this)\s+){0,3}"
    r"(?:time|day|days|shifts?|weeks?|workweek|workday|hours|job|position|role|workload|year|"
    r"month|work|duties|responsibilities)\b(?:\s+(?:is|are)\s+spent\b)?"
    r"|(?:is|are) spent\b|time\b(?:\s+spent\b)?|fte\b|effort\b)",
    re.I,
)
_PREPOSITION = re.compile(r"(?:on|in|at|with|is|are|of|for|to|and|by|as|goes?|will)\b", re.I)
_TRAVEL = re.compile(
    r"\b(?:travel|travels|traveling|travelling|commission|commute|lift\w*|bend\w*|stand\w*|"
    r"sitting|walk\w*|telework|remote|onsite|on-site)\b",
    re.I,
)


@cache
def _not_time() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    words = table("time_words")["not_time"]
    return frozenset(words["words"]), frozenset(words["before"]), frozenset(words["rates"])


def find_times(text: str, hits: list[Hit] | None = None, *, label: bool = False) -> list[Mention]:
    """The expressions of time in a text, in order; percentages of other things are left out.

    `hits` are the phrases already found in the text. In a `label` (a heading) a bare "the rest"
    and a bare number of hours count.
    """
    mentions = []
    lower = text.lower()
    if any(word in lower for word in _HINTS) and _MAY_HOLD.search(text):
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
    spans = time_spans(doc)
    if len(spans) > _MAX_MENTIONS:
        return []
    if not any(name in ("percent", "fraction", "days", "part_of") for name, _, _ in spans):
        # "A third on compliance, and the rest on budgets" counts only beside another share.
        spans = [span for span in spans if span[0] not in ("bare_fraction", "bare_rest") or label]
    days = [number_of(doc[first].text) or 0.0 for name, first, _ in spans if name.endswith("days")]
    if len(days) < 2 or not 4 <= sum(days) <= 7:
        spans = [span for span in spans if span[0] != "bare_days"]
    several = sum(name in ("hours", "days", "bare_days") for name, _, _ in spans) > 1
    mentions: list[Mention] = []
    percents: list[Mention] = []
    for name, first, last in spans:
        start, end = doc[first].idx, doc[last - 1].idx + len(doc[last - 1])
        mention = _mention(name, doc[first:last], text, start, end)
        if mention is None or _repeats(text, mentions + percents, start):
            continue
        # "Run groups two days a week" tells how often, and not what share of the job it is.
        free = label or several or _stands_apart(text, mention)
        if name in ("hours", "days") and not free:
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
    if re.match(r"\s*:", after) and re.search(r"[,(–—-]\s*$", bare) and len(bare.split()) <= 6:
        return True
    return not re.search(r"\w", after) and bool(mention.unit or re.search(r"[,:;–—-]\s*$", bare))


def _mention(name: str, span: Any, text: str, start: int, end: int) -> Mention | None:
    """What the tokens of a pattern say; None where they say nothing of time."""
    words = span.text.lower()
    numbers = [value for token in span if (value := number_of(token.text)) is not None]
    if name == "fraction" and re.fullmatch(r"half (?:an? )?hour", words):
        name = "hours"
    if name == "percent":
        amount = sum(numbers) / len(numbers) / 100 if numbers else 0.0
        return Mention("share", amount, start, end) if 0 < amount <= 1 else None
    if name == "hours":
        return _hours(words, numbers[:2], text[:start], start, end)
    if name == "mixed_days" and numbers:
        days = numbers[0] + (0.5 if "half" in words else 0.25)
        return Mention("share", days / _WORKING_DAYS, start, end) if days < _WORKING_DAYS else None
    if name == "part_of":
        if len(numbers) == 3 and numbers[0] < numbers[1]:
            numbers = [(numbers[0] + numbers[1]) / 2, numbers[2]]
        if len(numbers) < 2 or not 0 < numbers[0] < numbers[1] <= _LONGEST_WHOLE:
            return None
        return Mention("share", numbers[0] / numbers[1], start, end, total=numbers[1])
    if name in ("days", "bare_days"):
        ok = numbers and 0 < numbers[0] <= _WORKING_DAYS
        return Mention("share", numbers[0] / _WORKING_DAYS, start, end) if ok else None
    if name == "most":
        return Mention("share", _MOST, start, end, stated=False)
    if name in ("rest", "bare_rest"):
        return Mention("rest", 0.0, start, end)
    if name == "bare_fraction" and not _AFTER_FRACTION.match(text[end:]):
        return None
    return Mention("share", fraction_of(words, numbers), start, end)


def _hours(words: str, numbers: list[float], before: str, start: int, end: int) -> Mention | None:
    if not numbers:
        numbers = [0.5 if "half" in words else 1.0]  # "half an hour", "the last hour"
    unit = ""
    if re.search(r"w(?:ee)?k", words):
        unit = "week"
    elif re.search(r"day|daily|shift", words):
        unit = "shift"
    amount = sum(numbers) / len(numbers)
    # "an 8-hour shift", "every 2 hours", "24-hour care", "within 48 hours" are no share.
    if "-" in words and (len(numbers) < 2 or re.search(r"\d-h", words)):
        return None
    if not unit and re.search(r"\b(?:every|within|after|next|in|for|of)\s*$", before, re.I):
        return None
    too_many = amount > _LONGEST_WHOLE - 20 or (unit == "shift" and amount > 14)
    return None if too_many or not amount else Mention("hours", amount, start, end, unit)


def _is_share(text: str, mention: Mention, whole: bool) -> bool:
    """Whether a percentage is a share of working time."""
    not_time, not_before, rates = _not_time()
    before = text[: mention.start]
    after = re.sub(r"^(\s*)\([^()%]{0,30}\)", r"\1", text[mention.end :])
    words_before = re.findall(r"[\w'-]+(?:\(\w)?", before[-60:].lower())
    of_time = _OF_TIME.match(after)
    if of_time:
        clause = re.split(r"[.;]", before)[-1]
        return not _TRAVEL.search(clause[-40:]) and not _TRAVEL.match(
            after[of_time.end() :].lstrip()
        )
    bare = _FILLER_BEFORE.sub("", before)
    bracketed = bool(_OPEN_BEFORE.search(bare)) and bool(re.match(r"[^()\[\]]{0,20}[)\]]", after))
    words_after = re.findall(r"[\w'-]+(?:\(\w)?", after[:40].lower())
    leading = not re.search(r"\w", bare) or bare.rstrip().endswith("\n")
    trailing = not re.search(r"\w", after.split(")")[-1] if bracketed else after)
    if not bracketed and words_before and words_before[-1] in not_before:
        return False
    near = [word for word in words_before[-2:] if word in not_time]
    if bracketed and len(words_before) > _SHORT_WORDS:
        # "agree on hours with the employer (15%)": only what is itself a rate counts.
        near = [word for word in near if word in rates]
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
    return bool(re.match(r"\s*[,;:)\]]", after)) and not near and words_before[-1:] != ["of"]


def _cut_off(text: str, mention: Mention, before: str) -> bool:
    """Whether a share at the end stands apart; "for two hours each day" does not."""
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
        elif re.match(r"\s+[–—-]\s", after) and re.search(r"\w,\s*$", before):
            text = before.rstrip(" ,") + after
        elif re.match(r"\s*:", after) and re.search(r"[,–—-]\s*$", before):
            text = before.rstrip(" ,–—-") + after.lstrip()
        elif not re.search(r"\w", before):
            rest = re.sub(r"^[\s.:,;)\]–—=\-]+", "", after)
            text = text if _PREPOSITION.match(rest) else rest
        elif not re.search(r"\w", after) and _cut_off(text, mention, before):
            text = re.sub(r"[\s.:,;(\[–—=~\-]+$", "", before)
    if text.count("(") == text.count(")") + 1:
        text += ")"
    return text.strip()
