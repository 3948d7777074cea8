"""XLSX, Parquet and JSON lines in and out, and from one into another."""

from __future__ import annotations

import datetime
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from socoder.bulk import BulkOptions, run
from socoder.bulk.options import SOC_COLUMNS
from socoder.errors import InputError
from socoder.tabular import workbook

from .conftest import Run, quick

DAY = datetime.date(2026, 1, 31)
ROWS: list[list[Any]] = [
    ["Job Title", "Hired", "Pay", "Code", "Note", "At"],
    ["Nurse", DAY, 12.5, "0042", "=1+1", datetime.datetime(2026, 1, 2, 3, 4, 5)],
    [None, None, 3, "1E5", None, None],
    ["Cook", DAY, True, "11-1011", "a\nb", datetime.time(7, 30)],
]


def sheet(
    path: Path, rows: list[list[Any]] = ROWS, title: str = "Payroll", empty: bool = False
) -> Path:
    book = openpyxl.Workbook()
    if empty:
        book.create_sheet(title)
    page = book[title] if empty else book.active
    page.title = title
    for row in rows:
        page.append(row)
    for row in page.iter_rows():
        for cell in row:
            if isinstance(cell.value, str):
                cell.data_type = "s"
    book.save(path)
    return path


def read(path: Path) -> list[list[Any]]:
    page = openpyxl.load_workbook(path).active
    return [list(row) for row in page.iter_rows(values_only=True)]


def test_xlsx_keeps_dates_numbers_and_texts_and_codes_are_texts(bulk: Run, tmp_path: Path) -> None:
    bulk(sheet(tmp_path / "in.xlsx"), target="out.xlsx")
    page = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    found = [list(row) for row in page.iter_rows()]
    assert [cell.value for cell in found[0]] == [*ROWS[0], *SOC_COLUMNS]
    first = found[1]
    assert [cell.value for cell in first[:6]] == [
        "Nurse", datetime.datetime(2026, 1, 31), 12.5, "0042", "=1+1",
        datetime.datetime(2026, 1, 2, 3, 4, 5),
    ]  # fmt: skip
    assert first[1].is_date
    assert {first[i].data_type for i in (0, 3, 4, 6)} == {"s"}
    assert (first[6].value, first[8].value) == ("29-1141", 0.97)
    assert first[8].data_type == "n"
    assert [cell.value for cell in found[2][:7]] == [None, None, 3, "1E5", None, None, None]
    assert found[2][12].value == "uncodable"
    assert found[3][4].value == "a\nb"
    assert not [cell for row in found for cell in row if cell.data_type == "f"]
    assert 8 <= page.column_dimensions["H"].width <= 62
    assert page.freeze_panes == "A2"


def test_a_formula_comes_out_as_its_value(bulk: Run, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["title", "pay"])
    book.active.append(["Nurse", "=1+1"])
    book.save(tmp_path / "in.xlsx")
    bulk(tmp_path / "in.xlsx", target="out.xlsx")
    assert not [
        cell
        for row in openpyxl.load_workbook(tmp_path / "out.xlsx").active.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]


