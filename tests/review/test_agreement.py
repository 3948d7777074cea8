from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from socoder.review.agreement import (
    NO_CODE,
    Pair,
    by_group,
    by_level,
    cohen_kappa,
    krippendorff_alpha,
    measure,
    percent,
)

ANSWERS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=40)


def both(pairs: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    table = np.array(pairs, dtype=np.int64)
    return table[:, 0], table[:, 1]


def test_kappa_by_hand() -> None:
    """20 yes/yes, 5 yes/no, 10 no/yes, 15 no/no: observed 35/50 = 0.7; by chance
    25/50 x 30/50 + 25/50 x 20/50 = 0.5; kappa = 0.2 / 0.5 = 0.4."""
    answers = both([(1, 1)] * 20 + [(1, 0)] * 5 + [(0, 1)] * 10 + [(0, 0)] * 15)
    assert percent(*answers) == pytest.approx(0.7)
    assert cohen_kappa(*answers) == pytest.approx(0.4)


def test_alpha_by_hand() -> None:
    """The same answers: 55 of 100 are yes, 45 no. Disagreeing ordered pairs: 30 of 100; expected
    2 x 55 x 45 / 99 = 50. Alpha = 1 - 30 / 50 = 0.4."""
    answers = both([(1, 1)] * 20 + [(1, 0)] * 5 + [(0, 1)] * 10 + [(0, 0)] * 15)
    assert krippendorff_alpha(*answers) == pytest.approx(0.4)


def test_alpha_of_three_categories_by_hand() -> None:
    """aa, ab, bb, cc: values a a a b b b c c, n = 8. Observed: 2 of 8 values disagree. Expected:
    (64 - 9 - 9 - 4) / 7 = 6. Alpha = 1 - 2 / 6."""
    answers = both([(0, 0), (0, 1), (1, 1), (2, 2)])
    assert krippendorff_alpha(*answers) == pytest.approx(2 / 3)


@settings(deadline=None)
@given(ANSWERS)
def test_kappa_is_that_of_scikit_learn(pairs: list[tuple[int, int]]) -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    first, second = both(pairs)
    ours = cohen_kappa(first, second)
    if len(set(first.tolist()) | set(second.tolist())) == 1:
        assert ours is None
    else:
        assert ours == pytest.approx(metrics.cohen_kappa_score(first, second), abs=1e-12)


@settings(deadline=None)
@given(ANSWERS)
def test_alpha_is_that_of_the_krippendorff_package(pairs: list[tuple[int, int]]) -> None:
    package = pytest.importorskip("krippendorff")
    first, second = both(pairs)
    ours = krippendorff_alpha(first, second)
    if len(set(first.tolist()) | set(second.tolist())) == 1:
        assert ours is None
    else:
        theirs = package.alpha(
            np.array([first, second], dtype=float), level_of_measurement="nominal"
        )
        assert ours == pytest.approx(theirs, abs=1e-9)


@settings(deadline=None)
@given(ANSWERS)
def test_alpha_does_not_depend_on_who_said_what(pairs: list[tuple[int, int]]) -> None:
    swapped = [(b, a) if n % 2 else (a, b) for n, (a, b) in enumerate(pairs)]
    one, two = krippendorff_alpha(*both(pairs)), krippendorff_alpha(*both(swapped))
    assert one == pytest.approx(two) if one is not None else two is None


def test_perfect_agreement_is_one_and_nothing_is_nothing() -> None:
    answers = both([(0, 0), (1, 1), (2, 2)])
    assert (percent(*answers), cohen_kappa(*answers), krippendorff_alpha(*answers)) == (1, 1, 1)
    empty = np.array([], dtype=np.int64)
    assert (percent(empty, empty), cohen_kappa(empty, empty)) == (None, None)
    assert krippendorff_alpha(empty, empty) is None


def test_levels_are_those_of_the_published_hierarchy() -> None:
    """29-1221 and 29-1229 are both in broad 29-1210, although their digits say 29-1220; 31-1122 and
    31-1131 share minor 31-1100; 11-1011 and 53-7062 share nothing."""
    pairs = [
        Pair("a", "29-1221", "29-1229", "29-0000"),
        Pair("b", "31-1122", "31-1131", "31-0000"),
        Pair("c", "11-1011", "53-7062", "11-0000"),
        Pair("d", "31-1122", "31-1122", "31-0000"),
    ]
    found = {own.level: own.percent.value for own in by_level(pairs)}
    assert found == {"detailed": 0.25, "broad": 0.5, "minor": 0.75, "major": 0.75}
    groups = by_group(pairs)
    assert {group: own.pairs for group, own in groups.items()} == {
        "11-0000": 1, "29-0000": 1, "31-0000": 2,
    }  # fmt: skip
    assert groups["31-0000"].percent.value == 0.5


def test_a_broader_answer_says_nothing_below_its_level() -> None:
    pairs = [Pair("a", "31-1120", "31-1122"), Pair("b", "31-1122", "31-1122")]
    detailed, broad, *_ = by_level(pairs)
    assert (detailed.pairs, detailed.left_out) == (1, 1)
    assert (broad.pairs, broad.left_out, broad.percent.value) == (2, 0, 1.0)


def test_nothing_to_code_is_an_answer_of_its_own() -> None:
    pairs = [Pair("a", NO_CODE, NO_CODE), Pair("b", NO_CODE, "31-1122")]
    assert [own.percent.value for own in by_level(pairs)] == [0.5] * 4


def test_intervals_hold_the_value_and_are_the_same_every_time() -> None:
    codes = ("31-1122", "21-1093", "29-1141")
    pairs = [
        Pair(f"{n:03}", codes[n % 3], codes[n % 3 if n % 4 else (n + 1) % 3]) for n in range(120)
    ]
    one, two = measure(pairs, "detailed"), measure(list(reversed(pairs)), "detailed")
    assert one == two
    for figure in (one.percent, one.kappa, one.alpha):
        assert figure.low is not None
        assert figure.high is not None
        assert figure.value is not None
        assert figure.low < figure.value < figure.high
    assert measure([], "detailed").percent.value is None
