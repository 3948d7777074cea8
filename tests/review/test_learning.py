from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from evaluation import labels as evaluation
from socoder.calibrate import load_adjustment
from socoder.coder import Coder
from socoder.errors import InputError
from socoder.overrides import load_overrides, text_key
from socoder.records import Job
from socoder.review.learning import Learned, labels_of, propose, proposed_overrides
from socoder.review.queue import browse, decide, undo
from socoder.review.records import Choice
from socoder.review.store import Store
from socoder.review.switching import (
    active_calibration,
    drop_calibration,
    overridden_rows,
    revoke,
    switch_on,
    write_active,
)

from .conftest import Row, fill, machine

AIDE, COACH, NURSE = "31-1122", "21-1015", "29-1141"


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def answer(store: Store, title: str, code: str, reason: str = "") -> None:
    (item,) = [own for own in browse(store, limit=1000) if own.title == title]
    decide(store, store.named("Ann"), item.id, Choice("choose", code, reason))


@pytest.fixture
def taught(small: Store) -> Store:
    """Three titles, one of them with a text, that people decided; and one that they did not."""
    rows: list[Row] = [(Job("Care Spec II"), machine(COACH, 0.4))] * 3
    rows += [(Job("Registered Nurse"), machine(NURSE, 0.5))]
    rows += [(Job("House Mgr", "Runs the house."), machine("39-9041", 0.5))]
    rows += [(Job("Cook"), machine("35-2014", 0.5))]
    fill(small, rows)
    answer(small, "Care Spec II", AIDE, "helps to bathe")
    answer(small, "Registered Nurse", NURSE)
    answer(small, "House Mgr", COACH)
    return small


@pytest.fixture
def proposed(taught: Store, coder: Coder, tmp_path: Path) -> Learned:
    return propose(taught, coder, tmp_path / "learned", evaluation)


def test_decisions_become_overrides_with_their_origin(taught: Store) -> None:
    found = {own.title: own for own in proposed_overrides(labels_of(taught))}
    assert set(found) == {"Care Spec II", "Registered Nurse", "House Mgr"}
    care = found["Care Spec II"]
    assert (care.soc_code, care.author, care.reason, care.for_text) == (
        AIDE, "Ann", "helps to bathe", "",
    )  # fmt: skip
    assert care.source.startswith("review decision ")
    assert care.decided_at.startswith("2027-")
    assert found["House Mgr"].for_text == text_key("Runs the house.")


def test_broader_and_undone_answers_teach_nothing(taught: Store) -> None:
    answer(taught, "Cook", "35-2010")
    undo_title = "Registered Nurse"
    answer(taught, undo_title, COACH)
    undo(taught, taught.named("Ann"))
    codes = {label.job.title: label.soc_code for label in labels_of(taught)}
    assert codes == {"Care Spec II": AIDE, "Registered Nurse": NURSE, "House Mgr": COACH}


def test_nothing_decided_is_said(small: Store, coder: Coder, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="review some first"):
        propose(small, coder, tmp_path / "learned", evaluation)
    assert not (tmp_path / "learned").exists()


def test_the_report_lists_every_item_that_would_change_and_nothing_else(
    proposed: Learned, coder: Coder, tmp_path: Path
) -> None:
    rows = {row["title"]: row for row in read(tmp_path / "learned" / "regression.csv")}
    before = {title: coder.code(Job(title)) for title in ("Care Spec II", "Registered Nurse")}
    assert before["Care Spec II"].soc_code != AIDE
    care = rows["Care Spec II"]
    assert (care["code_before"], care["code_after"]) == (before["Care Spec II"].soc_code, AIDE)
    assert (care["rows"], care["cause"], care["decided"]) == ("3", "override", AIDE)
    assert "Cook" not in rows
    assert ("Registered Nurse" in rows) == (before["Registered Nurse"].status != "accepted")
    assert proposed.changes == len(rows)
    assert proposed.proposal["changes"]["items"] == len(rows)


def test_nothing_is_in_force_before_it_is_switched_on(
    taught: Store, proposed: Learned, coder: Coder, tmp_path: Path
) -> None:
    assert overridden_rows(taught) == []
    assert proposed.overrides == 3
    again = propose(taught, coder, tmp_path / "again", evaluation)
    assert again.proposal["files"] == proposed.proposal["files"]
    done = switch_on(taught, tmp_path / "learned", "Chief")
    assert (done.overrides, done.calibration) == (3, False)
    path, calibration = write_active(taught, tmp_path / "active")
    assert calibration is None
    overrides = load_overrides(path, coder.classification)
    found = overrides.find(Job("CARE SPEC II"))
    assert found is not None
    assert (found.soc_code, found.author) == (AIDE, "Ann")
    assert overrides.find(Job("House Mgr")) is None
    assert overrides.find(Job("House Mgr", "Runs the house.")) is not None
    row = overridden_rows(taught)[0]
    assert (row["applied_by"], row["revoked_at"]) == ("Chief", None)
    with pytest.raises(InputError, match="already"):
        switch_on(taught, tmp_path / "learned", "Chief")
    later = propose(taught, coder, tmp_path / "later", evaluation)
    assert (later.overrides, later.changes) == (0, 0)


