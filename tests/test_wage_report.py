from __future__ import annotations

import csv
import gzip
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socoder import soc
from socoder.cli import main
from socoder.errors import InputError, ReferenceDataError
from socoder.soc import Classification
from socoder.wage_report import (
    SHOWN,
    PayRow,
    check_request,
    report_of_coded,
    write_wage_report,
)
from socoder.wage_report_states import (
    UNVERIFIED,
    StateRules,
    code_problem,
    rules_for,
    state_code,
    states,
)

KNOWN = soc.load()
ROWS = [
    PayRow(2, ("E1", "40.5"), "Registered Nurse", "29-1141", "accepted"),
    PayRow(3, ("E2", "38"), "DSP", "31-1122", "review"),
    PayRow(4, ("E3", "12"), "Cook, day shift", "35-2014", "reviewed"),
    PayRow(5, ("E4", "8"), "Volunteer", "21-1093", "out_of_scope"),
    PayRow(6, ("E5", "40"), "#N/A", "", "uncodable"),
    PayRow(7, ("E6", "40"), "Home aide", "31-1120", "accepted"),  # a broad occupation
]
COLUMNS = ("employee", "hours")


def table(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def report(path: Path, state: str = "WA", rows: Any = ROWS, **options: Any) -> Any:
    columns = options.pop("columns", COLUMNS)
    return write_wage_report(rows, columns, path, rules_for(state), KNOWN, **options)


def test_only_rows_that_are_settled_go_out(tmp_path: Path) -> None:
    target = tmp_path / "report.csv"
    found = report(target)
    assert table(target) == [
        ["employee", "hours", "soc_code"],
        ["E1", "40.5", "291141"],
        ["E3", "12", "352014"],
    ]
    assert (found.written, found.with_title) == (2, 0)
    assert found.withheld == {"review": 1, "out_of_scope": 1, "uncodable": 1, "invalid_code": 1}
    assert found.first_withheld == {
        "review": (3,), "out_of_scope": (5,), "uncodable": (6,), "invalid_code": (7,),
    }  # fmt: skip
    assert table(found.withheld_list) == [
        ["row", "reason"],
        ["3", "review"], ["5", "out_of_scope"], ["6", "uncodable"], ["7", "invalid_code"],
    ]  # fmt: skip
    assert found.withheld_list == tmp_path / "report.withheld.csv"
    assert found.written + sum(found.withheld.values()) == len(ROWS)


def test_rows_under_review_go_out_when_told_to(tmp_path: Path) -> None:
    found = report(tmp_path / "report.csv", include_review=True)
    assert [row[0] for row in table(found.target)[1:]] == ["E1", "E2", "E3"]
    assert "review" not in found.withheld


def test_a_title_may_stand_instead_where_the_state_takes_one(tmp_path: Path) -> None:
    found = report(tmp_path / "report.csv", title_instead=True)
    assert table(found.target) == [
        ["employee", "hours", "soc_code", "job_title"],
        ["E1", "40.5", "291141", "Registered Nurse"],
        ["E2", "38", "", "DSP"],
        ["E3", "12", "352014", "Cook, day shift"],
        ["E5", "40", "", "#N/A"],
        ["E6", "40", "", "Home aide"],
    ]
    assert (found.written, found.with_title, found.withheld) == (2, 3, {"out_of_scope": 1})


def test_a_row_without_a_title_cannot_go_out_with_one(tmp_path: Path) -> None:
    found = report(
        tmp_path / "r.csv", rows=[PayRow(2, ("E1", ""), " \n", "", "uncodable")], title_instead=True
    )
    assert found.withheld == {"uncodable": 1}


def test_west_virginia_wants_the_title_beside_the_code(tmp_path: Path) -> None:
    found = report(tmp_path / "report.csv", "West Virginia")
    assert table(found.target) == [
        ["employee", "hours", "soc_code", "job_title"],
        ["E1", "40.5", "291141", "Registered Nurse"],
        ["E3", "12", "352014", "Cook, day shift"],
    ]


def test_a_title_where_the_state_takes_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"^Indiana takes no title in place of a code"):
        report(tmp_path / "report.csv", "IN", title_instead=True)
    assert list(tmp_path.iterdir()) == []


