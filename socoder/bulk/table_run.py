"""A bulk run from end to end: open, find columns, code distinct texts, write rows, sum up."""

from __future__ import annotations

import contextlib
import gc
import hashlib
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from socoder import __version__, soc
from socoder.bulk.carry import read_previous
from socoder.bulk.checkpoint import SUFFIX, Checkpoint
from socoder.bulk.code_texts import Engine, Scan, code_texts
from socoder.bulk.columns import Columns, find_columns
from socoder.bulk.decided import with_overrides
from socoder.bulk.options import NUMBERS, PARTS, SOC_COLUMNS, BulkOptions, Progress, Summary
from socoder.bulk.pace import Pace
from socoder.bulk.workers import Loading, code_batches, cores
from socoder.bulk.write_rows import Tally, write_rows
from socoder.bundle import Bundle
from socoder.errors import InputError
from socoder.tabular.atomic import OutputError, unwritable, whole_file
from socoder.tabular.layout import Layout, Source
from socoder.tabular.opening import (
    STDIO,
    Input,
    opened_input,
    source_of,
    target_format,
    why_unreadable,
    writer_of,
)

REJECTS, SUMMARY, CHANGES = ".rejects.csv", ".summary.json", ".changes.csv"
TOP = 10  # codes in a summary


def run(
    source: Path,
    target: Path,
    options: BulkOptions | None = None,
    progress: Callable[[Progress], None] | None = None,
    engine: Engine | None = None,
) -> Summary:
    """Code the table `source` ("-": standard input) and write `target` ("-": standard output) with
    OUT.rejects.csv and OUT.summary.json beside it. `engine` codes batches in another way than on
    this machine's cores; it must give the same rows.

    Raises InputError for what cannot be read or settings that cannot be, OutputError for what
    cannot be written, BundleError, MissingExtraError, WorkerError: each one line. The target is
    whole or as it was; what was coded is kept in OUT.socoder-checkpoint for `resume`."""
    started = time.monotonic()
    options = options or BulkOptions()
    piped = str(target) == STDIO
    with opened_input(source) as given, _few_collections(), contextlib.ExitStack() as stack:
        _check_target(source, target, options)
        kind = target_format(target, given.format)
        table = source_of(
            given, sheet=options.sheet, delimiter=options.delimiter, encoding=options.encoding,
            target=kind, every_name=options.drop_personal or options.overwrite_soc,
        )  # fmt: skip
        asked = {part: getattr(options, f"{part}_column") for part in PARTS}
        columns = find_columns(table.columns, asked, given.name, _first_rows(table))
        if columns.coded and not options.overwrite_soc:
            raise InputError(
                f"{given.name} has soc_ columns already: give --overwrite-soc to replace them, or"
                " --previous to take settled codes over from it"
            )
        stamp = _stamp(source)
        if kind == "xlsx":
            from socoder.tabular.workbook import check_table

            check_table(table, len(SOC_COLUMNS))
        bundle = Bundle.load(options.bundle)
        fingerprint = _fingerprint(given, table, columns, options, bundle.digest)
        beside = None if piped else target.with_name(target.name + SUFFIX)
        checkpoint = stack.enter_context(
            Checkpoint(beside, fingerprint, options.resume, options.restart)
        )
        notes = [*columns.notes]
        sheets = getattr(table, "sheets", ())
        if len(sheets) > 1:
            notes.append(f'sheet "{getattr(table, "sheet", "")}" of {len(sheets)}')
        if options.resume:
            notes.append(f"{checkpoint.resumed:,} texts were coded before the interruption")
        if options.previous:
            checkpoint.forget_heads()
            names = {part: _name(table, getattr(columns, part)) for part in PARTS}
            notes += read_previous(options.previous, names, checkpoint)
        jobs = options.jobs or cores()
        loading = Loading(
            options.bundle, options.encoder, options.settings, options.calibration, options.policy
        )
        pace = Pace(progress)
        engine = engine or partial(code_batches, loading=loading, jobs=jobs)
        if options.overrides:
            engine = with_overrides(engine, options.overrides, soc.load())
        scan = code_texts(
            table, columns, checkpoint, engine, pace.coding, heads=options.previous is not None
        )
        coded_s = time.monotonic() - started
        layout = _layout(table, columns, options, scan)
        compared = options.previous is not None
        with _kept(checkpoint), _outputs(target, piped, compared) as (out, rejects, changes):
            writer = writer_of(out, layout, table, kind, NUMBERS)
            tally = write_rows(
                table, columns, checkpoint, writer, rejects, changes, options.excel, pace.writing
            )
            if tally.rows != scan.rows or _stamp(source) != stamp:
                raise InputError(f"{given.name} changed while it was read: run again")
        texts, titles = checkpoint.count()
        summary = _summary(
            given, target, table, columns, options, bundle, scan, tally, texts, titles, notes,
            jobs, checkpoint.resumed, coded_s, started,
        )  # fmt: skip
        if not piped:
            with whole_file(target.with_name(target.name + SUMMARY)) as stream:
                found = json.dumps(summary.to_dict(), indent=1, ensure_ascii=False)
                stream.write(found.encode("utf-8", "replace") + b"\n")
        checkpoint.remove()
    return summary


