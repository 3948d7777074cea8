"""What would change: every item that is coded otherwise with the proposals than without them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from socoder import overrides, soc
from socoder.overrides import Overrides
from socoder.records import Coding, Job
from socoder.review.schema import items
from socoder.review.store import Store

if TYPE_CHECKING:
    from socoder.coder import Coder

Setting = tuple[Overrides, dict[str, Any] | None]
"""Overrides, and the content of a calibration file (None: the bundle's own confidence)."""
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Change:
    """An item before and after; `rows` is its head-count, `cause` override, calibration or both.
    `decided` is the code that people gave the item, "" if none."""

    item: str
    title: str
    department: str
    rows: int
    code_before: str
    title_before: str
    status_before: str
    confidence_before: float
    code_after: str
    title_after: str
    status_after: str
    confidence_after: float
    cause: str
    decided: str


def changes(
    store: Store,
    coder: Coder,
    before: Setting,
    after: Setting,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> list[Change]:
    """The items whose code or status differs between two settings, in the order of head-count.
    All items of the store are coded with `coder`, whose own adjustment is replaced."""
    query = select(
        items.c.id, items.c.title, items.c.text, items.c.department, items.c.head_count,
        items.c.final_code,
    ).order_by(items.c.head_count.desc(), items.c.id)  # fmt: skip
    with store.reading() as connection:
        rows = connection.execute(query).mappings().all()
    found: list[Change] = []
    stream = iter(rows)
    done = 0
    while part := list(islice(stream, _AT_ONCE)):
        jobs = [Job(row["title"], row["text"], department=row["department"]) for row in part]
        plain, other = _coded(coder, jobs, before[1]), None
        if before[1] != after[1]:
            other = _coded(coder, jobs, after[1])
        for i, (row, job) in enumerate(zip(part, jobs, strict=True)):
            one = _overridden(plain[i], job, before[0])
            two = _overridden((other or plain)[i], job, after[0])
            if (one.soc_code, one.status) != (two.soc_code, two.status):
                found.append(_change(row, one, two, before, after))
        done += len(part)
        progress(done, len(rows))
    return found


def _coded(coder: Coder, jobs: list[Job], calibration: dict[str, Any] | None) -> list[Coding]:
    kinds = calibration["kinds"] if calibration else {}
    one = replace(coder, calibrator=replace(coder.calibrator, adjustment=kinds))
    return one.code_batch(jobs)


def _overridden(coding: Coding, job: Job, table: Overrides) -> Coding:
    found = table.find(job)
    return overrides.apply(coding, found, soc.load()) if found else coding


def _change(row: Any, one: Coding, two: Coding, before: Setting, after: Setting) -> Change:
    by_override = overrides.RULE in (one.decided_by, two.decided_by)
    return Change(
        item=row["id"],
        title=row["title"],
        department=row["department"],
        rows=row["head_count"],
        code_before=one.soc_code,
        title_before=one.soc_title,
        status_before=one.status,
        confidence_before=round(one.confidence.detailed, 6),
        code_after=two.soc_code,
        title_after=two.soc_title,
        status_after=two.status,
        confidence_after=round(two.confidence.detailed, 6),
        cause="override" if by_override else "calibration",
        decided=row["final_code"],
    )
