from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from socoder.cli import evaluate as module
from socoder.cli import main
from socoder.errors import SocoderError

Captured = pytest.CaptureFixture[str]
REPORT = {
    "postings": {
        "rows": 1053,
        "levels": {
            level: {"top_1": 0.5, "top_5": 0.75, "top_10": 0.875}
            for level in ("detailed", "broad", "minor", "major")
        },
        "top_1_interval": [0.4, 0.6],
        "best_constant": 0.125,
        "calibration_error": 0.0625,
        "accepted": 0.25,
        "accepted_right": None,
    }
}


@pytest.fixture
def asked(fake: Any, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """An evaluation that notes what it was asked and gives REPORT."""
    seen: dict[str, Any] = {}

    def evaluate(
        coder: Any,
        folder: Path,
        names: list[str],
        folds: frozenset[int],
        progress: Callable[[str], None],
    ) -> dict[str, Any]:
        seen.update(folder=folder, names=names, folds=folds)
        progress("postings: coding 53 rows")
        return REPORT

    run, datasets = ModuleType("run"), ModuleType("datasets")
    run.evaluate = evaluate  # type: ignore[attr-defined]
    datasets.SETS = {"postings": None, "ooh_duties": None}  # type: ignore[attr-defined]
    modules = {"run": run, "datasets": datasets}
    monkeypatch.setattr(module, "load_coder", lambda *_: fake)
    monkeypatch.setattr(module, "evaluation", modules.__getitem__)
    return seen


def test_a_table_of_figures(asked: dict[str, Any], tmp_path: Path, capsys: Captured) -> None:
    assert main(["evaluate", "--sets", str(tmp_path)]) == 0
    out, err = capsys.readouterr()
    (row,) = [line for line in out.splitlines() if "postings" in line]
    assert row.split() == [
        "postings", "1,053", "0.500", "0.40-0.60", "0.750", "0.875", "0.500", "0.500", "0.500",
        "0.125", "0.062", "0.250", "-",
    ]  # fmt: skip
    assert (asked["names"], asked["folds"]) == (["postings", "ooh_duties"], frozenset({0}))
    assert err == ""


def test_a_narrow_terminal_gets_the_name_on_a_line_of_its_own(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "80")
    module.print_report(REPORT)
    lines = capsys.readouterr().out.splitlines()
    assert lines[1] == "postings"
    assert max(map(len, lines[:3])) <= 80
    monkeypatch.setenv("COLUMNS", "120")
    module.print_report(REPORT)
    assert capsys.readouterr().out.splitlines()[1].startswith("postings   1,053")


def test_json_output_and_progress(asked: dict[str, Any], tmp_path: Path, capsys: Captured) -> None:
    target = tmp_path / "report.json"
    wanted = ["postings", "--sets", str(tmp_path), "--fold", "1", "--fold", "2"]
    assert main(["evaluate", *wanted, "--json", "-o", str(target), "--progress"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out) == REPORT == json.loads(target.read_text(encoding="utf-8"))
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
        (["--sets", ".", "--output", "/no/such/folder/a.json"], "its folder does not exist"),
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
    assert module.evaluation("metrics").RANKS == (1, 5, 10)


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
