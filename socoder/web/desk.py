"""The review store as the pages use it: opened when it is first needed, and never by a look."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from socoder.errors import InputError
from socoder.review import queue
from socoder.review.claims import ClaimError
from socoder.review.coded_file import coded_file
from socoder.review.evidence import evidence
from socoder.review.filters import NO_FILTERS, Filters
from socoder.review.importing import Imported, import_rows
from socoder.review.records import Batch, Choice, Decision, Item, Reviewer
from socoder.review.store import DEFAULT_DATABASE, Store

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from socoder.coder import Coder

DISPUTES = "disputes"


@dataclass
class Desk:
    """The desk of one server. `database` is a path or an address, as of `Store.open`."""

    database: str = DEFAULT_DATABASE
    _store: Store | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def store(self, create: bool = False) -> Store:
        """The store. Raises InputError where there is none yet, unless it is to be made."""
        with self._lock:
            if self._store is None:
                self._store = Store.open(self.database or DEFAULT_DATABASE, create=create)
            return self._store

    def exists(self) -> bool:
        """Whether there is a store with something in it."""
        try:
            return bool(self.store().batches())
        except InputError:
            return False

    def batches(self) -> tuple[Batch, ...]:
        """The imported files, the latest first."""
        return self.store().batches()

    def reviewer_of(self, token: str) -> Reviewer | None:
        """The reviewer of a token, None for a wrong one."""
        try:
            return self.store().sign_in(token)
        except InputError:
            return None

    def named(self, name: str) -> Reviewer:
        """The reviewer of a name that nothing proves. Raises InputError as `Store.named` does."""
        return self.store().named(name)

    def next(
        self, reviewer: Reviewer, filters: Filters = NO_FILTERS, passing: Sequence[str] = (),
        disputes: bool = False,
    ) -> Item | None:  # fmt: skip
        """The next item for this reviewer, or of the disputes for an adjudicator."""
        take = queue.next_dispute if disputes else queue.next_item
        return take(self.store(), reviewer, filters, passing)

    def claim(self, reviewer: Reviewer, item_id: str) -> Item:
        """Hold a certain item, as `queue.claim` does."""
        return queue.claim(self.store(), reviewer, item_id)

    def item(self, item_id: str) -> Item:
        """An item, without holding it. Raises InputError if there is none of this id."""
        return self.store().item(item_id)

    def own(self, reviewer: Reviewer, item_id: str) -> Decision | None:
        """The reviewer's own standing decision on an item."""
        mine = [
            each
            for each in self.store().record(item_id)
            if each.reviewer == reviewer.name and each.kind != "undo" and not each.undone
        ]
        return mine[-1] if mine else None

    def disputed(self, reviewer: Reviewer, item: Item) -> tuple[Decision, ...]:
        """What the reviewers said about an item in dispute, for an adjudicator; else nothing."""
        if not reviewer.adjudicator or item.state not in ("disagreed", "flagged"):
            return ()
        try:
            return queue.answers(self.store(), reviewer, item.id)
        except ClaimError:
            return ()

    def decide(
        self, reviewer: Reviewer, item_id: str, choice: Choice, shown: Mapping[str, Any] | None
    ) -> Decision:
        """Record a decision; it is on the disk when this returns."""
        return queue.decide(self.store(), reviewer, item_id, choice, shown)

    def undo(self, reviewer: Reviewer, decision_id: int | None = None) -> Decision:
        """Take an own decision back, the latest or the one named."""
        return queue.undo(self.store(), reviewer, decision_id)

    def release(self, reviewer: Reviewer, item_id: str) -> None:
        """Give an item back undecided."""
        queue.release(self.store(), reviewer, item_id)

    def evidence(self, item: Item, coder: Coder) -> dict[str, Any]:
        """The whole coding of an item, made once and kept with it."""
        return evidence(self.store(), item, coder)

    def recent(self, reviewer: Reviewer) -> tuple[Decision, ...]:
        """The reviewer's last ten decisions, the latest first."""
        return queue.recent(self.store(), reviewer, 10)

    def import_table(self, path: Path, name: str) -> Imported:
        """Take a table that was coded in bulk; the store is made if there is none."""
        store = self.store(create=True)
        with coded_file(path) as file:
            return import_rows(store, file.digest, name, file.named, file.rows())

    def close(self) -> None:
        """Close the store, if it was opened."""
        with self._lock:
            if self._store is not None:
                self._store.close()
                self._store = None
