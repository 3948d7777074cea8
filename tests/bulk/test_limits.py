"""What one format can hold and another cannot, packed files, and long cells."""

from __future__ import annotations

import datetime
import gzip
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from socoder.bulk import BulkOptions, run
from socoder.bulk.coded_row import CodedRow
from socoder.bulk.columns import find_columns
from socoder.bulk.text_keys import TextKeys
from socoder.bulk.workers import Batch
from socoder.errors import InputError
from socoder.tabular import delimited, json_lines, parquet, workbook
from socoder.tabular.workbook import SheetChunk

from .conftest import Run, quick

UTC = datetime.UTC


def parquet_file(path: Path, **columns: Any) -> Path:
    pq.write_table(pa.table(columns), path)
    return path


def sheet_column(path: Path, column: int) -> list[Any]:
    page = openpyxl.load_workbook(path).active
    return [row[column] for row in page.iter_rows(min_row=2, values_only=True)]


@pytest.mark.parametrize(
    ("name", "content"),
    [("in.csv", b"id,Job Title\r\n1,Nurse\r\n2,Cook\r\n"),
     ("in.jsonl", b'{"title": "Nurse"}\n{"title": "Cook"}\n'),
     ("in.tsv", "\ufeffJob Title\tx\nNurse\t\u20ac\n".encode("utf-16-le"))],
)  # fmt: skip
def test_a_packed_table_comes_out_as_the_plain_one(
    bulk: Run, tmp_path: Path, name: str, content: bytes
) -> None:
    end = Path(name).suffix
    plain = bulk(content, name=name, target=f"plain{end}")
    packed = bulk(gzip.compress(content), name=f"{name}.gz", target=f"packed{end}")
    assert (tmp_path / f"packed{end}").read_bytes() == (tmp_path / f"plain{end}").read_bytes()
    assert packed.statuses == plain.statuses
    assert packed.rows == plain.rows > 0


def test_a_packed_file_that_is_damaged_is_one_line(bulk: Run, tmp_path: Path) -> None:
    text = b"id,Job Title\n" + b"".join(b"%d,Nurse %d\n" % (i, i * i) for i in range(200_000))
    packed = gzip.compress(text)
    flipped = bytearray(packed)
    flipped[-6] ^= 1  # of the check sum
    for content in (packed[:-100_000], bytes(flipped), packed[:3]):
        with pytest.raises(InputError, match="is damaged or cut short"):
            bulk(content, name="in.csv.gz", restart=True)
    assert not (tmp_path / "out.csv").exists()
    workbook_inside = gzip.compress(b"PK\x03\x04 x")
    with pytest.raises(InputError, match="unpack it first"):
        bulk(workbook_inside, name="in.xlsx.gz", restart=True)


