"""The labor budget: FTE follow the money, wages are those given and those published."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from socoder import soc
from socoder.errors import InputError
from socoder.reports.budget import FEW, UNPAID, Budget, BudgetLine, BudgetOptions, budget, labor_of
from socoder.reports.budget_report import with_budget
from socoder.reports.funding import Funding, split_services
from socoder.reports.funding_lines import services_of
from socoder.reports.funding_report import funding_report
from socoder.reports.positions import positions_of
from socoder.reports.report import SUPPRESSED, Table
from socoder.reports.service_codes import shipped
from socoder.reports.sheet import Sheet
from socoder.reports.wages import NATION, Wage, Wages
from socoder.soc import Classification

KNOWN = soc.load()
AIDES, DRIVERS = "31-1122", "53-3053"
POSITIONS = (
    "position_group", "site", "program", "headcount", "fte", "annual_wage", "soc_code",
    "soc_status", "soc_material",
)  # fmt: skip
SERVICES = ("service_code", "program", "site", "position_group", "units", "amount")


class Published(Wages):
    """Wages that a test makes up: low, median and high by SOC code."""

    def __init__(self, figures: dict[str, tuple[int | None, int | None, int | None]]) -> None:
        self.release = "May 2099"
        self.figures = figures
        self.asked: set[str] = set()

    def wage(self, code: str, known: Classification, area: str = NATION) -> Wage | None:
        self.asked.add(area)
        if code not in self.figures:
            return None
        low, median, high = self.figures[code]
        return Wage(code, "31-1120" if code == AIDES else code, area, self.release, None, median,
                    low, None, median, None, high, {"p10": 10.0} if low is None else {})  # fmt: skip


WAGES = Published({AIDES: (30_000, 36_000, 44_000), DRIVERS: (32_000, 40_000, 55_000)})


def funding(services: list[tuple[str, ...]], positions: list[tuple[str, ...]]) -> Funding:
    return split_services(
        services_of(Sheet("services.csv", SERVICES, tuple(services))),
        positions_of(Sheet("coded.csv", POSITIONS, tuple(positions)), KNOWN),
        KNOWN,
    )


def position(
    group: str, heads: int, fte: str, wage: str = "35000", code: str = AIDES, material: str = ""
) -> tuple[str, ...]:
    return (group, "North", "Homes", str(heads), fte, wage, code, "accepted", material)


def line(code: str, group: str, amount: str, units: str = "") -> tuple[str, ...]:
    return (code, "Homes", "North", group, units, amount)


def of(plan: Budget, code: str) -> BudgetLine:
    return next(one for one in plan.lines if one.code == code)


TWO = funding(
    [line("T2016", "A", "75000.00", "1000"), line("T2021", "A", "25000.00"),
     line("T2021", "B", "1.00")],
    [position("A", 10, "8"), position("B", 6, "4", "40000", DRIVERS), position("C", 7, "5")],
)  # fmt: skip


def test_fte_follow_the_money_and_none_is_left_out() -> None:
    plan = budget(TWO, KNOWN)
    assert [(one.code, one.fte) for one in plan.lines] == [
        ("T2016", Decimal("6.00")), ("T2021", Decimal("6.00")), (UNPAID, Decimal("5.00")),
    ]  # fmt: skip
    assert [one.workers for one in plan.lines] == [10, 16, 7]


def test_given_wages_are_raised_and_carry_benefits_and_hours() -> None:
    plain = of(budget(TWO, KNOWN), "T2016")
    assert plain.given == 6 * 35_000 * 100
    options = BudgetOptions(Decimal(1040), Decimal("0.03"), Decimal("0.2"))
    assert of(budget(TWO, KNOWN, options), "T2016").given == round(plain.given * 0.5 * 1.03 * 1.2)


def test_published_wages_are_priced_by_occupation_and_not_raised() -> None:
    options = BudgetOptions(rise=Decimal("0.5"), benefits=Decimal("0.1"))
    one = of(budget(TWO, KNOWN, options, WAGES), "T2021")
    aides, drivers = 2, 4
    assert one.low == round((aides * 30_000 + drivers * 32_000) * 110)
    assert one.median == round((aides * 36_000 + drivers * 40_000) * 110)
    assert one.high == round((aides * 44_000 + drivers * 55_000) * 110)


def test_the_duties_of_a_position_are_priced_each_as_its_occupation() -> None:
    material = json.dumps(
        [{"time_share": 0.5, "soc_code": AIDES}, {"time_share": 0.5, "soc_code": DRIVERS}]
    )
    mixed = funding([line("T2016", "A", "10.00")], [position("A", 5, "2", material=material)])
    assert of(budget(mixed, KNOWN, None, WAGES), "T2016").median == (36_000 + 40_000) * 100


def test_an_hourly_figure_stands_in_where_no_annual_one_is_published() -> None:
    one = funding([line("T2016", "A", "10.00")], [position("A", 5, "1")])
    wages = Published({AIDES: (None, 36_000, 44_000)})
    options = BudgetOptions(hours=Decimal(1000))
    assert of(budget(one, KNOWN, options, wages), "T2016").low == 10 * 1000 * 100


def test_what_has_no_wage_is_counted_not_guessed() -> None:
    rows = [position("A", 5, "2", wage=""), position("B", 5, "3", code="43-9061")]
    plan = budget(
        funding([line("T2016", "A", "20.00"), line("T2016", "B", "30.00")], rows),
        KNOWN, None, WAGES,
    )  # fmt: skip
    one = of(plan, "T2016")
    assert (one.unpaid_fte, one.unpriced_fte) == (Decimal("2.00"), Decimal("3.00"))
    assert one.given == 3 * 35_000 * 100
    assert one.median == 2 * 36_000 * 100


def test_release_area_and_hybrids_are_named() -> None:
    wages = Published(WAGES.figures)
    plan = budget(TWO, KNOWN, BudgetOptions(area="Ohio"), wages)
    assert (plan.release, plan.hybrids, wages.asked) == ("May 2099", (AIDES,), {"Ohio"})
    report = with_budget(funding_report(TWO, shipped(), KNOWN), plan, shipped())
    names = [column.name for column in report.table("budget").columns]
    assert {"Low, May 2099", "Median, May 2099", "High, May 2099"} <= set(names)
    notes = " ".join(report.notes)
    assert "May 2099, Ohio" in notes
    assert f"For {AIDES} OEWS publishes figures of several occupations together" in notes


def test_money_taken_back_gives_a_service_no_share() -> None:
    back = funding(
        [line("T2016", "A", "100.00"), line("T2021", "A", "-30.00")], [position("A", 9, "3")]
    )
    assert {one.code: one.fte for one in budget(back, KNOWN).lines} == {
        "T2016": Decimal("3.00"), "T2021": Decimal("0.00")
    }  # fmt: skip


def budget_table(given: Funding) -> Table:
    plan = budget(given, KNOWN)
    return with_budget(funding_report(given, shipped(), KNOWN), plan, shipped()).table("budget")


def test_wages_of_few_are_hidden_together_with_what_would_tell_them() -> None:
    rows = [position("A", 20, "18"), position("B", 2, "2", "90000"), position("C", 9, "8")]
    given = funding(
        [line("T2016", "A", "9.00"), line("T1016", "B", "9.00"), line("H2023", "C", "9.00")], rows
    )
    cells = {row[0]: row[4] for row in budget_table(given).rows}
    assert cells["T1016"] is SUPPRESSED
    assert cells["H2023"] is SUPPRESSED, "else the total would tell what T1016 is"
    assert cells["T2016"] == 18 * 35_000
    assert cells["Total"] == 18 * 35_000 + 2 * 90_000 + 8 * 35_000


def test_the_total_is_hidden_where_it_is_the_wages_of_few() -> None:
    given = funding([line("T1016", "B", "9.00")], [position("B", FEW - 1, "2", "90000")])
    assert [row[4] for row in budget_table(given).rows] == [SUPPRESSED, SUPPRESSED]


def test_unit_costs_hide_what_the_budget_hides() -> None:
    given = funding([line("T1016", "B", "9.00", "4")], [position("B", FEW - 1, "2", "90000")])
    plan = budget(given, KNOWN)
    report = with_budget(funding_report(given, shipped(), KNOWN), plan, shipped())
    (row,) = report.table("unit-cost").rows
    assert (row[3], row[4]) == (Decimal("2.25"), SUPPRESSED)


@pytest.mark.parametrize(
    "wrong",
    [{"hours": Decimal(0)}, {"hours": Decimal("nan")}, {"rise": Decimal("inf")}, {"hours": Decimal(9000)}, {"rise": Decimal(3)},
     {"rise": Decimal(-1)}, {"benefits": Decimal("-0.1")}, {"benefits": Decimal(22)}],
)  # fmt: skip
def test_options_out_of_range_are_refused(wrong: dict[str, Decimal]) -> None:
    with pytest.raises(InputError, match="--"):
        budget(TWO, KNOWN, replace(BudgetOptions(), **wrong))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("ABCD"), st.integers(1, 30), st.integers(0, 3000)),
        min_size=1, max_size=6,
    ),
    st.lists(
        st.tuples(
            st.sampled_from(["T2016", "T2021", ""]), st.sampled_from("ABZ"),
            st.integers(-(10**6), 10**7),
        ),
        max_size=8,
    ),
)  # fmt: skip
def test_fte_and_wages_add_up_whoever_pays(
    people: list[tuple[str, int, int]], paid: list[tuple[str, str, int]]
) -> None:
    rows = [position(group, heads, str(Decimal(fte) / 100)) for group, heads, fte in people]
    lines = [line(code, group, str(Decimal(cents) / 100)) for code, group, cents in paid]
    given = funding(lines, rows)
    labor = labor_of(given)
    for one in given.positions.rows:
        own = [part.fte for part in labor if part.position is one]
        assert sum(own, Fraction(0)) == Fraction(one.fte)
    plan = budget(given, KNOWN, None, WAGES)
    fte = sum((Decimal(n) / 100 for _, _, n in people), Decimal(0))
    assert sum((one.fte for one in plan.lines), Decimal(0)) == fte
    assert abs(sum(one.given for one in plan.lines) - fte * 3_500_000) <= len(plan.lines)
    assert all(one.low is not None and one.high is not None and one.low <= one.high for one in plan.lines)  # fmt: skip
    hidden = [one for one in plan.lines if one.hidden]
    few = [one for one in plan.lines if 0 < one.workers < FEW]
    assert {one.code for one in few} <= {one.code for one in hidden}
    if few and any(one.workers >= FEW for one in plan.lines):
        assert len(hidden) > 1
        assert sum(one.workers for one in hidden) >= FEW
