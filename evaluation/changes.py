"""Small changes of a job title that leave the job what it is: what `robustness` tries out.

Each takes a title and a source of chance and gives the changed title, or "" where the change does
not apply. Chance decides where a typo falls or how a place is written, never whether to change.
"""

from __future__ import annotations

import random
import re
import string
from collections.abc import Callable

from socoder.title_words import is_worker, root

Change = Callable[[str, random.Random], str]

LONG = 6  # letters of a word from which a reader still knows it with one typo
_LONG_WORD = re.compile(rf"[A-Za-z]{{{LONG},}}")
_LEVEL = re.compile(r"(?i)\b(?:[ivx]+|\d+|sr|senior|jr|junior)\b")
_PUNCTUATED = ("{}.", "{}!", "* {} *", "- {}", '"{}"', "{};", "[{}]")
_REQUISITION = ("{} - Req #{}", "{} (Req. {})", "{} | Job ID: {}", "{} - R{}", "JR{} {}")
_PLACED = ("{} - {}, {}", "{} ({}, {})", "{}, {}, {}", "{} in {}, {}", "{} - {} {}")
_PART_TIME = ("{} PT", "{} - PT", "{} (PT)", "PT {}")
_CITIES = (
    ("Austin", "TX"), ("Columbus", "OH"), ("Fresno", "CA"), ("Boise", "ID"), ("Duluth", "MN"),
    ("Savannah", "GA"), ("Grand Rapids", "MI"), ("Fort Wayne", "IN"), ("St. Paul", "MN"),
    ("Worcester", "MA"), ("Las Cruces", "NM"), ("Billings", "MT"), ("Toledo", "OH"),
)  # fmt: skip
BRITISH = {
    "labor": "labour", "laborer": "labourer", "laborers": "labourers", "color": "colour",
    "colorist": "colourist", "behavior": "behaviour", "behavioral": "behavioural",
    "harbor": "harbour", "flavor": "flavour", "armor": "armour", "odor": "odour",
    "neighborhood": "neighbourhood", "parlor": "parlour", "molding": "moulding",
    "mold": "mould", "molder": "moulder", "plow": "plough", "center": "centre",
    "centers": "centres", "theater": "theatre", "meter": "metre", "fiber": "fibre",
    "program": "programme", "programs": "programmes", "organization": "organisation",
    "organizational": "organisational", "organizer": "organiser", "specialized": "specialised",
    "analyzer": "analyser", "optimization": "optimisation", "utilization": "utilisation",
    "sterilization": "sterilisation", "immunization": "immunisation",
    "counselor": "counsellor", "counseling": "counselling", "jeweler": "jeweller",
    "jewelry": "jewellery", "modeler": "modeller", "modeling": "modelling",
    "labeler": "labeller", "leveler": "leveller", "traveling": "travelling",
    "enameler": "enameller", "dispatcher": "despatcher", "license": "licence",
    "defense": "defence", "catalog": "catalogue", "pediatric": "paediatric",
    "pediatrician": "paediatrician", "orthopedic": "orthopaedic", "anesthesia": "anaesthesia",
    "anesthetist": "anaesthetist", "anesthesiologist": "anaesthesiologist",
    "gynecologist": "gynaecologist", "hematology": "haematology", "archeologist": "archaeologist",
    "aluminum": "aluminium", "tire": "tyre", "curb": "kerb", "check": "cheque", "gray": "grey",
    "esthetician": "aesthetician", "fueler": "fueller", "woolen": "woollen", "draftsman": "draughtsman",
    "artifact": "artefact", "disk": "disc", "skeptic": "sceptic", "maneuver": "manoeuvre",
}  # fmt: skip
"""American word → British. "Check" and "tire" are nouns in titles almost always."""
_AMERICAN = re.compile(r"\b(?:" + "|".join(BRITISH) + r")\b", re.IGNORECASE)


def upper(title: str, chance: random.Random) -> str:
    """CLERK, OFFICE."""
    return _if_new(title, title.upper())


def lower(title: str, chance: random.Random) -> str:
    """clerk, office."""
    return _if_new(title, title.lower())


def punctuation(title: str, chance: random.Random) -> str:
    """A mark at the end, or marks around the title."""
    return chance.choice(_PUNCTUATED).format(title)


def senior(title: str, chance: random.Random) -> str:
    """ "Sr." before a title that names no level."""
    return "" if _LEVEL.search(title) else f"Sr. {title}"


def level_two(title: str, chance: random.Random) -> str:
    """ "II" after a title that names no level and ends in a word."""
    return "" if _LEVEL.search(title) or not title[-1].isalpha() else f"{title} II"


