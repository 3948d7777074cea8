"""A report in its four forms: everything escaped, nothing a formula, the same bytes every time."""

from __future__ import annotations

import csv
from decimal import Decimal
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from socoder.errors import InputError
from socoder.reports.files import delimited, workbook, write_report
from socoder.reports.page import page
from socoder.reports.plots import bars
from socoder.reports.report import SUPPRESSED, Column, Finding, Plot, Report, Table, shown
from socoder.reports.terminal import console, render

EVIL = '<script>alert("x")</script>'
TABLE = Table(
    "t-1",
    f"Table {EVIL}",
    (Column("SOC", "code"), Column("=cmd()"), Column("Workers", "count"), Column("$", "money")),
    (("11-1011", f"=1+1{EVIL}", 1234, 12.5), ("21-1093", "@x", SUPPRESSED, None)),
    note="A note.",
)
REPORT = Report(
    "r", f"Report {EVIL}", "sub", (TABLE,), ("note & more",),
    (Plot("p", "Plot", "<svg xmlns='http://www.w3.org/2000/svg'/>", f'alt "{EVIL}'),),
    (Finding("odd", tuple(range(2, 20))),),
)  # fmt: skip


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_the_page_has_no_script_and_loads_nothing() -> None:
    tags = Tags()
    tags.feed(page(REPORT))
    names = {name for name, _ in tags.found}
    assert {"table", "caption", "img", "th", "main"} <= names
    assert not names & {"script", "link", "iframe", "object", "form"}
    for name, attributes in tags.found:
        assert not [key for key in attributes if key.startswith("on") or key in ("href", "style")]
        if name == "img":
            assert (attributes["src"] or "").startswith("data:") and attributes["alt"]
        if name == "th":
            assert attributes["scope"] in ("col", "row")


def test_what_is_suppressed_is_s_and_numbers_have_commas() -> None:
    assert shown(SUPPRESSED, "count") == "s" and shown(None) == ""
    assert shown(1234567, "count") == "1,234,567"
    assert shown(0.125, "percent") == "12.5%"
    assert shown(12.5, "money") == "12.50" and shown(12, "money") == "12"


def test_xlsx_has_texts_never_formulas_and_is_the_same_each_time() -> None:
    data = workbook((TABLE,))
    assert data == workbook((TABLE,))
    sheet = load_workbook(BytesIO(data))["t-1"]
    assert sheet["A2"].value == "11-1011" and sheet["A2"].number_format == "@"
    assert sheet["B2"].data_type == "s" and sheet["B2"].value.startswith("=1+1")
    assert sheet["B1"].data_type == "s"
    assert sheet["C2"].value == 1234 and sheet["C3"].value == "s" and sheet["D3"].value is None


def test_csv_guards_formulas_and_keeps_numbers_plain() -> None:
    rows = list(csv.reader(delimited(TABLE).splitlines()))
    assert rows[0][1] == "'=cmd()" and rows[1][1].startswith("'=") and rows[2][1] == "'@x"
    assert rows[1][2:] == ["1234", "12.5"] and rows[2][2:] == ["s", ""]


def test_files_are_written_by_their_names(tmp_path: Path) -> None:
    assert write_report(REPORT, tmp_path / "r.html") == [tmp_path / "r.html"]
    assert write_report(REPORT, tmp_path / "r.xlsx") == [tmp_path / "r.xlsx"]
    names = [path.name for path in write_report(REPORT, tmp_path / "r.csv")]
    assert names == ["r-t-1.csv", "r-about.csv"]
    assert "odd (rows 2, 3" in (tmp_path / "r-about.csv").read_text()
    assert len(list(tmp_path.iterdir())) == 4  # nothing left beside them
    with pytest.raises(InputError, match=r"\.html, \.xlsx or \.csv"):
        write_report(REPORT, tmp_path / "r.doc")
    with pytest.raises(InputError, match="no such folder"):
        write_report(REPORT, tmp_path / "no" / "r.html")


def test_the_terminal_obeys_nothing_in_a_text(capsys: pytest.CaptureFixture[str]) -> None:
    table = Table("t", "T", (Column("x"),), (("[red]a\x1b[31mb",),))
    out = console()
    for piece in render(Report("r", "R", "s", (table,))):
        out.print(piece)
    printed = capsys.readouterr().out
    assert "\x1b" not in printed and "[red]a" in printed


def test_folded_tables_are_named_until_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    report = Report(
        "r", "R", "s", (Table("t", "Long one", (Column("x"),), (("cell",),), "", True),)
    )
    for everything, found in ((False, False), (True, True)):
        for piece in render(report, everything):
            console().print(piece)
        assert ("cell" in capsys.readouterr().out) is found


def test_plots_are_the_same_each_time() -> None:
    pytest.importorskip("matplotlib")
    first, again = (bars("p", "T", {"$a_b$": 3.0}, "workers", "alt") for _ in range(2))
    assert first == again and first.svg.startswith("<?xml")


def test_money_to_the_cent_has_two_decimals_throughout_a_column() -> None:
    assert shown(Decimal("544752"), "money") == "544,752.00"
    assert shown(Decimal("400857.6"), "money") == "400,857.60"
    assert shown(41577, "money") == "41,577"
