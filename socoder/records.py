"""The records that pass between the steps: frozen, plain, and documented once, here.

Shares of working time and probabilities are fractions, 0–1. Codes are SOC codes with the hyphen
("21-1093"). Skill levels are O*NET Job Zones, 1–5.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

TimeSource = Literal["stated", "inferred"]
Status = Literal["accepted", "review", "out_of_scope", "uncodable"]
Policy = Literal["guideline", "time", "weighted"]
Level = Literal["detailed", "broad", "minor", "major"]
RequirementKind = Literal[
    "education", "licence", "certificate", "experience", "lived_experience", "drivers_licence"
]

LEVELS: tuple[Level, ...] = ("detailed", "broad", "minor", "major")
POLICIES: tuple[Policy, ...] = ("guideline", "time", "weighted")
EDUCATION_LEVELS: tuple[str, ...] = (
    "none", "high_school", "some_college", "associate", "bachelor", "master", "doctoral",
)  # fmt: skip


class Encoder(Protocol):
    """Anything that turns texts into vectors can rank: implement these three."""

    @property
    def name(self) -> str:
        """Stands in results, so that a coding can be traced to its encoder."""
        ...

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        ...

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(number of texts, dimension) vectors of length 1. A row depends on its text alone."""
        ...


@dataclass(frozen=True, slots=True)
class Job:
    """One job as it comes in: a title, a text, or both; the context fields are evidence only."""

    title: str = ""
    text: str = ""
    id: str = ""
    industry: str = ""
    department: str = ""
    education: str = ""
    employer_type: str = ""


@dataclass(frozen=True, slots=True)
class Title:
    """A cleaned title. `variants` are what the rank step looks at: several for a slashed title."""

    raw: str
    variants: tuple[str, ...]
    removed: tuple[str, ...] = ()
    expanded: tuple[str, ...] = ()

    @property
    def halves(self) -> tuple[str, ...]:
        """The titles within a title that names several jobs ("Cook / Driver"), else none."""
        return self.variants[1:] if len(self.variants) > 2 else ()


@dataclass(frozen=True, slots=True)
class Duty:
    """One duty. `generic` duties (notes, meetings …) carry time but speak for no occupation.

    `soc_code`, `soc_title` and `skill_level` are empty until the weigh step has placed the duty.
    Duties that share one stated allotment of time ("Kitchen, 40 %:" and what stands under it) have
    the same number as `allotment`; -1 where none is stated.
    """

    text: str
    time_share: float
    time_source: TimeSource
    generic: bool = False
    soc_code: str = ""
    soc_title: str = ""
    skill_level: int | None = None
    allotment: int = -1


@dataclass(frozen=True, slots=True)
class Requirement:
    """What the posting asks of the worker.

    `level` is one of EDUCATION_LEVELS for education, the name of the licence or certificate
    ("rn", "cdl", "cna"), or years as a string for experience. A line that accepts several levels
    gives one requirement for each. `required` is False for what is only preferred, or where an
    equivalent is accepted instead.
    """

    text: str
    kind: RequirementKind
    level: str = ""
    required: bool = True


