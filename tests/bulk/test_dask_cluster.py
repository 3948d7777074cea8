"""The cluster gives the rows of one machine, also when a worker dies half-way."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from socoder.bulk import BulkOptions, code_texts
from socoder.bulk import cluster as module
from socoder.bulk.cluster import Parcel, Reply, Wanted, _code, _coder, dask_engine
from socoder.bulk.coded_row import CodedRow
from socoder.bulk.coding import code_distinct
from socoder.bulk.engines import run_on
from socoder.bulk.workers import Batch, Loading, WorkerError
from socoder.coder import Coder
from socoder.errors import InputError, MissingExtraError
from socoder.records import Job

distributed = pytest.importorskip("distributed", reason="needs pip install 'socoder[dask]'")

LEVELS = ("Senior", "Night", "Lead", "Assistant", "Junior", "Head", "Part-Time", "Chief")
WORK = ("Cook", "Registered Nurse", "Welder", "Accountant", "Bus Driver", "Teacher", "Guard")
JOBS = [
    *(Job(title=f"{level} {work}") for level in LEVELS for work in WORK),
    Job(title="Job Coach", text="Coach people at their work sites. Write notes."),
    Job(title="Cook", department="Night shelter"),
    Job(title="12-4"),
]


def batches(size: int = 4) -> list[Batch]:
    parts = (JOBS[start : start + size] for start in range(0, len(JOBS), size))
    return [Batch(jobs, [repr(job).encode() for job in jobs], [b""] * len(jobs)) for jobs in parts]


def code_on_dask(
    given: Iterator[Batch], digest: str, scheduler: str = "", workers: int = 2
) -> Iterator[tuple[Batch, list[CodedRow]]]:
    with dask_engine(Loading(), digest, scheduler, workers) as engine:
        yield from engine(given)


def two_workers() -> Any:
    """Two worker processes; one that is killed is started again, as on any cluster with nannies."""
    return distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",
        memory_limit=0,
        silence_logs=50,
    )


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with two_workers() as started:
        yield started.scheduler_address


@pytest.fixture(scope="module")
def digest(coder: Coder) -> str:
    return coder.bundle.digest


def test_a_worker_killed_half_way_changes_nothing(address: str, coder: Coder, digest: str) -> None:
    with distributed.Client(address) as client:
        before = client.run(os.getpid)
    assert len(set(before.values())) == 2
    found: dict[bytes, CodedRow] = {}
    coded = code_on_dask(iter(batches()), digest, address)
    for done, (batch, rows) in enumerate(coded, 1):
        assert not found.keys() & set(batch.keys)
        found.update(zip(batch.keys, rows, strict=True))
        if done == len(batches()) // 2:
            os.kill(next(iter(before.values())), signal.SIGKILL)
    local = code_distinct(coder, JOBS)
    assert [found[repr(job).encode()] for job in JOBS] == local
    with distributed.Client(address) as client:
        client.wait_for_workers(2, timeout=60)
        after = set(client.run(os.getpid).values())
    assert len(after & set(before.values())) == 1  # the other one did die


def test_the_coder_is_loaded_once_a_process(address: str, digest: str) -> None:
    for _ in range(2):
        assert len(list(code_on_dask(iter(batches()[:6]), digest, address))) == 6
    with distributed.Client(address) as client:
        used = client.run(_coder.cache_info).values()
    assert {info.misses for info in used} <= {0, 1}
    assert sum(info.hits for info in used) >= 10


def test_batches_are_taken_only_as_fast_as_they_are_coded(address: str, digest: str) -> None:
    taken = done = 0

    def feed() -> Iterator[Batch]:
        nonlocal taken
        for batch in batches(1)[:20]:
            taken += 1
            yield batch

    for _ in code_on_dask(feed(), digest, address):
        done += 1
        assert taken - done <= 2 * module.IN_FLIGHT
    assert done == taken == 20


def test_without_a_scheduler_processes_of_this_machine_do_it(coder: Coder, digest: str) -> None:
    (one,) = batches(len(JOBS))
    ((batch, rows),) = code_on_dask(iter([one]), digest, workers=1)
    assert batch is one
    assert rows == code_distinct(coder, JOBS)


def test_another_bundle_on_a_worker_is_refused(address: str) -> None:
    with pytest.raises(WorkerError, match="put the same one on every machine"):
        list(code_on_dask(iter(batches()[:1]), "0" * 64, address))


def test_another_socoder_on_a_worker_is_refused() -> None:
    reply = _code(Wanted(Loading(), "0" * 64, "0.0.1"), Parcel(tuple(JOBS[:1])))
    assert reply.error.endswith("the command 0.0.1: install the same")
    assert reply.rows == ()


def test_a_fault_on_a_worker_quotes_no_text(monkeypatch: pytest.MonkeyPatch, digest: str) -> None:
    def crash(*_: Any) -> None:
        raise ZeroDivisionError("a secret title")

    monkeypatch.setattr(module, "code_distinct", crash)
    reply = _code(Wanted(Loading(), digest), Parcel((Job(title="a secret title"),)))
    assert reply.error == "unexpected ZeroDivisionError on a worker"


def test_what_dask_prints_of_a_task_holds_no_text() -> None:
    parcel, reply = Parcel((Job(title="a secret title"),)), Reply(error="a secret title")
    assert "secret" not in f"{parcel!r} {parcel} {reply!r} {reply} {(parcel,)}"
    assert repr(parcel) == "<1 jobs>"


@pytest.mark.parametrize("scheduler", ["tcp://127.0.0.1:9", "nowhere"])
def test_no_scheduler_there(monkeypatch: pytest.MonkeyPatch, scheduler: str) -> None:
    monkeypatch.setattr(module, "SECONDS_TO_CONNECT", 1)
    with pytest.raises(WorkerError, match=f"no Dask scheduler answers at {scheduler}"):
        list(code_on_dask(iter(batches()), "", scheduler))


def test_a_scheduler_without_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    class Lonely:
        def __init__(self, address: str, timeout: int) -> None:
            self.address = address

        def wait_for_workers(self, count: int, timeout: int) -> None:
            raise TimeoutError

        def close(self) -> None:
            raise TimeoutError("slow to close, too")

    monkeypatch.setattr(distributed, "Client", Lonely)
    with pytest.raises(WorkerError, match="tcp://host:8786 has no workers: start dask worker"):
        list(code_on_dask(iter(batches()), "", "tcp://host:8786"))


def test_without_dask(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> Any:
        raise ImportError(name)

    monkeypatch.setattr(module, "import_module", absent)
    with pytest.raises(MissingExtraError, match=r"pip install 'socoder\[dask\]'"):
        list(code_on_dask(iter(batches()), ""))


@pytest.fixture
def payroll(tmp_path: Path) -> Path:
    """A file and two Parquet parts of the same titles, each of them several times."""
    rows = [f"{number},{job.title},078-05-{number:04}" for number, job in enumerate(JOBS * 5)]
    (tmp_path / "pay.csv").write_text("id,Job Title,SSN\n" + "\n".join(rows) + "\n")
    (tmp_path / "parts").mkdir()
    for part in range(2):
        own = JOBS[part * 20 : part * 20 + 40]
        table = pa.table({"Job Title": [job.title for job in own], "pay": range(len(own))})
        pq.write_table(table, tmp_path / "parts" / f"part-{part}.parquet")
    return tmp_path


def test_files_come_out_byte_for_byte_as_on_one_machine(payroll: Path, address: str) -> None:
    for name in ("pay.csv", "parts"):
        local, there = payroll / f"local-{name}", payroll / f"dask-{name}"
        ours = run_on(payroll / name, local, BulkOptions(jobs=1))
        theirs = run_on(payroll / name, there, BulkOptions(jobs=1), "dask", address)
        assert (ours.rows, ours.statuses) == (theirs.rows, theirs.statuses)
        assert ours.distinct_texts == theirs.distinct_texts
        files = sorted(local.rglob("*.parquet")) if local.is_dir() else [local]
        assert len(files) == (2 if name == "parts" else 1)
        for file in files:
            other = there / file.relative_to(local) if local.is_dir() else there
            assert other.read_bytes() == file.read_bytes()


def test_a_lost_cluster_leaves_what_was_coded(
    payroll: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = payroll / "pay.csv", payroll / "out.csv"
    monkeypatch.setattr(code_texts, "BATCH", 10)
    whole, left = module._rows, 3

    def lost(future: Any) -> Any:
        nonlocal left
        left -= 1
        if left < 0:
            raise WorkerError("the Dask cluster lost a batch")
        return whole(future)

    monkeypatch.setattr(module, "_rows", lost)
    with pytest.raises(WorkerError):
        run_on(source, target, BulkOptions(), "dask", address)
    assert not target.exists()
    monkeypatch.setattr(module, "_rows", whole)
    summary = run_on(source, target, BulkOptions(resume=True), "dask", address)
    assert summary.resumed_texts >= 20
    run_on(source, payroll / "other.csv", BulkOptions(jobs=1))
    assert target.read_bytes() == (payroll / "other.csv").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(("spark", ""), "--engine must be one of local, dask"), (("local", "tcp://x:1"), "give both")],
)
def test_engines_that_are_none(payroll: Path, arguments: tuple[str, str], said: str) -> None:
    with pytest.raises(InputError, match=said):
        run_on(payroll / "pay.csv", payroll / "out.csv", BulkOptions(), *arguments)
