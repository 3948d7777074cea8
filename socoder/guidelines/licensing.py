"""What the posting asks of the worker, held against what an occupation takes. Rules for `rules.py`.

Requirements decide neither the code nor the skill level; they only keep a match of words from
lifting a job into an occupation that its worker could not enter, and tell apart the few codes
whose definitions turn on a licence.
"""

from __future__ import annotations

from socoder.guidelines.case import Case, listed
from socoder.guidelines.cues import cues, licence_pairs, plain, tables
from socoder.records import EDUCATION_LEVELS, POLICIES

# An award, some college and an associate degree are one step: BLS separates them by form.
STEPS = {
    "none": 0, "high_school": 1, "some_college": 2, "associate": 2,
    "bachelor": 3, "master": 4, "doctoral": 5,
}  # fmt: skip
STEPS_TOO_HIGH = 2
# How far behind (natural log) an occupation may rank whose licence the posting requires.
REACH = 4.0
# Managers and teachers often hold the licence of those whom they direct or teach.
_DIRECT_OTHERS = (11, 25)
_ARTICLED = {
    "none": "no credential", "high_school": "a high-school diploma", "some_college": "some college",
    "associate": "an associate degree", "bachelor": "a bachelor's degree",
    "master": "a master's degree", "doctoral": "a doctoral degree",
}  # fmt: skip


def requirement_bound(case: Case) -> Case:
    """An occupation that the posting's own requirements cannot reach is lowered; where it says
    that a mandatory licence or degree is not wanted, excluded. A known title is exempt."""
    if licensed_by := _required_by_licence(case):
        return licensed_by
    ruled_out = _ruled_out(case)
    licensed = case.required_licences()
    accepted = _highest_accepted(case)
    excluded, lowered = {}, {}
    for code in (m.soc_code for m in case.substantial()):
        if case.known_title(code) or code in licensed or case.known.get(code).level != "detailed":
            continue
        entry = case.known.entry_education(code)
        if code in ruled_out:
            excluded[code] = f'the posting rules out what it takes ("{ruled_out[code]}")'
        elif accepted and STEPS[entry] - STEPS[accepted] >= STEPS_TOO_HIGH:
            lowered[code] = (
                f"its typical entry is {_ARTICLED[entry]}, "
                f"the posting accepts {_ARTICLED[accepted]} at most"
            )
    if not excluded and not lowered:
        if not accepted and not ruled_out:
            return case.nothing("the posting sets no limit to the education")
        return case.nothing("no material occupation lies beyond what the posting asks")
    left = [code for code in case.codes if code not in excluded]
    instead = "" if left else case.best(~case.columns.of(ruled_out))
    after = case.nothing("", material=case.without(excluded, instead)) if excluded else case
    others = [after.level(code) for code in after.codes if code not in lowered]
    ceiling = max(others, default=5)
    said = [f"{code} excluded: {why}" for code, why in excluded.items()]
    said += [f"{code} lowered: {why}" for code, why in lowered.items()]
    return case.did(
        "; ".join(said),
        ["requirement_conflict"],
        {**excluded, **lowered},
        material=after.material,
        levels={**case.levels, **{c: ceiling for c in lowered if case.level(c) > ceiling}},
    )


def _required_by_licence(case: Case) -> Case | None:
    """The case where the posting requires the licence of an occupation that ranks near and has a
    higher skill level than all that are material: it takes the place of the first of them."""
    licensed = {
        code: name
        for code, name in case.required_licences().items()
        if name in tables()["codes"]["practising"]
    }
    if not licensed or not case.evidence.has_duties or set(licensed) & set(case.codes):
        return None
    first = case.material[0].soc_code
    if case.major(first) in _DIRECT_OTHERS or case.known.is_supervisor(first):
        return None
    code = case.best(case.columns.of(licensed))
    highest = max(case.level(each) for each in case.codes)
    if not code or case.skill(code) <= highest or case.score(code) < case.score(first) - REACH:
        return None
    why = f"the posting requires the licence ({licensed[code]}) of {code}"
    return case.did(
        f"{why}: {code} instead of {first}",
        why_not={first: f"{why}, not of this one"},
        material=case.without([first], code),
    )


def _ruled_out(case: Case) -> dict[str, str]:
    """The occupations that the posting rules out → the words that do."""
    return {
        code: words
        for name, codes in tables()["ruled_out"].items()
        if (words := case.evidence.in_text(f"refusal.{name}"))
        for code in codes
    }


def _highest_accepted(case: Case) -> str:
    """The highest education among the alternatives that the posting accepts; "" if it names none.
    What is only wished for is no alternative, unless nothing else is named."""
    wish, education = cues()["requirement.wish"], cues()["requirement.education"]
    asked = [
        (requirement, bool(not requirement.required and wish.match(plain(requirement.text))))
        for requirement in case.posting.requirements
        if requirement.kind == "education"
        and requirement.level in EDUCATION_LEVELS
        and (requirement.level != "none" or education.match(plain(requirement.text)))
    ]
    firm = [requirement.level for requirement, wished in asked if not wished]
    levels = firm or [requirement.level for requirement, _ in asked]
    return max(levels, key=lambda level: (STEPS[level], level), default="")


def licence_blind(case: Case) -> Case:
    """Guideline 6: the same work, licensed or not, is one code, except where a definition says so."""
    asked = [each for each in case.posting.requirements if each.kind == "licence"]
    required = {each.level for each in asked if each.required}
    text = f"{case.evidence.title}\n{case.evidence.text}"
    choices = {policy: case.choice(policy) for policy in POLICIES}
    for pair, holds, lacks in licence_pairs():
        code, other = pair["with"], pair["without"]
        if not {code, other} & set(choices.values()):
            continue
        denied = lacks.said(text) if pair["needs"] else ""
        lesser = required & set(pair["lesser"])
        held = required & set(pair["licences"]) or (holds.said(text) if pair["needs"] else "")
        one_way = pair.get("one_way", False)
        if one_way and held:
            continue
        if code in choices.values() and (denied or (lesser and not held)):
            why = f"{pair['what']} is not asked for"
            return _exchanged(case, code, other, f"{why} ({denied or listed(sorted(lesser))})")
        if other in choices.values() and held and not denied and not lesser:
            return _exchanged(case, other, code, f"{pair['what']} is required")
        if denied and other == choices["guideline"] and not one_way:
            return case.did(f"{pair['what']} is not asked for ({denied}): {other} stays")
    final = choices["guideline"]
    broad = case.known.members(case.known.at_level(final, "broad"))
    own = {name for name, codes in tables()["licences"].items() if set(codes) & {*broad}}
    wished = {each.level for each in asked} - required
    if own & wished or case.evidence.in_text("licence.either"):
        return case.did(f"licensed or not, this work is one code: {final} stays")
    return case.nothing("no licence that bears on the code is spoken of")


def _exchanged(case: Case, old: str, new: str, why: str) -> Case:
    """The case with one code in the place of another, wherever it stands."""
    choices = {policy: case.choice(policy) for policy in POLICIES}
    return case.did(
        f"{why}: {new} instead of {old}",
        why_not={old: f"{why}, and the definition turns on it"},
        material=case.without([old], new),
        chosen={policy: new if code == old else code for policy, code in choices.items()},
        running=tuple(new if code == old else code for code in case.running),
    )
