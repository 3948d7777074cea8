from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from socoder.errors import InputError
from socoder.review.coded_file import import_file
from socoder.review.exporting import FINAL, SOCASSIGN, export
from socoder.review.queue import browse, decide, next_dispute, undo
from socoder.review.records import Choice
from socoder.review.store import Store

from .conftest import machine

HEAD = "Name;Job Title;Pay;" + ";".join(machine())
ROWS = {
    "Aide": machine("31-1122", 0.5),
    "Cook": machine("35-2014", 0.99, "accepted", ""),
    "Coach": machine("21-1015", 0.4),
    "Clerk": machine("43-3031", 0.3),
    "n/a": machine("", 0.0, "uncodable", "", ""),
}


@pytest.fixture
def coded(tmp_path: Path) -> Path:
    """A file as spreadsheets write them: a mark, semicolons, odd quoting, formulas, CRLF."""
    lines = [HEAD]
    for title, cells in [*ROWS.items(), ("Aide", ROWS["Aide"])]:
        lines.append(f'"=1+1";"{title}"; 1.234,50 ;' + ";".join(cells.values()))
    path = tmp_path / "coded.csv"
    path.write_bytes(("\ufeff" + "\r\n".join(lines) + "\r\n").encode("utf-8"))
    return path


@pytest.fixture
def decided(small: Store, coded: Path) -> Store:
    import_file(small, coded, sample_share=0.0, double_share=0.0)
    ids = {item.title: item.id for item in browse(small)}
    ann = small.sign_in(small.add_reviewer("Ann"))
    decide(
        small, ann, ids["Aide"], Choice("choose", "21-1093", "coaches; rarely lifts", "see p. 2")
    )
    decide(small, small.named("Bob"), ids["Coach"], Choice("choose", "21-1010"))
    decide(small, ann, ids["Clerk"], Choice("flag", reason="two jobs"))
    return small


def read(path: Path) -> list[dict[str, str]]:
    text = path.read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


def test_the_input_stays_and_the_decisions_are_appended(
    decided: Store, coded: Path, tmp_path: Path
) -> None:
    done = export(decided, coded, tmp_path / "out.csv")
    assert done.rows == {"machine": 1, "none": 1, "open": 1, "review": 3}
    before, after = coded.read_bytes().split(b"\r\n"), (tmp_path / "out.csv").read_bytes()
    lines = after.split(b"\r\n")
    assert len(lines) == len(before)
    assert all(line.startswith(own) for own, line in zip(before, lines, strict=True))
    rows = read(tmp_path / "out.csv")
    told = [tuple(row[name] for name in FINAL) for row in rows]
    aide = told[0]
    assert aide[:7] == (
        "31-1122", "21-1093", "Social and Human Service Assistants", "detailed", "review", "Ann",
        "TRUE",
    )  # fmt: skip
    assert aide[7].startswith("2027-01-15T08:")
    assert aide[8:] == ("coaches; rarely lifts", "see p. 2")
    assert told[5] == aide
    assert told[1][:6] == (
        "35-2014", "35-2014", "Cooks, Restaurant", "detailed", "machine", "",
    )  # fmt: skip
    assert told[2][1:7] == ("21-1010", "Counselors", "broad", "review", "Bob", "FALSE")
    assert told[3] == ("43-3031", "", "", "", "open", "", "", "", "", "")
    assert told[4] == ("", "", "", "", "none", "", "", "", "", "")


@pytest.mark.parametrize("suffix", [".xlsx", ".parquet"])
def test_other_formats_hold_the_same(
    decided: Store, coded: Path, tmp_path: Path, suffix: str
) -> None:
    target = tmp_path / f"out{suffix}"
    export(decided, coded, target)
    if suffix == ".xlsx":
        import openpyxl

        sheet = openpyxl.load_workbook(target).active
        assert sheet is not None
        header, *rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
        kinds = {cell.data_type for row in sheet.iter_rows() for cell in row}
        assert "f" not in kinds
    else:
        import pyarrow.parquet as pq

        table = pq.read_table(target)
        header = table.column_names
        rows = [list(row.values()) for row in table.to_pylist()]
    assert header[-len(FINAL) :] == list(FINAL)
    assert len(rows) == 6
    assert rows[0][header.index("soc_final_code")] == "21-1093"
    assert rows[0][0] == "=1+1"


def test_agreeing_and_adjudicated_answers_are_told_apart(small: Store, coded: Path) -> None:
    import_file(small, coded, sample_share=0.0, double_share=1.0)
    ids = {item.title: item.id for item in browse(small)}
    ann, bob = small.named("Ann"), small.named("Bob")
    chief = small.sign_in(small.add_reviewer("Chief", adjudicator=True))
    for reviewer, coach in ((ann, "21-1015"), (bob, "21-1093")):
        decide(small, reviewer, ids["Aide"], Choice("choose", "31-1122"))
        decide(small, reviewer, ids["Coach"], Choice("choose", coach))
    decide(small, ann, ids["Clerk"], Choice("choose", "43-3031"))
    target = coded.with_name("out.csv")
    export(small, coded, target)
    told = [(row["soc_final_source"], row["soc_reviewed_by"]) for row in read(target)]
    assert told[0] == ("double_review", "Ann | Bob")
    assert told[2] == told[3] == ("open", "")
    assert next_dispute(small, chief) is not None
    decide(small, chief, ids["Coach"], Choice("choose", "21-1093"))
    export(small, coded, target)
    row = read(target)[2]
    assert (row["soc_final_source"], row["soc_reviewed_by"]) == ("adjudication", "Chief")
    undo(small, chief)
    export(small, coded, target)
    assert read(target)[2]["soc_final_source"] == "open"


def test_socassign_columns(decided: Store, coded: Path, tmp_path: Path) -> None:
    export(decided, coded, tmp_path / "out.csv", socassign=True)
    rows = read(tmp_path / "out.csv")
    assert list(rows[0])[-len(SOCASSIGN) - 1 :] == ["Id", *SOCASSIGN]
    assert [row["Id"] for row in rows] == ["1", "2", "3", "4", "5", "6"]
    aide = rows[0]
    assert (aide["soc2018_1"], aide["title_1"], aide["score_1"]) == (
        "31-1122", "Personal Care Aides", "0.5",
    )  # fmt: skip
    assert (aide["soc2018_3"], aide["score_3"], aide["soc2018_4"]) == ("21-1015", "0.1", "")
    assert (aide["coder_1"], aide["coder_2"], aide["comment"]) == ("21-1093", "", "see p. 2")
    assert [row["redflag"] for row in rows] == ["false", "false", "false", "true", "false", "false"]
    assert rows[1]["coder_1"] == ""  # accepted by the machine: no coder has chosen it


def test_another_file_is_refused_and_the_source_never_overwritten(
    decided: Store, coded: Path, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="overwrite"):
        export(decided, coded, coded)
    changed = tmp_path / "changed.csv"
    changed.write_bytes(coded.read_bytes() + b"\r\n")
    with pytest.raises(InputError, match="not among the imported files"):
        export(decided, changed, tmp_path / "out.csv")
    assert not (tmp_path / "out.csv").exists()
