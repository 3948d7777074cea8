"""The SOC coding guidelines, each a small function with an id and a citation (docs/rules.md).

`apply_rules` takes the few occupations that explain a job and lets every rule look at them in the
order of RULES. The weighing never overrules a guideline, and every rule says what it looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from socoder.guidelines.case import Case, columns, listed, ordered, percent
from socoder.guidelines.cues import Evidence, any_cue, plain
from socoder.guidelines.definitions import by_definition
from socoder.guidelines.hinges import find_hinges
from socoder.guidelines.licensing import licence_blind, requirement_bound
from socoder.guidelines.managing import management
from socoder.guidelines.skill import highest_skill, most_time
from socoder.guidelines.supervising import supervisor_80, supervisor_with_workers
from socoder.guidelines.teaching import highest_teaching_level
from socoder.records import (
    POLICIES,
    Material,
    Policy,
    Posting,
    Ranking,
    RuleStep,
    Ruling,
    Settings,
    Title,
)
from socoder.soc import Classification

RULES_VERSION = "1"
# A distinct occupation at least half as likely as the residual one is nearly as well ranked.
ALL_OTHER_MARGIN = 0.7
# What decides where no guideline has anything to add: the work itself.
FALLBACK = "work-performed"


@dataclass(frozen=True, slots=True)
class Rule:
    """One guideline: `apply` takes the case and returns it with an outcome (`Case.did`)."""

    id: str
    citation: str
    apply: Callable[[Case], Case]


def work_performed(case: Case) -> Case:
    """Guideline 1: the code follows the duties; the title is evidence only."""
    if changed := by_definition(case):
        return changed
    by_title, by_duties = (case.ranking.models.get(name, "") for name in ("title", "duties"))
    if not case.evidence.has_duties:
        return case.did("no duties are given: the title is the only evidence of the work")
    if not by_title or not by_duties:
        return case.nothing("the duties alone say what the work is")
    broad = {code: case.known.at_level(code, "broad") for code in (by_title, by_duties)}
    explaining = {case.known.at_level(m.soc_code, "broad") for m in case.substantial()}
    if broad[by_title] == broad[by_duties] or broad[by_title] in explaining:
        return case.nothing(f"the title ({by_title}) does not contradict the duties ({by_duties})")
    return case.did(
        f"the title alone suggests {by_title}, the duties alone {by_duties}; the work as a whole"
        f" is that of {listed(m.soc_code for m in case.substantial())}",
        ["title_duties_disagree"],
    )


def pay_or_profit(case: Case) -> Case:
    """Principle 1: unpaid volunteers are outside the classification; the nearest code still shows."""
    evidence = case.evidence
    outright = evidence.in_text("volunteer.text")
    said = outright or evidence.in_title("volunteer.title")
    if not said:
        return case.nothing("nothing says that the work is unpaid")
    if family := evidence.in_text("volunteer.family"):
        return case.did(f'"{said}", but in a "{family}" even unpaid family members are covered')
    if not outright and (paid := evidence.in_text("volunteer.paid")):
        return case.did(f'"{said}" in the title, but the work is paid ("{paid}")')
    return case.did(f'unpaid work ("{said}"): out of scope', out_of_scope=True)


def trainee_or_helper(case: Case) -> Case:
    """Principle 7: trainees go with the occupation they learn, helpers and aides have their own."""
    first, columns_ = case.material[0].soc_code, case.columns
    if first not in columns_.at:
        return case.nothing("the first occupation is a group")
    group = columns_.major == case.major(first)
    here = columns_.at[first]
    if said := case.evidence.in_title("trainee.title"):
        target = case.best(group & ~columns_.helper & ~columns_.supervisor & ~columns_.residual)
        if not columns_.helper[here] or not target:
            return case.did(f'"{said}" in the title: coded as what is learned, {first}')
        helpers = [code for code in case.codes if columns_.helper[columns_.at[code]]]
        why = f'"{said}" in the title: trainees are no helpers'
        return case.did(
            f"{why}, coded as what is learned, {target}",
            why_not=dict.fromkeys(helpers, why),
            material=case.without(helpers, target),
        )
    said = case.evidence.in_title("helper.title")
    target = case.best(group & (columns_.assisting(said) if said else columns_.support))
    by_text = case.evidence.in_text("helper.text") if case.evidence.has_duties else ""
    if by_text and not said:
        return _helper_by_text(case, by_text, target)
    if not said:
        return case.nothing("the title names no trainee, helper or aide")
    if columns_.support[here] or case.known_title(first) or not case.near(target):
        return case.nothing(f'"{said}" in the title: no nearer helper or aide than {first}')
    why = f'"{said}" in the title: helpers and aides are not coded with those they assist'
    return case.did(
        f"{why}, {target} instead of {first}",
        why_not={first: why},
        material=case.without([first], target),
    )


def _helper_by_text(case: Case, said: str, target: str) -> Case:
    """Where the text rules out that the occupation is learned: the helper, if one ranks near."""
    first = case.material[0].soc_code
    why = f'"{said}": this job does not lead to the trade that it assists'
    if case.columns.support[case.columns.at[first]]:
        return case.did(f"{why}, {first} stays")
    if not case.near(target):
        return case.nothing(f'"{said}", but no helper or aide ranks near {first}')
    return case.did(
        f"{why}, {target} instead of {first}",
        why_not={first: why},
        material=case.without([first], target),
    )


def all_other(case: Case) -> Case:
    """Guideline 4: a residual occupation only where no distinct one describes the work."""
    residual = [code for code in case.codes if case.known.is_all_other(code)]
    if not residual:
        return case.nothing("no residual occupation is material")
    material, said, why_not = case.material, [], {}
    for code in residual:
        distinct = "" if case.known_title(code) else _distinct(case, code, material)
        if not distinct:
            said.append(
                f"{code}: no distinct occupation of its group is material, and none ranks near"
            )
            continue
        said.append(f"{distinct} instead of {code}")
        why_not[code] = f"a residual occupation, and {distinct} describes the work as well"
        material = replace(case, material=material).without([code], distinct)
    return case.did("; ".join(said), why_not=why_not, material=material)


def _distinct(case: Case, code: str, material: Sequence[Material]) -> str:
    """The distinct occupation that takes a residual one's place, from its broad or minor group if
    it can; where the residual one is all of a described job, from anywhere. "" if none is near."""
    for level in ("broad", "minor"):
        group = case.members(code, level) & ~case.columns.residual
        members = {case.columns.codes[i] for i in group.nonzero()[0]}
        if inside := [m.soc_code for m in material if m.soc_code in members]:
            return inside[0]
        if near := _near(case, code, case.best(group)):
            return near
    # The scores are those of the whole job: of one of its parts only its kin can be compared. And
    # a bare title says too little of the work to look farther.
    whole = len(material) == 1 and case.evidence.has_duties
    return _near(case, code, case.best(~case.columns.residual)) if whole else ""


def _near(case: Case, code: str, other: str) -> str:
    """The other occupation, if it ranks nearly as high as the code; else ""."""
    near = other and case.score(other) >= case.score(code) - ALL_OTHER_MARGIN
    return other if near else ""


def most_detailed(case: Case) -> Case:
    """Guideline 3: a group is never an answer; the best-ranked occupation in it is."""
    choices = {policy: case.choice(policy) for policy in POLICIES}
    groups = {c: case.known.get(c).level for c in dict.fromkeys(choices.values())}
    groups = {code: level for code, level in groups.items() if level != "detailed"}
    if not groups:
        final = choices["guideline"]
        if name := _group_in_title(case, final):
            told = f'the title says no more than a group ("{name}"); the duties tell {final}'
            return case.did(f"{told} from the others in it")
        return case.nothing(f"{final} is a detailed occupation")
    inside = {code: case.best(case.columns.of(case.known.members(code))) for code in groups}
    material = case.material
    for code, member in inside.items():
        material = replace(case, material=material).without([code], member)
    said = (f"{code} is a {groups[code]} group: {member}" for code, member in inside.items())
    return case.did(
        "; ".join(said),
        why_not=dict.fromkeys(groups, "a group of occupations, not one"),
        material=material,
        chosen={policy: inside.get(code, code) for policy, code in choices.items()},
    )


def _group_in_title(case: Case, code: str) -> str:
    """The name of the code's broad occupation, where the title is that and no more, several
    distinct occupations are in it, and duties tell them apart; else ""."""
    broad = case.known.at_level(code, "broad")
    if not case.evidence.has_duties:
        return ""
    if sum(not case.known.is_all_other(member) for member in case.known.members(broad)) < 2:
        return ""
    name = case.known.title(broad)
    titles = {case.posting.title.raw, *case.posting.title.variants}
    singular = name.lower().removesuffix("s")
    return name if any(plain(title).removesuffix("s") == singular for title in titles) else ""


_MANUAL = "2018 SOC Manual"
RULES: tuple[Rule, ...] = (
    Rule("work-performed", f"{_MANUAL}, Coding guideline 1", work_performed),
    Rule("pay-or-profit", f"{_MANUAL}, Classification principle 1", pay_or_profit),
    Rule("trainee-helper", f"{_MANUAL}, Classification principle 7", trainee_or_helper),
    Rule("management", f"{_MANUAL}, Classification principle 3", management),
    Rule(
        "supervisor-with-workers",
        f"{_MANUAL}, Classification principles 4 and 5",
        supervisor_with_workers,
    ),
    Rule(
        "supervisor-80",
        f"{_MANUAL}, Coding guideline 5 and Classification principle 6",
        supervisor_80,
    ),
    Rule("requirement-bound", f"follows from {_MANUAL}, Coding guideline 2", requirement_bound),
    Rule("all-other", f"{_MANUAL}, Coding guideline 4 and Classification principle 8", all_other),
    Rule("highest-teaching-level", f"{_MANUAL}, Coding guideline 2", highest_teaching_level),
    Rule("highest-skill", f"{_MANUAL}, Coding guideline 2", highest_skill),
    Rule("most-time", f"{_MANUAL}, Coding guideline 2", most_time),
    Rule("licence-blind", f"{_MANUAL}, Coding guideline 6", licence_blind),
    Rule("most-detailed", f"{_MANUAL}, Coding guideline 3", most_detailed),
)


def apply_rules(
    posting: Posting,
    material: Sequence[Material],
    ranking: Ranking,
    classification: Classification,
    settings: Settings,
    policy: Policy,
    rules: Sequence[Rule] = RULES,
) -> Ruling:
    """What the guidelines make of the occupations that explain a job.

    `material` comes from weighing, by falling share of the time that is spent on specific duties
    (0-1); where it is empty, the occupation ranked first stands for the whole job. `rules` are
    applied in their order. The same arguments always give the same ruling.
    """
    first = ranking.codes[int(ranking.job.argmax())]
    if rules is RULES and _is_plain_title(posting, classification, first):
        return _plain_title(first, classification, settings, policy)
    return _apply_all(posting, material, ranking, classification, settings, policy, rules)


def _is_plain_title(posting: Posting, known: Classification, first: str) -> bool:
    """Whether there is nothing but a title without a cue for any rule, and its first code is of a
    kind that no rule looks at twice: most of a payroll."""
    if posting.duties or posting.text or posting.requirements or posting.openings:
        return False
    if first[:2] in {"11", "25"} or known.is_all_other(first) or known.is_supervisor(first):
        return False
    return not any_cue(Evidence(posting).title)


@lru_cache(maxsize=8192)
def _plain_title(first: str, known: Classification, settings: Settings, policy: Policy) -> Ruling:
    """The ruling on such a title, which hangs on nothing but its first code."""
    scores = np.where(np.array(known.detailed) == first, 0.0, -np.inf)
    alone = Ranking(known.detailed, scores, np.zeros((0, 0)), scores[None], ("title",))
    return _apply_all(Posting(Title("", ())), (), alone, known, settings, policy, RULES)


def _apply_all(
    posting: Posting,
    material: Sequence[Material],
    ranking: Ranking,
    classification: Classification,
    settings: Settings,
    policy: Policy,
    rules: Sequence[Rule],
) -> Ruling:
    first = ranking.codes[int(ranking.job.argmax())]
    start = Case(
        posting, ranking, classification, settings, Evidence(posting),
        columns(classification, ranking.codes),
        ordered(material) or (Material(first, 1.0, classification.skill_level(first)),),
    )  # fmt: skip
    case, steps = _apply(start, rules)
    by_policy: dict[str, str] = {each: case.choice(each) for each in POLICIES}
    code = by_policy[policy]
    reasons = [*case.reasons]
    decided_by = _decided_by(start, steps, case, policy, rules)

    def ruled(moved: Settings) -> Case:
        return _apply(replace(start, settings=moved), rules)[0]

    hinges = find_hinges(case, policy, decided_by, ruled)
    stated = any(duty.time_source == "stated" for duty in posting.duties)
    final = case.substantial()
    if len(final) > 1 and not stated:
        reasons.append("shares_inferred")
    if len(set(by_policy.values())) > 1:
        reasons.append("policy_sensitive")
    if any(hinge.kind == "threshold" for hinge in hinges):
        reasons.append("threshold_sensitive")
    if classification.is_all_other(code):
        reasons.append("all_other")
    if posting.openings:
        reasons.append("multiple_jobs")
    lost = {
        m.soc_code: f"covers {percent(m.time_share)} of the time (Job Zone {m.skill_level});"
        f" {code} goes first by {decided_by}"
        for m in start.material
    }
    return Ruling(
        soc_code=code,
        by_policy=by_policy,
        steps=steps,
        material=final,
        reasons=tuple(dict.fromkeys(reasons)),
        why_not={c: why for c, why in {**lost, **case.why_not}.items() if c != code},
        out_of_scope=case.out_of_scope,
        decided_by=decided_by,
        hinges=hinges,
    )


def _decided_by(
    start: Case, steps: Sequence[RuleStep], case: Case, policy: Policy, rules: Sequence[Rule]
) -> str:
    """The rule that settled the code: of those that had something to say, the first without which
    another code comes out; if there is none (they agree), the first of them."""
    said = [step.id for step in steps if step.fired and step.id != FALLBACK]
    if case.out_of_scope or not said:
        return said[0] if said else FALLBACK
    if len(said) > 1:
        code = case.choice(policy)
        for each in said:
            left = [rule for rule in rules if rule.id != each]
            if _apply(start, left)[0].choice(policy) != code:
                return each
    return said[0]


def _apply(case: Case, rules: Sequence[Rule]) -> tuple[Case, tuple[RuleStep, ...]]:
    """The case after all rules, and what each of them did."""
    steps = []
    for rule in rules:
        case = rule.apply(case)
        steps.append(RuleStep(rule.id, rule.citation, case.outcome, case.fired))
    return case, tuple(steps)
