"""What is no job is kept from being accepted; real titles are not called nonsense."""

from __future__ import annotations

from pathlib import Path

import pytest

from evaluation import nonsense
from evaluation.datasets import load
from evaluation.nonsense import CALLED_NONSENSE_BAR, HALVES, NOT_ACCEPTED_BAR
from socoder.coder import Coder
from socoder.records import Job

VAGUE = ["Specialist", "Associate", "Team Member", "Staff", "Worker II", "Crew", "Helper"]


@pytest.fixture(scope="module")
def coded(coder: Coder) -> list[nonsense.Outcome]:
    return nonsense.outcomes(coder, nonsense.texts())


def test_the_list_has_300_texts_of_many_kinds_in_two_halves() -> None:
    listed = nonsense.texts()
    assert len({each.text for each in listed}) == len(listed) == 300
    assert len({each.kind for each in listed}) >= 20
    assert [sum(each.half == half for each in listed) for half in HALVES] == [150, 150]


@pytest.mark.parametrize("half", HALVES)
def test_nonsense_is_not_accepted(coded: list[nonsense.Outcome], half: str) -> None:
    own = [each for each in coded if each.nonsense.half == half]
    assert sum(not each.accepted for each in own) / len(own) >= NOT_ACCEPTED_BAR
    assert sum(each.recognised for each in own) / len(own) >= 0.85


def test_real_titles_are_not_called_nonsense(coder: Coder) -> None:
    jobs = [Job(title=title) for title in nonsense.real_titles()]
    assert len(jobs) == 300
    assert nonsense.share_called_nonsense(coder, jobs)[0] <= CALLED_NONSENSE_BAR


def test_titles_and_postings_of_others_are_not_either(coder: Coder, labelled: Path) -> None:
    for name in nonsense.TITLE_SETS:
        jobs = [row.job for row in load(name, labelled)]
        assert nonsense.share_called_nonsense(coder, jobs)[0] <= 0.01
    postings = [row.job for row in load("postings", labelled, frozenset(range(5)))]
    assert nonsense.share_called_nonsense(coder, postings)[1] == []


@pytest.mark.parametrize("title", VAGUE)
def test_vague_titles_are_never_accepted_and_say_why(coder: Coder, title: str) -> None:
    coding = coder.code(Job(title=title))
    assert (coding.status, coding.review_reasons[0]) == ("review", "low_confidence")
    assert coding.doubts[0].text.startswith(f'"{title}" names no work')
    assert coding.confidence.major <= 0.5


@pytest.mark.parametrize("text", ["n/a", "test test", "see attached", "", "…"])
def test_what_says_nothing_is_uncodable(coder: Coder, text: str) -> None:
    for job in (Job(title=text), Job(text=text), Job(title=text, text=text)):
        assert coder.code(job).status == "uncodable"


def test_another_language_goes_to_review_with_a_sentence(coder: Coder) -> None:
    coding = coder.code(Job(title="Enfermera titulada"))
    assert coding.status == "review" and "out_of_distribution" in coding.review_reasons
    assert any("not English" in doubt.text for doubt in coding.doubts)
