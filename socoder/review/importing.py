"""Coded files in: rows become items, identical ones a single item with a head-count.

Only the title, the description and the department reach the store, with contacts masked; no other
column of the file is read, apart from the `soc_` columns that `socoder bulk` wrote.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Connection, func, select

from socoder import soc
from socoder.errors import InputError, UnknownCodeError
from socoder.masking import mask
from socoder.records import Job
from socoder.review.records import Batch, Decision
from socoder.review.sampling import item_id, place
from socoder.review.schema import batch_items, batches, decisions, items
from socoder.review.settle import settle
from socoder.review.store import Store, read_decisions, storable

NEEDED = ("soc_code", "soc_confidence", "soc_status")
READ = (*NEEDED, "soc_confidence_broad", "soc_confidence_minor", "soc_confidence_major",
        "soc_reasons", "soc_alternatives", "soc_role_tags", "soc_model")  # fmt: skip
SAMPLE_SHARE, DOUBLE_SHARE = 0.02, 0.05
STATUSES = frozenset({"accepted", "review", "reviewed", "out_of_scope", "uncodable"})
_AT_ONCE = 500  # rows of a statement
_DIFFER = "codes_differ"


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that cannot be reviewed, by its number in the file (the first under the header is 1)."""

    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did. With `new` false the file was there already and nothing changed; the
    figures other than `batch` are then 0. `queued` are the batch's items that wait for a decision,
    `decided` those that an earlier decision covers, `empty` the rows without title and text."""

    batch: Batch
    new: bool
    new_items: int = 0
    queued: int = 0
    decided: int = 0
    empty: int = 0
    rejected: tuple[Rejected, ...] = ()


@dataclass(slots=True)
class _Found:
    """A distinct item of the file; `row` has the columns of the table of items."""

    row: dict[str, Any]
    heads: int = 1


class Identities:
    """Jobs → items, each distinct job looked at once."""

    def __init__(self) -> None:
        self._known: dict[Job, tuple[str, str, str, str]] = {}

    def of(self, job: Job) -> tuple[str, str, str, str]:
        """(item id, masked title, masked text, masked department); the id is "" for a job with
        neither title nor text."""
        if job not in self._known:
            title, text, department = (
                mask(storable(own).strip()) for own in (job.title, job.text, job.department)
            )
            own = item_id(title, text, department) if title or text else ""
            self._known[job] = (own, title, text, department)
        return self._known[job]


def check_shares(*shares: float) -> None:
    """Raises InputError for a share that is none."""
    if any(not 0 <= share <= 1 for share in shares):
        raise InputError("a share lies between 0 and 1: 0.02 is two in a hundred")


def import_rows(
    store: Store,
    digest: str,
    name: str,
    columns: Mapping[str, tuple[str, int]],
    rows: Iterable[tuple[Job, Mapping[str, str]]],
    sample_share: float = SAMPLE_SHARE,
    double_share: float = DOUBLE_SHARE,
    seed: int = 0,
) -> Imported:
    """Take the rows of a coded file into the store, all or none: for each the job that it describes
    and its soc_ cells. `digest` is the sha256 of the file, which is the batch's id: a file that is
    there already changes nothing. `columns` says which columns the jobs come from.

    `sample_share` of the accepted items are mixed into the queue, `double_share` of the queued
    ones go to two reviewers. Raises InputError for shares outside 0-1."""
    check_shares(sample_share, double_share)
    for batch in store.batches():
        if batch.id == digest:
            return Imported(batch, new=False)
    found, empty, rejected, number = _gather(rows)
    stamp = store.now()
    batch = Batch(
        id=digest, name=storable(name), imported_at=stamp, rows=number, items=len(found),
        columns=dict(columns), sample_share=sample_share, double_share=double_share, seed=seed,
    )  # fmt: skip
    with store.writing() as connection:
        if connection.execute(select(func.count()).where(batches.c.id == digest)).scalar():
            return Imported(batch, new=False)  # another process was faster
        values = {field: getattr(batch, field) for field in Batch.__dataclass_fields__}
        connection.execute(batches.insert(), {**values, "columns": json.dumps(values["columns"])})
        new = queued = decided = 0
        for part in _parts(found.items(), _AT_ONCE):
            new_here, queued_here, decided_here = _merge(
                connection, dict(part), digest, (sample_share, double_share, seed)
            )
            new, queued, decided = new + new_here, queued + queued_here, decided + decided_here
    return Imported(batch, True, new, queued, decided, empty, tuple(rejected))


def _gather(
    rows: Iterable[tuple[Job, Mapping[str, str]]],
) -> tuple[dict[str, _Found], int, list[Rejected], int]:
    """Distinct items by id, the number of empty rows, the rows that cannot be used, and of all."""
    found: dict[str, _Found] = {}
    empty, number = 0, 0
    identities = Identities()
    rejected: list[Rejected] = []
    for number, (job, row) in enumerate(rows, start=1):
        key, title, text, department = identities.of(job)
        if not key:
            empty += 1
            continue
        try:
            machine = _machine(row)
        except (ValueError, UnknownCodeError) as error:
            rejected.append(Rejected(number, str(error)))
            continue
        known = found.get(key)
        if known is None:
            texts = {"id": key, "title": title, "text": text, "department": department}
            found[key] = _Found({**texts, **machine})
            continue
        known.heads += 1
        if known.row["soc_code"] != machine["soc_code"]:
            _note_difference(known.row, machine)
    return found, empty, rejected, number


def _machine(row: Mapping[str, str]) -> dict[str, Any]:
    """What the machine said of a row. Raises ValueError or UnknownCodeError, without any text."""
    known = soc.load()
    code = (row.get("soc_code") or "").strip()
    status = (row.get("soc_status") or "").strip()
    if status not in STATUSES:
        raise ValueError(
            "soc_status is none of accepted, review, reviewed, out_of_scope, uncodable"
        )
    code = known.find(code) if code else ""
    if not code and status not in ("uncodable", "out_of_scope"):
        raise ValueError("soc_code is empty")
    names = (
        "soc_confidence",
        *(f"soc_confidence_{level}" for level in ("broad", "minor", "major")),
    )
    detailed, *coarser = (_share(row.get(name) or "", name) for name in names)
    options = [(code, detailed)] if code else []
    for part in filter(None, (row.get("soc_alternatives") or "").split("|")):
        other, colon, share = part.partition(":")
        if not colon:
            raise ValueError("soc_alternatives is not as bulk writes it")
        options.append((known.find(other), _share(share, "soc_alternatives")))
    return {
        "soc_code": code,
        "detailed": detailed,
        **{
            level: max(own, detailed)
            for level, own in zip(("broad", "minor", "major"), coarser, strict=True)
        },
        "machine_status": status,
        "reasons": storable(row.get("soc_reasons") or "").strip(),
        "options": json.dumps(options),
        "role_tags": storable(row.get("soc_role_tags") or "").strip(),
        "model": storable(row.get("soc_model") or "").strip(),
        "major_group": known.at_level(code, "major") if code else "",
    }


def _share(text: str, name: str) -> float:
    try:
        share = float(text) if text.strip() else 0.0
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise ValueError(f"{name} is no number between 0 and 1")
    return share


def _note_difference(row: dict[str, Any], machine: dict[str, Any]) -> None:
    """Rows of one text have several codes: keep the least sure one, and let a person look."""
    if machine["detailed"] < row["detailed"]:
        row.update(machine)
    row["machine_status"] = "review"
    if _DIFFER not in row["reasons"].split("|"):
        row["reasons"] = "|".join(filter(None, (row["reasons"], _DIFFER)))


def _merge(
    connection: Connection,
    found: dict[str, _Found],
    digest: str,
    shares: tuple[float, float, int],
) -> tuple[int, int, int]:
    """Write some of the batch's items; how many are new, queued, and decided already."""
    known = {
        row["id"]: row
        for row in connection.execute(select(items).where(items.c.id.in_(found))).mappings()
    }
    record: dict[str, list[Decision]] = {key: [] for key in known}
    if known:
        for decision in read_decisions(connection, decisions.c.item_id.in_(list(known))):
            record[decision.item_id].append(decision)
    sample_share, double_share, seed = shares
    fresh, states = [], []
    for key, own in found.items():
        old = known.get(key)
        row = own.row
        accepted = row["machine_status"] == "accepted"
        drawn = place(key, "sample", seed) < sample_share or bool(old and old["sampled"])
        row["sampled"] = accepted and drawn
        queued = row["sampled"] or row["machine_status"] == "review"
        row["doubled"] = queued and place(key, "double", seed) < double_share
        if old and (old["doubled"] or record[key]):  # nobody asks for a second answer afterwards
            row["doubled"] = old["doubled"]
        row["head_count"] = own.heads + (old["head_count"] if old else 0)
        row["urgency"] = (1 - row["detailed"]) * row["head_count"]
        row["spread"] = f"{int(place(key, 'order', seed) * 2**60):015x}"
        standing = settle(record.get(key, ()), row["doubled"], queued)
        row["state"] = standing.state
        row["final_code"] = standing.final.code if standing.final else ""
        row["final_id"] = standing.final.id if standing.final else None
        states.append(row["state"])
        if old:
            connection.execute(items.update().where(items.c.id == key).values(**row))
        else:
            fresh.append(row)
    if fresh:
        connection.execute(items.insert(), fresh)
    connection.execute(
        batch_items.insert(),
        [{"batch_id": digest, "item_id": key, "head_count": f.heads} for key, f in found.items()],
    )
    waiting = sum(state not in ("done", "unqueued") for state in states)
    return len(fresh), waiting, states.count("done")


def _parts(
    pairs: Iterable[tuple[str, _Found]], size: int
) -> Iterator[Sequence[tuple[str, _Found]]]:
    stream = iter(pairs)
    while part := list(islice(stream, size)):
        yield part