def test_a_hidden_sheet_is_taken_only_if_it_is_named(bulk: Run, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "lists"
    book.active.append(["Job Title"])
    book.active.append(["Cook"])
    book.active.sheet_state = "hidden"
    book.create_sheet("pay").append(["Position"])
    book["pay"].append(["Nurse"])
    book.active = 1
    book.save(tmp_path / "in.xlsx")
    assert bulk(tmp_path / "in.xlsx").columns == {"title": "Position"}
    assert bulk(tmp_path / "in.xlsx", sheet="lists").columns == {"title": "Job Title"}


def test_the_last_value_of_a_formula_comes_out(bulk: Run, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["title", "pay"])
    book.active.append(["Nurse", 7])
    book.save(tmp_path / "plain.xlsx")
    with (
        zipfile.ZipFile(tmp_path / "plain.xlsx") as plain,
        zipfile.ZipFile(tmp_path / "in.xlsx", "w") as made,
    ):
        for part in plain.namelist():
            data = plain.read(part)
            if part.endswith("sheet1.xml"):
                assert b"<v>7</v>" in data
                data = data.replace(b"<v>7</v>", b"<f>3+4</f><v>7</v>")
            made.writestr(part, data)
    assert openpyxl.load_workbook(tmp_path / "in.xlsx").active["B2"].value == "=3+4"
    bulk(tmp_path / "in.xlsx", target="out.xlsx")
    assert sheet_column(tmp_path / "out.xlsx", 1) == [7]


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
@pytest.mark.parametrize(
    ("limit", "said"),
    [("MAX_ROWS", "an XLSX sheet holds 2 rows"), ("MAX_CELL", "an XLSX cell holds 9 characters"),
     ("MAX_COLUMNS", "an XLSX sheet has 12")],
)  # fmt: skip
def test_what_a_sheet_cannot_hold_is_said_before_anything_is_coded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, limit: str, said: str
) -> None:
    monkeypatch.setattr(workbook, limit, {"MAX_ROWS": 2, "MAX_CELL": 9, "MAX_COLUMNS": 12}[limit])
    source = tmp_path / f"in.{kind}"
    titles, notes = ["Nurse", "Cook"], ["x", "0123456789"]
    if kind == "csv":
        source.write_text("title,note\n" + "".join(map("{},{}\n".format, titles, notes)))
    elif kind == "jsonl":
        pairs = zip(titles, notes, strict=True)
        source.write_text("".join(json.dumps({"title": t, "note": n}) + "\n" for t, n in pairs))
    else:
        parquet_file(source, title=titles, note=notes)
    asked = False

    def coding(batches: Iterator[Batch]) -> Iterator[tuple[Batch, list[CodedRow]]]:
        nonlocal asked
        asked = True
        yield from quick(batches)

    with pytest.raises(InputError, match=said):
        run(source, tmp_path / "out.xlsx", BulkOptions(), engine=coding)
    assert not asked
    assert [path.name for path in tmp_path.iterdir()] == [source.name]


def test_a_sheet_counts_an_emoji_as_two_characters() -> None:
    workbook.check_cell("\U0001f600" * 16_383)
    with pytest.raises(InputError, match="32,768"):
        workbook.check_cell("\U0001f600" * 16_384)


def test_what_a_sheet_would_change_is_text_in_it(bulk: Run, tmp_path: Path) -> None:
    noon = datetime.datetime(2026, 1, 31, 12, tzinfo=UTC)
    day, old = datetime.date(2026, 1, 31), datetime.date(1899, 12, 31)
    source = parquet_file(
        tmp_path / "in.parquet",
        title=["Nurse", "Cook"],
        when=pa.array([noon, None], pa.timestamp("us", tz="UTC")),
        badge=[2**62 + 1, 10**14],
        born=[old, day],
        pay=[float("inf"), 1.5],
    )
    bulk(source, target="out.xlsx")
    columns = [sheet_column(tmp_path / "out.xlsx", i) for i in range(1, 5)]
    assert columns == [
        ["2026-01-31 12:00:00+00:00", None],
        ["4611686018427387905", 10**14],
        ["1899-12-31", datetime.datetime(2026, 1, 31)],
        ["inf", 1.5],
    ]


def test_times_that_python_does_not_have_come_out_as_arrow_writes_them(
    bulk: Run, tmp_path: Path
) -> None:
    source = parquet_file(
        tmp_path / "in.parquet",
        title=["Nurse", "Cook"],
        ns=pa.array([1, 10**9], pa.timestamp("ns")),
        us=pa.array([10**9, 2 * 10**9], pa.timestamp("ns")),
        far=pa.array([-800_000, 0], pa.date32()),
        took=pa.array([1, 2], pa.duration("ns")),
        at=pa.array([1, 2], pa.time64("ns")),
    )
    bulk(source)
    lines = (tmp_path / "out.csv").read_text().splitlines()
    assert lines[1].startswith(
        "Nurse,1970-01-01 00:00:00.000000001,1970-01-01 00:00:01,-0221-09-04,1,"
        "00:00:00.000000001,29-1141"
    )
    assert lines[2].startswith(
        "Cook,1970-01-01 00:00:01.000000000,1970-01-01 00:00:02,1970-01-01,2,00:00:00.000000002,"
    )
    bulk(source, target="out.parquet")
    assert pq.read_table(tmp_path / "out.parquet").select(range(6)).equals(pq.read_table(source))


