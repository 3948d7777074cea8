"""Whether a text tells of work: it begins with a work verb, or its subject does something."""

from __future__ import annotations

import re
from functools import cache

from socoder.splitting.headings import table

_WORD = re.compile(r"[a-z][a-z'’-]*")
_NEGATION = re.compile(r"\s+not\b")
_OPENING_PHRASE = re.compile(
    r"^(?:then\s+|(?:in|for|with|under|on|during|as|working|at)\b[^,]{3,80},\s*)", re.I
)
_SUBJECT_WORDS = 9
_WORK_IS = re.compile(
    r"\b(?:duties|work|responsibilities|tasks|job|position|role|"
    r"functions)\s+(?:also\s+)?(?:may\s+|will\s+)?(?:includes?|involves?|consists? of|"
    r"requires? (?:you to|the)|entails?|is to|are to)\b|"
    r"\b(?:responsible|accountable) for\b|\bduties:|\b(?:needs?|wants?) (?:an? |the |"
    r"some )?(?:\w+ ){0,2}(?:help|support|assistance|reminders?|prompts?|cueing|supervision|"
    r"someone to|somebody to|person to) ?(?:with|to|in|for|handling|bathing|dressing)?\b",
    re.I,
)
_YOU_WORK = re.compile(
    r"\b(?:you|they)(?:['’]ll|['’]d)?\s+(?:(?:will|may|might|would|also|then|can|"
    r"must)\s+)*([a-z-]+)",
    re.I,
)
# Whatever "you will" do is work, apart from what an employer promises.
_YOU_WILL = re.compile(
    r"(?:you(?:['’]ll|['’]d)|you (?:will|would|may|might))\s+"
    r"(?!(?:be|have|need|get|love|find|earn|receive|work|report|go through|also (?:have|get)|like|"
    r"enjoy|join|not)\b)",
    re.I,
)
_TITLE_END = re.compile(r"(?:er|or|ist|ian|ant|man|men|person|woman|people|ress|ster|ee)s?$")
_ARTICLE = re.compile(r"\s+(?:the|an?)\b")
_NOT = frozenset({"not", "never", "no", "don't", "doesn't", "won't", "cannot"})
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
            word not in _listed("calls") and bool(_ARTICLE.match(head, found.end()))
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


@cache
def _listed(name: str) -> frozenset[str]:
    return frozenset(table("work_verbs")[name].split())


def describes_work(text: str) -> bool:
    """Whether a sentence tells what somebody does: "The registrar brings objects …"."""
    head = text[:220]
    if _WORK_IS.search(head):
        return True
    for found in _YOU_WORK.finditer(text[:600]):
        word = found[1].lower()
        if is_verb(word) and word not in _listed("pale") and not word.endswith("ing"):
            return True
    if _YOU_WILL.match(head):
        return True
    if re.search(r"\byour?\b", text[:200], re.I):
        return False
    words = re.findall(r"[\w/&'’-]+", _OPENING_PHRASE.sub("", head))[:_SUBJECT_WORDS]
    return _subject_works(words)


def _subject_works(words: list[str]) -> bool:
    """Whether the words are a subject and what it does: "The school nurse gives", "Staff will"."""
    if not words or (
        words[0].lower() not in _listed("subjects") and not words[0].lower().endswith("s")
    ):
        return False
    for number, word in enumerate(words[1:], start=1):
        low = word.lower()
        if low in _listed("adverbs"):
            continue
        before = next(
            one for one in reversed(words[:number]) if one.lower() not in _listed("adverbs")
        )
        if low in _listed("links"):
            return False
        if low in ("will", "may", "would", "must", "shall", "should", "can"):
            after = [
                one.lower() for one in words[number + 1 :] if one.lower() not in _listed("adverbs")
            ]
            return bool(after) and is_verb(after[0]) and after[0] not in _listed("pale")
        if is_third_person(low) and low not in _listed("not_of_persons"):
            return True
        if low in ("supports", "provides") and is_title_word(before):
            return True
        plural = before.lower().endswith("s") and not before.endswith("ss")
        if (
            plural
            and is_verb(low)
            and low not in _listed("pale")
            and not low.endswith(("s", "ing"))
        ):
            return number > 1 or not is_third_person(before.lower())
    return False


def is_title_word(word: str) -> bool:
    """Whether a word can end the title of a job ("manager", "aide"); places and firms do not."""
    low = word.lower()
    if low in _listed("places"):
        return False
    return bool(_TITLE_END.search(low)) or low in _listed("titles") or low[:-1] in _listed("titles")
