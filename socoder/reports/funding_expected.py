"""Whether a service is expected to pay for an occupation, and what is paid against that."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import TypeVar

from socoder.reports.funding import Funding, Piece
from socoder.reports.funding_money import dollars
from socoder.reports.report import Column, Finding, Plot, Table
from socoder.reports.service_codes import Crosswalk
from socoder.soc import Classification

NO_CODE = "(no code)"
T = TypeVar("T")
K = TypeVar("K")
_LISTED = 20  # unexpected occupations that get a finding of their own; the table has all
_PLOTTED = 25


def expected(piece: Piece, crosswalk: Crosswalk, known: Classification) -> bool | None:
    """Whether the crosswalk expects the piece's occupation behind its service; a code of a broader
    level is expected if one of its occupations is. None where the service is not in it, or the
    piece has no occupation."""
    return _expected(crosswalk, known, piece.code, piece.modifier, piece.soc_code)


@lru_cache(maxsize=4096)
def _expected(
    crosswalk: Crosswalk, known: Classification, code: str, modifier: str, soc_code: str
) -> bool | None:
    service = crosswalk.find(code, modifier)
    if service is None or not soc_code:
        return None
    return any(member in service.expected for member in known.members(soc_code))


Payment = tuple[str, str, int, int, tuple[str, ...]]
"""Service code, SOC code, cents, cents of the whole service, position groups."""


def unexpected_payments(
    funding: Funding, crosswalk: Crosswalk, known: Classification
) -> list[Payment]:
    """Occupations that are paid from a service code which the crosswalk does not expect to pay for
    them, the largest amounts first. Services that are not in the crosswalk expect nothing and are
    left out; so is what is not coded."""
    whole = {code: total_cents(own) for code, own in grouped(funding.pieces, code_of).items()}
    cents: dict[tuple[str, str], int] = defaultdict(int)
    groups: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for piece in funding.pieces:
        if piece.soc_code and expected(piece, crosswalk, known) is False:
            cents[piece.code, piece.soc_code] += piece.cents
            unnamed = f"row {piece.position}" if piece.position else "(as stated)"
            groups[piece.code, piece.soc_code][piece.group or unnamed] = None
    found = [
        (code, soc_code, amount, whole[code], tuple(groups[code, soc_code]))
        for (code, soc_code), amount in cents.items()
    ]
    return sorted(found, key=lambda one: (-abs(one[2]), one[0], one[1]))


def unexpected_table(payments: Sequence[Payment], known: Classification) -> Table:
    """The payments as a table."""
    rows = [
        (code, soc_code, title_of(soc_code, known), dollars(cents), share_of(cents, whole), ", ".join(groups))
        for code, soc_code, cents, whole, groups in payments
    ]  # fmt: skip
    return Table(
        "unexpected",
        "Paid from a service that is not expected to pay for it",
        (
            Column("Service code", "code"),
            Column("SOC code", "code"),
            Column("Occupation"),
            Column("Amount", "money"),
            Column("Share of the service", "percent"),
            Column("Position groups"),
        ),
        tuple(rows),
        "A question, not an error: the code of the positions, the join or the crosswalk may be"
        " what is wrong.",
    )


def unexpected_findings(payments: Sequence[Payment], known: Classification) -> Iterator[Finding]:
    """The largest payments as findings."""
    for code, soc_code, cents, whole, _ in payments[:_LISTED]:
        share = f", {cents / whole:.1%} of it" if whole else ""
        yield Finding(
            f"{code} pays {in_dollars(cents)}{share}, for {soc_code} {title_of(soc_code, known)}, which"
            " it is not expected to pay for"
        )
    if len(payments) > _LISTED:
        yield Finding(f"{len(payments) - _LISTED} more such payments are in the table")


def unknown_services(funding: Funding, crosswalk: Crosswalk) -> Iterator[Finding]:
    """Service codes that the crosswalk does not have, with their rows."""
    for code, lines in sorted(grouped(funding.services.lines, lambda line: line.code).items()):
        if code and crosswalk.find(code) is None:
            rows = tuple(line.row for line in lines)
            yield Finding(f"services: {code} is not in the crosswalk: nothing is expected", rows)


def funding_plots(funding: Funding, crosswalk: Crosswalk, known: Classification) -> Iterator[Plot]:
    """One bar for each of the largest services: what goes to expected occupations, to others, to neither. Services
    that took back more than they paid have no bar. Raises MissingExtraError."""
    from socoder.reports import plots

    rows: dict[str, tuple[float, ...]] = {}
    by_code = grouped(funding.pieces, code_of)
    for code in sorted(by_code, key=lambda code: (-total_cents(by_code[code]), code))[:_PLOTTED]:
        verdicts = {True: 0, False: 0, None: 0}
        for piece in by_code[code]:
            verdicts[expected(piece, crosswalk, known)] += piece.cents
        if min(verdicts.values()) >= 0 and any(verdicts.values()):
            entry = crosswalk.find(code)
            name = f"{code} {entry.name}" if entry else code or NO_CODE
            rows[name] = tuple(cents / 100_000 for cents in verdicts.values())
    if rows:
        yield plots.stacked(
            "expected",
            "What the services pay for",
            rows,
            ("expected occupations", "other occupations", "not known or unallocated"),
            "thousand dollars",
            "Amount of each service that goes to expected occupations, to other occupations, and"
            " what is not in the crosswalk, not coded or unallocated. The tables have the numbers.",
        )


def grouped(items: Iterable[T], key: Callable[[T], K]) -> dict[K, list[T]]:
    """The items by their key, keys and items in the order in which they came."""
    found: dict[K, list[T]] = defaultdict(list)
    for item in items:
        found[key(item)].append(item)
    return found


def total_cents(pieces: Iterable[Piece]) -> int:
    """What the pieces hold together."""
    return sum(piece.cents for piece in pieces)


def code_of(piece: Piece) -> str:
    """The piece's service code, for `grouped`."""
    return piece.code


def share_of(part: int, whole: int) -> float | None:
    """A share; None where the whole is nothing."""
    return part / whole if whole else None


def in_dollars(cents: int) -> str:
    """Cents as "$1,234.50"."""
    sign = "-" if cents < 0 else ""
    return f"{sign}${dollars(abs(cents)):,.2f}"


def title_of(code: str, known: Classification) -> str:
    """The published title of a SOC code; "" for none."""
    return known.title(code) if code else ""
