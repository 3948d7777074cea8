"""What is asked when a code is in doubt, and what the answers do."""

from __future__ import annotations

import numpy as np
import pytest

from socoder import soc
from socoder.coder import Coder
from socoder.questions import DUTIES, answered, find_questions, nothing_said, told
from socoder.records import (
    Duty,
    Job,
    Material,
    Posting,
    Question,
    Requirement,
    RuleStep,
    Ruling,
    Title,
)

KNOWN = soc.load()
CODES = KNOWN.detailed
AIDE, HEALTH_AIDE, COACH, RN = "31-1122", "31-1121", "21-1015", "29-1141"
SUPERVISOR = "53-1042"


def asked(
    chances: dict[str, float],
    duties: tuple[Duty, ...] = (),
    material: tuple[str, ...] = (),
    tags: tuple[str, ...] = (),
    requirements: tuple[Requirement, ...] = (),
    fired: str = "",
    reasons: tuple[str, ...] = (),
) -> dict[str, Question]:
    final = max(chances, key=lambda code: chances[code])
    share = 1 / max(len(material), 1)
    ruling = Ruling(
        final, {}, (RuleStep(fired, "", "said"),) if fired else (),
        tuple(Material(code, share, KNOWN.skill_level(code)) for code in material or (final,)),
        reasons,
    )  # fmt: skip
    values = np.array([chances.get(code, 0.0) for code in CODES])
    posting = Posting(Title("X", ("x",)), duties=duties, requirements=requirements)
    found = find_questions(posting, ruling, CODES, values, tags, KNOWN)
    return {question.id: question for question in found}


def test_a_title_of_two_occupations_asks_for_the_time_of_each() -> None:
    found = asked({AIDE: 0.6, HEALTH_AIDE: 0.3})
    assert list(found) == [f"time.{AIDE}", f"time.{HEALTH_AIDE}"]
    question = found[f"time.{AIDE}"]
    assert (question.kind, question.unit, question.about) == ("time", "share of working time", AIDE)
    assert question.affects == (AIDE, HEALTH_AIDE)
    assert "Personal Care Aides" in question.text


def test_what_is_hardly_possible_is_not_asked_about() -> None:
    assert asked({AIDE: 0.96, HEALTH_AIDE: 0.04}) == {}


def test_a_role_asks_for_the_kinds_of_work_that_it_may_be() -> None:
    found = asked({HEALTH_AIDE: 0.4, AIDE: 0.1}, tags=("direct_support_professional",))
    assert {f"time.{code}" for code in (AIDE, HEALTH_AIDE, COACH)} <= set(found)
    assert "medication" in found[f"time.{HEALTH_AIDE}"].text
    assert found["education"].kind == "choice"
    assert "high_school" in found["education"].options


def test_education_is_not_asked_where_it_is_stated_or_makes_no_difference() -> None:
    chances = {AIDE: 0.5, COACH: 0.4}
    assert "education" in asked(chances)
    stated = (Requirement("GED", "education", "high_school"),)
    assert "education" not in asked(chances, requirements=stated)
    assert "education" not in asked({AIDE: 0.6, HEALTH_AIDE: 0.3})


def test_a_licence_that_only_one_of_the_codes_needs_is_asked_about() -> None:
    found = asked({RN: 0.5, "31-1131": 0.4})
    assert found["licence.rn"].kind == "yes_no"
    assert "registered nurse's license" in found["licence.rn"].text
    held = (Requirement("RN license", "licence", "rn"),)
    assert "licence.rn" not in asked({RN: 0.5, "31-1131": 0.4}, requirements=held)


def test_supervising_and_directing_are_asked_about_where_a_rule_had_to_infer_them() -> None:
    chances = {SUPERVISOR: 0.7, "53-7062": 0.02}
    found = asked(chances, fired="supervisor-80", reasons=("shares_inferred",))
    assert found["time.supervising"].affects == (SUPERVISOR, "53-7062")
    assert found["time.supervising"].about == SUPERVISOR
    assert "time.supervising" not in asked(chances, fired="supervisor-80")
    chances = {RN: 0.7, "11-9111": 0.04}
    found = asked(chances, fired="management", reasons=("shares_inferred",))
    assert found["time.directing"].about == "11-9111"


