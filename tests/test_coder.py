"""The main path as a whole, with the shipped bundle."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from socoder.coder import Coder
from socoder.records import POLICIES, Job, Settings

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "docs/samples/direct_support_professional.txt"
TITLES = (
    "Registered Nurse", "DSP", "Truck Driver CDL-A", "Clerk, Office", "job coach", "Sr. Accountant II",
    "Cook / Driver", "Specialist", "Team Member", "Elementary Teacher", "", "???", "Volunteer",
)  # fmt: skip
DUTIES = (
    "Drive residents to appointments", "Cook meals", "Write daily notes", "Teach algebra",
    "Weld steel plates (40%)", "Supervise a crew of six", "Attend meetings", "Give medication",
    "401(k) match", "High school diploma required", "Call Jane Roe at 555-010-4477",
)  # fmt: skip
JOBS = st.builds(
    lambda title, duties: Job(title=title, text="\n".join(f"- {duty}" for duty in duties)),
    st.sampled_from(TITLES),
    st.lists(st.sampled_from(DUTIES), max_size=5),
)


def as_json(coding) -> str:
    return json.dumps(coding.to_dict(), sort_keys=True)


def test_the_sample_posting_is_coded_with_all_of_its_evidence(coder: Coder) -> None:
    coding = coder.code(
        Job(text=SAMPLE.read_text(encoding="utf-8"), title="Direct Support Professional")
    )
    assert coding.soc_code in {"31-1122", "31-1121", "21-1093", "21-1015"}
    assert sum(duty.time_share for duty in coding.duties) == pytest.approx(1.0)
    assert {duty.time_source for duty in coding.duties} == {"stated"}
    assert {need.kind for need in coding.requirements} >= {"education", "drivers_licence"}
    assert set(coding.by_policy) == set(POLICIES)
    assert len(coding.alternatives) == 9
    assert all(other.why_not for other in coding.alternatives)


def test_contacts_are_nowhere_in_the_result(coder: Coder) -> None:
    made = as_json(coder.code(Job(text=SAMPLE.read_text(encoding="utf-8"))))
    for private in ("Jane", "Whitfield", "harborlights.example", "010-4477"):
        assert private not in made


@settings(max_examples=15, deadline=None)
@given(st.lists(JOBS, min_size=1, max_size=6))
def test_a_job_is_the_same_alone_and_in_a_batch(jobs: list[Job]) -> None:
    coder = Coder.load()
    together = coder.code_batch(jobs)
    assert [as_json(coder.code(job)) for job in jobs] == [as_json(made) for made in together]


def test_a_job_is_the_same_alone_and_among_a_thousand(coder: Coder) -> None:
    titles = [f"{coder.classification.title(code)}" for code in coder.classification.detailed]
    jobs = [Job(title=title) for title in (titles * 2)[:997]]
    jobs += [Job(title="Cook / Driver", text="- Cook meals (60%)\n- Drive residents (40%)")] * 3
    together = coder.code_batch(jobs)
    for row in (0, 1, 250, 499, 500, 996, 997, 999):
        assert as_json(coder.code(jobs[row])) == as_json(together[row])


def test_two_processes_give_the_same_bytes() -> None:
    """Also with another number of threads, and another seed of Python's hashes."""
    command = [sys.executable, "-m", "socoder", "code", "--json", str(SAMPLE)]
    outputs = [
        subprocess.run(
            command, capture_output=True, check=True, cwd=ROOT,
            env=os.environ | {"PYTHONHASHSEED": seed, "OMP_NUM_THREADS": threads,
                              "OPENBLAS_NUM_THREADS": threads},
        ).stdout
        for seed, threads in (("1", "1"), ("2", "2"))
    ]  # fmt: skip
    assert outputs[0] == outputs[1]
    assert outputs[0].startswith(b"{")


def test_nothing_to_code_is_an_answer(coder: Coder) -> None:
    assert coder.code(Job(title="12 --")).status == "uncodable"
    assert coder.code(Job()).soc_code == ""


def test_settings_stand_in_the_result_and_count(coder: Coder) -> None:
    text = "- Cook meals for the residents (70%)\n- Drive the shuttle on its fixed route (30%)"
    loose = Coder.load(settings=Settings(material_share=0.4)).code(Job(text=text))
    assert loose.settings.material_share == 0.4
    assert loose.soc_code == coder.code(Job(text=text), policy="time").soc_code


def test_every_official_title_is_among_the_first_five_of_its_own_code(coder: Coder) -> None:
    codes = coder.classification.detailed
    made = coder.code_batch([Job(title=coder.classification.title(code)) for code in codes], top=4)
    lost = [
        code
        for code, coding in zip(codes, made, strict=True)
        if code not in {coding.soc_code, *(other.soc_code for other in coding.alternatives)}
    ]
    assert len(lost) <= 8, lost


@pytest.mark.usefixtures("needs_torch")
def test_another_encoder_can_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    from train_encoder import base_model

    other = Coder.load(encoder=str(base_model()))
    coding = other.code(Job(text="- Fly passengers on scheduled airline routes as captain"))
    assert coding.soc_code.startswith("53-20")


def test_a_brief_coding_is_the_same_without_questions_and_explanations(coder: Coder) -> None:
    jobs = [Job("Cook"), Job("Direct Support Professional"), Job("Aide", "Bathe residents. Drive.")]
    for whole, brief in zip(
        coder.code_batch(jobs), coder.code_batch(jobs, brief=True), strict=True
    ):
        assert whole.questions and not brief.questions
        others = [(other.soc_code, other.probability) for other in whole.alternatives]
        assert [(other.soc_code, other.probability) for other in brief.alternatives] == others
        assert not any(other.why_not for other in brief.alternatives)
        assert replace(brief, questions=whole.questions, alternatives=whole.alternatives) == whole
