"""What each service code must pay for labor next year: at given wages, and at published ones.

A position's full-time equivalents go to the services that pay for it, in proportion to the money
that each gives; what no service pays for is a line of its own, so that nobody is left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction

from socoder.errors import InputError
from socoder.reports.funding import Funding
from socoder.reports.funding_money import cents_of
from socoder.reports.positions import Position
from socoder.reports.wages import NATION, Wages
from socoder.soc import Classification

FULL_TIME = 2080  # hours a year that OEWS counts as full-time, full-year work
UNPAID = "(no service)"
FEW = 5  # workers from whom up their own wages are shown
LEVELS: tuple[str, ...] = ("p10", "median", "p90")


@dataclass(frozen=True, slots=True)
class BudgetOptions:
    """`hours` a year of a full-time position; `rise` and `benefits` are shares: 0.03 raises the
    given wages by 3 %, 0.25 adds a quarter to all wages for taxes and benefits. `area` is the
    nation or the name of a state."""

    hours: Decimal = Decimal(FULL_TIME)
    rise: Decimal = Decimal(0)
    benefits: Decimal = Decimal(0)
    area: str = NATION


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """Labor behind one service code, a year. `code` is "" for billed lines without a code, UNPAID
    for positions that no service pays for. Money is in cents.

    `given` is at the wages in the file (without `unpaid_fte`, whose wage is not in it), and is not
    to be shown where `hidden`: fewer than FEW workers, or what would tell those by subtraction.
    `low`, `median`, `high` are at the 10th, 50th and 90th percentile (without `unpriced_fte`, for
    which no figure is published); None without published wages. `workers` are the persons in the
    positions that the code pays for; one may stand behind several codes."""

    code: str
    billed: int
    units: Decimal | None
    fte: Decimal
    workers: int
    given: int
    unpaid_fte: Decimal
    low: int | None
    median: int | None
    high: int | None
    unpriced_fte: Decimal
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Budget:
    """The lines by service code, then what has no code, then UNPAID. `release` is that of the
    published wages ("May 2025"), "" without; `hybrids` and `top_coded` are the SOC codes whose
    figures hold for several occupations together, or are only known to be "at least"."""

    lines: tuple[BudgetLine, ...]
    options: BudgetOptions
    release: str = ""
    hybrids: tuple[str, ...] = ()
    top_coded: tuple[str, ...] = ()

    @property
    def total_hidden(self) -> bool:
        """Whether the total at given wages would tell, less the lines that are shown, the wages of
        fewer than FEW workers."""
        return 0 < sum(line.workers for line in self.lines if line.hidden) < FEW


@dataclass(frozen=True, slots=True)
class Labor:
    """The part of a position's FTE that a service code pays for, in one occupation."""

    code: str
    position: Position
    soc_code: str
    fte: Fraction


def labor_of(funding: Funding) -> list[Labor]:
    """Every position's FTE, shared out over the services that pay for it; they add up to the FTE
    of the positions. A service that took more back than it paid has no share."""
    paid: dict[int, dict[tuple[str, str], int]] = defaultdict(lambda: defaultdict(int))
    for piece in funding.pieces:
        paid[piece.position][piece.code, piece.soc_code] += piece.cents
    found = []
    for position in funding.positions.rows:
        own = {key: cents for key, cents in paid[position.row].items() if cents > 0}
        whole = sum(own.values())
        fte = Fraction(position.fte)
        if not whole:
            found.append(Labor(UNPAID, position, position.proposed_code, fte))
        for (code, soc_code), cents in own.items():
            found.append(Labor(code, position, soc_code, fte * cents / whole))
    return found


def budget(
    funding: Funding,
    known: Classification,
    options: BudgetOptions | None = None,
    wages: Wages | None = None,
) -> Budget:
    """The labor budget of each service code. Without `wages` only the given ones are used.

    Raises InputError for options that are out of range."""
    options = _checked(options or BudgetOptions())
    prices = _Prices(known, wages, options)
    by_code: dict[str, list[Labor]] = {line.code: [] for line in funding.services.lines}
    for one in labor_of(funding):
        by_code.setdefault(one.code, []).append(one)
    codes = sorted(by_code, key=lambda code: (code == UNPAID, not code, code))
    lines = [_line(code, by_code[code], funding, options, prices) for code in codes]
    fte = _hundredths(line.fte for line in lines)
    unpaid = _hundredths(line.unpaid_fte for line in lines)
    unpriced = _hundredths(line.unpriced_fte for line in lines)
    lines = [
        replace(line, fte=fte[at], unpaid_fte=unpaid[at], unpriced_fte=unpriced[at])
        for at, line in enumerate(lines)
    ]
    return Budget(
        tuple(_hidden(lines)),
        options,
        wages.release if wages else "",
        tuple(sorted(prices.hybrids)),
        tuple(sorted(prices.top_coded)),
    )


