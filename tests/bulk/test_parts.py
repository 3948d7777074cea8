from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from socoder.bulk import BulkOptions, run
from socoder.bulk.checkpoint import Checkpoint
from socoder.bulk.coded_row import CodedRow
from socoder.bulk.parts import LIST, STORE, coded_once, part_files, run_parts
from socoder.bulk.texts import key_of, title_key
from socoder.bulk.workers import Batch, Loading, code_batches
from socoder.errors import InputError
from socoder.records import Job

from .conftest import quick

PARTS = {
    "a.csv": 'id,Job Title,SSN\r\n1,Cook,078-05-1120\r\n2,"Nurse, RN",078-05-1121\r\n3,Cook,x\r\n',
    "b/part-1.csv": "id,Job Title,SSN\n4,Welder,1\n5,Cook,2\n6,N/A,3\n",
    "b/part-2.csv": "id,Job Title,SSN\n7,Bus Driver,1\n8,Welder,2\n9,Night Guard,3\n",
}
LOCAL = partial(code_batches, loading=Loading(), jobs=1)
OPTIONS = BulkOptions(jobs=1)


class Counting:
    """The local engine, which notes the titles it codes and breaks after so many batches."""

    def __init__(self, breaks_after: int = 99) -> None:
        self.titles: list[str] = []
        self.left = breaks_after

    def __call__(self, batches: Iterator[Batch]) -> Iterator[tuple[Batch, list[CodedRow]]]:
        for batch, rows in LOCAL(batches):
            if not self.left:
                raise KeyboardInterrupt
            self.left -= 1
            self.titles += [job.title for job in batch.jobs]
            yield batch, rows


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in PARTS.items():
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    (tmp_path / "in" / "_SUCCESS").write_text("")
    (tmp_path / "in" / ".part.csv.crc").write_text("x")
    return tmp_path / "in"


