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

import numpy as np
from numpy.typing import NDArray

from socoder.reports.equations import NEGLIGIBLE, Equations, Extreme, Figure, Sums


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

    The same input gives the same answer. Raises MissingExtraError without highspy."""
    equations = Equations(values, figures, floor)
    equations.hide(figure for figure in (*hidden, *sensitive) if figure.shown)
    audit = _Audit(equations, sensitive)
    audit.hide_company()
    audit.show_needless()
    return frozenset(equations.hidden)


def ranges(
    values: Sequence[float],
    figures: Sequence[Figure],
    hidden: Iterable[Figure],
    asked: Iterable[Figure],
    floor: float = 0.0,
) -> dict[Figure, Range]:
    """How low and how high each figure asked for can be, given all that is not hidden."""
    equations = Equations(values, figures, floor)
    equations.hide(hidden)
    found = {}
    for figure in asked:
        low, high = (equations.extreme(equations.columns(figure), sign).value for sign in (1, -1))
        found[figure] = Range(low, high)
    return found


_Pair = tuple[NDArray[np.float64], NDArray[np.float64]]  # sums of the sensitive, of the equations


@dataclass(slots=True)
class _Side:
    """One end of the range that a sensitive figure needs: `sign` 1 is down to the bound, -1 up."""

    target: int
    sign: int
    bound: float


class _Seen:
    """The solutions that were met on the way. Hiding more keeps a solution possible, so that a
    range seen once needs no further program; of a solution only its sums are kept."""

    def __init__(self, targets: Sums, rows: Sums, count: int) -> None:
        self._targets, self._rows = targets, rows
        self._sums: list[_Pair] = []
        self.low, self.high = np.full(count, np.inf), np.full(count, -np.inf)

    def add(self, solution: NDArray[np.float64]) -> None:
        """Take in a solution of the equations."""
        self._take((self._targets.of(solution), self._rows.of(solution)))

    def reaches(self, side: _Side) -> bool:
        """Whether a solution shows that the side is possible."""
        if side.sign == 1:
            return bool(self.low[side.target] <= side.bound + NEGLIGIBLE)
        return bool(self.high[side.target] >= side.bound - NEGLIGIBLE)

    def where(self, row: int, value: float, sides: Iterable[_Side]) -> _Seen:
        """What is seen if the equation has this value: the solutions that have it, and mixtures
        of one with less and one with more, which are solutions too."""
        kept = _Seen(self._targets, self._rows, len(self.low))
        less: list[_Pair] = []
        more: list[_Pair] = []
        for sums in self._sums:
            over = sums[1][row] - value
            if abs(over) < NEGLIGIBLE:
                kept._take(sums)
            else:
                (more if over > 0 else less).append(sums)
        if not (less and more):
            return kept
        targets = [np.array([sums[0] for sums in part]) for part in (less, more)]
        for side in sides:
            if not kept.reaches(side):
                ends = [part[:, side.target] * side.sign for part in targets]
                first, second = less[int(ends[0].argmin())], more[int(ends[1].argmin())]
                share = (second[1][row] - value) / (second[1][row] - first[1][row])
                mixed = [share * a + (1 - share) * b for a, b in zip(first, second, strict=True)]
                if side.sign * mixed[0][side.target] <= side.sign * side.bound + NEGLIGIBLE:
                    kept._take((mixed[0], mixed[1]))
        return kept

    def _take(self, sums: _Pair) -> None:
        self._sums.append(sums)
        self.low, self.high = np.minimum(self.low, sums[0]), np.maximum(self.high, sums[0])


class _Audit:
    """Every sensitive figure against the equations: hides more until all have their range."""

    def __init__(self, equations: Equations, sensitive: dict[Figure, Range]) -> None:
        self._equations = equations
        wanted: dict[tuple[int, ...], Range] = {}
        for figure, bounds in sensitive.items():
            columns = equations.columns(figure)
            if not columns:
                continue  # 0, and shown as that
            known = wanted.get(columns, bounds)
            wanted[columns] = Range(min(known.low, bounds.low), max(known.high, bounds.high))
        self._targets = list(wanted)
        self._sides = [
            _Side(at, sign, bound)
            for at, bounds in enumerate(wanted.values())
            for sign, bound in ((1, bounds.low), (-1, bounds.high))
        ]
        self._seen = _Seen(Sums(self._targets), equations.rows, len(wanted))
        self._must = frozenset(equations.closed)
        self._because: dict[int, _Side] = {}  # hidden equation → the side that it was hidden for

    def hide_company(self) -> None:
        """Hide the smallest figures that pin a sensitive one down, until none is. A side that was
        possible once stays so, as nothing is shown again here."""
        for side in self._sides:
            while found := self._forbidden(side):
                row = self._equations.smallest(found.binding)
                self._equations.close(row)
                self._because[row] = side

    def show_needless(self) -> None:
        """Show again what others made needless, the largest figures first."""
        equations = self._equations
        rows = sorted(equations.closed - self._must, key=lambda row: (-equations.sums[row], row))
        for row in rows:
            before = self._seen
            self._seen = before.where(row, equations.sums[row], self._sides)
            equations.open(row)
            first = self._because[row]  # what it was hidden for is likeliest to need it still
            needs = next((side for side in (first, *self._sides) if self._forbidden(side)), None)
            if needs:
                equations.close(row)
                self._seen = before
                self._because[row] = needs

    def _forbidden(self, side: _Side) -> Extreme | None:
        """How far the equations let the side be, if that is not as far as it must be."""
        if self._seen.reaches(side):
            return None
        found = self._equations.extreme(self._targets[side.target], side.sign)
        if found.solution is not None:
            short = side.sign * found.value > side.sign * side.bound + NEGLIGIBLE
            if short and found.binding and not self._unavoidable(side, found):
                return found
            if short:  # only hidden figures in it bind: two that are not 0 are 2 at least
                side.bound = found.value
            self._seen.add(found.solution)
        return None

    def _unavoidable(self, side: _Side, found: Extreme) -> bool:
        """Whether only figures that were shown before bind, together with what is hidden and not 0,
        and the number of persons stays open all the same: from one to two, say. Nothing that could
        be hidden would help then."""
        if not self._equations.floor or self._equations.can_hide(found.binding):
            return False
        other = self._equations.extreme(self._targets[side.target], -side.sign)
        return abs(other.value - found.value) > 1 - NEGLIGIBLE
