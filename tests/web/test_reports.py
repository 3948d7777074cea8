"""The Reports page and its API without a browser: tables in, the report out; and refusals."""

from __future__ import annotations

import io
import re
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from socoder.errors import InputError
from socoder.reports.report import Column, Report, Table
from socoder.web import report_forms, report_jobs
from socoder.web.report_forms import REPORTS, report_options
from socoder.web.report_jobs import ReportJobs
from socoder.web.report_worker import MOST_ROWS, shortened, work

from .conftest import ROOT
from .test_uploads import workbook

PROVIDER = ROOT / "docs/samples/provider"
CODED, SERVICES = PROVIDER / "reviewed.csv", PROVIDER / "services.csv"
ATTACK = "<script>alert(1)</script>"
SMALL = (
    "site,program,headcount,soc_code,soc_status,soc_role_tags\n"
    + "".join(f"{site},Homes,7,31-1122,accepted,direct_support_professional\n" for site in "AB")
    + f"{ATTACK},Homes,9,29-1141,accepted,\n"
).encode()


def send(client: TestClient, kind: str, files: dict[str, Any], **fields: str) -> str:
    """Send a form of the Reports page; the address of the report."""
    answer = client.post(f"/reports/{kind}", data=fields, files=files, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def finished(client: TestClient, address: str) -> str:
    """The page of a report that is over."""
    end = time.monotonic() + 300
    while time.monotonic() < end:
        page = client.get(address).text
        if "data-poll" not in page:
            return page
        time.sleep(0.2)
    raise AssertionError("the report did not end")


def folder_of(client: TestClient) -> Path:
    found: Path = client.app.state.folder.path  # type: ignore[attr-defined]
    return found


def highspy() -> None:
    pytest.importorskip("highspy", reason="small groups are kept safe with highspy")


def test_a_workforce_report_is_a_page_and_files_and_its_table_is_gone(client: TestClient) -> None:
    highspy()
    address = send(
        client, "workforce", {"coded": ("my staff.csv", CODED.read_bytes())}, by="program"
    )
    page = finished(client, address)
    assert "400 workers by SOC 2018 occupation" in page and "Personal Care Aides" in page
    assert '<abbr title="suppressed">s</abbr>' in page
    assert "For you alone" in page and "the code is not decided yet" in page
    whole = client.get(f"{address}/html")
    assert whole.headers["content-disposition"].endswith("my%20staff-workforce.html")
    assert "400 workers" in whole.text and "the code is not decided yet" not in whole.text
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{address}/xlsx").content))
    assert "status" in book.sheetnames
    with zipfile.ZipFile(io.BytesIO(client.get(f"{address}/csv").content)) as tables:
        assert "workforce-status.csv" in tables.namelist()
    assert client.get(f"{address}/proposal").status_code == 422
    assert [path.name for path in folder_of(client).rglob("coded*")] == []
    client.post(f"{address}/remove")
    assert list(folder_of(client).iterdir()) == []
    assert client.get(f"{address}/html").status_code == 422


def test_a_funding_report_has_every_cent_and_next_years_budget(client: TestClient) -> None:
    files = {
        "services": ("billed.csv", SERVICES.read_bytes()),
        "coded": ("staff.csv", CODED.read_bytes()),
    }
    page = finished(
        client, send(client, "funding", files, split="time", budget="1", benefits="22", coding="1")
    )
    assert "billed.csv and staff.csv: $17,504,606.58" in page
    assert "17,094,083" not in page  # without benefits and raise
    assert "What each service must pay for labor next year" in page and "Findings" in page


def test_a_budget_counts_the_benefits(client: TestClient) -> None:
    files = {"services": ("b.csv", SERVICES.read_bytes()), "coded": ("s.csv", CODED.read_bytes())}
    given = {"budget": "1", "raise": "3", "benefits": "22", "coding": "1"}
    assert "17,094,083" in finished(client, send(client, "funding", files, **given))


def test_service_codes_of_ones_own_are_taken(client: TestClient) -> None:
    files = {
        "services": ("b.csv", b"service_code,amount,program\nT2016,100.01,Homes\n"),
        "coded": ("s.csv", SMALL),
        "crosswalk": ("own.toml", b"this is = no toml ["),
    }
    page = finished(client, send(client, "funding", files, split="code"))
    assert "is not TOML" in page and "crosswalk.toml" not in page


def test_a_roles_report_comes_with_the_evidence_for_a_code(client: TestClient) -> None:
    highspy()
    role = "direct_support_professional"
    address = send(client, "roles", {"coded": ("s.csv", SMALL)}, proposal=role)
    assert "Roles that the SOC does not name" in finished(client, address)
    with zipfile.ZipFile(io.BytesIO(client.get(f"{address}/proposal").content)) as archive:
        assert archive.namelist()[0] == f"{role}.md"
        assert "14 workers" in archive.read(f"{role}.md").decode()


def test_a_title_map_says_what_to_write(client: TestClient) -> None:
    table = b"title,site,headcount\nRegistered Nurse,A,2\nJob Coach,B,1\n"
    page = finished(client, send(client, "map", {"coded": ("titles.csv", table)}))
    assert "titles.csv: 2 titles" in page and "29-1141" in page


def test_everything_in_a_table_is_escaped(client: TestClient) -> None:
    highspy()
    page = finished(client, send(client, "workforce", {"coded": (f"{ATTACK}.csv", SMALL)}))
    assert "<script>alert" not in page and "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert " style=" not in page and "<style" not in page  # the policy allows neither


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"title,site\nCook,A\n", "no column soc_code"), (b"soc_code\n\n", "no row")],
)
def test_a_table_that_does_not_do_fails_in_a_line(
    client: TestClient, content: bytes, says: str
) -> None:
    highspy()
    page = finished(client, send(client, "workforce", {"coded": ("x.csv", content)}))
    assert says in page and 'role="alert"' in page
    assert "coded.csv" not in page and "Traceback" not in page
    assert [path.name for path in folder_of(client).rglob("coded*")] == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xlsx", workbook({"xl/worksheets/sheet1.xml": b"0" * 50_000_000})),
        ("a.csv", b"MZ\x90\x00"),
        ("a.csv", b""),
        ("../../a.csv", b"%PDF-1.7"),
    ],
)
def test_what_is_no_table_is_refused_and_leaves_nothing(
    client: TestClient, name: str, content: bytes
) -> None:
    answer = client.post("/reports/workforce", files={"coded": (name, content)})
    assert answer.status_code == 422 and "The table of positions: " in answer.text
    assert list(folder_of(client).iterdir()) == []


