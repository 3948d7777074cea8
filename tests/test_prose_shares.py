"""Shares of time in lines of their own and in prose, and which duties share one allotment."""

from __future__ import annotations

import pytest

from socoder.records import Duty, Title
from socoder.split import split
from socoder.splitting.share_lines import begins_with_share, glued_shares, own_share
from socoder.splitting.time_shares import find_times


def _duties(text: str, title: str = "Worker") -> tuple[Duty, ...]:
    return split(Title(title, (title,)), text).duties


def _shares(text: str) -> list[tuple[str, float]]:
    return [(duty.text, round(duty.time_share, 2)) for duty in _duties(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "60 % - bench work: regrind cutters, true wheels, set gauges\n"
            "25 % - shop visits: collect dull tools from four customers\n"
            "15 % - cash desk, sweeping",
            [
                ("bench work: regrind cutters, true wheels, set gauges", 0.6),
                ("shop visits: collect dull tools from four customers", 0.25),
                ("cash desk, sweeping", 0.15),
            ],
        ),
        (
            "24 h - kiln: load ware, watch cones, unload\n16 h - wheel: throw mugs and bowls",
            [("kiln: load ware, watch cones, unload", 0.6), ("wheel: throw mugs and bowls", 0.4)],
        ),
        (
            "The week is 40 hours: 30 h - orchard: prune, thin and pick apples 10 h - stand: sell cider",
            [("orchard: prune, thin and pick apples", 0.75), ("stand: sell cider", 0.25)],
        ),
        (
            "Grooming 80 % | wash dogs, clip nails, trim coats\nShop 20 % | sell leashes, take payment",
            [
                ("Grooming: wash dogs, clip nails, trim coats", 0.8),
                ("Shop: sell leashes, take payment", 0.2),
            ],
        ),
        (
            "How the job divides: 70 % surveying - set up the level, stake lots, note readings. "
            "20 % drawing - plot the day's points. 10 % travel between sites.",
            [
                ("surveying - set up the level, stake lots, note readings", 0.7),
                ("drawing - plot the day's points", 0.2),
                ("travel between sites", 0.1),
            ],
        ),
        (
            "Weekly plan (30 hours):\n"
            "Boat runs, 20 hours - ferry guests by the posted table: dock to island, island to dock\n"
            "Deck, 8 hours - between runs: scrub boards, coil lines\n"
            "Paperwork, 2 hours.",
            [
                ("Boat runs - ferry guests by the posted table: dock to island, island to dock", 0.67),
                ("Deck - between runs: scrub boards, coil lines", 0.27),
                ("Paperwork", 0.07),
            ],
        ),
        (
            "18 hours on fittings: measure feet, cast moulds\n\n"
            "12 hours on the workshop: build insoles, stretch shoes\n\n"
            "10 hours on mail and staff meetings.",
            [
                ("fittings: measure feet, cast moulds", 0.45),
                ("workshop: build insoles, stretch shoes", 0.3),
                ("mail and staff meetings", 0.25),
            ],
        ),
        (
            "28 hours: bee yard. You inspect hives, add supers and catch swarms. You mend frames.\n\n"
            "12 hours: bottling. You spin, filter and label the honey.",
            [
                ("bee yard: You inspect hives, add supers and catch swarms", 0.42),
                ("You mend frames", 0.28),
                ("bottling: You spin, filter and label the honey", 0.3),
            ],
        ),
    ],
)  # fmt: skip
def test_a_line_may_have_a_share_of_its_own(text: str, expected: list[tuple[str, float]]) -> None:
    assert _shares(text) == expected
    assert {duty.time_source for duty in _duties(text)} == {"stated"}


def test_a_stated_allotment_is_spread_over_its_clauses() -> None:
    duties = _duties(
        "Of 40 hours you can count on\n"
        "30 hours of stable work that the trainer hands out: muck out stalls; soak feet; wrap legs;\n"
        "10 hours of office and phone."
    )
    assert sum(duty.time_share for duty in duties[:3]) == pytest.approx(0.75)
    assert duties[0].text == "stable work that the trainer hands out: muck out stalls"
    assert duties[0].allotment == duties[1].allotment == duties[2].allotment >= 0
    assert duties[3].allotment not in (-1, duties[0].allotment)


