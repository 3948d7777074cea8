"""Two reviewers at once, and one who is killed: on both databases, with real processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

from socoder.records import Job
from socoder.review.filters import Filters
from socoder.review.queue import browse, counts
from socoder.review.store import Store

from .conftest import fill, machine

ITEMS, FEWER = 500, 120
PROGRAM = Path(__file__).with_name("deciding_process.py")


def start(database: str, name: str, code: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(PROGRAM.parents[2])}
    process = subprocess.Popen(
        [sys.executable, str(PROGRAM), database, name, code],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def go(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


def test_no_item_is_decided_twice_and_none_is_lost(database: str) -> None:
    store = Store.open(database)
    fill(store, [(Job(f"Aide {n}"), machine()) for n in range(ITEMS)])
    both = [start(database, "Ann", "31-1122"), start(database, "Bob", "21-1093")]
    for process in both:
        go(process)
    said = [process.communicate(timeout=300)[0].splitlines() for process in both]
    assert [lines[-1] for lines in said] == ["nothing left", "nothing left"]
    decided = Counter(line for lines in said for line in lines[:-1])
    assert len(decided) == ITEMS
    assert set(decided.values()) == {1}
    assert all(len(lines) > 1 for lines in said)
    assert counts(store).items == {"done": ITEMS}
    assert counts(store).decisions == ITEMS
    store.close()


def test_what_was_confirmed_survives_a_kill(database: str) -> None:
    store = Store.open(database)
    fill(store, [(Job(f"Aide {n}"), machine()) for n in range(FEWER)])
    process = start(database, "Ann", "31-1122")
    assert process.stdout is not None
    go(process)
    confirmed = [process.stdout.readline().strip() for _ in range(30)]
    os.kill(process.pid, signal.SIGKILL)
    confirmed += process.communicate(timeout=60)[0].split("\n")[:-1]  # the last may be cut short
    assert process.returncode == -signal.SIGKILL
    done = {item.id for item in browse(store, Filters(status="done"), limit=FEWER)}
    assert set(confirmed) <= done
    assert len(done) <= len(confirmed) + 1  # the one that was on the disk but not yet said aloud
    for key in confirmed:
        assert [own.code for own in store.record(key)] == ["31-1122"]
    other = start(database, "Bob", "21-1093")
    go(other)
    said = other.communicate(timeout=300)[0].splitlines()
    # What the killed reviewer held is free again only when the claim has run out.
    assert FEWER - len(done) - 1 <= len(said[:-1]) <= FEWER - len(done)
    assert not set(said[:-1]) & done
    store.close()
