"""Expressions of time, and how stated and inferred shares are made to add up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socoder.records import Title
from socoder.split import split
from socoder.splitting.allocation import Part, allocate, leaves
from socoder.splitting.clock import clock_hours
from socoder.splitting.language import sentences
from socoder.splitting.time_shares import Mention, find_times, without_time


def _told(text: str, *, label: bool = False) -> list[tuple[str, float]]:
    return [
        (mention.kind, round(mention.amount, 3))
        for mention in find_times(text, label=label)
        if mention.kind != "often"
    ]


@pytest.mark.parametrize(
    ("text", "share", "rest"),
    [
        ("40% Answer phones", 0.4, "Answer phones"),
        ("Answer phones (40 %)", 0.4, "Answer phones"),
        ("Answer phones – 40%", 0.4, "Answer phones"),
        ("Answer phones ........ 40%", 0.4, "Answer phones"),
        ("[40%] Answer phones", 0.4, "Answer phones"),
        ("Approximately 30-40% of time: answer phones", 0.35, "answer phones"),
        ("Answer phones, 30–40%", 0.35, "Answer phones"),
        ("Up to 10%: answer phones", 0.1, "answer phones"),
        ("forty percent answering phones", 0.4, "answering phones"),
        ("Answer phones, about 25 percent of the time", 0.25, "Answer phones"),
        ("Half of the shift: answer phones", 0.5, "answer phones"),
        ("A third of the day: answer phones", 0.333, "answer phones"),
        ("Two thirds of your week: answer phones", 0.667, "answer phones"),
        ("Three quarters of the time: answer phones", 0.75, "answer phones"),
        ("Answer phones (20 of 40 hours)", 0.5, "Answer phones"),
        ("Answer phones (5 hrs of each 8-hr shift)", 0.625, "Answer phones"),
        ("Three days a week: answer phones", 0.6, "answer phones"),
    ],
)  # fmt: skip
def test_a_share_is_found_and_taken_out(text: str, share: float, rest: str) -> None:
    mentions = find_times(text)
    assert [(m.kind, m.stated) for m in mentions if m.kind != "often"] == [("share", True)]
    assert mentions[0].amount == pytest.approx(share, abs=0.001)
    assert without_time(text, mentions) == rest


@pytest.mark.parametrize(
    "text",
    [
        "401k with 50% match", "20% travel", "Travel (20%)", "Travel up to 25% of the time",
        "Maintain 100% accuracy", "Increase sales by 15%", "5% bonus", "Solve 95% of tickets",
        "City pays 100% of employee health premium", "Wage begins at 50% of mechanic's rate",
        "Draw against 15% commission", "Reduce waste 10%", "Keep food cost under 30%",
        "Provide 24-hour care", "Respond within 24 hours", "Turn residents every 2 hours",
        "Run groups two days a week", "Restock the restroom", "Rest the dough",
    ],
)  # fmt: skip
def test_other_figures_are_no_share(text: str) -> None:
    assert _told(text) == []


@pytest.mark.parametrize(
    ("text", "hours", "unit"),
    [
        ("12 hrs/week: file papers", 12, "week"),
        ("File papers, about 12 hours per week", 12, "week"),
        ("12hrs/wk - file papers", 12, "week"),
        ("File papers (2-3 hours a day)", 2.5, "shift"),
        ("File papers (1½ hrs)", 1.5, ""),
    ],
)
def test_hours_are_found_with_their_unit(text: str, hours: float, unit: str) -> None:
    mention = find_times(text)[0]
    assert (mention.kind, mention.amount, mention.unit) == ("hours", hours, unit)


@pytest.mark.parametrize(
    "text", ["The rest of the time: file papers", "The remaining time: file papers"]
)
def test_the_rest_is_found(text: str) -> None:
    assert _told(text) == [("rest", 0.0)]


def test_most_of_the_time_is_not_stated() -> None:
    (mention,) = find_times("Most of the time: file papers")
    assert (mention.kind, mention.stated) == ("share", False)


def test_a_label_may_say_less() -> None:
    assert _told("Billing, the remaining 8", label=True) == [("rest", 0.0)]
    assert _told("YOUTH CARE (3 hrs)", label=True) == [("hours", 3.0)]


@pytest.mark.parametrize(
    ("text", "factor"),
    [("Sweep daily", 1.3), ("Audit files annually", 0.08), ("Sweep as needed", 0.4)],
)
def test_frequency_words_give_a_factor_and_state_nothing(text: str, factor: float) -> None:
    (mention,) = find_times(text)
    assert (mention.kind, mention.amount, mention.stated) == ("often", factor, False)


def test_activities_of_daily_living_say_nothing_of_time() -> None:
    assert find_times("Help with activities of daily living") == []


def _share(amount: float) -> Mention:
    return Mention("share", amount, 0, 1)


def test_what_is_not_stated_is_divided_by_weight() -> None:
    parts = [Part(_share(0.6)), Part(weight=3), Part(weight=1)]
    allocate(parts)
    assert [part.share for part in parts] == pytest.approx([0.6, 0.3, 0.1])
    assert [part.source for part in parts] == ["stated", "inferred", "inferred"]


def test_shares_above_one_keep_their_ratio() -> None:
    parts = [Part(_share(0.8)), Part(_share(0.4))]
    allocate(parts)
    assert [part.share for part in parts] == pytest.approx([2 / 3, 1 / 3])


def test_a_duty_beside_a_full_week_gets_a_little() -> None:
    parts = [Part(_share(0.55)), Part(_share(0.45)), Part()]
    allocate(parts)
    assert 0 < parts[2].share < 0.05
    assert parts[0].share / parts[1].share == pytest.approx(55 / 45)


def test_a_group_divides_its_share() -> None:
    inside = [Part(weight=1), Part(weight=3)]
    parts = [Part(_share(0.4), parts=inside), Part(_share(0.6))]
    allocate(parts)
    assert [leaf.share for leaf in leaves(parts)] == pytest.approx([0.1, 0.3, 0.6])
    assert {leaf.source for leaf in leaves(parts)} == {"stated"}


def test_shares_inside_a_group_are_of_the_week_or_of_the_group() -> None:
    of_week = [Part(_share(0.4), parts=[Part(_share(0.1)), Part(_share(0.3))]), Part(_share(0.6))]
    of_group = [
        Part(_share(0.4), parts=[Part(_share(0.25)), Part(_share(0.75))]),
        Part(_share(0.6)),
    ]
    for parts in (of_week, of_group):
        allocate(parts)
        assert [leaf.share for leaf in leaves(parts)] == pytest.approx([0.1, 0.3, 0.6])


def test_hours_are_of_the_week_that_is_stated() -> None:
    parts = [Part(Mention("hours", 12, 0, 1, "week")), Part()]
    allocate(parts, week=24)
    assert parts[0].share == pytest.approx(0.5)
    allocate(parts)
    assert parts[0].share == pytest.approx(0.3)


def test_the_rest_takes_what_is_left_and_is_stated() -> None:
    parts = [Part(_share(0.7)), Part(Mention("rest", 0.0, 0, 1))]
    allocate(parts)
    assert parts[1].share == pytest.approx(0.3)
    assert parts[1].source == "stated"


@given(st.lists(st.one_of(st.none(), st.floats(0.001, 1.0)), min_size=1, max_size=30))
def test_shares_always_add_up_to_one(amounts: list[float | None]) -> None:
    parts = [Part(None if amount is None else _share(amount)) for amount in amounts]
    allocate(parts)
    assert sum(part.share for part in parts) == pytest.approx(1, abs=1e-9)
    assert all(part.share >= 0 for part in parts)


def test_a_timetable_is_read_as_hours() -> None:
    lines = ["6:45 pre-trip", "7:00-9:30 route", "9:30-10 sweep", "11am to 1pm lunch"]
    assert clock_hours(lines) == [
        (0.25, "pre-trip"), (2.5, "route"), (0.5, "sweep"), (2.0, "lunch"),
    ]  # fmt: skip
    assert clock_hours(["7:00-9:30 route", "sweep", "lunch"]) is None
    assert clock_hours(["10 patients", "12 beds", "4 wings"]) is None


def test_abbreviations_do_not_end_a_sentence() -> None:
    text = "Calls approx. 40 clients, e.g. by phone. Files etc. Answers Dr. Smith at 7 a.m. daily."
    assert sentences(text) == [
        "Calls approx. 40 clients, e.g. by phone.",
        "Files etc.",
        "Answers Dr. Smith at 7 a.m. daily.",
    ]


def test_share_statement_without_any_list_makes_the_duties() -> None:
    duties = split(
        Title("Aide", ("Aide",)), "You will spend 60% of your time cooking and 40% cleaning rooms."
    ).duties
    assert [duty.time_share for duty in duties] == pytest.approx([0.6, 0.4])
    assert [duty.text for duty in duties] == ["cooking", "cleaning rooms"]


def test_a_statement_divides_duties_that_stand_under_no_heading() -> None:
    text = """You spend 70% of your time cooking and 30% driving.
- Cook lunch for forty
- Plan the cooking with the dietitian
- Drive the van to the school
- Keep the driving log
"""
    duties = split(Title("Cook / Driver", ("Cook", "Driver")), text).duties
    assert sum(duty.time_share for duty in duties[:2]) == pytest.approx(0.7)
    assert {duty.time_source for duty in duties} == {"stated"}