def test_a_missing_table_and_an_unknown_report_are_said(client: TestClient) -> None:
    answer = client.post("/reports/funding", files={"coded": ("a.csv", SMALL)})
    assert answer.status_code == 422 and "table of services was not chosen" in answer.text
    assert client.get("/reports/secrets").status_code == 422
    assert client.get("/reports/made/nothing").status_code == 422
    assert client.get("/reports/made/..%2f..%2fetc/html").status_code in (404, 422)
    assert list(folder_of(client).iterdir()) == []


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("workforce", {"by": "name"}),
        ("workforce", {"threshold": "2"}),
        ("workforce", {"threshold": "٣"}),
        ("roles", {"threshold": "1e9"}),
        ("roles", {"proposal": "../../etc"}),
        ("funding", {"split": "magic"}),
        ("funding", {"hours": "nan"}),
        ("funding", {"raise": "-100"}),
        ("workforce", {"state": "NY"}),  # of what, without published wages
        ("workforce", {"state": "XX", "wages": "1"}),
        ("workforce", {"sheet": "x" * 201}),
    ],
)
def test_impossible_options_are_refused(kind: Any, fields: dict[str, str]) -> None:
    with pytest.raises(InputError):
        report_options(REPORTS[kind], fields)


def test_per_cents_become_shares_and_named_columns_are_kept() -> None:
    given = {"raise": "3,5", "benefits": "22 %", "column_site": " House ", "column_name": "x"}
    options = report_options(REPORTS["funding"], given)
    assert options["rise"] == 0.035 and options["benefits"] == 0.22
    assert options["columns"] == {"site": "House"}


