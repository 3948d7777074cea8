"""The published tables of the sample provider, attacked: no group under the threshold comes out."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from socoder import soc
from socoder.records import LEVELS
from socoder.reports.positions import Position, read_positions
from socoder.reports.report import SUPPRESSED
from socoder.reports.role_figures import count_roles
from socoder.reports.tabulation import DOMINANCE, Tabulation, level_code, tabulate

pytest.importorskip("highspy")
pytest.importorskip("scipy")
SAMPLE = Path(__file__).parents[2] / "docs" / "samples" / "provider" / "reviewed.csv"
THRESHOLD = 5
ALL = ("all", "")


class Attack:
    """Everything an outsider can write down: an unknown for each group of workers (tags, code,
    decider, site, program), an equation for each figure shown, a bound for each one hidden. It is
    set up from the positions and the published cells alone, without the code that hides."""

    def __init__(self, positions: tuple[Position, ...], with_roles: bool) -> None:
        from scipy.sparse import csr_matrix

        self.known = soc.load()
        self.with_roles = with_roles
        tags = sorted({p.role_tags for p in positions}) if with_roles else [()]
        lines = sorted({(self.coded(p), p.decided) for p in positions})
        codes = sorted({code for code, _ in lines})
        decided = [(c, d) for c, d in product(codes, ("machine", "reviewer")) if c]
        undecided = [(c, d) for c, d in lines if d not in ("machine", "reviewer")]
        if with_roles:
            undecided = [(c, "open") for c in codes]
        places = sorted({(p.site, p.program) for p in positions})
        true: dict[Any, int] = {}
        for p in positions:
            key = (p.role_tags if with_roles else (), *self.line(p), p.site, p.program)
            true[key] = true.get(key, 0) + p.headcount
        self.sums: dict[Any, int] = {}
        for key, count in true.items():
            for name in self.names(*key):
                self.sums[name] = self.sums.get(name, 0) + count
        groups = [
            (t, *line, *place) for t in tags for line in (*decided, *undecided) for place in places
        ]
        groups = [g for g in groups if all(self.sums.get(name) for name in self.names(*g))]
        members: dict[Any, list[int]] = {}
        for at, group in enumerate(groups):
            for name in self.names(*group):
                members.setdefault(name, []).append(at)
        self.members, self.size = members, len(groups)
        self.true = [true.get(group, 0) for group in groups]
        self.names_in_order = list(members)
        pointers = np.cumsum([0, *(len(at) for at in members.values())])
        columns = np.array([at for found in members.values() for at in found])
        self.matrix = csr_matrix(
            (np.ones(len(columns)), columns, pointers), shape=(len(members), self.size)
        )

    def coded(self, position: Position) -> str:
        """The code that a table could count the position under."""
        return position.proposed_code if self.with_roles else position.soc_code

    def line(self, position: Position) -> tuple[str, str]:
        return self.coded(position), position.decided

    def names(self, tags: Any, code: str, decided: str, site: str, program: str) -> list[Any]:
        whats = ["all", decided]
        if decided in ("machine", "reviewer"):
            whats += ["coded", *(f"{lv}:{level_code(code, lv, self.known)}" for lv in LEVELS)]
        places = [ALL, ("site", site), ("program", program)]
        found: list[Any] = [("workforce", what, *place) for what in whats for place in places]
        for role in tags:
            found += [
                ("roles", role, "all", ""),
                ("roles", role, "code", code),
                ("roles", role, "site", site),
                ("roles", role, "open", "yes" if decided == "open" else "no"),
            ]
        return found

    def ranges(
        self, published: dict[Any, Any], asked: Any, whole: bool = False
    ) -> tuple[float, float]:
        """How low and high a figure can be for an attacker; `whole`: who knows that people are."""
        from scipy.optimize import Bounds, LinearConstraint, milp

        low = np.array(
            [1 if published[n] is SUPPRESSED else published[n] for n in self.names_in_order]
        )
        high = np.array(
            [np.inf if published[n] is SUPPRESSED else published[n] for n in self.names_in_order]
        )
        aim = np.zeros(self.size)
        aim[self.members[asked]] = 1
        found = []
        for sign in (1, -1):
            result = milp(
                sign * aim, constraints=LinearConstraint(self.matrix, low, high),
                integrality=np.full(self.size, int(whole)), bounds=Bounds(0, np.inf),
            )  # fmt: skip
            assert result.status in (0, 3, 4), result.message
            found.append(float(sign * result.fun) if result.status == 0 else sign * -np.inf)
        return round(found[0], 6), round(found[1], 6)


@pytest.fixture(scope="module")
def positions() -> tuple[Position, ...]:
    return read_positions(SAMPLE, soc.load()).rows


@pytest.fixture(scope="module")
def tables(positions: tuple[Position, ...]) -> Tabulation:
    return tabulate(positions, soc.load(), ("site", "program"), THRESHOLD)


def published_by(
    attack: Attack, positions: tuple[Position, ...], tables: Tabulation
) -> dict[Any, Any]:
    roles = count_roles(positions, attack.known, THRESHOLD) if attack.with_roles else None
    shown = {}
    for name in attack.names_in_order:
        report, what, kind, which = name
        if report == "workforce":
            shown[name] = tables.count(what, (kind, which))
        elif roles:
            shown[name] = roles.count(what, kind, which)
    return shown


def test_the_attack_succeeds_where_only_the_small_cells_are_hidden(
    positions: tuple[Position, ...],
) -> None:
    """Without complementary suppression many cells come out: the attack is a real one."""
    attack = Attack(positions, with_roles=False)
    naive = {n: SUPPRESSED if s < THRESHOLD else s for n, s in attack.sums.items()}
    small = [name for name, value in naive.items() if value is SUPPRESSED]
    pinned = [n for n in small if len({*attack.ranges(naive, n), attack.sums[n]}) == 1]
    assert len(pinned) > 5


def test_no_combination_of_the_workforce_tables_reveals_a_small_cell(
    positions: tuple[Position, ...], tables: Tabulation
) -> None:
    """Criterion: a cell under the threshold can be anything from 1 to threshold - 1, also for one
    who knows that workers come whole."""
    attack = Attack(positions, with_roles=False)
    published = published_by(attack, positions, tables)
    for name, true in attack.sums.items():
        if published[name] is not SUPPRESSED:
            assert published[name] == true >= THRESHOLD
    small = [name for name, true in attack.sums.items() if true < THRESHOLD]
    assert len(small) > 30  # the sample has many: otherwise nothing was tested
    for name in small:
        low, high = attack.ranges(published, name, whole=True)
        assert low <= 1 and high >= THRESHOLD - 1, name


def test_nor_do_the_workforce_and_roles_reports_together(
    positions: tuple[Position, ...], tables: Tabulation
) -> None:
    """Both reports of the sample in the hands of one attacker. Each alone would not do: the number
    of nurses came out when the roles report did not know of the other."""
    attack = Attack(positions, with_roles=True)
    published = published_by(attack, positions, tables)
    small = [name for name, true in attack.sums.items() if true < THRESHOLD]
    assert {name[0] for name in small} == {"workforce", "roles"}
    for name in small:
        low, high = attack.ranges(published, name)
        assert low <= 1 and high >= THRESHOLD - 1, name


def test_fte_and_wages_are_hidden_wherever_the_workers_are(tables: Tabulation) -> None:
    hidden = 0
    for what, kind, place in tables.figures:
        if tables.count(what, (kind, place)) is SUPPRESSED:
            hidden += 1
            assert tables.fte(what, (kind, place)) is SUPPRESSED
            assert tables.bill(what, (kind, place)) is SUPPRESSED
            assert tables.mean_wage(what, (kind, place)) is SUPPRESSED
    assert hidden > 30


def test_no_wage_bill_of_a_small_group_can_be_told(
    positions: tuple[Position, ...], tables: Tabulation
) -> None:
    """The wage bill of fewer than five workers stays open to 10 % both ways at least."""
    from scipy.optimize import linprog

    attack = Attack(positions, with_roles=False)
    shown = [
        (at, bill)
        for at, (_, what, kind, place) in enumerate(attack.names_in_order)
        if isinstance(bill := tables.bill(what, (kind, place)), int)
    ]
    rows, totals = attack.matrix[[at for at, _ in shown]], np.array([float(b) for _, b in shown])
    small = [n for n, true in attack.sums.items() if true < THRESHOLD]
    assert small
    for name in small:
        bill = float(tables.wages[name[1:]].bill)
        aim = np.zeros(attack.size)
        aim[attack.members[name]] = 1
        low = linprog(aim, A_eq=rows, b_eq=totals, method="highs")
        high = linprog(-aim, A_eq=rows, b_eq=totals, method="highs")
        assert low.fun <= bill * (1 - DOMINANCE) + 1, name
        assert high.status == 3 or -high.fun >= bill * (1 + DOMINANCE) - 1, name
