"""The first code holds when a title is spelled otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest

from evaluation.changes import CHANGES, TYPOS
from evaluation.folds import MEASURED, title_fold
from evaluation.robustness import Stability, sample


@pytest.mark.parametrize("name", [*CHANGES, "typo"])
def test_the_first_code_stays_the_same(name: str, stability: dict[str, Stability]) -> None:
    found = stability[name]
    assert found.titles >= 50
    assert found.same >= found.bar, found.moved[:5]


def test_a_share_comes_with_its_interval_and_the_titles_that_moved(
    stability: dict[str, Stability],
) -> None:
    for found in stability.values():
        low, high = found.interval
        assert low <= found.same <= high
        assert len(found.moved) == round((1 - found.same) * found.titles)
        assert found.titles > 0
        assert all(moved.code != moved.changed_code for moved in found.moved)
    assert stability["typo"].titles == sum(stability[name].titles for name in TYPOS)


def test_the_sample_is_of_fold_0_distinct_and_repeatable(labelled: Path) -> None:
    titles = sample(labelled, frozenset({MEASURED}), 50, seed=1)
    assert len(set(titles)) == 50
    assert {title_fold(title) for title in titles} == {MEASURED}
    assert titles == sample(labelled, frozenset({MEASURED}), 50, seed=1)
    assert titles != sample(labelled, frozenset({MEASURED}), 50, seed=2)
