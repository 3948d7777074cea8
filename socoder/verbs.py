"""Whether a text begins with a work verb: "Cook …", "Will also clean …", "Responsible for driving"."""

from __future__ import annotations

import re
from functools import cache

from socoder.headings import table

_WORD = re.compile(r"[a-z][a-z'’-]*")
_NEGATION = re.compile(r"\s+not\b")
_ARTICLE = re.compile(r"\s+(?:the|an?)\b")
_NOT = frozenset({"not", "never", "no", "don't", "doesn't", "won't", "cannot"})
# Addressed to the reader, even before "the": "Contact the office", "Join the team".
_CALLS = frozenset(
    {
        "contact",
        "call",
        "apply",
        "email",
        "join",
        "see",
        "be",
        "pay",
        "text",
        "earn",
        "live",
        "stop",
    }
)
_MAX_LEAD_IN = 5


@cache
def _verbs() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    words = table("work_verbs")
    return (
        frozenset(words["verbs"].split()),
        frozenset(words["doubtful"]),
        frozenset(words["lead_ins"]),
    )


def starts_with_verb(text: str, *, doubtful: bool = False) -> bool:
    """Whether a text begins with a work verb, after words such as "will also".

    `doubtful` lets words count that are more often a noun at the head of a sentence ("Schedule").

    >>> starts_with_verb("Will also answer phones"), starts_with_verb("Salary $20")
    (True, False)
    """
    _, unsure, lead_ins = _verbs()
    head = text[:120].lower().replace("’", "'").lstrip(" \t-–—*•\"'(“")
    if not head[:1].isalpha():
        return False
    for number, found in enumerate(_WORD.finditer(head)):
        word = found[0]
        if word in _NOT or number > _MAX_LEAD_IN or _NEGATION.match(head, found.end()):
            return False
        sure = word not in unsure or (
            word not in _CALLS and bool(_ARTICLE.match(head, found.end()))
        )
        if is_verb(word) and (doubtful or number > 0 or sure):
            return number == 0 or word not in lead_ins
        if word not in lead_ins:
            return False
    return False


def is_verb(word: str) -> bool:
    """Whether a word in small letters is a work verb: base form, -s or -ing.

    >>> [is_verb(word) for word in ("carries", "mopping", "table")]
    [True, True, False]
    """
    verbs, _, _ = _verbs()
    return any(form in verbs for form in _bases(word))


def is_third_person(word: str) -> bool:
    """Whether a word is a work verb in the form of "she cooks"."""
    verbs, _, _ = _verbs()
    return word.endswith("s") and word not in verbs and any(b in verbs for b in _bases(word)[1:])


def _bases(word: str) -> list[str]:
    bases = [word]
    if word.endswith("ies"):
        bases.append(word[:-3] + "y")
    if word.endswith("s"):
        bases.append(word[:-1])
    if word.endswith("es"):
        bases.append(word[:-2])
    if word.endswith("ing") and len(word) > 4:
        stem = word[:-3]
        bases += [stem, stem + "e"]
        if len(stem) > 2 and stem[-1] == stem[-2]:
            bases.append(stem[:-1])
    for prefix in ("re-", "co-", "pre-"):
        if word.startswith(prefix) and len(word) > 5:
            bases += _bases(word[len(prefix) :])
    return bases
