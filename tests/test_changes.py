"""Each change of a title does what it says, where it applies, and is the same for one seed."""

from __future__ import annotations

import random

import pytest

from evaluation.changes import CHANGES, TYPOS


def changed(name: str, title: str, seed: int = 0) -> str:
    return CHANGES[name](title, random.Random(seed))


@pytest.mark.parametrize(
    ("name", "title", "expected"),
    [
        ("upper case", "Clerk, Office", "CLERK, OFFICE"),
        ("upper case", "RN", ""),
        ("lower case", "Clerk, Office", "clerk, office"),
        ("Sr.", "Clerk", "Sr. Clerk"),
        ("Sr.", "Senior Clerk", ""),
        ("Sr.", "Clerk III", ""),
        ("II", "Clerk", "Clerk II"),
        ("II", "Clerk (Temporary)", ""),
        ("doubled spaces", "Office Clerk", "Office  Clerk"),
        ("doubled spaces", "Clerk", ""),
        ("British spelling", "LABORER", "LABOURER"),
        ("British spelling", "Program Counselor", "Programme Counsellor"),
        ("British spelling", "Checker", ""),
        ("inverted", "Office Clerk", "Clerk, Office"),
        ("inverted", "Clerk", ""),
        ("inverted", "Teacher Assistant", ""),
        ("inverted", "Director of Nursing", ""),
        ("put in order", "Clerk, Office", "Office Clerk"),
        ("put in order", "Baker, Cook", ""),
        ("put in order", "Clerk, Mail and Files", ""),
        ("put in order", "Office Clerk", ""),
    ],
)
def test_a_change_and_where_it_does_not_apply(name: str, title: str, expected: str) -> None:
    assert changed(name, title) == expected


@pytest.mark.parametrize("name", ["requisition number", "city", "PT", "punctuation"])
def test_what_is_added_stands_around_the_title(name: str) -> None:
    forms = {changed(name, "Office Clerk", seed) for seed in range(60)}
    assert len(forms) > 3
    assert all("Office Clerk" in form and form != "Office Clerk" for form in forms)


@pytest.mark.parametrize(
    ("name", "longer"),
    [("transposition", 0), ("deletion", -1), ("doubling", 1), ("substitution", 0)],
)
def test_a_typo_falls_into_one_long_word(name: str, longer: int) -> None:
    assert set(TYPOS) <= set(CHANGES)
    for seed in range(60):
        words = changed(name, "Mail Carrier Chief", seed).split()
        assert (words[0], words[2]) == ("Mail", "Chief")
        assert words[1] != "Carrier"
        assert len(words[1]) == len("Carrier") + longer
        assert changed(name, "Mail Clerk", seed) == ""


@pytest.mark.parametrize("name", list(CHANGES))
def test_a_seed_gives_one_change(name: str) -> None:
    title = "Program Manager"
    assert changed(name, title, 3) == changed(name, title, 3)