def test_lists_and_structures_are_json_in_another_format(bulk: Run, tmp_path: Path) -> None:
    source = parquet_file(
        tmp_path / "in.parquet",
        title=["Nurse"],
        skills=[["a", "é"]],
        site=pa.array([{"name": "N", "since": datetime.date(2026, 1, 2)}]),
    )
    bulk(source, target="out.jsonl")
    found = json.loads((tmp_path / "out.jsonl").read_text())
    assert json.loads(found["skills"]) == ["a", "é"]
    assert json.loads(found["site"]) == {"name": "N", "since": "2026-01-02"}


def test_members_that_come_late_are_left_out_too(
    bulk: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_lines, "NAMES_FROM", 1)
    monkeypatch.setattr(json_lines, "LINES", 1)
    lines = '{"title": "Nurse"}\n{"title": "Cook", "SSN": "078-05-1120", "soc_code": "x"}\n'
    bulk(lines, name="in.jsonl", target="out.jsonl", drop_personal=True, overwrite_soc=True)
    text = (tmp_path / "out.jsonl").read_text()
    assert "078-05" not in text
    assert text.splitlines()[1].count('"soc_code"') == 1


def test_chunks_are_bounded_by_bytes_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_lines, "BYTES", 1000)
    line = json.dumps({"title": "Nurse", "text": "x" * 400}).encode() + b"\n"
    source = json_lines.JsonLinesSource(lambda: io.BytesIO(line * 10), "x", 1)
    assert [chunk.rows for chunk in source.chunks()] == [3, 3, 3, 1]
    monkeypatch.setattr(parquet, "BYTES", 1000)
    path = parquet_file(tmp_path / "in.parquet", title=[f"{i:04}" * 100 for i in range(10)])
    made = parquet.ParquetSource(lambda: path.open("rb"), "x")
    assert max(chunk.rows for chunk in made.chunks()) <= 3


def test_of_long_cells_only_a_hash_is_remembered() -> None:
    columns = find_columns(["title", "description"], {}, "x")
    found = TextKeys(columns)
    long = [["Nurse " * 20_000, "x"], ["Nurse", "x" * 100_000], ["Cook", "x"]]
    _, keys, jobs = found.of(SheetChunk(long))
    assert len(keys) == len(jobs) == 3
    kept = found._recent
    assert sorted(len(key) if isinstance(key, bytes) else -1 for key in kept) == [-1, 16, 16]
    assert not found.of(SheetChunk(long))[2]


def test_a_file_without_line_ends_is_not_taken_into_memory(
    bulk: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delimited, "MAX_LINE", 5000)
    monkeypatch.setattr(delimited, "BLOCK", 1000)
    monkeypatch.setattr(json_lines, "MAX_LINE", 5000)
    with pytest.raises(InputError, match="no table with a row a line"):
        bulk("title," * 10_000, restart=True)
    with pytest.raises(InputError, match="no table with a row a line"):
        bulk('{"title": "' + "x" * 10_000 + '"}\n', name="in.jsonl", restart=True)
    assert bulk("title\n" + "Nurse " * 700 + "\n", restart=True).rows == 1


@pytest.mark.parametrize("encoding", ["idna", "utf-16", "ascii"])
def test_an_encoding_that_does_not_fit_is_one_line(bulk: Run, encoding: str) -> None:
    if encoding == "ascii":  # bytes that it does not have pass through
        assert bulk("title\nNurse \u00e9\n", encoding=encoding).rows == 1
        return
    with pytest.raises(InputError, match=f"it is not {encoding}"):
        bulk("title\nNurse \u00e9 \u20ac\n", encoding=encoding)
