"""A person's own shares of time in place of those that were found."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socoder.errors import InputError
from socoder.records import Duty, Posting, Title
from socoder.web.code_form import read_form
from socoder.web.shares import reshare, stated_posting

SHARES = st.lists(st.floats(0.001, 1.0), min_size=1, max_size=12).map(
    lambda found: [each / math.fsum(found) for each in found]
)


@given(SHARES, st.data())
def test_shares_always_add_up_to_one(shares: list[float], data: st.DataObject) -> None:
    places = st.integers(0, len(shares) - 1)
    given_shares = data.draw(st.dictionaries(places, st.floats(0.0, 1.0)))
    found = reshare(shares, given_shares)
    assert math.isclose(math.fsum(found), 1.0, abs_tol=1e-9)
    assert all(0.0 <= share <= 1.0 + 1e-9 for share in found)


@given(SHARES, st.data())
def test_one_stated_share_stands_and_the_others_keep_their_proportions(
    shares: list[float], data: st.DataObject
) -> None:
    if len(shares) < 3:
        return
    stated = data.draw(st.floats(0.0, 0.99))
    found = reshare(shares, {0: stated})
    assert found[0] == stated
    assert math.isclose(found[1] * shares[2], found[2] * shares[1], abs_tol=1e-9)


def test_more_than_everything_is_scaled() -> None:
    assert reshare([0.5, 0.3, 0.2], {0: 0.9, 1: 0.9}) == [0.5, 0.5, 0.0]


def test_nothing_at_all_changes_nothing() -> None:
    assert reshare([0.6, 0.4], {0: 0.0, 1: 0.0}) == [0.6, 0.4]


def test_stated_duties_are_marked_and_leave_their_allotment() -> None:
    duties = tuple(Duty(text, 0.5, "inferred", allotment=0) for text in ("cook", "clean"))
    posting = stated_posting(Posting(Title("Cook", ("cook",)), duties=duties), {1: 0.8})
    assert [duty.time_source for duty in posting.duties] == ["inferred", "stated"]
    assert [duty.allotment for duty in posting.duties] == [0, -1]
    assert posting.duties[1].time_share == 0.8


def test_only_changed_shares_and_those_said_before_are_stated() -> None:
    fields = {
        "title": "Cook", "text": "x", "said": "2,junk,-1",
        "share_0": "40", "was_0": "40", "share_1": "25,5 ", "was_1": "30",
        "share_2": "10%", "was_2": "10%", "share_x": "9", "was_x": "8",
    }  # fmt: skip
    assert read_form(fields, with_shares=True).shares == {1: 0.255, 2: 0.1}
    assert read_form(fields, with_shares=False).shares == {}


@pytest.mark.parametrize("value", ["-1", "101", "nan", "inf", "much", "", "1e9"])
def test_a_share_that_is_none_is_refused(value: str) -> None:
    with pytest.raises(InputError, match="duty 1 must be 0 to 100"):
        read_form({"share_0": value, "was_0": "40"}, with_shares=True)
