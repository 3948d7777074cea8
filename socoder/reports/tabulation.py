"""Head-counts, FTE and wage bills by occupation, place and who decided, with what must be hidden.

A *line* is a code that counts, "open" or "out_of_scope". A figure is named by what is counted, the
kind of place and the place: ("detailed:21-1093", "site", "Elm Street"), ("open", "all", "").
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import product

from socoder.errors import InputError
from socoder.records import LEVELS, Level
from socoder.reports.equations import Figure
from socoder.reports.positions import Decided, Position
from socoder.reports.report import SUPPRESSED, Cell
from socoder.reports.suppression import Range, protect, small_counts
from socoder.soc import Classification

Name = tuple[str, str, str]
Place = tuple[str, ...]  # a site and a programme, or what else positions are counted by
EVERYWHERE = ("all", "")
APART: tuple[Decided, ...] = ("open", "out_of_scope")  # these count under no code
DOMINANCE = 0.10
"""The p% rule: no wage bill from which the highest paid worker's wage could be told to within
this share by the second highest paid."""


@dataclass(slots=True)
class Wages:
    """A wage bill in the making: dollars, workers, those of them with a known wage, and the two
    highest wages."""

    bill: Decimal = Decimal(0)
    fte: Decimal = Decimal(0)
    workers: int = 0
    unknown: int = 0
    highest: list[Decimal] = field(default_factory=list)

    def add(self, position: Position) -> None:
        """Count a position in. In a row of several workers each has an equal part of its bill."""
        bill = position.wage_bill
        if bill is None:
            self.unknown += position.headcount
            return
        self.bill += bill
        self.fte += position.fte
        self.workers += position.headcount
        each = bill / position.headcount
        self.highest = sorted([*self.highest, *[each] * min(position.headcount, 2)])[-2:]

    def gives_away(self, threshold: int) -> bool:
        """Whether the bill tells too much of somebody's wage."""
        if self.workers < threshold:
            return True
        rest = self.bill - sum(self.highest)
        return rest < Decimal(str(DOMINANCE)) * self.highest[-1]


@dataclass(frozen=True, slots=True)
class Tabulation:
    """All figures and which of them must be hidden; `count`, `fte`, `bill` and `mean_wage` give
    what may be shown. `threshold` is the smallest group that is."""

    by: tuple[str, ...]
    threshold: int
    places: tuple[tuple[str, str], ...]
    codes: Mapping[Level, tuple[str, ...]]
    figures: Mapping[Name, Figure]
    atoms: tuple[int, ...]
    counts: Mapping[Name, int]
    ftes: Mapping[Name, Decimal]
    wages: Mapping[tuple[str, ...], Wages]
    hidden: frozenset[Name]
    hidden_bills: frozenset[Name]

    def count(self, what: str, place: tuple[str, str] = EVERYWHERE) -> Cell:
        """Persons."""
        name = (what, *place)
        return SUPPRESSED if name in self.hidden else self.counts.get(name, 0)

    def fte(self, what: str, place: tuple[str, str] = EVERYWHERE) -> Cell:
        """Full-time equivalents: hidden where the persons are."""
        name = (what, *place)
        return SUPPRESSED if name in self.hidden else self.ftes.get(name, Decimal(0))

    def bill(self, what: str, place: tuple[str, str] = EVERYWHERE) -> Cell:
        """Dollars a year, whole, of those with a known wage; None where nobody has one."""
        name = (what, *place)
        if name in self.hidden_bills:
            return SUPPRESSED
        wages = self.wages.get(name)
        return round(wages.bill) if wages and wages.workers else None

    def mean_wage(self, what: str, place: tuple[str, str] = EVERYWHERE) -> Cell:
        """Dollars a year for full-time work, whole; None unless all wages of the group are known,
        since its FTE would otherwise tell how many are not."""
        name = (what, *place)
        bill, wages = self.bill(*_split(name)), self.wages.get(name)
        if bill is SUPPRESSED:
            return SUPPRESSED
        if bill is None or wages is None or wages.unknown or not wages.fte:
            return None
        return round(wages.bill / wages.fte)

    def share(self, what: str, place: tuple[str, str] = EVERYWHERE) -> Cell:
        """Share of all persons at the place, 0-1."""
        part, whole = self.count(what, place), self.count("all", place)
        if isinstance(part, int) and isinstance(whole, int):
            return part / whole if whole else None
        return SUPPRESSED


def tabulate(
    positions: Sequence[Position],
    classification: Classification,
    by: tuple[str, ...] = ("site", "program"),
    threshold: int = 5,
) -> Tabulation:
    """Count the positions and find what must not be shown. `by` are places to count by: "site",
    "program", both or none.

    Raises InputError for other places or a threshold below 3 (two workers can always work each
    other out), MissingExtraError without highspy."""
    if threshold < 3:
        raise InputError("--threshold must be 3 or more: two workers can work each other out")
    for name in by:
        if name not in ("site", "program"):
            raise InputError("--by takes site, program, or both: site,program")
    made = _Figures(positions, classification, by)
    values = made.values
    shown = list(made.figures.values())
    small = small_counts(values, [*shown, *made.crossings], threshold)
    hidden = protect(values, shown, small, floor=1)
    hidden_bills = tight_bills(
        made.bills, shown, made.crossings, made.wages, small, hidden, threshold
    )
    hidden_names = frozenset(_name(figure) for figure in hidden)
    return Tabulation(
        by=by,
        threshold=threshold,
        places=made.places,
        codes=made.codes,
        figures=made.figures,
        atoms=tuple(values),
        counts=made.counts,
        ftes=made.ftes,
        wages=made.wages,
        hidden=hidden_names,
        hidden_bills=hidden_names | {_name(figure) for figure in hidden_bills},
    )


