"""Sentences that begin with a verb and sound like hours, pay, benefits or the way to apply."""

from __future__ import annotations

import pytest

from socoder.records import Title
from socoder.split import split


def _kinds(text: str) -> tuple[int, set[str]]:
    posting = split(Title("", ()), text)
    return len(posting.duties), {passage.kind for passage in posting.set_aside}


@pytest.mark.parametrize(
    "text",
    [
        "Schedule staff hours and assign duties.", "Schedule the crew and order parts.",
        "Schedule visits for clients.", "Schedule or move appointments.",
        "Pay and process claims for insured patients.", "Pay vendors.", "Grade essays and quizzes.",
        "Apply finishes to objects being crafted.", "Apply for building permits.",
        "Apply a second coat of varnish.", "Heat-treat parts, using acetylene torches.",
        "Preheat ovens and fryers before opening.",
        "Plan, organize, or maintain dental health programs.", "Polish teeth after dental work.",
        "Set up pension plans for firms.", "Settle equal opportunity complaints.",
        "Call patients the day after surgery.", "Contact suppliers to trace late orders.",
        "Contact past employers to check references.", "Travel with patients to other hospitals.",
        "Report to supervisors about broken machines.", "Post notices on boards.",
        "Dismantle pumps and insert new seals.", "Testify in court about accidents.",
    ],
)  # fmt: skip
def test_an_order_is_a_duty(text: str) -> None:
    assert _kinds(text) == (1, set())


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Schedule varies, some weekends.", "schedule"),
        ("Schedule is four days on, three off.", "schedule"),
        ("Pay depends on the route.", "pay"),
        ("Pay and benefits are competitive.", "pay"),
        ("Provides dental, vision and a pension.", "benefits"),
        ("Split position, 40 hours a week, full benefits.", "benefits"),
        ("Earn PTO from day one.", "benefits"),
        ("Apply online today.", "apply"),
        ("Apply for this position at our website.", "apply"),
        ("Contact us for more information.", "apply"),
        ("Submit three references.", "apply"),
        ("Send your resume and references.", "apply"),
        ("Provide equal opportunity to all applicants.", "eeo"),
        ("Report to the kitchen manager.", "other"),
    ],
)
def test_what_tells_of_the_job_stays_set_aside(text: str, kind: str) -> None:
    duties, kinds = _kinds(f"- Cook meals\n- Wash dishes\n\n{text}")
    assert (duties, kinds) == (2, {kind})
