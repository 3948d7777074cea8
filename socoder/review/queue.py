"""The queue: hands items out, takes decisions in, and works out what they settle.

An item is held by one reviewer at a time, for CLAIM_SECONDS; one of the share for double review by
two, neither of whom sees the other's answer. Everything here that changes something runs alone
(`Store.writing`), so that no item is decided twice and none is lost.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, func, not_, select

from socoder import soc
from socoder.errors import InputError
from socoder.review.claims import (
    ClaimError,
    check_room,
    drop_expired,
    has_room,
    hold,
    let_go,
    room,
)
from socoder.review.filters import NO_FILTERS, Filters, matching
from socoder.review.records import ANSWERS, Choice, Counts, Decision, Item, Reviewer, Role
from socoder.review.schema import claims, decisions, items, reviewers, taken_back
from socoder.review.settle import settle
from socoder.review.store import Store, get_item, item_of, read_decisions, storable

SAMPLE_EVERY = (
    10  # each tenth item that a reviewer gets comes from the blind sample, while it lasts
)
_LONGEST = 10_000  # characters of a comment


def next_item(
    store: Store,
    reviewer: Reviewer,
    filters: Filters = NO_FILTERS,
    passing: Collection[str] = (),
) -> Item | None:
    """Claim the item that matters most, (1 - confidence) x head-count, and return it; None if
    there is nothing (left) for this reviewer. What the reviewer holds already comes first. Items
    in `passing`, own skipped ones and those that the reviewer has answered are left out. A reviewer
    gets open items only; an adjudicator's own queue is `next_dispute`."""
    with store.writing() as connection:
        now = store.clock()
        drop_expired(connection, now)
        waiting = matching(select(items), filters).where(
            items.c.state.in_(("open", "second")),
            items.c.id.not_in(list(passing)),
            not_(_acted(reviewer, (*ANSWERS, "flag", "skip"))),
        )
        held = select(claims.c.item_id).where(claims.c.reviewer_id == reviewer.id)
        row = _first(connection, waiting.where(items.c.id.in_(held)), ())
        if row is None:
            free = waiting.where(has_room())
            row = _pick(connection, free, _answered(connection, reviewer))
        if row is None:
            return None
        hold(connection, row["id"], reviewer, now)
        return item_of(row)


def next_dispute(
    store: Store,
    reviewer: Reviewer,
    filters: Filters = NO_FILTERS,
    passing: Collection[str] = (),
) -> Item | None:
    """Claim the disagreement or flagged item that matters most; None if there is none that this
    adjudicator has not answered as a reviewer. Raises ClaimError for one who is no adjudicator."""
    _must_adjudicate(reviewer)
    with store.writing() as connection:
        now = store.clock()
        drop_expired(connection, now)
        waiting = matching(select(items), filters).where(
            items.c.state.in_(("disagreed", "flagged")),
            items.c.id.not_in(list(passing)),
            not_(_acted(reviewer, ANSWERS)),
            ~select(claims.c.item_id)
            .where(claims.c.item_id == items.c.id, claims.c.reviewer_id != reviewer.id)
            .exists(),
        )
        row = _first(connection, waiting, (items.c.urgency.desc(), items.c.id))
        if row is None:
            return None
        hold(connection, row["id"], reviewer, now)
        return item_of(row)


def answers(store: Store, reviewer: Reviewer, item_id: str) -> tuple[Decision, ...]:
    """What the reviewers said about an item in dispute, flags with their reasons included: for
    adjudicators. Raises ClaimError for anybody else, and while an answer is still awaited."""
    _must_adjudicate(reviewer)
    with store.reading() as connection:
        if get_item(connection, item_id)["state"] in ("unqueued", "open", "second"):
            raise ClaimError("this item is still with its reviewers: their answers are not shown")
        rows = read_decisions(connection, decisions.c.item_id == item_id)
    standing = settle(rows, doubled=True, queued=True)
    return tuple(row for row in rows if row.id in standing.rows)


def claim(store: Store, reviewer: Reviewer, item_id: str) -> Item:
    """Hold a certain item, to decide it or to change an own answer. Raises ClaimError where
    somebody else holds or has settled it, InputError if there is no such item."""
    with store.writing() as connection:
        now = store.clock()
        drop_expired(connection, now)
        row = get_item(connection, item_id)
        _, again = _role(connection, row, reviewer)
        check_room(connection, row, reviewer, again)
        hold(connection, item_id, reviewer, now)
        return item_of(row)


def release(store: Store, reviewer: Reviewer, item_id: str) -> None:
    """Give an item back undecided; nothing happens if the reviewer does not hold it."""
    with store.writing() as connection:
        let_go(connection, item_id, reviewer)


