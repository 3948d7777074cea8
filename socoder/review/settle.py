"""What the decisions about one item come to: its state, and the decision that is final."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from socoder.review.records import ANSWERS, Decision, State


@dataclass(frozen=True, slots=True)
class Standing:
    """`rows` are the decisions that count, by id: the latest of each reviewer that was not undone,
    skips left out. `final` is the one whose code holds, None while there is none."""

    state: State
    final: Decision | None
    rows: dict[int, Decision]


def settle(record: Iterable[Decision], doubled: bool, queued: bool) -> Standing:
    """The standing of an item from its whole record, oldest first.

    An adjudicator's answer settles it; else a flag waits for an adjudicator; else it takes one
    answer, or for a `doubled` item two that agree. `queued` says whether an item without any
    decision waits for one."""
    latest: dict[str, Decision] = {}
    for row in record:
        if not row.undone and row.kind in (*ANSWERS, "flag"):
            latest[row.reviewer] = row
    rows = dict(sorted((row.id, row) for row in latest.values()))
    settled = [row for row in rows.values() if row.role == "adjudication" and row.kind != "flag"]
    given = [row for row in rows.values() if row.role == "review" and row.kind != "flag"]
    flagged = any(row.kind == "flag" for row in rows.values())
    if settled:
        return Standing("done", settled[-1], rows)
    if flagged:
        return Standing("flagged", None, rows)
    if not given:
        return Standing("open" if queued else "unqueued", None, rows)
    if doubled and len(given) < 2:
        return Standing("second", None, rows)
    if len({(row.kind, row.code) for row in given}) > 1:
        return Standing("disagreed", None, rows)
    return Standing("done", given[-1], rows)
