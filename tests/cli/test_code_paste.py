from __future__ import annotations

import io
import re
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socoder.bulk.coded_row import CodedRow, coded_row
from socoder.cli import main
from socoder.cli.code_paste import DEFAULT, chosen_columns, coded, line, sheet_rows
from socoder.coder import Coder
from socoder.errors import InputError
from socoder.records import Coding, Job

Captured = pytest.CaptureFixture[str]


class FakeCoding:
    """Gives a code that tells the title's length, and notes what it was asked for."""

    def __init__(self, coding: Coding, uncodable: Coding) -> None:
        self.coding, self.uncodable = coding, uncodable
        self.asked: list[str] = []

    def __call__(
        self, coder: object, jobs: Sequence[Job], policy: str = "guideline"
    ) -> list[CodedRow]:
        self.asked += [job.title for job in jobs]
        return [
            coded_row(replace(self.coding, soc_code=f"21-{len(job.title):04}"))
            if any(map(str.isalpha, job.title))
            else coded_row(self.uncodable)
            for job in jobs
        ]


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch, coding: Coding, uncodable: Coding) -> FakeCoding:
    coded = FakeCoding(coding, uncodable)
    monkeypatch.setattr("socoder.cli.code.load_coder", lambda *_: None)
    monkeypatch.setattr("socoder.bulk.coding.code_distinct", coded)
    return coded


@pytest.fixture
def paste(monkeypatch: pytest.MonkeyPatch) -> Any:
    def give(data: bytes, tty: bool = False) -> None:
        stream = io.TextIOWrapper(io.BytesIO(data))
        monkeypatch.setattr(stream, "isatty", lambda: tty, raising=False)
        monkeypatch.setattr(sys, "stdin", stream)

    return give


def test_lines_come_back_in_their_order(fake: Any, paste: Any, capsys: Captured) -> None:
    paste(b"Cook\nRegistered Nurse\nCook\n")
    assert main(["code-paste"]) == 0
    out, err = capsys.readouterr()
    assert out == (
        "21-0004\tCook\t0.6200\treview\n"
        "21-0016\tRegistered Nurse\t0.6200\treview\n"
        "21-0004\tCook\t0.6200\treview\n"
    )
    assert err == ""
    assert sorted(fake.asked) == ["Cook", "Registered Nurse"]


def test_blank_rows_keep_their_place(fake: Any, paste: Any, capsys: Captured) -> None:
    paste(b"\r\nCook\r\n  \r\n\tnights\r\nAide\r\n\r\n")
    assert main(["code-paste", "--codes-only"]) == 0
    assert capsys.readouterr().out == "\n21-0004\n\n\n21-0004\n\n"


def test_a_last_line_without_an_end_counts(fake: Any, paste: Any, capsys: Captured) -> None:
    paste(b"Cook\nBaker")
    assert main(["code-paste", "--codes-only"]) == 0
    assert capsys.readouterr().out.split() == ["21-0004", "21-0005"]


def test_an_uncodable_line_is_named_by_its_number_only(
    fake: Any, paste: Any, capsys: Captured
) -> None:
    paste(b"Cook\n078-05-1120\n")
    assert main(["code-paste"]) == 3
    out, err = capsys.readouterr()
    assert out.splitlines()[1] == "\t078-05-1120\t\tuncodable"
    assert err == "socoder: 1 of 2 lines name no job that could be coded: 2\n"


def test_many_uncodable_lines_are_counted(fake: Any, paste: Any, capsys: Captured) -> None:
    paste(b"1\n" * 20)
    assert main(["code-paste"]) == 3
    assert capsys.readouterr().err.endswith(": 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 and 8 more\n")


def test_a_heading_is_not_coded(fake: Any, paste: Any, capsys: Captured) -> None:
    paste(b"Job Title\nCook\n-\n")
    assert main(["code-paste", "--header", "--columns", "code, soc_title,reasons"]) == 3
    out, err = capsys.readouterr()
    assert out.splitlines() == [
        "code\tsoc_title\treasons",
        "21-0004\tPersonal Care Aides\tlow_confidence|policy_sensitive",
        "\t\t",
    ]
    assert err.endswith(": 3\n")  # as the sheet counts: the heading is line 1
    assert "Job Title" not in fake.asked


def test_digits_are_no_date(fake: Any, paste: Any, capsys: Captured) -> None:
    paste(b"Cook\n")
    assert main(["code-paste", "--digits"]) == 0
    assert capsys.readouterr().out.startswith("210004\tCook\t")


@pytest.mark.parametrize("data", [b"", b"\r\n \n", "\ufeff\n".encode()])
def test_nothing_to_code_is_an_error(fake: Any, paste: Any, capsys: Captured, data: bytes) -> None:
    paste(data)
    assert main(["code-paste"]) == 2
    assert capsys.readouterr().err == (
        "socoder: error: standard input is empty: give titles, one a line\n"
    )


