"""Codes of the last quarter that somebody settled stay, and what is new is listed."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from socoder.bulk.texts import lasting_key
from socoder.errors import InputError
from socoder.records import Job
from socoder.titles import normalise

from .conftest import Run

HEADER = "title,soc_code,soc_confidence,soc_status,soc_model,soc_final_code\n"


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_settled_codes_stay_and_changes_are_listed(bulk: Run, tmp_path: Path) -> None:
    previous = tmp_path / "last.csv"
    previous.write_text(
        HEADER
        + "Nurses,29-1141,0.91,accepted,old@1,\n"  # the same code as now
        + "Cook,35-2012,0.5,review,old@1,35-2012\n"  # a reviewer's: stays, would change
        + "Line cook,35-2012,0.5,review,old@1,\n"  # under review: not settled
        + "Chef,35-1011,0.9,accepted,old@1,\nCHEF,35-2014,0.9,accepted,old@1,\n"  # in conflict
        + "Baker,99-0000,0.9,accepted,old@1,\n"  # no code of the classification
    )
    summary = bulk(
        "Title\nnurse\nCook\nCOOK\nLine cook\nChef\nBaker\nPilot\nPilot\n", previous=previous
    )
    found = rows(tmp_path / "out.csv")
    got = [(row["soc_code"], row["soc_status"], row["soc_reasons"]) for row in found]
    assert got[0] == ("29-1141", "accepted", "carried_forward")
    assert got[1] == got[2] == ("35-2012", "reviewed", "carried_forward")
    assert (found[0]["soc_confidence"], found[0]["soc_model"]) == ("0.91", "old@1")
    assert found[1]["soc_title"] == "Cooks, Institution and Cafeteria"
    assert {got[i][1] for i in (3, 4, 5, 6)} == {"review"}
    listed = rows(tmp_path / "out.csv.changes.csv")
    assert [(r["change"], r["first_row"], r["rows"], r["title"]) for r in listed] == [
        ("would_change", "2", "1", "Cook"),
        ("would_change", "3", "1", "COOK"),
        ("new", "4", "1", "Line cook"),
        ("conflict", "5", "1", "Chef"),
        ("new", "6", "1", "Baker"),
        ("new", "7", "2", "Pilot"),
    ]
    assert (listed[0]["old_code"], listed[0]["new_code"]) == ("35-2012", "35-2014")
    assert summary.carried_rows == 3
    assert summary.changes == {"new": 3, "would_change": 2, "conflict": 1}
    assert sum(summary.statuses.values()) == summary.rows == 8


@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet"])
def test_an_output_is_the_next_quarters_previous_file(bulk: Run, tmp_path: Path, kind: str) -> None:
    source = "Job Title,Department\nNurse,A\nCook,B\n,\n"
    bulk(source, target=f"first.{kind}")
    summary = bulk(source, target="second.csv", previous=tmp_path / f"first.{kind}")
    assert summary.carried_rows == 1
    assert summary.changes == {"new": 2, "would_change": 0, "conflict": 0}
    assert rows(tmp_path / "second.csv")[0]["soc_confidence"] == "0.97"


def test_a_file_that_nobody_coded_is_one_line(bulk: Run, tmp_path: Path) -> None:
    (tmp_path / "last.csv").write_text("title\nNurse\n")
    with pytest.raises(InputError, match="no column soc_status"):
        bulk("title\nNurse\n", previous=tmp_path / "last.csv")
    with pytest.raises(InputError, match="there is no such file"):
        bulk("title\nNurse\n", previous=tmp_path / "none.csv")


@pytest.mark.parametrize(
    "title", ["Nurses & Aides", "R.N.", "Café-Cook", "  x ", "Labour Foremen", ""]
)
def test_titles_are_the_same_that_the_title_clean_up_calls_the_same(title: str) -> None:
    plain = normalise(title)
    assert lasting_key(Job(title)) == lasting_key(Job(plain))
    assert (lasting_key(Job(title)) == lasting_key(Job("nurse and aide"))) == (
        plain == "nurse and aide"
    )


def test_an_export_of_the_desk_settles_what_its_final_code_says(bulk: Run, tmp_path: Path) -> None:
    previous = tmp_path / "reviewed.csv"
    previous.write_text(
        "title,soc_code,soc_status,soc_final_code,soc_final_source\n"
        "Baker,51-3011,accepted,51-3011,machine\n"  # nobody looked at it
        "Cook,35-2014,review,35-2012,double_review\n"
        "Pilot,53-2012,accepted,,review\n"  # people found nothing to code
        "Welder,51-4121,accepted,,open\n"  # somebody must still look
        "Nurse,29-1141,review,29-1140,review\n"  # a broad occupation
    )
    summary = bulk("Title\nBaker\nCook\nPilot\nWelder\nNurse\n", previous=previous)
    got = [(r["soc_code"], r["soc_status"], r["soc_reasons"]) for r in rows(tmp_path / "out.csv")]
    assert got[0] == ("51-3011", "accepted", "carried_forward")
    assert got[1] == ("35-2012", "reviewed", "carried_forward")
    assert [reasons for _, _, reasons in got[2:]] == ["low_confidence|small_margin"] * 2 + [""]
    assert summary.carried_rows == 2
    assert "previous file: 1 settled codes are no detailed SOC 2018 codes, left out" in (
        summary.notes
    )