def decide(
    store: Store,
    reviewer: Reviewer,
    item_id: str,
    choice: Choice,
    shown: Mapping[str, Any] | None = None,
) -> Decision:
    """Record a decision; when this returns, it is on the disk. `shown` is what stood on the screen
    (`evidence.shown`); None takes what the store knows of the item.

    An own answer given again replaces the earlier one, which stays in the record. Raises
    ClaimError where somebody else holds or has settled the item, UnknownCodeError for a code that
    is not in the classification, InputError for a skip or flag without a reason."""
    level = _check(choice)
    with store.writing() as connection:
        now = store.clock()
        drop_expired(connection, now)
        row = get_item(connection, item_id)
        role, again = _role(connection, row, reviewer)
        since = check_room(connection, row, reviewer, again)
        taken = choice.seconds if choice.seconds is not None else now - (since or now)
        made = _add(
            connection,
            store,
            reviewer,
            item_id=item_id,
            kind=choice.kind,
            code=choice.code,
            level=level,
            role=role,
            seconds=round(max(taken, 0.0), 3),
            reason=storable(choice.reason).strip()[:_LONGEST],
            comment=storable(choice.comment).strip()[:_LONGEST],
            shown=json.dumps(dict(_known(row) if shown is None else shown), sort_keys=True),
        )
        let_go(connection, item_id, reviewer)
        _settle(connection, row)
        return made


def undo(store: Store, reviewer: Reviewer, decision_id: int | None = None) -> Decision:
    """Take an own decision back, the latest that stands or the one named, by a new row; the item is
    then held by the reviewer if it is free. Raises ClaimError where there is none to take back."""
    with store.writing() as connection:
        now = store.clock()
        drop_expired(connection, now)
        own = [decisions.c.reviewer_id == reviewer.id, decisions.c.kind != "undo"]
        own.append(~taken_back)
        if decision_id is not None:
            own.append(decisions.c.id == decision_id)
        query = select(decisions).where(*own).order_by(decisions.c.id.desc()).limit(1)
        target = connection.execute(query).mappings().first()
        if target is None:
            raise ClaimError("there is no decision of yours to take back")
        made = _add(
            connection,
            store,
            reviewer,
            item_id=target["item_id"],
            kind="undo",
            role=target["role"],
            undoes=target["id"],
        )
        row = get_item(connection, target["item_id"])
        _settle(connection, row)
        row = get_item(connection, row["id"])
        if row["state"] in ("open", "second") and room(connection, row, reviewer) > 0:
            hold(connection, row["id"], reviewer, now)
        return made


def recent(store: Store, reviewer: Reviewer, limit: int = 10) -> tuple[Decision, ...]:
    """The reviewer's own latest decisions, the latest first, without undos and what they undid."""
    with store.reading() as connection:
        own = (
            decisions.c.reviewer_id == reviewer.id,
            decisions.c.kind != "undo",
            ~taken_back,
        )
        return tuple(read_decisions(connection, *own, newest=limit))


def browse(
    store: Store, filters: Filters = NO_FILTERS, limit: int = 50, offset: int = 0
) -> tuple[Item, ...]:
    """Items that fit, the most urgent first, without claiming them."""
    query = matching(select(items), filters).order_by(items.c.urgency.desc(), items.c.id)
    with store.reading() as connection:
        rows = connection.execute(query.limit(limit).offset(offset)).mappings()
        return tuple(item_of(row) for row in rows)


def counts(store: Store, filters: Filters = NO_FILTERS) -> Counts:
    """How far the desk is, for the items that fit."""
    query = matching(
        select(items.c.state, func.count().label("n"), func.sum(items.c.head_count).label("heads")),
        filters,
    ).group_by(items.c.state)
    of_kind = decisions.c.kind.in_(ANSWERS)
    people = (
        select(reviewers.c.name, func.count())
        .join(decisions, decisions.c.reviewer_id == reviewers.c.id)
        .where(of_kind)
        .group_by(reviewers.c.name)
        .order_by(reviewers.c.name)
    )
    with store.reading() as connection:
        rows = connection.execute(query).mappings().all()
        held = select(func.count()).select_from(claims).where(claims.c.expires_at > store.clock())
        made = select(func.count()).select_from(decisions).where(of_kind)
        number = {row["state"]: int(row["n"]) for row in rows}
        return Counts(
            items=number,
            heads={row["state"]: int(row["heads"]) for row in rows},
            waiting=number.get("open", 0) + number.get("second", 0),
            held=connection.execute(held).scalar_one(),
            decisions=connection.execute(made).scalar_one(),
            reviewers={name: int(n) for name, n in connection.execute(people)},
        )


