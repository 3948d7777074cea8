"""The equations that published figures are, and how low and how high a sum of their unknowns can be.

One linear program is kept in memory (HiGHS, the library `highspy`) and changed in place: a figure
that is hidden or shown is a row with other bounds, a question is another objective. Each question
starts from the last answer, which is what makes thousands of them cheap.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from socoder.errors import MissingExtraError, SocoderError

NEGLIGIBLE = 1e-6


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a table, or a group that must be kept safe although no table shows it.

    `atoms` are the indices of the atoms whose sum it is, without repeats. A figure is not `shown`
    if it is in no table. A `given` figure was shown before and cannot be hidden any more.
    """

    name: tuple[str, ...]
    atoms: tuple[int, ...]
    shown: bool = True
    given: bool = False


@dataclass(frozen=True, slots=True)
class Extreme:
    """The least or greatest `value` that a sum can have, the equations that bind it, and the
    unknowns with which it has that value (none where there is no bound)."""

    value: float
    binding: tuple[int, ...] = ()
    solution: NDArray[np.float64] | None = None


class Sums:
    """Several sums over one set of unknowns, taken at once. None of them is empty."""

    def __init__(self, rows: Sequence[tuple[int, ...]]) -> None:
        self.columns = np.array([at for row in rows for at in row], dtype=np.int32)
        self.starts = np.cumsum([0, *(len(row) for row in rows)], dtype=np.int32)

    def of(self, solution: NDArray[np.float64]) -> NDArray[np.float64]:
        """The value of each sum."""
        if len(self.starts) == 1:
            return np.zeros(0)
        return np.add.reduceat(solution[self.columns], self.starts[:-1])


class Equations:
    """What an attacker can write down. Atoms of a figure that is shown as 0 are out; figures of the
    same atoms are one equation. `closed` are the equations that are hidden: of them it is only
    known that the sum is `floor` at least."""

    def __init__(self, values: Sequence[float], figures: Sequence[Figure], floor: float) -> None:
        self.floor = floor
        nothing = {
            atom
            for figure in figures
            if figure.shown and not any(values[atom] for atom in figure.atoms)
            for atom in figure.atoms
        }
        live = [atom for atom in range(len(values)) if atom not in nothing]
        self._column = {atom: at for at, atom in enumerate(live)}
        self._row_of: dict[Figure, int] = {}
        self._given: list[bool] = []
        rows: dict[tuple[int, ...], int] = {}  # atoms of a figure → its equation
        sums: list[float] = []
        for figure in figures:
            atoms = self.columns(figure)
            if not atoms or not figure.shown:
                continue
            row = rows.setdefault(atoms, len(rows))
            self._row_of[figure] = row
            if row == len(sums):
                sums.append(sum(values[atom] for atom in figure.atoms))
                self._given.append(False)
            self._given[row] = self._given[row] or figure.given
        self.sums = np.array(sums)
        self.rows = Sums(list(rows))
        self.closed: set[int] = set()
        self._program = _Program(len(live), self.rows, self.sums)

    @property
    def hidden(self) -> list[Figure]:
        """The figures whose equation is hidden."""
        return [figure for figure, row in self._row_of.items() if row in self.closed]

    def columns(self, figure: Figure) -> tuple[int, ...]:
        """The unknowns that a figure is the sum of."""
        return tuple(sorted(self._column[a] for a in figure.atoms if a in self._column))

    def hide(self, figures: Iterable[Figure]) -> None:
        """Hide the equations of the figures. Figures of the same atoms go together."""
        rows = (self._row_of.get(figure) for figure in figures)
        for row in sorted({row for row in rows if row is not None and not self._given[row]}):
            self.close(row)

    def close(self, row: int) -> None:
        """Hide an equation."""
        self.closed.add(row)
        self._program.between(row, self.floor, self._program.infinity)

    def open(self, row: int) -> None:
        """Show an equation again."""
        self.closed.discard(row)
        self._program.between(row, self.sums[row], self.sums[row])

    def smallest(self, culprits: Iterable[int]) -> int:
        """The equation to hide among those that pin a figure down. Raises SocoderError."""
        mine = [row for row in culprits if not self._given[row]]
        if not mine:
            raise SocoderError(
                "this report beside the workforce report would give a small group away: try a higher"
                " --threshold"
            )
        return min(mine, key=lambda row: (self.sums[row], row))

    def can_hide(self, culprits: Iterable[int]) -> bool:
        """Whether any of the equations was not shown before."""
        return not all(self._given[row] for row in culprits)

    def extreme(self, columns: tuple[int, ...], sign: int) -> Extreme:
        """The least (sign 1) or greatest (-1) sum of the unknowns."""
        found = self._program.solve(np.array(columns, dtype=np.int32), sign)
        if found is None:
            return Extreme(-sign * float("inf"))
        solution, duals = found
        binding = (int(row) for row in np.flatnonzero(abs(duals) > NEGLIGIBLE))
        return Extreme(
            float(solution[list(columns)].sum()),
            tuple(row for row in binding if row not in self.closed),
            solution,
        )


class _Program:
    """A linear program over unknowns that are 0 or more. Always one thread and the same method, so
    that the same questions in the same order get the same answers."""

    def __init__(self, unknowns: int, rows: Sums, sums: NDArray[np.float64]) -> None:
        try:
            import highspy  # type: ignore[import-not-found, unused-ignore]
        except ImportError as error:
            raise MissingExtraError(
                "keeping small groups safe needs highspy: pip install 'socoder[reports]'"
            ) from error
        self.infinity = float(highspy.kHighsInf)
        self._statuses = highspy.HighsModelStatus
        self._highs: Any = highspy.Highs()  # type: ignore[no-untyped-call, unused-ignore]
        for option, value in (
            ("output_flag", False),
            ("threads", 1),
            ("presolve", "off"),  # it would throw the last answer away
            ("solver", "simplex"),
            ("simplex_strategy", 4),  # primal: the last answer stays possible when more is hidden
        ):
            self._highs.setOptionValue(option, value)
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = unknowns, len(sums)
        model.col_cost_ = model.col_lower_ = np.zeros(unknowns)
        model.col_upper_ = np.full(unknowns, self.infinity)
        model.row_lower_ = model.row_upper_ = sums.astype(np.float64)
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_, model.a_matrix_.index_ = rows.starts, rows.columns
        model.a_matrix_.value_ = np.ones(len(rows.columns))
        self._highs.passModel(model)
        self._asked: NDArray[np.int32] = np.zeros(0, dtype=np.int32)

    def between(self, row: int, low: float, high: float) -> None:
        """Set the bounds of a row."""
        self._highs.changeRowBounds(row, low, high)

    def solve(
        self, columns: NDArray[np.int32], sign: int
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
        """The unknowns at the least (1) or greatest (-1) sum of the columns, and the dual of each
        row; None where there is no bound. Raises SocoderError."""
        for asked, cost in ((self._asked, 0.0), (columns, float(sign))):
            self._highs.changeColsCost(len(asked), asked, np.full(len(asked), cost))
        self._asked = columns
        for _ in range(2):
            self._highs.run()
            status = self._highs.getModelStatus()
            if status == self._statuses.kOptimal:
                solution = self._highs.getSolution()
                return np.array(solution.col_value), np.array(solution.row_dual)
            if status == self._statuses.kUnbounded:
                return None
            self._highs.clearSolver()  # lost its way from the last answer: once more from the start
        raise SocoderError("the figures of the tables do not add up: this is a fault")
