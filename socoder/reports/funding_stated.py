"""What a line of services states itself about its split: the column `allocation`.

Empty: as asked for the whole report. One of SPLITS: that split for this line. Otherwise shares of
position groups or SOC codes: "HAR-EMP-COACH:55%|HAR-EMP-DEV:45%", "31-1122:0.7|39-9032:0.3".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from socoder.errors import UnknownCodeError
from socoder.soc import Classification

Split = Literal["time", "even", "code"]
SPLITS: tuple[Split, ...] = ("time", "even", "code")

UNREADABLE = "allocation cannot be read (as in GROUP:60%|GROUP:40%): split like lines without one"
TOO_MUCH = "the stated allocation is more than 100 %: its shares are scaled down"
_SHARE = re.compile(r"(\d{1,9}(?:\.\d{0,9})?|\.\d{1,9})\s*(%?)", re.ASCII)
_CLOSE = Fraction(1, 1000)  # 33.3 % three times is all of it
_SOC = re.compile(r"\d{2}-?\d{4}(\.\d\d)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Stated:
    """Position group or SOC code, and its share of the line's money; together at most 1."""

    shares: tuple[tuple[str, Fraction], ...]


def stated_in(text: str) -> tuple[Stated | Split | None, str]:
    """What the cell states (None: nothing that can be used), and what is wrong with it or ""."""
    plain = text.strip()
    if not plain:
        return None, ""
    for split in SPLITS:
        if plain.casefold() == split:
            return split, ""
    found: dict[str, Fraction] = {}
    percent = False
    for part in re.split(r"[|;]", plain):
        if not part.strip():
            continue
        key, colon, share = part.rpartition(":")
        number = _SHARE.fullmatch(share.strip())
        if not colon or not key.strip() or not number:
            return None, UNREADABLE
        percent |= bool(number[2])
        name = key.strip()
        found[name] = found.get(name, Fraction(0)) + Fraction(Decimal(number[1]))
    whole = sum(found.values(), Fraction(0))
    if not whole:
        return None, UNREADABLE
    if not percent and whole > 1 + _CLOSE and not 50 <= whole <= 150:
        return None, UNREADABLE  # neither fractions of 1 nor percents: "A:1|B:1" could be both
    if percent or whole > 1 + _CLOSE:
        found = {name: share / 100 for name, share in found.items()}
        whole /= 100
    if abs(whole - 1) <= _CLOSE or whole > 1:
        found = {name: share / whole for name, share in found.items()}
    return Stated(tuple(found.items())), TOO_MUCH if whole > 1 + _CLOSE else ""


def soc_code_in(key: str, known: Classification) -> str:
    """The SOC code that a key of an allocation is; "" if it is none."""
    if not _SOC.fullmatch(key):
        return ""
    try:
        return known.find(key)
    except UnknownCodeError:
        return ""
