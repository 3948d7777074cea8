"""What the guard turns away, and what every answer carries."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from socoder.errors import InputError
from socoder.web.safety import CONTENT_SECURITY_POLICY
from socoder.web.settings import WebSettings, is_loopback

TOKEN = "correct-horse-battery-staple"
SECRET = "Zanzibarian xylophone tuner"


def test_every_answer_carries_the_headers(client: TestClient) -> None:
    for path in ("/", "/bulk", "/review", "/static/style.css", "/nowhere", "/api/v1/health"):
        headers = client.get(path).headers
        assert headers["content-security-policy"] == CONTENT_SECURITY_POLICY, path
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert "server" not in headers
    assert client.get("/").headers["cache-control"] == "no-store"


def test_the_policy_allows_no_inline_script_and_nothing_from_elsewhere() -> None:
    assert "unsafe" not in CONTENT_SECURITY_POLICY and "http" not in CONTENT_SECURITY_POLICY
    assert CONTENT_SECURITY_POLICY.startswith("default-src 'none'; script-src 'self';")


@pytest.mark.parametrize("path", ["/", "/bulk", "/review", "/sign-in", "/progress"])
def test_pages_load_nothing_from_elsewhere_and_hold_no_inline_script_or_style(
    client: TestClient, path: str
) -> None:
    page = client.get(path).text
    assert not re.search(r'(?:src|href|action)="(?:https?:)?//', page)
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", page)


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8765", "169.254.169.254", ""])
def test_another_host_name_is_refused(client: TestClient, host: str) -> None:
    assert client.get("/", headers={"host": host}).status_code == 421


@pytest.mark.parametrize("host", ["localhost", "localhost:9", "127.0.0.1:8765", "[::1]:8765"])
def test_names_of_this_machine_are_known(client: TestClient, host: str) -> None:
    assert client.get("/health", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9999"},
        {"origin": "http://127.0.0.1:8765", "sec-fetch-site": "cross-site"},
    ],
)
@pytest.mark.parametrize("path", ["/code", "/bulk", "/sign-in", "/review/undo", "/api/v1/code"])
def test_writes_from_other_sites_are_refused(
    client: TestClient, path: str, headers: dict[str, str]
) -> None:
    assert client.post(path, data={"title": "Cook"}, headers=headers).status_code == 403


@pytest.mark.parametrize(
    "headers", [{}, {"sec-fetch-site": "same-origin"}, {"origin": "http://127.0.0.1:8765"}]
)
def test_own_writes_pass(client: TestClient, headers: dict[str, str]) -> None:
    assert client.post("/code", data={"title": "Cook"}, headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/code", "application/json"),
        ("/code", "text/plain"),
        ("/bulk", "text/csv"),
        ("/api/v1/code", "text/plain"),
        ("/api/v1/code", "application/x-www-form-urlencoded"),
        ("/api/v1/bulk", "application/json"),
    ],
)
def test_a_wrong_content_type_is_refused(client: TestClient, path: str, kind: str) -> None:
    assert client.post(path, content=b"{}", headers={"content-type": kind}).status_code == 415


def megabytes(number: int) -> Iterator[bytes]:
    head = b'--x\r\nContent-Disposition: form-data; name="table"; filename="a.csv"\r\n\r\n'
    yield head
    for _ in range(number):
        yield b"a" * 1_000_000


@pytest.mark.parametrize("path", ["/bulk", "/code", "/api/v1/bulk", "/sign-in"])
def test_an_upload_of_100_megabytes_is_refused_as_it_streams(client: TestClient, path: str) -> None:
    headers = {"content-type": "multipart/form-data; boundary=x"}
    answer = client.post(path, content=megabytes(100), headers=headers)
    assert answer.status_code == 413
    assert "MB" in answer.text
    folder = client.app.state.folder.path  # type: ignore[attr-defined]
    assert list(folder.iterdir()) == []


def test_a_declared_length_that_is_too_large_is_refused_at_once(client: TestClient) -> None:
    headers = {"content-type": "application/json", "content-length": "100000000"}
    assert client.post("/api/v1/code", content=b"{}", headers=headers).status_code == 413


def test_other_machines_need_a_token() -> None:
    with pytest.raises(InputError, match="access token"):
        WebSettings(host="0.0.0.0").check()
    with pytest.raises(InputError, match="too short"):
        WebSettings(host="0.0.0.0", token="short").check()
    assert WebSettings(host="0.0.0.0", token=TOKEN).check().token == TOKEN


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.8.8.8", "LOCALHOST"])
def test_loopback_is_known(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.1", "example.com", "localhost.evil.com"])
def test_everything_else_is_not_loopback(host: str) -> None:
    assert not is_loopback(host)


@pytest.fixture
def guarded(make_app: Callable[..., FastAPI]) -> Iterator[TestClient]:
    app = make_app(host="192.0.2.7", token=TOKEN, allowed_hosts=("socoder.example",))
    with TestClient(app, base_url="http://socoder.example") as made:
        yield made


def test_with_a_token_nothing_opens_without_it(guarded: TestClient) -> None:
    assert guarded.get("/health").status_code == 200
    answer = guarded.get("/bulk", follow_redirects=False)
    assert answer.status_code == 303 and answer.headers["location"] == "/sign-in?next=/bulk"
    assert guarded.post("/code", data={"title": "Cook"}).status_code == 401
    assert guarded.post("/api/v1/code", json={"title": "Cook"}).status_code == 401
    wrong = {"authorization": f"Bearer {TOKEN}x"}
    assert guarded.post("/api/v1/code", json={"title": "Cook"}, headers=wrong).status_code == 401


def test_the_token_opens_the_api_and_signs_a_browser_in(guarded: TestClient) -> None:
    right = {"authorization": f"Bearer {TOKEN}"}
    assert guarded.post("/api/v1/code", json={"title": "Cook"}, headers=right).status_code == 200
    assert guarded.post("/sign-in", data={"token": "wrong-token-wrong"}).status_code == 422
    answer = guarded.post("/sign-in", data={"token": TOKEN}, follow_redirects=False)
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=strict" in cookie and TOKEN not in cookie
    assert guarded.post("/code", data={"title": "Cook"}).status_code == 200
    guarded.post("/sign-out")
    assert guarded.post("/code", data={"title": "Cook"}).status_code == 401


def test_a_name_does_not_sign_in_where_others_can_reach_the_server(guarded: TestClient) -> None:
    assert guarded.post("/sign-in", data={"name": "Ada"}).status_code == 422


def test_a_name_elsewhere_is_known_only_if_it_was_allowed(guarded: TestClient) -> None:
    assert guarded.get("/health", headers={"host": "192.0.2.7:8765"}).status_code == 200
    assert guarded.get("/health", headers={"host": "evil.example"}).status_code == 421


@pytest.mark.parametrize(
    "goal",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "x"],
)
def test_signing_in_leads_nowhere_else(client: TestClient, database: str, goal: str) -> None:
    client.app.state.desk.database = database  # type: ignore[attr-defined]
    data = {"name": "Ada", "next": goal}
    answer = client.post("/sign-in", data=data, follow_redirects=False)
    assert answer.status_code == 303 and answer.headers["location"] == "/"


def test_a_fault_says_nothing_of_the_text_in_answer_or_log(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*_: object) -> None:
        raise ValueError(SECRET)

    monkeypatch.setattr("socoder.coder.Coder.code", fails)
    with caplog.at_level(logging.DEBUG):
        page = client.post("/code", data={"title": SECRET})
        answer = client.post("/api/v1/code", json={"title": SECRET})
    assert page.status_code == answer.status_code == 500
    assert answer.json() == {
        "detail": "This is a fault of socoder. Nothing was lost; try again, or report it."
    }
    assert "ValueError" in caplog.text
    assert "Zanzibarian" not in caplog.text + page.text + answer.text


def test_logs_hold_no_title(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        client.post("/code", data={"title": SECRET, "text": f"Duties\n- {SECRET}"})
        client.post("/code", data={"title": SECRET * 200})
        client.post("/api/v1/code", json={"title": SECRET, "wrong": SECRET})
        client.get("/api/v1/soc/search", params={"q": "Zanzibarian"})
    ours = [each for each in caplog.records if not each.name.startswith(("httpx", "httpcore"))]
    assert not any("Zanzibarian" in each.getMessage() for each in ours)


def test_what_is_wrong_is_told_without_repeating_it(client: TestClient) -> None:
    answer = client.post("/api/v1/code", json={"title": "Cook", "policy": SECRET})
    assert answer.status_code == 422 and "Zanzibarian" not in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/..%2f..%2fcoder.py",
        "/static//etc/passwd",
    ],
)
def test_no_path_leads_out_of_the_static_folder(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_folder_of_uploads_is_private_and_goes_away(make_app: Callable[..., FastAPI]) -> None:
    app = make_app()
    folder: Path = app.state.folder.path
    with TestClient(app, base_url="http://127.0.0.1"):
        assert folder.stat().st_mode & 0o777 == 0o700
    assert not folder.exists()
