"""Billed services are read whole: what is odd in a row is a finding, and its money stays."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socoder.errors import InputError
from socoder.reports.funding_lines import Services, read_services, services_of
from socoder.reports.sheet import Sheet

HEADER = (
    "service_code", "modifier", "program", "site", "position_group", "units", "amount",
    "allocation", "claim",
)  # fmt: skip


def of(*rows: tuple[str, ...], header: tuple[str, ...] = HEADER) -> Services:
    width = len(header)
    filled = tuple((*row, *[""] * (width - len(row))) for row in rows)
    return services_of(Sheet("services.csv", header, filled))


def said(services: Services) -> dict[str, tuple[int, ...]]:
    return {finding.text: finding.rows for finding in services.findings}


def test_a_line_holds_what_the_row_says() -> None:
    (line,) = of(("t2016 ", "hq,u4", "Homes", "North", "", "10", "$1,200.50", "even", "C1")).lines
    assert (line.row, line.code, line.modifier) == (2, "T2016", "HQ U4")
    assert (line.program, line.site, line.units) == ("Homes", "North", Decimal(10))
    assert (line.cents, line.allocation) == (120050, "even")


def test_odd_rows_are_findings_and_keep_their_money() -> None:
    found = of(
        ("T2016", "", "Homes", "North", "", "1", "100.00"),
        ("T2016", "", "Homes", "North", "", "1", "100.00"),
        ("T2016", "", "Homes", "North", "", "-1", "-40.00"),
        ("", "", "Homes", "North", "", "1", "7.77"),
        ("T2016", "", "Homes", "North", "", "many", "1.00"),
        ("T2016", "", "Homes", "North", "", "1", "lots"),
        ("T2016", "", "Homes", "North", "", "1", ""),
    )
    assert found.cents == 10000 + 10000 - 4000 + 777 + 100
    texts = said(found)
    assert texts["amount is negative: counted as money taken back"] == (4,)
    assert texts["the service code is missing: its money has a line of its own"] == (5,)
    assert texts["amount is no number of dollars: the row counts as 0"] == (7,)
    assert texts["amount is empty: the row counts as 0"] == (8,)
    assert texts["units is no number: left out of the units"] == (6,)
    (twice,) = (rows for text, rows in texts.items() if "claimed twice" in text)
    assert twice == (3,)


def test_another_claim_number_or_amount_is_no_duplicate() -> None:
    found = of(
        ("T2016", "", "Homes", "North", "", "1", "100", "", "C1"),
        ("T2016", "", "Homes", "North", "", "1", "100", "", "C2"),
        ("T2016", "", "Homes", "North", "", "2", "200", "", "C1"),
    )
    assert not found.findings


def test_empty_rows_are_no_lines_and_row_numbers_hold() -> None:
    found = of(("",), ("T2016", "", "", "", "", "", "5"))
    assert [line.row for line in found.lines] == [3]


def test_columns_are_found_by_name_or_given(tmp_path: Path) -> None:
    path = tmp_path / "paid.csv"
    path.write_text("HCPCS,Paid,House\nT2016,12.30,North\n", encoding="utf-8")
    found = read_services(path, {"amount": "Paid", "site": "House"})
    assert (found.lines[0].code, found.lines[0].cents, found.lines[0].site) == ("T2016", 1230, "North")  # fmt: skip


@pytest.mark.parametrize("missing", ["amount", "service_code"])
def test_a_file_without_money_or_codes_is_refused(missing: str) -> None:
    header = tuple(name for name in HEADER if name != missing)
    with pytest.raises(InputError, match=f"there is no column {missing}"):
        of(header=header)


AMOUNTS = st.lists(st.integers(-(10**14), 10**14), max_size=30)


@given(AMOUNTS, st.lists(st.text("T2016 H\x00é|,", max_size=6), min_size=30, max_size=30))
def test_the_sum_of_the_lines_is_that_of_the_column(amounts: list[int], codes: list[str]) -> None:
    rows = [
        (code, "", "", "", "", "", f"{Decimal(cents).scaleb(-2)}")
        for cents, code in zip(amounts, codes, strict=False)
    ]
    assert of(*rows).cents == sum(amounts)