@contextlib.contextmanager
def _outputs(
    target: Path, piped: bool, compared: bool
) -> Iterator[tuple[BinaryIO, BinaryIO, BinaryIO | None]]:
    """Streams for the table, the rejects and the changes. They take their places in the opposite
    order, so that the table comes last."""
    with contextlib.ExitStack() as stack:
        if piped:
            out = stack.enter_context(tempfile.TemporaryFile())
            rejects = stack.enter_context(tempfile.TemporaryFile())
            changes = stack.enter_context(tempfile.TemporaryFile()) if compared else None
            yield out, rejects, changes
            out.seek(0)
            shutil.copyfileobj(out, sys.stdout.buffer)
            sys.stdout.buffer.flush()
            return
        table = stack.enter_context(whole_file(target))
        listed = stack.enter_context(whole_file(target.with_name(target.name + REJECTS)))
        path = target.with_name(target.name + CHANGES)
        yield table, listed, stack.enter_context(whole_file(path)) if compared else None


@contextlib.contextmanager
def _few_collections() -> Iterator[None]:
    """Millions of cells come and go and none is part of a cycle: the garbage collector looks less
    often, which saves a third of the time."""
    before = gc.get_threshold()
    gc.set_threshold(200_000, 50, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)


@contextlib.contextmanager
def _kept(checkpoint: Checkpoint) -> Iterator[None]:
    """Says with an error in writing that nothing is lost."""
    try:
        yield
    except OutputError as error:
        if checkpoint.path is None:
            raise
        raise OutputError(f"{error}; what was coded is kept: go on with --resume") from None


def _check_target(source: Path, target: Path, options: BulkOptions) -> None:
    if str(target) == STDIO:
        if options.resume or options.restart:
            raise InputError("--resume and --restart need an output file: name one with -o")
        return
    if target.is_dir():
        raise InputError(f"{target.name} is a folder: give the name of a file")
    written = [
        target,
        *(target.with_name(target.name + end) for end in (REJECTS, SUMMARY, CHANGES)),
    ]
    for other, said in ((source, "the input"), (options.previous, "the previous file")):
        for path in written:
            with contextlib.suppress(OSError):
                if other and path.exists() and path.samefile(other):
                    raise InputError(f"{path.name}, which is written, is {said} itself: give the"
                                     " output another name")  # fmt: skip
    try:
        probe = tempfile.TemporaryFile(dir=target.parent)  # noqa: SIM115
    except OSError as error:
        raise OutputError(unwritable(target, error)) from None
    probe.close()