def test_a_column_that_the_report_has_itself_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="a column soc_code of its own"):
        report(tmp_path / "report.csv", columns=("soc_code", "hours"))


def test_cells_and_line_breaks_stand_as_they_were(tmp_path: Path) -> None:
    cells = ('a "b", c\nd', "=1+1", " 007 ")
    row = PayRow(2, cells, "Cook\nnights", "35-2014", "accepted")
    found = report(tmp_path / "r.csv", "WV", [row], columns=("x", "y", "z"))
    assert table(found.target)[1] == [*cells, "352014", "Cook nights"]


def test_nothing_appears_where_the_rows_break_off(tmp_path: Path) -> None:
    target = tmp_path / "report.csv"
    target.write_text("the last quarter's")

    def broken() -> Iterator[PayRow]:
        yield ROWS[0]
        raise ValueError("the disk is gone")

    with pytest.raises(ValueError, match="disk is gone"):
        report(target, rows=broken())
    assert target.read_text() == "the last quarter's"
    assert [path.name for path in tmp_path.iterdir()] == ["report.csv"]


def test_what_a_person_is_told_holds_no_cell(tmp_path: Path) -> None:
    rows = [PayRow(n, ("078-05-1120", "Ann Lee"), "Secret Cook", "", "review") for n in range(40)]
    found = report(tmp_path / "report.csv", rows=[ROWS[0], *rows])
    said = "\n".join(found.lines())
    assert "Secret" not in said + found.withheld_list.read_text()
    assert "078" not in said + found.withheld_list.read_text()
    assert "still under review (--include-review writes them): 40 (rows 0, 1, 2, 3" in said
    assert f"{SHOWN - 1} and {40 - SHOWN} more)" in said
    assert "wage report WA: 1 rows with a code" in said


def test_the_notes_say_what_to_check(tmp_path: Path) -> None:
    guideline = report(tmp_path / "a.csv").notes
    assert guideline[0].startswith("Washington wants combined jobs under the work that takes most")
    assert guideline[0].endswith("coded with --policy guideline: take --policy time")
    by_time = report(tmp_path / "b.csv", policy="time").notes
    assert not any("--policy" in note for note in by_time)
    assert any("unverified for Washington: combined jobs;" in note for note in by_time)
    assert any("codes of its own" in note for note in report(tmp_path / "c.csv", "AK").notes)


CODED = """id;SSN;title;soc_code;soc_title;soc_status
1;078-05-1120;Cook;35-2014;Cooks, Restaurant;accepted
2;078-05-1121;"Night
nurse";29-1141;Registered Nurses;review
3;short
"""


def test_the_report_of_a_coded_file(tmp_path: Path) -> None:
    coded = tmp_path / "coded.csv"
    coded.write_text(CODED)
    found = report_of_coded(coded, "la", columns=["ssn", "id"])
    assert found.target.name == "coded.wage_report.LA.csv"
    assert table(found.target) == [["SSN", "id", "soc_code"], ["078-05-1120", "1", "352014"]]
    assert table(found.withheld_list)[1:] == [["2", "review"], ["3", "review"]]
    assert coded.read_text() == CODED
    titled = report_of_coded(
        coded, "LA", columns=["id"], title_column="title", title_instead=True, include_review=True
    )
    assert table(titled.target)[1:] == [["1", "352014", "Cook"], ["2", "291141", "Night nurse"]]
    assert titled.withheld == {"review": 1}


def test_a_short_row_without_a_status_is_never_written(tmp_path: Path) -> None:
    coded = tmp_path / "coded.csv"
    coded.write_text("title,soc_code,soc_status\nCook,35-2014\n")
    assert report_of_coded(coded, "WA", include_review=True).withheld == {"review": 1}


@pytest.mark.parametrize(
    ("text", "options", "said"),
    [
        ("title,x\nCook,1\n", {}, "coded.csv has no soc_code and soc_status"),
        (CODED, {"columns": ["wages"]}, "no column for the wage report of that name (wages)"),
        (CODED, {"title_instead": True}, "name their column with --title-column"),
        (CODED, {"columns": ["soc_code"]}, "a column soc_code of its own"),
    ],
)
def test_what_no_report_can_be_made_of(tmp_path: Path, text: str, options: Any, said: str) -> None:
    coded = tmp_path / "coded.csv"
    coded.write_text(text)
    with pytest.raises(InputError, match=re.escape(said)):
        report_of_coded(coded, "WA", **options)
    assert [path.name for path in tmp_path.iterdir()] == ["coded.csv"]


