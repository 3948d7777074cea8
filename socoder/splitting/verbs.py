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
    r"someone to|somebody to|person to) ?(?:with|to|in|for|handling|bathing|dressing)?\b|"
    r"\byour (?:\w+ ){0,2}(?:calls|work|days?|time|week|shifts?|hours|mornings|afternoons|evenings|"
    r"nights) (?:turns?|goes|go|shifts?|moves?) (?:to|on|into)\b",
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
# "You keep a diary, phone the offices and go along": what follows shows that it is work.
_NEXT_VERB = re.compile(r"(?:,|;|\band\b|\bor\b)\s+(?:(?:then|also|and|or)\s+)?([a-z-]+)\b")
_DOING = re.compile(r"\s+(?:\w+ly\s+)?([a-z-]+ing)\b", re.I)
_IDLE = frozenset(
    ["looking", "seeking", "joining", "working", "living", "being", "getting", "going", "having"]
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


def tells_you(text: str) -> bool:
    """Whether a sentence tells in plain words what "you" do: "You also tell people about clinics"."""
    found = _YOU_WORK.match(text)
    word = found[1].lower() if found else ""
    offered = word in _listed("offering") or word in ("select", "choose", "enroll", "enjoy")
    return bool(word) and is_verb(word) and word not in _listed("pale") and not offered


def describes_work(text: str) -> bool:
    """Whether a sentence tells what somebody does: "The registrar brings objects …"."""
    head = text[:220]
    if _WORK_IS.search(head):
        return True
    for found in _YOU_WORK.finditer(text[:600]):
        word = found[1].lower()
        if word in ("are", "re"):
            following = _DOING.match(text, found.end())
            if following and is_verb(following[1].lower()) and following[1].lower() not in _IDLE:
                return True
        if not is_verb(word) or word.endswith("ing"):
            continue
        if word not in _listed("pale") or (word in _listed("doing") and _goes_on(text, found)):
            return True
    if _YOU_WILL.match(head):
        return True
    if re.search(r"\byour?\b", text[:200], re.I):
        return False
    words = re.findall(r"[\w/&'’-]+", _OPENING_PHRASE.sub("", head))[:_SUBJECT_WORDS]
    return _subject_works(words)


def _goes_on(text: str, found: re.Match[str]) -> bool:
    """Whether a sentence that begins "you keep …" goes on with other work: "…, phone the offices"."""
    rest = text[found.end() :].split(". ", maxsplit=1)[0]
    return any(
        is_verb(verb) and verb not in _listed("pale")
        for verb in _NEXT_VERB.findall(re.split(r"\bso that\b|\bwhere\b|\bwho\b", rest)[0])
    )


def _subject_works(words: list[str]) -> bool:
    """Whether the words are a subject and what it does: "The school nurse gives", "Staff will"."""
    return subject_length(words) > 0


def subject_length(words: list[str]) -> int:
    """How many words the subject of a sentence has, where a verb of work follows it; else 0.

    >>> subject_length("The school nurse gives shots".split()), subject_length(["Salary", "$20"])
    (3, 0)
    """
    first = words[0].lower() if words else ""
    if first not in _listed("subjects") and not first.endswith("s"):
        return 0
    for number, word in enumerate(words[1:], start=1):
        low = word.lower()
        if low in _listed("adverbs"):
            continue
        before = next(
            one for one in reversed(words[:number]) if one.lower() not in _listed("adverbs")
        )
        if low in _listed("links"):
            return 0
        if low in ("will", "may", "would", "must", "shall", "should", "can"):
            after = [
                one.lower() for one in words[number + 1 :] if one.lower() not in _listed("adverbs")
            ]
            works = bool(after) and is_verb(after[0]) and after[0] not in _listed("pale")
            return number if works else 0
        if is_third_person(low) and low not in _listed("not_of_persons"):
            return 0 if before.lower() in _listed("things") else number
        if low in ("supports", "provides") and is_title_word(before):
            return number
        plural = before.lower().endswith("s") and not before.endswith("ss")
        if (
            plural
            and is_verb(low)
            and low not in _listed("pale")
            and not low.endswith(("s", "ing"))
        ):
            return number if number > 1 or not is_third_person(before.lower()) else 0
    return 0


def is_title_word(word: str) -> bool:
    """Whether a word can end the title of a job ("manager", "aide"); places and firms do not."""
    low = word.lower()
    if low in _listed("places"):
        return False
    return bool(_TITLE_END.search(low)) or low in _listed("titles") or low[:-1] in _listed("titles")
