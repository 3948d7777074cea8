"""Managers and supervisors: principles 3 to 6 and coding guideline 5. Rules for `rules.py`.

Stated shares of time decide. Without them the title and the words of the duties do, and the
result says so (`shares_inferred`). All of this is settled before skills are compared.
"""

from __future__ import annotations

from collections.abc import Iterable

from socoder.case import Case, listed, percent
from socoder.records import Material
from socoder.rule_cues import cues, tables

# Without stated shares, a title of management needs this many kinds of directing in the duties.
DIRECTING_KINDS = 2
# Without stated shares, a supervisor by title is taken for one only if this share of the time
# reads like supervising: below, the duties are those of the crew.
TITLE_SUPERVISES = 1 / 3
_MANAGEMENT = 11
_WITH_WORKERS = range(13, 30)
_SUPPORT = 31
_OWN_SUPERVISORS = range(33, 54)
_TINY = 1e-9


def management(case: Case) -> Case:
    """Principle 3: directing resources for half the time or more is management, less never is."""
    managers = [m for m in case.material if case.major(m.soc_code) == _MANAGEMENT]
    if not case.evidence.has_duties:
        return _management_by_title(case, managers)
    mainly, because, stated, measured = _mainly_directing(case, managers)
    if not mainly and not managers:
        return case.nothing(f"{because}: no management occupation is in question", measured=measured)
    reasons = () if stated else ("shares_inferred",)
    if mainly:
        first = case.best(case.columns.major == _MANAGEMENT)
        target = max(managers, key=lambda m: (m.time_share, case.score(m.soc_code)), default=None)
        code = target.soc_code if target else first
        others = [m.soc_code for m in case.material if case.major(m.soc_code) != _MANAGEMENT]
        if not others:
            return case.nothing(f"{because}: {code} is in group 11 already", measured=measured)
        return case.did(
            f"{because}: coded in group 11, {code}",
            reasons,
            {other: f"{because}, so that group 11 goes first ({code})" for other in others},
            case.measured + measured,
            material=case.without(others, instead=code),
        )
    codes = [m.soc_code for m in managers]
    left = [m for m in case.material if m.soc_code not in codes]
    instead = "" if left else case.best(case.columns.major != _MANAGEMENT)
    if not left and (not stated and not case.near(instead)):
        kept = f"{because}, but nothing outside group 11 comes near: {codes[0]} stays"
        return case.did(kept, ("shares_inferred",), measured=case.measured + measured)
    return case.did(
        f"{because}: {listed(codes)} cannot be material",
        reasons if not left else (),
        dict.fromkeys(codes, f"{because}, and less than half never makes a manager"),
        case.measured + measured,
        material=case.without(codes, instead),
    )


def _management_by_title(case: Case, managers: list[Material]) -> Case:
    trap = case.evidence.in_title("management.trap")
    instead = case.best(case.columns.major != _MANAGEMENT)
    if not managers or not trap or not case.near(instead):
        return case.nothing("no duties are given to show how much of the time is directing")
    code = managers[0].soc_code
    why = f'"{trap}" in a title does not make a manager by itself'
    return case.did(
        f"{why}: {instead} instead of {code}", ("shares_inferred",), {code: why},
        material=case.without([code], instead),
    )  # fmt: skip


def _mainly_directing(
    case: Case, managers: list[Material]
) -> tuple[bool, str, bool, tuple[tuple[str, float], ...]]:
    """Whether directing takes half the time; why; whether that is stated; what was measured."""
    evidence, half = case.evidence, case.settings.management_share
    kinds = evidence.directing
    title = evidence.in_title("management.title")
    trapped = bool(evidence.in_title("management.trap"))
    managing_title = (bool(title) and not trapped) or any(
        case.known_title(m.soc_code) and not trapped for m in managers
    )
    directing = {i for found in kinds.values() for i in found}
    directing |= {i for m in managers for i in m.duties}
    low, high = _bounds(case, directing)
    shown = bool(kinds or managing_title or evidence.supervising)
    if shown and low >= half - _TINY:
        because = f"directing is stated as {percent(low)} of the time, {percent(half)} or more"
        return True, because, True, (("management_share", low),)
    if high < half - _TINY:
        because = f"directing takes at most {percent(high)} of the time, under {percent(half)}"
        return False, because, True, (("management_share", high),)
    share = sum(m.time_share for m in managers)
    first = case.best(case.columns.major == _MANAGEMENT)
    if managing_title and len(kinds) >= DIRECTING_KINDS and (managers or case.near(first)):
        return True, f"title and duties are those of a manager ({_kinds(kinds)})", False, ()
    enough = managing_title or len(kinds) >= DIRECTING_KINDS
    if share >= half - _TINY and enough:
        return True, f"most of the duties are those of a manager ({percent(share)})", False, ()
    if trapped and managers:
        return False, "the title alone does not make a manager", False, ()
    return False, "title and duties do not show directing for half the time", False, ()