@pytest.mark.parametrize(
    ("text", "shares"),
    [
        (
            "You paint gates and railings in the yard. The rest is brush cleaning. "
            "About 80 % of the time you stand at the booth and spray panels.",
            [0.02, 0.18, 0.8],
        ),
        (
            "Three and a half days of the five-day week you are at the press: feed sheets, mix inks, "
            "clean rollers. What is left of the week is for binding.",
            [0.7, 0.3],
        ),
        (
            "Well over half of the job, call it 65 percent, is the loom: warp beams, tie ends, mend "
            "picks. Another 35 percent is in the dye house: weigh color, load vats.",
            [0.65, 0.35],
        ),
        (
            "Most visits are to boilers: you drain, brush and refit them. In summer your days turn to "
            "pumps: seals, motors, valves. Over the year that is about a third of what we do.",
            [0.67, 0.33],
        ),
        (
            "Three of your shifts (24 hours) are on the slope: check passes, load chairs, help those "
            "who fall. The other two (16 hours) are in the hut: fit boots, wax skis.",
            [0.6, 0.4],
        ),
        (
            "From 6 to 11 you bake rolls and pastry. From 11 to 2 you serve at the counter. "
            "The last hour is for cleaning.",
            [0.56, 0.33, 0.11],
        ),
    ],
)  # fmt: skip
def test_prose_may_state_shares(text: str, shares: list[float]) -> None:
    assert [duty.time_share for duty in _duties(text)] == pytest.approx(shares, abs=0.02)


def test_named_parts_are_the_sentences_that_begin_with_their_names() -> None:
    text = (
        "You divide your week as follows: 60 % exhibit care, 30 % tours, 10 % reports.\n\n"
        "Exhibit care means dusting cases, checking lamps and logging moisture. You also mend labels.\n\n"
        "Tours means leading school groups through the mine."
    )
    duties = _duties(text)
    by_text = {duty.text.split()[0]: duty.time_share for duty in duties}
    assert by_text["Tours"] == pytest.approx(0.3)
    assert by_text["reports"] == pytest.approx(0.1)
    assert by_text["Exhibit"] + by_text["You"] == pytest.approx(0.6)
    assert not any("follows" in duty.text for duty in duties)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("The remaining 30 percent you weld brackets", 0.3),
        ("One and a half days a week you sharpen skates", 0.3),
        ("A good quarter of what you do is grafting", 0.25),
        ("Six or seven hours of every ten you plough", 0.65),
    ],
)
def test_wordings_of_shares(text: str, amount: float) -> None:
    assert [m.amount for m in find_times(text) if m.stated] == [pytest.approx(amount)]


def test_half_an_hour_is_no_half_of_the_job() -> None:
    assert [(m.kind, m.amount) for m in find_times("Half an hour: feed the fish")] == [
        ("hours", 0.5)
    ]


def test_the_rest_needs_something_it_is_the_rest_of() -> None:
    duties = _duties("- Cut glass\n- Grind edges\n\nThe rest is up to you.")
    assert [duty.text for duty in duties] == ["Cut glass", "Grind edges"]


def test_lines_with_shares() -> None:
    assert begins_with_share("20 % - filing") and not begins_with_share("8 hour shifts")
    assert own_share("Filing and copying, 3 hours.") == ("3 hours", "Filing and copying")
    assert own_share("Serve 40 tables") is None
    assert glued_shares("60 % cut. 40 % sew.") == [0, 10]
    assert not glued_shares("About 30% of the time is spent cutting; the other 70% is sewing.")
    assert not glued_shares("10 % off in the shop. 20 % more in winter.")


def test_duties_under_one_heading_share_its_allotment() -> None:
    duties = _duties(
        "Area 1 (40 %)\n- Plan menus\n- Order food\n\nArea 2 (60 %)\n- Cook lunch\n- Wash pans"
    )
    numbers = [duty.allotment for duty in duties]
    assert numbers[0] == numbers[1] != numbers[2] == numbers[3]
    assert min(numbers) >= 0


def test_without_stated_time_there_is_no_allotment() -> None:
    assert {duty.allotment for duty in _duties("- Plan menus daily\n- Cook lunch")} == {-1}


def test_single_shares_are_allotments_of_their_own() -> None:
    numbers = [duty.allotment for duty in _duties("- Plan menus (30%)\n- Cook (70%)")]
    assert len(set(numbers)) == 2 and min(numbers) >= 0
