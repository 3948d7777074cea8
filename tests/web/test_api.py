"""The JSON API: what it answers, and that no request at all can make it fail."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from starlette.testclient import TestClient

from socoder.cli.code import schema_file
from socoder.coder import Coder
from socoder.records import Job
from socoder.review.store import Store
from socoder.web.jobs import Jobs
from socoder.web.report_jobs import ReportJobs

from .conftest import POSTING

ADA = {"x-reviewer": "Ada"}


def test_a_coding_is_the_published_object(client: TestClient, coder: Coder) -> None:
    import jsonschema

    body = {"title": "Direct Support Professional", "text": POSTING, "top": 4}
    whole = client.post("/api/v1/code", json=body).json()
    jsonschema.validate(whole, json.loads(schema_file().read_text()))
    job = Job(title=body["title"], text=POSTING.strip())  # type: ignore[arg-type]
    assert whole["soc_code"] == coder.code(job).soc_code and len(whole["alternatives"]) == 4


def test_shares_can_be_stated(client: TestClient) -> None:
    body: dict[str, Any] = {"text": POSTING, "time_shares": {"3": 0.85}}
    duties = client.post("/api/v1/code", json=body).json()["duties"]
    assert duties[3]["time_share"] == 0.85 and duties[3]["time_source"] == "stated"
    body["time_shares"] = {"99": 0.5}
    assert client.post("/api/v1/code", json=body).status_code == 422


def test_questions_can_be_answered(client: TestClient) -> None:
    body: dict[str, Any] = {"title": "Direct Support Professional"}
    first = client.post("/api/v1/code", json=body).json()
    asked = next(q for q in first["questions"] if q["about"] == "39-9032")
    body["answers"] = {asked["id"]: "80", "no.such.question": "1"}
    after = client.post("/api/v1/code", json=body).json()
    assert after["soc_code"] == "39-9032" != first["soc_code"]
    body["answers"] = {asked["id"]: "most"}
    assert client.post("/api/v1/code", json=body).status_code == 422


def test_the_answer_does_not_depend_on_what_was_coded_before(client: TestClient) -> None:
    body = {"text": POSTING}
    first = client.post("/api/v1/code", json=body).content
    client.post("/api/v1/code", json={"title": "Welder"})
    assert client.post("/api/v1/code", json=body).content == first


def test_codes_are_searched_and_described(client: TestClient) -> None:
    found = client.get(
        "/api/v1/soc/search", params={"q": "home health aides", "level": "detailed"}
    ).json()
    assert found[0]["code"] == "31-1121"
    assert client.get("/api/v1/soc/31-1121").json()["title"] == "Home Health Aides"
    assert client.get("/api/v1/soc/99-9999").status_code == 404


def test_health(client: TestClient) -> None:
    for path in ("/health", "/api/v1/health"):
        assert client.get(path).json()["status"] == "ok"


def test_no_page_of_the_description_loads_from_elsewhere(client: TestClient) -> None:
    for path in ("/docs", "/redoc"):
        assert client.get(path).status_code == 404
    assert client.get("/api/v1/openapi.json").json()["openapi"].startswith("3.1")


@pytest.fixture
def desk(make_app: Callable[..., FastAPI], database: str) -> Iterator[TestClient]:
    with TestClient(make_app(database=database), base_url="http://127.0.0.1:8765") as made:
        yield made


def test_an_item_is_taken_decided_and_taken_back(desk: TestClient) -> None:
    item = desk.post("/api/v1/review/next", json={}, headers=ADA).json()["item"]
    address = f"/api/v1/review/items/{item['id']}"
    assert desk.get(address, headers=ADA).json()["title"] == item["title"]
    made = desk.post(
        f"{address}/decisions", json={"kind": "choose", "code": "21-1093"}, headers=ADA
    )
    assert made.status_code == 201 and made.json()["authenticated"] is False
    assert desk.get("/api/v1/review/recent", headers=ADA).json()[0]["id"] == made.json()["id"]
    back = desk.post("/api/v1/review/undo", json={"decision": made.json()["id"]}, headers=ADA)
    assert back.json()["undoes"] == made.json()["id"]
    assert desk.post("/api/v1/review/undo", json={}, headers=ADA).status_code == 409


def test_no_item_goes_to_two_people(desk: TestClient) -> None:
    item = desk.post("/api/v1/review/next", json={}, headers=ADA).json()["item"]
    other = desk.post("/api/v1/review/next", json={}, headers={"x-reviewer": "Ben"}).json()["item"]
    assert other["id"] != item["id"]
    address = f"/api/v1/review/items/{item['id']}/decisions"
    taken = desk.post(address, json={"kind": "no_code"}, headers={"x-reviewer": "Ben"})
    assert taken.status_code == 409


def test_the_desk_wants_to_know_who_decides(desk: TestClient, database: str) -> None:
    assert desk.post("/api/v1/review/next", json={}).status_code == 401
    assert desk.get("/api/v1/review/progress").status_code == 401
    store = Store.open(database)
    token = store.add_reviewer("Grace")
    store.close()
    assert (
        desk.post("/api/v1/review/next", json={}, headers={"x-reviewer": "Grace"}).status_code
        == 401
    )
    proved = {"authorization": f"Bearer {token}"}
    item = desk.post("/api/v1/review/next", json={}, headers=proved).json()["item"]
    address = f"/api/v1/review/items/{item['id']}/decisions"
    made = desk.post(address, json={"kind": "no_code"}, headers=proved).json()
    assert made["reviewer"] == "Grace" and made["authenticated"] is True


def test_without_a_store_there_is_nothing_to_review(client: TestClient) -> None:
    assert client.post("/api/v1/review/next", json={}, headers=ADA).status_code == 404


def test_no_request_makes_the_api_fail(
    make_app: Callable[..., FastAPI], database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Requests made up from the API's own description: valid ones are answered as described, all
    others are refused as described, none is a fault."""
    schemathesis = pytest.importorskip("schemathesis")
    from hypothesis import strategies as st
    from schemathesis import GenerationMode
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi.checks import (
        content_type_conformance,
        response_schema_conformance,
        status_code_conformance,
    )

    for line in (Jobs, ReportJobs):  # uploads wait in line, nothing is started
        monkeypatch.setattr(line, "_run", lambda *_: None)
    app = make_app(database=database, allowed_hosts=("testserver",))
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", app)
    checks = (
        not_a_server_error, status_code_conformance, content_type_conformance,
        response_schema_conformance,
    )  # fmt: skip
    seen: dict[str, set[int]] = {}
    for each in schema.get_all_operations():
        operation = each.ok()
        modes = st.one_of(
            operation.as_strategy(generation_mode=GenerationMode.POSITIVE),
            operation.as_strategy(generation_mode=GenerationMode.NEGATIVE),
        )

        @settings(
            max_examples=25, deadline=None, database=None, derandomize=True,
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=modes)
        def fuzz(case: Any) -> None:
            answer = case.call(headers=ADA)
            case.validate_response(answer, checks=checks)
            seen.setdefault(case.operation.label, set()).add(answer.status_code)

        fuzz()
    assert 200 in seen["POST /api/v1/code"] and 422 in seen["POST /api/v1/code"]
    assert 202 in seen["POST /api/v1/bulk"] and 202 in seen["POST /api/v1/reports"]
    assert len(seen) >= 18
