"""The funding report: what each service pays for, which occupations it should not, and the trace."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from socoder.reports.funding import Funding, Piece
from socoder.reports.funding_expected import (
    NO_CODE,
    code_of,
    expected,
    grouped,
    in_dollars,
    share_of,
    title_of,
    total_cents,
    unexpected_findings,
    unexpected_payments,
    unexpected_table,
    unknown_services,
)
from socoder.reports.funding_money import dollars
from socoder.reports.report import Cell, Column, Report, Table
from socoder.reports.service_codes import Crosswalk
from socoder.soc import Classification

UNALLOCATED = "Unallocated"
UNCODED = "Not coded"
TOTAL = "Total"
_TRACED = 50_000  # pieces that the trace shows line by line: more is for no page or sheet
_HOW = {
    "time": "by FTE and shares of working time",
    "even": "evenly over positions and their occupations",
    "code": "by FTE, to the positions' own codes",
}


def funding_report(funding: Funding, crosswalk: Crosswalk, known: Classification) -> Report:
    """The report on split money. Its tables: `services`, `split` (service and occupation),
    `occupations`, `unexpected` if there are such, and `trace` (every piece)."""
    unexpected = unexpected_payments(funding, crosswalk, known)
    tables = [
        _services(funding, crosswalk, known),
        _split(funding, crosswalk, known),
        _occupations(funding, known),
        *([unexpected_table(unexpected, known)] if unexpected else []),
        _trace(funding),
    ]
    paid = sum(1 for code in {line.code for line in funding.services.lines} if code)
    return Report(
        id="funding",
        title="Which occupations each service pays for",
        subtitle=f"{funding.services.source} and {funding.positions.source}: "
        f"{in_dollars(funding.services.cents)} over {paid} service codes",
        tables=tuple(tables),
        notes=tuple(_notes(funding, crosswalk)),
        findings=(
            *funding.findings,
            *unknown_services(funding, crosswalk),
            *unexpected_findings(unexpected, known),
        ),
    )


def _last(code: str) -> tuple[bool, str]:
    """For sorting: service codes in their order, what has none at the end."""
    return not code, code


Kept = tuple[bool, str]  # whether it is unallocated, and the SOC code


def _ranked(pieces: Iterable[Piece]) -> list[tuple[Kept, list[Piece]]]:
    """The pieces by occupation, the largest first; then what is not coded, then unallocated."""
    by_key = grouped(pieces, lambda piece: (piece.how == "unallocated", piece.soc_code))
    return sorted(
        by_key.items(),
        key=lambda one: (one[0][0], not one[0][1], -total_cents(one[1]), one[0][1]),
    )


def _services(funding: Funding, crosswalk: Crosswalk, known: Classification) -> Table:
    pieces = grouped(funding.pieces, code_of)
    rows: list[tuple[Cell, ...]] = []
    for code, lines in sorted(grouped(funding.services.lines, lambda line: line.code).items()):
        units = [line.units for line in lines]
        rows.append(_service(code, units, pieces[code], crosswalk, known))
    rows.sort(key=lambda row: row[0] == NO_CODE)
    whole = _service(TOTAL, [], funding.pieces, crosswalk, known)
    rows.append((TOTAL, "", "", None, *whole[4:8], "", None))
    return Table(
        "services",
        "Billed services",
        (
            Column("Service code", "code"),
            Column("Service"),
            Column("Unit"),
            Column("Units", "number"),
            Column("Amount", "money"),
            Column("Unallocated", "money"),
            Column("Expected", "percent"),
            Column("Settled", "percent"),
            Column("Largest", "code"),
            Column("Its share", "percent"),
        ),
        tuple(rows),
        "Expected: share of the amount that goes to occupations which the crosswalk expects."
        " Settled: share that goes to positions whose code was accepted or reviewed. Largest: the"
        " occupation that gets most.",
    )


def _service(
    code: str,
    units: Sequence[Decimal | None],
    pieces: Sequence[Piece],
    crosswalk: Crosswalk,
    known: Classification,
) -> tuple[Cell, ...]:
    entry = crosswalk.find(code)
    whole = total_cents(pieces)
    nowhere = sum(piece.cents for piece in pieces if piece.how == "unallocated")
    as_expected = sum(p.cents for p in pieces if expected(p, crosswalk, known))
    settled = sum(piece.cents for piece in pieces if piece.settled)
    (nowhere_, largest), own = _ranked(pieces)[0] if pieces else ((True, ""), [])
    share = None if nowhere_ else share_of(total_cents(own), whole)
    return (
        code or NO_CODE,
        entry.name if entry else ("" if not code else "not in the crosswalk"),
        entry.unit if entry else "",
        sum((one for one in units if one is not None), Decimal(0)) if any(units) else None,
        dollars(whole),
        dollars(nowhere),
        share_of(as_expected, whole) if entry or code == TOTAL else None,
        share_of(settled, whole),
        largest if share else "",
        share if largest else None,
    )


def _split(funding: Funding, crosswalk: Crosswalk, known: Classification) -> Table:
    rows: list[tuple[Cell, ...]] = []
    by_code = grouped(funding.pieces, code_of)
    for code in sorted(by_code, key=_last):
        whole = total_cents(by_code[code])
        for (nowhere, soc_code), own in _ranked(by_code[code]):
            open_cents = sum(piece.cents for piece in own if not piece.settled and piece.position)
            verdict = {True: "yes", False: "no", None: ""}[expected(own[0], crosswalk, known)]
            if len({expected(piece, crosswalk, known) for piece in own}) > 1:
                verdict = "in part"  # a modifier with an entry of its own
            label = UNALLOCATED if nowhere else title_of(soc_code, known) or UNCODED
            rows.append((code or NO_CODE, soc_code, label, dollars(total_cents(own)), share_of(total_cents(own), whole), verdict, dollars(open_cents)))  # fmt: skip
    opened = sum(p.cents for p in funding.pieces if not p.settled and p.position)
    rows.append((TOTAL, "", "", dollars(funding.cents), None, "", dollars(opened)))
    return Table(
        "split",
        "Which occupations each service pays for",
        (
            Column("Service code", "code"),
            Column("SOC code", "code"),
            Column("Occupation"),
            Column("Amount", "money"),
            Column("Share", "percent"),
            Column("Expected"),
            Column("Of it open", "money"),
        ),
        tuple(rows),
        "Of it open: goes to positions whose code is only proposed and waits for review.",
    )


def _occupations(funding: Funding, known: Classification) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for (nowhere, soc_code), own in _ranked(funding.pieces):
        label = UNALLOCATED if nowhere else title_of(soc_code, known) or UNCODED
        codes = ", ".join(sorted({piece.code or NO_CODE for piece in own}))
        rows.append(
            (
                soc_code,
                label,
                dollars(total_cents(own)),
                share_of(total_cents(own), funding.cents),
                codes,
            )
        )
    rows.append((TOTAL, "", dollars(funding.cents), None, ""))
    return Table(
        "occupations",
        "What pays for each occupation",
        (
            Column("SOC code", "code"),
            Column("Occupation"),
            Column("Amount", "money"),
            Column("Share", "percent"),
            Column("Service codes"),
        ),
        tuple(rows),
    )


def _trace(funding: Funding) -> Table:
    """Every piece; of very many, those of different lines together."""
    found: dict[tuple[Cell, ...], int] = defaultdict(int)
    each = len(funding.pieces) <= _TRACED
    for piece in funding.pieces:
        key = (
            piece.line if each else None, piece.code or NO_CODE, piece.modifier, piece.site,
            piece.program, piece.group, piece.duty, piece.soc_code, piece.why or piece.how,
        )  # fmt: skip
        found[key] += piece.cents
    rows: list[tuple[Cell, ...]] = [
        (*key[:8], dollars(cents), key[8]) for key, cents in found.items()
    ]
    columns = (
        Column("Row", "count"), Column("Service code", "code"), Column("Modifier", "code"),
        Column("Site"), Column("Program"), Column("Position group"), Column("Duty"),
        Column("SOC code", "code"), Column("Amount", "money"), Column("How"),
    )  # fmt: skip
    total = (None, TOTAL, "", "", "", "", "", "", dollars(funding.cents), "")
    note = "Row: of the file of services. The amounts of a row add up to what it billed."
    if not each:
        note = f"Lines are added up, as there are more than {_TRACED:,} pieces."
    return Table("trace", "Every cent", columns, (*rows, total), note, folded=True)


def _notes(funding: Funding, crosswalk: Crosswalk) -> Iterator[str]:
    yield (
        f"Lines without an allocation of their own are split {_HOW[funding.split]}."
        " A line is joined to positions by its position group, else by program and site."
    )
    yield (
        f"All pieces add up to {in_dollars(funding.cents)}; the input holds"
        f" {in_dollars(funding.services.cents)}."
    )
    yield (
        f"Expected occupations are from {crosswalk.origin}: a judgement of what a service is, not a rule of any"
        " payer."
    )
    paid = {piece.position for piece in funding.pieces}
    unpaid = [position for position in funding.positions.rows if position.row not in paid]
    if unpaid:
        fte = sum((position.fte for position in unpaid), Decimal(0))
        yield f"{fte.normalize():f} FTE in {len(unpaid)} rows of positions are paid from none of these services."
