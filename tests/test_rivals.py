"""Who gets what the final code leaves: kin, and what describes the duties."""

from __future__ import annotations

import numpy as np
import pytest

from socoder import soc
from socoder.records import POLICIES, Duty, Evidence, Material, Posting, Ranking, Ruling, Title
from socoder.rivals import SIGNS, groups, settled_scores, shared_out, signs

KNOWN = soc.load()
CODES = KNOWN.detailed
AT = {code: column for column, code in enumerate(CODES)}
NURSE, PRACTITIONER, CLERK = "29-1141", "29-1171", "43-9061"


def evidence(duties: np.ndarray | None = None) -> Evidence:
    job = np.full(len(CODES), -9.0)
    job[AT[NURSE]], job[AT[CLERK]], job[AT[PRACTITIONER]] = 0.0, -1.0, -1.0
    rows = np.zeros((0, len(CODES))) if duties is None else duties
    ranking = Ranking(CODES, job, rows, job[None, :], ("title: words",))
    given = tuple(Duty("x", 1 / len(rows), "inferred") for _ in rows)
    one = (Material(NURSE, 1.0, 4),)
    ruling = Ruling(NURSE, dict.fromkeys(POLICIES, NURSE), (), one)
    return Evidence(Posting(Title("Nurse", ("nurse",)), duties=given), ranking, one, given, ruling)


def shares(weights: list[float], duties: np.ndarray | None = None) -> np.ndarray:
    own = evidence(duties)
    return shared_out(own, settled_scores(own.ranking, NURSE), KNOWN, weights)


def test_the_others_share_what_is_left_and_the_final_code_has_none() -> None:
    found = shares([1.0, 0.5, 0.2, 0.3, 0.4])
    assert found.sum() == pytest.approx(1.0)
    assert found[AT[NURSE]] == 0.0
    assert found.min() >= 0.0


def test_kin_are_likelier_the_nearer_they_are() -> None:
    equal = shares([1.0, 0.0, 0.0, 0.0, 0.0])
    kin = shares([1.0, 0.0, 0.0, 1.0, 0.0])
    assert equal[AT[PRACTITIONER]] == pytest.approx(equal[AT[CLERK]])
    assert kin[AT[PRACTITIONER]] == pytest.approx(np.e * kin[AT[CLERK]])
    assert dict(groups(KNOWN, CODES, NURSE))["major"].size > 40


def test_an_occupation_that_describes_the_duties_is_likelier() -> None:
    duties = np.full((2, len(CODES)), -10.0)
    duties[1, AT[CLERK]] = -0.1
    found = shares([1.0, 0.0, 0.0, 0.0, 1.0], duties)
    assert found[AT[CLERK]] > 100 * found[AT[PRACTITIONER]]


def test_a_code_that_a_rule_put_first_takes_over_the_score_of_the_one_it_replaced() -> None:
    ranking = evidence().ranking
    scores = settled_scores(ranking, CLERK)
    assert (scores[AT[CLERK]], scores[AT[NURSE]]) == (0.0, -1.0)
    assert settled_scores(ranking, NURSE)[AT[NURSE]] == 0.0


def test_without_duties_that_sign_says_nothing() -> None:
    own = evidence()
    told = signs(own, settled_scores(own.ranking, NURSE), KNOWN)
    assert told.shape == (len(SIGNS), len(CODES))
    assert not told[SIGNS.index("duties")].any()
