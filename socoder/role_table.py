"""The table of roles that have no detailed occupation of their own, as records.

It is `training_data/unrecognised_roles.toml` (in an installed package: `socoder/data/`).
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from socoder.errors import ReferenceDataError

_HERE = Path(__file__).parent
_PLACES = (_HERE / "data", _HERE.parent / "training_data")  # in a wheel, in a checkout


@dataclass(frozen=True, slots=True)
class RoleCode:
    """A detailed occupation that the role may fall in, and the duties that put it there."""

    code: str
    when: str


@dataclass(frozen=True, slots=True)
class Role:
    """A role without a code. `parent` is "" or the id of the role that this is a kind of.

    `titles` name the role by themselves; `shared_titles` only together with a signal.
    `whole_title`: the title must consist of these words, apart from words of level and department.
    `without_title`: the signals alone may show the role. A signal is one phrase or several that
    stand for each other ("group home|residence"); "*" ends a word that may go on. The head of the
    table says what `source` and `status_2028` hold.
    """

    id: str
    name: str
    parent: str
    titles: tuple[str, ...]
    signals_for: tuple[str, ...]
    signals_against: tuple[str, ...]
    codes: tuple[RoleCode, ...]
    decides: str
    source: str
    status_2028: str
    shared_titles: tuple[str, ...] = ()
    whole_title: bool = False
    without_title: bool = False


@lru_cache(maxsize=1)
def load_roles() -> tuple[Role, ...]:
    """Every role of the shipped table, parents before their kinds; read once. Raises
    ReferenceDataError."""
    return read_roles(_place())


@lru_cache(maxsize=1)
def fillers() -> tuple[str, ...]:
    """Words of level and department, which do not keep a title from being the whole of a role's."""
    words: list[str] = _table(_place())["words"]["fillers"]
    return tuple(words)


def read_roles(path: Path) -> tuple[Role, ...]:
    """The roles of a table in the form of the shipped one. Raises ReferenceDataError."""
    roles: dict[str, Role] = {}
    try:
        table = _table(path)
        for entry in table["role"]:
            role = _role(dict(entry), table["signals"])
            if role.id in roles or (role.parent and role.parent not in roles):
                raise ValueError(f"{role.id} is there twice, or before its parent")
            roles[role.id] = role
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ReferenceDataError(f"the table of roles {path.name} is damaged: {error}") from error
    return tuple(roles.values())


def _role(entry: dict[str, Any], named: dict[str, str]) -> Role:
    for name in ("titles", "shared_titles", "signals_for", "signals_against"):
        listed = entry.get(name, ())
        entry[name] = tuple(named[item[1:]] if item.startswith("@") else item for item in listed)
    entry["codes"] = tuple(RoleCode(**code) for code in entry["codes"])
    return Role(parent=entry["id"].rpartition(".")[0], **entry)


def _place() -> Path:
    paths = [folder / "unrecognised_roles.toml" for folder in _PLACES]
    return next((path for path in paths if path.is_file()), paths[-1])


def _table(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))
