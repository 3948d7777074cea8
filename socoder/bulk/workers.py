"""Batches of distinct jobs → coded rows, on one core or on several: the same rows either way."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from socoder.bulk.coded_row import CodedRow
from socoder.bulk.coding import code_distinct
from socoder.errors import SocoderError
from socoder.records import Job, Policy, Settings

if TYPE_CHECKING:
    from socoder.coder import Coder

BATCH = 200  # jobs: a quarter of a second of titles
FEW = 6  # batches that one process has coded before others have started
# One process is one core.
_ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS"), "1"
)


@dataclass(frozen=True, slots=True)
class Loading:
    """What a coder is loaded from: the same in each process."""

    bundle: Path | None = None
    encoder: str = ""
    settings: Settings = field(default_factory=Settings)
    calibration: Path | None = None
    policy: Policy = "guideline"

    def load(self) -> Coder:
        """Raises BundleError and InputError as `Coder.load` does."""
        from socoder.coder import Coder

        return Coder.load(self.bundle, self.encoder, self.settings, self.calibration)


@dataclass(frozen=True, slots=True)
class Batch:
    """Distinct jobs with the hashes of their texts and of their titles."""

    jobs: list[Job]
    keys: list[bytes]
    titles: list[bytes]


class WorkerError(SocoderError):
    """A process that codes came to an end."""

    code = "worker"


def cores() -> int:
    """How many cores this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # no Linux
        return os.cpu_count() or 1


def code_batches(
    batches: Iterator[Batch], loading: Loading, jobs: int
) -> Iterator[tuple[Batch, list[CodedRow]]]:
    """Each batch with its rows, in order; `jobs` processes, fewer for few batches. No more batches
    are taken from the iterator than are being coded. Raises WorkerError if a process dies."""
    first = list(islice(batches, FEW)) if jobs > 1 else []
    if len(first) < FEW:
        coder: Coder | None = None
        for batch in chain(first, batches):
            coder = coder or (loading.load() if batch.jobs else None)
            yield batch, code_distinct(coder, batch.jobs, loading.policy) if coder else []
        return
    from joblib.externals.loky import ProcessPoolExecutor
    from joblib.externals.loky.process_executor import BrokenProcessPool, ShutdownExecutorError

    # A pool of its own: several runs may go on in one process, each with its settings.
    executor = ProcessPoolExecutor(max_workers=jobs, timeout=60, env=_ONE_THREAD)
    try:
        waiting: deque[tuple[Batch, Any]] = deque()
        for batch in chain(first, batches):
            waiting.append((batch, executor.submit(_code, loading, batch.jobs)))
            if len(waiting) > 2 * jobs:
                own, future = waiting.popleft()
                yield own, future.result()
        for own, future in waiting:
            yield own, future.result()
    except (BrokenProcessPool, ShutdownExecutorError):
        raise WorkerError(
            "a process that was coding was ended from outside (out of memory?): go on with --resume,"
            " with fewer --jobs if it happens again"
        ) from None
    finally:
        with suppress(Exception):
            executor.shutdown(wait=True, kill_workers=True)


_loaded: dict[Loading, Coder] = {}


def _code(loading: Loading, jobs: Sequence[Job]) -> list[CodedRow]:
    """In a worker: with the coder of this process, loaded at the first call."""
    if not jobs:
        return []
    if loading not in _loaded:
        _loaded.clear()
        _loaded[loading] = loading.load()
    return code_distinct(_loaded[loading], jobs, loading.policy)