def tight_bills(
    bills: Sequence[float],
    shown: Sequence[Figure],
    unshown: Sequence[Figure],
    wages: Mapping[tuple[str, ...], Wages],
    small: Iterable[Figure],
    hidden: Iterable[Figure],
    threshold: int,
) -> frozenset[Figure]:
    """The figures whose wage bill must not be shown: those of `hidden` head-count, those that give
    somebody's wage away, and what would reveal one of them to within DOMINANCE. `bills` are the
    atoms' in thousands of dollars, `small` the figures of few workers."""
    few = set(small)
    known = [figure for figure in shown if figure.name in wages and wages[figure.name].workers]
    tight = {}
    for figure in (*known, *unshown):
        found = wages.get(figure.name, Wages())
        if found.workers and (figure in few or found.gives_away(threshold)):
            bill = float(found.bill) / 1000
            tight[figure] = Range(bill * (1 - DOMINANCE), bill * (1 + DOMINANCE))
    return frozenset(hidden) | protect(bills, known, tight, hidden=hidden)


def level_code(code: str, level: Level, classification: Classification) -> str:
    """The code under which one counts at a level: its own where it is broader than the level."""
    own = classification.get(code).level
    return code if LEVELS.index(own) > LEVELS.index(level) else classification.at_level(code, level)


def place_of(position: Position, by: Sequence[str]) -> Place:
    """The site, the programme, or what else is counted by."""
    given = {"site": position.site, "program": position.program}
    return tuple(given[name] for name in by)


def figure_names(
    line: str, decided: Decided, place: Place, by: Sequence[str], known: Classification
) -> Iterator[Name]:
    """The figures that a line in a place counts in. A code counts at its four levels."""
    kinds = ["all", *([] if line in APART else ["coded"]), decided]
    if line not in APART:
        kinds += [f"{level}:{level_code(line, level, known)}" for level in LEVELS]
    for where in (EVERYWHERE, *zip(by, place, strict=True)):
        for kind in kinds:
            yield (kind, *where)


def crossing_name(line: str, place: Place) -> Name:
    """A line at one site in one programme: shown nowhere, and not to be worked out."""
    return (f"line:{line}", "crossing", " | ".join(place))


class _Figures:
    """The figures of the tables over their atoms: one line, one decider, one place."""

    def __init__(
        self, positions: Sequence[Position], known: Classification, by: tuple[str, ...]
    ) -> None:
        self._known, self._by = known, by
        self.counts: Counter[Name] = Counter()
        self.ftes: dict[Name, Decimal] = defaultdict(Decimal)
        self.wages: dict[tuple[str, ...], Wages] = defaultdict(Wages)
        held: Counter[tuple[str, Decided, Place]] = Counter()
        paid: dict[tuple[str, Decided, Place], Decimal] = defaultdict(Decimal)
        for position in positions:
            line = position.soc_code or position.decided
            place = place_of(position, by)
            held[line, position.decided, place] += position.headcount
            paid[line, position.decided, place] += position.wage_bill or 0
            for name in (*self._names(line, position.decided, place), crossing_name(line, place)):
                self.counts[name] += position.headcount
                self.ftes[name] += position.fte
                self.wages[name].add(position)
        lines = sorted({line for line, _, _ in held})
        places = sorted({place for _, _, place in held})
        keys = [
            (line, decided, place)
            for line, place in product(lines, places)
            for decided in _deciders(line)
            if all(self.counts[name] for name in self._names(line, decided, place))
        ]  # whoever has the tables sees their zeros
        self.values = [held[key] for key in keys]
        self.bills = [float(paid[key]) / 1000 for key in keys]
        members: dict[Name, list[int]] = defaultdict(list)
        crossed: dict[Name, list[int]] = defaultdict(list)
        for atom, (line, decided, place) in enumerate(keys):
            for name in self._names(line, decided, place):
                members[name].append(atom)
            crossed[crossing_name(line, place)].append(atom)
        self.figures = {name: Figure(name, tuple(atoms)) for name, atoms in members.items()}
        self.crossings = [
            Figure(name, tuple(atoms), shown=False) for name, atoms in crossed.items()
        ]
        self.places = tuple(sorted({name[1:] for name in members} - {EVERYWHERE}))
        self.codes = {level: self._codes(lines, level) for level in LEVELS}

    def _names(self, line: str, decided: Decided, place: Place) -> Iterator[Name]:
        return figure_names(line, decided, place, self._by, self._known)

    def _codes(self, lines: Sequence[str], level: Level) -> tuple[str, ...]:
        codes = {level_code(line, level, self._known) for line in lines if line not in APART}
        return tuple(sorted(codes))


def _deciders(line: str) -> tuple[Decided, ...]:
    if line == "open":
        return ("open",)
    return ("out_of_scope",) if line == "out_of_scope" else ("machine", "reviewer")


def _name(figure: Figure) -> Name:
    what, kind, place = figure.name
    return (what, kind, place)


def _split(name: Name) -> tuple[str, tuple[str, str]]:
    return name[0], name[1:]
