"""A folder of parts, as clusters write tables: each part is coded as the table that it is.

The output is a folder with the same names in it. A text that occurs in several parts is coded once.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from socoder import __version__
from socoder.bulk.checkpoint import SUFFIX as KEPT
from socoder.bulk.checkpoint import Checkpoint
from socoder.bulk.code_texts import Engine
from socoder.bulk.coded_row import CodedRow
from socoder.bulk.options import BulkOptions, Progress, Summary
from socoder.bulk.table_run import run
from socoder.bulk.workers import Batch
from socoder.bundle import Bundle
from socoder.errors import InputError
from socoder.tabular.atomic import whole_file
from socoder.tabular.opening import FORMATS
from socoder.tabular.unpacking import SUFFIX

_WAITING = 20  # batches that are ready
LIST = "parts.socoder.json"  # in the output folder: the parts that are done
STORE = f"parts{KEPT}"  # hashes and codings of all parts, until they are done


def run_parts(
    source: Path,
    target: Path,
    options: BulkOptions,
    engine: Engine,
    progress: Callable[[Progress], None] | None = None,
) -> Summary:
    """Code every table in the folder `source` and below into the folder `target`, in the order of
    their names; each comes out as `run` writes it alone. With `options.resume` the parts that are
    done are not touched again.

    Gives the sums over the parts; each has its own summary, with its top codes, beside it. Raises
    InputError if there are no parts, if `target` holds something and neither `resume` nor `restart`
    is asked for, or if parts that are done or the settings changed; and what `run` raises."""
    parts = [path.relative_to(source) for path in part_files(source)]
    if target == source or target in source.parents or source in target.parents:
        raise InputError("the output folder must not be in the input folder, nor around it")
    done = _done(target, options)
    summaries: list[dict[str, Any]] = []
    target.mkdir(parents=True, exist_ok=True)
    asked = {"settings": json.dumps(_asked(options))}
    with Checkpoint(target / STORE, asked, options.resume, options.restart) as store:
        once = coded_once(engine, store)
        for part in parts:
            out, stamp = target / part, _stamp(source / part)
            name = part.as_posix()
            if name in done and out.exists():
                if done[name]["stamp"] != stamp:
                    raise InputError(f"{name} changed since it was coded: give --restart")
                summaries.append(done[name]["summary"])
                continue
            out.parent.mkdir(parents=True, exist_ok=True)
            resume = options.resume and out.with_name(out.name + KEPT).exists()
            own = replace(options, resume=resume, restart=not resume)
            summary = run(source / part, out, own, progress, once)
            done[name] = {"stamp": stamp, "summary": asdict(summary)}
            summaries.append(done[name]["summary"])
            _write_done(target, options, done)
        texts, titles = store.count()
        store.remove()
    return _sums(source, target, summaries, texts, titles)


def part_files(folder: Path) -> list[Path]:
    """The tables in a folder and below it, in the order of their paths; names that begin with "."
    or "_" are none. Raises InputError if there are none, or of several formats."""
    found = sorted(
        path
        for path in folder.rglob("*")
        if path.suffix.lower() in FORMATS
        and path.is_file()
        and not any(name[0] in "._" for name in path.relative_to(folder).parts)
    )
    packed = (path for path in folder.rglob(f"*{SUFFIX}") if path.with_suffix("").suffix in FORMATS)
    if next(packed, None):
        raise InputError(f"{folder.name} holds packed parts ({SUFFIX}): unpack them first")
    formats = sorted({FORMATS[path.suffix.lower()] for path in found})
    if len(formats) != 1:
        there = f"parts of several formats ({', '.join(formats)})" if formats else "no tables"
        raise InputError(f"{folder.name} holds {there}: give a folder of Parquet or CSV parts")
    return found


def coded_once(engine: Engine, store: Checkpoint) -> Engine:
    """The engine, with the texts in the store answered from there; what it codes goes there, for
    good before the part has it: so the store counts every text, whatever was interrupted."""

    def coded(batches: Iterator[Batch]) -> Iterator[tuple[Batch, list[CodedRow]]]:
        ready: deque[tuple[Batch, list[CodedRow]]] = deque()

        def new_ones() -> Iterator[Batch]:
            for batch in batches:
                known = [store.coded(key) for key in batch.keys]
                if rows := [row for row in known if row]:
                    ready.append((_some(batch, [bool(row) for row in known]), rows))
                new = _some(batch, [not row for row in known])
                if new.jobs or len(ready) > _WAITING:
                    yield new  # an empty batch, too, so that what is ready does not pile up

        for batch, rows in engine(new_ones()):
            if rows:
                store.store(zip(batch.keys, batch.titles, rows, strict=True))
                store.commit()
            while ready:
                yield ready.popleft()
            if rows:
                yield batch, rows
        yield from ready

    return coded


def _some(batch: Batch, wanted: list[bool]) -> Batch:
    """The jobs of a batch that are wanted."""
    places = [place for place, asked in enumerate(wanted) if asked]
    return Batch(
        [batch.jobs[place] for place in places],
        [batch.keys[place] for place in places],
        [batch.titles[place] for place in places],
    )


def _done(target: Path, options: BulkOptions) -> dict[str, Any]:
    """The parts that are done already: name → stamp and summary."""
    if target.exists() and not target.is_dir():
        raise InputError(f"{target.name} is a file: the parts of a folder need a folder")
    if options.restart or not target.exists() or not any(target.iterdir()):
        return {}
    if not options.resume:
        raise InputError(
            f"{target.name} is not empty: give --resume to go on, --restart to write over it,"
            " or another folder"
        )
    try:
        found = json.loads((target / LIST).read_text(encoding="utf-8"))
        asked, done = found["asked"], dict(found["parts"])
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError):
        raise InputError(f"{LIST} is damaged: give --restart to begin anew") from None
    if asked != _asked(options):
        raise InputError(
            "the settings, the bundle or socoder changed since parts were coded: put that back, or"
            " give --restart"
        )
    return done


def _write_done(target: Path, options: BulkOptions, done: dict[str, Any]) -> None:
    with whole_file(target / LIST) as stream:
        found = {"schema": "socoder.parts/1", "asked": _asked(options), "parts": done}
        stream.write(json.dumps(found, indent=1, ensure_ascii=False).encode() + b"\n")


def _asked(options: BulkOptions) -> dict[str, Any]:
    """What the output hangs on besides the input; of other files their size and time."""
    plain = replace(options, resume=False, restart=False, jobs=0)
    files = [path for path in (options.calibration, options.previous, options.overrides) if path]
    asked = {
        **asdict(plain),
        "files": [_stamp(path) for path in files],
        "digest": Bundle.load(options.bundle).digest,
        "socoder": __version__,
    }
    return dict(json.loads(json.dumps(asked, default=str)))


def _stamp(path: Path) -> list[int]:
    try:
        found = path.stat()
    except OSError as error:
        raise InputError(f"{path.name}: cannot be read ({error.strerror}): check it") from None
    return [found.st_size, found.st_mtime_ns]


def _sums(
    source: Path, target: Path, parts: list[dict[str, Any]], texts: int, titles: int
) -> Summary:
    first, last = parts[0], parts[-1]
    total = {
        name: sum(part[name] for part in parts)
        for name in ("rows", "rejected", "blank_lines", "short_rows", "long_rows", "carried_rows",
                     "resumed_texts", "seconds", "seconds_to_code")
    }  # fmt: skip
    total |= {name: round(total[name], 2) for name in ("seconds", "seconds_to_code")}
    statuses = {name: sum(part["statuses"][name] for part in parts) for name in first["statuses"]}
    settled = statuses["accepted"] + statuses["reviewed"]
    coded = [
        (part["rows"] - part["statuses"]["uncodable"], part["mean_confidence"]) for part in parts
    ]
    sure = sum(rows for rows, _ in coded)
    return Summary(**{
        **last,
        **total,
        "input": source.name,
        "output": target.name,
        "distinct_texts": texts,
        "distinct_titles": titles,
        "statuses": statuses,
        "accepted_share": round(settled / total["rows"], 4) if total["rows"] else 0.0,
        "mean_confidence": round(sum(rows * (mean or 0.0) for rows, mean in coded) / sure, 4) if sure else None,
        "top_codes": [],
        "changes": {
            name: sum(part["changes"].get(name, 0) for part in parts) for name in first["changes"]
        },
        "notes": [*first["notes"], f"{len(parts):,} parts: each has a summary of its own"],
    })  # fmt: skip