def _kinds(kinds: Iterable[str]) -> str:
    return ", ".join(kind.partition(".")[2] for kind in kinds)


def _bounds(case: Case, duties: set[int]) -> tuple[float, float]:
    """The least and the most of all working time that some duties can take, by what is stated."""
    others = set(range(len(case.posting.duties))) - duties
    return case.evidence.time(duties, stated=True), 1.0 - case.evidence.time(others, stated=True)


def _work_group(case: Case) -> int:
    """The major group that most of the time is spent in; a supervisor code speaks for its own."""
    if case.evidence.supervising and any(
        cues()["supervising.group_31"].match(case.evidence.duties[i])
        for i in case.evidence.supervising
    ):
        return _SUPPORT
    time: dict[int, float] = {}
    for occupation in case.material:
        group = case.major(occupation.soc_code)
        time[group] = time.get(group, 0.0) + occupation.time_share
    return max(time, key=lambda group: (time[group], -group))


def _supervises(case: Case) -> str:
    """What shows that the worker supervises, "" if nothing does."""
    evidence = case.evidence
    if said := evidence.in_title("supervising.title") or evidence.in_title("supervising.lead_title"):
        return f'"{said}" in the title'
    return "supervising among the duties" if evidence.supervising else ""


def supervisor_with_workers(case: Case) -> Case:
    """Principles 4 and 5: in groups 13 to 31 supervisors have no codes of their own."""
    group = _work_group(case)
    shown = _supervises(case)
    supervisors = [m.soc_code for m in case.material if case.is_supervisor(m.soc_code)]
    if group not in _WITH_WORKERS and group != _SUPPORT:
        return case.nothing(f"the work is in group {group}, not in 13 to 31")
    if not shown and not supervisors:
        return case.nothing("no supervising in the title or the duties")
    if group == _SUPPORT:
        return _with_group_31(case, shown, supervisors)
    workers = [m.soc_code for m in case.material if not case.is_supervisor(m.soc_code)]
    if not supervisors:
        return case.did(f"supervisors in group {group} are coded with the workers: {workers[0]}")
    why = f"group {group} has no supervisor codes: its supervisors are coded with the workers"
    return case.did(
        f"{why}, {listed(workers)}", (), dict.fromkeys(supervisors, why),
        material=case.without(supervisors),
    )  # fmt: skip


def _with_group_31(case: Case, shown: str, supervisors: list[str]) -> Case:
    """Supervisors of group 31 by their own work: clinical, running a house, or with the workers."""
    licensed = case.required_licences()
    clinical = [m.soc_code for m in case.substantial() if case.major(m.soc_code) == 29]
    clinical += [code for code in licensed if case.major(code) == 29]
    house = case.evidence.in_text("house.runs")
    runs_a_house: str = tables()["codes"]["runs_a_house"]
    if clinical:
        code, what = clinical[0], "the supervisor's own work is clinical"
    elif house:
        code, what = runs_a_house, f'the supervisor runs a house ("{house}")'
    else:
        aides = case.columns.major == _SUPPORT
        inside = [m.soc_code for m in case.material if case.major(m.soc_code) == _SUPPORT]
        code = inside[0] if inside else case.best(aides)
        what = "group 31 has no supervisors: coded with the workers"
    after = case
    if supervisors or not any(m.soc_code == code for m in case.material):
        gone = supervisors or ([] if case.evidence.has_duties else list(case.codes))
        after = case.nothing("", material=case.without(gone, instead=code)) if gone else case
    if code == runs_a_house or clinical:
        own = set(case.evidence.supervising)
        if code == runs_a_house:
            own |= set(case.evidence.in_duties("house.duty"))
        after = after.nothing("", material=after.assigned(own, code))
    why = f"{what}, {code}"
    return after.did(f"{shown or 'a supervisor code'}: {why}", (), dict.fromkeys(supervisors, what))


def supervisor_80(case: Case) -> Case:
    """Guideline 5: a first-line supervisor code at 80 % or more supervising, else the workers'."""
    group = _work_group(case)
    supervisors = [m.soc_code for m in case.material if case.is_supervisor(m.soc_code)]
    if group not in _OWN_SUPERVISORS:
        return case.nothing(f"the work is in group {group}, not in 33 to 53")
    evidence = case.evidence
    title = evidence.in_title("supervising.title")
    if not (title or supervisors or _supervises(case)):
        return case.nothing("no supervising in the title or duties")
    least = case.settings.supervisor_share
    share = _stated_share(case)
    if share is not None:
        over = share >= least - _TINY
        side = "at or over" if over else "under"
        why = f"supervising is stated as {percent(share)} of the time, {side} the {percent(least)}"
        why += " of guideline 5"
        reasons: tuple[str, ...] = ()
        measured: tuple[tuple[str, float], ...] = (("supervisor_share", share),)
    else:
        over, why = _inferred(case, title, supervisors)
        reasons, measured = ("shares_inferred",), ()
    return (_as_supervisor if over else _as_worker)(case, why, reasons, measured, supervisors)


