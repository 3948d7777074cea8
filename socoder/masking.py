"""Contacts are masked before a text is stored or printed: "[email]", "[phone]", "[name]", "[id]".

The patterns are bounded, so that the work grows with the length of the text and not faster.
Names are found only where a posting gives them as contacts: beside an address or a number, after
"contact" or "ask for", after "Mr." and the like. Names of firms and offices are left alone.
"""

from __future__ import annotations

import re
from functools import cache

from socoder.splitting.headings import table

_EMAIL = re.compile(
    r"[\w.+%'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,6}"
    r"|[\w.+%'-]{1,64}\s?@\s?[\w-]{1,63}(?:\.[\w-]{1,63}){0,4}\.[a-z]{2,12}\b"
    r"|[\w.+%'-]{1,64}\s?(?:[\[({]\s?at\s?[\])}]|\sat\s(?=[\w-]{1,63}\s(?:dot\s|[\[({]\s?dot)))\s?"
    r"[\w-]{1,63}(?:\s?(?:\.|[\[({]\s?dot\s?[\])}]|\sdot\s)\s?[\w-]{1,63}){1,6}",
    re.IGNORECASE,
)
_EXTENSION = r"(?:[\s,;]{0,2}(?:ext\.?|extension|x)[\s.:#]{0,2}\d{1,6})?"
_PHONE = re.compile(
    r"(?<![\d$])(?:\+?1[\s.-]{0,2})?(?:\(\s?\d{3}\s?\)[\s.-]{0,2}|\d{3}[\s./–-]{1,2})"
    r"\d{3}[\s./–-]{1,2}\d{4}(?!\d)" + _EXTENSION + r"|(?<![\d$.,-])\d{10}(?![\d,])" + _EXTENSION +
    r"|(?<!\d)1?[ .-]?8(?:00|33|44|55|66|77|88)[ .-][A-Z][A-Z0-9-]{6,9}\b"
    r"|(?<![\w+])\+\d{1,3}[\s().-]{0,2}\d{1,4}(?:[\s().-]{1,2}\d{2,4}){2,4}(?!\d)",
    re.IGNORECASE,
)  # fmt: skip
_SHORT_PHONE = re.compile(
    r"(?P<cue>\b(?:call|phone|ph|tel|telephone|text|fax|cell|mobile|at|dial)\b[\s.:#]{0,3})"
    r"\d{3}[\s.–-]\d{4}(?![\d-])" + _EXTENSION + r"|(?<![\d$.-])\d{3}[.-]\d{4}(?![\d-])"
    r"[\s,;]{0,2}(?:ext\.?|extension|x)[\s.:#]{0,2}\d{1,6}",
    re.IGNORECASE,
)
# Cheap before exact: every number that is masked holds one of these.
_FIGURES = re.compile(r"\d{3}[\s)./–-]{0,3}\d{2}|\d[\s().-]{1,2}\d|8\d\d[ .-][A-Za-z]")
_CONTACT_WORDS = (
    "attn", "attention", "ask for", "c/o", "contact", "call", "text", "mail", "reach", "phone", "sum",
    "résumé", "reference", "vita", "application", "letter", "inquir", "question", "speak", "talk",
    "supervisor", "manager", "recruiter",
)  # fmt: skip
_SSN = re.compile(r"(?<![\d-])\d{3}-\d{2}-\d{4}(?![\d-])")
_SSN_NAMED = re.compile(
    r"(\b(?:ssn|social security (?:number|no\.?|#))[\s:#]{0,3})\d{3}[\s-]?\d{2}[\s-]?\d{4}\b", re.I
)
_BIRTH = re.compile(
    r"(\b(?:d\.?o\.?b\.?|date of birth|birth ?date|born(?: on)?)[\s:]{0,3})"
    r"(?:\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}|[A-Z][a-z]{2,8}\.? \d{1,2},? \d{4}|"
    r"\d{1,2} [A-Z][a-z]{2,8}\.? \d{4})",
    re.IGNORECASE,
)
_PROFILE = re.compile(r"\b(?:www\.)?(?:linkedin\.com/in|facebook\.com)/[\w.%-]{1,80}/?", re.I)

