"""docs/funding.md taken at its word on whole files, by `hypothesis`: every row's cents are there, in
the trace, by service and by occupation, whatever stands in the cells."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from socoder import soc
from socoder.reports.funding_files import FundingOptions, funding_of_files
from socoder.reports.report import Report

KNOWN = soc.load()
CODES = ("31-1122", "21-1093", "53-3053", "99-9999", "")
PLACES = ("Elm", "Oak", "", "elm ")
GROUPS = ("A", "B", "", "nobody")
ALLOCATIONS = (
    "", "", "time", "even", "code", "A:60%|B:40%", "A:0.5", "A:80%|B:40%", "31-1122:1", "A:", "??",
    "A:0|B:0", "A:1/3|B:2/3", "nobody:100%",
)  # fmt: skip
MATERIAL = (
    "", "31-1122:0.55|53-3053:0.45", "31-1122:0.2", "31-1122:0|53-3053:0", "{", "21-1093:7",
    '[{"text": "Help", "time_share": 0.333, "soc_code": "31-1122"}, {"text": "Drive",'
    ' "time_share": 0.333, "soc_code": "53-3053"}]',
)  # fmt: skip
cents = st.integers(-(10**9), 10**11)
positions = st.fixed_dictionaries({
    "position_group": st.sampled_from(GROUPS),
    "site": st.sampled_from(PLACES),
    "program": st.sampled_from(PLACES),
    "headcount": st.sampled_from(("1", "7", "0", "2.5", "0,5", "x", "")),
    "fte": st.sampled_from(("1", "0.4", "0", "-1", "0.333333", "")),
    "soc_code": st.sampled_from(CODES),
    "soc_status": st.sampled_from(("accepted", "review", "reviewed", "uncodable", "")),
    "soc_material": st.sampled_from(MATERIAL),
})  # fmt: skip
services = st.fixed_dictionaries({
    "service_code": st.sampled_from(("T2016", "h2023 ", "Z9999", "")),
    "modifier": st.sampled_from(("", "HQ", "HQ U4")),
    "site": st.sampled_from(PLACES),
    "program": st.sampled_from(PLACES),
    "position_group": st.sampled_from(GROUPS),
    "units": st.sampled_from(("4", "-2", "x", "")),
    "allocation": st.sampled_from(ALLOCATIONS),
})  # fmt: skip


def write(path: Path, rows: list[dict[str, str]]) -> Path:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(out.getvalue(), encoding="utf-8")
    return path


def money(report: Report, table: str, column: str) -> list[Decimal]:
    """The amounts of a table's column, without its total, which comes last."""
    found = report.table(table)
    at = [name.name for name in found.columns].index(column)
    return [Decimal(str(row[at])) for row in found.rows[:-1]]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(services, cents), min_size=1, max_size=8),
    st.lists(positions, min_size=1, max_size=6),
    st.sampled_from(("time", "even", "code")),
)
def test_every_cent_of_every_row_is_in_every_table(
    billed: list[tuple[dict[str, str], int]], staff: list[dict[str, str]], split: str
) -> None:
    staff = [*staff, {**staff[0], "headcount": "3", "fte": "2"}]  # one row that can be used
    rows = [{**row, "amount": f"{Decimal(amount) / 100}"} for row, amount in billed]
    total = Decimal(sum(amount for _, amount in billed)) / 100
    with TemporaryDirectory() as folder:
        report = funding_of_files(
            write(Path(folder, "services.csv"), rows),
            write(Path(folder, "coded.csv"), staff),
            KNOWN,
            FundingOptions(split=split),  # type: ignore[arg-type]
        )
    for table in ("services", "split", "occupations", "trace"):
        assert sum(money(report, table, "Amount"), Decimal(0)) == total, table
        assert total in report.table(table).rows[-1]
    by_row: dict[object, Decimal] = defaultdict(Decimal)
    for row, amount in zip(
        report.table("trace").rows[:-1], money(report, "trace", "Amount"), strict=True
    ):
        by_row[row[0]] += amount
    for number, (_, amount) in enumerate(billed, start=2):
        assert by_row[number] == Decimal(amount) / 100
    by_code: dict[str, int] = defaultdict(int)
    for row, amount in billed:
        by_code[row["service_code"].strip().upper() or "(no code)"] += amount
    listed = {row[0]: row[4] for row in report.table("services").rows[:-1]}
    assert listed == {code: Decimal(amount) / 100 for code, amount in by_code.items()}
