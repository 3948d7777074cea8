"""The final record: accept or send to review, with the reasons and the runners-up.

A coding is accepted when its confidence reaches the threshold that the bundle implies for the
target accuracy, and nothing in the text says that the question itself is in doubt.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from socoder.doubts import Case, find_doubts
from socoder.questions import find_questions, nothing_said
from socoder.records import (
    LEVELS,
    Candidate,
    Coding,
    Confidence,
    Contribution,
    Duty,
    Evidence,
    ModelInfo,
    Policy,
    Posting,
    Probabilities,
    Question,
    Ranking,
    Ruling,
    Settings,
    Status,
    Supported,
)
from socoder.scope import find_out_of_scope, is_vague
from socoder.soc import Classification

# However sure the models are, these mean that the text does not describe one job to be coded, or a
# role that the SOC does not name, for which the confidence was not fitted.
_ALWAYS_REVIEWED = frozenset(
    {"multiple_jobs", "requirement_conflict", "role_without_code", "out_of_distribution"}
)
# At most so sure of what is no job, and of a title that names no work: neither was fitted.
UNFITTED = 0.5
_NOTHING = Confidence(0.0, 0.0, 0.0, 0.0)


def decide(
    evidence: Evidence,
    sure: Probabilities,
    classification: Classification,
    settings: Settings,
    policy: Policy,
    model: ModelInfo,
    rules_version: str,
    top: int = 9,
    brief: bool = False,
) -> Coding:
    """The coding of a job that has words, with its `top` runners-up; a brief one asks no questions
    and does not say why the runners-up lost."""
    ruling, confidence = evidence.ruling, sure.confidence
    unfitted = is_vague(evidence.posting) or find_out_of_scope(evidence.posting) is not None
    if unfitted:
        confidence = _capped(confidence)
        sure = replace(sure, confidence=confidence)
    doubts = find_doubts(Case(evidence, sure, classification, settings.target_accuracy, policy))
    reasons = tuple(doubt.reason for doubt in doubts)
    status: Status = "review"
    if ruling.out_of_scope:
        status = "out_of_scope"
    elif (
        confidence.detailed >= sure.threshold
        and not unfitted
        and not _ALWAYS_REVIEWED & set(reasons)
    ):
        status = "accepted"
    code = ruling.soc_code
    return Coding(
        title=evidence.posting.title.raw,
        soc_code=code,
        soc_title=classification.title(code),
        confidence=confidence,
        supported=_supported(code, confidence, classification, settings.target_accuracy),
        status=status,
        review_reasons=reasons,
        policy=policy,
        by_policy=dict(ruling.by_policy),
        settings=settings,
        alternatives=_alternatives(evidence, sure, classification, top, brief),
        candidate_set=sure.candidate_set,
        material=ruling.material,
        duties=_placed(evidence.duties, ruling, classification),
        requirements=evidence.posting.requirements,
        rules=ruling.steps,
        contributions=_contributions(evidence.ranking, code),
        role_tags=evidence.role_tags,
        questions=() if brief or status != "review" else _questions(evidence, sure, classification),
        model=model,
        rules_version=rules_version,
        decided_by=ruling.decided_by,
        hinges=ruling.hinges,
        doubts=doubts,
    )


def uncodable(
    posting: Posting, settings: Settings, policy: Policy, model: ModelInfo, rules_version: str
) -> Coding:
    """The coding of an input that says nothing about any work: an answer, not an error."""
    return Coding(
        title=posting.title.raw, soc_code="", soc_title="", confidence=_NOTHING,
        supported=Supported("", "", 0.0), status="uncodable", review_reasons=(), policy=policy,
        by_policy={}, settings=settings, alternatives=(), candidate_set=(), material=(),
        duties=(), requirements=posting.requirements, rules=(), contributions=(), role_tags=(),
        questions=nothing_said(), model=model, rules_version=rules_version,
    )  # fmt: skip


def says_something(posting: Posting) -> bool:
    """Whether there is a word to code: two letters or more in the title or in a duty, that are no
    placeholder ("n/a", "see attached") and no mashed keys."""
    found = find_out_of_scope(posting)
    if found and found.nothing:
        return False
    texts = [*posting.title.variants, *(duty.text for duty in posting.duties)]
    return any(sum(character.isalpha() for character in text) > 1 for text in texts)


def _capped(confidence: Confidence) -> Confidence:
    """A confidence that was not fitted on such inputs: not more than UNFITTED at any level."""
    return Confidence(*(min(getattr(confidence, level), UNFITTED) for level in LEVELS))


def _placed(
    duties: tuple[Duty, ...], ruling: Ruling, classification: Classification
) -> tuple[Duty, ...]:
    """The duties with the occupations that the guidelines left them to."""
    heirs = {i: m for m in ruling.material for i in m.duties if duties[i].soc_code != m.soc_code}
    return tuple(
        replace(
            duty,
            soc_code=heirs[i].soc_code,
            soc_title=classification.title(heirs[i].soc_code),
            skill_level=heirs[i].skill_level,
        )
        if i in heirs and not duty.generic
        else duty
        for i, duty in enumerate(duties)
    )


def _questions(
    evidence: Evidence, sure: Probabilities, classification: Classification
) -> tuple[Question, ...]:
    return find_questions(
        evidence.posting,
        evidence.ruling,
        evidence.ranking.codes,
        sure.values,
        evidence.role_tags,
        classification,
    )


def _supported(
    code: str, confidence: Confidence, classification: Classification, target: float
) -> Supported:
    for level in LEVELS:
        probability = getattr(confidence, level)
        if probability >= target:
            return Supported(level, classification.at_level(code, level), probability)
    return Supported("", "", 0.0)


def _alternatives(
    evidence: Evidence, sure: Probabilities, classification: Classification, top: int, brief: bool
) -> tuple[Candidate, ...]:
    ranking, ruling, code = evidence.ranking, evidence.ruling, evidence.ruling.soc_code
    order = sure.order[: top + 1] if top < len(sure.order) else np.argsort(-sure.values)[: top + 1]
    columns = [column for column in order.tolist() if ranking.codes[column] != code][:top]
    values = sure.values[columns].tolist()
    if brief:
        codes = (ranking.codes[column] for column in columns)
        named = zip(codes, values, strict=True)
        return tuple(Candidate(other, classification.title(other), v) for other, v in named)
    final = ranking.codes.index(code)
    parts = ranking.parts[:, [final]] - ranking.parts[:, columns]
    gaps = (ranking.job[final] - ranking.job[columns]).tolist()
    listed: list[Candidate] = []
    most_of_all = parts.argmax(axis=0)
    amounts = parts.max(axis=0).tolist()
    for i, (column, gap, value) in enumerate(zip(columns, gaps, values, strict=True)):
        other = ranking.codes[column]
        why = ruling.why_not.get(other)
        if not why and gap <= 0:
            why = (
                f"fits the text better than {code} (score {-gap:.1f} higher), but"
                f" {ruling.decided_by} decides"
            )
        elif not why:
            why = (
                f"explains the text less well than {code} (score {gap:.1f} lower),"
                f" most of all by {ranking.part_names[most_of_all[i]]} ({amounts[i]:.1f})"
            )
        listed.append(Candidate(other, classification.title(other), value, why))
    return tuple(listed)


def _contributions(ranking: Ranking, code: str) -> tuple[Contribution, ...]:
    column = ranking.codes.index(code)
    return tuple(
        Contribution(name, float(amount))
        for name, amount in zip(ranking.part_names, ranking.parts[:, column], strict=True)
        if amount
    )