def requisition(title: str, chance: random.Random) -> str:
    """A requisition number, as job boards write it."""
    form = chance.choice(_REQUISITION)
    number = str(chance.randint(10_000, 99_999))
    return form.format(number, title) if form.startswith("JR") else form.format(title, number)


def city(title: str, chance: random.Random) -> str:
    """The place of work after the title."""
    return chance.choice(_PLACED).format(title, *chance.choice(_CITIES))


def part_time(title: str, chance: random.Random) -> str:
    """ "PT" before or after the title."""
    return chance.choice(_PART_TIME).format(title)


def doubled_spaces(title: str, chance: random.Random) -> str:
    """Two spaces for each."""
    return _if_new(title, title.replace(" ", "  "))


def transposition(title: str, chance: random.Random) -> str:
    """Two neighbouring letters of a long word change places."""

    def swap(word: str) -> str:
        at = chance.choice([i for i in range(len(word) - 1) if word[i] != word[i + 1]] or [0])
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]

    return _mistyped(title, chance, swap)


def deletion(title: str, chance: random.Random) -> str:
    """A letter of a long word is missing."""

    def delete(word: str) -> str:
        at = chance.randrange(len(word))
        return word[:at] + word[at + 1 :]

    return _mistyped(title, chance, delete)


def doubling(title: str, chance: random.Random) -> str:
    """A letter of a long word stands twice."""

    def double(word: str) -> str:
        at = chance.randrange(len(word))
        return word[: at + 1] + word[at:]

    return _mistyped(title, chance, double)


def substitution(title: str, chance: random.Random) -> str:
    """A letter of a long word is another one."""

    def substitute(word: str) -> str:
        at = chance.randrange(len(word))
        others = string.ascii_lowercase.replace(word[at].lower(), "")
        letter = chance.choice(others)
        return word[:at] + (letter.upper() if word[at].isupper() else letter) + word[at + 1 :]

    return _mistyped(title, chance, substitute)


def british(title: str, chance: random.Random) -> str:
    """Every word of the table in its British spelling."""

    def spell(match: re.Match[str]) -> str:
        word = BRITISH[match[0].lower()]
        if match[0].isupper():
            return word.upper()
        return word.capitalize() if match[0][0].isupper() else word

    return _if_new(title, _AMERICAN.sub(spell, title))


def inverted(title: str, chance: random.Random) -> str:
    """ "Office Clerk" → "Clerk, Office": titles of two to four plain words, the last a worker."""
    words = title.split()
    plain = 2 <= len(words) <= 4 and all(word.isalpha() for word in words)
    names = [is_worker(root(word.lower())) for word in words]
    # "Teacher Assistant": inverted it would read as two jobs.
    if not plain or not names[-1] or any(names[:-1]):
        return ""
    return f"{words[-1]}, {' '.join(words[:-1])}"


def put_in_order(title: str, chance: random.Random) -> str:
    """ "Clerk, Office" → "Office Clerk": one comma, a bare worker before it."""
    head, comma, qualifier = title.partition(", ")
    words = qualifier.split()
    bare = head.isalpha() and is_worker(root(head.lower()))
    # "Baker, Cook" lists two jobs, "Clerk, nights and weekends" is no inversion.
    plain = all(word.isalpha() and not is_worker(root(word.lower())) for word in words)
    if not (comma and bare and words and plain) or {"and", "or"} & {w.lower() for w in words}:
        return ""
    return f"{qualifier} {head}"


def _if_new(title: str, changed: str) -> str:
    return "" if changed == title else changed


def _mistyped(title: str, chance: random.Random, typo: Callable[[str], str]) -> str:
    """The title with a typo in one of its long words; "" without a long word."""
    words = list(_LONG_WORD.finditer(title))
    if not words:
        return ""
    word = chance.choice(words)
    return _if_new(title, title[: word.start()] + typo(word[0]) + title[word.end() :])


TYPOS: dict[str, Change] = {
    "transposition": transposition, "deletion": deletion, "doubling": doubling,
    "substitution": substitution,
}  # fmt: skip
CHANGES: dict[str, Change] = {
    "upper case": upper, "lower case": lower, "punctuation": punctuation, "Sr.": senior,
    "II": level_two, "requisition number": requisition, "city": city, "PT": part_time,
    "doubled spaces": doubled_spaces, "British spelling": british, "inverted": inverted,
    "put in order": put_in_order,
    **TYPOS,
}  # fmt: skip
