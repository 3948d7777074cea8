"""Personal data is copied from the source to the output, and goes nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from socoder.bulk import BulkOptions, run
from socoder.bulk.carry import CHANGES
from socoder.bulk.checkpoint import SUFFIX
from socoder.bulk.coded_row import CodedRow
from socoder.bulk.columns import find_columns, personal_kind, plain_name
from socoder.bulk.workers import Batch
from socoder.cli.bulk import told
from socoder.errors import InputError

from .conftest import Run, quick

HEADER = "Employee ID,Last Name,FirstName,SSN,Birth Date,E-Mail,Home Phone,Home Address,Job Title"
CANARIES = ["CanaryLast", "CanaryFirst", "987-65-4321", "1961-02-28", "canary@example.org",
            "555-867-5309", "1 Canary Lane"]  # fmt: skip
LINE = ",".join(CANARIES)


def payroll(path: Path) -> None:
    rows = [f"{n},{LINE},{title}" for n, title in enumerate(["Nurse", "", "Cook", "N/A"] * 400)]
    path.write_text("\n".join([HEADER, *rows, f"987654321,{LINE},"]) + "\n")


def leaks(folder: Path, but: Path) -> list[str]:
    files = [path for path in folder.iterdir() if path != but and not path.name.startswith("in.")]
    assert files
    return [
        f"{path.name}: {canary}"
        for path in files
        for canary in [*CANARIES, "987654321"]
        if canary.encode() in path.read_bytes()
    ]


def test_no_canary_is_in_any_side_file_job_or_line(tmp_path: Path) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    payroll(source)
    seen: list[str] = []

    def watched(batches: Iterator[Batch]) -> Iterator[tuple[Batch, list[CodedRow]]]:
        for batch in batches:
            seen.append(repr(batch))
            # What is on the disk while it works.
            assert leaks(tmp_path, target) == []
            yield from quick(iter([batch]))

    summary = run(source, target, BulkOptions(), engine=watched)
    assert leaks(tmp_path, target) == []
    lines = [*seen, *told(summary), repr(summary)]
    assert not [canary for canary in CANARIES for line in lines if canary in line]
    assert target.read_text().count("CanaryLast") == 1601
    run(source, tmp_path / "again.csv", BulkOptions(previous=target), engine=quick)
    listed = (tmp_path / "again.csv.changes.csv").read_text()
    assert not [canary for canary in CANARIES if canary in listed]
    assert {line.split(",")[0] for line in listed.splitlines()[1:]} <= set(CHANGES)


def test_an_interrupted_run_leaves_hashes_and_codes_only(tmp_path: Path) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("title,SSN\n" + "".join(f"Canary nurse {n},1\n" for n in range(1000)))

    def stopped(batches: Iterator[Batch]) -> Iterator[tuple[Batch, list[CodedRow]]]:
        for number, one in enumerate(quick(batches)):
            if number == 2:
                raise KeyboardInterrupt
            yield one

    with pytest.raises(KeyboardInterrupt):
        run(source, target, engine=stopped)
    left = [path for path in tmp_path.iterdir() if SUFFIX in path.name]
    assert left
    assert not [path for path in left if b"anary" in path.read_bytes()]
    assert {path.stat().st_mode & 0o077 for path in left} == {0}


def test_personal_columns_can_be_left_out(tmp_path: Path) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    payroll(source)
    summary = run(source, target, BulkOptions(drop_personal=True), engine=quick)
    assert leaks(tmp_path, source) == ["out.csv: 987654321"]  # a number of the employee's
    assert target.read_text().splitlines()[0].startswith("Employee ID,Job Title,soc_code,")
    assert target.read_text().splitlines()[1].startswith("0,Nurse,29-1141,")
    assert len(summary.dropped) == 7


@pytest.mark.parametrize(
    ("name", "kind"),
    [("SSN", "ssn"), ("Social Security No.", "ssn"), ("EmployeeSSN", "ssn"), ("DOB", "birth"),
     ("date_of_birth", "birth"), ("Last Name", "name"), ("EMP_NAME", "name"), ("Name", "name"),
     ("LastName", "name"), ("Supervisor", "name"), ("EmailAddress", "e_mail"), ("e-mail", "e_mail"),
     ("Cell Phone", "phone"), ("Address Line 1", "address"), ("ZIP Code", "address"),
     ("SS #", "ssn"), ("S.S.N.", "ssn"), ("SSN4", "ssn"), ("Last4SSN", "ssn"), ("Tax ID", "ssn"),
     ("socialsecurityno", "ssn"), ("Brth Dt", "birth"), ("Nm", "name"), ("LAST_NM", "name"),
     ("EE Name", "name"), ("Legal First", "name"), ("EMPLOYEE_NAME_FULL", "name"),
     ("Name (Last, First)", "name"), ("WorkEmail", "e_mail"), ("emailaddress", "e_mail"),
     ("Home Ph", "phone"), ("phonenumber", "phone"), ("Phone1", "phone"), ("Addr1", "address"),
     ("Zip5", "address"), ("Mailing City", "address"), ("Bank Acct", "number"),
     ("Medicaid ID", "number"), ("Assn", ""), ("Session", ""), ("Phase", ""), ("Work State", ""),
     ("Name of Position", ""), ("Employer Tax ID", ""), ("Employee Class", ""), ("Worker Type", ""),
     ("Job Title", ""), ("Department Name", ""), ("Job Name", ""), ("Position", ""), ("Salary", ""),
     ("Supervisor Title", ""), ("Company Name", ""), ("Class Code", ""), ("Hours", "")],
)  # fmt: skip
def test_columns_that_look_personal(name: str, kind: str) -> None:
    assert personal_kind(plain_name(name)) == kind


def test_a_personal_column_is_taken_for_nothing_by_itself() -> None:
    found = find_columns(["Name", "Title", "SSN", "Dept", "Emp ID"], {}, "x")
    assert (found.title, found.department, found.id) == (1, 3, 4)
    assert found.personal == (0, 2)
    with pytest.raises(InputError, match="looks like personal data"):
        find_columns(["Title", "SSN"], {"id": "SSN"}, "x")


@pytest.mark.parametrize(
    ("names", "asked", "index"),
    [(["JOB_TITLE", "Title"], "", 0), (["Title", "Job Title"], "", 1), (["jobTitle"], "", 0),
     (["Job Title 2"], "", 0), (["Pos. Title"], "", 0), (["x", "What"], "what", 1),
     (["x", "y"], "2", 1), (["a", "Job Title", "Job Title"], "", 1),
     (["Job Title Code", "Position"], "", 1), (["Position Title Date", "Job"], "", 1),
     (["Title", "First Name", "Job"], "", 2), (["First Name", "Title"], "", 1),
     (["Worker", "Job Profile"], "", 1), (["Job Code", "Job Code Desc"], "", 1)],
)  # fmt: skip
def test_the_title_is_found_by_name_or_given(names: list[str], asked: str, index: int) -> None:
    assert find_columns(names, {"title": asked}, "x").title == index


def test_no_title_column_is_one_line_that_lists_the_columns() -> None:
    with pytest.raises(InputError, match=r"it has A, B: name it with --title-column"):
        find_columns(["A", "B"], {}, "pay.csv")
    with pytest.raises(InputError, match=r"no column for --title-column T; it has A, B"):
        find_columns(["A", "B"], {"title": "T"}, "pay.csv")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [("a.csv", "Acme payroll;;\n;;\nid;Job Title;Pay\n1;Nurse;2\n", "2 rows below the first"),
     ("b.csv", "Acme payroll\n\nid,Job Title\n1,Nurse\n", "1 rows below the first"),
     ("c.csv", "id^Job Title\n1^Nurse\n", "given with --delimiter")],
)  # fmt: skip
def test_a_header_that_stands_lower_is_said(bulk: Run, name: str, content: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as raised:
        bulk(content, name=name)
    assert "\n" not in str(raised.value)


def test_a_file_without_a_header_does_not_show_its_first_row() -> None:
    with pytest.raises(InputError, match="put a header") as raised:
        find_columns(["Jane Doe", "987-65-4321", "Nurse"], {}, "pay.csv")
    assert "Jane" not in str(raised.value)
