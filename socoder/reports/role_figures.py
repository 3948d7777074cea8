"""Workers by role without a code: the codes they ended in and the sites they work at, with what must
be hidden.

A worker may carry several tags (a kind and its parent). A figure is named by the role, what is
counted and which: ("peer_support", "code", "21-1093"), ("peer_support", "all", "").
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from math import log2
from typing import NamedTuple

from socoder.reports.equations import Figure
from socoder.reports.positions import Decided, Position
from socoder.reports.report import SUPPRESSED, Cell
from socoder.reports.suppression import protect, small_counts
from socoder.reports.tabulation import (
    APART,
    Place,
    Tabulation,
    Wages,
    crossing_name,
    figure_names,
    place_of,
    tabulate,
    tight_bills,
)
from socoder.soc import Classification

Name = tuple[str, str, str]
NO_CODE = "(no code)"
_BY = ("site", "program")


class _Group(NamedTuple):
    """The finest group: workers with the same tags, in one code, decided by one, in one place."""

    tags: tuple[str, ...]
    code: str
    decided: Decided
    place: Place

    @property
    def line(self) -> str:
        """What the group counts under in the workforce report."""
        return self.decided if self.decided in APART else self.code

    def shown(self) -> Iterator[Name]:
        """The figures on roles that the group counts in. The site is the first of its places."""
        for role in self.tags:
            yield (role, "all", "")
            yield (role, "code", self.code)
            yield (role, "site", self.place[0])
            yield (role, "open", "yes" if self.decided == "open" else "no")

    def unshown(self) -> Iterator[Name]:
        """Groups that no table shows and that must not be worked out."""
        if not self.tags:
            return
        tags = "|".join(self.tags)  # 42 of a role less 40 of its kind leaves 2 with the role alone
        both = f"{self.code}\t{self.place[0]}"
        for which in ("", self.code, self.place[0], both):
            yield (tags, "tags", which)
        for role in self.tags:
            yield (role, "crossing", both)


@dataclass(frozen=True, slots=True)
class RoleFigures:
    """Figures of all roles that positions are tagged with. Codes are those that count, or what
    the machine proposes while a row is open."""

    threshold: int
    roles: tuple[str, ...]
    counts: Mapping[tuple[str, ...], int]
    ftes: Mapping[tuple[str, ...], Decimal]
    wages: Mapping[tuple[str, ...], Wages]
    hidden: frozenset[tuple[str, ...]]
    hidden_bills: frozenset[tuple[str, ...]]

    def count(self, role: str, kind: str = "all", which: str = "") -> Cell:
        """Persons: of the role, or in one of its codes or sites, or open ("open", "yes")."""
        name = (role, kind, which)
        return SUPPRESSED if name in self.hidden else self.counts.get(name, 0)

    def fte(self, role: str) -> Cell:
        """Full-time equivalents, hidden where the persons are."""
        name = (role, "all", "")
        return SUPPRESSED if name in self.hidden else self.ftes[name]

    def share(self, role: str, kind: str, which: str) -> Cell:
        """Share of the role's workers, 0-1."""
        part, whole = self.count(role, kind, which), self.count(role)
        if isinstance(part, int) and isinstance(whole, int):
            return part / whole
        return SUPPRESSED

    def mean_wage(self, role: str, kind: str = "all", which: str = "") -> Cell:
        """Dollars a year for full-time work; None unless all wages of the group are known."""
        name = (role, kind, which)
        if name in self.hidden_bills:
            return SUPPRESSED
        wages = self.wages.get(name)
        if wages is None or wages.unknown or not wages.fte:
            return None
        return round(wages.bill / wages.fte)

    def of(self, role: str, kind: str) -> tuple[str, ...]:
        """The codes or sites of a role, those with the most workers first as far as is shown."""
        found = [name[2] for name in self.counts if name[:2] == (role, kind)]
        return tuple(sorted(found, key=lambda which: self._order(role, kind, which)))

    def commonest(self, role: str) -> str:
        """The code of most of the role's workers; "" where the figures shown do not say it: a
        hidden code could have more."""
        whole = self.count(role)
        counts = {
            code: count
            for code in self.of(role, "code")
            if isinstance(count := self.count(role, "code", code), int)
        }
        if not counts or not isinstance(whole, int):
            return ""
        best = max(counts, key=lambda code: counts[code])
        return best if counts[best] >= whole - sum(counts.values()) else ""

    def entropy(self, role: str) -> Cell:
        """How spread over codes the role is, in bits: 0 if all are in one, 1 if halves are in two.
        Hidden codes count as one together, so that it tells no more than the figures shown; it
        is hidden itself where they hold more than a tenth of the workers."""
        whole = self.count(role)
        if not isinstance(whole, int):
            return SUPPRESSED
        shown = [self.count(role, "code", code) for code in self.of(role, "code")]
        parts = [count for count in shown if isinstance(count, int)]
        rest = whole - sum(parts)
        if rest > whole / 10:
            return SUPPRESSED
        return round(0.0 - sum(p / whole * log2(p / whole) for p in (*parts, rest) if p), 3)

    def site_codes(self, role: str) -> dict[str, str]:
        """Site → the commonest code of the role there, for sites at which it has as many workers
        as the threshold asks, and so has that code. To name it says that the others have what is
        left at most: where a small group is among them, that must leave it room."""
        found = {}
        for site in self.of(role, "site"):
            inside = {
                name[2].partition("\t")[0]: count
                for name, count in self.counts.items()
                if name[:2] == (role, "crossing") and name[2].partition("\t")[2] == site
            }
            code = max(sorted(inside), key=lambda code: inside[code])
            if inside[code] < self.threshold or self.count(role, "site", site) is SUPPRESSED:
                continue
            small = any(0 < count < self.threshold for count in inside.values())
            if not small or sum(inside.values()) >= 2 * self.threshold - 1:
                found[site] = code
        return found

    def agreement(self, role: str) -> Cell:
        """Share of those sites that have the same commonest code as most of them, 0-1; None where
        fewer than two sites can be compared."""
        codes = Counter(self.site_codes(role).values())
        if codes.total() < 2:
            return None
        return codes.most_common(1)[0][1] / codes.total()

    def _order(self, role: str, kind: str, which: str) -> tuple[int, str]:
        count = self.count(role, kind, which)
        return (-count if isinstance(count, int) else 0, which)