def outputs(folder: Path) -> dict[str, bytes]:
    """Name → bytes of the coded parts and of their rejects."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.endswith(".json")
    }


@pytest.fixture
def alone(folder: Path, tmp_path: Path) -> dict[str, bytes]:
    """What each part comes out as when it is coded by itself."""
    for name in PARTS:
        target = tmp_path / "alone" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        run(folder / name, target, OPTIONS)
    return outputs(tmp_path / "alone")


def test_each_part_comes_out_as_it_does_alone(
    folder: Path, tmp_path: Path, alone: dict[str, bytes]
) -> None:
    engine = Counting()
    summary = run_parts(folder, tmp_path / "out", OPTIONS, engine)
    assert outputs(tmp_path / "out") == alone
    assert sorted(engine.titles) == sorted({*engine.titles})  # each text once
    assert {"Cook", "Welder", "Bus Driver"} <= {*engine.titles}
    assert (summary.rows, summary.rejected) == (9, 1)
    assert sum(summary.statuses.values()) == 9
    assert summary.distinct_texts == len(engine.titles)
    own = [json.loads((tmp_path / "out" / f"{name}.summary.json").read_text()) for name in PARTS]
    assert summary.statuses["accepted"] == sum(part["statuses"]["accepted"] for part in own)
    means = [(part["rows"] - part["rejected"], part["mean_confidence"]) for part in own]
    mean = sum(rows * sure for rows, sure in means) / sum(rows for rows, _ in means)
    assert summary.mean_confidence == pytest.approx(mean, abs=1e-4)
    assert summary.notes[-1] == "3 parts: each has a summary of its own"


@pytest.mark.parametrize("batches", [0, 1, 2])
def test_an_interrupted_folder_is_gone_on_with(
    folder: Path, tmp_path: Path, alone: dict[str, bytes], batches: int
) -> None:
    out, first, second = tmp_path / "out", Counting(batches), Counting()
    with pytest.raises(KeyboardInterrupt):
        run_parts(folder, out, OPTIONS, first)
    assert (out / STORE).exists() == bool(batches)
    summary = run_parts(folder, out, BulkOptions(jobs=1, resume=True), second)
    assert outputs(out) == alone
    assert not {*first.titles} & {*second.titles}
    assert summary.distinct_texts == len(first.titles) + len(second.titles)
    assert summary.rows == 9


def test_a_folder_that_is_done_stays_as_it_is(folder: Path, tmp_path: Path) -> None:
    out, engine = tmp_path / "out", Counting()
    run_parts(folder, out, OPTIONS, LOCAL)
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*.csv")}
    summary = run_parts(folder, out, BulkOptions(jobs=1, resume=True), engine)
    assert (summary.rows, engine.titles) == (9, [])
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*.csv")} == before


def test_parquet_parts_keep_their_types(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for number in range(2):
        table = pa.table({"title": ["Cook", "Welder"], "pay": pa.array([1, None], pa.int16())})
        pq.write_table(table, tmp_path / "in" / f"part-{number}.parquet")
    run_parts(tmp_path / "in", tmp_path / "out", OPTIONS, LOCAL)
    for number in range(2):
        coded = pq.read_table(tmp_path / "out" / f"part-{number}.parquet")
        assert coded.schema.field("pay").type == pa.int16()
        assert coded.column("soc_code").to_pylist() == ["35-2014", "51-4121"]


def test_what_changed_since_is_not_mixed(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run_parts(folder, out, OPTIONS, LOCAL)
    for options, said in (
        (OPTIONS, "out is not empty: give --resume"),
        (BulkOptions(jobs=1, resume=True, policy="time"), "the settings, the bundle or socoder"),
    ):
        with pytest.raises(InputError, match=said):
            run_parts(folder, out, options, LOCAL)
    (folder / "a.csv").write_text("id,Job Title\n1,Baker\n")
    with pytest.raises(InputError, match=r"a\.csv changed since it was coded"):
        run_parts(folder, out, BulkOptions(jobs=1, resume=True), LOCAL)
    run_parts(folder, out, BulkOptions(jobs=1, restart=True), LOCAL)
    assert (out / "a.csv").read_text().splitlines()[1].startswith("1,Baker,51-3011")
    (out / LIST).write_text("{")
    with pytest.raises(InputError, match="is damaged: give --restart"):
        run_parts(folder, out, BulkOptions(jobs=1, resume=True), LOCAL)


def test_folders_that_are_none(folder: Path, tmp_path: Path) -> None:
    for target in (folder, folder / "out", tmp_path):
        with pytest.raises(InputError, match="must not be in the input folder, nor around it"):
            run_parts(folder, target, OPTIONS, LOCAL)
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="empty holds no tables"):
        part_files(tmp_path / "empty")
    (folder / "c.jsonl").write_text("{}")
    with pytest.raises(InputError, match="in holds parts of several formats"):
        part_files(folder)


def test_no_side_file_holds_a_text(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.raises(KeyboardInterrupt):
        run_parts(folder, out, OPTIONS, Counting(1))
    side: Any = [path for path in out.rglob("*") if path.is_file() and path.name[:5] == "parts"]
    assert side
    for path in side:
        assert b"078-05" not in path.read_bytes()
        assert b"Nurse, RN" not in path.read_bytes()


def test_texts_that_are_known_do_not_pile_up(tmp_path: Path) -> None:
    jobs = [Job(title=f"Cook {number}") for number in range(100)]
    batches = [Batch([job], [key_of(job)], [title_key(job)]) for job in jobs]
    taken = 0

    def asked() -> Iterator[Batch]:
        nonlocal taken
        for batch in batches:
            taken += 1
            yield batch

    with Checkpoint(None, {}) as store:
        first = list(coded_once(quick, store)(asked()))
        taken, ahead = 0, []
        again = []
        for found in coded_once(quick, store)(asked()):
            again.append(found)
            ahead.append(taken - len(again))
    assert again == first
    assert max(ahead) <= 21


def test_packed_parts_are_not_passed_over(folder: Path) -> None:
    (folder / "c.csv.gz").write_bytes(gzip.compress(b"title\nCook\n"))
    with pytest.raises(InputError, match="packed parts"):
        part_files(folder)