@dataclass(frozen=True, slots=True)
class SetAside:
    """A passage that describes no duty: kind is "pitch", "benefits", "pay", "eeo", "apply",
    "physical", "schedule" or "other"."""

    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class Posting:
    """A job whose text has been split. The time shares of the duties add up to 1.

    `text` is the whole text with contacts masked; `summary` the prose that introduces the job,
    when it is not itself a duty; `openings` the titles of the separate openings advertised
    (empty for the usual posting of one job).
    """

    title: Title
    text: str = ""
    summary: str = ""
    duties: tuple[Duty, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    openings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """Log-probabilities of every detailed occupation, for the job and for each duty.

    `codes` has length n (867 for SOC 2018). `job` (n,) is the sum of the rows of `parts`
    ((m, n), named by `part_names`). `duties` is (number of duties, n): what each duty says alone.
    `models` maps the name of a model to its own first code, to tell whether the models agree.
    `halves` is (number of titles, n): what each half of a title that names several jobs says
    alone; empty for any other title and where there are no duties.
    """

    codes: tuple[str, ...]
    job: NDArray[np.float64]
    duties: NDArray[np.float64]
    parts: NDArray[np.float64]
    part_names: tuple[str, ...]
    models: dict[str, str] = field(default_factory=dict)
    title_seen: bool = False
    halves: Sequence[NDArray[np.float64]] = ()


@dataclass(frozen=True, slots=True)
class Material:
    """An occupation that explains part of the job. `duties` are the indices of its duties;
    `own_duties` those that no lower-skilled occupation of the job covers as well."""

    soc_code: str
    time_share: float
    skill_level: int
    duties: tuple[int, ...] = ()
    own_duties: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """An occupation that did not become the final code, and why."""

    soc_code: str
    soc_title: str
    probability: float
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Contribution:
    """A named part of the final code's uncalibrated log-score; they add up to it."""

    name: str
    amount: float


@dataclass(frozen=True, slots=True)
class RuleStep:
    """What one rule did. `fired` is False for a rule that looked and had nothing to say."""

    id: str
    citation: str
    outcome: str
    fired: bool = True


@dataclass(frozen=True, slots=True)
class Hinge:
    """What the code hangs on by little: another policy, a threshold, or a few points of time.

    `name` is that of the policy or setting ("most_time" for two that take nearly as much time),
    `soc_code` what comes out on the other side, `distance` how far that is as a share of working
    time (None for a policy); `text` says all of it in one sentence."""

    kind: Literal["policy", "threshold", "time"]
    name: str
    soc_code: str
    distance: float | None
    text: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """A review reason with what a reviewer should look at, in one sentence about this very job."""

    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask to settle a code.

    `kind` is "time" (an answer is a share of working time, 0-1), "choice" (one of `options`),
    "yes_no" or "text". `affects` are the codes among which the answer chooses; where the question
    is about the work of a single occupation, `about` is its code.
    """

    id: str
    text: str
    kind: Literal["time", "choice", "yes_no", "text"]
    options: tuple[str, ...] = ()
    unit: str = ""
    affects: tuple[str, ...] = ()
    about: str = ""


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the guidelines make of the material occupations.

    `soc_code` is the code under the asked policy, `by_policy` the code under each. `steps` are
    all rules in their order, fired or not. `reasons` are review reasons that a rule raised.
    `why_not` says in one sentence why a material or excluded occupation lost. `decided_by` is the
    id of the rule that settled the code; `hinges` are what it hangs on by little.
    """

    soc_code: str
    by_policy: dict[str, str]
    steps: tuple[RuleStep, ...]
    material: tuple[Material, ...]
    reasons: tuple[str, ...] = ()
    why_not: dict[str, str] = field(default_factory=dict)
    out_of_scope: bool = False
    decided_by: str = ""
    hinges: tuple[Hinge, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """All that ranking, weighing and the guidelines found out about one job: what the confidence
    is estimated from. `material` is as it was weighed, the ruling's as the guidelines left it."""

    posting: Posting
    ranking: Ranking
    material: tuple[Material, ...]
    duties: tuple[Duty, ...]
    ruling: Ruling
    role_tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Settings:
    """The thresholds of the decision; they stand in every result.

    Shares of working time: `material_share`, `supervisor_share` (Guideline 5), `management_share`
    (Principle 3). `skill_difference` is in Job Zones. `target_accuracy` is the accuracy that
    accepted codes should have.
    """

    material_share: float = 0.20
    supervisor_share: float = 0.80
    management_share: float = 0.50
    skill_difference: int = 1
    target_accuracy: float = 0.95


@dataclass(frozen=True, slots=True)
class Confidence:
    """Probability that the code is right at each level of the published hierarchy."""

    detailed: float
    broad: float
    minor: float
    major: float


@dataclass(frozen=True, slots=True, eq=False)
class Probabilities:
    """(n,) probabilities that each code is the final one, with the confidence at each level.
    `order` holds the columns of the most likely codes, the likeliest first: some dozens, not all.
    From the `threshold` on a detailed code has the target accuracy; above 1 if there is none.

    `candidate_set` holds the codes that together reach the bundle's set mass: the right code is
    among them about as often as the target accuracy says.
    """

    values: NDArray[np.float64]
    confidence: Confidence
    candidate_set: tuple[str, ...]
    order: NDArray[np.int64]
    threshold: float


@dataclass(frozen=True, slots=True)
class Supported:
    """The finest level at which the confidence reaches the target accuracy; level "" if none."""

    level: str
    code: str
    probability: float


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """Which bundle answered: its name, the sha256 of its manifest, and the data behind it."""

    bundle: str
    sha256: str
    data: str


@dataclass(frozen=True, slots=True)
class Coding:
    """A coded job with all of its evidence: what the page, the desk and every export print."""

    title: str
    soc_code: str
    soc_title: str
    confidence: Confidence
    supported: Supported
    status: Status
    review_reasons: tuple[str, ...]
    policy: Policy
    by_policy: dict[str, str]
    settings: Settings
    alternatives: tuple[Candidate, ...]
    candidate_set: tuple[str, ...]
    material: tuple[Material, ...]
    duties: tuple[Duty, ...]
    requirements: tuple[Requirement, ...]
    rules: tuple[RuleStep, ...]
    contributions: tuple[Contribution, ...]
    role_tags: tuple[str, ...]
    questions: tuple[Question, ...]
    model: ModelInfo
    rules_version: str
    decided_by: str = ""
    hinges: tuple[Hinge, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    schema: str = "socoder.coding/1"

    def to_dict(self) -> dict[str, Any]:
        """The object of the published JSON Schema (`socoder/data/coding.schema.json`).

        Of the rules it holds those that fired."""
        from dataclasses import asdict

        whole = asdict(self)
        for duty in whole["duties"]:
            del duty["generic"], duty["allotment"]
        for occupation in whole["material"]:
            del occupation["duties"], occupation["own_duties"]
        whole["rules"] = [step for step in whole["rules"] if step.pop("fired")]
        return {"schema": whole.pop("schema"), **whole}
