"""Money as whole cents: read from cells, and split so that nothing is lost or invented."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from math import lcm

_NUMBER = re.compile(r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)?(?:\.[0-9]*)?")
_DIGITS = 18  # before the point: beyond that a cell holds no amount of money
_NOISE = Decimal("0.000001")  # below this, what a spreadsheet's binary numbers add by themselves


def amount_in(text: str) -> Decimal | None:
    """The dollars in a cell: "1,234.50", "$52", "-3", "(12.00)" for a negative amount; None where
    there is none, or where a comma could stand for a decimal point ("12,50")."""
    plain = text.strip().replace("\N{MINUS SIGN}", "-").replace(" ", "")
    negative = plain.startswith("(") and plain.endswith(")")
    if negative:
        plain = plain[1:-1]
    plain = plain.replace("$", "", 1)
    if plain[:1] in ("-", "+"):
        negative ^= plain[0] == "-"
        plain = plain[1:].replace("$", "", 1)
    if not _NUMBER.fullmatch(plain) or not re.search("[0-9]", plain):
        return _scientific(plain, negative)
    if len(plain.partition(".")[0].replace(",", "")) > _DIGITS:
        return None
    value = Decimal(plain.replace(",", "")).quantize(_NOISE, ROUND_HALF_EVEN)
    return -value if negative else value


def _scientific(text: str, negative: bool) -> Decimal | None:
    """What a spreadsheet makes of large and tiny numbers: "1.5E+07"."""
    if not re.fullmatch(r"[0-9]+(\.[0-9]+)?[eE][+-]?[0-9]{1,2}", text):
        return None
    value = Decimal(text)
    if value >= Decimal(10) ** _DIGITS:
        return None
    value = value.quantize(_NOISE, ROUND_HALF_EVEN)
    return -value if negative else value


def cents_of(amounts: Iterable[Decimal]) -> list[int]:
    """The amounts as whole cents, whose sum is the rounded sum of the amounts: a fraction of a
    cent is carried to the next amount instead of being dropped."""
    found, exact, given = [], Decimal(0), 0
    for amount in amounts:
        exact += amount * 100
        whole = int(exact.to_integral_value(ROUND_HALF_EVEN))
        found.append(whole - given)
        given = whole
    return found


def whole_weights(weights: Sequence[Fraction]) -> list[int]:
    """The weights in the same proportions as whole numbers, for `split_whole`."""
    scale = lcm(*(weight.denominator for weight in weights))
    return [weight.numerator * (scale // weight.denominator) for weight in weights]


def split_whole(cents: int, weights: Sequence[int]) -> list[int]:
    """Whole cents for each weight, in proportion; they add up to `cents` exactly.

    The cents that rounding leaves over go to the largest remainders, of equal ones to the first.
    A negative amount is split as its opposite. Raises ValueError for no weight above 0, or a
    negative one."""
    total = sum(weights)
    if total <= 0 or min(weights) < 0:
        raise ValueError("weights must not be negative, and one must be above 0")
    if cents < 0:
        return [-part for part in split_whole(-cents, weights)]
    parts = [cents * weight // total for weight in weights]
    left = cents - sum(parts)
    if left:
        order = sorted(range(len(parts)), key=lambda at: (-(cents * weights[at] % total), at))
        for at in order[:left]:
            parts[at] += 1
    return parts


def dollars(cents: int) -> Decimal:
    """Cents as dollars with two decimals."""
    return Decimal(cents).scaleb(-2)
