"""A report as one page of HTML: no script, nothing loaded from elsewhere, everything escaped."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from html import escape

from socoder.reports.report import Kind, Plot, Report, Table, shown

_RIGHT: tuple[Kind, ...] = ("count", "number", "money", "percent")
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
STYLE = """
:root { color-scheme: light; }
body { font: 16px/1.5 system-ui, sans-serif; color: #1d2733; background: #fff;
  max-width: 68rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .25rem; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 .5rem; }
.subtitle { color: #4a5766; margin: 0 0 1.5rem; }
.scroll { overflow-x: auto; background:
  linear-gradient(to left, #fff 40%, #fff0) right / 2.5rem 100% no-repeat local,
  linear-gradient(to left, #0004, #0000) right / .6rem 100% no-repeat scroll; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding: .5rem 0; }
th, td { padding: .35rem .7rem; border-bottom: 1px solid #dde3ea; text-align: left;
  vertical-align: top; }
thead th { border-bottom: 2px solid #8593a3; font-weight: 600; vertical-align: bottom; }
tbody th { font-weight: 400; }
.right { text-align: right; }
td.right, tbody .code { white-space: nowrap; }
td:not([class]) { min-width: 6.5rem; }
.hidden { color: #5b6775; }
.note { color: #4a5766; font-size: .9rem; margin: .25rem 0 0; }
details { margin: 1rem 0; border: 1px solid #dde3ea; border-radius: .4rem; padding: .4rem .9rem; }
summary { font-weight: 600; cursor: pointer; }
summary:focus-visible, .scroll:focus-visible { outline: 3px solid #1f6feb; outline-offset: 2px; }
figure { margin: 1.5rem 0; } figure img { max-width: 100%; height: auto; }
figcaption { font-weight: 600; margin-bottom: .4rem; }
@media print {
  body { max-width: none; padding: 0; font-size: 10pt; }
  th, td { padding: .2rem .35rem; }
  .scroll { overflow: visible; background: none; }
  tr, figure, .note { break-inside: avoid; }
  thead { display: table-header-group; }
  details { border: 0; padding: 0; }
}
"""


def page(report: Report) -> str:
    """The whole page, ready to be written to a file or sent."""
    title = escape(report.title)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"{body(report)}\n</main>\n</body>\n</html>\n"
    )


def body(report: Report) -> str:
    """What stands inside <main>: a page of another site can hold it, with its own style. It has
    no style attributes and no script; pictures are `data:` addresses."""
    return "\n".join(_parts(report))


def _parts(report: Report) -> Iterator[str]:
    yield f"<h1>{escape(report.title)}</h1>"
    yield f'<p class="subtitle">{escape(report.subtitle)}</p>'
    first, *rest = report.tables or (None,)
    if first:
        yield _table(first)
    for plot in report.plots:
        yield _figure(plot)
    for table in rest:
        if table:
            yield _table(table)
    if report.findings:
        yield _section("Findings", [finding.line for finding in report.findings])
    if report.notes:
        yield _section("Notes", list(report.notes))


def _section(heading: str, lines: list[str]) -> str:
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f"<section>\n<h2>{heading}</h2>\n<ul>{items}</ul>\n</section>"


def _figure(plot: Plot) -> str:
    picture = base64.b64encode(plot.svg.encode()).decode()
    return (
        f"<figure>\n<figcaption>{escape(plot.title)}</figcaption>\n"
        f'<img src="data:image/svg+xml;base64,{picture}" alt="{escape(plot.alt)}">\n</figure>'
    )


def _table(table: Table) -> str:
    title, note = escape(table.title), ""
    if table.note:
        note = f'\n<p class="note">{escape(table.note)}</p>'
    head = "".join(
        f'<th scope="col"{_class(column.kind)}>{escape(column.name)}</th>'
        for column in table.columns
    )
    rows = "\n".join(f"<tr>{''.join(_cells(table, row))}</tr>" for row in table.rows)
    # A box that scrolls must be reachable by keyboard, and then needs a name.
    grid = (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{title}">\n'
        f"<table>\n<caption>{title}</caption>\n<thead><tr>{head}</tr></thead>\n"
        f"<tbody>\n{rows}\n</tbody>\n</table>\n</div>{note}"
    )
    if table.folded:
        return f"<details>\n<summary>{title}</summary>\n{grid}\n</details>"
    return f'<section id="{escape(table.id)}">\n{grid}\n</section>'


def _cells(table: Table, row: tuple[object, ...]) -> Iterator[str]:
    for at, column in enumerate(table.columns):
        text = escape(shown(row[at], column.kind))  # type: ignore[arg-type]
        if at == 0:
            yield f'<th scope="row"{_class(column.kind)}>{text}</th>'
        elif text == "s" and column.kind in _RIGHT:
            yield '<td class="right hidden"><abbr title="suppressed">s</abbr></td>'
        else:
            yield f"<td{_class(column.kind)}>{text}</td>"


def _class(kind: Kind) -> str:
    if kind in _RIGHT:
        return ' class="right"'
    return ' class="code"' if kind == "code" else ""