def _fingerprint(
    given: Input, table: Source, columns: Columns, options: BulkOptions, bundle: str
) -> dict[str, str]:
    """What the codings hang on, part by part."""
    with given.open() as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]
    chosen = [columns.title, columns.description, columns.department]
    sheet = getattr(table, "sheet", "")
    calibration = _sha256(options.calibration)
    settings = [options.policy, asdict(options.settings), options.encoder, calibration]
    if options.overrides:
        settings.append(_sha256(options.overrides))
    return {
        "input": digest,
        "columns": json.dumps([chosen, sheet, options.delimiter, options.encoding]),
        "settings": json.dumps(settings),
        "bundle": bundle,
        "previous": _sha256(options.previous),
        "socoder": __version__,
    }


def _sha256(path: Path | None) -> str:
    if path is None:
        return ""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise InputError(f"{path.name}: {why_unreadable(error)}") from None


def _stamp(source: Path) -> tuple[int, int]:
    """Size and time of change of a file: other ones mean that somebody wrote to it."""
    if str(source) == STDIO:
        return (0, 0)
    try:
        found = source.stat()
    except OSError:  # gone since it was opened
        return (-1, -1)
    return found.st_size, found.st_mtime_ns


def _first_rows(table: Source) -> Iterator[Sequence[Any]]:
    for chunk in table.chunks():
        yield from chunk.values()


def _name(table: Source, column: int | None) -> str:
    return "" if column is None else table.columns[column]


def _layout(table: Source, columns: Columns, options: BulkOptions, scan: Scan) -> Layout:
    out = {*columns.coded}
    if options.drop_personal:
        out |= {*columns.personal} - {*columns.texts}
    kept = tuple(i for i in range(len(table.columns)) if i not in out)
    return Layout(table.columns, kept, SOC_COLUMNS, scan.extra, options.excel)


def _summary(
    given: Input, target: Path, table: Source, columns: Columns, options: BulkOptions,
    bundle: Bundle, scan: Scan, tally: Tally, texts: int, titles: int, notes: list[str], jobs: int,
    resumed: int, coded_s: float, started: float,
) -> Summary:  # fmt: skip
    names = table.columns
    taken = {part: _name(table, getattr(columns, part)) for part in PARTS}
    personal = [names[i] for i in columns.personal if i not in columns.texts]
    settled = tally.statuses["accepted"] + tally.statuses["reviewed"]
    if scan.long:
        notes.append(
            f"rows with more cells than the header, which are in columns extra_1 …: {scan.long:,}"
        )
    if mended := getattr(table, "mended", 0):
        notes.append(f"rows with a quotation mark that nothing closes: {mended:,}")
    top = [
        {"soc_code": code, "soc_title": title, "rows": rows}
        for (code, title), rows in sorted(
            tally.codes.items(), key=lambda found: (-found[1], found[0])
        )[:TOP]
    ]
    return Summary(
        input=given.name,
        output=target.name,
        rows=tally.rows,
        distinct_texts=texts,
        distinct_titles=titles,
        statuses=dict(tally.statuses),
        accepted_share=round(settled / tally.rows, 4) if tally.rows else 0.0,
        mean_confidence=round(tally.sure_sum / tally.sure_rows, 4) if tally.sure_rows else None,
        top_codes=top,
        rejected=tally.statuses["uncodable"],
        blank_lines=scan.blank,
        short_rows=scan.short,
        long_rows=scan.long,
        columns={part: name for part, name in taken.items() if name},
        personal=personal,
        dropped=personal if options.drop_personal else [],
        carried_rows=tally.carried,
        changes=dict(tally.changes) if options.previous else {},
        bundle=bundle.info.bundle,
        bundle_sha256=bundle.digest,
        policy=options.policy,
        settings=asdict(options.settings),
        socoder=__version__,
        jobs=jobs,
        resumed_texts=resumed,
        seconds=round(time.monotonic() - started, 2),
        seconds_to_code=round(coded_s, 2),
        notes=notes,
    )
