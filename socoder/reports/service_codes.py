"""Service codes (HCPCS, CPT): what each pays for and which occupations one expects behind it.

The shipped table is `training_data/service_codes.toml` (in an installed package: `socoder/data/`).
A file of one's own, in the same form, overrides it code by code (docs/service-codes.md).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from socoder import soc
from socoder.errors import InputError, ReferenceDataError, SocoderError

UNITS: tuple[str, ...] = ("15 minutes", "hour", "day", "month", "trip", "encounter")
UNVERIFIED = "unverified"

_HERE = Path(__file__).parents[1]
_PLACES = (_HERE / "data", _HERE.parent / "training_data")  # in a wheel, in a checkout
_CODE = re.compile(r"[A-Z0-9]{2,10}")  # wider than HCPCS: states have codes of their own
_MODIFIER = re.compile(r"[A-Z0-9]{2}")
_FIELDS = {
    "code", "modifier", "system", "name", "what", "unit", "expected", "modifiers", "state",
    "sources", "unverified",
}  # fmt: skip
_TOP = {
    "schema", "soc_version", "expected_source", "only", "sources", "modifiers", "service",
}  # fmt: skip
_SHOWN = 5  # faults named in one message


@dataclass(frozen=True, slots=True)
class StateUse:
    """What one state uses a code or its modifiers for, and where that was read."""

    state: str
    what: str
    source: str


@dataclass(frozen=True, slots=True)
class ServiceCode:
    """A service code, or one of its modifiers where `modifier` is not "".

    `unit` is one of UNITS. `expected` are detailed 2018 SOC codes, those first that deliver most
    of the service; they are a judgement, no published source links the two. `sources` are whole
    citations; `unverified` names the fields that were neither read in a source nor surely known.
    """

    code: str
    name: str
    what: str
    unit: str
    expected: tuple[str, ...]
    modifier: str = ""
    system: str = "HCPCS"
    modifiers: tuple[str, ...] = ()
    states: tuple[StateUse, ...] = ()
    sources: tuple[str, ...] = ()
    unverified: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Crosswalk:
    """Service codes by (code, modifier), what the modifiers mean, and where they came from, in
    words ("the shipped table", "own.toml, over the shipped table")."""

    services: Mapping[tuple[str, str], ServiceCode]
    modifiers: Mapping[str, str] = field(default_factory=dict)
    origin: str = ""

    def find(self, code: str, modifier: str = "") -> ServiceCode | None:
        """The entry of the first modifier that has one of its own, else of the code; None if the
        code is not in the table. `modifier` may hold several: "HQ U4"."""
        for one in split_modifiers(modifier):
            if (code, one) in self.services:
                return self.services[code, one]
        return self.services.get((code, ""))

    def expects(self, code: str, soc_code: str, modifier: str = "") -> bool | None:
        """Whether the occupation is expected behind the service; None for an unknown service."""
        found = self.find(code, modifier)
        return soc_code in found.expected if found else None


def split_modifiers(text: str) -> tuple[str, ...]:
    """The modifiers in a cell, in order: "HQ U4", "hq, u4" and "HQ|U4" are ("HQ", "U4")."""
    return tuple(part for part in re.split(r"[^A-Z0-9]+", text.upper()) if part)


def normal_code(text: str) -> str:
    """A service code as it stands in the table: "t2016 " is "T2016", and the "97153.0" that a
    spreadsheet makes of a number is "97153"."""
    return re.sub(r"\.0+$", "", text.strip().upper())


@lru_cache(maxsize=1)
def shipped() -> Crosswalk:
    """The table of the project. Raises ReferenceDataError if it is missing or damaged."""
    path = next((at / "service_codes.toml" for at in _PLACES if (at / "service_codes.toml").exists()), None)  # fmt: skip
    if path is None:
        raise ReferenceDataError("the table service_codes.toml is missing: install socoder again")
    try:
        return replace(_read(path)[0], origin="the shipped table")
    except SocoderError as error:
        raise ReferenceDataError(f"the table of service codes is damaged: {error}") from error


def load_crosswalk(path: Path | None = None) -> Crosswalk:
    """The shipped table, with the entries of the file `path` in place of its own.

    An entry replaces the shipped one of the same code and modifier, the others stay; with
    `only = true` at the top of the file they do not. Raises InputError, in one line, for a file
    that is missing, is not TOML or has entries that cannot be used."""
    if path is None:
        return shipped()
    own, alone = _read(path)
    if alone:
        return own
    base = shipped()
    return Crosswalk(
        {**base.services, **own.services},
        {**base.modifiers, **own.modifiers},
        f"{own.origin}, over {base.origin}",
    )


def _read(path: Path) -> tuple[Crosswalk, bool]:
    """The table of one file, and whether it is to stand alone. Raises InputError."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(f"{path.name}: there is no such file") from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path.name} cannot be read: {type(error).__name__}") from None
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{path.name} is not TOML: {error}") from None
    faults = list(_faults(table))
    if faults:
        more = f"; and {len(faults) - _SHOWN} more" if len(faults) > _SHOWN else ""
        raise InputError(f"{path.name}: {'; '.join(faults[:_SHOWN])}{more}")
    sources = table.get("sources", {})
    services = [_service(entry, sources) for entry in table["service"]]
    meanings = {name: _meaning(one) for name, one in table.get("modifiers", {}).items()}
    keyed = {(one.code, one.modifier): one for one in services}
    return Crosswalk(keyed, meanings, path.name), bool(table.get("only", False))


