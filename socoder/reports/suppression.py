"""Which figures of a set of tables must not be shown, so that nobody can work out a small one.

The tables of a report are linked: levels add up to levels, sites and programmes to totals. Whoever
has them can set up one system of equations over the *atoms* (the finest groups, which are never
shown: one occupation at one site in one programme) and ask of each small figure how low and how
high it can be. That is what this module does, with linear programming, before anything is shown:
a figure whose range is too narrow is given company, by hiding the smallest of those figures that
pin it down (the equations with a non-zero dual), until every small figure has the range it needs.

What the attacker is taken to know: all figures that are shown, that a hidden figure is not 0 (a 0 is
shown), which programmes run at which sites, and which occupations there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from socoder.errors import MissingExtraError, SocoderError

_SMALL = 1e-6
_FEW = 3  # so many sensitive figures are looked at one by one


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
class Range:
    """What a sensitive figure must be able to be, for all that the tables say: `low` or less (or as
    low as hidden figures within it, none of which is 0, let it be), and `high` or more."""

    low: float
    high: float


def small_counts(
    values: Sequence[float], figures: Iterable[Figure], threshold: int
) -> dict[Figure, Range]:
    """The figures above 0 and under the threshold. Each must be able to be anything from 1 to
    threshold - 1: then the tables tell no more of it than that it is hidden."""
    found = {}
    for figure in figures:
        if 0 < sum(values[atom] for atom in figure.atoms) < threshold:
            found[figure] = Range(1, threshold - 1)
    return found


def protect(
    values: Sequence[float],
    figures: Sequence[Figure],
    sensitive: dict[Figure, Range],
    hidden: Iterable[Figure] = (),
    floor: float = 0.0,
) -> frozenset[Figure]:
    """The figures that must not be shown: the `hidden`, the sensitive that would be shown, and
    those that would give a sensitive one away. `values` are the atoms' (all 0 or more); figures
    that hold 0 are always shown. `floor` is what a hidden figure is known to be at least.

    The same input gives the same answer. Raises MissingExtraError without scipy."""
    system = _System(values, figures, floor)
    system.hide(figure for figure in (*hidden, *sensitive) if figure.shown)
    audit = _Audit(system, sensitive)
    audit.hide_company()
    audit.show_needless()
    return frozenset(system.hidden)


def ranges(
    values: Sequence[float],
    figures: Sequence[Figure],
    hidden: Iterable[Figure],
    asked: Iterable[Figure],
    floor: float = 0.0,
) -> dict[Figure, Range]:
    """How low and how high each figure asked for can be, given all that is not hidden."""
    system = _System(values, figures, floor)
    system.hide(hidden)
    found = {}
    for figure in asked:
        low, high = (system.extreme(system.columns(figure), sign)[0] for sign in (1, -1))
        found[figure] = Range(low, high)
    return found


@dataclass(frozen=True, slots=True)
class _Side:
    """One end of the range that a sensitive figure needs: `sign` 1 is down to the bound, -1 up."""

    target: int
    sign: int
    bound: float


class _Audit:
    """Every sensitive figure against the equations: hides more until all have their range.

    A *witness* is a solution that was met on the way. Hiding more keeps it possible, so that a
    range seen once needs no further program; of a witness only its sums are kept."""

    def __init__(self, system: _System, sensitive: dict[Figure, Range]) -> None:
        self._system = system
        wanted: dict[tuple[int, ...], Range] = {}
        for figure, bounds in sensitive.items():
            columns = system.columns(figure)
            known = wanted.get(columns, bounds)
            wanted[columns] = Range(min(known.low, bounds.low), max(known.high, bounds.high))
        self._targets = list(wanted)
        self._matrix = system.stacked(self._targets)
        self._sides = [
            _Side(at, sign, bound)
            for at, bounds in enumerate(wanted.values())
            for sign, bound in ((1, bounds.low), (-1, bounds.high))
        ]
        self._witnesses: list[tuple[NDArray[np.float64], NDArray[np.float64]]] = []
        self._must = frozenset(system.closed)
        self._because: dict[int, _Side] = {}  # hidden equation → the side that it was hidden for

    def hide_company(self) -> None:
        """Hide the smallest figures that pin a sensitive one down, until none is."""
        while failing := self._failing(self._sides):
            side, culprits = failing
            row = self._system.smallest(culprits)
            self._system.closed.add(row)
            self._because[row] = side

    def show_needless(self) -> None:
        """Show again what others made needless, the largest figures first."""
        system = self._system
        rows = sorted(system.closed - self._must, key=lambda row: (-system.sums[row], row))
        for row in rows:
            before = self._witnesses
            system.closed.discard(row)
            self._witnesses = [w for w in before if abs(w[1][row] - system.sums[row]) < _SMALL]
            first = [self._because[row]] if row in self._because else []
            failing = self._failing(first) or self._failing(self._sides)
            if failing:
                system.closed.add(row)
                self._witnesses = before
                self._because[row] = failing[0]

    def _failing(self, sides: Sequence[_Side]) -> tuple[_Side, list[int]] | None:
        """The first side that the equations do not allow, and the equations that bind."""
        pending = self._pending(sides)
        while pending:
            together = [side for side in pending if side.sign == pending[0].sign]
            if len(together) > _FEW:
                self._witness(self._system.nearest(self._goals(together)))
                left = self._pending(pending)
                if len(left) < len(pending):
                    pending = left
                    continue
            side = pending[0]
            value, binding, solution = self._system.solve(self._targets[side.target], side.sign)
            # Without a binding figure only hidden ones in it bind: two that are not 0 are 2 at least.
            if binding and side.sign * value > side.sign * side.bound + _SMALL:
                return side, binding
            self._witness(solution)
            pending = self._pending(pending[1:])
        return None

    def _pending(self, sides: Sequence[_Side]) -> list[_Side]:
        """The sides that no witness shows to be possible."""
        if not self._witnesses:
            return list(sides)
        seen = np.array([sums for sums, _ in self._witnesses])
        low, high = seen.min(axis=0), seen.max(axis=0)
        return [
            side
            for side in sides
            if (low[side.target] > side.bound + _SMALL and side.sign == 1)
            or (high[side.target] < side.bound - _SMALL and side.sign == -1)
        ]

    def _goals(self, sides: Sequence[_Side]) -> tuple[Any, NDArray[np.float64]]:
        sign = sides[0].sign
        rows = self._matrix[[side.target for side in sides]]
        return sign * rows, np.array([sign * side.bound for side in sides])

    def _witness(self, solution: NDArray[np.float64] | None) -> None:
        if solution is not None:
            self._witnesses.append((self._matrix @ solution, self._system.matrix @ solution))


class _System:
    """The equations that the shown figures are. Atoms of a figure that is shown as 0 are out; atoms
    and figures that no equation tells apart are one. `closed` are the equations that are hidden."""

    def __init__(self, values: Sequence[float], figures: Sequence[Figure], floor: float) -> None:
        self._linprog, self._sparse = _scipy()
        self._floor = floor
        nothing = {
            atom
            for figure in figures
            if figure.shown and not any(values[atom] for atom in figure.atoms)
            for atom in figure.atoms
        }
        live = [atom for atom in range(len(values)) if atom not in nothing]
        self._column = {atom: at for at, atom in enumerate(live)}
        self.closed: set[int] = set()
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
        self.matrix = self.stacked(list(rows))

    @property
    def hidden(self) -> list[Figure]:
        """The figures whose equation is hidden."""
        return [figure for figure, row in self._row_of.items() if row in self.closed]

    def columns(self, figure: Figure) -> tuple[int, ...]:
        """The unknowns that a figure is the sum of."""
        return tuple(sorted(self._column[a] for a in figure.atoms if a in self._column))

    def hide(self, figures: Iterable[Figure]) -> None:
        """Take the equations of the figures out. Figures of the same atoms go together."""
        rows = (self._row_of.get(figure) for figure in figures)
        self.closed |= {row for row in rows if row is not None and not self._given[row]}

    def smallest(self, culprits: Sequence[int]) -> int:
        """The equation to hide among those that pin a figure down. Raises SocoderError."""
        mine = [row for row in culprits if not self._given[row]]
        if not mine:
            raise SocoderError(
                "the tables shown before give small groups away: use the same input and threshold"
            )
        return min(mine, key=lambda row: (self.sums[row], row))

    def extreme(self, columns: tuple[int, ...], sign: int) -> tuple[float, list[int]]:
        """The least (sign 1) or greatest (-1) sum of the unknowns, and the equations that bind."""
        value, binding, _ = self.solve(columns, sign)
        return value, binding

    def solve(
        self, columns: tuple[int, ...], sign: int
    ) -> tuple[float, list[int], NDArray[np.float64] | None]:
        """As `extreme`, with the solution; none where there is no bound."""
        aim = np.zeros(len(self._column))
        aim[list(columns)] = sign
        shown = [row for row in range(len(self.sums)) if row not in self.closed]
        result = self._program(aim, shown)
        if result.status == 3:
            return -sign * float("inf"), [], None
        if result.status != 0:
            raise SocoderError("the figures of the tables do not add up: this is a fault")
        dual = abs(result.eqlin.marginals) > _SMALL if shown else []
        binding = [row for row, bound in zip(shown, dual, strict=True) if bound]
        return sign * float(result.fun), binding, result.x

    def nearest(self, goals: tuple[Any, NDArray[np.float64]]) -> NDArray[np.float64] | None:
        """A solution that comes as near as it can to all goals (rows @ x <= bounds) at once."""
        rows, bounds = goals
        shown = [row for row in range(len(self.sums)) if row not in self.closed]
        short = np.ones(len(bounds))  # by how much each goal is missed
        aim = np.concatenate([np.zeros(len(self._column)), short])
        result = self._program(aim, shown, rows, bounds)
        return result.x[: len(self._column)] if result.status == 0 else None

    def _program(self, aim: Any, shown: list[int], rows: Any = None, bounds: Any = None) -> Any:
        sparse, extra = self._sparse, len(aim) - len(self._column)
        closed = sorted(self.closed) if self._floor else []
        blocks, limits = [], []
        if closed:
            wide = sparse.csr_matrix((len(closed), extra))
            blocks.append(sparse.hstack([-self.matrix[closed], wide]))
            limits.append(np.full(len(closed), -self._floor))
        if extra:
            blocks.append(sparse.hstack([rows, -sparse.identity(extra)]))
            limits.append(bounds)
        equations = sparse.hstack([self.matrix[shown], sparse.csr_matrix((len(shown), extra))])
        return self._linprog(
            aim,
            A_eq=equations.tocsr() if shown else None,
            b_eq=self.sums[shown] if shown else None,
            A_ub=sparse.vstack(blocks).tocsr() if blocks else None,
            b_ub=np.concatenate(limits) if limits else None,
            bounds=(0, None),
            method="highs",
        )

    def stacked(self, rows: Sequence[tuple[int, ...]]) -> Any:
        """A sparse matrix with a row of ones at each tuple of columns."""
        ends = np.cumsum([0, *(len(row) for row in rows)])
        columns = np.array([column for row in rows for column in row], dtype=np.int64)
        shape = (len(rows), len(self._column))
        return self._sparse.csr_matrix((np.ones(len(columns)), columns, ends), shape=shape)


def _scipy() -> tuple[Any, Any]:
    try:
        from scipy import sparse  # type: ignore[import-untyped]
        from scipy.optimize import linprog  # type: ignore[import-untyped]
    except ImportError as error:
        raise MissingExtraError(
            "keeping small groups safe needs scipy: pip install 'socoder[reports]'"
        ) from error
    return linprog, sparse
