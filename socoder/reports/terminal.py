"""A report on the terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich import box
from rich.console import Console, RenderableType
from rich.table import Table as Grid
from rich.text import Text

from socoder.reports.report import Kind, Report, Table, shown

WIDE = 140  # columns of text where the output is no terminal
_RIGHT: tuple[Kind, ...] = ("count", "number", "money", "percent")
_CONTROL = dict.fromkeys(
    [*range(32), *range(127, 160), *range(0x2028, 0x202F), *range(0x2066, 0x206A)], " "
)  # what could move the cursor, colour the terminal or turn the direction of writing


def render(report: Report, everything: bool = False) -> Iterator[RenderableType]:
    """The report in pieces for a rich console. Folded tables are named only, unless `everything`
    is asked for."""
    yield Text(_plain(report.title), style="bold")
    yield Text(_plain(report.subtitle), style="dim")
    folded = [table.title for table in report.tables if table.folded]
    for table in report.tables:
        if everything or not table.folded:
            yield Text("")
            yield _grid(table)
            if table.note:
                yield Text(_plain(table.note), style="dim")
    if folded and not everything:
        yield Text("")
        yield Text(f"Not shown here: {'; '.join(folded)}. Use --all, or write a file with -o.")
    for heading, lines in (
        ("Findings", [finding.line for finding in report.findings]),
        ("Notes", list(report.notes)),
    ):
        if lines:
            yield Text(f"\n{heading}", style="bold")
            for line in lines:
                yield Text(f"- {_plain(line)}")


def console(width: int | None = None) -> Console:
    """Standard output, without colours if it is no terminal; nothing in a text is markup."""
    out = Console(markup=False, highlight=False, emoji=False)
    if width or not out.is_terminal:
        out.width = width or WIDE
    return out


def _grid(table: Table) -> Grid:
    grid = Grid(title=_plain(table.title), title_justify="left", box=box.SIMPLE, title_style="bold")
    for column in table.columns:
        right = column.kind in _RIGHT
        grid.add_column(
            _plain(column.name),
            justify="right" if right else "left",
            no_wrap=column.kind == "code",
            overflow="fold",
        )
    for row in table.rows:
        cells = zip(row, table.columns, strict=True)
        grid.add_row(*(Text(_plain(shown(cell, column.kind))) for cell, column in cells))
    return grid


def _plain(text: str) -> str:
    return text.translate(_CONTROL)
