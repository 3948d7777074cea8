"""Which items of the desk: filters of the queue, of lists and of counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, or_, select

from socoder.review.records import ANSWERS
from socoder.review.schema import batch_items, decisions, items, reviewers


@dataclass(frozen=True, slots=True)
class Filters:
    """Which items; empty fields ask for nothing. `reason` and `role_tag` are identifiers,
    `major_group` a code ("21-0000"), `batch` the id of a batch, `reviewer` the name of one who
    answered, `status` a state, `machine_status` what the machine said, `text` words that title or
    text contain."""

    reason: str = ""
    major_group: str = ""
    batch: str = ""
    role_tag: str = ""
    reviewer: str = ""
    status: str = ""
    machine_status: str = ""
    text: str = ""


NO_FILTERS = Filters()


def matching(query: Select[Any], filters: Filters) -> Select[Any]:
    """The query, for the items that fit."""
    for column, wanted in (
        (items.c.reasons, filters.reason),
        (items.c.role_tags, filters.role_tag),
    ):
        if wanted:
            query = query.where(("|" + column + "|").contains(f"|{wanted}|", autoescape=True))
    for column, wanted in (
        (items.c.major_group, filters.major_group),
        (items.c.state, filters.status),
        (items.c.machine_status, filters.machine_status),
    ):
        if wanted:
            query = query.where(column == wanted)
    if filters.batch:
        query = query.where(
            items.c.id.in_(
                select(batch_items.c.item_id).where(batch_items.c.batch_id == filters.batch)
            )
        )
    if filters.reviewer:
        by = (
            select(decisions.c.item_id)
            .join(reviewers, reviewers.c.id == decisions.c.reviewer_id)
            .where(reviewers.c.name == filters.reviewer, decisions.c.kind.in_(ANSWERS))
        )
        query = query.where(items.c.id.in_(by))
    if filters.text.strip():
        for word in filters.text.split():
            query = query.where(
                or_(
                    items.c.title.icontains(word, autoescape=True),
                    items.c.text.icontains(word, autoescape=True),
                )
            )
    return query
