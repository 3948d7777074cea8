"""Why a coding is doubted: one tiny function for each review reason.

A doubt looks at one thing in a Case and says in one sentence what a reviewer should look at, with
the codes and numbers of this very job; "" where there is nothing to doubt. `find_doubts` asks them
all, in the order of `data/review_reasons.toml`, which says the same without the numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from socoder.records import Doubt, Evidence, Policy, Probabilities
from socoder.role_table import load_roles
from socoder.scope import find_out_of_scope, is_vague
from socoder.soc import Classification

SMALL_MARGIN = 0.10
_NAMED = 4  # codes or titles that a sentence lists


@dataclass(frozen=True, slots=True)
class Case:
    """What the doubts look at. `target` is the accuracy that accepted codes should have."""

    evidence: Evidence
    sure: Probabilities
    known: Classification
    target: float
    policy: Policy

    @property
    def code(self) -> str:
        """The final code."""
        return self.evidence.ruling.soc_code

    def named(self, code: str) -> str:
        """A code with its title."""
        return f"{code} {self.known.title(code)}"

    def raised(self, reason: str) -> bool:
        """Whether a rule raised a reason."""
        return reason in self.evidence.ruling.reasons

    def outcome(self, rule: str) -> str:
        """What a rule that fired said, as a sentence's beginning; "" if it did not fire."""
        for step in self.evidence.ruling.steps:
            if step.id == rule and step.fired:
                return f"{step.outcome[:1].upper()}{step.outcome[1:]}"
        return ""

    def others(self, count: int) -> list[str]:
        """The likeliest codes beside the final one."""
        codes = (self.evidence.ranking.codes[i] for i in self.sure.order[: count + 1].tolist())
        return [code for code in codes if code != self.code][:count]


def low_confidence(case: Case) -> str:
    """A title that names no work, or a confidence below what the target accuracy asks for."""
    if is_vague(case.evidence.posting):
        return f'"{case.evidence.posting.title.raw.strip()}" names no work: find out what is done.'
    sure, least = case.sure.confidence.detailed, case.sure.threshold
    if sure >= least:
        return ""
    rivals = " and ".join(map(case.named, case.others(2)))
    if least > 1:
        return f"No confidence promises {case.target:.0%} for such an input: compare with {rivals}."
    asked = f"{_percent(sure)} is below the {_percent(least)} that a target of {case.target:.0%} asks for"
    return f"{asked}: compare the work with {rivals}."


def small_margin(case: Case) -> str:
    """Two codes that are almost equally likely."""
    first, second = case.sure.order[:2].tolist()
    values, codes = case.sure.values, case.evidence.ranking.codes
    if float(values[first] - values[second]) >= SMALL_MARGIN:
        return ""
    pair = [f"{case.named(codes[i])} ({_percent(float(values[i]))})" for i in (first, second)]
    return (
        f"{pair[0]} and {pair[1]} are almost equally likely: look for what only one of them does."
    )


def title_duties_disagree(case: Case) -> str:
    """The title names one occupation, the duties are those of another."""
    if not case.raised("title_duties_disagree"):
        return ""
    models = case.evidence.ranking.models
    title, duties = (case.named(models.get(name, case.code)) for name in ("title", "duties"))
    return f"The title suggests {title}, the duties {duties}: check that they describe this job."


def models_disagree(case: Case) -> str:
    """The models for words and for meaning differ in the broad occupation, and from the code."""
    models = case.evidence.ranking.models
    said = [models[name] for name in ("words", "embedding") if models.get(name)]
    broad = {case.known.at_level(code, "broad") for code in said}
    if len(broad) < 2 or case.code in said:
        return ""
    words, meaning = map(case.named, said)
    return f"The words point to {words}, their meaning to {meaning}: check that {case.code} fits."


def policy_sensitive(case: Case) -> str:
    """Another policy gives another code."""
    if not case.raised("policy_sensitive"):
        return ""
    by_policy = case.evidence.ruling.by_policy.items()
    others = ", ".join(f"{code} by {policy}" for policy, code in by_policy if code != case.code)
    return f"It would be {others}: make sure that {case.policy} is the policy you need."


