from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from socoder.cli import evaluate as module
from socoder.cli import main
from socoder.errors import SocoderError

Captured = pytest.CaptureFixture[str]
REPORT: dict[str, Any] = {
    "postings": {
        "rows": 1053,
        "levels": {
            level: {"top_1": 0.5, "top_3": 0.625, "top_5": 0.75, "top_10": 1.0}
            for level in ("detailed", "broad", "minor", "major")
        },
        "top_1_interval": [0.4, 0.6],
        "best_constant": 0.125,
        "macro_average": 0.375,
        "calibration_error": 0.0625,
        "accepted": 0.25,
        "accepted_right": None,
        "by_major": {
            "29-0000": {
                "title": "Healthcare Practitioners and Technical Occupations", "rows": 1050,
                "top_1": 0.5, "top_1_interval": [0.4, 0.6], "major": 0.75,
            },
            "55-0000": {
                "title": "Military Specific Occupations", "rows": 3,
                "top_1": 1.0, "top_1_interval": [1.0, 1.0], "major": 1.0,
            },
        },
        "confusions": [
            {"gold": "29-1141", "gold_title": "Registered Nurses", "given": "", "given_title": "",
             "rows": 12},
            {"gold": "29-1141", "gold_title": "Registered Nurses", "given": "29-1171",
             "given_title": "Nurse Practitioners", "rows": 1},
        ],
    }
}  # fmt: skip


@pytest.fixture
def asked(fake: Any, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """An evaluation that notes what it was asked and gives REPORT."""
    seen: dict[str, Any] = {}

    def code_sets(
        coder: Any,
        folder: Path,
        names: list[str],
        folds: frozenset[int],
        progress: Callable[[str], None],
    ) -> list[str]:
        seen.update(folder=folder, names=names, folds=folds)
        progress("postings: coding 53 rows")
        return ["coded"]

    def write_report(folder: Path, coded: list[str], report: dict[str, Any], *_: Any) -> None:
        seen.update(written=folder, coded=coded, report=report)

    datasets = SimpleNamespace(SETS={"postings": None, "ooh_duties": None})
    report = SimpleNamespace(
        full_report=lambda coded, known: REPORT,
        write_report=write_report,
        require_plots=lambda: None,
    )
    run = SimpleNamespace(code_sets=code_sets)
    modules = {"run": run, "datasets": datasets, "report": report}
    fake.classification = fake.bundle = SimpleNamespace(info=None)
    monkeypatch.setattr(module, "load_coder", lambda *_: fake)
    monkeypatch.setattr(module, "evaluation", modules.__getitem__)
    return seen


def test_a_table_of_figures(asked: dict[str, Any], tmp_path: Path, capsys: Captured) -> None:
    assert main(["evaluate", "--sets", str(tmp_path)]) == 0
    out, err = capsys.readouterr()
    row, _ = [line for line in out.splitlines() if line.startswith("postings")]
    assert row.split() == [
        "postings", "1053", ".500", ".40-.60", ".625", ".750", "1.00", ".375", ".500", ".500",
        ".500", ".125", ".062", ".250", "-",
    ]  # fmt: skip
    assert (asked["names"], asked["folds"]) == (["postings", "ooh_duties"], frozenset({0}))
    assert "written" not in asked
    assert err == ""


def test_the_major_groups_and_the_worst_pairs(
    asked: dict[str, Any], tmp_path: Path, capsys: Captured
) -> None:
    assert main(["evaluate", "--sets", str(tmp_path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "29 Healthcare Practitioners…     .500" in lines
    assert not any(line.startswith("55 ") for line in lines)  # three rows are too few
    at = lines.index("postings: taken most often (rows) for")
    assert [" ".join(line.split()) for line in lines[at + 1 :]] == [
        "12 29-1141 Registered Nurses no code"  # a pair of one row is none to learn from
    ]


def test_figures_of_an_older_bundle_are_shown_as_far_as_they_go(capsys: Captured) -> None:
    new = REPORT["postings"]
    old = {key: new[key] for key in new if key not in ("macro_average", "by_major", "confusions")}
    old["levels"] = {
        level: {"top_1": 0.5, "top_5": 0.75, "top_10": 0.875} for level in new["levels"]
    }
    module.print_report({"postings": old})
    row = capsys.readouterr().out.splitlines()[1].split()
    assert row[1:8] == ["1053", ".500", ".40-.60", "-", ".750", ".875", "-"]


def test_a_narrow_terminal_gets_the_name_on_a_line_of_its_own(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "80")
    module.print_report(REPORT)
    module.print_groups(REPORT)
    module.print_confusions(REPORT)
    lines = capsys.readouterr().out.splitlines()
    assert lines[1] == "postings"
    assert max(map(len, lines)) <= 80
    monkeypatch.setenv("COLUMNS", "120")
    module.print_report(REPORT)
    assert capsys.readouterr().out.splitlines()[1].startswith("postings  1053")


def test_json_output_and_progress(asked: dict[str, Any], tmp_path: Path, capsys: Captured) -> None:
    target = tmp_path / "report"
    wanted = ["postings", "--sets", str(tmp_path), "--fold", "1", "--fold", "2"]
    assert main(["evaluate", *wanted, "--json", "-o", str(target), "--progress"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out) == REPORT == asked["report"]
    assert (asked["written"], asked["coded"]) == (target, ["coded"])
    assert err.splitlines() == [
        "socoder: folds other than 0 may have been trained on", "postings: coding 53 rows",
    ]  # fmt: skip
    assert (asked["names"], asked["folds"]) == (["postings"], frozenset({1, 2}))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "with --sets"),
        (["--sets", "/no/such/folder"], "no such folder"),
        (["titles", "--sets", "."], "no set titles: there are postings, ooh_duties"),
        (["--sets", ".", "--fold", "5"], "--fold"),
        (["--sets", ".", "--output", "/no/such/folder/report"], "the folder above it does not"),
        (["--sets", ".", "--output", __file__], "not a folder"),
    ],
)
def test_what_would_fail_later_is_said_at_once(
    asked: dict[str, Any], arguments: list[str], said: str, capsys: Captured
) -> None:
    assert main(["evaluate", *arguments]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert said in line
    assert asked == {}


def test_the_evaluation_of_a_checkout_is_found() -> None:
    assert module.evaluation("metrics").RANKS == (1, 3, 5, 10)


def test_the_evaluation_of_an_installed_package_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wheel carries the folder as socoder.evaluation; its modules import each other by
    relative names."""
    import evaluation
    import socoder

    folder = Path(evaluation.__file__).parent
    (tmp_path / "evaluation").symlink_to(folder)
    monkeypatch.setattr(socoder, "__path__", [*socoder.__path__, str(tmp_path)])
    before = set(sys.modules)
    try:
        found = module.evaluation("datasets")
        assert found.__name__ == "socoder.evaluation.datasets"
        assert found.fold_of.__module__ == "socoder.evaluation.folds"
    finally:
        for name in set(sys.modules) - before:
            if name.startswith("socoder.evaluation"):
                del sys.modules[name]


def test_without_the_evaluation_it_says_so() -> None:
    with pytest.raises(SocoderError, match="lacks the evaluation"):
        module.evaluation("nothing_of_that_name")
