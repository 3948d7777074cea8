"""The store: one SQLite file (WAL) or a PostgreSQL database that holds all of the desk's records.

Decisions are append-only, and a confirmed one is on the disk: SQLite runs with synchronous=FULL,
PostgreSQL with its own default. Whatever reads and then writes runs in `writing()`, one such
transaction at a time, so two processes can never act on the same state of an item.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, create_engine, event, func, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError

from socoder.errors import InputError, MissingExtraError, SocoderError
from socoder.review import schema
from socoder.review.migrations import is_current, migrate
from socoder.review.records import Batch, Decision, Item, Option, Reviewer

DEFAULT_DATABASE = "review.db"
_ONE_WRITER = 0x50C0DE  # key of PostgreSQL's advisory lock: any number, the same for everybody
_PATIENCE = 30  # seconds to wait for another writer
_NAME = re.compile(r"[^\x00-\x1f\x7f]{1,80}")


class StoreError(SocoderError):
    """The database does not answer, is busy for too long, or cannot write (a full disk). What was
    confirmed before stays; what was being written is undone."""

    code = "store"


@dataclass(frozen=True)
class Store:
    """An open review database. Safe to share between threads; `clock` gives seconds since 1970."""

    engine: Engine
    clock: Callable[[], float] = time.time

    @classmethod
    def open(
        cls,
        database: str | Path = DEFAULT_DATABASE,
        create: bool = True,
        clock: Callable[[], float] = time.time,
    ) -> Store:
        """The database at a path (SQLite) or a postgresql:// URL, brought up to date.

        Raises InputError for one that cannot be opened, that is none of socoder's or of a newer
        version, or, with `create` false, for a file that is not there; MissingExtraError where the
        PostgreSQL driver is not installed."""
        url = _url(str(database))
        if url.get_backend_name() == "sqlite":
            _prepare_file(Path(url.database or ""), create)
        try:
            engine = create_engine(url, pool_pre_ping=True, hide_parameters=True)
        except (ArgumentError, NoSuchModuleError):
            raise InputError(f"{_name(url)}: name a file or a postgresql:// URL") from None
        except ModuleNotFoundError:
            raise MissingExtraError(
                "PostgreSQL needs its driver: pip install 'socoder[postgres]'"
            ) from None
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _set_up_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
        store = cls(engine, clock)
        try:
            with store.reading() as connection:
                current = is_current(connection)
            if not current:  # else a long import by somebody else would have to be waited for
                with store.writing() as connection:
                    migrate(connection, store.now())
        except (DBAPIError, StoreError) as error:
            engine.dispose()
            why = str(error) if isinstance(error, StoreError) else _why(error)
            raise InputError(f"{_name(url)}: cannot be used as a review database: {why}") from None
        return store

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    def now(self) -> str:
        """The time in UTC, to the microsecond: "2026-01-31T08:15:00.000000Z"."""
        moment = datetime.fromtimestamp(self.clock(), UTC)
        return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state of the database."""
        with _one_line(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is alone in writing; committed at the end, undone on an error."""
        alone = self.engine.execution_options(socoder_begin="IMMEDIATE")
        with _one_line(), alone.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(select(func.pg_advisory_xact_lock(_ONE_WRITER)))
            yield connection

    def add_reviewer(self, name: str, adjudicator: bool = False) -> str:
        """Enter a reviewer, or give one a new token (the old one ends); returns the token, of which
        only a hash is kept. Raises InputError for an empty or over-long name."""
        name = _checked_name(name)
        token = secrets.token_urlsafe(24)
        values = {"token_hash": _hash(token), "adjudicator": adjudicator}
        table = schema.reviewers
        with self.writing() as connection:
            known = connection.execute(select(table.c.id).where(table.c.name == name)).scalar()
            if known is None:
                connection.execute(
                    table.insert().values(name=name, created_at=self.now(), **values)
                )
            else:
                connection.execute(table.update().where(table.c.id == known).values(**values))
        return token

    def sign_in(self, token: str) -> Reviewer:
        """The reviewer of a token. Raises InputError for a wrong one."""
        table = schema.reviewers
        with self.reading() as connection:
            query = select(table).where(table.c.token_hash == _hash(token.strip()))
            row = connection.execute(query).mappings().first()
        if row is None:
            raise InputError(
                "no reviewer has this token: ask for one (socoder review add-reviewer)"
            )
        return Reviewer(row["id"], row["name"], row["adjudicator"], True)

    def named(self, name: str) -> Reviewer:
        """The reviewer of a name that nobody vouched for, entered if new: for use on loopback, where
        decisions are marked unauthenticated. Raises InputError for a name that has a token."""
        name = _checked_name(name)
        table = schema.reviewers
        query = select(table).where(table.c.name == name)
        with self.writing() as connection:
            row = connection.execute(query).mappings().first()
            if row is None:
                values = {"name": name, "adjudicator": False, "created_at": self.now()}
                connection.execute(table.insert().values(**values))
                row = connection.execute(query).mappings().one()
        if row["token_hash"] is not None:
            raise InputError("this name belongs to a reviewer with a token: sign in with it")
        return Reviewer(row["id"], row["name"])

    def reviewers(self) -> tuple[Reviewer, ...]:
        """All reviewers by name; `authenticated` says who has a token."""
        table = schema.reviewers
        with self.reading() as connection:
            rows = connection.execute(select(table).order_by(table.c.name)).mappings().all()
        return tuple(
            Reviewer(row["id"], row["name"], row["adjudicator"], row["token_hash"] is not None)
            for row in rows
        )

    def batches(self) -> tuple[Batch, ...]:
        """The imported files, the latest first."""
        table = schema.batches
        with self.reading() as connection:
            order = (table.c.imported_at.desc(), table.c.id)
            rows = connection.execute(select(table).order_by(*order)).mappings().all()
        return tuple(_batch(row) for row in rows)

    def item(self, item_id: str) -> Item:
        """An item without claiming it. Raises InputError if there is none of this id."""
        with self.reading() as connection:
            return item_of(get_item(connection, item_id))

    def record(self, item_id: str) -> tuple[Decision, ...]:
        """All that was ever decided about an item, in order: for audits, exports and adjudicators,
        never for a reviewer who has still to answer."""
        with self.reading() as connection:
            return tuple(read_decisions(connection, schema.decisions.c.item_id == item_id))


def get_item(connection: Connection, item_id: str) -> RowMapping:
    """The row of an item. Raises InputError if there is none of this id."""
    query = select(schema.items).where(schema.items.c.id == item_id)
    row = connection.execute(query).mappings().first()
    if row is None:
        raise InputError("no such item in this review database: look for it with the filters")
    return row


def item_of(row: RowMapping) -> Item:
    """What a reviewer gets of a row of the table of items."""
    return Item(
        id=row["id"],
        title=row["title"],
        text=row["text"],
        department=row["department"],
        head_count=row["head_count"],
        soc_code=row["soc_code"],
        confidence={level: row[level] for level in ("detailed", "broad", "minor", "major")},
        reasons=tuple(filter(None, row["reasons"].split("|"))),
        options=tuple(Option(code, share) for code, share in json.loads(row["options"])),
        role_tags=tuple(filter(None, row["role_tags"].split("|"))),
        model=row["model"],
        major_group=row["major_group"],
        state=row["state"],
        final_code=row["final_code"],
    )


def read_decisions(connection: Connection, *where: Any, newest: int = 0) -> list[Decision]:
    """The decisions that fulfil the conditions, oldest first; with `newest`, that many of the
    latest, latest first."""
    own, people, things = schema.decisions, schema.reviewers, schema.items
    query = (
        select(own, people.c.name, things.c.title, schema.taken_back.label("undone"))
        .join(people, people.c.id == own.c.reviewer_id)
        .join(things, things.c.id == own.c.item_id)
        .where(*where)
        .order_by(own.c.id.desc() if newest else own.c.id)
    )
    rows = connection.execute(query.limit(newest) if newest else query).mappings()
    return [
        Decision(
            id=row["id"],
            item_id=row["item_id"],
            reviewer=row["name"],
            kind=row["kind"],
            code=row["code"],
            level=row["level"],
            role=row["role"],
            decided_at=row["decided_at"],
            seconds=row["seconds"],
            reason=row["reason"],
            comment=row["comment"],
            authenticated=row["authenticated"],
            shown=json.loads(row["shown"]),
            undoes=row["undoes"],
            title=row["title"],
            undone=bool(row["undone"]),
        )
        for row in rows
    ]


@contextmanager
def _one_line() -> Iterator[None]:
    """What goes wrong with the database itself becomes a StoreError."""
    try:
        yield
    except OperationalError as error:
        raise StoreError(
            f"the review database failed: {_why(error)}: nothing was changed"
        ) from None


def _why(error: DBAPIError) -> str:
    """The first line of the driver's message: further ones may hold a connection string."""
    return str(error.orig).strip().split("\n", 1)[0][:200]


def storable(text: str) -> str:
    """The text without what a database cannot hold: NUL, and halves of characters."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def _batch(row: RowMapping) -> Batch:
    columns = {part: (name, at) for part, (name, at) in json.loads(row["columns"]).items()}
    return Batch(**{**row, "columns": columns})


def _url(database: str) -> URL:
    if "://" not in database:
        return URL.create("sqlite", database=str(Path(database).expanduser()))
    try:
        url = make_url(database)
    except ArgumentError:
        raise InputError("not a database URL: name a file or postgresql://host/name") from None
    if url.drivername in ("postgresql", "postgres"):
        url = url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() not in ("sqlite", "postgresql"):
        raise InputError(f"{_name(url)}: name a file (SQLite) or a postgresql:// URL")
    return url


def _name(url: URL) -> str:
    """The database without its password."""
    if url.get_backend_name() == "sqlite":
        return url.database or "sqlite"
    return url.render_as_string(hide_password=True)


def _prepare_file(path: Path, create: bool) -> None:
    """Titles of an organisation stand in it: nobody but the owner may read the file."""
    if path.is_file():
        return
    if path.is_dir() or not path.name:
        raise InputError(f"{path}: is a folder: name a file for the review database")
    if not create:
        raise InputError(f"{path}: no such review database: socoder review import makes it")
    if not path.absolute().parent.is_dir():
        raise InputError(f"{path}: the folder above it does not exist: make it first")
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions begin where SQLAlchemy says, see below
    for setting in (
        f"busy_timeout = {_PATIENCE * 1000}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
    ):
        connection.execute(f"PRAGMA {setting}")


def _begin_sqlite(connection: Connection) -> None:
    how = connection.get_execution_options().get("socoder_begin", "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {how}")


def _checked_name(name: str) -> str:
    name = " ".join(storable(name).split())
    if not _NAME.fullmatch(name) or name.lower() == "machine":
        raise InputError("a reviewer needs a name of 1 to 80 characters, other than machine")
    return name


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