def count_roles(
    positions: Sequence[Position], classification: Classification, threshold: int = 5
) -> RoleFigures:
    """Count the tagged positions and find what must not be shown, beside the workforce report of
    the same positions: whoever has both can set one against the other, so that all figures of that
    report (by site and programme, with the same threshold) are taken as known.

    Raises InputError for a threshold below 3, MissingExtraError without highspy."""
    workforce = tabulate(positions, classification, _BY, threshold)
    made = _Groups(positions, classification, workforce)
    shown = [*made.given, *made.figures.values()]
    small = small_counts(made.values, [*shown, *made.unshown], threshold)
    hidden = protect(made.values, shown, small, hidden=made.hidden_before, floor=1)
    hidden_bills = tight_bills(
        made.bills,
        [*made.given_bills, *made.figures.values()],
        made.unshown,
        made.wages,
        small,
        {*hidden, *made.hidden_bills_before},
        threshold,
    )
    own = set(made.figures.values())
    return RoleFigures(
        threshold=threshold,
        roles=tuple(sorted({tag for position in positions for tag in position.role_tags})),
        counts={name: made.counts[name] for name in (*made.figures, *made.crossings)},
        ftes=made.ftes,
        wages=made.wages,
        hidden=frozenset(figure.name for figure in hidden if figure in own),
        hidden_bills=frozenset(figure.name for figure in hidden_bills if figure in own),
    )


class _Groups:
    """The figures on roles and those of the workforce report over the same groups."""

    def __init__(
        self, positions: Sequence[Position], known: Classification, workforce: Tabulation
    ) -> None:
        self.counts: Counter[tuple[str, ...]] = Counter()
        self.ftes: dict[tuple[str, ...], Decimal] = defaultdict(Decimal)
        self.wages: dict[tuple[str, ...], Wages] = defaultdict(Wages)
        held: Counter[_Group] = Counter()
        paid: dict[_Group, Decimal] = defaultdict(Decimal)
        for position in positions:
            group = _group(position)
            held[group] += position.headcount
            paid[group] += position.wage_bill or 0
            for name in (*group.shown(), *group.unshown()):
                self.counts[name] += position.headcount
                self.ftes[name] += position.fte
                self.wages[name].add(position)
        for before, wages in workforce.wages.items():
            self.wages["workforce", *before] = wages
        groups: list[_Group] = []
        members, given, unshown = _lists(), _lists(), _lists()
        for group in _possible(held):
            names = [*figure_names(group.line, group.decided, group.place, _BY, known)]
            if not all(workforce.counts.get(name) for name in names):
                continue  # whoever has the tables sees their zeros
            if not all(self.counts[name] for name in group.shown()):
                continue
            for name in names:
                given[name].append(len(groups))
            unshown["workforce", *crossing_name(group.line, group.place)].append(len(groups))
            for own in group.shown():
                members[own].append(len(groups))
            for secret in group.unshown():
                unshown[secret].append(len(groups))
            groups.append(group)
        self.values = [held[group] for group in groups]
        self.bills = [float(paid[group]) / 1000 for group in groups]
        self.figures = {name: Figure(name, tuple(atoms)) for name, atoms in members.items()}
        self.unshown = [Figure(name, tuple(atoms), shown=False) for name, atoms in unshown.items()]
        self.crossings = {name for name in unshown if name[1] == "crossing"}
        self.given = [
            Figure(("workforce", *name), tuple(atoms), given=name not in workforce.hidden)
            for name, atoms in given.items()
        ]
        self.given_bills = [
            Figure(("workforce", *name), tuple(atoms), given=name not in workforce.hidden_bills)
            for name, atoms in given.items()
        ]
        self.hidden_before = [figure for figure in self.given if not figure.given]
        self.hidden_bills_before = [figure for figure in self.given_bills if not figure.given]


def _group(position: Position) -> _Group:
    code = position.proposed_code or NO_CODE
    return _Group(position.role_tags, code, position.decided, place_of(position, _BY))


def _lists() -> dict[tuple[str, ...], list[int]]:
    return defaultdict(list)


def _possible(held: Iterable[_Group]) -> Iterator[_Group]:
    """Every group that there could be, for all that an outsider knows."""
    groups = list(held)
    tags = sorted({group.tags for group in groups})
    codes = sorted({group.code for group in groups})
    deciders = sorted({group.decided for group in groups})
    places = sorted({group.place for group in groups})
    for combination in product(tags, codes, deciders, places):
        yield _Group(*combination)
