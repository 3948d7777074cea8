"""Who codes: this machine's cores, or a Dask cluster; one table, or a folder of parts."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from socoder.bulk.code_texts import Engine
from socoder.bulk.options import BulkOptions, Progress, Summary
from socoder.bulk.table_run import run
from socoder.bulk.workers import Loading, code_batches, cores
from socoder.errors import InputError

ENGINES = ("local", "dask")


def run_on(
    source: Path,
    target: Path,
    options: BulkOptions,
    engine: str = "local",
    scheduler: str = "",
    progress: Callable[[Progress], None] | None = None,
) -> Summary:
    """Code a table as `run` does, or a folder of tables as `run_parts` does, with one of the
    ENGINES. "dask" is the cluster at `scheduler`, or `options.jobs` processes of this machine if
    that is "". The output does not depend on the engine.

    Raises InputError for another engine, and for a scheduler without Dask; what `run`, `run_parts`
    and `dask_engine` raise."""
    if engine not in ENGINES:
        raise InputError(f"--engine must be one of {', '.join(ENGINES)}")
    if scheduler and engine != "dask":
        raise InputError("--scheduler is for --engine dask: give both")
    loading = Loading(
        options.bundle, options.encoder, options.settings, options.calibration, options.policy
    )
    jobs = options.jobs or cores()
    with ExitStack() as stack:
        chosen: Engine | None = None
        if engine == "dask":
            from socoder.bulk.cluster import dask_engine
            from socoder.bundle import Bundle

            digest = Bundle.load(options.bundle).digest
            chosen = stack.enter_context(dask_engine(loading, digest, scheduler, jobs))
        if source.is_dir():
            from socoder.bulk.parts import run_parts

            here = partial(code_batches, loading=loading, jobs=jobs)
            return run_parts(source, target, options, chosen or here, progress)
        return run(source, target, options, progress, chosen)
