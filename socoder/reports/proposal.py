"""The evidence for a new code as a Markdown document: what a proposal to revise the SOC needs to
say about a role, from one organisation's positions. No names, and no titles of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from socoder.errors import InputError
from socoder.reports.positions import Positions
from socoder.reports.projections import SOURCE as PROJECTIONS
from socoder.reports.report import Column, Plot, Table, shown
from socoder.reports.role_figures import NO_CODE, RoleFigures
from socoder.reports.roles_report import (
    RolesOptions,
    coded,
    codes_of,
    notes,
    role_names,
    role_plot,
    sites_of,
    summary,
    tagged,
)
from socoder.reports.workforce import EDUCATION
from socoder.role_table import Role
from socoder.soc import Classification

_LIMITS = (
    "How many such workers there are in the nation: these are the positions of one organization."
    " Others can be counted in the same way, and their documents be set beside this one.",
    "That the work is a distinct occupation: it shows where the present codes put it. Descriptions"
    " of the work, training and credentials in the workers' own field belong beside it.",
    "What an occupational survey of households or employers would find: the codes here were given"
    " from titles and descriptions by a program, and by reviewers where it says so.",
)


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
        " role, so that no federal count of occupations shows it. This document says what became of"
        " such workers in the positions of one organization: how many they are, and in which codes"
        " they are counted today.\n"
    )
    yield "## In short\n"
    yield from _in_short(role, figures, known)
    if named:
        yield from _the_role(named, known)
    yield "## Size and consistency\n"
    yield from _table(summary(figures, roles, known))
    yield "## Codes that these workers are counted in\n"
    if plot:
        yield f"![{plot.alt}]({plot.id}.svg)\n"
    yield from _table(codes_of(figures, roles, known, options))
    yield "## What these codes stand for\n"
    yield (
        "One role, one organization: the more these lines differ, the less any one of the codes"
        " says about the workers that are counted in it.\n"
    )
    yield from _table(_meanings(role, figures, known))
    yield "## Sites\n"
    yield from _table(sites_of(figures, roles, known))
    yield "## How this was counted\n"
    for note in notes(figures, options):
        yield f"- {note}"
    yield "\n## What this document does not show\n"
    yield from (f"- {limit}" for limit in _LIMITS)


def _in_short(role: str, figures: RoleFigures, known: Classification) -> Iterator[str]:
    count, fte = shown(figures.count(role), "count"), shown(figures.fte(role), "number")
    codes = [code for code in figures.of(role, "code") if code != NO_CODE]
    majors = {known.at_level(code, "major") for code in codes}
    text = f"- {count} workers ({fte} FTE) carry the tag `{role}`. They are counted in"
    text += f" {_number(len(codes), 'code')} of {_number(len(majors), 'major group')}."
    yield text
    best = figures.commonest(role)
    share = figures.share(role, "code", best) if best else None
    if best and isinstance(share, float):
        rest = f"; the other {1 - share:.0%} are elsewhere" if share < 1 else ""
        yield f"- The commonest is {coded(best, known)}, with {share:.0%} of them{rest}."
    levels = sorted({known.occupation(code).entry_education for code in _detailed(codes, known)},
                    key=list(EDUCATION).index)  # fmt: skip
    if len(levels) > 1:
        low, high = EDUCATION[levels[0]], EDUCATION[levels[-1]]
        yield f"- The education typical for entry to these codes goes from {low} to {high}."
    agreement = figures.agreement(role)
    if isinstance(agreement, float):
        yield f"- The commonest code is the same at {agreement:.0%} of the sites compared."
    still_open = figures.share(role, "open", "yes")
    if isinstance(still_open, float) and still_open:
        yield (
            f"- For {still_open:.0%} of the workers the code is only proposed by the machine. Have"
            " them reviewed before this is handed in."
        )
    yield ""


def _number(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} different {what}s"


def _detailed(codes: Iterable[str], known: Classification) -> list[str]:
    return [code for code in codes if code in known.detailed]


def _meanings(role: str, figures: RoleFigures, known: Classification) -> Table:
    rows = []
    for code in _detailed(figures.of(role, "code"), known):
        facts, major = known.occupation(code), known.at_level(code, "major")
        imputed = "" if facts.entry_education_source.startswith("bls") else " (imputed)"
        rows.append((
            code, known.title(code), figures.count(role, "code", code),
            coded(major, known), f"{EDUCATION[facts.entry_education]}{imputed}",
        ))  # fmt: skip
    columns = (
        Column("SOC", "code"), Column("Occupation"), Column("Workers", "count"),
        Column("Major group"), Column("Typical entry education, 2024"),
    )  # fmt: skip
    return Table("meanings", "What these codes stand for", columns, tuple(rows),
                 f"Source of the education: {PROJECTIONS}.")  # fmt: skip


def _the_role(role: Role, known: Classification) -> Iterator[str]:
    yield "## The role\n"
    yield f"Everyday titles: {', '.join(role.titles or role.shared_titles)}.\n"
    yield f"What decides between the codes: {role.decides.rstrip('.')}.\n"
    yield "Codes that the coder knows for it, with the work that leads to each:\n"
    yield "| May fall in | Occupation | When |\n|---|---|---|"
    for code in role.codes:
        yield f"| {code.code} | {known.title(code.code)} | {_escaped(code.when)} |"
    yield f"\nSource: {role.source}. Revision of the SOC for 2028: {role.status_2028}.\n"


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
