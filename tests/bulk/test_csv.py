"""CSV in and out: nothing of a source's cells changes, and no row is lost."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from socoder.bulk import BulkOptions, run
from socoder.bulk.options import SOC_COLUMNS
from socoder.errors import InputError

from .conftest import Run, quick

WIDTH = len(SOC_COLUMNS)


def parsed(path: Path, encoding: str = "utf-8", delimiter: str = ",") -> list[list[str]]:
    text = path.read_bytes().decode(encoding)
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def test_rows_and_cells_stay_and_codes_come_after_them(bulk: Run, tmp_path: Path) -> None:
    source = 'id,Job Title,Pay\r\n1,"Nurse, ICU","70,000"\r\n2,  Cook ,=1+1\r\n3,,5\r\n'
    summary = bulk(source)
    lines = (tmp_path / "out.csv").read_bytes().decode().split("\r\n")
    assert lines[0] == "id,Job Title,Pay," + ",".join(SOC_COLUMNS)
    assert lines[1].startswith('1,"Nurse, ICU","70,000",29-1141,Registered Nurses,0.97,')
    assert lines[2].startswith('2,  Cook ,=1+1,35-2014,"Cooks, Restaurant",0.41,')
    assert lines[3] == "3,,5,,,,,,,uncodable,,,,test@000000000000"
    assert lines[4:] == [""]
    assert summary.statuses == {
        "accepted": 1, "reviewed": 0, "review": 1, "out_of_scope": 0, "uncodable": 1,
    }  # fmt: skip
    assert (tmp_path / "out.csv.rejects.csv").read_text() == "row,id,reason\n3,3,no title\n"
    assert not list(tmp_path.glob("*socoder*"))


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [("utf-8", b""), ("utf-8", b"\xef\xbb\xbf"), ("utf-16-le", b"\xff\xfe"),
     ("utf-16-be", b"\xfe\xff"), ("cp1252", b""), ("latin-1", b"")],
)  # fmt: skip
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encoding_mark_delimiter_and_line_ends_are_kept(
    bulk: Run, tmp_path: Path, encoding: str, mark: bytes, delimiter: str, end: str
) -> None:
    rows = [["Position Title", "Straße"], ["Nurse’s aide" if encoding != "latin-1" else "Nürse",
            "é"], ["Cook", "ß"]]  # fmt: skip
    text = end.join(delimiter.join(row) for row in rows) + end
    bulk(mark + text.encode(encoding))
    found = (tmp_path / "out.csv").read_bytes()
    assert found.startswith(mark)
    lines = found.removeprefix(mark).decode(encoding).split(end)
    assert len(lines) == 4
    for line, row in zip(lines, rows, strict=False):
        assert line.startswith(delimiter.join(row) + delimiter)
        assert len(next(csv.reader([line], delimiter=delimiter))) == 2 + WIDTH
    assert lines[3] == ""


def test_the_coder_sees_what_was_meant_in_any_encoding(bulk: Run, tmp_path: Path) -> None:
    titles = b"Job Title\n" + "Café Nurse\n".encode() + "Café Nurse\n".encode("cp1252")
    summary = bulk(titles)
    assert (summary.rows, summary.distinct_titles) == (2, 1)
    assert (tmp_path / "out.csv").read_bytes().count(b"29-1141") == 2


cells = st.text(
    st.characters(codec="utf-8", exclude_characters="\0\x1a"), max_size=12
) | st.sampled_from(
    ['"', '""', ",", "\n", "\r\n", "=1+1", " x ", "'", "a\nb", 'say "so"', "\ufeff"]
)


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(st.lists(cells, min_size=3, max_size=3), min_size=1, max_size=8),
    delimiter=st.sampled_from(",;\t|"),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    last_end=st.booleans(),
)
def test_whatever_a_csv_writer_writes_comes_out_with_the_same_cells(
    rows: list[list[str]], delimiter: str, quoting: int, last_end: bool
) -> None:
    text = io.StringIO(newline="")
    out = csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator="\r\n")
    out.writerows([["title", "a", "b"], *rows])
    whole = text.getvalue()
    data = (whole if last_end else whole.removesuffix("\r\n")).encode()
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "in.csv"), Path(folder, "out.csv")
        source.write_bytes(data)
        options = BulkOptions(delimiter=delimiter)
        summary = run(source, target, options, engine=quick)
        found = parsed(target, delimiter=delimiter)
        wanted = parsed(source, delimiter=delimiter)
        assert summary.rows == len(rows) == sum(summary.statuses.values())
        assert [row[:3] for row in found] == wanted
        assert {len(row) for row in found} == {3 + WIDTH}


def test_rows_with_too_few_and_too_many_cells_keep_their_codes_in_line(
    bulk: Run, tmp_path: Path
) -> None:
    summary = bulk("id,title,pay\n1,Nurse\n2,Cook,5,more,yet more\n3\n4,Nurse,6\n")
    found = parsed(tmp_path / "out.csv")
    assert found[0][:6] == ["id", "title", "pay", "extra_1", "extra_2", "soc_code"]
    assert [row[5] for row in found[1:]] == ["29-1141", "35-2014", "", "29-1141"]
    assert found[2][:5] == ["2", "Cook", "5", "more", "yet more"]
    assert (summary.short_rows, summary.long_rows, summary.rejected) == (2, 1, 1)


def test_a_quote_that_nothing_closes_swallows_no_row(bulk: Run, tmp_path: Path) -> None:
    summary = bulk('id,title\n1,"Nurse\n2,Cook\n3,"Nurse ""A"""\n4,5" pipe cook\n5,"Cook" II\n')
    found = parsed(tmp_path / "out.csv")
    assert summary.rows == 5 == len(found) - 1
    assert [row[0] for row in found[1:]] == ["1", "2", "3", "4", "5"]
    assert [row[2] for row in found[1:]] == ["29-1141", "35-2014", "29-1141", "35-2014", "35-2014"]
    assert found[1][1] == '"Nurse'


