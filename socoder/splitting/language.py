"""spaCy's blank English pipeline, loaded on first use: tokens, sentences, phrases.

No trained model is used. spaCy is imported only here and only when there is a text to split.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from socoder.splitting.headings import table

MAX_PIECE = 50_000
"""Longest text, in characters, that is given to spaCy at once (its own limit is a million)."""

_MAY_END = re.compile(r"[.!?…][\"'”’)\]*]*\s+\S")
_CLOSING = frozenset({'"', "'", "''", ")", "]", "*", "”", "’"})
_SAME_LENGTH = str.maketrans({"’": "'", "‘": "'", "–": "-", "—": "-", "“": '"', "”": '"', "‑": "-"})


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase found in a text: which table and label it has, and its characters and tokens."""

    table: str
    label: str
    start: int
    end: int
    first: int
    last: int


@cache
def _endings() -> frozenset[str]:
    return frozenset(table("abbreviations")["ending"].split())


@cache
def pipeline() -> Any:
    """The blank pipeline with the tokens of postings: "12hrs", "8-hr", "30–40%" come apart.

    What spacy.blank("en") gives, but built once with the project's own exceptions: English's
    contractions ("y'all") matter to no pattern here, and filing them costs 0.2 s at each start.
    """
    from spacy.lang.en import English

    language: Any = English
    defaults: Any = language.Defaults
    words = [f"{word}." for word in table("abbreviations")["inner"].split()]
    whole = {*words, *(word.capitalize() for word in words), *_endings()}

    class PostingDefaults(defaults):  # type: ignore[misc,unused-ignore]
        infixes = (
            *defaults.infixes,
            r"(?<=[0-9%])[-+](?=[0-9A-Za-z$])",
            r"%",
            r"(?<=[0-9])/(?=[0-9A-Za-z])",
        )
        suffixes = (
            *defaults.suffixes,
            r"(?<=[0-9½¼¾])(?:hrs?|hours?|yrs?|years?|h|lbs?|k)",
            r"(?<=[a-z])-",
            r"(?<=[0-9])\+",
        )
        tokenizer_exceptions = {word: [{"ORTH": word}] for word in sorted(whole)}  # noqa: RUF012

    class PostingEnglish(language):  # type: ignore[misc,unused-ignore]
        Defaults = PostingDefaults

    return PostingEnglish()


def read(text: str) -> Any:
    """The tokens of a text (a spaCy Doc of the same length: only quotes and dashes are plain)."""
    return pipeline().make_doc(text[:MAX_PIECE].translate(_SAME_LENGTH))


@cache
def _sentence_ends() -> Any:
    from spacy.matcher import Matcher

    nlp = pipeline()
    endings = _endings()
    marks = {".", "!", "?", "…", "..", "...", "....", "!!", "!!!", "?!", "??"}
    ends = nlp.vocab.add_flag(lambda text: text in marks or text in endings)
    matcher = Matcher(nlp.vocab, validate=False)  # own flags are unknown to the validator
    matcher.add("end", [[{ends: True}]])
    return matcher


def sentences(text: str) -> list[str]:
    """The sentences of a paragraph; abbreviations do not end one."""
    if len(text) > MAX_PIECE:
        cut = text.rfind(" ", 1, MAX_PIECE)
        cut = cut if cut > 0 else MAX_PIECE
        return sentences(text[:cut]) + sentences(text[cut:])
    found: list[str] = []
    start = 0
    endings = _endings()
    if _MAY_END.search(text):
        doc = read(text)
        for _, first, _ in _sentence_ends()(doc):
            following = _next_word(doc, first)
            if following is None or (
                doc[first].text in endings and not _is_capital(following.text)
            ):
                continue
            # "Or" begins an alternative of what was just asked.
            if following.text in ("Or", "OR"):
                continue
            cut = following.idx
            if cut > start and not _is_inner_dot(text, start, cut):
                found.append(text[start:cut].strip())
                start = cut
    found.append(text[start:].strip())
    return [sentence for sentence in found if any(character.isalnum() for character in sentence)]


def _next_word(doc: Any, end: int) -> Any:
    """The token that begins the next sentence: behind further marks and closing quotes."""
    for number in range(end + 1, len(doc)):
        token = doc[number]
        if token.text in _CLOSING or token.text in ".!?…":
            continue
        return token if doc[number - 1].whitespace_ or token.text in "•→" else None
    return None


def _is_capital(word: str) -> bool:
    return len(word) > 1 and word[0].isupper()


def _is_inner_dot(text: str, start: int, cut: int) -> bool:
    """Whether a cut is inside brackets or after dots that do not end a sentence ("....")."""
    piece = text[start:cut]
    if piece.rstrip().endswith(("...", "…")) and text[cut : cut + 1].islower():
        return True
    opened = piece.count("(") > piece.count(")")
    return (
        opened
        and ")" in text[cut : cut + 300]
        and "(" not in text[cut : cut + 300].split(")", maxsplit=1)[0]
    )


@cache
def _phrase_matchers() -> tuple[Any, Any]:
    from spacy.matcher import PhraseMatcher

    nlp = pipeline()
    lower = PhraseMatcher(nlp.vocab, attr="LOWER")
    exact = PhraseMatcher(nlp.vocab, attr="ORTH")
    for label, phrases, is_exact in _vocabulary():
        docs = list(nlp.tokenizer.pipe(sorted(set(phrases))))
        if docs:
            (exact if is_exact else lower).add(label, docs)
    return lower, exact


def _vocabulary() -> Iterable[tuple[str, list[str], bool]]:
    for kind, cues in table("sections")["cues"].items():
        yield f"cue/{kind}:strong", cues["strong"], False
        yield f"cue/{kind}:weak", cues["weak"], False
    needs = table("requirements")
    for kind in ("education", "licence", "certificate"):
        for level, entry in needs[kind].items():
            yield f"need/{kind}:{level}", entry["phrases"], False
            yield f"need/{kind}:{level}/exact", entry["exact"], True
    for kind in ("drivers_licence", "lived_experience"):
        yield f"need/{kind}:", needs[kind]["phrases"], False
    for name in ("asks", "wishes", "demands"):
        yield f"{name}/", needs[name]["phrases"], False
    words = table("time_words")
    for phrase, weight in words["weights"].items():
        yield f"often/{weight}:{phrase}", [phrase], False
    yield "often/never", words["not_frequency"]["phrases"], False


def find_phrases(doc: Any) -> list[Hit]:
    """The phrases of all tables in a text, in order; within a table the longest wins."""
    lower, exact = _phrase_matchers()
    strings = doc.vocab.strings
    hits = []
    for matcher in (lower, exact):
        for key, first, last in matcher(doc):
            name, _, label = strings[key].partition("/")
            span_end = doc[last - 1]
            label = label.removesuffix("/exact")
            hits.append(Hit(name, label, doc[first].idx, span_end.idx + len(span_end), first, last))
    hits.sort(key=lambda hit: (hit.first - hit.last, hit.first, hit.label))
    taken: dict[str, set[int]] = {}
    kept = []
    for hit in hits:
        used = taken.setdefault(hit.table, set())
        covered = range(hit.first, hit.last)
        if used.isdisjoint(covered):
            used.update(covered)
            kept.append(hit)
    kept.sort(key=lambda hit: (hit.start, hit.end, hit.table))
    return kept