def test_a_proposal_that_is_stale_or_was_edited_is_not_switched_on(
    taught: Store, proposed: Learned, tmp_path: Path
) -> None:
    folder = tmp_path / "learned"
    text = (folder / "overrides.csv").read_text(encoding="utf-8")
    (folder / "overrides.csv").write_text(text.replace(AIDE, NURSE), encoding="utf-8")
    with pytest.raises(InputError, match="changed since it was proposed"):
        switch_on(taught, folder, "Chief")
    (folder / "overrides.csv").write_text(text, encoding="utf-8")
    answer(taught, "Cook", "35-2014")
    with pytest.raises(InputError, match="decisions since"):
        switch_on(taught, folder, "Chief")
    with pytest.raises(InputError, match="no proposal"):
        switch_on(taught, tmp_path, "Chief")
    assert overridden_rows(taught) == []


def test_an_override_that_was_revoked_comes_back_only_by_a_new_decision(
    taught: Store, proposed: Learned, coder: Coder, tmp_path: Path
) -> None:
    switch_on(taught, tmp_path / "learned", "Chief")
    assert revoke(taught, "care spec ii", "Chief") == 1
    with pytest.raises(InputError, match="no override of this title"):
        revoke(taught, "Care Spec II", "Chief")
    path, _ = write_active(taught, tmp_path / "active")
    assert load_overrides(path, coder.classification).find(Job("Care Spec II")) is None
    assert [row["revoked_by"] for row in read(path) if row["revoked_by"]] == ["Chief"]
    second = propose(taught, coder, tmp_path / "second", evaluation)
    assert second.overrides == 0
    assert second.proposal["notes"] == ["1 overrides were revoked, and stay so"]
    answer(taught, "Care Spec II", NURSE)
    answer(taught, "Registered Nurse", AIDE)
    third = propose(taught, coder, tmp_path / "third", evaluation)
    changes = {row["title"]: row["change"] for row in read(tmp_path / "third" / "overrides.csv")}
    assert changes == {"Care Spec II": "new", "Registered Nurse": f"instead of {NURSE}"}
    assert third.overrides == 2
    switch_on(taught, tmp_path / "third", "Chief")
    held = [row for row in overridden_rows(taught) if not row["revoked_at"]]
    assert {row["title"]: row["soc_code"] for row in held} == {
        "Care Spec II": NURSE, "Registered Nurse": AIDE, "House Mgr": COACH,
    }  # fmt: skip


def test_confidence_is_fitted_and_measured_on_rows_that_were_held_out(
    small: Store, coder: Coder, tmp_path: Path
) -> None:
    pytest.importorskip("sklearn")
    known = coder.classification
    titles = [known.title(code) for code in known.detailed[::8]]
    codings = coder.code_batch([Job(title) for title in titles])
    fill(small, [(Job(title), machine(AIDE)) for title in titles])
    ids = {item.title: item.id for item in browse(small, limit=1000)}
    # People overrule the least sure third: the machine is wrong more often than it says.
    edge = sorted(coding.confidence.detailed for coding in codings)[len(codings) // 3]
    for title, coding in zip(titles, codings, strict=True):
        code = coding.soc_code if coding.confidence.detailed > edge else "53-7062"
        decide(small, small.named("Ann"), ids[title], Choice("choose", code))
    done = propose(small, coder, tmp_path / "learned", evaluation)
    split = done.proposal["labels"]
    assert split["train"] + split["held_out"] == len(titles) == 109
    assert 5 <= split["held_out"] <= 39  # a fifth, within four standard deviations
    both = [
        {row["title"] for row in read(tmp_path / "learned" / f"labels_{name}.csv")}
        for name in ("train", "held_out")
    ]
    assert not both[0] & both[1]
    assert both[0] | both[1] == set(titles)
    fit: dict[str, Any] = done.proposal["calibration"]
    assert fit["fitted"]
    assert fit["rows"]["title"] == split["train"]
    assert abs(fit["after"]["gap"]) < abs(fit["before"]["gap"])
    rows = read(tmp_path / "learned" / "regression.csv")
    assert {row["cause"] for row in rows} == {"override"}  # every title has one here
    assert switch_on(small, tmp_path / "learned", "Chief").calibration
    _, path = write_active(small, tmp_path / "active")
    assert path is not None
    assert load_adjustment(path, coder.bundle.info.sha256).keys() == {"title"}
    rows_read, rejected = evaluation.read_labels(tmp_path / "learned" / "labels_train.csv", known)
    assert (len(rows_read), rejected) == (split["train"], ())
    drop_calibration(small, "Chief")
    assert active_calibration(small) is None
    assert write_active(small, tmp_path / "active")[1] is None
    assert not path.exists()
    with pytest.raises(InputError, match="no fitted confidence"):
        drop_calibration(small, "Chief")


def test_too_few_rows_fit_no_confidence(proposed: Learned, tmp_path: Path) -> None:
    assert proposed.proposal["calibration"]["fitted"] is False
    assert "too few rows" in proposed.proposal["calibration"]["why"]
    text = (tmp_path / "learned" / "calibration.json").read_text(encoding="utf-8")
    assert json.loads(text) is None
