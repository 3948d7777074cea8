"""Pairs of answers to compare: reviewer with reviewer, reviewer with machine.

Two reviewers are compared on the items that both answered as reviewers, blind to each other; what
an adjudicator said with both answers in view is no third opinion. A reviewer has seen the
machine's code before answering, so those pairs show how often it was overruled, not how often two
independent coders agree.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from sqlalchemy import select

from socoder.review.agreement import NO_CODE, Pair
from socoder.review.records import ANSWERS, Decision
from socoder.review.schema import decisions, items
from socoder.review.store import Store, read_decisions

MACHINE = "machine"


def collect_pairs(store: Store) -> dict[tuple[str, str], list[Pair]]:
    """(reviewer, reviewer), names in order, and (reviewer, "machine") → their pairs."""
    with store.reading() as connection:
        query = select(items.c.id, items.c.major_group)
        groups = {key: str(group) for key, group in connection.execute(query)}
        rows = read_decisions(
            connection, decisions.c.kind.in_((*ANSWERS, "flag")), decisions.c.role == "review"
        )
    found: dict[tuple[str, str], list[Pair]] = {}
    for item_id, given in _standing(rows):
        group = groups[item_id]
        for one, two in combinations(sorted(given), 2):
            pair = Pair(item_id, _code(given[one]), _code(given[two]), group)
            found.setdefault((one, two), []).append(pair)
        for name, row in sorted(given.items()):
            machine = str(row.shown.get("soc_code", "")) or NO_CODE
            found.setdefault((name, MACHINE), []).append(Pair(item_id, _code(row), machine, group))
    return dict(sorted(found.items()))


def reviewer_pairs(found: dict[tuple[str, str], list[Pair]]) -> list[Pair]:
    """All pairs of two reviewers together. Who is first varies: kappa then treats "first" and
    "second" as two raters, alpha does not depend on it."""
    return [pair for names, own in found.items() if names[1] != MACHINE for pair in own]


def machine_pairs(found: dict[tuple[str, str], list[Pair]]) -> list[Pair]:
    """All pairs of a reviewer and the machine together."""
    return [pair for names, own in found.items() if names[1] == MACHINE for pair in own]


def _standing(rows: list[Decision]) -> Iterator[tuple[str, dict[str, Decision]]]:
    """Item → reviewer → the answer that stands."""
    latest: dict[str, dict[str, Decision]] = {}
    for row in rows:
        if not row.undone:
            latest.setdefault(row.item_id, {})[row.reviewer] = row
    for item_id, given in sorted(latest.items()):
        answers = {name: row for name, row in given.items() if row.kind in ANSWERS}
        if answers:
            yield item_id, answers


def _code(row: Decision) -> str:
    return row.code or NO_CODE
