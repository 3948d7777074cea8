"""The server as a process: how it starts, what it logs, and what a kill leaves behind."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx2
import pytest

from socoder.cli import main
from socoder.cli.serve import read_token
from socoder.errors import InputError
from socoder.review.store import Store

from .conftest import ROOT

SECRET = "Zanzibarian xylophone tuner"


@contextmanager
def served(*arguments: str, temporary: Path) -> Iterator[tuple[subprocess.Popen[str], str, Path]]:
    """A running `socoder serve`: the process, its address, and where its output goes."""
    output = temporary / "output.txt"
    with output.open("w") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "socoder", "serve", "--port", "0", *arguments],
            stdout=file, stderr=subprocess.STDOUT, text=True, cwd=temporary,
            env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(temporary)},
        )  # fmt: skip
    try:
        for _ in range(1200):
            if found := re.search(r"http://127\.0\.0\.1:\d+", output.read_text()):
                yield process, found[0], output
                break
            assert process.poll() is None, output.read_text()
            time.sleep(0.05)
        else:
            raise AssertionError("the server did not start")
    finally:
        process.kill()
        process.wait()


def decide(client: httpx2.Client, kind: str = "no_code") -> int:
    """Take the next item and decide it; the number of the decision once the server confirmed it."""
    item = client.post("/api/v1/review/next", json={}).json()["item"]
    answer = client.post(f"/api/v1/review/items/{item['id']}/decisions", json={"kind": kind})
    assert answer.status_code == 201
    number: int = answer.json()["id"]
    return number


def test_a_kill_in_the_middle_of_reviewing_loses_no_confirmed_decision(
    tmp_path: Path, database: str
) -> None:
    confirmed: list[int] = []
    for _ in range(2):
        with served("--database", database, temporary=tmp_path) as (process, address, _output):
            headers = {"x-reviewer": "Ada"}
            with httpx2.Client(base_url=address, headers=headers, timeout=60) as client:
                confirmed += [decide(client) for _ in range(5)]
                client.post("/api/v1/review/next", json={})  # held, not decided
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
    store = Store.open(database)
    kept = _ids(store)
    store.close()
    assert sorted(kept) == sorted(confirmed) and len(set(confirmed)) == 10
    with served("--database", database, temporary=tmp_path):
        left = [path.name for path in tmp_path.glob("socoder-web-*")]
    assert len(left) == 1  # those of the killed servers were removed by the next one


def _ids(store: Store) -> list[int]:
    from sqlalchemy import select

    from socoder.review.schema import decisions

    with store.reading() as connection:
        return [int(number) for number in connection.execute(select(decisions.c.id)).scalars()]


def test_what_the_server_says_holds_no_text_and_it_ends_quietly(tmp_path: Path) -> None:
    with served(temporary=tmp_path) as (process, address, output):
        with httpx2.Client(base_url=address, timeout=60) as client:
            assert client.post("/code", data={"title": SECRET}).status_code == 200
            client.get("/api/v1/soc/search", params={"q": SECRET})
            client.get(f"/{SECRET}")
            client.post("/code", content=b"\0bad", headers={"content-type": "multipart/form-data"})
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) in (0, 130, -signal.SIGINT)
        said = output.read_text()
    assert "Zanzibarian" not in said and "Traceback" not in said
    assert said.splitlines()[0].startswith("socoder is served at http://127.0.0.1:")
    assert not list(tmp_path.glob("socoder-web-*"))
    assert not (tmp_path / "review.db").exists()


def test_another_address_without_a_token_is_refused(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SOCODER_TOKEN", raising=False)
    assert main(["serve", "--host", "0.0.0.0"]) == 2
    said = capsys.readouterr().err
    assert "access token" in said and said.count("\n") == 1


def test_a_taken_port_is_told_in_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert main(["serve", "--port", str(taken.getsockname()[1])]) == 2
    assert "choose another --port" in capsys.readouterr().err


def test_the_token_comes_from_a_file_or_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "token"
    file.write_text("  correct-horse-battery\n")
    monkeypatch.setenv("SOCODER_TOKEN", "from-the-environment")
    assert read_token(file) == "correct-horse-battery"
    assert read_token(None) == "from-the-environment"
    file.write_text(" \n")
    with pytest.raises(InputError, match="empty"):
        read_token(file)
    with pytest.raises(InputError, match="cannot be read"):
        read_token(tmp_path / "none")


def test_without_the_extra_one_line_says_how_to_get_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert main(["serve"]) == 2
    assert "pip install 'socoder[web]'" in capsys.readouterr().err


def children(process: int) -> list[int]:
    """The processes that a process started."""
    found = Path(f"/proc/{process}/task/{process}/children")
    every = [int(path.name) for path in Path("/proc").glob("[0-9]*")]
    if found.is_file():
        return [int(each) for each in found.read_text().split()]
    return [each for each in every if _parent(each) == process]


def _parent(process: int) -> int:
    try:
        return int(re.findall(r"PPid:\s+(\d+)", Path(f"/proc/{process}/status").read_text())[0])
    except (OSError, IndexError):
        return 0


def coding_processes(server: int) -> list[int]:
    """Those of them that code; Python starts one more to watch over what they share."""
    found = []
    for each in children(server):
        with suppress(OSError):
            if b"spawn_main" in Path(f"/proc/{each}/cmdline").read_bytes():
                found.append(each)
    return found


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="looks at /proc")
def test_further_processes_end_with_a_killed_server(tmp_path: Path) -> None:
    with served("--workers", "2", temporary=tmp_path) as (process, address, output):
        with ThreadPoolExecutor(4) as pool, httpx2.Client(base_url=address, timeout=120) as client:
            body = {"title": SECRET, "text": f"Duties\n- Tune {SECRET}\n- Sweep floors\n"}
            end = time.monotonic() + 60
            started: list[int] = []
            while not started and time.monotonic() < end:
                posts = [pool.submit(client.post, "/api/v1/code", json=body) for _ in range(8)]
                codes = {post.result().json()["soc_code"] for post in posts}
                assert len(codes) == 1
                started = coding_processes(process.pid)
        assert len(started) == 1
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        while Path(f"/proc/{started[0]}/cmdline").exists() and time.monotonic() < end:
            if not Path(f"/proc/{started[0]}/cmdline").read_bytes():  # dead, not yet collected
                break
            time.sleep(0.05)
        else:
            assert not Path(f"/proc/{started[0]}/cmdline").exists()
        assert "Zanzibarian" not in output.read_text()