def threshold_sensitive(case: Case) -> str:
    """A share of time near a threshold that the code turns on."""
    if not case.raised("threshold_sensitive"):
        return ""
    said = [hinge.text for hinge in case.evidence.ruling.hinges if hinge.kind == "threshold"]
    near = said[0] if said else "a share of time lies close to a threshold"
    return f"{near[:1].upper()}{near[1:].rstrip('.')}: ask how much time that really takes."


def all_other(case: Case) -> str:
    """A residual code, with the distinct ones beside it."""
    if not case.raised("all_other"):
        return ""
    inside = case.known.members(case.known.at_level(case.code, "minor"))
    distinct = [code for code in case.others(20) if code in inside]
    distinct = [code for code in distinct if not case.known.is_all_other(code)][:_NAMED]
    beside = f" ({', '.join(map(case.named, distinct))})" if distinct else ""
    return f"{case.code} is a residual code: check that no distinct occupation{beside} fits."


def shares_inferred(case: Case) -> str:
    """A combined job, or a share of supervising, without stated shares of time."""
    if not case.raised("shares_inferred"):
        return ""
    parts = case.evidence.ruling.material
    shares = ", ".join(f"{_percent(m.time_share)} {case.named(m.soc_code)}" for m in parts[:_NAMED])
    return f"The text does not state the shares of time ({shares}): ask for them, or confirm."


def role_without_code(case: Case) -> str:
    """A role that the SOC does not name, with the codes that its workers fall in."""
    tags = case.evidence.role_tags
    if not tags and not case.raised("role_without_code"):
        return ""
    found = [role for role in load_roles() if role.id in tags]
    names = (
        " and ".join(role.name for role in found)
        or ", ".join(tags).replace("_", " ")
        or "this role"
    )
    codes = ", ".join(dict.fromkeys(entry.code for role in found for entry in role.codes))
    return f"The SOC has no code for {names}: see which of {codes or case.code} the duties are."


def out_of_distribution(case: Case) -> str:
    """A text that is no English description of a job."""
    found = find_out_of_scope(case.evidence.posting)
    return found.text if found else ""


def requirement_conflict(case: Case) -> str:
    """What the posting asks of the worker does not go with the occupation."""
    if not case.raised("requirement_conflict"):
        return ""
    said = case.outcome("requirement-bound") or "the requirements do not go with the occupation"
    return f"{said.rstrip('.')}: check what the posting requires."


def skill_measures_disagree(case: Case) -> str:
    """Job Zone and entry education rank two occupations in opposite order."""
    if not case.raised("skill_measures_disagree"):
        return ""
    parts = case.evidence.ruling.material[:_NAMED]
    both = ", ".join(
        f"{m.soc_code} Job Zone {m.skill_level} and {_entry(case, m.soc_code)}" for m in parts
    )
    return f"Job Zone and entry education point opposite ways ({both}): decide which fits this job."


def multiple_jobs(case: Case) -> str:
    """A text that advertises several openings."""
    if not case.raised("multiple_jobs"):
        return ""
    openings = case.evidence.posting.openings
    named = f" ({', '.join(openings[:_NAMED])}{', …' if len(openings) > _NAMED else ''})"
    return f"The text advertises {len(openings) or 'several'} openings{named if openings else ''}: code each apart."


DOUBTS: dict[str, Callable[[Case], str]] = {
    doubt.__name__: doubt
    for doubt in (
        low_confidence, small_margin, title_duties_disagree, models_disagree, policy_sensitive,
        threshold_sensitive, all_other, shares_inferred, role_without_code, out_of_distribution,
        requirement_conflict, skill_measures_disagree, multiple_jobs,
    )
}  # fmt: skip


def find_doubts(
    case: Case, doubts: Iterable[tuple[str, Callable[[Case], str]]] = tuple(DOUBTS.items())
) -> tuple[Doubt, ...]:
    """What is in doubt about a coding, in the order of the doubts."""
    return tuple(Doubt(reason, text) for reason, doubt in doubts if (text := doubt(case)))


def _entry(case: Case, code: str) -> str:
    return case.known.entry_education(code).replace("_", " ")


def _percent(share: float) -> str:
    """A share as a percentage, never a certainty that it is not."""
    return f">{share:.0%}".replace("100%", "99%") if 0.995 <= share < 1 else f"{share:.0%}"