@pytest.mark.parametrize(
    ("state", "target", "options", "said"),
    [
        ("TX", "out.csv", {}, "knows AK, IN, LA"),
        ("IN", "out.csv", {"title_instead": True}, "Indiana takes no title"),
        ("WA", "-", {}, "needs one table in and one file out"),
        ("WA", "out.csv", {"columns": ["Wages"]}, "of that name (Wages)"),
        ("WA", "out.csv", {"columns": ["SSN"], "drop_personal": True}, "(SSN): give only one"),
    ],
)
def test_what_cannot_be_is_said_before_anything_is_coded(
    tmp_path: Path, state: str, target: str, options: Any, said: str
) -> None:
    source = tmp_path / "pay.csv"
    source.write_text("id,SSN,title\n1,078-05-1120,Cook\n")
    with pytest.raises(InputError, match=re.escape(said)):
        check_request(source, Path(target), state, **options)
    assert check_request(source, Path("out.csv"), "wa", columns=["ssn", "id"]).state == "WA"


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("", "there is no code"),
        ("21-1093", ""),
        ("211093", ""),
        ("21-1093.00", ""),
        ("29-1220", "it is not in SOC 2018"),
        ("21-0000", "it ends in 0"),
        ("31-1120", "it ends in 0"),
        ("12-1011", "it is not in SOC 2018"),
        ("99-9999", "it is not in SOC 2018"),
        ("Ann Lee", "it is not in SOC 2018"),
    ],
)
def test_which_codes_no_state_takes(code: str, problem: str) -> None:
    assert code_problem(code, KNOWN).startswith(problem)
    assert bool(code_problem(code, KNOWN)) == bool(problem)


def test_the_rules_hold_in_a_classification_that_breaks_them() -> None:
    odd = Classification(
        "2018",
        tuple(
            soc.Group(code, "Odd", level, parent)
            for code, level, parent in (
                ("57-0000", "major", ""),
                ("57-1000", "minor", "57-0000"),
                ("57-1011", "detailed", "57-1000"),
                ("12-1011", "detailed", "57-1000"),
                ("21-1010", "detailed", "57-1000"),
                ("21-1011", "broad", "57-1000"),
            )
        ),
    )
    found = {code: code_problem(code, odd) for code in ("57-1011", "12-1011", "21-1010", "21-1011")}
    assert found == {
        "57-1011": "its major group is not an odd number from 11 to 55",
        "12-1011": "its major group is not an odd number from 11 to 55",
        "21-1010": "it ends in 0: a group, not a detailed occupation",
        "21-1011": "it is no detailed occupation",
    }


@pytest.mark.parametrize("rules", states().values(), ids=lambda rules: rules.state)
def test_every_detailed_occupation_can_be_reported_everywhere(rules: StateRules) -> None:
    form = r"\d{6}" if rules.code_format.value == "digits" else r"\d\d-\d{4}"
    for code in KNOWN.detailed:
        written = state_code(code, rules, KNOWN)
        assert re.fullmatch(form, written)
        assert KNOWN.find(written) == code
        assert not written.endswith("0")


@given(st.text(max_size=9), st.sampled_from(["accepted", "review", "reviewed", "", "odd"]))
def test_no_code_that_is_none_ever_goes_out(code: str, status: str) -> None:
    if not code_problem(code, KNOWN):
        assert KNOWN.get(KNOWN.find(code)).level == "detailed"
    else:
        with pytest.raises(InputError, match=r"^a code cannot go into a wage report: "):
            state_code(code, rules_for("WA"), KNOWN)


PAYROLL = """Employee ID,Last Name,SSN,Job Title,Hours
E1,Lee,078-05-1120,Registered Nurse,480
E2,Roe,078-05-1121,Direct Support Professional,500
E3,Poe,078-05-1122,N/A,10
"""


