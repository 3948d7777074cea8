"""Coding guideline 2: the most skilled of the material occupations, or the one with the most time.
Rules for `rules.py`.
"""

from __future__ import annotations

from collections.abc import Sequence

from socoder.guidelines.case import TINY, Case, listed, percent
from socoder.records import EDUCATION_LEVELS, Material, Policy

# In natural-log units: a duty is an occupation's own if it is twice as likely there.
OWN_MARGIN = 0.7


def highest_skill(case: Case) -> Case:
    """Guideline 2: of the material occupations the most skilled, if the difference can be measured
    and some duty is its own."""
    material = case.substantial()
    if case.posting.openings:
        return case.nothing("several openings are advertised: each is coded by itself")
    measured = tuple(("material_share", m.time_share) for m in case.material)
    small = {
        m.soc_code: f"covers {percent(m.time_share)} of the time, under the "
        f"{percent(case.settings.material_share)} that make an occupation material"
        for m in case.material
        if m not in material
    }
    if len(material) < 2:
        only = material[0].soc_code
        return case.nothing(
            f"{only} is the only material occupation",
            running=(only,),
            why_not={**case.why_not, **small},
            measured=(*case.measured, *measured),
        )
    counts, unearned = _counted_levels(case, material)
    licensed = case.required_licences()
    top = max(counts.values())
    running = [m for m in material if counts[m.soc_code] > top - case.settings.skill_difference]
    by_licence = [m for m in running if m.soc_code in licensed]
    if by_licence:  # an occupation whose own certificate is required as well is not below it
        certified = case.required_certificates()
        running = [m for m in running if m in by_licence or m.soc_code in certified]
    codes = tuple(m.soc_code for m in running)
    lost = [m for m in material if m.soc_code not in codes]
    why_not, reasons = dict(small), []
    for m in lost:
        level = counts[m.soc_code]
        why_not[m.soc_code] = f"covers {percent(m.time_share)} of the time, " + (
            f"but its skill level (Job Zone {level}) is below {codes[0]}'s ({top})"
            if level <= top - case.settings.skill_difference
            else f"but the posting requires the licence of {listed(codes)}, not its own"
        )
        if any(_opposed(case, code, m.soc_code) for code in codes):
            reasons.append("skill_measures_disagree")
    why_not |= unearned
    if not lost:
        kept = f"no measurable difference in skill: {listed(codes)} (Job Zone {top})"
        return case.nothing(
            kept, running=codes, why_not={**case.why_not, **why_not},
            measured=(*case.measured, *measured),
        )  # fmt: skip
    what = f"highest skill of the material occupations: {listed(codes)} (Job Zone {top})"
    others = listed(f"{m.soc_code} ({counts[m.soc_code]})" for m in lost)
    if by_licence and all(counts[m.soc_code] == top for m in lost):
        names = listed(sorted({licensed[m.soc_code] for m in by_licence}))
        what = f"equal Job Zones, but the posting requires the licence ({names}) of {listed(codes)}"
    return case.did(f"{what}, over {others}", reasons, why_not, measured, running=codes)


def _counted_levels(
    case: Case, material: Sequence[Material]
) -> tuple[dict[str, int], dict[str, str]]:
    """The skill level that each occupation counts with, and why some count for less than they are:
    what shares all of its duties with a less skilled one does not lift the job above that one."""
    counts = {m.soc_code: case.level(m.soc_code) for m in material}
    unearned = {}
    for m in sorted(material, key=lambda m: (counts[m.soc_code], m.soc_code)):
        lower = [level for other, level in counts.items() if other != m.soc_code]
        if not case.evidence.has_duties or counts[m.soc_code] <= min(lower):
            continue
        if m.own_duties or _beats_the_less_skilled(case, m, counts):
            continue
        counts[m.soc_code] = max(level for level in lower if level < counts[m.soc_code])
        unearned[m.soc_code] = (
            f"covers {percent(m.time_share)} of the time, but no duty that a less skilled "
            "occupation of the job does not cover about as well"
        )
    return counts, unearned


def _beats_the_less_skilled(case: Case, m: Material, counts: dict[str, int]) -> bool:
    """Whether an occupation without duties of its own shares them only with its equals."""
    level, at = counts[m.soc_code], case.columns.at
    less = [at[c] for c in counts if counts[c] < level and c in at]
    if m.soc_code not in at or not any(c != m.soc_code and counts[c] >= level for c in counts):
        return False
    duties = case.ranking.duties
    return any(
        duties[i, at[m.soc_code]] - duties[i, less].max() >= OWN_MARGIN
        for i in m.duties
        if less and not case.posting.duties[i].generic
    )


def _opposed(case: Case, winner: str, loser: str) -> bool:
    """Whether typical entry education ranks two occupations the other way round."""
    facts = case.known.occupations
    if winner not in facts or loser not in facts or case.level(winner) <= case.level(loser):
        return False
    by_winner, by_loser = (
        EDUCATION_LEVELS.index(facts[code].entry_education) for code in (winner, loser)
    )
    return by_winner < by_loser


def most_time(case: Case) -> Case:
    """Guideline 2: where skill leaves it open, the occupation that takes the most time."""
    running = case.running or case.codes
    code = case.by_time("time", running)
    chosen: dict[Policy, str] = {"guideline": code}
    for policy in ("time", "weighted"):
        chosen[policy] = case.chosen.get(policy) or case.by_time(policy)
    if case.posting.openings:
        why = f"several openings are advertised: {code} stands for most of the text"
        return case.nothing(why, chosen=chosen)
    if len(running) < 2:
        return case.nothing(f"{code} is decided without asking for time", chosen=chosen)
    share = {m.soc_code: m.time_share for m in case.material}
    others = [other for other in running if other != code]
    rest = listed(percent(share[other]) for other in others)
    tied = any(abs(share[other] - share[code]) < TINY for other in others)
    how = "as much time, and fits best" if tied else "the most time"
    return case.did(
        f"{code} takes {how}, {percent(share[code])} against {rest}",
        why_not={
            other: f"covers {percent(share[other])} of the time against {percent(share[code])} "
            f"for {code}, and no measurable skill sets it above"
            for other in others
            if other not in case.why_not
        },
        chosen=chosen,
    )
