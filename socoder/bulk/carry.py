"""Carry forward: codes that were reviewed or accepted in an earlier file stay for the same jobs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from socoder import soc
from socoder.bulk.checkpoint import Checkpoint
from socoder.bulk.coded_row import CodedRow
from socoder.bulk.columns import Columns, find_columns
from socoder.bulk.options import PARTS
from socoder.bulk.texts import job_of, lasting_key, row_parts
from socoder.errors import InputError
from socoder.records import Job
from socoder.tabular.layout import Chunk, Source
from socoder.tabular.opening import opened_input, source_of

SETTLED = ("accepted", "reviewed")
CARRIED = "carried_forward"
# In an export of the review desk: the code that holds, and who says so.
FINAL, SOURCE = "soc_final_code", "soc_final_source"
HEADER = (
    "change",
    "first_row",
    "rows",
    "title",
    "old_code",
    "old_status",
    "new_code",
    "new_status",
)
CHANGES = ("new", "would_change", "conflict")


@dataclass(frozen=True, slots=True)
class Change:
    """How a text stands against the previous file: "new" (no settled code there), "would_change"
    (coding it now gives another code than the one carried forward) or "conflict" (settled with
    several codes there, so that none is carried forward)."""

    change: str
    old_code: str = ""
    old_status: str = ""


def read_previous(path: Path, names: Mapping[str, str], checkpoint: Checkpoint) -> list[str]:
    """Take the settled codes of a coded file into the checkpoint; notes come back. `names` are the
    columns' names in the present file, which the previous one should have as well.

    Raises InputError for a file that cannot be read or has no soc_ columns."""
    with opened_input(path) as given:
        source = source_of(given)
        columns = _same_columns(source, names, given.name)
        plain = [name.strip().lower() for name in source.columns]
        if "soc_status" not in plain and FINAL not in plain:
            raise InputError(
                f"--previous {given.name}: no column soc_status or {FINAL}: give a file that socoder"
                " bulk or the review wrote"
            )
        places = {name: plain.index(name) for name in plain if name.startswith("soc_")}
        codes = set(soc.load().detailed)
        rows = settled = unknown = 0
        for chunk in source.chunks():
            rows += chunk.rows
            cells = {name: chunk.texts(i) for name, i in places.items()}
            for number, parts in enumerate(row_parts(chunk, columns)):
                row = _settled({name: texts[number].strip() for name, texts in cells.items()})
                if row is None:
                    continue
                if row.code not in codes:
                    unknown += 1
                    continue
                settled += 1
                checkpoint.remember(lasting_key(job_of(parts)), row)
    notes = [f"previous file: {settled:,} of {rows:,} rows have a settled code"]
    if unknown:
        notes.append(
            f"previous file: {unknown:,} settled codes are no detailed SOC 2018 codes, left out"
        )
    return notes


def carried(checkpoint: Checkpoint, job: Job, now: CodedRow) -> tuple[CodedRow, Change | None]:
    """The cells that a job gets, and what there is to tell about it; None where nothing changes."""
    old = checkpoint.settled(lasting_key(job))
    if old is None:
        return now, Change("new")
    if old.status.endswith("conflict"):
        return now, Change("conflict", "", old.status)
    row = replace(
        old,
        title=soc.load().title(old.code),
        reasons=CARRIED,
        alternatives=now.alternatives,
        role_tags=now.role_tags,
        model=old.model or now.model,
    )
    changed = old.code != now.code
    return row, Change("would_change", old.code, old.status) if changed else None


def _settled(cells: Mapping[str, str]) -> CodedRow | None:
    """The settled coding of a row; its confidence only where the code is still the model's own. In
    an export of the review desk nothing but the final code is settled: a row that still waits, or
    in which people found nothing to code, has none."""
    own, final = cells.get("soc_code", ""), cells.get(FINAL, "")
    code = final if SOURCE in cells else final or own
    by_people = final and cells.get(SOURCE, "").lower() != "machine"
    status = "reviewed" if by_people else cells.get("soc_status", "").lower()
    if status not in SETTLED or not code:
        return None
    names = ("", "_broad", "_minor", "_major")
    sure = [
        _number(cells.get(f"soc_confidence{name}", "")) if code == own else None for name in names
    ]
    model = cells.get("soc_model", "")
    return CodedRow(code, "", sure[0], sure[1], sure[2], sure[3], status, "", "", "", model)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _same_columns(source: Source, names: Mapping[str, str], name: str) -> Columns:
    """The columns of the present file where the previous one has them too, else found by name."""
    there = {one.strip().lower() for one in source.columns}
    given = {}
    for part in PARTS:
        wanted = names.get(part, "")
        if wanted:
            given[part] = wanted if wanted.strip().lower() in there else ""
        else:
            given[part] = "" if part == "title" else "-"
    given["id"] = "-"
    return find_columns(source.columns, given, f"--previous {name}")


def texts_of(chunk: Chunk, column: int | None) -> list[str]:
    """The cells of a column that there may not be."""
    return [""] * chunk.rows if column is None else chunk.texts(column)