def test_the_same_xlsx_gives_the_same_bytes(bulk: Run, tmp_path: Path) -> None:
    source = sheet(tmp_path / "in.xlsx")
    for name in ("a.xlsx", "b.xlsx"):
        bulk(source, target=name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_control_characters_and_escapes_survive_xlsx(bulk: Run, tmp_path: Path) -> None:
    source = b"title,note\nNurse,a\x01b\nCook,_x0041_\n"
    bulk(source, target="out.xlsx")
    bulk(tmp_path / "out.xlsx", target="back.csv", overwrite_soc=True)
    lines = (tmp_path / "back.csv").read_bytes().split(b"\n")
    assert lines[1].startswith(b"Nurse,a\x01b,29-1141")
    assert lines[2].startswith(b"Cook,_x0041_,35-2014")


def test_sheets_are_chosen_by_name_or_the_first_with_cells(bulk: Run, tmp_path: Path) -> None:
    source = sheet(tmp_path / "in.xlsx", title="Q2", empty=True)
    assert bulk(source, target="out.xlsx").rows == 3
    assert bulk(source, target="out.xlsx", sheet="Q2").rows == 3
    with pytest.raises(InputError, match=r"no sheet of that name; it has .*Q2"):
        bulk(source, target="out.xlsx", sheet="Q3")
    with pytest.raises(InputError, match="--sheet is for XLSX"):
        bulk("title\nNurse\n", sheet="Q2")


def test_a_sheet_that_cannot_hold_the_rows_is_one_line(
    bulk: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert workbook.MAX_ROWS == 1_048_576
    with pytest.raises(InputError, match=r"1,048,576 rows.*\.csv or \.parquet"):
        workbook.check_rows(1_048_576)
    workbook.check_rows(1_048_575)
    monkeypatch.setattr(workbook, "MAX_ROWS", 3)
    with pytest.raises(InputError, match="an XLSX sheet holds 3 rows"):
        bulk("title\nNurse\nCook\nCook\n", target="out.xlsx")
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]


def test_a_cell_that_xlsx_cannot_hold_is_one_line(bulk: Run) -> None:
    with pytest.raises(InputError, match="32,767 characters"):
        bulk("title,note\nNurse," + "x" * 40_000 + "\n", target="out.xlsx")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [("a.xlsx", b"PK\x03\x04 broken", "cannot be read as XLSX"),
     ("a.xlsx", b"title\nNurse\n", "not an Excel file"),
     ("a.parquet", b"PAR1 broken", "cannot be read as Parquet"),
     ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 x", "save it as .xlsx"),
     ("a.jsonl", b"[1, 2]\n", "no JSON object"), ("a.csv", b"a,b\0\0\0\0\0c\n", "not a text"),
     ("a.pdf", b"%PDF-1.7", "a PDF"), ("a.csv.gz", b"\x1f\x8b\x08", "unpack it")],
)  # fmt: skip
def test_damaged_and_other_files_are_one_line(
    bulk: Run, name: str, content: bytes, said: str
) -> None:
    with pytest.raises(InputError, match=said) as raised:
        bulk(content, name=name)
    assert "\n" not in str(raised.value)


def test_parquet_keeps_types_and_memory_stays_in_batches(bulk: Run, tmp_path: Path) -> None:
    table = pa.table(
        {
            "title": pa.array(["Nurse", None, "Cook"] * 30_000).dictionary_encode(),
            "pay": pa.array(range(90_000), pa.int32()),
            "day": pa.array([DAY] * 90_000),
            "tags": pa.array([["a"], [], None] * 30_000),
        }
    )
    pq.write_table(table, tmp_path / "in.parquet")
    for name in ("out.parquet", "again.parquet"):
        summary = bulk(tmp_path / "in.parquet", target=name)
    found = pq.read_table(tmp_path / "out.parquet")
    assert found.column_names == [*table.column_names, *SOC_COLUMNS]
    assert found.select(["pay", "day", "tags"]).equals(table.select(["pay", "day", "tags"]))
    assert found.column("title").to_pylist()[:3] == ["Nurse", None, "Cook"]
    assert found.column("soc_code").to_pylist()[:3] == ["29-1141", "", "35-2014"]
    assert found.schema.field("soc_confidence").type == pa.float64()
    assert found.column("soc_confidence").to_pylist()[:3] == [0.97, None, 0.41]
    assert (summary.rows, summary.rejected) == (90_000, 30_000)
    one, two = ((tmp_path / f"{n}.parquet").read_bytes() for n in ("out", "again"))
    assert one == two


