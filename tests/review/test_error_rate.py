from __future__ import annotations

import pytest

from socoder.records import Job
from socoder.review.error_rate import agrees, error_rate, reliability
from socoder.review.queue import browse, decide
from socoder.review.records import Choice
from socoder.review.sampling import wilson
from socoder.review.store import Store

from .conftest import Row, fill, machine

AIDE = "31-1122"


def test_a_broader_answer_agrees_with_a_code_in_it() -> None:
    assert agrees(AIDE, AIDE)
    assert agrees(AIDE, "31-1120")
    assert agrees("29-1229", "29-1210")  # by the hierarchy, not by digits
    assert not agrees(AIDE, "29-0000")
    assert not agrees("31-1120", AIDE)
    assert not agrees(AIDE, "")
    assert agrees("", "")


def test_the_error_rate_is_that_of_decided_sampled_items(store: Store) -> None:
    heads = {"A": 1, "B": 2, "C": 3, "D": 4, "E": 5}
    sure = machine(AIDE, 0.99, "accepted", "", "")
    rows: list[Row] = [(Job(f"Aide {own}"), sure) for own, n in heads.items() for _ in range(n)]
    rows += [(Job("Doubtful"), machine(AIDE, 0.4))]
    fill(store, rows, sample_share=1.0)
    found = error_rate(store)
    assert (found.accepted, found.sampled, found.decided) == (5, 5, 0)
    assert (found.rate, found.interval, found.rate_of_rows) == (None, (0.0, 1.0), None)
    ann = store.named("Ann")
    ids = {item.title: item.id for item in browse(store)}
    answers = {"Aide A": AIDE, "Aide B": "31-1120", "Aide C": "29-1141", "Aide D": AIDE}
    for title, code in {**answers, "Doubtful": "29-1141"}.items():
        decide(store, ann, ids[title], Choice("choose", code))
    found = error_rate(store)
    assert (found.decided, found.wrong, found.broader) == (4, 1, 1)
    assert found.rate == 0.25
    assert found.interval == wilson(1, 4)
    assert found.rate_of_rows == pytest.approx(3 / 10)
    effective = 10 * 10 / (1 + 4 + 9 + 16)
    assert found.interval_of_rows == pytest.approx(wilson(0.3 * effective, effective))


def test_reliability_compares_what_was_stated_with_what_was_decided(store: Store) -> None:
    stated = {"A": 0.05, "B": 0.45, "C": 0.41, "D": 1.0, "E": 0.48}
    fill(store, [(Job(f"Aide {own}"), machine(AIDE, at)) for own, at in stated.items()])
    ids = {item.title[-1]: item.id for item in browse(store)}
    codes = {"A": "29-1141", "B": AIDE, "C": "29-1141", "D": AIDE, "E": "31-1120"}
    for own, code in codes.items():
        decide(store, store.named("Ann"), ids[own], Choice("choose", code))
    low, middle, high = reliability(store)
    assert (low.items, low.right, low.low, low.high) == (1, 0.0, 0.0, 0.1)
    assert (middle.items, middle.right) == (2, 0.5)  # E was answered at a broader level
    assert middle.stated == pytest.approx(0.43)
    assert (high.items, high.right, high.high) == (1, 1.0, 1.0)
