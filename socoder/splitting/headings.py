"""Which part of a posting a heading opens: "duties", "requirements", "benefits", …"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

MAX_HEADING_WORDS = 9

_BRACKETS = re.compile(r"\([^()]{0,80}\)|\[[^\[\]]{0,80}\]")
_SHARE = re.compile(r"\d{1,3}(?:\.\d+)?\s*(?:%|percent\b)|\.{3,}")
_WORD = re.compile(r"[a-z0-9#][a-z0-9#-]*")


@cache
def table(name: str) -> dict[str, Any]:
    """A table of `socoder/data`, by its name without ".toml"."""
    return tomllib.loads((files("socoder") / "data" / f"{name}.toml").read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class _Kind:
    name: str
    heads: frozenset[str]
    allowed: frozenset[str]


@cache
def _kinds() -> tuple[tuple[_Kind, ...], dict[str, str]]:
    sections = table("sections")
    fillers = frozenset(sections["fillers"])
    kinds = []
    phrases: dict[str, str] = {}
    for name, entry in sections["headings"].items():
        heads = frozenset(entry["heads"])
        kinds.append(_Kind(name, heads, heads | fillers | frozenset(entry["allow"])))
        for phrase in entry["phrases"]:
            phrases.setdefault(" ".join(_words(phrase)), name)
    return tuple(kinds), phrases


def _words(heading: str) -> list[str]:
    plain = heading.lower().replace("’", "'").replace("&", " and ").replace("'", "")
    return _WORD.findall(_SHARE.sub(" ", _BRACKETS.sub(" ", plain)))


def heading_kind(heading: str) -> str:
    """The kind of the part that a heading opens, "" for a heading that is not in the table.

    >>> heading_kind("ESSENTIAL DUTIES & RESPONSIBILITIES:")
    'duties'
    >>> heading_kind("Kitchen")
    ''
    """
    words = _words(heading)
    if not words or len(words) > MAX_HEADING_WORDS:
        return ""
    kinds, phrases = _kinds()
    known = phrases.get(" ".join(words))
    if known:
        return known
    for kind in kinds:
        if not kind.heads.isdisjoint(words) and kind.allowed.issuperset(words):
            return kind.name
    if words[0] == "about" and len(words) <= 5 and not any(c in "$0123456789" for c in heading):
        return "pitch"
    if words[0] == "why" and len(words) > 1:
        return "benefits" if "love" in words else "pitch"
    duties = next(kind for kind in kinds if kind.name == "duties")
    if len(words) > 6 or words[-1] not in duties.heads:
        return ""
    # "Kitchen duties" is a heading, "Grade students' assignments" is work.
    works = words[0] in table("work_verbs")["verbs"].split() and words[0] not in duties.allowed
    return "" if works else "duties"
