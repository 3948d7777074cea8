"""The evidence for a new code as a Markdown document: what a proposal to revise the SOC needs to
say about a role, from one organisation's positions. No names, and no titles of its own."""

from __future__ import annotations

from collections.abc import Iterator

from socoder.errors import InputError
from socoder.reports.positions import Positions
from socoder.reports.report import Plot, Table, shown
from socoder.reports.role_figures import RoleFigures
from socoder.reports.roles_report import (
    RolesOptions,
    codes_of,
    notes,
    role_names,
    role_plot,
    sites_of,
    summary,
    tagged,
)
from socoder.role_table import Role
from socoder.soc import Classification


def proposal(
    role: str, positions: Positions, known: Classification, options: RolesOptions
) -> tuple[str, tuple[Plot, ...]]:
    """The document, and the plots that it names as `ID.svg`. Raises InputError where no position
    has the tag, or so few that nothing may be shown."""
    figures = tagged(positions, known, options.threshold)
    if role not in figures.roles:
        raise InputError(f"no position has this tag; there are: {', '.join(figures.roles)}")
    if not isinstance(figures.count(role), int):
        raise InputError(f"too few workers have the tag {role}: nothing of it can be shown")
    named = role_names().get(role)
    name = named.name if named else role
    plot = role_plot(figures, role, name, known) if options.plots else None
    lines = _document(role, name, named, figures, known, options, plot)
    return "\n".join(lines) + "\n", (plot,) if plot else ()


def _document(
    role: str,
    name: str,
    named: Role | None,
    figures: RoleFigures,
    known: Classification,
    options: RolesOptions,
    plot: Plot | None,
) -> Iterator[str]:
    roles = tuple(r for r in figures.roles if r == role or r.startswith(f"{role}."))
    yield f"# {name}: evidence for a code of its own\n"
    yield (
        "The 2018 Standard Occupational Classification (SOC) has no detailed occupation for this"
        " role. This document says how many such workers one organisation has, and in which codes"
        " they are counted today.\n"
    )
    if named:
        yield from _the_role(named, known)
    yield "## Size and consistency\n"
    yield from _in_words(role, name, figures, known)
    yield from _table(summary(figures, roles, known))
    yield "## Codes that these workers are counted in\n"
    if plot:
        yield f"![{plot.alt}]({plot.id}.svg)\n"
    yield from _table(codes_of(figures, roles, known, options))
    yield "## Sites\n"
    yield from _table(sites_of(figures, roles, known))
    yield "## How this was counted\n"
    for note in notes(figures, options):
        yield f"- {note}"
    yield (
        "- These are the positions of one organisation: they show how its workers are coded, not how"
        " many there are in the nation."
    )


def _the_role(role: Role, known: Classification) -> Iterator[str]:
    yield "## The role\n"
    yield f"Everyday titles: {', '.join(role.titles or role.shared_titles)}.\n"
    yield f"What decides between the codes: {role.decides.rstrip('.')}.\n"
    yield "| may fall in | occupation | when |\n|---|---|---|"
    for code in role.codes:
        yield f"| {code.code} | {known.title(code.code)} | {_escaped(code.when)} |"
    yield f"\nSource: {role.source}. Revision of the SOC for 2028: {role.status_2028}.\n"


def _in_words(role: str, name: str, figures: RoleFigures, known: Classification) -> Iterator[str]:
    count, fte = shown(figures.count(role), "count"), shown(figures.fte(role), "number")
    codes = len(figures.of(role, "code"))
    text = f"{count} workers ({fte} FTE) carry the tag `{role}`; they are counted in {codes} "
    text += "code." if codes == 1 else "different codes."
    best, share = figures.commonest(role), figures.share(role, "code", figures.commonest(role))
    if best and isinstance(share, float) and best in known.detailed:
        text += f" The commonest is {best} {known.title(best)} with {share:.0%} of them."
    agreement = figures.agreement(role)
    if isinstance(agreement, float):
        text += f" The commonest code is the same at {agreement:.0%} of the sites compared."
    yield f"{text}\n"


def _table(table: Table) -> Iterator[str]:
    yield "| " + " | ".join(_escaped(column.name) for column in table.columns) + " |"
    numbers = ("count", "number", "money", "percent")
    yield "|" + "|".join("---:" if c.kind in numbers else "---" for c in table.columns) + "|"
    for row in table.rows:
        cells = zip(row, table.columns, strict=True)
        yield "| " + " | ".join(_escaped(shown(cell, c.kind)) for cell, c in cells) + " |"
    yield f"\n{table.note}\n"


def _escaped(text: str) -> str:
    plain = " ".join(text.split())
    return plain.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")