def test_a_form_says_which_extras_are_missing(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(report_forms._EXTRAS, "wages", ("no_such_module",))
    page = client.get("/reports/workforce").text
    assert "socoder[wages]" in page
    assert re.search(r'name="wages" value="1" disabled', page)
    assert "socoder[wages]" not in client.get("/reports/map").text


def test_a_report_that_takes_too_long_is_stopped(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ReportJobs, "longest", 0.05)
    page = finished(client, send(client, "workforce", {"coded": ("s.csv", SMALL)}))
    assert "took longer than 10 minutes and was stopped" in page
    assert list(folder_of(client).rglob("coded*")) == []


def test_too_large_service_codes_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report_jobs, "MOST_CROSSWALK", 10)
    line = ReportJobs(tmp_path)
    files = {
        "coded": ("a.csv", io.BytesIO(SMALL)),
        "services": ("b.csv", io.BytesIO(b"service_code,amount\nT2016,1\n")),
        "crosswalk": ("c.toml", io.BytesIO(b"x" * 11)),
    }
    with pytest.raises(InputError, match="too large"):
        line.add(REPORTS["funding"], files, {})
    assert list(tmp_path.iterdir()) == []
    line.close()


def test_a_fault_is_told_without_a_word_of_the_table(tmp_path: Path) -> None:
    order = {"kind": "workforce", "folder": str(tmp_path), "coded": ATTACK, "options": {}}
    end = work(order, lambda _: None)
    assert end == {"error": report_jobs.FAULT}


def test_long_tables_are_cut_on_the_page_only() -> None:
    rows = tuple((str(i),) for i in range(MOST_ROWS + 5))
    whole = Report("x", "X", "", (Table("a", "A", (Column("c"),), rows, "Note."),))
    (cut,) = shortened(whole).tables
    assert len(cut.rows) == MOST_ROWS and "305 rows" in cut.note and cut.note.endswith("Note.")
    assert shortened(replaced(whole, rows[:3])) == replaced(whole, rows[:3])


def replaced(report: Report, rows: Any) -> Report:
    (table,) = report.tables
    return Report("x", "X", "", (Table("a", "A", table.columns, rows, "Note."),))


def test_the_api_makes_a_report(client: TestClient) -> None:
    highspy()
    made = client.post(
        "/api/v1/reports",
        data={"kind": "workforce", "by": "none", "wages": "false", "plots": "false"},
        files={"coded": ("s.csv", SMALL)},
    )
    assert made.status_code == 202, made.text
    address = f"/api/v1/reports/{made.json()['id']}"
    end = time.monotonic() + 120
    while (state := client.get(address).json())["state"] in ("waiting", "running"):
        assert time.monotonic() < end
        time.sleep(0.1)
    assert state["files"] == ["html", "xlsx", "csv"] and state["title"] == "Workforce by occupation"
    assert "23 workers" in client.get(f"{address}/html").text
    assert client.get(f"{address}/proposal").status_code == 404
    assert client.delete(address).status_code == 204
    assert client.get(address).status_code == 404


def test_reports_of_others_are_not_listed(
    make_app: Callable[..., FastAPI], monkeypatch: Any
) -> None:
    monkeypatch.setattr(ReportJobs, "_run", lambda *_: None)
    app = make_app(host="0.0.0.0", token="a token of some length", allowed_hosts=("s.example",))
    with TestClient(app, base_url="http://s.example") as one:
        one.post("/sign-in", data={"token": "a token of some length"})
        send(one, "workforce", {"coded": ("mine.csv", SMALL)})
        assert "mine.csv" in one.get("/reports").text
        other = TestClient(app, base_url="http://s.example")
        other.post("/sign-in", data={"token": "a token of some length"})
        assert "mine.csv" not in other.get("/reports").text
