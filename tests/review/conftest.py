"""A review database of each kind, PostgreSQL on a real server, and rows to put into it."""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import pytest

from socoder.records import Job
from socoder.review.importing import Imported, import_rows
from socoder.review.store import Store

CODES = ("21-1093", "29-1141", "31-1122", "35-2014", "43-3031", "15-1252")


def machine(
    code: str = "21-1093",
    confidence: float = 0.5,
    status: str = "review",
    reasons: str = "low_confidence",
    alternatives: str = "31-1122:0.25|21-1015:0.1",
    tags: str = "",
) -> dict[str, str]:
    """The soc_ cells of a row."""
    return {
        "soc_code": code, "soc_confidence": str(confidence), "soc_confidence_broad": "0.75",
        "soc_confidence_minor": "0.8", "soc_confidence_major": "0.9", "soc_status": status,
        "soc_reasons": reasons, "soc_alternatives": alternatives, "soc_role_tags": tags,
        "soc_model": "default@0123456789ab",
    }  # fmt: skip


Row = tuple[Job, dict[str, str]]
Fill = Callable[..., Imported]


def fill(store: Store, rows: list[Row], **how: float) -> Imported:
    """Import rows as if they were a file; the shares are 0 unless given."""
    digest = hashlib.sha256(repr(rows).encode()).hexdigest()
    shares = {"sample_share": 0.0, "double_share": 0.0, **how}
    return import_rows(store, digest, "coded.csv", {"title": ("Title", 1)}, rows, **shares)  # type: ignore[arg-type]


class Clock:
    """Time that a test turns forward."""

    def __init__(self) -> None:
        self.seconds = 1_800_000_000.0

    def __call__(self) -> float:
        self.seconds += 0.001
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The path or URL of an empty database."""
    if request.param == "sqlite":
        yield str(tmp_path / "review.db")
        return
    server: str = request.getfixturevalue("postgres_server")
    name = f"review_{uuid4().hex}"
    import psycopg

    admin = server.replace("+psycopg", "").format(name="postgres")
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    yield server.format(name=name)
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def store(database: str, clock: Clock) -> Iterator[Store]:
    opened = Store.open(database, clock=clock)
    yield opened
    opened.close()


@pytest.fixture
def small(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    """A SQLite store, for what does not depend on the database."""
    opened = Store.open(tmp_path / "small.db", clock=clock)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A PostgreSQL server of its own on a Unix socket: its URL, with {name} for the database."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    initdb = str(programs[-1]) if programs else shutil.which("initdb")
    if initdb is None:
        _refuse("needs a PostgreSQL server's programs (Debian: postgresql)")
    try:
        import psycopg  # noqa: F401
    except ImportError:
        _refuse("needs psycopg: pip install 'socoder[postgres]'")
    assert initdb is not None
    prefix: list[str] = []
    folder = Path(tempfile.mkdtemp(prefix="socoder-pg-"))
    if os.geteuid() == 0:  # the server refuses to run as root
        try:
            owner = pwd.getpwnam("postgres")
        except KeyError:
            _refuse("needs a user postgres, since the server does not run as root")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        prefix = ["runuser", "-u", "postgres", "--"]
    data = folder / "data"

    def run(*command: str) -> None:
        subprocess.run([*prefix, *command], check=True, stdout=subprocess.DEVNULL, cwd=folder)

    control = (str(Path(initdb).with_name("pg_ctl")), "-D", str(data))
    try:
        run(initdb, "-D", str(data), "-A", "trust", "-U", "postgres", "--no-sync")
        # Clients are killed here, never the server: it need not wait for the disk.
        options = f"-k {folder} -c listen_addresses='' -c fsync=off"
        run(*control, "-w", "-l", str(folder / "log"), "-o", options, "start")
        yield f"postgresql+psycopg://postgres@/{{name}}?host={folder}"
    finally:
        with suppress(subprocess.CalledProcessError):  # it never started
            run(*control, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def _refuse(reason: str) -> None:
    if "postgres" in os.environ.get("SOCODER_REQUIRE", "").split(","):
        pytest.fail(reason)
    pytest.skip(reason)
