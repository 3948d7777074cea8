"""What is taken for what: pairs, groups, and the picture of them, on rows made up by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from evaluation.confusion import NO_CODE, by_major_group, matrix, pairs, plot, worst
from evaluation.datasets import Labelled
from evaluation.run import CodedSet, figures
from socoder import soc
from socoder.records import Job

KNOWN = soc.load()
# Right codes and first code: two right, one of them by its second code; four wrong, one uncodable.
ROWS = (
    ("29-1141", "29-1141"),
    ("31-1122|31-1121", "31-1121"),
    ("29-1141", "31-1131"),
    ("29-1141", "31-1131"),
    ("21-1093|29-1141", "29-1171"),
    ("45-2092", ""),
)


@pytest.fixture
def coded() -> CodedSet:
    rows = [
        Labelled(
            Job(title=f"title {i}"), frozenset(codes.split("|")), 0, "odd" if i % 2 else "even"
        )
        for i, (codes, _) in enumerate(ROWS)
    ]
    ranked = [[given, "53-3032"] for _, given in ROWS]
    sure, accepted = np.full(len(rows), 0.5), np.array([True, True, True, False, False, False])
    return CodedSet("made_up", rows, ranked, sure, accepted, np.array([True] * 2 + [False] * 4))


def test_a_row_of_several_codes_counts_at_the_nearest(coded: CodedSet) -> None:
    assert pairs(coded, KNOWN) == [
        ("29-1141", "29-1141"), ("31-1121", "31-1121"), ("29-1141", "31-1131"),
        ("29-1141", "31-1131"), ("29-1141", "29-1171"), ("45-2092", ""),
    ]  # fmt: skip


def test_the_worst_pairs_come_first_with_their_rows(coded: CodedSet) -> None:
    found = [(own.gold, own.given, own.places) for own in worst(coded, KNOWN)]
    assert found == [
        ("29-1141", "31-1131", (2, 3)), ("29-1141", "29-1171", (4,)), ("45-2092", "", (5,)),
    ]  # fmt: skip


def test_a_row_counts_in_each_major_group_of_its_codes(coded: CodedSet) -> None:
    table = by_major_group(coded, KNOWN)
    rows = {group: (own["rows"], own["top_1"], own["major"]) for group, own in table.items()}
    assert rows == {
        "21-0000": (1, 0.0, 1.0), "29-0000": (4, 0.25, 0.5), "31-0000": (1, 1.0, 1.0),
        "45-0000": (1, 0.0, 0.0),
    }  # fmt: skip
    assert table["45-0000"]["title"] == "Farming, Fishing, and Forestry Occupations"


def test_the_matrix_counts_every_row_once(coded: CodedSet) -> None:
    right, given, counts = matrix(coded, KNOWN)
    assert right == ["29-0000", "31-0000", "45-0000"]
    assert given == ["29-0000", "31-0000", "45-0000", NO_CODE]
    assert counts.tolist() == [[2, 2, 0, 0], [0, 1, 0, 0], [0, 0, 0, 1]]


def test_the_plot_is_a_picture(coded: CodedSet, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    path = tmp_path / "confusion.png"
    plot(coded, KNOWN, path)
    assert path.read_bytes().startswith(b"\x89PNG")


def test_the_parts_of_a_set_are_its_groups_and_known_and_new_titles(coded: CodedSet) -> None:
    parts = {part.name: [row.job.title for row in part.rows] for part in coded.parts()}
    assert parts == {
        "made_up: even": ["title 0", "title 2", "title 4"],
        "made_up: odd": ["title 1", "title 3", "title 5"],
        "made_up: known title": ["title 0", "title 1"],
        "made_up: new title": ["title 2", "title 3", "title 4", "title 5"],
    }


def test_the_figures_of_a_set(coded: CodedSet) -> None:
    own = figures(coded, KNOWN)
    assert own["levels"]["detailed"]["top_1"] == pytest.approx(2 / 6)
    assert own["levels"]["major"]["top_1"] == pytest.approx(3 / 6)
    # 29-1141: one of four; 31-1121 and 31-1122: right; 21-1093 and 45-2092: wrong.
    assert (own["codes"], own["macro_average"]) == (5, pytest.approx(2.25 / 5))
    assert own["best_constant"] == pytest.approx(4 / 6)
    assert own["accepted_right"] == pytest.approx(2 / 3)
    assert own["top_1_interval"] == own["intervals"]["top_1"]
    low, high = own["intervals"]["macro_average"]
    assert low < own["macro_average"] < high