def test_blank_lines_stay_and_are_no_rows(bulk: Run, tmp_path: Path) -> None:
    summary = bulk("\n\ntitle\nNurse\n\nCook\n\n\n")
    assert (summary.rows, summary.blank_lines) == (2, 3)
    lines = (tmp_path / "out.csv").read_text().split("\n")
    assert [line.partition(",")[0] for line in lines] == [
        "", "", "title", "Nurse", "", "Cook", "", "", "",
    ]  # fmt: skip


def test_a_single_column_with_commas_in_it(bulk: Run, tmp_path: Path) -> None:
    bulk("Job Title\nNurse, ICU\nCook\n")
    found = parsed(tmp_path / "out.csv")
    assert [row[0] for row in found] == ["Job Title", "Nurse, ICU", "Cook"]
    assert {len(row) for row in found} == {1 + WIDTH}


def test_a_mark_in_the_middle_of_a_file_is_a_part_of_its_cell(bulk: Run, tmp_path: Path) -> None:
    bulk("title,a\nCook,1\n\ufeffNurse,2")
    assert parsed(tmp_path / "out.csv")[2][:2] == ["\ufeffNurse", "2"]
    assert parsed(tmp_path / "out.csv")[0][0] == "title"


def test_the_line_that_tells_excel_the_delimiter(bulk: Run, tmp_path: Path) -> None:
    bulk("sep=;\ntitle;pay\nNurse;1,5\n")
    lines = (tmp_path / "out.csv").read_text().split("\n")
    assert lines[:2] == ["sep=;", "title;pay;" + ";".join(SOC_COLUMNS)]
    assert lines[2].startswith("Nurse;1,5;29-1141;")


def test_excel_guards_texts_that_it_would_compute_and_no_numbers(bulk: Run, tmp_path: Path) -> None:
    source = 'title,a,b\n=Nurse,-5,"+1-2"\n@Nurse,"=SUM(A1,B1)",-1e3\n'
    bulk(source)
    assert (tmp_path / "out.csv").read_text().count("'") == 0
    bulk(source, excel=True)
    found = parsed(tmp_path / "out.csv")
    assert [row[:3] for row in found[1:]] == [
        ["'=Nurse", "-5", "'+1-2"],
        ["'@Nurse", "'=SUM(A1,B1)", "-1e3"],
    ]


def test_soc_columns_are_not_written_twice(bulk: Run, tmp_path: Path) -> None:
    bulk("title,soc_code,pay\nNurse,99-9999,1\n", overwrite_soc=True)
    assert parsed(tmp_path / "out.csv")[1][:3] == ["Nurse", "1", "29-1141"]
    with pytest.raises(InputError, match="--overwrite-soc"):
        bulk("title,soc_code\nNurse,1\n")


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf", b"  \n"])
def test_an_empty_file_is_one_line(bulk: Run, content: bytes) -> None:
    with pytest.raises(InputError, match="is empty"):
        bulk(content)


def test_a_header_alone_is_a_table_without_rows(bulk: Run, tmp_path: Path) -> None:
    summary = bulk("id,Job Title")
    assert (summary.rows, summary.accepted_share, summary.mean_confidence) == (0, 0.0, None)
    assert parsed(tmp_path / "out.csv") == [["id", "Job Title", *SOC_COLUMNS]]
