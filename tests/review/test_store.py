from __future__ import annotations

import os
import sqlite3
import stat
from pathlib import Path

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from socoder.errors import InputError
from socoder.records import Job
from socoder.review import schema
from socoder.review.migrations import MIGRATIONS, migrate
from socoder.review.queue import decide
from socoder.review.records import Choice
from socoder.review.store import Store, StoreError

from .conftest import fill, machine


def test_the_migrations_make_the_tables_that_the_queries_see(store: Store) -> None:
    found = inspect(store.engine)
    assert set(found.get_table_names()) == {*schema.metadata.tables, "migrations"}
    for name, table in schema.metadata.tables.items():
        real = {column["name"]: column for column in found.get_columns(name)}
        assert list(real) == [column.name for column in table.columns]
        for column in table.columns:
            if not column.primary_key:
                assert real[column.name]["nullable"] == column.nullable, f"{name}.{column.name}"


def test_migrations_are_numbered_in_order_and_run_once(store: Store) -> None:
    assert [own.number for own in MIGRATIONS] == list(range(1, len(MIGRATIONS) + 1))
    with store.writing() as connection:
        assert migrate(connection, store.now()) == 0
        done = connection.execute(text("SELECT number FROM migrations ORDER BY number")).scalars()
        assert list(done) == [own.number for own in MIGRATIONS]


def test_a_database_of_a_newer_version_is_refused(database: str) -> None:
    store = Store.open(database)
    with store.writing() as connection:
        connection.execute(text("INSERT INTO migrations VALUES (999, 'later', 'now')"))
    store.close()
    with pytest.raises(InputError, match="newer version"):
        Store.open(database)


def test_decisions_cannot_be_changed_or_deleted(store: Store) -> None:
    fill(store, [(Job("Aide"), machine())])
    reviewer = store.named("Ann")
    (item,) = (row for row in _ids(store))
    decide(store, reviewer, item, Choice("choose", "31-1122"))
    for statement in (
        "UPDATE decisions SET code = '11-1011'",
        "DELETE FROM decisions",
    ):
        with pytest.raises(DBAPIError, match="append-only"), store.writing() as connection:
            connection.execute(text(statement))
    assert [own.code for own in store.record(item)] == ["31-1122"]


def test_a_transaction_that_fails_leaves_nothing(store: Store) -> None:
    with pytest.raises(RuntimeError), store.writing() as connection:
        connection.execute(
            schema.reviewers.insert().values(name="Ann", adjudicator=False, created_at="")
        )
        raise RuntimeError
    assert store.reviewers() == ()


def test_tokens_sign_in_and_only_their_hash_is_kept(store: Store) -> None:
    old = store.add_reviewer("Ann  Lee", adjudicator=True)
    reviewer = store.sign_in(f" {old}\n")
    assert (reviewer.name, reviewer.adjudicator, reviewer.authenticated) == ("Ann Lee", True, True)
    new = store.add_reviewer("Ann Lee")
    assert new != old
    assert store.sign_in(new).id == reviewer.id
    assert not store.sign_in(new).adjudicator
    with pytest.raises(InputError, match="no reviewer has this token"):
        store.sign_in(old)
    with store.reading() as connection:
        kept = connection.execute(text("SELECT * FROM reviewers")).all()
    assert new not in repr(kept)
    with pytest.raises(InputError, match="sign in"):
        store.named("Ann Lee")


def test_a_name_without_a_token_is_not_vouched_for(store: Store) -> None:
    one, again = store.named("Bob"), store.named(" Bob ")
    assert one == again
    assert not one.authenticated
    for bad in ("", "  ", "a" * 81, "Machine"):
        with pytest.raises(InputError, match="name"):
            store.named(bad)


def test_sqlite_is_durable_private_and_in_wal_mode(tmp_path: Path) -> None:
    path = tmp_path / "review.db"
    store = Store.open(path)
    with store.reading() as connection:
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_cannot_be_opened_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("no database, but a text that is long enough to be read" * 50)
    with sqlite3.connect(tmp_path / "other.db") as connection:
        connection.execute("CREATE TABLE recipes (id INTEGER)")
    cases = {
        str(tmp_path / "missing.db"): "no such review database",
        str(tmp_path): "is a folder",
        str(tmp_path / "no" / "review.db"): "folder above",
        str(tmp_path / "text.db"): "cannot be used as a review database",
        str(tmp_path / "other.db"): "another program",
        "mysql://root:secret@localhost/reviews": "SQLite",
        "postgresql://ann:secret@localhost:1/reviews": "cannot be used",
        "://": "not a database URL",
    }
    for database, message in cases.items():
        if database.startswith("postgresql"):
            pytest.importorskip("psycopg")
        with pytest.raises(InputError, match=message) as caught:
            Store.open(database, create="missing" not in database)
        assert "\n" not in str(caught.value)
        assert "secret" not in str(caught.value)
    assert not (tmp_path / "missing.db").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_database_is_said_in_one_line(tmp_path: Path) -> None:
    Store.open(tmp_path / "review.db").close()
    (tmp_path / "review.db").chmod(0o400)
    tmp_path.chmod(0o500)
    with pytest.raises(InputError, match="cannot be used"):
        fill(Store.open(tmp_path / "review.db"), [(Job("Aide"), machine())])


def _ids(store: Store) -> list[str]:
    with store.reading() as connection:
        return list(connection.execute(text("SELECT id FROM items ORDER BY id")).scalars())


def test_a_database_that_cannot_write_is_said_in_one_line(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "review.db")
    fill(store, [(Job("Aide"), machine())])
    with store.reading() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    secret = "Secret Title " * 2000
    with pytest.raises(StoreError, match="full") as caught, store.writing() as connection:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")  # as a full disk
        for number in range(50):
            row = {"name": f"{number} {secret}", "adjudicator": False, "created_at": ""}
            connection.execute(schema.reviewers.insert().values(**row))
    assert "Secret" not in str(caught.value)
    assert "\n" not in str(caught.value)
    assert store.reviewers() == ()
    assert len(_ids(store)) == 1
