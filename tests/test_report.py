"""The written report: all files are there, and only one of them quotes the sets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evaluation.report import full_report, require_plots, write_report
from evaluation.run import CodedSet
from socoder.coder import Coder
from socoder.errors import MissingExtraError


def test_without_matplotlib_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evaluation.report.find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match=r"socoder\[plots\]"):
        require_plots()


@pytest.fixture(scope="module")
def written(
    coder: Coder, coded_sets: list[CodedSet], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    pytest.importorskip("matplotlib")
    folder = tmp_path_factory.mktemp("evaluation") / "report"
    report = full_report(coded_sets, coder.classification)
    paths = write_report(
        folder, coded_sets, report, coder.classification, coder.bundle.info, frozenset({0})
    )
    assert sorted(paths) == sorted(folder.iterdir())
    return folder


def test_a_report_has_figures_tables_plots_and_examples(
    written: Path, coded_sets: list[CodedSet]
) -> None:
    figures = json.loads((written / "figures.json").read_text(encoding="utf-8"))
    page = (written / "report.md").read_text(encoding="utf-8")
    for coded in coded_sets:
        assert (written / f"confusion_{coded.name}.png").is_file()
        assert f"## {coded.name}\n" in page
        assert figures[coded.name]["rows"] == len(coded.rows)
        assert sum(own["rows"] for own in figures[coded.name]["by_major"].values()) >= len(
            coded.rows
        )
    assert "census_index_titles: new title" in figures
    assert "| 29 Healthcare Practitioners and Technical Occupations |" in page


def test_only_the_examples_quote_the_sets(
    written: Path, coded_sets: list[CodedSet], coder: Coder
) -> None:
    # Short titles and those that are parts of official ones ("Cashier") prove nothing.
    official = " ".join(coder.classification.title(code) for code in coder.classification.detailed)
    titles = {row.job.title for coded in coded_sets for row in coded.rows}
    telling = {title for title in titles if len(title) > 12 and title not in official}
    assert len(telling) > 3000

    def quoted(name: str) -> set[str]:
        text = (written / name).read_text(encoding="utf-8")
        return {title for title in telling if title in text}

    assert not quoted("report.md")
    assert not quoted("figures.json")
    assert len(quoted("examples.md")) > 50
