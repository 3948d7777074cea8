"""Which columns of a table are the title, the description, the department and the id, and which
hold personal data: told by their names (`data/bulk_columns.toml`)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any

from socoder.bulk.options import PARTS, SOC_COLUMNS
from socoder.errors import InputError
from socoder.masking import mask
from socoder.splitting.headings import table

NONE = "-"
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_OTHER = re.compile(r"[^0-9a-z#]+")
_SHOWN = 30  # names in a message
_LOOKED_AT = 30  # rows in which a header that stands lower is looked for
_MARKS = re.compile(r"[,;|\t]")


@dataclass(frozen=True, slots=True)
class Columns:
    """Index of each part's column, None where there is none; `personal` and `coded` (soc_ columns
    that the input has already) are indices, too. `notes` say what was taken by name."""

    title: int | None
    description: int | None
    department: int | None
    id: int | None
    personal: tuple[int, ...]
    coded: tuple[int, ...]
    notes: tuple[str, ...] = ()

    @property
    def texts(self) -> tuple[int, ...]:
        """The columns that make up what is coded, without those that there are not."""
        return tuple(i for i in (self.title, self.description, self.department) if i is not None)


def find_columns(
    names: Sequence[str],
    given: Mapping[str, str],
    source: str,
    below: Iterable[Sequence[Any]] = (),
) -> Columns:
    """The columns of a table with these names. `given` maps "title", "description", "department"
    and "id" to a name or a number from 1; "" is found by name, "-" is none. `below` are its first
    rows, which are looked at for the message where nothing is found.

    Raises InputError, with the columns in it, where no title or description is found, or none is
    called as given; and for an id column that holds personal numbers.
    """
    plain = [plain_name(name) for name in names]
    personal = tuple(i for i, name in enumerate(plain) if personal_kind(name))
    coded = tuple(i for i, name in enumerate(names) if name.strip().lower() in SOC_COLUMNS)
    taken: dict[str, int | None] = {}
    notes: list[str] = []
    for part in PARTS:
        asked = given.get(part, "")
        if asked == NONE:
            taken[part] = None
        elif asked:
            taken[part] = _named(asked, part, names, plain, source)
        else:
            out = {*personal, *coded, *(i for i in taken.values() if i is not None)}
            taken[part] = _by_name(part, plain, out)
            if taken[part] is not None:
                notes.append(f'{part}: column "{_shown(names[taken[part] or 0])}"')
    if taken["title"] is None and taken["description"] is None:
        raise InputError(_not_found(names, source, below))
    number = taken["id"]
    if number is not None and personal_kind(plain[number]):
        raise InputError(
            f"--id-column: {_shown(names[number])} looks like personal data: take another, or -"
        )
    title = taken["title"]
    if title is not None and plain.count(plain[title]) > 1:
        notes.append(f"{plain.count(plain[title])} columns are called like the title's: the first")
    return Columns(
        taken["title"], taken["description"], taken["department"], number, personal, coded,
        tuple(notes),
    )  # fmt: skip


def plain_name(name: str) -> str:
    """A column's name in lower case, with single spaces between its words.

    >>> plain_name("JobTitle_2"), plain_name(" EMP.  No ")
    ('job title 2', 'emp no')
    """
    return _OTHER.sub(" ", _CAMEL.sub(" ", name).lower()).strip()


def personal_kind(plain: str) -> str:
    """Which kind of personal data a column of this plain name holds; "" for none.

    >>> personal_kind("employee last name"), personal_kind("department name")
    ('name', '')
    """
    exception, patterns = _personal()
    if exception.search(plain) and not patterns["ssn"].search(plain):
        return ""
    return next((kind for kind, pattern in patterns.items() if pattern.search(plain)), "")


@cache
def _personal() -> tuple[re.Pattern[str], dict[str, re.Pattern[str]]]:
    listed = dict(table("bulk_columns")["personal"])
    exception = re.compile(listed.pop("not"))
    return exception, {kind: re.compile(pattern) for kind, pattern in listed.items()}


def _by_name(part: str, plain: Sequence[str], out: set[int]) -> int | None:
    listed = table("bulk_columns")
    marks = set(listed["marks"]["words"])
    # Beside the names of a person, "Title" is Mr or Ms if another column can be the job's.
    salutes = any(personal_kind(name) == "name" for name in plain)
    spare: int | None = None
    for known in listed["found"][part]:
        for number, name in enumerate(plain):
            longer = known.endswith("*") and name.startswith(known[:-1] + " ")
            fits = name == known or (longer and name.split()[-1] not in marks)
            if not fits or number in out:
                continue
            if part == "title" and name == "title" and salutes:
                spare = number if spare is None else spare
                continue
            return number
    return spare


def _named(asked: str, part: str, names: Sequence[str], plain: Sequence[str], source: str) -> int:
    for found in (list(names), [name.strip().lower() for name in names], plain):
        for spelled in (asked, asked.strip().lower(), plain_name(asked)):
            if spelled and spelled in found:
                return found.index(spelled)
    if asked.isdecimal() and 1 <= int(asked) <= len(names):
        return int(asked) - 1
    raise InputError(
        f"{source} has no column for --{part}-column {_shown(asked)}; it has {_listed(names)}"
    )


def _not_found(names: Sequence[str], source: str, below: Iterable[Sequence[Any]]) -> str:
    for number, row in enumerate(islice(below, _LOOKED_AT), 1):
        # Above the header of a file there may be lines of one cell, from which nothing can be told.
        cells = [cell for own in row if isinstance(own, str) for cell in _MARKS.split(own)]
        plain = [plain_name(cell) for cell in cells]
        if len(cells) > 1 and _by_name("title", plain, set()) is not None:
            return (
                f"{source}: the header seems to stand {number} rows below the first: delete the"
                " rows above it"
            )
    if any(_is_data(name) for name in names):
        return (
            f"{source}: the first row looks like data, not like names of columns: put a header"
            " above it"
        )
    alone = " (another delimiter than a comma, tab, semicolon or bar is given with --delimiter)"
    return (
        f"{source}: no column is called like a job title; it has {_listed(names)}: name it with"
        f" --title-column{alone if len(names) == 1 else ''}"
    )


def _is_data(name: str) -> bool:
    """Whether a name of a column is rather a cell: it may be personal, so it is never printed."""
    return (
        sum(char.isdigit() for char in name) > 3
        or mask(name) != name
        or len(name) > 60
        or bool(re.fullmatch(r"[\d.,$%/ -]+", name))
    )


def _listed(names: Sequence[str]) -> str:
    shown = [_shown(name) or "(no name)" for name in names[:_SHOWN]]
    return ", ".join(shown) + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")


def _shown(name: str) -> str:
    plain = "".join(char if char.isprintable() else "?" for char in mask(name))
    return plain if len(plain) <= 40 else f"{plain[:39]}…"
