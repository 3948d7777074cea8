"""Principle 3: whoever mainly plans and directs resources is a manager. A rule for `rules.py`.

Stated shares of time decide. Without them the title and the duties must both speak for
management; a title alone never makes it.
"""

from __future__ import annotations

from collections.abc import Iterable

from socoder.guidelines.case import NEAR, TINY, Case, Finding, listed, percent, time_bounds
from socoder.records import Material

MANAGEMENT = 11
# Without stated shares, a title of management needs this many kinds of directing in the duties.
DIRECTING_KINDS = 2
# How far behind (natural log) the occupation may rank that a title which never makes a manager
# is given to.
BY_TITLE = 3 * NEAR


def management(case: Case) -> Case:
    """Principle 3: directing resources for half the time or more is management, less never is."""
    managers = [m for m in case.material if case.major(m.soc_code) == MANAGEMENT]
    if not case.evidence.has_duties:
        return _by_title(case, managers)
    found = _mainly_directing(case, managers)
    if found.yes:
        return _as_manager(case, found, managers)
    if not managers:
        quiet = f"{found.why}, and no management occupation is material"
        sounds = case.evidence.in_title("management.trap") or case.evidence.in_title(
            "management.title"
        )
        directing = {i for duties in case.evidence.directing.values() for i in duties}
        share = case.evidence.time(directing)
        if found.stated and sounds and share >= case.settings.material_share - TINY:
            return case.did(f'"{sounds}" in the title, but {quiet}', measured=found.measured)
        return case.nothing(quiet)
    codes = [m.soc_code for m in managers]
    alone = len(managers) == len(case.material)
    instead = case.best(case.columns.major != MANAGEMENT) if alone else ""
    if alone and not found.stated and not case.near(instead):
        kept = f"{found.why}, but nothing outside group 11 comes near: {codes[0]} stays"
        return case.did(kept, ["shares_inferred"])
    return case.did(
        f"{found.why}: {listed(codes)} cannot be material",
        ["shares_inferred"] if alone and not found.stated else [],
        dict.fromkeys(codes, f"{found.why}, and a smaller share never makes a manager"),
        found.measured,
        material=case.without(codes, instead),
    )


def _by_title(case: Case, managers: list[Material]) -> Case:
    """A bare title: nothing to go by but the titles that only sound like management."""
    evidence = case.evidence
    never = evidence.in_title("management.never")
    said = never or evidence.in_title("management.trap")
    if not said and not evidence.in_title("management.title"):
        said = evidence.in_title("supervising.title")
    instead = case.best(case.columns.major != MANAGEMENT)
    if not managers or not said or not case.near(instead, BY_TITLE if never else NEAR):
        return case.nothing("no duties are given that could show directing")
    code = managers[0].soc_code
    if case.known_title(code) and not never:
        return case.nothing(f"the title is known for {code}")
    why = f'"{said}" in a title does not make a manager by itself'
    material = case.without([code], instead)
    outcome = f"{why}: {instead} instead of {code}"
    return case.did(outcome, ["shares_inferred"], {code: why}, material=material)


def _as_manager(case: Case, found: Finding, managers: list[Material]) -> Case:
    """Group 11 takes all of the time: the largest management occupation, or the best-ranked."""
    first = max(managers, key=lambda m: (m.time_share, case.score(m.soc_code)), default=None)
    code = first.soc_code if first else case.best(case.columns.major == MANAGEMENT)
    others = [m.soc_code for m in case.material if case.major(m.soc_code) != MANAGEMENT]
    if not others:
        return case.did(f"{found.why}: group 11, {code}", measured=found.measured)
    return case.did(
        f"{found.why}: coded in group 11, {code}",
        [] if found.stated else ["shares_inferred"],
        dict.fromkeys(others, f"{found.why}, so that group 11 goes first ({code})"),
        found.measured,
        material=case.without(others, instead=code),
    )


def _mainly_directing(case: Case, managers: list[Material]) -> Finding:
    """Whether directing takes half of the time or more."""
    evidence, half = case.evidence, case.settings.management_share
    kinds = evidence.directing
    trapped = bool(evidence.in_title("management.trap"))
    titled = not trapped and (
        bool(evidence.in_title("management.title"))
        or any(case.known_title(m.soc_code) for m in managers)
    )
    first = case.best(case.columns.major == MANAGEMENT)
    in_question = bool(managers) or titled or case.near(first)
    directing = {i for found in kinds.values() for i in found}
    directing |= {i for m in managers for i in m.duties}
    low, high = time_bounds(case, directing)
    shown = kinds or titled or evidence.supervising
    if in_question and shown and low >= half - TINY:
        why = f"directing is stated as {percent(low)} of the time, {percent(half)} or more"
        return Finding(True, why, True, (("management_share", low),))
    if high < half - TINY:
        why = f"directing takes no more than {percent(high)} of the time, under {percent(half)}"
        return Finding(False, why, True, (("management_share", high),))
    if titled and len(kinds) >= DIRECTING_KINDS and (managers or case.near(first)):
        return Finding(True, f"title and duties are a manager's ({_names(kinds)})")
    share = sum(m.time_share for m in managers)
    if share >= half - TINY and (titled or len(kinds) >= DIRECTING_KINDS):
        return Finding(True, f"most of the duties are a manager's ({percent(share)} of the time)")
    if trapped and managers:
        return Finding(False, "the title alone does not make a manager")
    return Finding(False, "title and duties do not show directing for half the time")


def _names(kinds: Iterable[str]) -> str:
    return ", ".join(kind.partition(".")[2] for kind in kinds)
