"""The split step as a whole, on postings of many shapes written for this project."""

from __future__ import annotations

import subprocess
import sys
import time
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from socoder.records import Posting, Title
from socoder.split import MAX_DUTIES, split
from socoder.splitting.cues import is_generic

_CASES = tomllib.loads((Path(__file__).parent / "data" / "split_cases.toml").read_text("utf-8"))[
    "case"
]


def _split(text: str, title: str = "Worker") -> Posting:
    return split(Title(title, (title,)), text)


def _named(cases: list[dict[str, Any]]) -> list[str]:
    return [case["name"] for case in cases]


def test_there_are_many_cases() -> None:
    assert len(_CASES) >= 44
    assert len(set(_named(_CASES))) == len(_CASES)


@pytest.mark.parametrize("case", _CASES, ids=_named(_CASES))
def test_a_posting_is_split_as_a_reader_would(case: dict[str, Any]) -> None:
    posting = _split(case["text"], case["title"])

    assert [duty.text for duty in posting.duties] == case["duties"]
    found = sorted(
        f"{need.kind}:{need.level} {'required' if need.required else 'preferred'}"
        for need in posting.requirements
    )
    assert found == sorted(case["requirements"])
    assert list(posting.openings) == case.get("openings", [])
    assert set(case.get("aside", [])) <= {passage.kind for passage in posting.set_aside}
    if "shares" in case:
        shares = [duty.time_share for duty in posting.duties]
        assert shares == pytest.approx(case["shares"], abs=case.get("tolerance", 0.02))
    if "sources" in case:
        expected = case["sources"]
        expected = [expected] * len(posting.duties) if isinstance(expected, str) else expected
        assert [duty.time_source for duty in posting.duties] == expected
    if "generic" in case:
        assert [n for n, duty in enumerate(posting.duties) if duty.generic] == case["generic"]
    assert case.get("summary", "") in posting.summary
    for words in case.get("absent", []):
        assert words not in repr(posting)


_FRAGMENTS = """Duties Requirements: • - 1. a) 40% half of the shift 12 hrs/week daily | ; . , ( )
cook drive RN license CDL $20/hr 401k Benefits: EOE Contact Jane Smith 555-123-4567 j@x.org
you will not the registrar brings Positions available: or and years experience 7:00-9:30"""
_WORDS = st.sampled_from([*_FRAGMENTS.split(), chr(10), chr(10) * 2, chr(9)])
_POSTINGS = st.one_of(st.text(max_size=300), st.lists(_WORDS, max_size=60).map(" ".join))


@given(_POSTINGS)
@settings(max_examples=150, deadline=None)
def test_any_text_gives_shares_that_add_up_to_one(text: str) -> None:
    posting = _split(text)
    if posting.duties:
        assert sum(duty.time_share for duty in posting.duties) == pytest.approx(1, abs=1e-9)
    assert all(duty.time_share >= 0 and duty.text.strip() for duty in posting.duties)
    assert posting == _split(text)


@given(_POSTINGS)
@settings(max_examples=100, deadline=None)
def test_words_are_never_lost_without_a_trace(text: str) -> None:
    posting = _split(text, title="")
    if any(character.isalnum() for character in posting.text):
        assert posting.duties or posting.requirements or posting.set_aside


def test_a_text_that_is_far_too_long_is_split_in_time() -> None:
    posting = _split("- Cook meals and wash dishes for sixty guests\n" * 110_000)
    assert len(posting.duties) <= MAX_DUTIES
    started = time.perf_counter()
    for text in ("a" * 5_000_000, "Cook (" * 800_000, "40% " * 1_200_000, "• " * 2_500_000):
        _split(text)
    assert time.perf_counter() - started < 60


def test_importing_does_not_load_spacy() -> None:
    code = "import sys, socoder.split; sys.exit('spacy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_generic_duties_weigh_less_than_the_work() -> None:
    duties = _split("- Weld steel frames\n- Attend staff meetings\n- Grind and paint frames").duties
    assert [duty.generic for duty in duties] == [False, True, False]
    assert duties[1].time_share < min(duties[0].time_share, duties[2].time_share)


@pytest.mark.parametrize(
    "text",
    [
        "Complete documentation", "Write daily progress notes", "Attend staff meetings and trainings",
        "Follow agency policies and procedures", "Maintain client confidentiality",
        "Other duties as assigned", "Performs related duties as required", "Complete all required training",
        "Support individuals to reach their goals", "Work effectively as part of a team",
        "Report incidents to the supervisor immediately", "Document services provided daily",
        "Maintain a safe and clean environment", "Participate in team meetings, supervision and in-services",
        "You will keep a short log each day", "Follows the professional code of conduct, particularly confidentiality",
    ],
)  # fmt: skip
def test_duties_of_every_job_are_generic(text: str) -> None:
    assert is_generic(text)


@pytest.mark.parametrize(
    "text",
    [
        "Transcribe medical records", "Prepare tax returns", "Keep records of dental treatments",
        "Inspect buildings for safety", "Train new employees", "Lead weekly staff meetings",
        "Schedule meetings and take minutes", "Write grant reports", "Teach safety classes",
        "Document and report test results to regulatory agencies", "Help residents bathe and dress",
        "Follow procedures for radiation disposal", "Attend to patients in the waiting room",
        "Maintain the grounds", "Report convictions to the state", "Assist students with reading goals",
    ],
)  # fmt: skip
def test_duties_with_a_subject_of_their_own_are_not(text: str) -> None:
    assert not is_generic(text)


def test_earlier_duties_weigh_somewhat_more() -> None:
    shares = [
        duty.time_share
        for duty in _split("- Cut steel bars\n- Cut wood bars\n- Cut iron bars").duties
    ]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] < 2 * shares[-1]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("We are an Equal Opportunity Employer.", {"eeo"}),
        ("Join our award-winning team!", {"pitch"}),
        ("$22.50 per hour plus shift differential", {"pay"}),
        ("Medical, dental, vision, PTO and 401(k)", {"benefits"}),
        ("Please send your resume to jobs@acme.example", {"apply"}),
        ("Monday through Friday, 8 to 5", {"schedule"}),
        ("Must be able to lift 50 lbs", {"physical"}),
    ],
)  # fmt: skip
def test_passages_without_a_heading_are_set_aside(text: str, kinds: set[str]) -> None:
    posting = _split(f"- Cook meals\n- Wash dishes\n\n{text}")
    assert [duty.text for duty in posting.duties] == ["Cook meals", "Wash dishes"]
    assert {passage.kind for passage in posting.set_aside} == kinds


@pytest.mark.parametrize(
    "heads",
    [
        ("Ward, 16 hours a week:", "Office, 24 hours a week:"),
        ("Ward - approximately 16 hrs/week", "Office - approximately 24 hrs/week"),
        ("Ward (40%)", "Office (60%)"),
    ],
)
def test_a_head_with_its_share_does_not_continue_a_long_line_above_it(heads) -> None:
    ward = "Consult and collaborate with the physicians and the other people who work on the ward"
    text = f"Duties\n{heads[0]}\n- Weigh patients\n- {ward}\n{heads[1]}\n- File charts\n- Open the mail"
    posting = split(Title("", ()), text)
    assert [duty.text for duty in posting.duties] == [
        "Weigh patients", ward, "File charts", "Open the mail",
    ]  # fmt: skip
    assert sum(duty.time_share for duty in posting.duties[:2]) == pytest.approx(0.4)
