"""Killed at any moment, full disks, changed inputs: nothing that was coded is lost."""

from __future__ import annotations

import errno
import hashlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from socoder.bulk import BulkOptions, run
from socoder.bulk.checkpoint import SUFFIX, Checkpoint
from socoder.bulk.coded_row import CodedRow
from socoder.bulk.workers import Batch
from socoder.errors import InputError
from socoder.tabular import atomic
from socoder.tabular.atomic import OutputError

from .conftest import Run, answer, quick

ROOT = Path(__file__).parents[2]
# A run in a process of its own that takes a second or two, with as many commits as may be.
SLOW = """
import sys, time
from pathlib import Path
sys.path.insert(0, {folder!r})
from conftest import quick
from socoder.bulk import BulkOptions, code_texts, run
code_texts.COMMIT_S = 0.0
def slow(batches):
    for one in quick(batches):
        time.sleep(0.02)
        yield one
run(Path(sys.argv[1]), Path(sys.argv[2]), BulkOptions(resume=True), engine=slow)
"""


class StoppedError(Exception):
    """What a test ends a run with."""


def table(rows: int) -> str:
    return "id,title\n" + "".join(f"{n},Nurse number {n // 2}\n" for n in range(rows))


def stopping(after: int) -> object:
    def engine(batches: Iterator[Batch]) -> Iterator[tuple[Batch, list[CodedRow]]]:
        for number, one in enumerate(quick(batches)):
            if number == after:
                raise StoppedError
            yield one

    return engine


def interrupted(source: Path, target: Path, **options: object) -> None:
    with pytest.raises(StoppedError):
        run(source, target, BulkOptions(**options), engine=stopping(3))  # type: ignore[arg-type]