def _checked(options: BudgetOptions) -> BudgetOptions:
    if not all(one.is_finite() for one in (options.hours, options.rise, options.benefits)):
        raise InputError("--hours, --raise and --benefits are numbers")
    if not 0 < options.hours <= 8784:
        raise InputError(f"--hours are the hours of a year, not {options.hours:f}")
    if not -1 < options.rise <= 1:
        raise InputError("--raise is a share: 0.03 for 3 %, at most 1")
    if not 0 <= options.benefits <= 2:
        raise InputError("--benefits is a share: 0.25 for a quarter of the wages, at most 2")
    return options


@dataclass
class _Prices:
    """Published wages of a full-time year by SOC code, with what is to be said about them."""

    known: Classification
    wages: Wages | None
    options: BudgetOptions
    hybrids: set[str] = field(default_factory=set)
    top_coded: set[str] = field(default_factory=set)
    _found: dict[str, tuple[Decimal, ...] | None] = field(default_factory=dict)

    def of(self, soc_code: str) -> tuple[Decimal, ...] | None:
        """Dollars at each of LEVELS; None where one of them is not published."""
        if soc_code not in self._found:
            self._found[soc_code] = self._look_up(soc_code)
        return self._found[soc_code]

    def _look_up(self, soc_code: str) -> tuple[Decimal, ...] | None:
        wage = None
        if self.wages and soc_code:
            wage = self.wages.wage(soc_code, self.known, self.options.area)
        if wage is None:
            return None
        found = []
        for level in LEVELS:
            annual, hourly = getattr(wage, level), wage.hourly.get(level)
            if annual is not None:
                found.append(Decimal(annual) * self.options.hours / FULL_TIME)
            elif hourly is not None:
                found.append(Decimal(str(hourly)) * self.options.hours)
        if len(found) < len(LEVELS):
            return None
        if wage.is_hybrid:
            self.hybrids.add(soc_code)
        if set(LEVELS) & set(wage.top_coded):
            self.top_coded.add(soc_code)
        return tuple(found)


def _line(
    code: str, labor: list[Labor], funding: Funding, options: BudgetOptions, prices: _Prices
) -> BudgetLine:
    billed = [line for line in funding.services.lines if line.code == code]
    units = [line.units for line in billed if line.units is not None]
    on_top = 1 + options.benefits
    rise = (1 + options.rise) * on_top * options.hours / FULL_TIME
    waged = [(one, one.position.annual_wage) for one in labor]
    given = sum((one.fte * Fraction(wage * rise) for one, wage in waged if wage is not None), Fraction(0))  # fmt: skip
    priced = [(one.fte, prices.of(one.soc_code)) for one in labor]
    at = [
        sum((fte * Fraction(price[n] * on_top) for fte, price in priced if price), Fraction(0))
        for n in range(len(LEVELS))
    ]
    low, median, high = (_cents(one) if prices.wages else None for one in at)
    people = {one.position.row: one.position.headcount for one in labor}
    return BudgetLine(
        code=code,
        billed=sum(line.cents for line in billed),
        units=sum(units, Decimal(0)) if units else None,
        fte=_number(one.fte for one in labor),
        workers=sum(people.values()),
        given=_cents(given),
        unpaid_fte=_number(one.fte for one, wage in waged if wage is None),
        low=low,
        median=median,
        high=high,
        unpriced_fte=_number(fte for fte, price in priced if not price),
    )


def _cents(dollars: Fraction) -> int:
    return cents_of([Decimal(round(dollars * 10_000)).scaleb(-4)])[0]


def _number(shares: Iterable[Fraction]) -> Decimal:
    """A sum of FTE, to six places: those of all lines are rounded together later."""
    return Decimal(round(sum(shares, Fraction(0)) * 1_000_000)).scaleb(-6)


def _hundredths(numbers: Iterable[Decimal]) -> list[Decimal]:
    """The numbers to two places, with what rounding leaves carried on: the sum stays."""
    return [Decimal(number).scaleb(-2) for number in cents_of(numbers)]


def _hidden(lines: list[BudgetLine]) -> Iterator[BudgetLine]:
    """The lines, marked where their given wages could tell those of fewer than FEW workers: from
    the line itself, or from the total less the lines that are shown."""
    small = {line.code for line in lines if 0 < line.workers < FEW}
    others = sorted((line.workers, line.code) for line in lines if line.workers >= FEW)
    for _, code in others:
        if not small or sum(one.workers for one in lines if one.code in small) >= FEW:
            break
        small.add(code)
    for line in lines:
        yield replace(line, hidden=line.code in small)
