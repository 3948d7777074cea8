"""A coding written by hand and a coder that gives it: the command line is tested without a bundle."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from socoder.errors import InputError
from socoder.records import (
    Candidate,
    Coding,
    Confidence,
    Contribution,
    Duty,
    Hinge,
    Job,
    Material,
    ModelInfo,
    Posting,
    Question,
    Requirement,
    RuleStep,
    SetAside,
    Settings,
    Supported,
    Title,
)

RUNNERS_UP = (
    Candidate("21-1093", "Social and Human Service Assistants", 0.14, "explains it less well"),
    Candidate("31-1121", "Home Health Aides", 0.05, "no health task is named"),
    Candidate("39-9041", "Residential Advisors", 0.03, "nobody runs the house"),
    Candidate("29-2053", "Psychiatric Technicians", 0.02, "no treatment is named"),
    Candidate("31-1131", "Nursing Assistants", 0.02, "no nursing direction"),
    Candidate("53-3053", "Shuttle Drivers and Chauffeurs", 0.01, "only 15 % of the time"),
)
CODING = Coding(
    title="Direct Support Professional",
    soc_code="31-1122",
    soc_title="Personal Care Aides",
    confidence=Confidence(0.62, 0.71, 0.74, 0.956),
    supported=Supported("major", "31-0000", 0.956),
    status="review",
    review_reasons=("low_confidence", "policy_sensitive"),
    policy="guideline",
    by_policy={"guideline": "31-1122", "time": "31-1122", "weighted": "21-1015"},
    settings=Settings(),
    alternatives=RUNNERS_UP,
    candidate_set=("31-1122", "21-1093"),
    material=(Material("31-1122", 0.6, 2, (0,), (0,)), Material("21-1015", 0.25, 5, (1,), (1,))),
    duties=(
        Duty("Help residents bathe, dress and move between bed and wheelchair", 0.6, "stated",
             False, "31-1122", "Personal Care Aides", 2),
        Duty("Coach residents at their job sites", 0.25, "stated",
             False, "21-1015", "Rehabilitation Counselors", 5),
        Duty("Write daily notes", 0.15, "inferred", True),
    ),
    requirements=(
        Requirement("High school diploma or GED", "education", "high_school"),
        Requirement("Valid driver's license", "drivers_licence"),
        Requirement("CPR is a plus", "certificate", "cpr", False),
    ),
    rules=(
        RuleStep("work-performed", "Guideline 1", "the title suggests 21-1015, the duties 31-1122: the duties decide"),
        RuleStep("requirement-bound", "Guideline 2", "21-1015 lowered: a master's degree is typical"),
        RuleStep("all-other", "Guideline 4", "no residual occupation is material", False),
        RuleStep("most-time", "Guideline 2", "31-1122 takes the most time, 60 % against 25 %"),
    ),
    contributions=(Contribution("title_words", -1.5), Contribution("duties", -0.25)),
    role_tags=("direct_support_professional",),
    questions=(
        Question("time.21-1015", "What share of the time is job coaching?", "time",
                 unit="share of working time", affects=("31-1122", "21-1015"), about="21-1015"),
        Question("education", "Which education does the job require?", "choice",
                 ("none", "high_school"), affects=("31-1122", "21-1015")),
    ),
    model=ModelInfo("default", "0123456789abcdef" * 4, "O*NET 30.1"),
    rules_version="1",
    decided_by="most-time",
    hinges=(Hinge("policy", "weighted", "21-1015", None, "by the policy weighted it would be 21-1015"),
            Hinge("threshold", "material_share", "21-1015", 0.05, "decided by 5 points of time share")),
)  # fmt: skip
UNCODABLE = replace(
    CODING, title="!!!", soc_code="", soc_title="", confidence=Confidence(0.0, 0.0, 0.0, 0.0),
    supported=Supported("", "", 0.0), status="uncodable", review_reasons=(), by_policy={},
    alternatives=(), candidate_set=(), material=(), duties=(), requirements=(), rules=(),
    contributions=(), role_tags=(), questions=(), decided_by="", hinges=(),
)  # fmt: skip
POSTING = Posting(
    Title("DSP II", ("direct support professional",), ("II",), ("DSP: direct support professional",)),
    set_aside=(SetAside("We are an equal opportunity employer.", "eeo"),),
)  # fmt: skip


@dataclass
class FakeCoder:
    """Gives CODING under the title asked for, and notes what it was asked and loaded with."""

    jobs: list[Job] = field(default_factory=list)
    answered: Posting | None = None
    loaded_with: tuple[Path | None, str, Settings] | None = None

    def code(self, job: Job, policy: str = "guideline", top: int = 9) -> Coding:
        self.jobs.append(job)
        if "fails" in job.text:
            raise InputError("the text is no job")
        if "crashes" in job.text:
            raise ZeroDivisionError("a secret text")
        if not any(letter.isalpha() for letter in job.title + job.text):
            return replace(UNCODABLE, title=job.title, policy=policy)
        return replace(
            CODING, title=job.title, policy=policy, alternatives=CODING.alternatives[:top]
        )

    def posting(self, job: Job) -> Posting:
        return POSTING

    def code_posting(
        self, posting: Posting, job: Job, policy: str = "guideline", top: int = 9
    ) -> Coding:
        self.answered = posting
        return replace(CODING, soc_code="21-1015", soc_title="Rehabilitation Counselors",
                       decided_by="highest-skill", review_reasons=("policy_sensitive",))  # fmt: skip


@pytest.fixture
def coding() -> Coding:
    return CODING


@pytest.fixture
def uncodable() -> Coding:
    return UNCODABLE


@pytest.fixture
def posting() -> Posting:
    return POSTING


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeCoder:
    coder = FakeCoder()

    def load(
        bundle: Path | None,
        encoder: str = "",
        settings: Settings | None = None,
        calibration: Path | None = None,
    ) -> FakeCoder:
        coder.loaded_with = (bundle, encoder, settings or Settings())
        return coder

    monkeypatch.setattr("socoder.cli.code.load_coder", load)
    return coder


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., str]:
    """Write a file; its path comes back."""

    def write(name: str, text: str | bytes) -> str:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)

    return write
