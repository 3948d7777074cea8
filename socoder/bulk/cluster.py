"""Batches of distinct jobs → coded rows on many machines with Dask: the rows of one machine.

Only titles, texts and departments travel to the workers, never a row of the table: reading and writing
stay where the command runs. A worker process loads the coder once, and proves that it has the same
bundle and the same socoder. A batch whose worker dies goes to another; who coded what makes no
difference, since a row depends on its own job alone.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from threading import Lock
from typing import TYPE_CHECKING, Any

from socoder import __version__
from socoder.bulk.coded_row import CodedRow
from socoder.bulk.coding import code_distinct
from socoder.bulk.workers import Batch, Loading, WorkerError
from socoder.errors import MissingExtraError, SocoderError
from socoder.records import Job

if TYPE_CHECKING:
    from socoder.bulk.code_texts import Engine
    from socoder.coder import Coder

IN_FLIGHT = 3  # batches for each worker thread: the next is there when one is done
DEATHS = 10  # workers that may die under one batch before it is to blame
SECONDS_TO_CONNECT, SECONDS_TO_JOIN = 20, 120
_one_at_a_time = Lock()


@dataclass(frozen=True, slots=True)
class Wanted:
    """The coder that every worker must have: what it is loaded from (paths as they stand on the
    worker), the digest of the bundle that comes of it, and the version of socoder."""

    loading: Loading
    digest: str
    version: str = __version__


@dataclass(frozen=True, slots=True, repr=False)
class Parcel:
    """Jobs on their way to a worker. Dask prints and logs what it sends: this prints as a count."""

    jobs: tuple[Job, ...]

    def __repr__(self) -> str:
        return f"<{len(self.jobs)} jobs>"


@dataclass(frozen=True, slots=True, repr=False)
class Reply:
    """What a worker sends back: the rows in the order of the jobs, or in one line what went wrong."""

    rows: tuple[CodedRow, ...] = ()
    error: str = ""


@contextmanager
def dask_engine(
    loading: Loading, digest: str, scheduler: str = "", workers: int = 2
) -> Iterator[Engine]:
    """An engine for `socoder.bulk.run`, as long as the block lasts: the cluster at `scheduler`
    ("tcp://host:8786"), or `workers` processes of this machine if it is "". `digest` is that of
    the bundle which every worker must have. The engine gives each batch with its rows as they are
    done, and takes batches only as fast as they are coded.

    Raises MissingExtraError without Dask; WorkerError if no scheduler answers, no worker comes,
    a worker has another bundle or socoder, or the cluster is lost.
    """
    with _client(scheduler, workers) as (distributed, client):
        wanted = Wanted(loading, digest)
        yield lambda batches: _coded(batches, wanted, client, distributed.as_completed())


def _coded(
    batches: Iterator[Batch], wanted: Wanted, client: Any, waiting: Any
) -> Iterator[tuple[Batch, list[CodedRow]]]:
    run, count = uuid.uuid4().hex, 0
    sent: dict[str, Batch] = {}

    def fill() -> None:
        nonlocal count
        while len(sent) < IN_FLIGHT * max(1, sum(client.nthreads().values())):
            batch = next(batches, None)
            if batch is None:
                return
            key, count = f"socoder-{run}-{count}", count + 1
            sent[key] = batch
            parcel = Parcel(tuple(batch.jobs))
            waiting.add(client.submit(_code, wanted, parcel, key=key, pure=False))

    fill()
    for future in waiting:
        rows = _rows(future)
        batch = sent.pop(future.key)
        fill()
        yield batch, rows


def _code(wanted: Wanted, parcel: Parcel) -> Reply:
    """Runs on the worker. No error is raised there: Dask would log it together with the texts."""
    if not parcel.jobs:
        return Reply()
    try:
        with _one_at_a_time:
            coder = _coder(wanted)
            return Reply(tuple(code_distinct(coder, parcel.jobs, wanted.loading.policy)))
    except SocoderError as error:
        return Reply(error=str(error))
    except Exception as error:
        return Reply(error=f"unexpected {type(error).__name__} on a worker")


@lru_cache(maxsize=1)
def _coder(wanted: Wanted) -> Coder:
    """The coder of this process; raises WorkerError if it is not the one that is wanted."""
    if __version__ != wanted.version:
        raise WorkerError(
            f"a worker has socoder {__version__}, the command {wanted.version}: install the same"
        )
    coder = wanted.loading.load()
    if coder.bundle.digest != wanted.digest:
        raise WorkerError(
            f"a worker has the bundle {coder.bundle.digest[:12]}, the command"
            f" {wanted.digest[:12]}: put the same one on every machine"
        )
    return coder


def _rows(future: Any) -> list[CodedRow]:
    """What the worker sent; raises WorkerError for an error, and if the batch was lost."""
    try:
        reply = future.result()
    except Exception as error:  # KilledWorker, a scheduler that is gone, …
        raise WorkerError(
            f"the Dask cluster lost a batch ({type(error).__name__}): see the logs of its workers"
            " (out of memory?), then go on with --resume"
        ) from None
    if reply.error:
        raise WorkerError(reply.error)
    return list(reply.rows)


@contextmanager
def _client(scheduler: str, workers: int) -> Iterator[tuple[Any, Any]]:
    """Dask's library and a client of the cluster, which is started here if no scheduler is named."""
    try:
        dask, distributed = import_module("dask"), import_module("distributed")
    except ImportError:
        raise MissingExtraError(
            "--engine dask needs Dask: pip install 'socoder[dask]' here and on the workers"
        ) from None
    with ExitStack() as stack:
        stack.enter_context(_quiet())
        address: Any = scheduler
        if not scheduler:
            stack.enter_context(dask.config.set({"distributed.scheduler.allowed-failures": DEATHS}))
            # One thread each, since a coder uses one; memory is never spilled: texts stay off disk.
            address = distributed.LocalCluster(
                n_workers=workers,
                threads_per_worker=1,
                host="127.0.0.1",
                dashboard_address="127.0.0.1:0",
                memory_limit=0,
                silence_logs=logging.CRITICAL,
            )
            stack.callback(_close, address)
        try:
            client = distributed.Client(address, timeout=SECONDS_TO_CONNECT)
        except (OSError, ValueError, TimeoutError):
            raise WorkerError(
                f"no Dask scheduler answers at {scheduler}: give it as tcp://host:8786"
            ) from None
        stack.callback(_close, client)
        try:
            client.wait_for_workers(1, timeout=SECONDS_TO_JOIN)
        except TimeoutError:
            raise WorkerError(
                f"the Dask scheduler at {scheduler} has no workers: start dask worker on the machines"
            ) from None
        yield distributed, client


def _close(opened: Any) -> None:
    """What was coded is here already: a cluster that is slow to close is no error."""
    with suppress(Exception):
        opened.close()


@contextmanager
def _quiet() -> Iterator[None]:
    """Dask and its loop report lost connections with tracebacks: what matters is raised here."""
    logging.getLogger("asyncio")
    names = [
        name
        for name in logging.root.manager.loggerDict
        if name.partition(".")[0] in ("distributed", "tornado", "asyncio")
    ]
    levels = {name: logging.getLogger(name).level for name in names}
    for name in names:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        with suppress(Exception):
            for name, level in levels.items():
                logging.getLogger(name).setLevel(level)