def test_inferred_shares_of_a_combined_job_are_asked_for() -> None:
    duties = (Duty("Bathe", 0.6, "inferred"), Duty("Coach", 0.4, "inferred"))
    found = asked({COACH: 0.6, AIDE: 0.3}, duties, material=(COACH, AIDE))
    assert list(found)[:2] == [f"time.{COACH}", f"time.{AIDE}"]


def test_a_title_that_says_little_asks_what_is_done() -> None:
    assert asked({AIDE: 0.2, COACH: 0.1})[DUTIES].kind == "text"
    assert [question.id for question in nothing_said()] == [DUTIES]


TIME = (
    Question(f"time.{AIDE}", "?", "time", about=AIDE),
    Question(f"time.{COACH}", "?", "time", about=COACH),
    Question("time.supervising", "?", "time", about=SUPERVISOR),
    Question("education", "?", "choice", ("none", "high_school")),
    Question("licence.rn", "?", "yes_no"),
)


def test_shares_become_stated_duties_and_the_rest_is_generic() -> None:
    made = answered(Posting(Title("DSP", ("dsp",))), TIME, {f"time.{COACH}": 0.4})
    time = {
        code: sum(d.time_share for d in made.duties if d.soc_code == code) for code in (COACH, "")
    }
    assert time == {COACH: pytest.approx(0.4), "": pytest.approx(0.6)}
    assert all(duty.time_source == "stated" for duty in made.duties)
    assert made.duties[-1].generic


def test_shares_go_to_the_duties_that_the_posting_has() -> None:
    duties = (
        Duty("Bathe", 0.8, "inferred", soc_code=AIDE),
        Duty("Coach", 0.2, "inferred", soc_code=COACH),
    )
    posting = Posting(Title("DSP", ("dsp",)), duties=duties)
    made = answered(posting, TIME, {f"time.{COACH}": 0.5})
    assert [(d.text, round(d.time_share, 6)) for d in made.duties] == [
        ("Coach", 0.5),
        ("Bathe", 0.5),
    ]
    material, placed = told(made, KNOWN) or ((), ())
    assert [(m.soc_code, round(m.time_share, 6)) for m in material] == [(COACH, 0.5), (AIDE, 0.5)]
    assert placed[0].soc_title == KNOWN.title(COACH)


def test_shares_over_the_whole_are_scaled_down() -> None:
    answers = {f"time.{COACH}": 0.9, f"time.{AIDE}": 0.9}
    made = answered(Posting(Title("DSP", ("dsp",))), TIME, answers)
    assert sum(duty.time_share for duty in made.duties) == pytest.approx(1.0)


def test_nobody_has_answered_for_a_posting_with_duties_that_have_no_place() -> None:
    assert told(Posting(Title("", ()), duties=(Duty("Cook", 1.0, "stated"),)), KNOWN) is None


def test_requirements_are_put_in_the_place_of_what_was_said() -> None:
    old = Requirement("Degree", "education", "bachelor")
    posting = Posting(Title("", ()), requirements=(old,))
    made = answered(posting, TIME, {"education": "high_school", "licence.rn": True})
    assert [(r.kind, r.level) for r in made.requirements] == [
        ("education", "high_school"), ("licence", "rn"),
    ]  # fmt: skip
    assert answered(posting, TIME, {"licence.rn": False}).requirements == (old,)


def test_the_answers_settle_a_direct_support_professional(coder: Coder) -> None:
    """The bare title asks; job coaching for 40 % of the time, with more skill, then decides."""
    job = Job(title="Direct Support Professional")
    coding = coder.code(job)
    questions = {question.id: question for question in coding.questions}
    assert {f"time.{AIDE}", f"time.{COACH}", "education"} <= set(questions)
    answers = {f"time.{COACH}": 0.4, f"time.{AIDE}": 0.6}
    again = coder.code_posting(answered(coder.posting(job), coding.questions, answers), job)
    assert (again.soc_code, again.decided_by) == (COACH, "highest-skill")
    why = {other.soc_code: other.why_not for other in again.alternatives}[AIDE]
    assert why == (
        "covers 60 % of the time, but its skill level (Job Zone 2) is below 21-1015's (4)"
    )
    with_diploma = {**answers, "education": "high_school"}
    bound = coder.code_posting(answered(coder.posting(job), coding.questions, with_diploma), job)
    assert (bound.soc_code, bound.decided_by) == (AIDE, "requirement-bound")