def _meaning(entry: Any) -> str:
    return str(entry["what"] if isinstance(entry, dict) else entry)


def _service(entry: Mapping[str, Any], sources: Mapping[str, str]) -> ServiceCode:
    def cited(name: str) -> str:
        return sources.get(name, name)

    uses = (StateUse(s["state"], s["what"], cited(s.get("source", UNVERIFIED))) for s in entry.get("state", ()))  # fmt: skip
    return ServiceCode(
        normal_code(entry["code"]),
        entry["name"],
        entry.get("what", ""),
        entry["unit"],
        tuple(entry["expected"]),
        str(entry.get("modifier", "")).upper(),
        entry.get("system", "HCPCS"),
        tuple(entry.get("modifiers", ())),
        tuple(uses),
        tuple(cited(name) for name in entry.get("sources", ())),
        tuple(entry.get("unverified", ())),
    )


def _faults(table: Mapping[str, Any]) -> Iterator[str]:
    """Everything that keeps a table from being used, in words that say what to do."""
    for name in sorted(set(table) - _TOP):
        yield f"'{name}' at the top is not known: take it out"
    version = table.get("soc_version", "2018")
    if version != "2018":
        yield f"soc_version is {version}: only 2018 is known"
    entries = table.get("service")
    if not isinstance(entries, list) or not entries:
        yield "there is no [[service]] entry: add at least one"
        return
    seen: set[tuple[str, str]] = set()
    for number, entry in enumerate(entries, 1):
        code = entry.get("code")
        where = f"service {number}" + (f" ({code})" if code else "")
        missing = [name for name in ("code", "name", "unit", "expected") if not entry.get(name)]
        if missing:
            yield f"{where} lacks {', '.join(missing)}"
        yield from (f"{where}: '{name}' is not known" for name in sorted(set(entry) - _FIELDS))
        yield from (f"{where}: {fault}" for fault in _entry_faults(entry))
        key = (normal_code(str(code)), str(entry.get("modifier", "")).upper())
        if code and key in seen:
            yield f"{where} is there twice"
        seen.add(key)


def _entry_faults(entry: Mapping[str, Any]) -> Iterator[str]:
    code, modifier = entry.get("code", ""), entry.get("modifier", "")
    if code and not (isinstance(code, str) and _CODE.fullmatch(normal_code(code))):
        yield "a code is letters and digits in quotes, such as 'T2016'"
    if modifier and not _MODIFIER.fullmatch(str(modifier).upper()):
        yield f"modifier '{modifier}' must be two letters or digits, such as 'HQ'"
    for name in ("name", "what", "system"):
        if not isinstance(entry.get(name, ""), str):
            yield f"{name} must be a text in quotes"
    if entry.get("unit") and entry["unit"] not in UNITS:
        yield f"unit '{entry['unit']}' must be one of {', '.join(UNITS)}"
    for name in ("expected", "modifiers", "sources", "unverified"):
        listed = entry.get(name, [])
        if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
            yield f"{name} must be a list of texts, such as ['31-1122']"
        elif name == "expected":
            yield from _soc_faults(listed)
    uses = entry.get("state", [])
    if not isinstance(uses, list) or not all(_is_use(one) for one in uses):
        yield "each [[service.state]] needs state and what"


def _is_use(entry: Any) -> bool:
    return isinstance(entry, dict) and all(isinstance(entry.get(n), str) for n in ("state", "what"))


def _soc_faults(codes: list[str]) -> Iterator[str]:
    known = soc.load()
    for code in codes:
        try:
            group = known.get(code)
        except SocoderError as error:
            yield f"expected: {error}"
            continue
        if group.level != "detailed":
            yield f"expected: {code} is a {group.level} group, name detailed codes"
