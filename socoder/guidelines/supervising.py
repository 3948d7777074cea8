"""Supervisors: principles 4 to 6 and coding guideline 5. Rules for `rules.py`.

Stated shares of time decide. Without them the title and plain words do, and the result says so
(`shares_inferred`). All of this is settled before skills are compared.
"""

from __future__ import annotations

from collections.abc import Container

import numpy as np

from socoder.guidelines.case import TINY, Case, Finding, listed, percent, time_bounds
from socoder.guidelines.cues import cues, tables
from socoder.records import Material

# Without stated shares, a supervisor by title is taken for one only if this share of the time
# reads like supervising: below, the duties are those of the crew.
TITLE_SUPERVISES = 1 / 3
PRACTITIONERS, SUPPORT = 29, 31
WITH_WORKERS = range(13, 30)
OWN_SUPERVISORS = range(33, 54)


def supervisor_with_workers(case: Case) -> Case:
    """Principles 4 and 5: in groups 13 to 31 supervisors have no codes of their own."""
    group = _work_group(case)
    supervisors = _supervisor_codes(case)
    shown = _in_title(case)
    if not shown and case.evidence.time(case.evidence.supervising) >= case.settings.material_share:
        shown = "supervising among the duties"
    if group not in WITH_WORKERS and group != SUPPORT:
        return case.nothing(f"the work is in group {group}, not in 13 to 31")
    if not shown and not supervisors:
        return case.nothing("no supervising in the title or duties")
    if not supervisors and not _in_title(case):
        return case.nothing(f"{shown}: coded with the workers of group {group} as it stands")
    if group == SUPPORT:
        return _in_group_31(case, shown, supervisors)
    workers = [m.soc_code for m in case.material if m.soc_code not in supervisors]
    instead = "" if workers else _named_crew(case, WITH_WORKERS)
    workers = workers or [instead]
    why = f"group {group} has no supervisor codes: its supervisors are coded with the workers"
    return case.did(
        f"{shown or 'a supervisor code'}, but {why}, {listed(workers)}",
        why_not=dict.fromkeys(supervisors, why),
        material=case.without(supervisors, instead),
    )


def _in_group_31(case: Case, shown: str, supervisors: list[str]) -> Case:
    """Supervisors of group 31 by their own work: clinical, running a house, or with the workers."""
    evidence = case.evidence
    clinical = [m.soc_code for m in case.substantial() if case.major(m.soc_code) == PRACTITIONERS]
    clinical += [code for code in case.required_licences() if case.major(code) == PRACTITIONERS]
    runs_a_house = bool(evidence.in_title("house.title") or evidence.in_duties("house.duty"))
    own_work = set(evidence.supervising)
    if clinical:
        code, why = clinical[0], "the supervisor's own work is clinical"
    elif runs_a_house:
        code, why = tables()["codes"]["runs_a_house"], "the supervisor runs a house"
        own_work |= set(evidence.in_duties("house.upkeep"))
    else:
        aides = [m.soc_code for m in case.material if case.major(m.soc_code) == SUPPORT]
        own = set(range(len(evidence.duties))) - set(evidence.supervising)
        code = next(
            iter(aides or filter(None, [_named_crew(case, (SUPPORT,))])),
            case.best_by_duties(case.columns.major == SUPPORT, own),
        )
        why, own_work = "group 31 has no supervisors: coded with the workers", set()
    gone = supervisors if evidence.has_duties else [c for c in case.codes if c != code]
    after = case.nothing("", material=case.without(gone, code)) if gone else case
    return case.did(
        f"{shown or 'a supervisor code'}: {why}, {code}",
        why_not=dict.fromkeys(supervisors, f"{why} ({code})"),
        material=after.assigned(own_work, code) if own_work else after.material,
    )


def supervisor_80(case: Case) -> Case:
    """Guideline 5: a first-line supervisor code at 80 % or more supervising, else the workers'."""
    group = _work_group(case)
    supervisors = _supervisor_codes(case)
    title = case.evidence.in_title("supervising.title")
    if group not in OWN_SUPERVISORS:
        return case.nothing(f"the work is in group {group}, not in 33 to 53")
    if not (supervisors or _in_title(case) or case.evidence.supervising):
        return case.nothing("no supervising in the title or duties")
    found = _stated(case) or _inferred(case, title, supervisors)
    reasons = [] if found.stated else ["shares_inferred"]
    if found.yes:
        groups = {case.major(code) for code in case.codes} & set(OWN_SUPERVISORS)
        code = case.best(case.columns.supervisor & np.isin(case.columns.major, sorted(groups)))
        others = [m.soc_code for m in case.material if m.soc_code != code]
        return case.did(
            f"{found.why}: coded as a first-line supervisor, {code}",
            reasons,
            dict.fromkeys(others, f"{found.why}, so that {code} goes first"),
            found.measured,
            material=case.without(others, code),
        )
    material = _with_the_crew(case, supervisors) if supervisors else case.material
    crew = [m.soc_code for m in material if case.major(m.soc_code) in OWN_SUPERVISORS]
    text = (
        f"{found.why}: coded with the workers supervised, {listed(crew or [material[0].soc_code])}"
    )
    if not supervisors and not title:
        return case.nothing(f"{found.why}, and no supervisor occupation is material")
    why_not = dict.fromkeys(supervisors, found.why)
    return case.did(text, reasons, why_not, found.measured, material=material)


