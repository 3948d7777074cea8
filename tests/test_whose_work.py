"""Which sentences of prose tell what the worker does, and which tell of others or of nothing."""

from __future__ import annotations

import pytest

from socoder.records import Title
from socoder.split import split
from socoder.splitting.cues import is_generic

_WORK = "You shear sheep, trim hooves and sort fleeces. {} You repair pens."


def _texts(text: str, title: str = "Farm Hand") -> list[str]:
    return [duty.text for duty in split(Title(title, (title,)), text).duties]


@pytest.mark.parametrize(
    "sentence",
    [
        "The farm manager sets prices and the budget.", "Our vet shows you the needle.",
        "My son tells you which field comes next.", "I will tell you how I like it done.",
        "The flock books are kept by our office.", "The barn supervisors give all injections.",
        "The trailer truck seats three.", "You will carry 50 pounds up the hill.",
        "You hold no keys.", "You direct nobody and report to the owner.", "Rotating shifts.",
        "Shift meal daily.", "Clean record for five years.", "Walk in between 9 and noon.",
        "Shearer wanted for a flock of 300.", "You work in the barn about 25 hours a week.",
        "Bring a friend and grow with us!", "Sign up for one Sunday a month.",
    ],
)  # fmt: skip
def test_such_sentences_are_no_duties(sentence: str) -> None:
    assert _texts(_WORK.format(sentence)) == [
        "You shear sheep, trim hooves and sort fleeces", "You repair pens",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "sentence",
    [
        "You keep a diary of lambs, phone the mill when feed is low, and go along to shows.",
        "You make the winter feed plan.", "You also do the tail docking.",
        "When it snows you stay in and mend halters.", "Every month you sum up weights.",
        "On most days you are fixing fences and gates.",
        "You also tell visitors about wool, dental care of sheep and lambing.",
        "The farm hand feeds the lambs at noon.", "Rate each fleece by its fineness.",
        "In the shed you set up the stand, oil blades and sharpen combs.",
    ],
)  # fmt: skip
def test_such_sentences_are_duties(sentence: str) -> None:
    assert _texts(_WORK.format(sentence))[1] == sentence.rstrip(".")


def test_in_the_third_person_the_subject_is_the_worker() -> None:
    text = "The registrar logs each loan. The clerk numbers the crates and stores them."
    assert len(_texts(text, "Registrar")) == 2


def test_a_sentence_about_shares_is_no_duty_beside_a_list() -> None:
    text = "- Assign routes\n- Drive the plow\n\nDriving makes up most of the winter week."
    assert _texts(text) == ["Assign routes", "Drive the plow"]


def test_openings_with_their_numbers() -> None:
    text = (
        "The mill has five openings.\n\nSAWYERS (3 openings) - set blades and cut boards\n\n"
        "GRADERS (2 openings) - sort boards by knots and stack them"
    )
    assert split(Title("", ()), text).openings == ("SAWYERS", "GRADERS")


@pytest.mark.parametrize(
    "text",
    [
        "Paperwork and crew huddle", "shift notes, handover, staff training, safety checks",
        "Write a shift note, attend the monthly team meeting, follow safety rules",
        "travel between sites", "In-service classes and team meetings", "Notes and team meetings",
        "The rest is handover, charting and mandatory classes",
        "A little time goes to the weekly owners' meeting", "travel, daily notes, staff meeting",
    ],
)  # fmt: skip
def test_lists_of_generic_things_are_generic(text: str) -> None:
    assert is_generic(text)


@pytest.mark.parametrize(
    "text",
    ["stocking, cleaning, Monday meeting", "notes and blood tests", "filing and typing", "phones"],
)
def test_lists_with_other_work_are_not(text: str) -> None:
    assert not is_generic(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("No college or certificate is needed.", [("education", "none", True)]),
        ("No license is required.", []),
        ("Nurses with a CNA certificate and without one are paid alike.", [("certificate", "cna", False)]),
    ],
)  # fmt: skip
def test_what_is_not_asked_is_no_requirement(
    text: str, expected: list[tuple[str, str, bool]]
) -> None:
    posting = split(Title("Aide", ("Aide",)), f"- Make beds\n- Feed cats\n\nRequirements:\n{text}")
    assert [(n.kind, n.level, n.required) for n in posting.requirements] == expected
