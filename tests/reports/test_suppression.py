"""Hidden figures stay hidden: attacked with the published figures by linear and integer programs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from socoder.errors import SocoderError
from socoder.reports.equations import Equations, Figure
from socoder.reports.suppression import Range, protect, ranges, small_counts

pytest.importorskip("highspy")
pytest.importorskip("scipy")
THRESHOLD = 5


def table(rows: int, columns: int) -> list[Figure]:
    """The figures of a table with its totals; atom i * columns + j is the cell of row i, column j."""
    cells = [Figure(("cell", str(at)), (at,)) for at in range(rows * columns)]
    across = [
        Figure(("row", str(i)), tuple(range(i * columns, (i + 1) * columns))) for i in range(rows)
    ]
    down = [
        Figure(("column", str(j)), tuple(range(j, rows * columns, columns))) for j in range(columns)
    ]
    return [*cells, *across, *down, Figure(("all",), tuple(range(rows * columns)))]


def line(cells: int) -> list[Figure]:
    """The figures of one row with its total."""
    return [figure for figure in table(1, cells) if figure.name[0] in ("cell", "all")]


def integer_range(
    values: Sequence[int], figures: Iterable[Figure], hidden: frozenset[Figure], asked: Figure
) -> tuple[float, float]:
    """The range of a figure for an attacker who also knows that people come whole: an independent
    check, written without the module's own equations."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    constraints = []
    for figure in figures:
        row = np.zeros(len(values))
        row[list(figure.atoms)] = 1
        true = sum(values[atom] for atom in figure.atoms)
        low, high = (1, np.inf) if figure in hidden else (true, true)
        constraints.append(LinearConstraint(row, low, high))
    aim = np.zeros(len(values))
    aim[list(asked.atoms)] = 1
    found = []
    for sign in (1, -1):
        result = milp(
            sign * aim, constraints=constraints, integrality=np.ones(len(values)),
            bounds=Bounds(0, np.inf),
        )  # fmt: skip
        found.append(float("inf") if result.status in (3, 4) else sign * result.fun)
    return round(found[0], 6), round(found[1], 6)


def protected(values: Sequence[int], figures: Sequence[Figure]) -> frozenset[Figure]:
    return protect(values, figures, small_counts(values, figures, THRESHOLD), floor=1)


def test_without_company_a_hidden_cell_is_the_total_less_the_others() -> None:
    """The attack works where nothing else is hidden: otherwise these tests would prove nothing."""
    figures = line(3)
    found = ranges([2, 8, 10], figures, [figures[0]], [figures[0]], floor=1)
    assert found[figures[0]] == Range(2, 2)


def test_a_small_cell_gets_the_smallest_company_that_protects_it() -> None:
    values, figures = [2, 8, 10], line(3)
    hidden = protected(values, figures)
    assert {figure.name for figure in hidden} == {("cell", "0"), ("cell", "1")}


def test_company_that_is_too_small_is_not_enough() -> None:
    """1 and 1 hidden in a row of 12: both are known, as a hidden figure is never 0."""
    values, figures = [1, 1, 10], line(3)
    hidden = protected(values, figures)
    assert ("cell", "2") in {figure.name for figure in hidden}
    assert integer_range(values, figures, hidden, figures[0]) == (1, 10)


def test_a_zero_is_shown() -> None:
    values, figures = [0, 2, 9, 9], line(4)
    assert figures[0] not in protected(values, figures)


def test_a_group_that_no_table_shows_is_kept_safe_too() -> None:
    """12 at the site, of them 10 in the programme: the other 2 must not come out."""
    values = [10, 2, 30]
    site, program = Figure(("site",), (0, 1)), Figure(("program",), (0,))
    rest = Figure(("rest",), (1,), shown=False)
    figures = [site, program, Figure(("all",), (0, 1, 2))]
    sensitive = small_counts(values, [*figures, rest], THRESHOLD)
    assert list(sensitive) == [rest]
    hidden = protect(values, figures, sensitive, floor=1)
    assert hidden == {program}


def test_what_was_shown_before_cannot_be_hidden_and_is_said() -> None:
    values = [2, 8]
    shown = [Figure(("first",), (0,), given=True), Figure(("all",), (0, 1), given=True)]
    secret = Figure(("secret",), (0,), shown=False)
    with pytest.raises(SocoderError, match="give a small group away"):
        protect(values, shown, {secret: Range(1, 4)}, floor=1)


@settings(max_examples=40, deadline=None)
@given(
    st.integers(2, 4).flatmap(
        lambda columns: st.lists(
            st.lists(st.integers(0, 12), min_size=columns, max_size=columns), min_size=2, max_size=4
        )
    )
)
def test_no_small_cell_of_any_table_can_be_worked_out(cells: list[list[int]]) -> None:
    values = [value for row in cells for value in row]
    figures = table(len(cells), len(cells[0]))
    hidden = protected(values, figures)
    for figure in figures:
        true = sum(values[atom] for atom in figure.atoms)
        if 0 < true < THRESHOLD:
            assert figure in hidden
            low, high = integer_range(values, figures, hidden, figure)
            # Nothing is known of it but that the hidden figures within it are not 0.
            nothing_shown = frozenset(f for f in figures if any(values[atom] for atom in f.atoms))
            least, _ = integer_range(values, figures, nothing_shown, figure)
            assert low <= max(1, least) and high >= THRESHOLD - 1
        if true == 0:
            assert figure not in hidden


def test_the_same_table_gives_the_same_answer() -> None:
    values, figures = [3, 9, 6, 4, 8, 7], table(2, 3)
    assert protected(values, figures) == protected(values, figures)


def test_what_was_shown_before_may_narrow_a_group_that_does_not_come_out() -> None:
    """Six shown in all, in three groups that are not 0: none can be more than four of them. No more
    can be hidden, and which number it is stays open."""
    values = [2, 1, 3]
    whole = Figure(("all",), (0, 1, 2), given=True)
    first, both = Figure(("first",), (0,)), Figure(("both",), (1, 2))
    parts = [Figure(("one",), (1,)), Figure(("other",), (2,))]
    figures = [whole, first, both, *parts]
    hidden = protect(values, figures, {first: Range(1, 5)}, floor=1)
    found = ranges(values, figures, hidden, [first], floor=1)[first]
    assert hidden == {first, both, parts[1]}
    assert found == Range(1, 4)


def test_many_orders_of_hiding_and_showing_leave_the_equations_as_they_were() -> None:
    """The program that is kept in memory gives what a new one gives."""
    figures = table(3, 3)
    equations = Equations([3, 9, 6, 4, 8, 7, 0, 5, 1], figures, 1)
    rows = range(len(equations.sums))
    fresh = [equations.extreme((0, 1), sign).value for sign in (1, -1)]
    for row in (*rows, *reversed(rows)):
        equations.close(row)
        equations.extreme((row % 3,), 1)
    for row in rows:
        equations.open(row)
    assert [equations.extreme((0, 1), sign).value for sign in (1, -1)] == fresh == [12, 12]
