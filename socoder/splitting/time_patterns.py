"""The token patterns of expressions of time, for spaCy's Matcher."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from socoder.splitting.headings import table
from socoder.splitting.language import pipeline

_NUMBER = r"\d{1,3}(?:\.\d+)?[½¼¾]?"
_QUARTERS = {"½": 0.5, "¼": 0.25, "¾": 0.75}


@cache
def _matcher() -> Any:
    """The token patterns of shares of time.

    Classes of words are flags of the vocabulary: spaCy compares them many times faster than lists.
    """
    from spacy.matcher import Matcher

    words = table("time_words")
    vocab = pipeline().vocab

    def one_of(*words: str) -> dict[Any, Any]:
        known = frozenset(words)
        return {vocab.add_flag(lambda text: text.lower() in known): True}

    def like(pattern: str) -> dict[Any, Any]:
        compiled = re.compile(pattern)
        return {vocab.add_flag(lambda text: bool(compiled.fullmatch(text))): True}

    spelled = frozenset(word for word in words["numbers"] if word not in ("a", "an"))
    figures = re.compile(_NUMBER)
    number: dict[Any, Any] = {
        vocab.add_flag(lambda text: text.lower() in spelled or bool(figures.fullmatch(text))): True
    }
    digits = like(_NUMBER)
    percent = one_of("%", "percent", "pct", "pct.")
    to = one_of("-", "to")
    dash = one_of("-")
    hours = one_of("hours", "hrs", "hour", "hr", "hrs.", "hr.", "h")
    glued = like(r"\d{1,3}(?:\.\d+)?(?:hrs?|h|hours?)")
    per = one_of("/", "per", "a", "an", "each", "every")
    period = one_of("week", "wk", "day", "shift", "wk.", "workday", "workweek")
    ly = one_of("weekly", "daily", "wkly")
    of = one_of("of")
    det = one_of(
        "the", "your", "their", "his", "her", "my", "each", "every", "a", "an", "this", "total"
    )
    working = one_of("scheduled", "working", "work", "total", "other")
    noun = one_of(*words["nouns"]["time"])
    article = one_of("a", "one", "the", "two", "three", "four", "other")
    half, small = one_of("half"), one_of(*words["fractions"])
    days, rest = one_of("day", "days"), one_of("rest", "remainder", "balance")
    either, both, every = one_of("or", "to"), one_of("and"), one_of("every", "each")
    good, what = one_of("good", "full", "bare"), one_of("what")
    the, remaining = one_of("the"), one_of("remaining")
    other = one_of("remaining", "other")
    time = one_of("time", "hours", "days", "day", "shift", "shifts")
    most = one_of("most", "majority", "bulk", "much")

    def maybe(token: dict[Any, Any]) -> dict[Any, Any]:
        return {**token, "OP": "?"}

    of_time = [of, maybe(det), maybe(working), noun]
    units = [[], [per, period], [ly], [of, det, period]]
    matcher = Matcher(vocab, validate=False)  # own flags are unknown to the validator
    matcher.add(
        "percent",
        [
            [number, percent],
            [number, to, number, percent],
            [digits, percent, to, digits, percent],
            [maybe(the), other, number, percent],
        ],
    )
    matcher.add("hours", [
        *([number, maybe(dash), hours, *unit] for unit in units),
        *([glued, *unit] for unit in units),
        *([number, to, number, hours, *unit] for unit in units),
        [maybe(the), other, number, hours], [half, maybe(article), hours],
        [the, one_of("last", "first", "final"), one_of("hour")],
    ])  # fmt: skip
    matcher.add("part_of", [
        [digits, of, maybe(det), digits, maybe(dash), hours, maybe(period)],
        [digits, hours, of, maybe(det), digits, maybe(dash), hours, maybe(period)],
        [digits, hours, of, maybe(det), digits],
        [number, either, number, hours, of, maybe(det), number],
        [number, hours, of, every, number],
    ])  # fmt: skip
    matcher.add("days", [[number, days, per, period]])
    matcher.add("mixed_days", [[number, both, article, one_of("half", "quarter"), days]])
    matcher.add("bare_days", [[number, days]])
    matcher.add("fraction", [
        [half, *of_time], [half, det, maybe(working), noun], [half, maybe(dash), time],
        [article, maybe(dash), small, *of_time], [small, *of_time],
        [article, maybe(good), small, of, what], [half, of, what],
        [maybe(the), other, small], [article, maybe(dash), small, time],
    ])  # fmt: skip
    matcher.add("most", [[most, *of_time]])
    matcher.add("rest", [
        [maybe(the), rest, *of_time], [maybe(the), remaining, time], [the, remaining, digits],
    ])  # fmt: skip
    matcher.add("bare_rest", [[the, rest]])
    matcher.add("bare_fraction", [[article, maybe(dash), small], [half]])
    return matcher


def time_spans(doc: Any) -> list[tuple[str, int, int]]:
    """(name of the pattern, first token, token behind the last) of each expression of time in a
    text, in order; of two that overlap the longer."""
    strings = doc.vocab.strings
    found = sorted(
        ((str(strings[key]), first, last) for key, first, last in _matcher()(doc)),
        key=lambda match: (match[1] - match[2], match[1], match[0]),
    )
    used: set[int] = set()
    spans = []
    for name, first, last in found:
        if used.isdisjoint(range(first, last)):
            used.update(range(first, last))
            spans.append((name, first, last))
    return sorted(spans, key=lambda span: span[1])


def number_of(token: str) -> float | None:
    """The number that a token spells ("40", "5½", "12hrs", "three"), or None."""
    word = token.lower()
    numbers = table("time_words")["numbers"]
    if word in numbers and word not in ("a", "an"):
        return float(numbers[word])
    found = re.fullmatch(r"(\d{1,3}(?:\.\d+)?)?([½¼¾])?(?:hrs?|h|hours?)?", word)
    if not found or not (found[1] or found[2]):
        return None
    return float(found[1] or 0) + _QUARTERS.get(found[2] or "", 0.0)


def fraction_of(words: str, numbers: list[float]) -> float:
    """The share that words such as "three quarters of the week" name, 0–1."""
    fractions: dict[str, float] = table("time_words")["fractions"]
    part = next(
        (share for word, share in fractions.items() if re.search(rf"\b{word}\b", words)), 0.5
    )
    times = next((number for number in numbers if number > 1), 1.0)
    return part * times if "half" not in words and part * times <= 1 else part