def test_json_lines_keep_their_bytes(bulk: Run, tmp_path: Path) -> None:
    lines = [b'{"title": "Nurse",  "x": 1.50}', b"", b'{"x": "\\u00e9"}', b"not json", b"[1]",
             b'{"title": "Cook", "deep": {"a": [1]}, "title2": null} ', b"{}"]  # fmt: skip
    summary = bulk(b"\r\n".join(lines), name="in.jsonl", target="out.jsonl")
    found = (tmp_path / "out.jsonl").read_bytes().split(b"\r\n")
    assert found[0].startswith(b'{"title": "Nurse",  "x": 1.50, "soc_code": "29-1141", ')
    assert found[1] == b""
    assert found[2].startswith(b'{"x": "\\u00e9", "soc_code": ""')
    assert found[3:5] == [b"not json", b"[1]"]
    assert json.loads(found[5])["soc_code"] == "35-2014"
    assert json.loads(found[6])["soc_status"] == "uncodable"
    assert (summary.rows, summary.rejected, summary.blank_lines) == (6, 4, 1)
    rejects = (tmp_path / "out.jsonl.rejects.csv").read_text().splitlines()
    assert rejects[1:4] == ["2,,no title", "3,,not a JSON object", "4,,not a JSON object"]


@pytest.mark.parametrize("kind", ["csv", "tsv", "xlsx", "parquet", "jsonl"])
@pytest.mark.parametrize("other", ["csv", "tsv", "xlsx", "parquet", "jsonl"])
def test_every_format_into_every_other(bulk: Run, tmp_path: Path, kind: str, other: str) -> None:
    bulk('Job Title,pay,note\n"Nurse, ICU",007,é\n,1,\nCook,2,"x ""y"""\n', target=f"a.{kind}")
    bulk(tmp_path / f"a.{kind}", target=f"b.{other}", overwrite_soc=True)
    summary = bulk(tmp_path / f"b.{other}", target="c.csv", overwrite_soc=True)
    assert (summary.rows, summary.rejected) == (3, 1)
    lines = (tmp_path / "c.csv").read_text().splitlines()
    mark = "\t" if lines[0].startswith("Job Title\t") else ","
    assert mark == ","
    assert lines[1].startswith('"Nurse, ICU",007,é,29-1141,Registered Nurses,0.97,')
    assert lines[2].startswith(",1,,,,,,,,uncodable,")
    assert lines[3].startswith('Cook,2,"x ""y""",35-2014,')


def test_pipes_in_and_out(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom pathlib import Path\nfrom conftest import quick\n"
        "from socoder.bulk import run\nrun(Path('-'), Path(sys.argv[1]), engine=quick)\n"
    )
    folder = Path(__file__).parent
    root = folder.parents[1]

    def piped(data: bytes, target: str) -> bytes:
        done = subprocess.run(
            [sys.executable, "-c", code, target], input=data, capture_output=True, check=True,
            env={"PYTHONPATH": f"{root}:{folder}", "TMPDIR": str(tmp_path), "PATH": ""},
        )  # fmt: skip
        return done.stdout

    data = b"title\nNurse\nCook\n"
    out = piped(data, "-")
    assert out.startswith(b"title,soc_code")
    assert out.count(b"\n") == 3
    assert list(tmp_path.iterdir()) == []
    assert piped(data, str(tmp_path / "o.csv")) == b""
    assert (tmp_path / "o.csv").read_bytes() == out
    book = io.BytesIO(sheet(tmp_path / "in.xlsx").read_bytes())
    piped(book.getvalue(), str(tmp_path / "o.xlsx"))
    assert len(read(tmp_path / "o.xlsx")) == 4


def test_duplicate_names_of_columns(bulk: Run, tmp_path: Path) -> None:
    source = "title,pay,pay,title\nNurse,1,2,Cook\n"
    summary = bulk(source, target="out.jsonl")
    assert json.loads((tmp_path / "out.jsonl").read_text())["pay_2"] == "2"
    assert any("2 columns are called" in note for note in summary.notes)
    bulk(source, target="out.parquet")
    assert run(
        tmp_path / "out.parquet", tmp_path / "b.csv", BulkOptions(overwrite_soc=True), engine=quick
    ).statuses["accepted"] == 1  # fmt: skip
    assert (tmp_path / "b.csv").read_text().splitlines()[1].startswith("Nurse,1,2,Cook,29-1141")
