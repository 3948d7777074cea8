"""Orders that sound like something else: "Schedule appointments", "Clean teeth, using dental tools".

A sentence that begins with a work verb and says what is done is a duty, although a word in it often
stands where hours, pay, benefits or the way to apply are told.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from socoder.splitting.headings import table
from socoder.splitting.verbs import is_third_person, is_verb

_MANY = 3  # cues of benefits that make a list of them
_LEAD_INS = re.compile(r"(?:(?:will|may|also|must|to|and|or|can)\s+)+", re.I)
# Who is spoken to, and how: nothing that is done all day is told so.
_ADDRESSED = re.compile(
    r"\btake advantage\b|\[(?:phone|email|name)\]|\b(?:our|ours|we|us|you|your|yours)\b|\bwebsite\b|\bonline\b|\bwww\b",
    re.I,
)
# "Split position, 40 hours a week, full benefits"
_PROMISED = re.compile(
    r"\d|(?<![\w-])(?:full|great|good|no|paid|free|generous|excellent|competitive)\s+(?:\w+\s+)?"
    r"(?:benefits|time|holidays|vacation|training|leave|insurance|meals?)\b",
    re.I,
)
_EQUAL_TREATMENT = re.compile(
    r"\b(?:regard(?:less)?|applicants?|all (?:persons|qualified|employees)|backgrounds?|status)\b",
    re.I,
)
_HEAD = re.compile(r"(?P<verb>[A-Za-z-]+)\s+(?P<next>[A-Za-z][\w'’-]*)(?:\s+(?P<third>[\w'’-]+))?")
_NO_PERMIT = frozenset(
    {"this", "the", "our", "a", "an", "position", "positions", "job", "it", "employment", "more"}
)
_CHECKED = re.compile(r"\bto (?:verify|check|confirm|obtain)\b")
_CALLS_TO_READER = frozenset({"apply", "contact", "call", "phone"})


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset(table("work_verbs")[name].split())


def is_about_work(text: str, strong: Mapping[str, int]) -> bool:
    """Whether a sentence that begins with a work verb is a duty in spite of its `strong` cues.

    >>> is_about_work("Clean teeth, using dental instruments.", {"benefits": 1})
    True
    >>> is_about_work("Provides dental and vision", {"benefits": 1})
    False
    """
    if "pitch" in strong or "pay" in strong or _ADDRESSED.search(text):
        return False
    head = _HEAD.match(_LEAD_INS.sub("", text, count=1).lstrip(" -*\"'("))
    verb = head["verb"].lower() if head else text.split(maxsplit=1)[0].lower().strip(" ,")
    forms = {verb, verb.removesuffix("s"), verb.removesuffix("ing"), verb.removesuffix("ing") + "e"}
    if "benefits" in strong:
        offers = not forms.isdisjoint(_words("offering")) and verb not in {"select", "choose"}
        # "Provide terminated employees with …" gives it to others; "Provides dental" to the reader.
        given = head is not None and verb == "provide" and bool(re.search(r"\bwith\b|\bto\b", text))
        if strong["benefits"] >= _MANY or (offers and not given) or _PROMISED.search(text):
            return False
    if "apply" in strong and (strong["apply"] > 1 or not forms.isdisjoint(_words("applying"))):
        return False
    return "eeo" not in strong or not (
        _EQUAL_TREATMENT.search(text) or not forms.isdisjoint(_words("offering"))
    )


def is_promise(text: str) -> bool:
    """Whether a sentence with words of benefits promises them: with a figure, or "free" or "paid"."""
    return bool(_PROMISED.search(text))


def is_order(text: str, strong: Mapping[str, int]) -> bool:
    """Whether a sentence begins with a word that is mostly a noun there, but has an object.

    >>> [is_order(one, {}) for one in ("Pay bills.", "Pay weekly.", "Apply grout", "Apply online")]
    [True, False, True, False]
    """
    checked = {"apply"} if _CHECKED.search(text) else set()
    if set(strong) - {"benefits", "schedule", *checked} or strong.get("benefits", 0) >= _MANY:
        return False
    if _ADDRESSED.search(text) or any(character.isdigit() for character in text):
        return False
    head = _HEAD.match(text)
    if not head or text.isupper() or head["verb"].lower() not in _words("orders"):
        return False
    verb, following, third = head["verb"].lower(), head["next"], (head["third"] or "").lower()
    if verb == "travel":
        return following in ("to", "with") and len(text.split()) > 4
    if verb == "apply" and following in ("for", "a", "an", "the"):
        return bool(third) and third not in _NO_PERMIT
    if following in ("and", "or"):
        return is_verb(third) and not is_third_person(third) and not third.endswith("ing")
    if following[0].isupper() and verb != "apply":
        return False
    return following.lower() not in _words("no_object")
