"""Accept or review, with reasons; runners-up that say why they lost."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from socoder import soc
from socoder.decide import decide, says_something, uncodable
from socoder.records import (
    LEVELS,
    Coding,
    Confidence,
    Duty,
    Evidence,
    Material,
    ModelInfo,
    Posting,
    Probabilities,
    Ranking,
    Ruling,
    Settings,
    Title,
)

KNOWN = soc.load()
CODES = KNOWN.detailed
INFO = ModelInfo("test", "0" * 64, "made up")
NURSE, LPN, AIDE = "29-1141", "29-2061", "31-1131"


Given = tuple[Evidence, Probabilities]


def evidence(sure: float = 0.97, threshold: float = 0.8, **ruling: object) -> Given:
    values = np.full(len(CODES), 0.0)
    values[CODES.index(NURSE)] = sure
    values[CODES.index(LPN)] = (1 - sure) * 0.8
    values[CODES.index(AIDE)] = (1 - sure) * 0.2
    job = np.log(values + 1e-9)
    parts = np.stack([job * 0.25, job * 0.75])
    models = {"words": NURSE, "embedding": NURSE}
    made = Ruling(
        soc_code=NURSE, by_policy=dict.fromkeys(("guideline", "time", "weighted"), NURSE), steps=(),
        material=(Material(NURSE, 1.0, 3),), why_not={LPN: "asks for less skill"},
    )  # fmt: skip
    found = Evidence(
        posting=Posting(Title("RN", ("registered nurse",))),
        ranking=Ranking(CODES, job, np.zeros((0, len(CODES))), parts, ("a", "b"), models),
        material=made.material,
        duties=(),
        ruling=replace(made, **ruling),
    )
    levels = Confidence(sure, 0.98, 0.99, 0.995)
    return found, Probabilities(values, levels, (NURSE,), np.argsort(-values), threshold)


def coding(given: Given, settings: Settings | None = None, top: int = 9) -> Coding:
    return decide(*given, KNOWN, settings or Settings(), "guideline", INFO, "1", top)


def test_a_sure_code_is_accepted_without_reasons() -> None:
    made = coding(evidence())
    assert (made.status, made.review_reasons) == ("accepted", ())
    assert (made.soc_code, made.soc_title) == (NURSE, "Registered Nurses")


def test_below_the_threshold_it_goes_to_review() -> None:
    made = coding(evidence(0.6))
    assert made.status == "review"
    assert "low_confidence" in made.review_reasons


def test_two_codes_close_together_are_a_reason() -> None:
    assert "small_margin" in coding(evidence(0.46)).review_reasons
    assert "small_margin" not in coding(evidence(0.9)).review_reasons


@pytest.mark.parametrize("reason", ["multiple_jobs", "requirement_conflict", "role_without_code"])
def test_some_reasons_overrule_any_confidence(reason: str) -> None:
    made = coding(evidence(reasons=(reason,)))
    assert made.status == "review"
    assert made.review_reasons == (reason,)


def test_a_note_of_a_rule_does_not_by_itself_stop_acceptance() -> None:
    made = coding(evidence(reasons=("shares_inferred",)))
    assert (made.status, made.review_reasons) == ("accepted", ("shares_inferred",))


def test_models_that_disagree_beside_the_final_code() -> None:
    given, sure = evidence()
    ranking = replace(given.ranking, models={"words": "35-2012", "embedding": "53-3053"})
    assert "models_disagree" in coding((replace(given, ranking=ranking), sure)).review_reasons


def test_a_role_without_a_code_is_tagged_and_named_as_a_reason() -> None:
    given, sure = evidence()
    made = coding((replace(given, role_tags=("direct_support_professional",)), sure))
    assert made.role_tags == ("direct_support_professional",)
    assert (made.status, made.review_reasons) == ("review", ("role_without_code",))


def test_out_of_scope_keeps_the_nearest_code() -> None:
    made = coding(evidence(out_of_scope=True))
    assert (made.status, made.soc_code) == ("out_of_scope", NURSE)


def test_the_finest_supported_level_is_named() -> None:
    assert coding(evidence(0.6)).supported.level == "broad"
    strict = coding(evidence(0.6), Settings(target_accuracy=0.999))
    assert (strict.supported.level, strict.supported.code) == ("", "")
    assert coding(evidence(0.97)).supported.code == NURSE


def test_runners_up_stand_in_order_and_say_why_they_lost() -> None:
    first, second, *_ = coding(evidence()).alternatives
    assert (first.soc_code, first.why_not) == (LPN, "asks for less skill")
    assert second.soc_code == AIDE
    assert "less well" in second.why_not
    assert len(coding(evidence(), top=3).alternatives) == 3


def test_a_runner_up_that_no_rule_spoke_of_says_by_how_much_and_by_what() -> None:
    made = {other.soc_code: other.why_not for other in coding(evidence()).alternatives}
    assert made[AIDE].startswith(f"explains the text less well than {NURSE} (score ")
    assert "most of all by b (" in made[AIDE]
    given, sure = evidence(decided_by="most-time")
    given = replace(given, ranking=replace(given.ranking, job=-given.ranking.job))
    assert "but most-time decides" in coding((given, sure)).alternatives[1].why_not


def test_duties_stand_with_the_occupation_that_the_rules_left_them_to() -> None:
    given, sure = evidence(material=(Material(NURSE, 1.0, 3, (0,)),))
    given = replace(
        given,
        duties=(Duty("Give medication", 0.9, "stated", False, LPN, "LPN", 3),
                Duty("Notes", 0.1, "stated", True)),
    )  # fmt: skip
    first, second = coding((given, sure)).duties
    assert (first.soc_code, first.soc_title) == (NURSE, "Registered Nurses")
    assert second.soc_code == ""


def test_only_what_goes_to_review_has_questions() -> None:
    assert coding(evidence()).questions == ()
    asked = [question.id for question in coding(evidence(0.6)).questions]
    assert asked[:2] == [f"time.{NURSE}", f"time.{LPN}"]


def test_contributions_add_up_to_the_score() -> None:
    given = evidence()
    total = sum(part.amount for part in coding(given).contributions)
    assert total == pytest.approx(given[0].ranking.job[CODES.index(NURSE)])


def test_confidence_never_falls_with_the_level() -> None:
    made = coding(evidence(0.6)).confidence
    values = [getattr(made, level) for level in LEVELS]
    assert values == sorted(values)


@pytest.mark.parametrize("title", ["", "…", "7", "-- 12 --"])
def test_nothing_to_code(title: str) -> None:
    posting = Posting(Title(title, (title,)))
    assert not says_something(posting)
    made = uncodable(posting, Settings(), "guideline", INFO, "1")
    assert (made.status, made.soc_code, made.alternatives) == ("uncodable", "", ())


def test_a_duty_alone_can_be_coded() -> None:
    assert says_something(Posting(Title("", ()), duties=(Duty("Cook", 1.0, "inferred"),)))
