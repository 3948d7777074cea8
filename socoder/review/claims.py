"""Who holds which item: claims that time out. All of it runs inside `Store.writing`."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, RowMapping, and_, func, or_, select

from socoder.errors import InputError
from socoder.review.records import Reviewer
from socoder.review.schema import claims, items

CLAIM_SECONDS = 15 * 60


class ClaimError(InputError):
    """The item is held, or was settled, by somebody else."""

    code = "claim"


def has_room() -> Any:
    """Whether fewer people hold the item than answers are missing."""
    holders = (
        select(func.count())
        .select_from(claims)
        .where(claims.c.item_id == items.c.id)
        .scalar_subquery()
    )
    return or_(holders == 0, and_(items.c.doubled, items.c.state == "open", holders < 2))


def check_room(
    connection: Connection, row: RowMapping, reviewer: Reviewer, again: bool
) -> float | None:
    """Since when the reviewer holds the item, None if not yet. Raises ClaimError if others do,
    unless the reviewer only changes an own answer (`again`)."""
    own = select(claims.c.since).where(
        claims.c.item_id == row["id"], claims.c.reviewer_id == reviewer.id
    )
    since: float | None = connection.execute(own).scalar()
    if since is None and not again and room(connection, row, reviewer) < 1:
        raise ClaimError("somebody else is at this item: go on with the next")
    return since


def room(connection: Connection, row: RowMapping, reviewer: Reviewer) -> int:
    """How many more people may hold the item, this one left out of the count."""
    others = select(func.count()).where(
        claims.c.item_id == row["id"], claims.c.reviewer_id != reviewer.id
    )
    slots = 2 if row["doubled"] and row["state"] == "open" else 1
    return slots - connection.execute(others).scalar_one()


def hold(connection: Connection, item_id: str, reviewer: Reviewer, now: float) -> None:
    """Claim the item, or hold it for longer."""
    own = (claims.c.item_id == item_id, claims.c.reviewer_id == reviewer.id)
    until = now + CLAIM_SECONDS
    if not connection.execute(claims.update().where(*own).values(expires_at=until)).rowcount:
        connection.execute(
            claims.insert().values(
                item_id=item_id, reviewer_id=reviewer.id, since=now, expires_at=until
            )
        )


def let_go(connection: Connection, item_id: str, reviewer: Reviewer) -> None:
    """Give the reviewer's claim up, if there is one."""
    own = (claims.c.item_id == item_id, claims.c.reviewer_id == reviewer.id)
    connection.execute(claims.delete().where(*own))


def drop_expired(connection: Connection, now: float) -> None:
    """Forget the claims that timed out."""
    connection.execute(claims.delete().where(claims.c.expires_at <= now))
