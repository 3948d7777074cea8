"""Decisions out: the imported file as it was, with the final code, who decided, when and why.

The store has no other column of the file, so the export reads the file again and joins by title,
text and department; the sha256 of the bytes proves that it is the file that was imported.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from socoder import soc
from socoder.errors import InputError
from socoder.review.coded_file import (
    AS_IT_IS,
    CodedFile,
    Reading,
    as_imported,
    coded_file,
    sha256_of,
)
from socoder.review.importing import Identities
from socoder.review.records import Decision
from socoder.review.schema import batch_items, decisions, items
from socoder.review.settle import settle
from socoder.review.store import Store, read_decisions
from socoder.tabular.atomic import whole_file
from socoder.tabular.layout import Added, Cell, Layout
from socoder.tabular.opening import opened_input, target_format, writer_of

FINAL = ("soc_machine_code", "soc_final_code", "soc_final_title", "soc_final_level",
         "soc_final_source", "soc_reviewed_by", "soc_reviewer_authenticated", "soc_reviewed_at",
         "soc_review_reason", "soc_review_comment")  # fmt: skip
SHOWN = 10  # codes that SOCassign shows for a job
SYSTEM = "soc2018"
_CODER = tuple(f"coder_{number}" for number in (1, 2, 3))
SOCASSIGN = (
    *(f"{kind}_{n}" for n in range(1, SHOWN + 1) for kind in (SYSTEM, "title", "score")),
    *_CODER, "comment", "redflag",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Final:
    """What the desk knows of an item: `source` is machine, review, double_review, adjudication,
    open (waits for a person) or none (nothing to code)."""

    source: str
    code: str = ""
    decision: Decision | None = None
    reviewers: tuple[str, ...] = ()
    flagged: bool = False
    options: tuple[tuple[str, float], ...] = ()


# A row without title and text, or rejected when it was imported.
_NOT_AN_ITEM = Final("none")


@dataclass(frozen=True, slots=True)
class Exported:
    """`rows` by the source of their final code; they add up to the rows of the file."""

    rows: Mapping[str, int]


def export(
    store: Store, source: Path, target: Path, socassign: bool = False, how: Reading = AS_IT_IS
) -> Exported:
    """Write the imported file `source` with the decisions of the desk to `target` (CSV, TSV, XLSX,
    Parquet or JSON lines, by its name), whole or not at all. With `socassign` the added columns are
    those of SOCassign: ten codes with titles and scores, coder_1 to coder_3, comment, redflag. Of
    `how` only sheet, delimiter and encoding matter: the columns are those of the import.

    Raises InputError where the file was not imported, or has changed since."""
    with opened_input(source) as given:
        digest, name = sha256_of(given), given.name
    batch = next((own for own in store.batches() if own.id == digest), None)
    if batch is None:
        raise InputError(
            f"{name} is not among the imported files, or has changed since: import it first"
        )
    if target.exists() and target.samefile(source):
        raise InputError("the export would overwrite the imported file: give another name")
    finals = _finals(store, batch.id)
    with coded_file(source, as_imported(batch.columns, how)) as file:
        return _write(file, finals, target, socassign)


def _write(
    given: CodedFile, finals: Mapping[str, Final], target: Path, socassign: bool
) -> Exported:
    columns = given.source.columns
    width, widest = len(columns), 0
    for chunk in given.source.chunks():
        widest = max(widest, max((len(row) for row in chunk.values()), default=0))
    own_id = socassign and "Id" not in columns
    added = (*(("Id",) if own_id else ()), *(SOCASSIGN if socassign else FINAL))
    layout = Layout(columns, tuple(range(width)), added, extra=max(0, widest - width))
    kind = target_format(target, given.source.format)
    numbers = [name for name in added if name.startswith("score_")]
    rows: dict[str, int] = {}
    number, identities = 0, Identities()
    with whole_file(target) as stream:
        writer = writer_of(stream, layout, given.source, kind, numbers)
        for chunk in given.source.chunks():
            distinct: dict[tuple[Cell, ...], int] = {}
            which = []
            for job, row in given.chunk_rows(chunk):
                number += 1
                final = finals.get(identities.of(job)[0], _NOT_AN_ITEM)
                rows[final.source] = rows.get(final.source, 0) + 1
                cells = _socassign(final) if socassign else _cells(final, row)
                if own_id:
                    cells = (str(number), *cells)
                which.append(distinct.setdefault(cells, len(distinct)))
            writer.write(chunk, Added(which, list(distinct)))
        writer.close()
    return Exported(dict(sorted(rows.items())))


def _finals(store: Store, batch: str) -> dict[str, Final]:
    """Item → what is known of it, for the items of a batch."""
    mine = select(batch_items.c.item_id).where(batch_items.c.batch_id == batch)
    record: dict[str, list[Decision]] = {}
    with store.reading() as connection:
        for decision in read_decisions(connection, decisions.c.item_id.in_(mine)):
            record.setdefault(decision.item_id, []).append(decision)
        rows = connection.execute(select(items).where(items.c.id.in_(mine))).mappings()
        return {row["id"]: _final(row, record.get(row["id"], [])) for row in rows}


def _final(row: Mapping[Any, Any], record: list[Decision]) -> Final:
    options = tuple((code, share) for code, share in json.loads(row["options"]))
    queued = bool(row["sampled"]) or row["machine_status"] == "review"
    found = settle(record, row["doubled"], queued)
    flagged = found.state == "flagged"
    if found.final is not None:
        final = found.final
        agreeing = [own for own in found.rows.values() if own.role == final.role
                    and own.kind == final.kind and own.code == final.code]  # fmt: skip
        source: str = final.role
        if source == "review" and len(agreeing) > 1:
            source = "double_review"
        names = tuple(own.reviewer for own in agreeing)
        return Final(source, final.code, final, names, flagged, options)
    if row["machine_status"] in ("accepted", "reviewed") and found.state == "unqueued":
        return Final("machine", row["soc_code"], options=options)
    if row["machine_status"] in ("accepted", "reviewed") and found.state == "open":
        # Drawn into the blind sample, not decided yet: it was accepted, and it stays so.
        return Final("machine", row["soc_code"], options=options)
    return Final("open" if queued or record else "none", flagged=flagged, options=options)


def _cells(final: Final, row: Mapping[str, str]) -> tuple[Cell, ...]:
    known, made = soc.load(), final.decision
    level = known.get(final.code).level if final.code else ""
    return (
        row.get("soc_code", ""),
        final.code,
        known.title(final.code) if final.code else "",
        level,
        final.source,
        " | ".join(final.reviewers),
        "" if made is None else "TRUE" if made.authenticated else "FALSE",
        made.decided_at if made else "",
        made.reason if made else "",
        made.comment if made else "",
    )


def _socassign(final: Final) -> tuple[Cell, ...]:
    known = soc.load()
    listed: list[Cell] = []
    for code, share in final.options[:SHOWN]:
        listed += [code, known.title(code), share]
    listed += [""] * (3 * SHOWN - len(listed))
    chosen = final.code if final.decision is not None else ""
    comment = final.decision.comment if final.decision else ""
    return (*listed, chosen, "", "", comment, "true" if final.flagged else "false")
