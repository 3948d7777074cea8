"""The record that every report is: tables, plots, notes and findings, ready to be shown.

A report is made once and shown in four ways: on the terminal (`terminal`), as CSV or XLSX
(`files`), and as one page of HTML (`page`). What is suppressed is the cell `SUPPRESSED`, in all.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Final, Literal, TypeAlias

Kind = Literal["text", "code", "count", "number", "money", "percent"]


class Hidden(Enum):
    """A figure that is there and is not shown, for the sake of the people behind it."""

    SUPPRESSED = "s"


SUPPRESSED: Final = Hidden.SUPPRESSED
Cell: TypeAlias = str | int | float | Decimal | Hidden | None


@dataclass(frozen=True, slots=True)
class Column:
    """`kind` says how cells are shown and aligned: a percent is a share, 0-1; money is dollars, shown
    whole where it is int and to the cent otherwise, so that a column holds either; codes are text
    that no spreadsheet may read as a number or a date."""

    name: str
    kind: Kind = "text"


@dataclass(frozen=True, slots=True)
class Table:
    """`id` is short and of letters, digits and hyphens: the name of its sheet and of its file.
    Every row has one cell for each column. A `folded` table is closed on the page until opened."""

    id: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Plot:
    """A picture as SVG; `alt` says in a sentence what it shows."""

    id: str
    title: str
    svg: str
    alt: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in the input that a person should look at. `rows` are rows of the file as a
    spreadsheet counts them (the header is row 1). No cell of the input is repeated in `text`
    unless it is a code, a site or a programme."""

    text: str
    rows: tuple[int, ...] = ()

    @property
    def line(self) -> str:
        """The finding with its rows, on one line."""
        if not self.rows:
            return self.text
        named = ", ".join(str(row) for row in self.rows[:10])
        more = f" and {len(self.rows) - 10} more" if len(self.rows) > 10 else ""
        return f"{self.text} ({'row' if len(self.rows) == 1 else 'rows'} {named}{more})"


@dataclass(frozen=True, slots=True)
class Report:
    """A report. `notes` say what was counted, how, and from which sources and years."""

    id: str
    title: str
    subtitle: str
    tables: tuple[Table, ...]
    notes: tuple[str, ...] = ()
    plots: tuple[Plot, ...] = ()
    findings: tuple[Finding, ...] = ()

    def table(self, name: str) -> Table:
        """The table with this id. Raises KeyError."""
        for table in self.tables:
            if table.id == name:
                return table
        raise KeyError(name)


def shown(cell: Cell, kind: Kind = "text") -> str:
    """A cell as people read it; "" for what is not known, "s" for what is suppressed."""
    if cell is None:
        return ""
    if isinstance(cell, Hidden):
        return str(cell.value)
    if isinstance(cell, str):
        return cell
    if kind == "percent":
        return f"{cell:.1%}"
    if kind == "money":
        return f"{cell:,.0f}" if isinstance(cell, int) else f"{cell:,.2f}"
    if kind == "count":
        return f"{cell:,}"
    if kind == "number":
        return f"{cell:,.2f}".rstrip("0").rstrip(".")
    return str(cell)
