"""Rows that were worked out beforehand are those that the full path gives."""

from __future__ import annotations

from dataclasses import replace

import pytest

from socoder.bulk.coding import code_distinct, code_fully
from socoder.bulk.known_titles import answered
from socoder.coder import Coder
from socoder.occupation_texts import load_texts
from socoder.records import Job, Settings


@pytest.fixture(scope="module")
def titles() -> list[str]:
    """Every third of our own typical titles: the bundle knows most of them."""
    return sorted({title for text in load_texts().values() for title in text.titles})[::3]


@pytest.mark.parametrize("spelled", [str, str.upper, str.lower, str.title])
def test_a_title_that_is_looked_up_has_the_row_of_the_full_path(
    coder: Coder, titles: list[str], spelled
) -> None:
    jobs = [Job(spelled(title)) for title in titles[::4]]
    found = answered(coder, jobs, "guideline")
    hits = [(job, row) for job, row in zip(jobs, found, strict=True) if row]
    assert len(hits) > len(jobs) / 4
    assert [row for _, row in hits] == code_fully(coder, [job for job, _ in hits])


def test_the_rows_stand_in_the_order_of_the_jobs(coder: Coder, titles: list[str]) -> None:
    jobs = [Job(title) for title in (*titles[:40], "Zqx operator of things", "Direct Support Pro")]
    assert code_distinct(coder, jobs) == code_fully(coder, jobs)


def test_roles_titles_of_several_codes_and_more_than_a_title_take_the_full_path(
    coder: Coder,
) -> None:
    known = Job("Registered Nurse")
    assert answered(coder, [known], "guideline")[0]
    others = [
        Job("Direct Support Professional"),  # a role without a code
        Job("Cook"),  # several codes
        Job("Volunteer Registered Nurse"),
        Job("Registered Nurse, Nights"),
        Job("Registered Nurse", "Give medication."),
        replace(known, industry="Hospitals"),
        replace(known, department="Surgery"),
        Job(""),
    ]
    assert answered(coder, others, "guideline") == [None] * len(others)


def test_other_settings_are_not_looked_up(coder: Coder) -> None:
    jobs = [Job("Registered Nurse")]
    strict = replace(coder, settings=Settings(target_accuracy=0.99))
    assert answered(strict, jobs, "guideline") == [None]
    assert answered(coder, jobs, "time") == [None]