def test_what_is_no_text_is_refused(fake: Any, paste: Any, capsys: Captured) -> None:
    paste(b"PK\x03\x04\x00\x00\x00")
    assert main(["code-paste"]) == 2
    assert "not a text" in capsys.readouterr().err


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(fake: Any, paste: Any, capsys: Captured, encoding: str) -> None:
    paste("Pâtissier\nCook".encode(encoding))
    assert main(["code-paste", "--columns", "title"]) == 0
    assert capsys.readouterr().out == "Pâtissier\nCook\n"


def test_a_person_at_a_terminal_is_told_what_to_do(fake: Any, paste: Any, capsys: Captured) -> None:
    paste(b"Cook\n", tty=True)
    assert main(["code-paste", "--codes-only"]) == 0
    out, err = capsys.readouterr()
    assert out == "21-0004\n"
    assert err.startswith("Paste the titles, then press Ctrl-D")


@pytest.mark.parametrize("arguments", [["--columns", "code,salary"], ["--columns", " ,"]])
def test_unknown_columns(fake: Any, paste: Any, capsys: Captured, arguments: list[str]) -> None:
    paste(b"Cook\n")
    assert main(["code-paste", *arguments]) == 2
    assert capsys.readouterr().err.startswith("socoder: error: --columns takes names with commas")


def test_unknown_policy(fake: Any, paste: Any, capsys: Captured) -> None:
    paste(b"Cook\n")
    assert main(["code-paste", "--policy", "wage"]) == 2
    assert "--policy must be one of guideline, time, weighted" in capsys.readouterr().err


def test_the_default_columns_exist() -> None:
    assert chosen_columns(",".join(DEFAULT)) == DEFAULT
    with pytest.raises(InputError):
        chosen_columns("")


@pytest.mark.parametrize(
    ("text", "firsts"),
    [
        ('"Lead\nCook"\tnights\nBaker\n', ["Lead\nCook", "Baker"]),
        ('"12"" pipe\nfitter"\r\nBaker\r\n', ['12" pipe\nfitter', "Baker"]),
        ('12" pipe fitter\nBaker', ['12" pipe fitter', "Baker"]),
        ('"Sparky" Electrician\nBaker', ['"Sparky" Electrician', "Baker"]),
        ('"never closed\nBaker', ['"never closed', "Baker"]),
        # A sheet ends rows by CR LF and lines inside a cell by LF: this is no cell of three rows.
        ('"Lead\r\nBaker\r\nCook"\r\n', ['"Lead', "Baker", 'Cook"']),
        ('""\nBaker', ["", "Baker"]),
        ("Cook\rBaker\r", ["Cook", "Baker"]),
        ("\t\n", [""]),
        ("", []),
    ],
)
def test_rows_as_a_sheet_copies_them(text: str, firsts: list[str]) -> None:
    assert [row[0] for row in sheet_rows(text)] == firsts


CELL = st.text(st.sampled_from('ab "\n\t,=é'), max_size=8)


def copied(cell: str) -> str:
    """The cell as a sheet puts it on the clipboard."""
    if "\n" in cell or "\t" in cell:
        return '"' + cell.replace('"', '""') + '"'
    return cell


def misread(cell: str) -> bool:
    """A sheet does not tell such a cell from a quoted one, either."""
    return "\n" not in cell and "\t" not in cell and cell.startswith('"')


@given(st.lists(st.lists(CELL, min_size=1, max_size=3), max_size=6))
def test_every_table_is_read_as_it_was_copied(table: list[list[str]]) -> None:
    if not any(misread(cell) for row in table for cell in row):
        text = "".join("\t".join(map(copied, row)) + "\r\n" for row in table)
        assert list(sheet_rows(text)) == table


@given(st.text(st.sampled_from('a "\r\n\t'), max_size=40))
def test_no_paste_breaks_the_reader(text: str) -> None:
    rows = list(sheet_rows(text))
    assert all(rows)
    assert len(rows) <= len(re.findall(r"\r\n|\r|\n", text)) + 1


@pytest.mark.parametrize("title", ["=1+1", "+Aide", "-Cook", "@Cook"])
def test_no_title_becomes_a_formula(title: str, coding: Coding) -> None:
    assert line(title, coded_row(coding), ("title",)) == f"'{title}"


def test_a_printed_line_is_one_line(coding: Coding) -> None:
    row = coded_row(coding)
    assert line("Lead\nCook\t\x1b[31m", row, ("title", "code")) == "Lead Cook [31m\t31-1122"


def test_with_the_shipped_bundle(coder: Coder) -> None:
    titles = ["Registered Nurse", "", "Chief Executive Officer", "12-4", "Registered Nurse"]
    found = list(coded(titles, coder))
    assert [title for title, _ in found] == titles
    assert [row.code if row else None for _, row in found] == [
        "29-1141", None, "11-1011", "", "29-1141",
    ]  # fmt: skip
    assert found[0][1] == coded_row(coder.code(Job(title="Registered Nurse")))