_WORD = r"(?:[A-Z][a-z]+(?:['’-][A-Z]?[a-z]+)*|[A-Z]['’][A-Z]?[a-z]+|Ma?c[A-Z][a-z]+|[A-Z]{2,15})\b"
_PARTICLE = r"(?:(?:de|la|del|della|da|dos|van|von|der|den|bin|al)[ \t]+){0,2}"
_NAME = rf"{_WORD}(?:[ \t]+(?:{_PARTICLE}{_WORD}|[A-Z]\b\.?)){{1,3}}"
_NEAR = r"(?=[^\n]{0,60}\[(?:email|phone)\])"
_SALUTATION = re.compile(
    rf"(\b(?:Mr|Mrs|Ms|Miss|Mx|MR|MRS|MS)\b\.?[ \t]+)({_WORD}(?:[ \t]+{_WORD}){{0,2}}|[A-Z]\b\.?)"
)
_DOCTOR = re.compile(rf"(\bD[rR]\.?[ \t]+)({_WORD}(?:[ \t]+{_WORD}){{0,1}}){_NEAR}")
# Nobody but a person stands after these.
_ASKED_FOR = re.compile(
    r"(\b(?i:attn|attention|ask for|c/o|contact person|(?:please|or|to) (?:contact|call|text|"
    r"e-?mail)|"
    r"(?:r[ée]sum[ée]s?|references|vitae?|applications?|letters?|inquiries|questions|call|speak|"
    r"talk)"
    r"[ \t]+(?:to|with))\b[ \t]*[:.,–-]?[ \t]*(?i:our[ \t]+\w+[ \t]+)?|"
    r"\b(?i:contact|supervisor|(?:hiring )?manager|recruiter|call|questions)[ \t]*:[ \t]*)"
    rf"({_NAME})"
)
# A duty may begin with these, so more is asked: a number close by, or the end of the sentence.
_CALLED = re.compile(
    rf"(\b(?i:contact|call|text|reach|e-?mail|phone)[ \t]+)({_NAME})(?:{_NEAR}|(?=[ \t]*(?:[.!]|"
    rf"$)))",
    re.M,
)
_FIRST_NAME = re.compile(
    r"(\b(?i:contact|call|text|ask for|e-?mail|reach|attn|attention|see)\b[ \t]*:?[ \t]*)"
    rf"({_WORD}|[a-z]{{3,12}}[ \t][a-z]{{3,12}}(?=[ \t](?:at|on)\b))"
    r"(?=[ \t]*(?:,|\bat\b|\bon\b|@|-|–|:|\()?[ \t]*(?i:\(?cell\)?|ext\.?|"
    r"e-?mail)?[ \t]*\[(?:email|phone)\])"
)
_BEFORE_CONTACT = re.compile(
    rf"({_NAME})(?=(?:,[ \t]*[A-Za-z&./ -]{{2,40}}|[ \t]*\([^()\n]{{2,40}}\)|"
    r"[ \t]*\n[^\n]{0,40}\b(?i:director|manager|recruiter|coordinator|hr|human resources|supervisor|"
    r"administrator|owner|principal|president|officer|specialist|generalist|assistant)\b[^\n]{0,30})?"
    r"[ \t]*(?:[,:;|/–—-]|\bat\b|\bon\b|<|\()?\s{0,2}"
    r"(?:\(?(?i:cell|phone|ph|tel|e-?mail|office|direct|mobile)\)?[.:]?[ \t]*)?[(<]?\[(?:email|"
    r"phone)\])"
)
_AFTER_CONTACT = re.compile(
    r"(\[(?:email|phone)\][)>]?[ \t]*(?:[,;:|–—-]|\(|\bask for\b|\battn:?)[ \t]*)"
    rf"({_NAME})(?![ \t]*:)"
)


@cache
def _not_a_name() -> frozenset[str]:
    """Words of offices, firms, roles and places: a capitalised pair that holds one is no person."""
    return frozenset(table("masking")["not_a_name"].split())


def mask(text: str) -> str:
    """The text with e-mail addresses, phone numbers, social-security numbers, dates of birth and
    the names that stand with contacts replaced by "[email]", "[phone]", "[id]" and "[name]".

    Masking a masked text changes nothing.
    """
    text = _EMAIL.sub("[email]", text) if _may_hold_email(text) else text
    lower = text.lower()
    if ".com/" in lower:
        text = _PROFILE.sub("[id]", text)
    if "ssn" in lower or "social security" in lower:
        text = _SSN_NAMED.sub(r"\1[id]", text)
    if "birth" in lower or "born" in lower or "dob" in lower or "d.o.b" in lower:
        text = _BIRTH.sub(r"\1[id]", text)
    if _FIGURES.search(text):
        text = _SSN.sub("[id]", text)
        text = _PHONE.sub("[phone]", text)
        text = _SHORT_PHONE.sub(lambda match: f"{match['cue'] or ''}[phone]", text)
    text = _SALUTATION.sub(r"\1[name]", text)
    if any(word in lower for word in _CONTACT_WORDS):
        text = _ASKED_FOR.sub(_mask_second, text)
        text = _CALLED.sub(_mask_second, text)
    if "[phone]" in text or "[email]" in text:
        text = _DOCTOR.sub(r"\1[name]", text)
        text = _BEFORE_CONTACT.sub(lambda found: _masked(found[1]), text)
        text = _FIRST_NAME.sub(_mask_second, text)
        text = _AFTER_CONTACT.sub(_mask_second, text)
    return text


def _may_hold_email(text: str) -> bool:
    return (
        "@" in text or " dot " in text.lower() or "(at)" in text.lower() or "[at]" in text.lower()
    )


def _mask_second(found: re.Match[str]) -> str:
    return found[1] + _masked(found[2])


def _masked(name: str) -> str:
    """ "[name]" for what looks like a person; the words themselves otherwise."""
    words = name.split()
    if any(word.strip(".").lower() in _not_a_name() for word in words):
        return name
    return "[name]"
