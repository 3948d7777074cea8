"""The few occupations that explain a job."""

from __future__ import annotations

import numpy as np
import pytest

from socoder import soc
from socoder.records import Duty, Posting, Ranking, Title
from socoder.weigh import weigh

KNOWN = soc.load()
COOK, DRIVER, AIDE, NURSE = "35-2012", "53-3053", "31-1122", "29-1141"
CODES = (COOK, DRIVER, AIDE, NURSE)
PARTS = ("title: words", "duties: words", "duties: embedding")


def job(*duties: tuple[str, float, dict[str, float]], title: dict[str, float] | None = None):
    """Duties as (text, share, probabilities by code); the rest shares what is left evenly."""

    def logs(given: dict[str, float]) -> np.ndarray:
        rest = (1 - sum(given.values())) / max(len(CODES) - len(given), 1)
        return np.log([given.get(code, rest) for code in CODES])

    shares = np.array([share for _, share, _ in duties])
    rows = np.array([logs(given) for *_, given in duties])
    parts = np.zeros((3, len(CODES)))
    parts[0] = logs(title or {})
    parts[1] = shares @ rows * 0.6
    parts[2] = shares @ rows * 0.4
    posting = Posting(
        Title("", ()),
        duties=tuple(Duty(text, share, "stated") for text, share, _ in duties),
    )
    return posting, Ranking(CODES, parts.sum(axis=0), rows, parts, PARTS)


COOKING = {COOK: 0.9, DRIVER: 0.02, AIDE: 0.05}
DRIVING = {COOK: 0.02, DRIVER: 0.9, AIDE: 0.05}


def shares(material) -> dict[str, float]:
    return {occupation.soc_code: occupation.time_share for occupation in material}


def test_two_kinds_of_duties_are_two_occupations_with_their_time() -> None:
    posting, ranking = job(("cook", 0.6, COOKING), ("drive", 0.4, DRIVING))
    material, duties = weigh(posting, ranking, KNOWN, penalty=0.5)
    assert shares(material) == pytest.approx({COOK: 0.6, DRIVER: 0.4})
    assert [duty.soc_code for duty in duties] == [COOK, DRIVER]
    assert duties[0].soc_title == KNOWN.title(COOK)
    assert duties[0].skill_level == KNOWN.skill_level(COOK)


def test_a_dear_penalty_keeps_one_occupation() -> None:
    posting, ranking = job(("cook", 0.6, COOKING), ("drive", 0.4, DRIVING))
    material, _ = weigh(posting, ranking, KNOWN, penalty=10.0)
    assert shares(material) == {COOK: 1.0}


def test_rivals_for_the_same_duties_are_one_occupation() -> None:
    alike = {COOK: 0.45, DRIVER: 0.02, AIDE: 0.44}
    posting, ranking = job(("cook", 0.5, alike), ("serve", 0.5, alike | {COOK: 0.44, AIDE: 0.45}))
    material, _ = weigh(posting, ranking, KNOWN, penalty=0.5)
    assert len(material) == 1


def test_generic_duties_carry_no_occupation() -> None:
    posting, ranking = job(("cook", 0.5, COOKING), ("meet", 0.5, DRIVING))
    generic = Duty("meet", 0.5, "stated", generic=True)
    posting = Posting(posting.title, duties=(posting.duties[0], generic))
    material, duties = weigh(posting, ranking, KNOWN, penalty=0.5)
    assert shares(material) == {COOK: 1.0}
    assert duties[1].soc_code == ""


def test_own_duties_are_those_that_no_other_occupation_covers_as_well() -> None:
    shared = {COOK: 0.5, DRIVER: 0.45, AIDE: 0.02}
    posting, ranking = job(("cook", 0.4, COOKING), ("load", 0.2, shared), ("drive", 0.4, DRIVING))
    material, _ = weigh(posting, ranking, KNOWN, penalty=0.3)
    cook = next(occupation for occupation in material if occupation.soc_code == COOK)
    assert cook.duties == (0, 1)
    assert cook.own_duties == (0,)


def test_without_duties_the_title_is_all_there_is() -> None:
    _, ranking = job(("x", 1.0, COOKING), title={AIDE: 0.9})
    bare = Ranking(CODES, ranking.parts[0], np.zeros((0, 4)), ranking.parts, PARTS)
    material, duties = weigh(Posting(Title("Aide", ("aide",))), bare, KNOWN, penalty=0.5)
    assert (shares(material), duties) == ({AIDE: 1.0}, ())


def named(posting: Posting, ranking: Ranking, *halves: dict[str, float]):
    """The same job under a title of two jobs, whose halves say what is given."""
    rows = [np.log([half.get(code, 0.01) for code in CODES]) for half in halves]
    title = Title("A / B", ("a b", "a", "b"))
    return (
        Posting(title, duties=posting.duties),
        Ranking(CODES, ranking.job, ranking.duties, ranking.parts, PARTS, halves=rows),
    )


def test_each_half_of_a_title_asks_for_the_occupation_that_bears_it() -> None:
    # The second duty is more like driving, but the title says what it is called.
    either = {COOK: 0.02, DRIVER: 0.7, AIDE: 0.2}
    posting, ranking = job(("cook", 0.6, COOKING), ("escort", 0.4, either))
    assert shares(weigh(posting, ranking, KNOWN, 0.5)[0]) == pytest.approx({COOK: 0.6, DRIVER: 0.4})
    posting, ranking = named(posting, ranking, {COOK: 0.97}, {AIDE: 0.97})
    assert shares(weigh(posting, ranking, KNOWN, 0.5)[0]) == pytest.approx({COOK: 0.6, AIDE: 0.4})


def test_neighbours_of_one_broad_occupation_stand_apart_only_where_the_title_names_both() -> None:
    health, personal = "31-1121", AIDE
    codes = (health, personal, COOK, DRIVER)
    rows = np.log([[0.9, 0.05, 0.03, 0.02], [0.05, 0.9, 0.03, 0.02]])
    parts = np.zeros((3, 4))
    parts[1] = rows.mean(axis=0)
    duties = (Duty("change dressings", 0.6, "stated"), Duty("bathe and dress", 0.4, "stated"))
    ranking = Ranking(codes, parts.sum(axis=0), rows, parts, PARTS)
    plain = weigh(Posting(Title("", ()), duties=duties), ranking, KNOWN, 0.5)[0]
    assert len(plain) == 1
    ranking = Ranking(codes, ranking.job, rows, parts, PARTS, halves=list(rows))
    title = Title("Home Health / Personal Care Aide", ("both", "home health aide", "care aide"))
    apart = weigh(Posting(title, duties=duties), ranking, KNOWN, 0.5)[0]
    assert shares(apart) == pytest.approx({health: 0.6, personal: 0.4})
