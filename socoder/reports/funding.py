"""Which occupations each service pays for: billed lines joined to coded positions, cent by cent.

A line's money goes to the positions of its position group, else of its program and site, and within
them to their duties: by the allocation that the line states, by time (FTE and shares of working
time), evenly, or to the positions' own codes. What cannot be joined stays, as unallocated.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from socoder.reports.funding_lines import ServiceLine, Services
from socoder.reports.funding_money import split_whole, whole_weights
from socoder.reports.funding_stated import SPLITS, Split, Stated, soc_code_in, stated_in
from socoder.reports.funding_work import NOT_CODED, CodeDuties, Work, work_of
from socoder.reports.positions import Position, Positions
from socoder.reports.report import Finding
from socoder.soc import Classification

How = Literal["time", "even", "code", "stated", "unallocated"]
__all__ = ["SPLITS", "Funding", "Piece", "Split", "split_services"]

NO_GROUP = "no position has this position_group"
NO_PLACE = "no position is in this program and site"
NO_KEY = "the line names no position group, program or site"
NOT_STATED = "the stated allocation does not reach 100 %"
UNKNOWN_KEY = "the stated allocation names no position group and no SOC code"


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of one line's money. `line` is the line's row in the file of services, `position` the
    position's row in the file of positions (0: none). `soc_code` is "" where the position is not
    coded or the money unallocated, which `why` explains. `settled`: the position's code was
    accepted or reviewed, not merely proposed."""

    line: int
    code: str
    modifier: str
    cents: int
    how: How
    soc_code: str = ""
    position: int = 0
    group: str = ""
    site: str = ""
    program: str = ""
    duty: str = ""
    settled: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class Funding:
    """The split money: the cents of the pieces of a line add up to the cents of the line. The
    findings are about the services, the positions, and joining them."""

    services: Services
    positions: Positions
    pieces: tuple[Piece, ...]
    split: Split
    findings: tuple[Finding, ...] = ()

    @property
    def cents(self) -> int:
        """The whole amount, of the pieces and of the input alike."""
        return sum(piece.cents for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class _Leaf:
    """Where money may go: a duty of a position, or nowhere (`position` None)."""

    position: Position | None
    work: Work
    how: How
    why: str = ""


def split_services(
    services: Services,
    positions: Positions,
    known: Classification,
    split: Split = "time",
    code_duties: CodeDuties | None = None,
) -> Funding:
    """The money of the services, split over the positions. `code_duties` codes descriptions of
    positions that come without `soc_material`."""
    joined = _Join(positions.rows, known, split, code_duties)
    pieces = [piece for line in services.lines for piece in joined.pieces(line)]
    of_both = (
        *(Finding(f"services: {one.text}", one.rows) for one in services.findings),
        *(Finding(f"positions: {one.text}", one.rows) for one in positions.findings),
        *joined.findings(),
    )
    return Funding(services, positions, tuple(pieces), split, of_both)


Weighted = list[tuple[_Leaf, Fraction]]  # the weights add up to 1


@dataclass
class _Join:
    """The positions, found by what a line names, and what was met on the way."""

    rows: Sequence[Position]
    known: Classification
    split: Split
    code_duties: CodeDuties | None
    _work: dict[int, tuple[Work, ...]] = field(default_factory=dict)
    _cache: dict[tuple[str, ...], tuple[list[_Leaf], list[int]]] = field(default_factory=dict)
    _met: dict[tuple[str, str], list[int]] = field(default_factory=dict)

    def pieces(self, line: ServiceLine) -> Iterable[Piece]:
        """The line's money, in pieces that add up to it; zeros are left out, but for a line that
        is itself zero."""
        stated, fault = stated_in(line.allocation)
        key = (line.group, line.program, line.site, line.allocation)
        if key not in self._cache:
            weighted = self._weighted(line, stated)
            weights = whole_weights([weight for _, weight in weighted])
            self._cache[key] = [leaf for leaf, _ in weighted], weights
        leaves, weights = self._cache[key]
        if fault:
            self._meet("services", fault, line.row)
        for why in dict.fromkeys(leaf.why for leaf in leaves if leaf.why):
            self._meet("services", f"{why}: shown as unallocated", line.row)
        parts = split_whole(line.cents, weights)
        kept = [(leaf, cents) for leaf, cents in zip(leaves, parts, strict=True) if cents]
        for leaf, cents in kept or [(leaves[0], 0)]:
            at = leaf.position
            yield Piece(
                line=line.row,
                code=line.code,
                modifier=line.modifier,
                cents=cents,
                how=leaf.how,
                soc_code=leaf.work.soc_code,
                position=at.row if at else 0,
                group=at.group if at else "",
                site=at.site if at else line.site,
                program=at.program if at else line.program,
                duty=leaf.work.duty,
                settled=at is not None and at.decided in ("machine", "reviewer"),
                why=leaf.why,
            )

    def findings(self) -> tuple[Finding, ...]:
        return tuple(
            Finding(f"{file}: {text}", tuple(sorted(set(rows))))
            for (file, text), rows in self._met.items()
        )

    def _meet(self, file: str, text: str, row: int) -> None:
        self._met.setdefault((file, text), []).append(row)

    def _weighted(self, line: ServiceLine, stated: Stated | Split | None) -> Weighted:
        found, why = self._positions(line)
        if isinstance(stated, Stated):
            return self._by_statement(found, stated)
        if not found:
            return [(_nowhere(why), Fraction(1))]
        return self._spread(found, stated or self.split)

    def _positions(self, line: ServiceLine) -> tuple[list[Position], str]:
        """The positions that a line is about, or why there are none."""
        places = [
            (name, value.casefold())
            for name, value in (("program", line.program), ("site", line.site))
            if value
        ]

        def there(rows: Iterable[Position]) -> list[Position]:
            return [p for p in rows if all(getattr(p, n).casefold() == v for n, v in places)]

        if line.group:
            group = line.group.casefold()
            found = [position for position in self.rows if position.group.casefold() == group]
            return there(found) or found, NO_GROUP
        return (there(self.rows), NO_PLACE) if places else ([], NO_KEY)

    def _spread(self, found: Sequence[Position], how: Split) -> Weighted:
        """The duties of the positions with the share of the money that each gets."""
        weights = [Fraction(1) if how == "even" else Fraction(p.fte) for p in found]
        if not any(weights):
            weights = [Fraction(position.headcount) for position in found]
        whole = sum(weights)
        return [
            (_Leaf(position, work, how), weight / whole * share)
            for position, weight in zip(found, weights, strict=True)
            for work, share in self._shares(position, how)
        ]

    def _shares(self, position: Position, how: Split) -> Iterable[tuple[Work, Fraction]]:
        if how == "code":
            own = position.proposed_code
            if not own:
                self._meet("positions", NOT_CODED, position.row)
            return [(Work("", own, Fraction(1)), Fraction(1))]
        works = self._duties(position)
        if how == "time":
            return [(work, work.share) for work in works]
        of_code: dict[str, Fraction] = {}
        for work in works:
            of_code[work.soc_code] = of_code.get(work.soc_code, Fraction(0)) + work.share
        return [(work, work.share / of_code[work.soc_code] / len(of_code)) for work in works]

    def _duties(self, position: Position) -> tuple[Work, ...]:
        if position.row not in self._work:
            self._work[position.row], said = work_of(position, self.known, self.code_duties)
            if said:
                self._meet("positions", said, position.row)
        return self._work[position.row]

    def _by_statement(self, found: Sequence[Position], stated: Stated) -> Weighted:
        leaves: Weighted = []
        for key, share in stated.shares:
            group = [position for position in self.rows if position.group.casefold() == key.casefold()]  # fmt: skip
            code = soc_code_in(key, self.known)
            if group:
                near = [position for position in group if position in found] or group
                leaves += [(_how(leaf, "stated"), w * share) for leaf, w in self._spread(near, "time")]  # fmt: skip
            elif code:
                leaves += self._of_occupation(found, code, share)
            else:
                leaves.append((_nowhere(UNKNOWN_KEY), share))
        left = 1 - sum((share for _, share in stated.shares), Fraction(0))
        if left > 0:
            leaves.append((_nowhere(NOT_STATED), left))
        return leaves

    def _of_occupation(self, found: Sequence[Position], code: str, share: Fraction) -> Weighted:
        """The share for one occupation: to the duties of that occupation in the positions, by
        their time; where there is none, to the occupation alone."""
        own = [(leaf, w) for leaf, w in self._spread(found, "time") if leaf.work.soc_code == code]
        whole = sum((weight for _, weight in own), Fraction(0))
        if not whole:
            return [(_Leaf(None, Work("", code, Fraction(1)), "stated"), share)]
        return [(_how(leaf, "stated"), weight / whole * share) for leaf, weight in own]


def _nowhere(why: str) -> _Leaf:
    return _Leaf(None, Work("", "", Fraction(1)), "unallocated", why)


def _how(leaf: _Leaf, how: How) -> _Leaf:
    return _Leaf(leaf.position, leaf.work, how, leaf.why)
