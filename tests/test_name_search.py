import pytest

from socoder.name_search import name_score


def test_the_same_words_in_any_order_score_one() -> None:
    assert name_score("workers social", "Social Workers") == 1.0
    assert name_score("police and sheriffs patrol", "Police and Sheriff’s Patrol") == 1.0


@pytest.mark.parametrize(
    ("typed", "meant", "other"),
    [
        ("regsitered nurse", "Registered Nurses", "Nurse Practitioners"),
        ("electrican", "Electricians", "Electrical Engineers"),
        ("acountant", "Accountants and Auditors", "Actuaries"),
    ],
)
def test_a_misspelt_word_still_prefers_what_is_meant(typed: str, meant: str, other: str) -> None:
    assert name_score(typed, meant) > name_score(typed, other)


def test_words_that_tell_nothing_find_nothing() -> None:
    assert name_score("all other", "Counselors, All Other") == 0.0
    assert name_score("", "Counselors") == 0.0
    assert name_score("zebra", "Counselors") == 0.0


def test_half_of_the_words_must_be_there() -> None:
    assert name_score("purple flying nurse", "Registered Nurses") == 0.0
