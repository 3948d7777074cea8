from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest
from sqlalchemy import text

from socoder.errors import InputError
from socoder.records import Job
from socoder.review.coded_file import Reading, import_file
from socoder.review.importing import Rejected
from socoder.review.queue import Filters, browse, counts, decide
from socoder.review.records import Choice
from socoder.review.sampling import item_id
from socoder.review.store import Store

from .conftest import fill, machine

CELLS = machine()
CANARIES = ("Zebulon", "Quackenbush", "900-12-3456", "zeb@example.com", "1999-01-31", "555-0142")


def write(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def payroll(title: str, description: str = "", **cells: str) -> dict[str, str]:
    return {
        "Employee Name": "Zebulon Quackenbush", "SSN": "900-12-3456",
        "Email": "zeb@example.com", "Date of Birth": "1999-01-31", "Job Title": title,
        "Description": description, "Hours": "40", **CELLS, **cells,
    }  # fmt: skip


def test_identical_texts_are_one_item_with_a_head_count(store: Store) -> None:
    rows = [(Job("Aide"), CELLS), (Job("Aide"), CELLS), (Job("Aide", "Helps."), CELLS)]
    done = fill(store, rows)
    assert (done.batch.rows, done.batch.items, done.new_items, done.queued) == (3, 2, 2, 2)
    assert {item.id: item.head_count for item in browse(store)} == {
        item_id("Aide", ""): 2, item_id("Aide", "Helps."): 1,
    }  # fmt: skip


def test_a_file_is_imported_once(store: Store) -> None:
    rows = [(Job("Aide"), CELLS)]
    assert fill(store, rows).new
    again = fill(store, rows)
    assert not again.new
    assert again.batch == store.batches()[0]
    assert browse(store)[0].head_count == 1


def test_the_next_file_meets_the_decisions_of_the_last(store: Store) -> None:
    fill(store, [(Job("Aide"), CELLS), (Job("Cook"), CELLS)])
    ann = store.named("Ann")
    decide(store, ann, item_id("Aide", ""), Choice("choose", "31-1122"))
    done = fill(store, [(Job("Aide"), CELLS)] * 3 + [(Job("Clerk"), CELLS)])
    assert (done.new_items, done.queued, done.decided) == (1, 1, 1)
    aide = store.item(item_id("Aide", ""))
    assert (aide.head_count, aide.state, aide.final_code) == (4, "done", "31-1122")
    assert len(store.batches()) == 2


def test_a_later_file_never_asks_for_a_second_answer(store: Store) -> None:
    fill(store, [(Job("Aide"), CELLS)])
    decide(store, store.named("Ann"), item_id("Aide", ""), Choice("choose", "31-1122"))
    fill(store, [(Job("Aide"), CELLS)] * 2, double_share=1.0)
    assert store.item(item_id("Aide", "")).state == "done"


def test_the_item_shows_what_the_newest_file_says(store: Store) -> None:
    fill(store, [(Job("Aide"), CELLS)])
    fill(store, [(Job("Aide"), machine("29-1141", 0.25, reasons="all_other", tags="peer"))])
    item = store.item(item_id("Aide", ""))
    assert (item.soc_code, item.reasons, item.role_tags) == ("29-1141", ("all_other",), ("peer",))
    assert [(own.soc_code, own.probability) for own in item.options] == [
        ("29-1141", 0.25), ("31-1122", 0.25), ("21-1015", 0.1),
    ]  # fmt: skip
    assert item.confidence == {"detailed": 0.25, "broad": 0.75, "minor": 0.8, "major": 0.9}


def test_rows_of_one_text_with_several_codes_are_looked_at(store: Store) -> None:
    sure = machine("31-1122", 0.99, "accepted", "", "")
    less = machine("29-1141", 0.97, "accepted", "", "")
    fill(store, [(Job("Aide"), sure), (Job("Aide"), less)])
    (item,) = browse(store)
    assert (item.soc_code, item.reasons, item.state) == ("29-1141", ("codes_differ",), "open")


def test_a_department_makes_another_item_of_the_same_title(store: Store) -> None:
    rows = [(Job("Aide", department=name), CELLS) for name in ("Kitchen", "Nursing", "")]
    fill(store, rows)
    assert {item.department for item in browse(store)} == {"Kitchen", "Nursing", ""}


def test_rows_that_cannot_be_reviewed_are_counted_and_named_by_number(store: Store) -> None:
    rows = [
        (Job("Aide"), CELLS),
        (Job(), CELLS),
        (Job("Cook"), {**CELLS, "soc_code": "99-9999"}),
        (Job("Cook"), {**CELLS, "soc_status": "perhaps"}),
        (Job("Cook"), {**CELLS, "soc_confidence": "high"}),
        (Job("Cook"), {**CELLS, "soc_confidence": "1.5"}),
        (Job("Cook"), {**CELLS, "soc_alternatives": "31-1122"}),
        (Job("Cook"), {**CELLS, "soc_code": ""}),
        (Job("Cook"), {**CELLS, "soc_code": "", "soc_status": "uncodable", "soc_alternatives": ""}),
    ]
    done = fill(store, rows)
    assert (done.batch.rows, done.batch.items, done.empty) == (9, 2, 1)
    assert [row.number for row in done.rejected] == [3, 4, 5, 6, 7, 8]
    assert all(isinstance(row, Rejected) and "Cook" not in row.reason for row in done.rejected)
    assert counts(store).items == {"open": 1, "unqueued": 1}


def test_shares_are_checked(store: Store) -> None:
    with pytest.raises(InputError, match="between 0 and 1"):
        fill(store, [(Job("Aide"), CELLS)], sample_share=2)


def test_nothing_personal_enters_the_store(small: Store, tmp_path: Path) -> None:
    call = "Ask for Zebulon Quackenbush, (212) 555-0142 or zeb@example.com. Helps residents."
    rows = [payroll("Aide", call), payroll("Cook - SSN 900-12-3456")]
    done = import_file(small, write(tmp_path / "coded.csv", rows))
    assert {part: name for part, (name, _) in done.batch.columns.items()} == {
        "title": "Job Title", "description": "Description",
    }  # fmt: skip
    for item in browse(small):
        decide(small, small.named("Ann"), item.id, Choice("choose", "31-1122"))
    with small.reading() as connection:
        connection.execute(text("SELECT 1"))
    small.close()
    for path in tmp_path.glob("small.db*"):
        data = path.read_bytes()
        for canary in CANARIES:
            assert canary.encode() not in data, canary
    texts = {item.text for item in browse(small, Filters(text="helps"))}
    assert texts == {"Ask for [name], [phone] or [email]. Helps residents."}


def test_columns_can_be_named_and_a_file_that_is_not_coded_is_refused(
    small: Store, tmp_path: Path
) -> None:
    path = write(tmp_path / "coded.csv", [payroll("Aide", "Helps.")])
    how = Reading(title_column="Description", description_column="-", department_column="-")
    import_file(small, path, how)
    assert [item.title for item in browse(small)] == ["Helps."]
    raw = write(tmp_path / "raw.csv", [{"Job Title": "Aide", "Hours": "40"}])
    with pytest.raises(InputError, match="no column soc_code: code it first"):
        import_file(small, raw)
    with pytest.raises(InputError, match="no such file"):
        import_file(small, tmp_path / "missing.csv")


def test_an_import_that_fails_leaves_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    from socoder.review import importing

    monkeypatch.setattr(importing, "_AT_ONCE", 2)
    real, calls = importing._merge, []

    def failing(*given: object) -> tuple[int, int, int]:
        calls.append(1)
        if len(calls) == 2:
            raise OSError(28, os.strerror(28))
        return real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(importing, "_merge", failing)
    rows = [(Job(f"Aide {n}"), CELLS) for n in range(5)]
    with pytest.raises(OSError, match="space"):
        fill(store, rows)
    assert (store.batches(), browse(store)) == ((), ())
    monkeypatch.setattr(importing, "_merge", real)
    assert fill(store, rows).new_items == 5


def test_characters_that_no_database_holds_do_no_harm(store: Store) -> None:
    fill(
        store,
        [(Job("A\x00ide \ud83d", "Helps\x00."), CELLS), (Job("Aide \u2019\U0001f600"), CELLS)],
    )
    found = {item.title: item.text for item in browse(store)}
    assert found == {"Aide ?": "Helps.", "Aide \u2019\U0001f600": ""}
    ann = store.named("An\x00n\ud83d")
    made = decide(store, ann, browse(store)[0].id, Choice("skip", "", "b\x00ad", "\ud83d"))
    assert (made.reviewer, made.reason, made.comment) == ("Ann?", "bad", "?")