def test_from_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, coded = tmp_path / "pay.csv", tmp_path / "coded.csv"
    source.write_text(PAYROLL)
    arguments = ["bulk", str(source), "-o", str(coded), "--jobs", "1", "--wage-report"]
    assert main([*arguments, "WA", "--wage-report-columns", "SSN,Hours", "--policy", "time"]) == 3
    said = capsys.readouterr().err
    assert table(tmp_path / "coded.wage_report.WA.csv") == [
        ["SSN", "Hours", "soc_code"], ["078-05-1120", "480", "291141"],
    ]  # fmt: skip
    assert table(tmp_path / "coded.wage_report.WA.withheld.csv")[1:] == [
        ["2", "review"], ["3", "uncodable"],
    ]  # fmt: skip
    assert "not written, still under review (--include-review writes them): 1 (rows 2)" in said
    assert "078-05" not in said
    assert "Roe" not in said
    assert main([*arguments, "WV", "--include-review"]) == 3
    assert [row[0] for row in table(tmp_path / "coded.wage_report.WV.csv")] == [
        "Employee ID", "E1", "E2",
    ]  # fmt: skip
    assert main([*arguments, "WA", "--wage-report-columns", "Wages"]) == 2


def test_a_packed_payroll_in_an_old_encoding_with_commas_in_its_names(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, coded = tmp_path / "pay.csv.gz", tmp_path / "coded.csv"
    text = 'Id^"Name (Last, First)"^Job Title\n1^M\u00fcller^Registered Nurse\n'
    source.write_bytes(gzip.compress(text.encode("cp437")))
    columns = ["--wage-report-columns", '"Name (Last, First)", Id']
    given = ["--delimiter", "^", "--encoding", "cp437", "--jobs", "1"]
    arguments = ["bulk", str(source), "-o", str(coded), "--wage-report", "IN", *columns, *given]
    assert main(arguments) == 0
    assert table(tmp_path / "coded.wage_report.IN.csv") == [
        ["Name (Last, First)", "Id", "soc_code"], ["M\u00fcller", "1", "291141"],
    ]  # fmt: skip
    assert "M\u00fcller" not in capsys.readouterr().err


def test_the_six_states() -> None:
    assert sorted(states()) == ["AK", "IN", "LA", "SC", "WA", "WV"]


@pytest.mark.parametrize("rules", states().values(), ids=lambda rules: rules.state)
def test_every_fact_has_a_source_and_a_day_or_is_unverified(rules: StateRules) -> None:
    for fact in (rules.code_format, rules.title_instead, rules.combined_jobs):
        if fact.checked == UNVERIFIED:
            assert fact.source or not fact.note
        else:
            assert fact.source
            assert date.fromisoformat(fact.checked) <= date.today()
        if fact.as_of:
            assert date.fromisoformat(fact.as_of) <= date.fromisoformat(fact.checked)


@pytest.mark.parametrize("name", ["WA", "wa", " Washington ", "west  virginia"])
def test_states_are_found_by_abbreviation_or_name(name: str) -> None:
    assert rules_for(name).state in ("WA", "WV")


@pytest.mark.parametrize("name", ["TX", "", "W"])
def test_other_states_are_refused(name: str) -> None:
    with pytest.raises(InputError, match="knows AK, IN, LA, SC, WA, WV: name one"):
        rules_for(name)


@pytest.mark.parametrize(
    "text", ["not toml", '[WA]\nname = "x"', '[WA]\nname = "x"\nagency = "y"\nodd = "z"']
)
def test_a_damaged_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    path = tmp_path / "states.toml"
    path.write_text(text)
    monkeypatch.setattr("socoder.wage_report_states.TABLE", path)
    with pytest.raises(ReferenceDataError, match=r"states\.toml is damaged"):
        states.__wrapped__()


def test_the_docs_print_the_table() -> None:
    text = (Path(__file__).parents[1] / "docs" / "wage-reports.md").read_text(encoding="utf-8")
    for rules in states().values():
        (row,) = [row for row in text.splitlines() if row.startswith(f"| {rules.state} ")]
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        facts = (rules.code_format, rules.title_instead, rules.combined_jobs)
        shown = [
            f"{fact.value.replace('_', ' ')}{'' if fact.verified else ' (unverified)'}"
            for fact in facts
        ]
        assert cells[1:] == shown