def _stated_share(case: Case) -> float | None:
    """The share of time spent supervising, where what is stated settles guideline 5."""
    duties = case.posting.duties
    alone = all(case.is_supervisor(m.soc_code) for m in case.material)
    supervising = set(case.evidence.supervising)
    if not alone:
        own = (m.own_duties for m in case.material if case.is_supervisor(m.soc_code))
        supervising |= {i for found in own for i in found}
    any_stated = any(duty.time_source == "stated" for duty in duties)
    if any_stated and supervising:
        low, high = _bounds(case, supervising)
        if low >= case.settings.supervisor_share - _TINY:
            return low
        if high < case.settings.supervisor_share - _TINY:
            return max(low, min(high, case.evidence.time(supervising)))
    said = cues()["supervising.stated"].match(case.evidence.text)
    return int(said["a"] or said["b"]) / 100 if said else None


def _inferred(case: Case, title: str, supervisors: list[str]) -> tuple[bool, str]:
    """Whether the worker is a supervisor, by title and words alone; and why."""
    evidence = case.evidence
    if said := evidence.in_text("supervising.not_working"):
        return True, f'the supervisor does not do the crew\'s work ("{said}")'
    if said := evidence.in_text("supervising.working"):
        return False, f'the supervisor also does the crew\'s work ("{said}")'
    known = any(case.known_title(code) for code in supervisors)
    lead = evidence.in_title("supervising.lead_title")
    if not evidence.has_duties:
        if case.ranking.title_seen:
            return bool(supervisors), "no duties are given, and the title is known"
        by_title = bool(title) or (bool(supervisors) and not lead)
        return by_title, f'no duties are given, and the title says "{title or lead}"'
    theirs = {i for m in case.material if m.soc_code in supervisors for i in m.duties}
    specific = {i for i, duty in enumerate(case.posting.duties) if not duty.generic}
    shown = set(evidence.supervising)
    shown |= theirs if (title or known) else set()
    share = evidence.time(shown) / max(evidence.time(specific | shown), _TINY)
    read = f"about {percent(share)} of the time reads like supervising"
    if title or known:
        name = f'"{title}"' if title else "known for a supervisor"
        return share >= TITLE_SUPERVISES - _TINY, f"the title is {name}, and {read}"
    if lead:
        return False, f'"{lead}" in the title is no full-time supervisor, and {read}'
    return share >= case.settings.supervisor_share - _TINY, read


def _as_supervisor(
    case: Case,
    why: str,
    reasons: tuple[str, ...],
    measured: tuple[tuple[str, float], ...],
    supervisors: list[str],
) -> Case:
    groups = {case.major(code) for code in case.codes} & set(_OWN_SUPERVISORS)
    mask = case.columns.supervisor & sum(case.columns.major == group for group in groups).astype(bool)
    code = case.best(mask) or supervisors[0]
    others = [m.soc_code for m in case.material if m.soc_code != code]
    return case.did(
        f"{why}: coded as a first-line supervisor, {code}", reasons,
        dict.fromkeys(others, f"{why}, so that {code} goes first"),
        measured, material=case.without(others, instead=code),
    )  # fmt: skip


def _as_worker(
    case: Case,
    why: str,
    reasons: tuple[str, ...],
    measured: tuple[tuple[str, float], ...],
    supervisors: list[str],
) -> Case:
    workers = [m for m in case.material if not case.is_supervisor(m.soc_code)]
    inside = [m.soc_code for m in workers if case.major(m.soc_code) in _OWN_SUPERVISORS]
    instead = inside[0] if len(inside) == 1 else ""
    if supervisors and not inside:
        own = case.columns.major == case.major(supervisors[0])
        instead = case.best(own & ~case.columns.supervisor)
    material = case.without(supervisors, instead) if supervisors else case.material
    crew = [m.soc_code for m in material if case.major(m.soc_code) in _OWN_SUPERVISORS]
    text = f"{why}: coded with the workers supervised, {listed(crew or [material[0].soc_code])}"
    if not supervisors and not case.evidence.in_title("supervising.title"):
        return case.nothing(text, measured=case.measured + measured)
    return case.did(text, reasons, dict.fromkeys(supervisors, why), measured, material=material)