def _acted(reviewer: Reviewer, kinds: Collection[str]) -> Any:
    """Whether the reviewer has a standing row of one of these kinds on the item."""
    return (
        select(decisions.c.id)
        .where(
            decisions.c.item_id == items.c.id,
            decisions.c.reviewer_id == reviewer.id,
            decisions.c.kind.in_(kinds),
            ~taken_back,
        )
        .exists()
    )


def _pick(connection: Connection, free: Select[Any], answered: int) -> RowMapping | None:
    """The most urgent item, or the next one of the sample when its turn has come. The sample comes
    in the order of its hashes: a part of it is a random sample still."""
    urgent = (free.where(not_(items.c.sampled)), (items.c.urgency.desc(), items.c.id))
    sample = (free.where(items.c.sampled), (items.c.spread, items.c.id))
    turns = (urgent, sample) if (answered + 1) % SAMPLE_EVERY else (sample, urgent)
    for query, order in turns:
        row = _first(connection, query, order)
        if row is not None:
            return row
    return None


def _first(connection: Connection, query: Select[Any], order: tuple[Any, ...]) -> RowMapping | None:
    return connection.execute(query.order_by(*order).limit(1)).mappings().first()


def _answered(connection: Connection, reviewer: Reviewer) -> int:
    own = (decisions.c.reviewer_id == reviewer.id, decisions.c.kind.in_(ANSWERS))
    return connection.execute(select(func.count()).where(*own)).scalar_one()


def _check(choice: Choice) -> str:
    """The level of the chosen code, "" without one."""
    if choice.kind == "choose" and not choice.code:
        raise InputError("no code was chosen: choose one, or skip the item with a reason")
    if choice.kind in ("skip", "flag") and not choice.reason.strip():
        raise InputError(f"a {choice.kind} needs a reason: say in a few words why")
    if choice.kind not in ("choose", "no_code", "flag", "skip"):
        raise InputError("a decision is one of choose, no_code, flag and skip")
    if choice.code and choice.kind not in ("choose", "flag"):
        raise InputError(f"{choice.kind} goes without a code")
    return soc.load().get(choice.code).level if choice.code else ""


def _role(connection: Connection, row: RowMapping, reviewer: Reviewer) -> tuple[Role, bool]:
    """In which role the reviewer may decide the item now, and whether that replaces an own row;
    raises ClaimError if in none."""
    standing = settle(
        read_decisions(connection, decisions.c.item_id == row["id"]), row["doubled"], _queued(row)
    )
    own = next((d for d in standing.rows.values() if d.reviewer == reviewer.name), None)
    settled = standing.final is not None and standing.final.role == "adjudication"
    disputed = standing.state in ("disagreed", "flagged")
    if disputed and reviewer.adjudicator and (own is None or own.kind == "flag"):
        return "adjudication", own is not None
    if own is not None and (own.role == "adjudication" or not settled):
        return own.role, True
    if standing.state in ("unqueued", "open", "second"):
        return "review", False
    if standing.state == "done":
        raise ClaimError("somebody else has decided this item: go on with the next")
    raise ClaimError("this item waits for an adjudicator who has not answered it: go on")


def _queued(row: RowMapping) -> bool:
    return bool(row["sampled"]) or row["machine_status"] == "review"


def _must_adjudicate(reviewer: Reviewer) -> None:
    if not reviewer.adjudicator:
        raise ClaimError("only an adjudicator may do this: socoder review add-reviewer makes one")


def _add(connection: Connection, store: Store, reviewer: Reviewer, **values: Any) -> Decision:
    row = {
        "code": "", "level": "", "seconds": 0.0, "reason": "", "comment": "", "shown": "{}",
        "undoes": None, **values, "reviewer_id": reviewer.id, "decided_at": store.now(),
        "authenticated": reviewer.authenticated,
    }  # fmt: skip
    key = connection.execute(decisions.insert().values(**row)).inserted_primary_key
    return read_decisions(connection, decisions.c.id == (key[0] if key else None))[0]


def _settle(connection: Connection, row: RowMapping) -> None:
    """Write what the standing decisions make of an item."""
    rows = read_decisions(connection, decisions.c.item_id == row["id"])
    found = settle(rows, row["doubled"], _queued(row))
    final = found.final
    connection.execute(
        items.update()
        .where(items.c.id == row["id"])
        .values(
            state=found.state,
            final_code=final.code if final else "",
            final_id=final.id if final else None,
        )
    )


def _known(row: RowMapping) -> dict[str, Any]:
    """What the store knows of an item, for the record of what was shown."""
    return {
        "soc_code": row["soc_code"],
        "candidates": json.loads(row["options"]),
        "confidence": {level: row[level] for level in ("detailed", "broad", "minor", "major")},
        "reasons": [reason for reason in row["reasons"].split("|") if reason],
        "model": row["model"],
        "head_count": row["head_count"],
    }
