"""Cents are read, rounded and split without losing or inventing one."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socoder.reports.funding_money import (
    amount_in,
    cents_of,
    dollars,
    split_whole,
    whole_weights,
)


def split_cents(cents: int, weights: list[Fraction]) -> list[int]:
    """The two steps of `funding`: whole weights, then whole cents."""
    return split_whole(cents, whole_weights(weights))


CENTS = st.integers(-(10**15), 10**15)
WEIGHTS = st.lists(
    st.fractions(0, 10**6, max_denominator=10**6), min_size=1, max_size=40
).filter(any)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1234.50", "1234.50"), ("1,234.50", "1234.50"), ("$52", "52"), ("-3.1", "-3.1"),
        ("(12.00)", "-12"), ("-$1,000", "-1000"), ("$-5", "-5"), ("+7", "7"), (".5", "0.5"),
        ("5.", "5"), ("1.5E+07", "15000000"), ("−4", "-4"), (" 1 000 ", "1000"),
        ("862617.6000000001", "862617.6"), ("122739547514.26", "122739547514.26"),
    ],
)  # fmt: skip
def test_amounts_are_read_as_people_write_them(text: str, amount: str) -> None:
    assert amount_in(text) == Decimal(amount)


@pytest.mark.parametrize(
    "text",
    ["", "n/a", "12,50", "1.234,50", "1,23,456", "--3", "$", "()", "1e99", "NaN", "inf", "9" * 19,
     "1_000", "٣", "0x10", "3-"],
)  # fmt: skip
def test_what_is_no_amount_is_not_guessed(text: str) -> None:
    assert amount_in(text) is None


@given(st.text(max_size=20))
def test_no_cell_breaks_the_reading(text: str) -> None:
    amount = amount_in(text)
    assert amount is None or (amount.is_finite() and abs(amount) < 10**19)


@given(CENTS)
def test_every_amount_is_read_back_as_written(cents: int) -> None:
    written = dollars(cents)
    for text in (f"{written}", f"{written:,}", f"${written}"):
        found = amount_in(text)
        assert found is not None
        assert cents_of([found]) == [cents]


@given(CENTS, WEIGHTS)
def test_a_split_adds_up_and_stays_within_a_cent_of_its_share(
    cents: int, weights: list[Fraction]
) -> None:
    parts = split_cents(cents, weights)
    assert sum(parts) == cents
    whole = sum(weights)
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - Fraction(cents) * weight / whole) < 1
        assert part == 0 or weight > 0


@given(CENTS, WEIGHTS)
def test_what_is_taken_back_is_split_as_it_was_paid(cents: int, weights: list[Fraction]) -> None:
    assert split_cents(-cents, weights) == [-part for part in split_cents(cents, weights)]


def test_ties_go_to_the_first() -> None:
    assert split_cents(100, [Fraction(1)] * 3) == [34, 33, 33]
    assert split_cents(2, [Fraction(1)] * 3) == [1, 1, 0]


@pytest.mark.parametrize("weights", [[], [Fraction(0)], [Fraction(2), Fraction(-1)]])
def test_money_is_not_split_over_nothing(weights: list[Fraction]) -> None:
    with pytest.raises(ValueError, match="weights"):
        split_cents(100, weights)


@given(st.lists(st.decimals(-(10**9), 10**9, places=6), max_size=50))
def test_fractions_of_a_cent_are_carried_not_dropped(amounts: list[Decimal]) -> None:
    found = cents_of(amounts)
    assert abs(sum(found) - sum(amounts, Decimal(0)) * 100) <= Decimal("0.5")
    for cents, amount in zip(found, amounts, strict=True):
        assert abs(cents - amount * 100) <= 1


def test_three_thirds_are_one() -> None:
    assert sum(cents_of([Decimal("33.333333")] * 3)) == 10000
