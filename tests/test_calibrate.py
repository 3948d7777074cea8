"""Probabilities: coherent over codes and levels, and thresholds that do what they say."""

from __future__ import annotations

import numpy as np
import pytest

from socoder import soc
from socoder.calibrate import (
    FEATURES,
    KINDS_OF_EVIDENCE,
    Calibrator,
    input_kind,
    is_whole,
    kind_of,
    tempered,
)
from socoder.records import (
    POLICIES,
    Duty,
    Evidence,
    Material,
    Posting,
    Ranking,
    Ruling,
    SetAside,
    Title,
)
from socoder.rivals import settled_scores

KNOWN = soc.load()
CODES = KNOWN.detailed
FITTED = {
    "temperature": 1.0,
    "weights": [0.0, 1.0, *[0.0] * (len(FEATURES) - 2)],
    "rivals": [1.0, 0.0, 0.0, 0.0, 0.0],
    "whole_posting": 1.5,
    "set_mass": 0.9,
    "thresholds": [[0.8, 0.4], [0.95, 0.7], [0.99, 0.9]],
}
CALIBRATOR = Calibrator(dict.fromkeys(KINDS_OF_EVIDENCE, FITTED))
BARE = Posting(Title("Nurse", ("nurse",)))


def ranking(**scores: float) -> Ranking:
    job = np.full(len(CODES), -12.0)
    for code, score in scores.items():
        job[CODES.index(code.strip("_").replace("_", "-"))] = score
    return Ranking(CODES, job, np.zeros((0, len(CODES))), job[None, :], ("title: words",))


def probabilities(given: Ranking, final: str = "29-1141"):
    material = (Material(final, 1.0, 4),)
    ruling = Ruling(final, dict.fromkeys(POLICIES, final), (), material)
    return CALIBRATOR.probabilities(Evidence(BARE, given, material, (), ruling), KNOWN)


def test_probabilities_add_up_to_one() -> None:
    sure = probabilities(ranking(_29_1141=0.0, _29_2061=-1.0))
    assert sure.values.sum() == pytest.approx(1.0)
    assert sure.values[CODES.index("29-1141")] == pytest.approx(sure.confidence.detailed)


def test_confidence_grows_with_the_level_along_the_published_hierarchy() -> None:
    # 29-1221 and 29-1229 are of broad occupation 29-1210, which their digits do not show.
    given = ranking(_29_1221=0.0, _29_1229=-0.1, _29_1141=-1.0, _21_1093=-1.0)
    own = probabilities(given, "29-1221").confidence
    assert own.detailed < own.broad < own.minor < own.major < 1.0
    neighbour = probabilities(given, "29-1221").values[CODES.index("29-1229")]
    assert own.broad == pytest.approx(own.detailed + neighbour, abs=1e-4)


def test_a_code_that_is_not_the_best_ranked_may_be_final() -> None:
    given = ranking(_29_1141=0.0, _29_2061=-1.0)
    sure = probabilities(given, final="29-2061")
    assert sure.values.sum() == pytest.approx(1.0)
    # What spoke for the code that a rule replaced speaks for the one in its place.
    assert sure.values.argmax() == CODES.index("29-2061")
    assert sure.values[CODES.index("29-1141")] < sure.confidence.detailed


def test_candidate_sets_shrink_as_the_evidence_grows() -> None:
    clear = probabilities(ranking(_29_1141=0.0))
    doubtful = probabilities(ranking(_29_1141=0.0, _29_2061=-0.2, _31_1131=-0.4))
    assert clear.candidate_set == ("29-1141",)
    assert set(doubtful.candidate_set) == {"29-1141", "29-2061", "31-1131"}


@pytest.mark.parametrize(("target", "threshold"), [(0.7, 0.4), (0.8, 0.4), (0.9, 0.7), (0.95, 0.7)])
def test_the_threshold_is_that_of_the_next_target(target: float, threshold: float) -> None:
    assert CALIBRATOR.threshold("title", target) == threshold


def test_a_target_out_of_reach_accepts_nothing() -> None:
    assert CALIBRATOR.threshold("title", 0.999) > 1


def test_a_higher_temperature_spreads_the_probability() -> None:
    scores = settled_scores(ranking(_29_1141=0.0, _29_2061=-1.0), "29-1141")
    assert tempered(scores, 2.0).max() < tempered(scores, 1.0).max()


def test_a_whole_posting_is_surer_than_a_bare_list_of_duties() -> None:
    duty, given = (Duty("Give medication", 1.0, "inferred"),), ranking(_29_1141=0.0, _29_2061=-1.0)
    given = Ranking(CODES, given.job, given.job[None, :], given.parts, given.part_names)
    one = (Material("29-1141", 1.0, 4, (0,)),)
    ruling = Ruling("29-1141", dict.fromkeys(POLICIES, "29-1141"), (), one)
    listed = Posting(Title("Nurse", ("nurse",)), duties=duty)
    whole = Posting(listed.title, duties=duty, set_aside=(SetAside("We are growing", "pitch"),))
    assert (is_whole(listed), is_whole(whole), is_whole(BARE)) == (False, True, False)
    odds = [
        CALIBRATOR.log_odds(Evidence(posting, given, one, duty, ruling), KNOWN)
        for posting in (listed, whole)
    ]
    assert odds[1] == pytest.approx(odds[0] + 1.5)


def test_several_occupations_are_a_kind_of_their_own() -> None:
    given = ranking(_29_1141=0.0)
    one, two = Material("29-1141", 0.6, 4), Material("43-9061", 0.4, 2)
    for material, kind in (((one,), "title"), ((one, two), "combined")):
        ruling = Ruling("29-1141", dict.fromkeys(POLICIES, "29-1141"), (), material)
        assert kind_of(Evidence(BARE, given, material, (), ruling)) == kind


def test_what_was_given_decides_which_calibration_applies() -> None:
    duty = (Duty("Give medication", 1.0, "inferred"),)
    assert input_kind(BARE) == "title"
    assert input_kind(Posting(Title("", ()), duties=duty)) == "text"
    assert input_kind(Posting(Title("Nurse", ("nurse",)), duties=duty)) == "both"
