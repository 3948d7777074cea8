from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path

import pytest

from socoder.cli import main
from socoder.review.queue import decide, next_item
from socoder.review.records import Choice
from socoder.review.store import Store

Captured = pytest.CaptureFixture[str]
HEAD = ("Name", "Job Title", "soc_code", "soc_title", "soc_confidence", "soc_confidence_broad",
        "soc_confidence_minor", "soc_confidence_major", "soc_status", "soc_reasons",
        "soc_alternatives", "soc_role_tags", "soc_model")  # fmt: skip
ROWS = [
    ("Aide", "31-1122", "0.5", "review"), ("Aide", "31-1122", "0.5", "review"),
    ("Cook", "35-2014", "0.99", "accepted"), ("Coach", "21-1015", "0.4", "review"),
]  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with a coded file in it."""
    write(tmp_path / "coded.csv", ROWS)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(path: Path, rows: list[tuple[str, str, str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEAD)
        for title, code, share, status in rows:
            cells = (title, code, "", share, share, share, share, status, "", "", "", "default@1")
            writer.writerow(("Zebulon Quackenbush", *cells))


def ran(*arguments: str) -> int:
    return main(["review", *arguments])


def decide_all(code: str) -> None:
    store = Store.open("review.db")
    reviewer = store.named("Ann")
    while item := next_item(store, reviewer):
        decide(store, reviewer, item.id, Choice("choose", code))
    store.close()


def test_import_status_and_export(folder: Path, capsys: Captured) -> None:
    assert ran("import", "coded.csv", "--sample", "0", "--double", "0") == 0
    assert capsys.readouterr().out.splitlines() == [
        'coded.csv: 4 rows, 3 items (title "Job Title")',
        "  3 new, 2 to review, 0 decided already, 0 rows without a text, 0 rejected",
    ]
    assert ran("import", "coded.csv") == 0
    assert "imported before" in capsys.readouterr().out
    decide_all("31-1122")
    assert ran("status") == 0
    out = capsys.readouterr().out
    assert "done       2 items, 3 rows" in out
    assert "  Ann: 2" in out
    assert ran("export", "coded.csv", "-o", "out.xlsx") == 0
    assert capsys.readouterr().out == "out.xlsx: 4 rows (1 machine, 3 review)\n"
    assert (folder / "out.xlsx").is_file()
    assert ran("export", "coded.csv", "-o", "out.csv", "--socassign", "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"rows": {"machine": 1, "review": 3}}


def test_status_in_json_has_the_error_rate(folder: Path, capsys: Captured) -> None:
    ran("import", "coded.csv", "--sample", "1", "--double", "0")
    decide_all("31-1122")
    capsys.readouterr()
    assert ran("status", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["error_rate"]["rate"] == 1.0  # the cook was accepted as one
    assert found["error_rate"]["decided"] == 1
    assert found["counts"]["items"] == {"done": 3}
    assert found["batches"][0]["columns"] == {"title": ["Job Title", 2]}
    assert found["reliability"]
    assert ran("status") == 0
    assert "wrong: 1 = 100.0% of items (95 %: 20.7% to 100.0%)" in capsys.readouterr().out


def test_rows_that_are_rejected_end_with_3_and_show_no_text(folder: Path, capsys: Captured) -> None:
    write(folder / "bad.csv", [*ROWS, ("Secret Title", "99-9999", "0.5", "review")])
    assert ran("import", "bad.csv") == 3
    told = capsys.readouterr()
    assert "bad.csv, row 5: 99-9999 is not in SOC 2018" in told.err
    assert "Secret" not in told.out + told.err
    assert "Zebulon" not in told.out + told.err


def test_agreement(folder: Path, capsys: Captured) -> None:
    assert ran("import", "coded.csv", "--double", "1", "--sample", "0") == 0
    capsys.readouterr()
    assert ran("agreement") == 0
    assert "nothing to compare" in capsys.readouterr().out
    store = Store.open("review.db")
    for name in ("Ann", "Bob"):
        reviewer = store.named(name)
        while item := next_item(store, reviewer):
            decide(store, reviewer, item.id, Choice("choose", item.soc_code))
    assert ran("agreement", "--groups") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "reviewers"
    assert lines[1] == (
        "  detailed      2 pairs  percent 1.000 (1.000 to 1.000)  kappa 1.000 (1.000 to 1.000)"
        "  alpha 1.000 (1.000 to 1.000)"
    )
    assert "Ann x Bob" in lines
    assert "Ann x machine" in lines
    assert ran("agreement", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["Ann x Bob"]["levels"][3]["level"] == "major"


def test_learn_proposes_lists_applies_and_revokes(folder: Path, capsys: Captured) -> None:
    ran("import", "coded.csv", "--sample", "0", "--double", "0")
    assert ran("learn") == 2
    assert "review some first" in capsys.readouterr().err
    decide_all("31-1122")
    assert ran("learn") == 0
    out = capsys.readouterr().out
    assert "overrides      2 new or changed" in out
    assert "nothing is switched on" in out
    assert "not fitted: too few rows" in out
    assert ran("learn", "--list") == 0
    assert capsys.readouterr().out == "No override is in force.\n"
    assert ran("learn", "--apply") == 2
    assert "--by NAME" in capsys.readouterr().err
    assert ran("learn", "--apply", "--by", "Chief") == 0
    assert capsys.readouterr().out.splitlines() == [
        "switched on: 2 overrides",
        f"written for use: --overrides {Path('review-active') / 'overrides.csv'}",
    ]
    assert ran("learn", "--list") == 0
    assert "31-1122  Aide: Ann " in capsys.readouterr().out
    assert ran("learn", "--revoke", "AIDE", "--by", "Chief") == 0
    assert ran("learn", "--list", "--json") == 0
    out = capsys.readouterr().out
    assert [row["title"] for row in json.loads(out[out.index("[") :])] == ["Coach"]
    assert ran("learn", "--list", "--apply", "--by", "Chief") == 2


def test_a_reviewer_gets_a_token_on_standard_output_alone(folder: Path, capsys: Captured) -> None:
    assert ran("add-reviewer", "Ann", "--adjudicator") == 0
    told = capsys.readouterr()
    assert "not shown again" in told.err
    reviewer = Store.open("review.db").sign_in(told.out.strip())
    assert (reviewer.name, reviewer.adjudicator) == ("Ann", True)


def test_errors_are_one_line(folder: Path, capsys: Captured) -> None:
    for arguments, message in (
        (("status", "-d", "missing.db"), "no such review database"),
        (("import", "missing.csv"), "no such file"),
        (("import", "coded.csv", "--sample", "7"), "a share lies between 0 and 1"),
        (("export", "coded.csv", "-o", "out.csv"), "no such review database"),
    ):
        assert ran(*arguments) == 2
        err = capsys.readouterr().err
        assert message in err
        assert err.count("\n") == 1
    assert [path.name for path in folder.iterdir()] == ["coded.csv"]  # and no empty database
    assert ran("import", "coded.csv") == 0
    (folder / "other.csv").write_text("Job Title\nCook\n")
    assert ran("export", "other.csv", "-o", "out.csv") == 2
    assert "not among the imported files" in capsys.readouterr().err
    assert ran("import", "missing.csv") == 2
    assert (folder / "review.db").is_file()  # one that is there stays


def test_a_file_that_is_damaged_half_way_makes_no_database(folder: Path, capsys: Captured) -> None:
    packed = gzip.compress((folder / "coded.csv").read_bytes() + b"Z,Cook,35-2014\n" * 10**6)
    (folder / "coded.csv.gz").write_bytes(packed[: len(packed) // 2])
    assert ran("import", "coded.csv.gz") == 2
    assert "damaged or cut short" in capsys.readouterr().err
    assert not (folder / "review.db").exists()
