"""Each review reason: a case that raises it, with the codes and numbers to look at, and one that
does not."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from socoder import soc
from socoder.doubts import DOUBTS, Case, find_doubts
from socoder.records import (
    Confidence,
    Evidence,
    Hinge,
    Material,
    Posting,
    Probabilities,
    Ranking,
    RuleStep,
    Ruling,
)
from socoder.titles import clean

KNOWN = soc.load()
CODES = KNOWN.detailed
NURSE, LPN, AIDE, OTHER_HEALTH = "29-1141", "29-2061", "31-1131", "29-9099"
AGREE = {"words": NURSE, "embedding": NURSE, "title": NURSE, "duties": NURSE}


@dataclass
class Given:
    """What a case is made of; the default is one without any doubt."""

    title: str = "Registered Nurse"
    text: str = ""
    openings: tuple[str, ...] = ()
    sure: float = 0.97
    threshold: float = 0.8
    models: dict[str, str] = field(default_factory=lambda: dict(AGREE))
    tags: tuple[str, ...] = ()
    ruling: dict[str, object] = field(default_factory=dict)

    def case(self) -> Case:
        values = np.zeros(len(CODES))
        values[CODES.index(NURSE)] = self.sure
        values[CODES.index(LPN)] = 1 - self.sure
        ruling = Ruling(NURSE, {"guideline": NURSE, "time": NURSE}, (), (Material(NURSE, 1.0, 3),))
        evidence = Evidence(
            Posting(clean(self.title), self.text, openings=self.openings),
            Ranking(CODES, values, np.zeros((0, 1)), values[None], ("all",), self.models),
            ruling.material, (), replace(ruling, **self.ruling), self.tags,
        )  # fmt: skip
        levels = Confidence(self.sure, self.sure, self.sure, self.sure)
        order = np.argsort(-values, kind="stable")
        chances = Probabilities(values, levels, (NURSE,), order, self.threshold)
        return Case(evidence, chances, KNOWN, 0.95, "guideline")


def raised(*reasons: str, **more: object) -> dict[str, object]:
    return {"reasons": reasons, **more}


BOTH = (Material(NURSE, 0.6, 3), Material(LPN, 0.4, 2))
RAISES: dict[str, tuple[Given, tuple[str, ...]]] = {
    "low_confidence": (Given(sure=0.62), ("62%", "80%", "95%", f"{LPN} Licensed Practical")),
    "small_margin": (Given(sure=0.52), ("52%", "48%", NURSE, LPN)),
    "title_duties_disagree": (
        Given(models={**AGREE, "title": AIDE}, ruling=raised("title_duties_disagree")),
        (AIDE, NURSE),
    ),
    "models_disagree": (Given(models={"words": LPN, "embedding": AIDE}), (LPN, AIDE, NURSE)),
    "policy_sensitive": (
        Given(ruling=raised("policy_sensitive", by_policy={"guideline": NURSE, "time": LPN})),
        (f"{LPN} by time", "guideline"),
    ),
    "threshold_sensitive": (
        Given(
            ruling=raised(
                "threshold_sensitive",
                hinges=(Hinge("threshold", "material_share", LPN, 0.02, "22 % is near 20 %"),),
            )
        ),
        ("22 % is near 20 %",),
    ),
    "all_other": (Given(ruling=raised("all_other", soc_code=OTHER_HEALTH)), (OTHER_HEALTH,)),
    "shares_inferred": (
        Given(ruling=raised("shares_inferred", material=BOTH)),
        (f"60% {NURSE}", f"40% {LPN}"),
    ),
    "role_without_code": (
        Given(tags=("direct_support_professional",)),
        ("irect support professional", "31-1122"),
    ),
    "out_of_distribution": (Given("88 Oak Street, Troy, NY 12180"), ("88 Oak Street", "address")),
    "requirement_conflict": (
        Given(
            ruling=raised(
                "requirement_conflict",
                steps=(RuleStep("requirement-bound", "", f"{LPN} lowered: too much is asked"),),
            )
        ),
        (LPN, "too much is asked"),
    ),
    "skill_measures_disagree": (
        Given(ruling=raised("skill_measures_disagree", material=BOTH)),
        (f"{NURSE} Job Zone 3 and bachelor", f"{LPN} Job Zone 2"),
    ),
    "multiple_jobs": (
        Given(openings=("Cook", "Baker"), ruling=raised("multiple_jobs")),
        ("2 openings", "Cook, Baker"),
    ),
}


def test_every_doubt_has_a_case() -> None:
    assert list(RAISES) == list(DOUBTS)


@pytest.mark.parametrize("reason", RAISES)
def test_it_is_raised_with_what_to_look_at(reason: str) -> None:
    given, words = RAISES[reason]
    text = DOUBTS[reason](given.case())
    for said in words:
        assert said in text
    assert text.endswith(".") and text[0] == text[0].upper()
    assert reason in [doubt.reason for doubt in find_doubts(given.case())]


@pytest.mark.parametrize("reason", RAISES)
def test_a_plain_case_does_not_raise_it(reason: str) -> None:
    assert DOUBTS[reason](Given().case()) == ""


def test_nothing_to_doubt() -> None:
    assert find_doubts(Given().case()) == ()


def test_the_doubts_stand_in_their_order() -> None:
    given = Given(sure=0.52, tags=("direct_support_professional",), ruling=raised("all_other"))
    reasons = [doubt.reason for doubt in find_doubts(given.case())]
    assert reasons == ["low_confidence", "small_margin", "all_other", "role_without_code"]


def test_a_vague_title_is_named_whatever_the_confidence() -> None:
    assert DOUBTS["low_confidence"](Given("Specialist", sure=0.99).case()).startswith(
        '"Specialist"'
    )


def test_a_target_out_of_reach_is_said_so() -> None:
    text = DOUBTS["low_confidence"](Given(threshold=1.01).case())
    assert text.startswith("No confidence promises 95%")


def test_models_that_agree_with_the_code_or_on_the_broad_occupation_are_no_doubt() -> None:
    for models in ({"words": NURSE, "embedding": AIDE}, {"words": LPN, "embedding": LPN}, {}):
        assert DOUBTS["models_disagree"](Given(models=models).case()) == ""


def test_a_rule_that_raised_a_reason_without_more_still_has_a_sentence() -> None:
    for reason in ("threshold_sensitive", "requirement_conflict", "multiple_jobs"):
        assert len(DOUBTS[reason](Given(ruling=raised(reason)).case()).split()) > 5
