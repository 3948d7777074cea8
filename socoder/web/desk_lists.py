"""What the filters of the desk can choose from, and items listed without being held."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import select

from socoder.review.filters import Filters
from socoder.review.queue import browse, counts
from socoder.review.records import Item, Reviewer
from socoder.review.schema import items

if TYPE_CHECKING:
    from collections.abc import Mapping

    from socoder.review.store import Store

STATUSES = {
    "open": "to be reviewed",
    "second": "waiting for a second reviewer",
    "done": "done",
    "disagreed": "reviewers disagree",
    "flagged": "flagged",
    "unqueued": "accepted by machine, not in the queue",
}
QUEUED = ("", "open", "second")  # these are worked through one by one, the others are listed
PAGE = 50  # items listed at once


@dataclass(frozen=True, slots=True)
class Listed:
    """Items that fit, the most urgent first: `first` is the number of the first one shown, from 1,
    of `total`."""

    items: tuple[Item, ...]
    first: int
    total: int

    @property
    def last(self) -> int:
        """The number of the last one shown."""
        return self.first + len(self.items) - 1

    @property
    def before(self) -> int:
        """How many items stand before the page before this one."""
        return max(self.first - 1 - PAGE, 0)


def allowed(filters: Filters, reviewer: Reviewer) -> Filters:
    """The filters as this reviewer may use them. Who knew that an item was answered before would
    not answer it blind, so only adjudicators see what others answered and what waits for a second
    reviewer."""
    if reviewer.adjudicator:
        return filters
    return replace(
        filters,
        reviewer=reviewer.name if filters.reviewer else "",
        status="" if filters.status == "second" else filters.status,
    )


def statuses(reviewer: Reviewer) -> dict[str, str]:
    """The states of items as this reviewer may know them, with their names."""
    return STATUSES if reviewer.adjudicator else {**STATUSES, "second": "answered"}


def is_list(filters: Filters) -> bool:
    """Whether these filters ask for items that no queue has: decided ones, or those that somebody
    answered."""
    return filters.status not in QUEUED or bool(filters.reviewer)


def listed(store: Store, filters: Filters, after: int = 0) -> Listed:
    """The items that fit, from the one after the first `after`; without what was decided, as a
    second reviewer must not see the first one's answer."""
    total = sum(counts(store, filters).items.values())
    after = min(max(after, 0), max(total - 1, 0))
    return Listed(browse(store, filters, PAGE, after), after + 1, total)


def role_tags(store: Store) -> tuple[str, ...]:
    """The role tags that items of the desk carry."""
    query = select(items.c.role_tags).where(items.c.role_tags != "").distinct()
    with store.reading() as connection:
        found = connection.execute(query).scalars().all()
    return tuple(sorted({tag for tags in found for tag in tags.split("|") if tag}))


def answerers(store: Store, reviewer: Reviewer) -> Mapping[str, int]:
    """The reviewers who answered something, with the number of their answers; for one who is no
    adjudicator only the own ones."""
    found = counts(store).reviewers
    return {
        name: n for name, n in found.items() if reviewer.adjudicator or name == reviewer.name
    }  # fmt: skip