@pytest.mark.skipif(os.name == "nt", reason="signal 9 is of POSIX")
@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".xlsx"])
def test_killed_at_random_moments_it_ends_with_the_same_bytes(tmp_path: Path, suffix: str) -> None:
    source, whole = tmp_path / "in.csv", tmp_path / f"whole{suffix}"
    source.write_text(table(16_000))
    run(source, whole, engine=quick)
    target = tmp_path / f"out{suffix}"
    code = SLOW.format(folder=str(Path(__file__).parent))
    command = [sys.executable, "-c", code, str(source), str(target)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    chance, kills = random.Random(3), 0
    for _ in range(3):
        process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
        beside = target.with_name(target.name + SUFFIX)
        deadline = time.monotonic() + 30
        while process.poll() is None and not beside.exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(chance.uniform(0.05, 0.7))
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            kills += 1
        process.wait()
        if not target.exists():
            assert beside.exists()
    summary = run(source, target, BulkOptions(resume=True), engine=quick)
    assert kills
    assert target.read_bytes() == whole.read_bytes()
    assert summary.rows == 16_000
    assert not list(tmp_path.glob("*socoder*"))


def test_what_was_coded_is_not_coded_again(tmp_path: Path) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text(table(3000))
    interrupted(source, target)
    assert not target.exists()
    seen: list[str] = []

    def counting(batches: Iterator[Batch]) -> Iterator[tuple[Batch, list[CodedRow]]]:
        for batch in batches:
            seen.extend(job.title for job in batch.jobs)
            yield batch, [answer(job.title, job.text) for job in batch.jobs]

    summary = run(source, target, BulkOptions(resume=True), engine=counting)
    assert summary.resumed_texts == 600 == 1500 - len(seen)
    assert summary.distinct_texts == 1500


def test_an_interrupted_run_is_neither_lost_nor_taken_up_by_mistake(tmp_path: Path) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text(table(3000))
    interrupted(source, target)
    with pytest.raises(InputError, match="--resume") as raised:
        run(source, target, engine=quick)
    assert "\n" not in str(raised.value)
    with pytest.raises(InputError, match="the settings changed"):
        run(source, target, BulkOptions(resume=True, policy="time"), engine=quick)
    source.write_text(table(2000))
    with pytest.raises(InputError, match="the input changed"):
        run(source, target, BulkOptions(resume=True), engine=quick)
    source.write_text(table(3000))
    assert run(source, target, BulkOptions(resume=True), engine=quick).resumed_texts == 600
    interrupted(source, target)
    assert run(source, target, BulkOptions(restart=True), engine=quick).resumed_texts == 0


def test_a_damaged_checkpoint_and_one_in_use_are_one_line(tmp_path: Path) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text(table(3000))
    beside = target.with_name(target.name + SUFFIX)
    beside.write_bytes(b"no database " * 1000)
    with pytest.raises(InputError, match="damaged: give --restart"):
        run(source, target, BulkOptions(resume=True), engine=quick)
    beside.unlink()
    with (
        Checkpoint(beside, {"input": "x"}),
        pytest.raises(InputError, match="in use"),
    ):
        run(source, target, BulkOptions(resume=True), engine=quick)


def test_a_checkpoint_in_use_is_not_thrown_away(tmp_path: Path) -> None:
    beside = tmp_path / f"out.csv{SUFFIX}"
    row = answer("Nurse", "")
    with Checkpoint(beside, {"input": "x"}) as first:
        first.store([(b"key", b"title", row)])
        first.commit()
        with pytest.raises(InputError, match="in use"):
            Checkpoint(beside, {"input": "x"}, restart=True)
        assert first.coded(b"key") == row
    beside.write_bytes(b"no database " * 1000)
    with Checkpoint(beside, {"input": "x"}, restart=True) as second:
        assert second.count() == (0, 0)


def test_what_an_input_is_called_does_not_make_it_an_output(bulk: Run, tmp_path: Path) -> None:
    text = table(3)
    with pytest.raises(InputError, match=r"out\.csv\.rejects\.csv, which is written, is the input"):
        bulk(text, name="out.csv.rejects.csv")
    assert (tmp_path / "out.csv.rejects.csv").read_text() == text


def test_an_input_that_goes_away_is_named(tmp_path: Path) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text(table(3))

    def removing(batches: Iterator[Batch]) -> Iterator[tuple[Batch, list[CodedRow]]]:
        yield from quick(batches)
        source.unlink()

    with pytest.raises(InputError, match=r"in\.csv: there is no such file"):
        run(source, target, engine=removing)
    assert not target.exists()


def test_a_full_disk_is_one_line_and_the_codings_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text(table(3000))
    target.write_text("of yesterday")

    def full(number: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(atomic.os, "fsync", full)
        with pytest.raises(OutputError, match=r"the disk is full.*--resume") as raised:
            run(source, target, engine=quick)
    assert "\n" not in str(raised.value)
    assert target.read_text() == "of yesterday"
    assert not list(tmp_path.glob("*" + atomic.PART))
    assert run(source, target, BulkOptions(resume=True), engine=quick).resumed_texts == 1500
    assert target.read_text().count("29-1141") == 3000


def test_a_database_without_room_says_so(tmp_path: Path) -> None:
    checkpoint = Checkpoint(tmp_path / "x", {})
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL
    assert "the disk is full" in str(checkpoint._mended(error))


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_is_one_line(tmp_path: Path) -> None:
    source, folder = tmp_path / "in.csv", tmp_path / "locked"
    source.write_text(table(10))
    folder.mkdir(0o500)
    with pytest.raises(OutputError, match="no permission"):
        run(source, folder / "out.csv", engine=quick)


def test_other_places_that_cannot_be_written(bulk: Run, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="folder does not exist"):
        bulk(table(3), target="nowhere/out.csv")
    with pytest.raises(InputError, match="is a folder"):
        bulk(table(3), target=".")
    with pytest.raises(InputError, match="is the input itself"):
        bulk(table(3), target="in.csv")
    with pytest.raises(InputError, match="give it such a name"):
        bulk(table(3), target="out.docx")


def test_an_input_that_changes_under_the_run_is_noticed(tmp_path: Path) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text(table(3000))

    def writing(batches: Iterator[Batch]) -> Iterator[tuple[Batch, list[CodedRow]]]:
        yield from quick(batches)
        with source.open("a") as file:
            file.write("9,Cook\n")

    with pytest.raises(InputError, match="changed while it was read"):
        run(source, target, engine=writing)
    assert not target.exists()


def test_any_number_of_rows_in_a_block_gives_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "in.csv"
    source.write_text('id,title\n1,"Nurse\n2"\n' + table(500).partition("\n")[2] + '7,"Cook\nx"')
    found = set()
    for block in (7, 64, 1000, 1 << 21):
        monkeypatch.setattr("socoder.tabular.delimited.BLOCK", block)
        run(source, tmp_path / "out.csv", engine=quick)
        found.add(hashlib.sha256((tmp_path / "out.csv").read_bytes()).hexdigest())
    assert len(found) == 1