def _supervisor_codes(case: Case) -> list[str]:
    return [code for code in case.codes if case.known.is_supervisor(code)]


def _in_title(case: Case) -> str:
    """The title's word for a supervisor, quoted; "" if there is none."""
    evidence = case.evidence
    names = ("supervising.title", "supervising.lead_title", "house.title")
    said = next((found for name in names if (found := evidence.in_title(name))), "")
    return f'"{said}" in the title' if said else ""


def _work_group(case: Case) -> int:
    """The major group that most of the time is spent in; a supervisor code speaks for its own,
    unless those who are supervised belong to group 31."""
    time: dict[int, float] = {}
    for occupation in case.material:
        group = case.major(occupation.soc_code)
        time[group] = time.get(group, 0.0) + occupation.time_share
    most = max(time, key=lambda group: (time[group], -group))
    supervisors = _supervisor_codes(case)
    if most in OWN_SUPERVISORS and (supervisors or _in_title(case)):
        aides, duties = cues()["supervising.group_31"], case.evidence.duties
        supervised = [duties[i] for i in case.evidence.supervising] + [case.evidence.title]
        if any(aides.match(text) for text in supervised):
            return SUPPORT
        if len(supervisors) == len(case.material) and (crew := _named_crew(case, WITH_WORKERS)):
            return case.major(crew)
    return most


def _named_crew(case: Case, groups: Container[int]) -> str:
    """The occupation of the workers who are named as supervised, if it is in some groups."""
    return next((code for code in case.evidence.crew if case.major(code) in groups), "")


def _with_the_crew(case: Case, supervisors: list[str]) -> tuple[Material, ...]:
    """The material without supervisor codes: their time goes to the workers of groups 33 to 53,
    or to the best-ranked workers of their own group where none are material."""
    inside = [
        m.soc_code
        for m in case.material
        if m.soc_code not in supervisors and case.major(m.soc_code) in OWN_SUPERVISORS
    ]
    named = _named_crew(case, OWN_SUPERVISORS)
    if named and named not in inside:
        return case.without(supervisors, named)
    if len(inside) > 1:
        return case.without(supervisors)
    columns = case.columns
    own = columns.major == case.major(supervisors[0])
    own &= ~case.members(supervisors[0], "minor") & ~columns.helper
    shown = set(case.evidence.supervising)
    theirs = [
        i for i, d in enumerate(case.posting.duties) if i not in shown and not d.generic
    ]  # fmt: skip
    crew = inside[0] if inside else case.best_by_duties(own, theirs)
    if not inside and not theirs and not case.near(crew):
        crew = tables()["crew_of"].get(supervisors[0], crew)
    return case.without(supervisors, crew)


def _stated(case: Case) -> Finding | None:
    """What stated shares make of guideline 5; None where they leave it open."""
    share = _stated_share(case)
    if share is None:
        return None
    least = case.settings.supervisor_share
    over = share >= least - TINY
    side = "at or over" if over else "under"
    why = f"supervising is stated as {percent(share)} of the time, {side} the {percent(least)}"
    return Finding(over, f"{why} of guideline 5", True, (("supervisor_share", share),))


def _stated_share(case: Case) -> float | None:
    """The share of working time spent supervising, where what is stated settles guideline 5."""
    said = cues()["supervising.stated"].match(case.evidence.text)
    if said:
        return int(said["a"] or said["b"]) / 100
    supervising = set(case.evidence.supervising)
    supervisors = _supervisor_codes(case)
    if len(supervisors) < len(case.material):
        own = (m.own_duties for m in case.material if m.soc_code in supervisors)
        supervising |= {i for found in own for i in found}
    if not supervising or all(d.time_source == "inferred" for d in case.posting.duties):
        return None
    low, high = time_bounds(case, supervising)
    least = case.settings.supervisor_share - TINY
    if low >= least:
        return low
    return max(low, min(high, case.evidence.time(supervising))) if high < least else None


def _inferred(case: Case, title: str, supervisors: list[str]) -> Finding:
    """Whether the worker is a supervisor, by the title and plain words alone."""
    evidence = case.evidence
    if said := evidence.in_text("supervising.not_working"):
        return Finding(True, f"the crew's work is not the supervisor's (\"{said}\")")
    if said := evidence.in_text("supervising.working"):
        return Finding(False, f'the supervisor also does the crew\'s work ("{said}")')
    known = any(case.known_title(code) for code in supervisors)
    title = title or (evidence.in_title("supervising.rank") if supervisors else "")
    lead = evidence.in_title("supervising.lead_title")
    if not evidence.has_duties:
        if case.ranking.title_seen:
            return Finding(bool(supervisors), "no duties are given, but the title is known")
        by_title = bool(title) or (bool(supervisors) and not lead)
        return Finding(by_title, "no duties are given, and the title decides")
    specific = {i for i, duty in enumerate(case.posting.duties) if not duty.generic}
    shown = set(evidence.supervising)
    if title or known:
        shown |= {i for m in case.material if m.soc_code in supervisors for i in m.duties}
    share = evidence.time(shown) / max(evidence.time(specific | shown), TINY)
    read = f"about {percent(share)} of the time reads like supervising"
    if title or known:
        name = f'says "{title}"' if title else "is known for a supervisor"
        return Finding(share >= TITLE_SUPERVISES - TINY, f"the title {name}, and {read}")
    if not supervisors:
        return Finding(False, f"the title names no supervisor, and {read}")
    return Finding(share >= case.settings.supervisor_share - TINY, read)
