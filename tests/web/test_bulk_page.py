"""The Bulk page without a browser: upload, progress, download, on to the desk; and refusals."""

from __future__ import annotations

import csv
import io
import re
import time
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from socoder.errors import InputError
from socoder.web.jobs import Jobs

from .test_uploads import workbook

FORMULA = "=cmd|' /C calc'!A0"
TABLE = (
    "Employee,SSN,Job Title,Note\n"
    f"Ada Zebrowski,078-05-1120,Registered Nurse,=1+1\n"
    f'Ben Quux,078-05-1121,"{FORMULA}",\n'
    "Cy Vole,078-05-1122,<script>alert(1)</script>,x\n"
    "Di Wren,078-05-1123,Job Coach,x\n"
)  # fmt: skip


def upload(client: TestClient, content: bytes, name: str = "pay.csv", **fields: str) -> str:
    """Upload a table; the address of its job."""
    answer = client.post(
        "/bulk", data=fields, files={"table": (name, content)}, follow_redirects=False
    )
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def finished(client: TestClient, address: str, seconds: float = 300.0) -> str:
    """The page of a job that is over."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        page = client.get(address).text
        if "data-poll" not in page:
            return page
        time.sleep(0.3)
    raise AssertionError("the job did not end")


def test_a_table_goes_up_and_comes_back_coded_and_goes_on_to_the_desk(client: TestClient) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    address = upload(client, TABLE.encode(), "../../my pay.csv", format=".xlsx")
    page = finished(client, address)
    assert "Download the coded table" in page and "my pay.csv" in page
    answer = client.get(f"{address}/result")
    assert answer.headers["content-disposition"].endswith("my%20pay-coded.xlsx")
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows())
    assert [cell.value for cell in rows[0]][:5] == [
        "Employee",
        "SSN",
        "Job Title",
        "Note",
        "soc_code",
    ]
    assert rows[1][4].value == "29-1141" and rows[4][4].value == "21-1015"
    formulas = [cell for row in rows for cell in row if cell.data_type == "f"]
    assert formulas == [] and rows[2][2].value == FORMULA
    sent = client.post(f"{address}/review")
    assert "wait at the desk" in sent.text
    assert "at the desk already" in client.post(f"{address}/review").text
    client.post("/sign-in", data={"name": "Ada"})
    seen = "".join(client.get("/review").text for _ in range(2)) + client.get("/progress").text
    for private in ("Zebrowski", "078-05", "Quux"):
        assert private not in seen and private not in page
    client.post(f"{address}/remove")
    assert client.get(f"{address}/result").status_code == 422
    folder: Path = client.app.state.folder.path  # type: ignore[attr-defined]
    assert list(folder.iterdir()) == []


def test_a_csv_keeps_its_rows_and_gets_its_codes(client: TestClient) -> None:
    address = upload(client, TABLE.encode(), drop_personal="1")
    page = finished(client, address)
    rows = list(csv.DictReader(io.StringIO(client.get(f"{address}/result").text)))
    assert len(rows) == 4 and rows[0]["soc_code"] == "29-1141"
    assert not {"Employee", "SSN"} & set(rows[0])
    assert "<script>alert" not in page
    assert client.get(f"{address}/summary").json()["rows"] == 4


def test_a_table_without_titles_fails_in_a_line(client: TestClient) -> None:
    page = finished(client, upload(client, b"Colour,Weight\nred,12\n"))
    assert 'role="alert"' in page and "Traceback" not in page and "table.csv" not in page


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("pay.xlsx", workbook({"xl/worksheets/sheet1.xml": b"0" * 50_000_000})),
        ("pay.csv", b"MZ\x90\x00"),
        ("pay.csv", b""),
        ("pay.xlsx", b"PK\x03\x04 nothing"),
        ("../../pay.csv", b"%PDF-1.7"),
    ],
)
def test_what_is_no_table_is_refused_and_leaves_nothing(
    client: TestClient, name: str, content: bytes
) -> None:
    answer = client.post("/bulk", files={"table": (name, content)})
    assert answer.status_code == 422 and 'role="alert"' in answer.text
    folder: Path = client.app.state.folder.path  # type: ignore[attr-defined]
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("fields", [{"policy": "magic"}, {"format": ".exe"}, {"sheet": "x" * 300}])
def test_impossible_options_are_refused(client: TestClient, fields: dict[str, str]) -> None:
    answer = client.post("/bulk", data=fields, files={"table": ("a.csv", TABLE.encode())})
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "path", ["/bulk/nothing", "/bulk/nothing/result", "/bulk/..%2f..%2fetc/result"]
)
def test_unknown_jobs_are_not_there(client: TestClient, path: str) -> None:
    assert client.get(path).status_code in (404, 422)


def test_a_part_is_a_word_and_no_path(client: TestClient) -> None:
    address = upload(client, TABLE.encode())
    finished(client, address)
    for part in ("..%2Fupload", "%2e%2e%2f%2e%2e%2fetc%2fpasswd", "upload", ".summary.json"):
        assert client.get(f"{address}/{part}").status_code in (404, 422)


def test_jobs_are_listed_to_their_owner_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Jobs, "_run", lambda *_: None)
    jobs = Jobs(tmp_path)
    one = jobs.add(io.BytesIO(TABLE.encode()), "one.csv", {}, owner="ada")
    jobs.add(io.BytesIO(TABLE.encode()), "two.csv", {}, owner="ben")
    assert jobs.listed("ada") == [one] and len(jobs.listed(None)) == 2
    assert re.fullmatch(r"[\w-]{20,}", one.id)
    jobs.close()


def test_too_many_waiting_tables_are_refused_and_finished_ones_give_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Jobs, "_run", lambda *_: None)
    jobs = Jobs(tmp_path)
    made = [jobs.add(io.BytesIO(b"Title\nCook\n"), f"{i}.csv", {}) for i in range(20)]
    with pytest.raises(InputError, match="too many"):
        jobs.add(io.BytesIO(b"Title\nCook\n"), "more.csv", {})
    made[0].state = "done"
    jobs.add(io.BytesIO(b"Title\nCook\n"), "more.csv", {})
    with pytest.raises(InputError):
        jobs.get(made[0].id)
    assert not made[0].folder.exists()
    jobs.close()


def test_a_finished_job_is_removed_after_a_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Jobs, "_run", lambda *_: None)
    jobs = Jobs(tmp_path)
    old, new = (jobs.add(io.BytesIO(b"Title\nCook\n"), f"{i}.csv", {}) for i in range(2))
    old.state = new.state = "done"
    old.made -= 24 * 3600 + 1
    assert jobs.listed(None) == [new] and not old.folder.exists() and new.folder.exists()
    jobs.close()


def test_a_removed_job_stops_its_process(client: TestClient) -> None:
    address = upload(client, b"Title\n" + b"".join(b"Cook %d\n" % i for i in range(20_000)))
    end = time.monotonic() + 120
    while "Coding:" not in client.get(address).text and time.monotonic() < end:
        time.sleep(0.05)
    client.post(f"{address}/remove")
    jobs: Jobs = client.app.state.jobs  # type: ignore[attr-defined]
    while jobs._processes and time.monotonic() < end:
        time.sleep(0.05)
    folder: Path = client.app.state.folder.path  # type: ignore[attr-defined]
    while list(folder.iterdir()) and time.monotonic() < end:
        time.sleep(0.05)
    assert jobs._processes == {} and list(folder.iterdir()) == []
