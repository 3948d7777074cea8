"""What the tests of the pages share: an application, a filled desk, a live server, a browser."""

from __future__ import annotations

import csv
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from socoder.coder import Coder
from socoder.records import Job

for needed in ("fastapi", "jinja2", "uvicorn", "python_multipart", "sqlalchemy"):
    pytest.importorskip(needed, reason="the pages need the extra web")

from fastapi import FastAPI  # noqa: E402
from starlette.testclient import TestClient  # noqa: E402

from socoder.review.coded_file import import_file  # noqa: E402
from socoder.review.store import Store  # noqa: E402
from socoder.web.app import create_app  # noqa: E402
from socoder.web.settings import WebSettings  # noqa: E402

ROOT = Path(__file__).parents[2]
POSTING = (ROOT / "docs/samples/direct_support_professional.txt").read_text(encoding="utf-8")
CHROMIUM = Path("/usr/bin/chromium")
AXE = ROOT / "build/axe/node_modules/axe-core/axe.min.js"
SWITCHES = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
TITLES = (
    "Job Coach", "Program Manager", "House Manager", "Peer Support Specialist", "Case Manager",
    "Office Assistant", "Behavior Technician", "Teacher Aide", "Site Coordinator", "Team Lead",
    "Community Health Worker", "Residential Counselor", "Caregiver", "Intake Specialist",
    "Grant Writer", "Warehouse Associate", "Scheduler", "Recreation Leader", "Van Driver",
    "Van Aide", "Maintenance II", "Overnight Staff", "Respite Provider", "Shift Lead",
)  # fmt: skip


def coded_row(coder: Coder, title: str, text: str = "") -> dict[str, str]:
    """A row as bulk coding writes it, to be reviewed whatever the machine thinks."""
    found = coder.code(Job(title=title, text=text))
    sure = found.confidence
    return {
        "Job Title": title, "Description": text, "soc_code": found.soc_code,
        "soc_title": found.soc_title, "soc_confidence": f"{sure.detailed:.4f}",
        "soc_confidence_broad": f"{sure.broad:.4f}", "soc_confidence_minor": f"{sure.minor:.4f}",
        "soc_confidence_major": f"{sure.major:.4f}", "soc_status": "review",
        "soc_reasons": "|".join(found.review_reasons),
        "soc_alternatives": "|".join(
            f"{other.soc_code}:{other.probability:.4f}" for other in found.alternatives
        ),
        "soc_role_tags": "|".join(found.role_tags), "soc_model": found.model.bundle,
    }  # fmt: skip


@pytest.fixture(scope="session")
def coded_table(coder: Coder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A coded file: TITLES, and one posting with its text."""
    path = tmp_path_factory.mktemp("coded") / "payroll.csv"
    rows = [coded_row(coder, title) for title in TITLES]
    rows.append(coded_row(coder, "Direct Support Professional", POSTING))
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.fixture
def database(tmp_path: Path, coded_table: Path) -> str:
    """A review store with the coded file in it."""
    path = tmp_path / "review.db"
    store = Store.open(path)
    import_file(store, coded_table, double_share=0.0)
    store.close()
    return str(path)


@pytest.fixture
def make_app(coder: Coder, tmp_path: Path) -> Callable[..., FastAPI]:
    """An application with other settings than the usual ones; its store is empty unless named."""

    def make(**settings: Any) -> FastAPI:
        settings.setdefault("database", str(tmp_path / "none.db"))
        return create_app(WebSettings(**settings), lambda: coder)

    return make


@pytest.fixture
def client(make_app: Callable[..., FastAPI]) -> Iterator[TestClient]:
    """A client of the pages, on loopback and without a review store."""
    with TestClient(make_app(), base_url="http://127.0.0.1:8765") as made:
        yield made


@pytest.fixture
def desk_client(make_app: Callable[..., FastAPI], database: str) -> Iterator[TestClient]:
    """A client that is signed in as Ada at a filled desk."""
    with TestClient(make_app(database=database), base_url="http://127.0.0.1:8765") as made:
        assert made.post("/sign-in", data={"name": "Ada", "next": "/review"}).status_code == 200
        yield made


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """The address of a server that really listens, for a browser."""
    import uvicorn

    config = uvicorn.Config(app, port=0, log_level="error", access_log=False, ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        for _ in range(500):
            if server.started:
                break
            time.sleep(0.02)
        assert server.started
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(timeout=10)


def require(what: str, there: bool, text: str) -> None:
    """Skip unless it is there, or fail where SOCODER_REQUIRE names it, as in tests/conftest.py."""
    if there:
        return
    if what in os.environ.get("SOCODER_REQUIRE", "").split(","):
        pytest.fail(text)
    pytest.skip(text)


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core, which looks for barriers in a page."""
    require("chromium", AXE.is_file(), "needs axe-core: npm install --prefix build/axe axe-core@4")
    return AXE.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Debian's chromium, driven by playwright."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        require("chromium", False, "needs playwright: pip install playwright")
    require("chromium", CHROMIUM.is_file(), "needs chromium: apt-get install chromium")
    with sync_playwright() as driver:
        made = driver.chromium.launch(executable_path=str(CHROMIUM), args=SWITCHES)
        yield made
        made.close()
