"""The guard of the figures, and the guard guarded: it must see what is worse, and only that."""

from __future__ import annotations

from pathlib import Path

import pytest

from evaluation import baseline
from evaluation.baseline import Figure, of_reach, of_robustness, of_sets, read, worse, write
from evaluation.reachable import TaskReach
from evaluation.robustness import Stability
from evaluation.run import CodedSet
from socoder.coder import Coder

STORED = {"titles": {"top_1": Figure(0.8, 0.01), "calibration_error": Figure(0.05, 0.01)}}


@pytest.mark.parametrize(
    ("metric", "value", "lines"),
    [
        ("top_1", 0.95, 0),
        ("top_1", 0.79, 0),
        ("top_1", 0.789, 1),
        ("calibration_error", 0.01, 0),
        ("calibration_error", 0.06, 0),
        ("calibration_error", 0.061, 1),
        ("top_7", 1.0, 1),
    ],
)
def test_what_is_worse_by_more_than_the_margin_is_said(
    metric: str, value: float, lines: int
) -> None:
    found = worse({"titles": {metric: Figure(value, 0.0)}}, STORED)
    assert len(found) == lines
    assert all(line.startswith(f"titles, {metric}: ") for line in found)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    write(STORED, "0123", tmp_path / "baseline.json")
    assert read(tmp_path / "baseline.json") == STORED


def test_every_stored_figure_has_a_sensible_margin() -> None:
    for name, own in read().items():
        for metric, figure in own.items():
            assert 0 <= figure.value <= 1, (name, metric)
            assert 0.005 <= figure.margin <= 0.2, (name, metric)


def test_the_sets_are_no_worse_than_the_baseline(coder: Coder, coded_sets: list[CodedSet]) -> None:
    assert not worse(of_sets(coded_sets, coder.classification), read())


def test_the_robustness_is_no_worse_than_the_baseline(stability: dict[str, Stability]) -> None:
    assert not worse(of_robustness(stability), read())


def test_the_reach_is_no_worse_than_the_baseline(reach: TaskReach) -> None:
    assert not worse(of_reach(reach), read())


def test_nothing_stored_is_no_longer_measured(
    coder: Coder,
    coded_sets: list[CodedSet],
    stability: dict[str, Stability],
    reach: TaskReach,
) -> None:
    measured = {
        **of_sets(coded_sets, coder.classification),
        **of_robustness(stability),
        **of_reach(reach),
    }
    stored = read()
    assert {name: set(own) for name, own in stored.items()} == {
        name: set(own) for name, own in measured.items()
    }
    assert baseline.PATH.parent.name == "evaluation"
