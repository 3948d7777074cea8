"""Money is split over positions as stated, by time, evenly or by code, and all of it is there."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from socoder import soc
from socoder.reports.funding import SPLITS, Funding, Split, split_services
from socoder.reports.funding_lines import ServiceLine, Services, services_of
from socoder.reports.funding_report import funding_report
from socoder.reports.funding_work import CodeDuties
from socoder.reports.positions import Positions, positions_of
from socoder.reports.report import Report
from socoder.reports.service_codes import shipped
from socoder.reports.sheet import Sheet

KNOWN = soc.load()
POSITIONS = (
    "position_group", "site", "program", "headcount", "fte", "annual_wage", "soc_code",
    "soc_status", "soc_final_code", "soc_material", "title", "description",
)  # fmt: skip
SERVICES = (
    "service_code", "modifier", "program", "site", "position_group", "units", "amount", "allocation"
)  # fmt: skip
AIDES, DRIVERS, CLERKS = "31-1122", "53-3053", "43-9061"
HALVES = json.dumps(
    [
        {"text": "Help people eat", "time_share": 0.5, "soc_code": AIDES},
        {"text": "Drive people", "time_share": 0.3, "soc_code": DRIVERS},
        {"text": "Park and clean the van", "time_share": 0.2, "soc_code": DRIVERS},
    ]
)


def position(
    group: str = "G", fte: str = "1", code: str = AIDES, material: str = "", **more: str
) -> dict[str, str]:
    return {
        "position_group": group, "site": "North", "program": "Homes", "headcount": "1", "fte": fte,
        "soc_code": code, "soc_status": "accepted", "soc_material": material, **more,
    }  # fmt: skip


def line(amount: str = "100.00", code: str = "T2016", **more: str) -> dict[str, str]:
    return {"service_code": code, "program": "Homes", "site": "North", "amount": amount, **more}


def sheet(name: str, header: tuple[str, ...], *rows: dict[str, str]) -> Sheet:
    return Sheet(name, header, tuple(tuple(row.get(one, "") for one in header) for row in rows))


def people(*rows: dict[str, str]) -> Positions:
    return positions_of(sheet("coded.csv", POSITIONS, *rows), KNOWN)


def billed(*rows: dict[str, str]) -> Services:
    return services_of(sheet("services.csv", SERVICES, *rows))


def split(
    services: Services,
    positions: Positions,
    how: Split = "time",
    code_duties: CodeDuties | None = None,
) -> Funding:
    funding = split_services(services, positions, KNOWN, how, code_duties)
    paid: Counter[int] = Counter()
    for piece in funding.pieces:
        paid[piece.line] += piece.cents
    assert paid == Counter({one.row: one.cents for one in services.lines}), (
        "every line, to the cent"
    )
    return funding


def by_code(funding: Funding) -> dict[str, int]:
    found: Counter[str] = Counter()
    for piece in funding.pieces:
        found[piece.soc_code] += piece.cents
    return dict(found)


def by_group(funding: Funding) -> dict[str, int]:
    found: Counter[str] = Counter()
    for piece in funding.pieces:
        found[piece.group] += piece.cents
    return dict(found)


def texts(funding: Funding) -> str:
    return "\n".join(finding.line for finding in funding.findings)


def test_by_time_the_money_follows_fte_and_working_time() -> None:
    funding = split(billed(line()), people(position("A", "3", material=HALVES), position("B", "1")))
    assert by_group(funding) == {"A": 7500, "B": 2500}
    assert by_code(funding) == {AIDES: 3750 + 2500, DRIVERS: 3750}
    traced = {(piece.group, piece.duty): piece.cents for piece in funding.pieces}
    assert traced[("A", "Help people eat")] == 3750
    assert traced[("A", "Park and clean the van")] == 1500
    assert {piece.how for piece in funding.pieces} == {"time"}


def test_evenly_positions_and_their_occupations_get_the_same() -> None:
    funding = split(
        billed(line()), people(position("A", "3", material=HALVES), position("B", "1")), "even"
    )
    assert by_group(funding) == {"A": 5000, "B": 5000}
    assert by_code(funding) == {AIDES: 2500 + 5000, DRIVERS: 2500}


def test_by_code_the_position_is_one_occupation() -> None:
    funding = split(billed(line()), people(position("A", material=HALVES, code=DRIVERS)), "code")
    assert by_code(funding) == {DRIVERS: 10000}


def test_the_position_group_joins_before_program_and_site() -> None:
    rows = people(position("A"), position("B", site="South"))
    assert by_group(split(billed(line(position_group="b")), rows)) == {"B": 10000}
    assert by_group(split(billed(line()), rows)) == {"A": 10000}
    assert by_group(split(billed(line(site="")), rows)) == {"A": 5000, "B": 5000}


def test_a_group_at_several_sites_is_narrowed_by_the_site() -> None:
    rows = people(position("A"), position("A", site="South", code=DRIVERS))
    assert by_code(split(billed(line(position_group="A", site="South")), rows)) == {DRIVERS: 10000}


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (line(position_group="Z"), "no position has this position_group"),
        (line(program="Camp"), "no position is in this program and site"),
        (line(program="", site=""), "the line names no position group, program or site"),
    ],
)
def test_what_joins_nothing_is_unallocated_and_found(row: dict[str, str], why: str) -> None:
    funding = split(billed(row), people(position()))
    assert [(p.how, p.cents, p.why) for p in funding.pieces] == [("unallocated", 10000, why)]
    assert f"services: {why}: shown as unallocated (row 2)" in texts(funding)


@pytest.mark.parametrize(
    "allocation", ["A:60%|B:40%", "A:0.6|B:0.4", "A:60;B:40", " a : 60 % | b : 40 % ", "A:30%|A:30%|B:40%"]
)  # fmt: skip
def test_a_stated_allocation_decides(allocation: str) -> None:
    rows = people(position("A", "1"), position("B", "9"))
    funding = split(billed(line(allocation=allocation)), rows)
    assert by_group(funding) == {"A": 6000, "B": 4000}
    assert {piece.how for piece in funding.pieces} == {"stated"}


def test_an_allocation_can_name_occupations() -> None:
    rows = people(position("A", material=HALVES), position("B", code=CLERKS))
    funding = split(billed(line(allocation=f"{DRIVERS}:70%|{CLERKS}:20%|29-1141:10%")), rows)
    assert by_code(funding) == {DRIVERS: 7000, CLERKS: 2000, "29-1141": 1000}
    assert by_group(funding) == {"A": 7000, "B": 2000, "": 1000}


def test_an_allocation_can_name_another_split() -> None:
    rows = people(position("A", "3"), position("B", "1"))
    assert by_group(split(billed(line(allocation="even")), rows)) == {"A": 5000, "B": 5000}


def test_what_an_allocation_leaves_out_or_cannot_name_is_unallocated() -> None:
    funding = split(billed(line(allocation="G:50%|Nobody:20%")), people(position()))
    assert by_group(funding) == {"G": 5000, "": 5000}
    assert {piece.why for piece in funding.pieces} == {
        "", "the stated allocation does not reach 100 %",
        "the stated allocation names no position group and no SOC code",
    }  # fmt: skip


def test_more_than_all_of_it_is_scaled_down_and_found() -> None:
    rows = people(position("A"), position("B"))
    funding = split(billed(line(allocation="A:90%|B:30%")), rows)
    assert by_group(funding) == {"A": 7500, "B": 2500}
    assert "more than 100 %" in texts(funding)


@pytest.mark.parametrize("allocation", ["half", "A", "A:x", ":50%", "A:-1", "A:0", "A:1|B:1", "|"])
def test_an_unreadable_allocation_is_found_and_the_rest_is_as_without(allocation: str) -> None:
    funding = split(billed(line(allocation=allocation)), people(position("A"), position("B")))
    assert by_group(funding) == {"A": 5000, "B": 5000}
    assert "services: allocation cannot be read" in texts(funding)


def test_thirds_leave_no_cent_behind() -> None:
    rows = people(position("A"), position("B"), position("C"))
    assert by_group(split(billed(line("100.00")), rows)) == {"A": 3334, "B": 3333, "C": 3333}
    assert by_group(split(billed(line("-100.00")), rows)) == {"A": -3334, "B": -3333, "C": -3333}


def test_money_taken_back_cancels_what_was_paid() -> None:
    rows = people(position("A", "3", material=HALVES), position("B", "7"))
    funding = split(billed(line("71.23"), line("-71.23")), rows)
    assert set(by_code(funding).values()) == {0}


def test_positions_without_fte_count_by_heads() -> None:
    rows = people(position("A", "0", headcount="3"), position("B", "0"))
    assert by_group(split(billed(line()), rows)) == {"A": 7500, "B": 2500}


def test_positions_without_duties_are_found_and_paid_by_their_code() -> None:
    funding = split(billed(line()), people(position("A"), position("B", material=HALVES)))
    assert "positions: no duties are known" in texts(funding)
    assert "(row 2)" in next(one for one in texts(funding).splitlines() if "no duties" in one)


def test_a_position_that_is_not_coded_is_shown_so() -> None:
    funding = split(billed(line()), people(position(code="", soc_status="uncodable")))
    (piece,) = funding.pieces
    assert (piece.soc_code, piece.group, piece.cents, piece.settled) == ("", "G", 10000, False)
    assert "the position has no SOC code" in texts(funding)
    table = funding_report(funding, shipped(), KNOWN).table("split")
    assert table.rows[0][2] == "Not coded"


def test_open_positions_are_paid_by_the_proposed_code_and_counted_apart() -> None:
    funding = split(billed(line()), people(position("A", soc_status="review"), position("B")))
    assert by_code(funding) == {AIDES: 10000}
    row = funding_report(funding, shipped(), KNOWN).table("split").rows[0]
    assert row[3:] == (Decimal("100.00"), 1.0, "yes", Decimal("50.00"))


def test_a_reviewer_who_overrules_the_duties_decides_for_all_of_them() -> None:
    rows = people(position(material=HALVES, soc_final_code=CLERKS))
    funding = split(billed(line()), rows)
    assert by_code(funding) == {CLERKS: 10000}
    assert len(funding.pieces) == 3, "the duties stay traceable"
    assert "the reviewer's code is that of no duty" in texts(funding)


@pytest.mark.parametrize(
    "material", ["{", "[1]", "[[]]", "31-1122", "31-1122:x", "99-9999:1", "[{}]", "5", "[" * 5000,
                 '[{"time_share": NaN, "soc_code": "31-1122"}]']
)  # fmt: skip
def test_unreadable_duties_are_found_and_cost_nothing(material: str) -> None:
    funding = split(billed(line()), people(position(material=material)))
    assert by_code(funding) == {AIDES: 10000}
    assert "soc_material cannot be read" in texts(funding)


def test_shares_can_be_given_without_duties() -> None:
    funding = split(billed(line()), people(position(material=f"{AIDES}:0.25|{DRIVERS}:0.75")))
    assert by_code(funding) == {AIDES: 2500, DRIVERS: 7500}


def test_a_duty_without_a_code_counts_with_the_position() -> None:
    material = json.dumps([{"text": "Meetings", "time_share": 1.0, "soc_code": ""}])
    assert by_code(split(billed(line()), people(position(material=material)))) == {AIDES: 10000}


def test_descriptions_are_coded_where_nothing_else_tells_the_duties() -> None:
    asked = []

    def code_duties(title: str, description: str) -> list[tuple[str, float, str]]:
        asked.append(title)
        return [(description, 0.4, AIDES), ("Drive", 0.6, DRIVERS)]

    rows = people(
        position("A", title="Aide", description="Help"), position("B", material=HALVES, title="B")
    )
    funding = split(billed(line(position_group="A"), line(position_group="A")), rows, "time", code_duties)  # fmt: skip
    assert by_code(funding) == {AIDES: 8000, DRIVERS: 12000}
    assert asked == ["Aide"]


def test_contacts_in_duties_are_masked() -> None:
    duty = "Call Jane at jane.doe@example.org or 555-010-4477"
    material = json.dumps([{"text": duty, "time_share": 1, "soc_code": AIDES}])
    funding = split(billed(line()), people(position(material=material)))
    assert "jane.doe@example.org" not in funding.pieces[0].duty
    assert "4477" not in funding.pieces[0].duty


def report(*rows: dict[str, str], services: tuple[dict[str, str], ...] = (line(),)) -> Report:
    return funding_report(split(billed(*services), people(*rows)), shipped(), KNOWN)


def test_an_unexpected_occupation_is_a_finding_with_its_groups_and_amount() -> None:
    made = report(position("A"), position("Office", code=CLERKS))
    assert made.table("unexpected").rows == (
        ("T2016", CLERKS, "Office Clerks, General", Decimal("50.00"), 0.5, "Office"),
    )
    assert any(
        "T2016 pays $50.00, 50.0% of it, for 43-9061" in finding.text for finding in made.findings
    )


def test_expected_occupations_are_no_findings_and_unknown_services_expect_nothing() -> None:
    made = report(position(), services=(line(), line(code="X1234")))
    assert "unexpected" not in {table.id for table in made.tables}
    assert any("X1234 is not in the crosswalk" in finding.text for finding in made.findings)


def test_a_broader_code_is_expected_if_an_occupation_of_it_is() -> None:
    made = report(position(code="31-1120"))
    assert made.table("split").rows[0][5] == "yes"


def test_each_table_adds_up_to_the_input() -> None:
    made = report(
        position("A", "2.5", material=HALVES), position("B", "0.7", code=CLERKS),
        services=(line("10.01"), line("-3.34", code=""), line("77.77", program="Camp")),
    )  # fmt: skip
    for name, at in (("services", 4), ("split", 3), ("occupations", 2), ("trace", 8)):
        *rows, total = made.table(name).rows
        assert sum(Decimal(str(row[at])) for row in rows) == total[at] == Decimal("84.44"), name


CELL = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=8)
NAMES = st.sampled_from(["", "A", "B", "Homes", "North", "South", "Camp"])
LINES = st.lists(
    st.fixed_dictionaries(
        {
            "service_code": st.sampled_from(["T2016", "H2023", "", "X9"]) | CELL,
            "modifier": st.sampled_from(["", "HQ", "U1 U2"]) | CELL,
            "program": NAMES, "site": NAMES, "position_group": NAMES,
            "units": st.sampled_from(["", "4", "x"]),
            "amount": st.integers(-(10**13), 10**13).map(lambda c: str(Decimal(c).scaleb(-2))) | CELL,
            "allocation": st.sampled_from(
                ["", "even", "code", "A:1", "A:33.3%|B:33.3%|31-1122:33.3%", "Z:5%", "A:70|B:60",
                 "53-3053:50%", "A:0.000001"]
            ) | CELL,
        }
    ),
    max_size=8,
)  # fmt: skip
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "position_group": NAMES, "site": NAMES, "program": NAMES,
            "headcount": st.sampled_from(["1", "7", "0", "x"]),
            "fte": st.sampled_from(["0", "0.333", "12.5", "1e3", "-1", ""]) | CELL,
            "annual_wage": st.sampled_from(["", "35000", "x"]),
            "soc_code": st.sampled_from([AIDES, DRIVERS, "31-1120", "", "99-9999"]),
            "soc_status": st.sampled_from(["accepted", "review", "uncodable", "", "out_of_scope"]),
            "soc_final_code": st.sampled_from(["", CLERKS]),
            "soc_material": st.sampled_from(["", HALVES, "31-1122:0.3|53-3053:0.3", "[]"]) | CELL,
        }
    ),
    max_size=6,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(LINES, ROWS, st.sampled_from(SPLITS))
def test_no_input_loses_or_invents_a_cent(
    lines: list[dict[str, str]], rows: list[dict[str, str]], how: Split
) -> None:
    services, positions = billed(*lines), people(*rows)
    funding = split(services, positions, how)
    assert funding.cents == services.cents
    made = funding_report(funding, shipped(), KNOWN)
    for name, at in (("services", 4), ("split", 3), ("occupations", 2), ("trace", 8)):
        *body, total = made.table(name).rows
        whole = Decimal(services.cents).scaleb(-2)
        assert total[at] == whole
        assert sum((Decimal(str(row[at])) for row in body), Decimal(0)) == whole


@settings(max_examples=40, deadline=None)
@given(LINES, ROWS)
def test_the_same_input_gives_the_same_split(
    lines: list[dict[str, str]], rows: list[dict[str, str]]
) -> None:
    once, twice = (split(billed(*lines), people(*rows)) for _ in range(2))
    assert once == twice


@settings(max_examples=40, deadline=None)
@given(LINES, ROWS)
def test_a_line_is_split_alike_alone_and_among_others(
    lines: list[dict[str, str]], rows: list[dict[str, str]]
) -> None:
    positions = people(*rows)
    services = billed(*lines)
    together = split(services, positions)
    for one in services.lines:
        alone = split(Services((one,)), positions)
        assert [p for p in together.pieces if p.line == one.row] == list(alone.pieces)


def test_a_line_of_nothing_is_still_there() -> None:
    zero = ServiceLine(2, "T2016", "", "Homes", "North", "", None, 0)
    funding = split(Services((zero,)), people(position("A"), position("B")))
    assert [piece.cents for piece in funding.pieces] == [0]
