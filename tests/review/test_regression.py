from __future__ import annotations

from typing import Any

from socoder.coder import Coder
from socoder.overrides import Override, Overrides
from socoder.records import Job
from socoder.review.regression import changes
from socoder.review.store import Store

from .conftest import fill, machine

NONE = Overrides({})
UNSURE: dict[str, Any] = {
    "kinds": {"title": {"slope": 1.0, "intercept": -30.0, "thresholds": [[0.95, 0.9]]}}
}


def test_every_item_whose_code_or_status_changes_is_listed_with_its_cause(
    small: Store, coder: Coder
) -> None:
    titles = {"Registered Nurse": 2, "Cook": 5, "Aide": 1}
    fill(small, [(Job(title), machine()) for title, n in titles.items() for _ in range(n)])
    plain = {title: coder.code(Job(title)) for title in titles}
    assert plain["Registered Nurse"].status == "accepted"
    aide = Overrides.of([Override("Aide", "11-1011")])
    assert changes(small, coder, (NONE, None), (NONE, None)) == []
    (one,) = changes(small, coder, (NONE, None), (aide, None))
    assert (one.title, one.rows, one.code_before, one.code_after, one.cause) == (
        "Aide", 1, plain["Aide"].soc_code, "11-1011", "override",
    )  # fmt: skip
    (back,) = changes(small, coder, (aide, None), (NONE, None))
    assert (back.code_before, back.code_after) == (one.code_after, one.code_before)
    seen: list[tuple[int, int]] = []
    told = changes(
        small, coder, (NONE, None), (aide, UNSURE), lambda done, of: seen.append((done, of))
    )
    was_accepted = {title for title, coding in plain.items() if coding.status == "accepted"}
    assert {own.title for own in told} == was_accepted | {"Aide"}
    assert [own.rows for own in told] == sorted((own.rows for own in told), reverse=True)
    nurse = next(own for own in told if own.title == "Registered Nurse")
    assert (nurse.status_before, nurse.status_after, nurse.cause) == (
        "accepted", "review", "calibration",
    )  # fmt: skip
    assert nurse.code_before == nurse.code_after
    assert nurse.confidence_after < 0.5 < nurse.confidence_before
    assert seen[-1] == (3, 3)
