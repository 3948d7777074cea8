"""What one line or sentence is: a duty, a requirement, or something that describes no work."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from socoder.splitting.headings import table
from socoder.splitting.language import Hit
from socoder.splitting.orders import is_about_work, is_order, is_promise
from socoder.splitting.requirements import asks
from socoder.splitting.verbs import describes_work, starts_with_verb, tells_you

# Where several kinds of cue meet in one sentence, the first of these wins a tie.
_ORDER = ("eeo", "pay", "benefits", "apply", "physical", "schedule", "other", "pitch")

# Words per weak cue up to which it decides a sentence: one in a long sentence tells nothing.
_WORDS_PER_CUE = 12
_DIGIT = re.compile(r"\d")
# The patterns of these kinds all ask for a figure.
_WITH_FIGURES = frozenset({"pay", "benefits", "physical", "schedule", "pitch", "other"})

_LEAD_IN = re.compile(r"^(?:(?:you(?:['’]ll| will| may)?|will|also|responsible for|and)\s+)+", re.I)
_NEGATED_SUBJECT = re.compile(
    r"[\w\s]{2,40}?\s*(?:will|do|does|may|must|should|can|is|are|need)\s*(?:not|n['’]t)\b", re.I
)
_NEGATED = re.compile(
    r"(?:does|do|will|may|is|are)(?:\s+not|n['’]t)\b|there (?:is|are) no\b|won['’]t\b|"
    r"no\s+(?!other\b)\w+|"
    r"not\s+(?:an?|responsible|a working)\b|never\b|without\b|none\b|n/a\b",
    re.I,
)
_REPORTS_TO = re.compile(
    r"\W*(?:(?:you|this position|position|incumbent|"
    r"the \w+)\s+)?(?:will\s+)?reports?\s+(?:directly\s+)?to\s+(?:the\s+|a\s+|an\s+|our\s+|"
    r"district\s+|program\s+)?"
    r"(?:[\w/&'’-]+\s+){0,5}?(?:managers?|directors?|supervisors?|administrators?|coordinators?|"
    r"chief|presidents?|officers?|board|superintendent|principal|foreman|owners?|executive|ceo|"
    r"cfo|coo|vp|dean|chef|captain|lieutenant|sheriff)\b"
    r"(?!,?\s(?:about|on|regarding|verbally|orally|in writing)\b)",
    re.I,
)
_OFFERS = ("pay", "benefits", "eeo", "apply")
_RECEIVING = re.compile(r"(?:earn|receive|enjoy|get|work and live|join|draw against)\b", re.I)
_DEMANDED = re.compile(r"\b(?:must|required|minimum|preferred|you need|require)\b", re.I)
# "Bookkeeping: bills, payroll for 12, bank statements"
_LABELLED_LIST = re.compile(r"[A-Z][\w/&' -]{1,30}: \w[^:.]*,[^:.]*,")
# "Driver – delivers catering"
_NAMED_WORK = re.compile(r"(?:[\w/&'’]+ ){1,4}[–—-] ")
# "You are", "Driving record will be checked": no work, although it sounds so.
_NOT_WORK = re.compile(r"(?:you|they)\b|\w+ing\s+[\w-]+\s+(?:will|is|are|must|may)\b", re.I)


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    cues = table("sections")["cues"]
    return {
        kind: re.compile("|".join(f"(?:{one})" for one in entry["patterns"]), re.I)
        for kind, entry in cues.items()
        if entry["patterns"]
    }


def cue_kinds(text: str, hits: list[Hit]) -> tuple[dict[str, int], dict[str, int]]:
    """How many strong and how many weak cues of each kind stand in a text."""
    strong: dict[str, int] = {}
    weak: dict[str, int] = {}
    for hit in hits:
        if hit.table == "cue":
            kind, _, strength = hit.label.partition(":")
            counts = strong if strength == "strong" else weak
            counts[kind] = counts.get(kind, 0) + 1
    figures = bool(_DIGIT.search(text))
    for kind, pattern in _patterns().items():
        if (figures or kind not in _WITH_FIGURES) and pattern.search(text):
            strong[kind] = strong.get(kind, 0) + 1
    return strong, weak


def _most(counts: dict[str, int]) -> str:
    if not counts:
        return ""
    return max(counts, key=lambda kind: (counts[kind], -_ORDER.index(kind)))


def is_negated(text: str) -> bool:
    """Whether a text says what is not done: "You will NOT give medication"."""
    bare = text.lstrip(" -*\"'(")
    if re.match(r"no later|no matter|not only|without supervision", bare, re.I):
        return False
    if _NEGATED.match(bare):
        return True
    if "not" not in bare.lower() and "n't" not in bare and "n’t" not in bare:
        return False
    return bool(_NEGATED_SUBJECT.match(bare)) and not starts_with_verb(bare)


def kind_in_list(text: str, hits: list[Hit], *, under_duties: bool) -> str:
    """The kind of an item of a list: "duty", "requirement" or a kind that is set aside.

    Under a heading of duties a line is a duty unless it says plainly that it is none.
    """
    strong, weak = cue_kinds(text, hits)
    if _REPORTS_TO.match(text) or (is_negated(text) and not (_needs(hits) or "eeo" in strong)):
        return "other"
    verb = starts_with_verb(text, doubtful=True)
    if "apply" in strong and re.search(r"\[(?:phone|email)\]", text):
        return "apply"
    offer = _most({kind: n for kind, n in strong.items() if kind in _OFFERS})
    if offer and (not verb or _RECEIVING.match(text)):
        return offer
    if _asks_here(text, hits, strong):
        return "physical" if strong.get("physical") and not _needs(hits) else "requirement"
    if verb:
        return "duty"
    kind = _most(strong)
    if kind and kind != "pitch":
        return kind
    if under_duties:
        return "duty"
    return kind or _listed_weak(text, weak) or "duty"


def _listed_weak(text: str, weak: dict[str, int]) -> str:
    # In a list without a heading one weak word is not enough, unless it is nearly all there is.
    words = len(text.split())
    kind = _most({kind: n for kind, n in weak.items() if kind != "pitch"})
    return kind if kind and (weak[kind] * 4 >= words) else ""


@cache
def _plain() -> re.Pattern[str]:
    kinds = [f"(?P<{kind}>{'|'.join(each)})" for kind, each in table("sections")["plain"].items()]
    return re.compile(rf"[\W_]*(?:{'|'.join(kinds)})", re.I)


def kind_in_prose(text: str, hits: list[Hit]) -> str:
    """The kind of a sentence that no heading explains; "unclear" where nothing tells."""
    plain = _plain().match(text)
    if plain and plain.lastgroup and not _needs(hits):
        return plain.lastgroup
    strong, weak = cue_kinds(text, hits)
    if _REPORTS_TO.match(text) or (is_negated(text) and not (_needs(hits) or "eeo" in strong)):
        return "other"
    if _asks_here(text, hits, strong):
        return "physical" if strong.get("physical") and not _needs(hits) else "requirement"
    verb = starts_with_verb(text) and len(text.split()) > 1 and not _NOT_WORK.match(text)
    overriding = set(strong) & {*_OFFERS, "pitch"}
    if verb and not overriding:
        return "duty"
    if verb and overriding == {"pay"} and not _patterns()["pay"].search(text):
        return "duty"
    if (verb and is_about_work(text, strong)) or is_order(text, strong):
        return "duty"
    work = describes_work(text)
    if work and not (set(strong) - {"pitch", "schedule", "physical"}):
        return "duty"
    if work and strong == {"benefits": 1} and tells_you(text) and not is_promise(text):
        return "duty"
    if strong:
        return _most(strong)
    if work:
        return "duty"
    if re.match(r"(?:we|our)\b", text, re.I):
        return "pitch"
    named = _NAMED_WORK.match(text)
    if _LABELLED_LIST.match(text) or (
        named and not text.isupper() and starts_with_verb(text[named.end() :])
    ):
        return "duty"
    kind = _most(weak)
    return kind if kind and weak[kind] * _WORDS_PER_CUE >= len(text.split()) else "unclear"


def _needs(hits: list[Hit]) -> bool:
    return any(hit.table == "need" for hit in hits)


def _asks_here(text: str, hits: list[Hit], strong: dict[str, int]) -> bool:
    if not asks(text, hits):
        return False
    # "Tuition help, paid CPR training" offers; "apply with your CDL" invites.
    offered = set(strong) & {"benefits", "pay", "eeo", "pitch"}
    return not offered or bool(_DEMANDED.search(text))


@cache
def _generic() -> tuple[re.Pattern[str], re.Pattern[str], int]:
    words = table("generic_duties")
    return (
        re.compile(
            "|".join(f"(?:{one.replace('{tail}', words['tail'])})" for one in words["patterns"]),
            re.I,
        ),
        re.compile(words["specific"], re.I),
        int(words["max_words"]),
    )


@lru_cache(maxsize=1024)
def is_generic(text: str) -> bool:
    """Whether a duty belongs to every job: notes, meetings, safety, other duties as assigned.

    >>> is_generic("Attend staff meetings"), is_generic("Transcribe medical records")
    (True, False)
    """
    patterns, specific, max_words = _generic()
    bare = _LEAD_IN.sub("", text.strip(" .;,-–•*"))
    if len(bare.split()) > max_words:
        return False
    found = patterns.match(bare)
    if found:
        return not specific.search(bare)
    lead, item, part = _generic_lists()
    start = lead.match(bare)
    items = [one for one in part.split(bare[start.end() :] if start else bare) if one.strip()]
    # The last is tried first: it tells most lists of other work apart at once.
    return bool(items) and all(item.fullmatch(one.strip()) for one in reversed(items))


@cache
def _generic_lists() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    words = table("generic_duties")["lists"]
    return (
        re.compile(words["lead"], re.I),
        re.compile(
            rf"(?:{words['verbs']})?(?:{words['adjectives']})*(?:{words['things']})(?:{words['behind']})?",
            re.I,
        ),
        re.compile(words["part"], re.I),
    )
