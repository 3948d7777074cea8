"""What states want to know of each worker's occupation in the quarterly wage report.

The rules stand in `data/wage_report_states.toml`, every fact with its source and the day it was
checked on, or "unverified". No state takes a code that is not a detailed occupation.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

from socoder.errors import InputError, ReferenceDataError, UnknownCodeError
from socoder.records import Policy
from socoder.soc import Classification

TABLE = Path(__file__).with_name("data") / "wage_report_states.toml"
UNVERIFIED = "unverified"
FACTS = {
    "code_format": ("digits", "hyphen"),
    "title_instead": ("yes", "no", "required"),
    "combined_jobs": ("most_time", "primary_duties", "unknown"),
}  # what each fact may say


@dataclass(frozen=True, slots=True)
class Fact:
    """What a state wants. `checked` is the day ("2026-11-22") on which the source was read, or
    UNVERIFIED; `as_of` the latest date in the source, if it has one."""

    value: str
    source: str
    checked: str
    as_of: str = ""
    note: str = ""

    @property
    def verified(self) -> bool:
        return self.checked != UNVERIFIED


@dataclass(frozen=True, slots=True)
class StateRules:
    """The rules of one state; `state` is its postal abbreviation."""

    state: str
    name: str
    agency: str
    code_format: Fact
    title_instead: Fact
    combined_jobs: Fact
    note: str = ""

    @property
    def policy(self) -> Policy | None:
        """The coding policy that does what the state wants of combined jobs; None if unknown."""
        return None if self.combined_jobs.value == "unknown" else "time"


@lru_cache(maxsize=1)
def states() -> dict[str, StateRules]:
    """Postal abbreviation → rules. Raises ReferenceDataError for a damaged table."""
    try:
        table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
        return {state: _rules(state, entry) for state, entry in table.items()}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ReferenceDataError(f"{TABLE.name} is damaged: {error}") from error


def rules_for(state: str) -> StateRules:
    """The rules of a state, named by its abbreviation or name. Raises InputError for others."""
    wanted = " ".join(state.split()).upper()
    for rules in states().values():
        if wanted in (rules.state, rules.name.upper()):
            return rules
    raise InputError(f"--wage-report knows {', '.join(sorted(states()))}: name one of them")


def code_problem(code: str, known: Classification) -> str:
    """Why no state would take the code; "" if there is nothing against it."""
    if not code:
        return "there is no code"
    try:
        found = known.find(code)
    except UnknownCodeError:
        return f"it is not in SOC {known.version}"
    if found[-1] == "0":
        return "it ends in 0: a group, not a detailed occupation"
    if int(found[:2]) % 2 == 0 or not 11 <= int(found[:2]) <= 55:
        return "its major group is not an odd number from 11 to 55"
    if known.get(found).level != "detailed":
        return "it is no detailed occupation"
    return ""


def state_code(code: str, rules: StateRules, known: Classification) -> str:
    """The code as the state writes it. Raises InputError for one that no state takes."""
    if problem := code_problem(code, known):
        raise InputError(f"a code cannot go into a wage report: {problem}")
    found = known.find(code)
    return found.replace("-", "") if rules.code_format.value == "digits" else found


def _rules(state: str, entry: dict[str, Any]) -> StateRules:
    facts = {name: Fact(**entry[name]) for name in FACTS}
    for name, fact in facts.items():
        if fact.value not in FACTS[name]:
            raise ValueError(f"{state}.{name} cannot be {fact.value}")
    unknown = set(entry) - {each.name for each in fields(StateRules)}
    if unknown:
        raise ValueError(f"{state} has {', '.join(sorted(unknown))}")
    return StateRules(
        state=state, name=entry["name"], agency=entry["agency"], note=entry.get("note", ""), **facts
    )
