"""The title map: one title for different work, and edits that come back as overrides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from socoder import soc
from socoder.cli import main
from socoder.coder import Coder
from socoder.errors import InputError
from socoder.overrides import load_overrides, text_key
from socoder.records import Coding, Job
from socoder.reports.files import workbook, write_report
from socoder.reports.report import Table
from socoder.reports.sheet import Sheet, read_sheet
from socoder.reports.title_map import MappedTitle, edits, map_titles, title_map

KNOWN = soc.load()
CARE, LEAD = "Bathe and dress residents in their home.", "Lead crafts and games for a group."
SHEET = Sheet(
    "titles.csv",
    ("Title", "Site", "Program", "Headcount", "Description"),
    (
        ("DSP", "Elm", "Homes", "9", CARE),
        ("dsp ", "Oak", "Homes", "3", CARE),
        ("DSP", "Oak", "Day", "4", LEAD),
        ("Registered Nurse", "Elm", "Homes", "1", ""),
        ("", "Elm", "Homes", "1", ""),
    ),
)


@pytest.fixture(scope="module")
def mapped(coder: Coder) -> tuple[MappedTitle, ...]:
    return map_titles(SHEET, coder.code_batch, {})


def column(table: Table, name: str) -> list[object]:
    at = [column.name for column in table.columns].index(name)
    return [row[at] for row in table.rows]


def test_one_title_for_different_work_is_named_with_its_places(
    mapped: tuple[MappedTitle, ...],
) -> None:
    dsp = mapped[0]
    assert dsp.title == "DSP" and len(dsp.uses) == 2
    assert dsp.main.workers == 12 and dsp.main.places == ("Elm (Homes)", "Oak (Homes)")
    titles, uses = title_map(mapped, KNOWN, "titles.csv").tables
    differing = column(titles, "differences_between_places")[0]
    assert len(dsp.codes) == 2 and "Oak (Day): 39-9032" in str(differing)
    assert column(titles, "differences_between_places")[1] == ""
    assert column(titles, "machine_code")[1] == "29-1141"
    assert len(uses.rows) == 2 and text_key(LEAD) in column(uses, "for_text")


def test_what_to_write_names_the_work_and_nothing_is_filled_in_for_the_editor(
    mapped: tuple[MappedTitle, ...],
) -> None:
    titles = title_map(mapped, KNOWN, "titles.csv").table("titles")
    assert all("SOC" in str(text) for text in column(titles, "what_to_write"))
    assert "Bathe" in str(column(titles, "duties_that_decide")[0])
    for name in ("soc_code", "author", "decided_at", "reason"):
        assert column(titles, name) == ["", ""]


def edited(report_tables: Sequence[Table], **cells: str) -> Table:
    """The table of titles with cells of its first row filled in."""
    (table, *_) = report_tables
    names = [column.name for column in table.columns]
    first = list(table.rows[0])
    for name, value in cells.items():
        first[names.index(name)] = value
    return replace(table, rows=(tuple(first), *table.rows[1:]))


def test_an_edited_map_comes_back_as_overrides_with_author_and_date(
    mapped: tuple[MappedTitle, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tables = title_map(mapped, KNOWN, "titles.csv").tables
    changed = edited(tables, soc_code="21-1093", author="A. Reader", decided_at="2026-03-01")
    book, out = tmp_path / "map.xlsx", tmp_path / "overrides.csv"
    book.write_bytes(workbook((changed, tables[1])))
    assert main(["map", "--read", str(book), "-o", str(out)]) == 0
    assert "1 overrides" in capsys.readouterr().err
    overrides = load_overrides(out, KNOWN)
    found = overrides.find(Job("dsp", CARE))
    assert found is not None
    assert (found.soc_code, found.author, found.decided_at) == (
        "21-1093",
        "A. Reader",
        "2026-03-01",
    )
    assert overrides.find(Job("Registered Nurse")) is None
    assert (
        load_overrides(book, KNOWN).find(Job("DSP", LEAD)) is not None
    )  # the map itself serves too


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"soc_code": "21-1093", "author": "A"}, "without author or date"),
        ({"soc_code": "21-0000", "author": "A", "decided_at": "2026-01-01"}, "no detailed code"),
        ({"soc_code": "nurse", "author": "A", "decided_at": "2026-01-01"}, "row 2"),
    ],
)
def test_wrong_edits_are_refused_in_one_line(
    mapped: tuple[MappedTitle, ...], tmp_path: Path, cells: dict[str, str], said: str
) -> None:
    changed = edited(title_map(mapped, KNOWN, "t").tables, **cells)
    path = tmp_path / "map.xlsx"
    path.write_bytes(workbook((changed,)))
    with pytest.raises(InputError, match=said):
        edits(read_sheet(path), KNOWN)


def test_an_unedited_map_has_nothing_to_read(
    mapped: tuple[MappedTitle, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "map.xlsx"
    write_report(title_map(mapped, KNOWN, "t"), path)
    assert main(["map", "--read", str(path)]) == 2
    assert "nothing was edited" in capsys.readouterr().err


def test_no_titles() -> None:
    def never(jobs: Sequence[Job]) -> Sequence[Coding]:
        raise AssertionError("nothing to code")

    with pytest.raises(InputError, match="no column title"):
        map_titles(Sheet("t.csv", ("x",), (("a",),)), never, {})
    with pytest.raises(InputError, match="empty"):
        map_titles(Sheet("t.csv", ("title",), (("",),)), never, {})
