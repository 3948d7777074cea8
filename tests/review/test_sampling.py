from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from socoder.review.sampling import item_id, place, wilson


def test_an_item_is_the_hash_of_its_title_and_text() -> None:
    assert item_id(" Aide ", "Helps.\n") == hashlib.sha256(b"Aide\x1fHelps.").hexdigest()
    assert item_id("Aide", "") != item_id("", "Aide")
    assert item_id("Aide", "", "Kitchen") not in (item_id("Aide", ""), item_id("Aide", "Kitchen"))


@settings(deadline=None)
@given(st.text(), st.integers(0, 5))
def test_places_lie_in_the_unit_interval_and_never_move(key: str, seed: int) -> None:
    key = key.encode("utf-8", "replace").decode()
    assert 0 <= place(key, "sample", seed) < 1
    assert place(key, "sample", seed) == place(key, "sample", seed)


def test_a_share_is_drawn_as_often_as_it_says_and_differs_by_purpose_and_seed() -> None:
    keys = [str(n) for n in range(20_000)]
    drawn = {
        how: {key for key in keys if place(key, *how) < 0.02}
        for how in (("sample", 0), ("sample", 1), ("double", 0))
    }
    assert all(320 <= len(own) <= 480 for own in drawn.values())  # four standard deviations
    one, two, three = drawn.values()
    assert len(one & two) < 30
    assert len(one & three) < 30


def test_wilson_as_in_the_literature() -> None:
    # Newcombe (1998), table I, method 3: 81/263, 15/148, 0/20, 1/29
    for part, whole, low, high in (
        (81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ):  # fmt: skip
        assert wilson(part, whole) == pytest.approx((low, high), abs=5e-5)


@settings(deadline=None)
@given(st.integers(0, 500), st.integers(1, 500))
def test_wilson_holds_the_share_and_stays_in_bounds(part: int, whole: int) -> None:
    part = min(part, whole)
    low, high = wilson(part, whole)
    assert 0 <= low <= part / whole <= high <= 1


def test_no_cases_say_nothing() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
