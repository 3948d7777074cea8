"""Positions from ugly files: usable rows are read, all others are findings."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socoder import soc
from socoder.errors import InputError
from socoder.reports.positions import Positions, number_in, positions_of, read_positions
from socoder.reports.sheet import Sheet

HEADER = ("site", "headcount", "fte", "annual_wage", "soc_code", "soc_status", "soc_final_code")


def read(*rows: tuple[str, ...], header: tuple[str, ...] = HEADER) -> Positions:
    return positions_of(Sheet("positions.csv", header, rows), soc.load())


def test_a_row_is_read() -> None:
    (row,) = read(("Elm", "3", "2.5", "$40,000", "311122", "accepted", "")).rows
    assert (row.row, row.site, row.program, row.headcount) == (2, "Elm", "(none given)", 3)
    assert (row.soc_code, row.decided) == ("31-1122", "machine")
    assert row.wage_bill == Decimal("100000.00")


@pytest.mark.parametrize(
    ("code", "status", "final", "expected"),
    [
        ("21-1093", "accepted", "", ("21-1093", "machine")),
        ("21-1093", "accepted", "21-1093", ("21-1093", "machine")),
        ("21-1093", "accepted", "21-1015", ("21-1015", "reviewer")),
        ("21-1093", "review", "", ("", "open")),
        ("21-1093", "review", "31-1120", ("31-1120", "reviewer")),
        ("21-1093", "reviewed", "", ("21-1093", "reviewer")),
        ("", "uncodable", "", ("", "open")),
        ("21-1093", "out_of_scope", "", ("", "out_of_scope")),
        ("21-1093", "", "", ("", "open")),
        ("99-9999", "accepted", "", ("", "open")),
    ],
)
def test_who_decided(code: str, status: str, final: str, expected: tuple[str, str]) -> None:
    (row,) = read(("Elm", "1", "1", "40000", code, status, final)).rows
    assert (row.soc_code, row.decided) == expected


def test_bad_rows_are_findings_with_their_rows_and_without_their_cells() -> None:
    found = read(
        ("Elm", "two of Ann", "1", "40000", "21-1093", "accepted", ""),
        ("Elm", "-1", "1", "40000", "21-1093", "accepted", ""),
        ("Elm", "0", "1", "40000", "21-1093", "accepted", ""),
        ("", "", "", "", "", "", ""),
        ("Elm", "1", "Ann", "n/a", "Ann Smith", "accepted", ""),
        ("Elm", "1", "1", "18.50", "21-1093", "accepted", ""),
    )
    assert [row.row for row in found.rows] == [6, 7]
    assert found.rows[0].fte == 1 and found.rows[0].annual_wage is None
    rows = {row for finding in found.findings for row in finding.rows}
    assert rows == {2, 3, 4, 6, 7}
    assert "Ann" not in " ".join(finding.line for finding in found.findings)


def test_missing_columns_are_said_once() -> None:
    found = read(("21-1093", "accepted"), header=("SOC Code", "SOC_STATUS"))
    assert found.rows[0].headcount == 1 and found.rows[0].wage_bill is None
    assert len(found.findings) == 3


def test_columns_can_be_named_and_wrong_names_are_errors() -> None:
    sheet = Sheet("p.csv", ("House", "soc_code"), (("Elm", "21-1093"),))
    assert positions_of(sheet, soc.load(), {"site": "House"}).rows[0].site == "Elm"
    with pytest.raises(InputError, match="no column Hut"):
        positions_of(sheet, soc.load(), {"site": "Hut"})
    with pytest.raises(InputError, match="no column of this kind"):
        positions_of(sheet, soc.load(), {"sight": "House"})
    with pytest.raises(InputError, match="socoder bulk"):
        read(("Elm",), header=("site",))
    with pytest.raises(InputError, match="2 columns"):
        read(("a", "b", "c"), header=("site", "Site", "soc_code"))


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "coded.csv"
    path.write_bytes(
        "site;headcount;soc_code;soc_status\r\nÉlan;2;21-1093;accepted\r\n".encode("cp1252")
    )
    (row,) = read_positions(path, soc.load()).rows
    assert (row.site, row.headcount) == ("Élan", 2)


@given(st.decimals(-(10**8), 10**8, places=2))
def test_amounts_are_read_however_they_are_written(amount: Decimal) -> None:
    assert number_in(f"{amount:,}") == amount
    assert number_in(f"${abs(amount):,}") == abs(amount)
    assert number_in(f"({abs(amount)})") == -abs(amount)


@given(st.text())
def test_no_text_is_an_error(text: str) -> None:
    found = number_in(text)
    assert found is None or found.is_finite()


def test_a_comma_that_could_be_a_decimal_point_is_no_number() -> None:
    """Half a position must not become five."""
    assert number_in("0,5") is None
    assert number_in("41.577,50") is None
    assert number_in("1,234.50") == Decimal("1234.5")
    assert number_in("$52,000") == 52000
    assert str(number_in("10000")) == "10000"  # not 1E+4
    assert number_in("(12.00)") == -12
