"""The roles report: how large the workforces are that the SOC does not name, and where they ended
in it. Nobody can be found in it: small groups are hidden with what would give them away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from socoder.errors import InputError
from socoder.reports import plots
from socoder.reports.positions import Positions
from socoder.reports.report import SUPPRESSED, Cell, Column, Plot, Report, Table, shown
from socoder.reports.role_figures import NO_CODE, RoleFigures, count_roles
from socoder.reports.wages import NATION, Wages
from socoder.reports.wages import SOURCE as OEWS
from socoder.role_table import Role, load_roles
from socoder.soc import Classification


@dataclass(frozen=True, slots=True)
class RolesOptions:
    """`threshold`: the smallest group that is shown. `state` compares wages with a state too,
    `wages` None leaves the comparison out."""

    threshold: int = 5
    wages: Wages | None = None
    state: str = ""
    plots: bool = True


def roles_report(positions: Positions, known: Classification, options: RolesOptions) -> Report:
    """The report on all roles. Raises InputError where no position has a role tag, MissingExtraError
    without highspy, or without matplotlib where plots are asked for."""
    figures = tagged(positions, known, options.threshold)
    return Report(
        id="roles",
        title="Roles that the SOC does not name",
        subtitle=f"{len(figures.roles)} roles by the tags of coded positions",
        tables=(
            summary(figures, figures.roles, known),
            codes_of(figures, figures.roles, known, options),
            sites_of(figures, figures.roles, known),
        ),
        notes=tuple(notes(figures, options)),
        plots=tuple(_plots(figures)) if options.plots else (),
    )


def tagged(positions: Positions, known: Classification, threshold: int) -> RoleFigures:
    """The figures of the tagged positions. Raises InputError where there are none."""
    if not any(position.role_tags for position in positions.rows):
        raise InputError(f"{positions.source}: no position has a role tag (column soc_role_tags)")
    return count_roles(positions.rows, known, threshold)


def role_names() -> dict[str, Role]:
    """Tag → the role of the shipped table."""
    return {role.id: role for role in load_roles()}


def role_name(role: str) -> str:
    """The name of a role, or its tag where the table has no such role."""
    found = role_names().get(role)
    return found.name if found else role


def coded(code: str, known: Classification) -> str:
    """A code with its title; "" for none."""
    return f"{code} {known.title(code)}" if code and code != NO_CODE else code


def summary(figures: RoleFigures, roles: tuple[str, ...], known: Classification) -> Table:
    """One row a role: its size, and how consistently it is coded."""
    rows = []
    for role in roles:
        best = figures.commonest(role)
        rows.append((
            role_name(role), figures.count(role), figures.fte(role), figures.mean_wage(role),
            len(figures.of(role, "code")), figures.entropy(role), coded(best, known),
            figures.share(role, "code", best) if best else _hidden(figures, role),
            figures.agreement(role), figures.share(role, "open", "yes"), role,
        ))  # fmt: skip
    columns = (
        Column("Role"), Column("Workers", "count"), Column("FTE", "number"),
        Column("Mean wage, $", "money"), Column("Codes", "count"), Column("Entropy, bits", "number"),
        Column("Commonest code"), Column("Share in it", "percent"),
        Column("Sites that agree", "percent"), Column("Still open", "percent"), Column("Tag"),
    )  # fmt: skip
    return Table(
        "roles", "Size and consistency", columns, tuple(rows),
        "Entropy is 0 where all workers of a role have one code. Sites agree if the commonest code"
        " of the role is the same at them. Open rows count under the code that the machine proposes."
        " A kind (after the dot) counts in its parent too.",
    )  # fmt: skip


def codes_of(
    figures: RoleFigures, roles: tuple[str, ...], known: Classification, options: RolesOptions
) -> Table:
    """One row for each code that a role ended in, with the wages of both."""
    areas: list[str] = []
    if options.wages:
        areas = [NATION, *([options.wages.area_name(options.state)] if options.state else [])]
    rows: list[tuple[Cell, ...]] = []
    for role in roles:
        for code in figures.of(role, "code"):
            mean = figures.mean_wage(role, "code", code)
            row: list[Cell] = [role_name(role), code, known.title(code) if code != NO_CODE else "",
                               figures.count(role, "code", code),
                               figures.share(role, "code", code), mean]  # fmt: skip
            under = ""
            for area in areas:
                wage = options.wages.wage(code, known, area) if code != NO_CODE and options.wages else None  # fmt: skip
                median = wage.median if wage else None
                ratio = mean / median if isinstance(mean, int) and median else None
                row += [median, ratio]
                if wage and wage.is_hybrid:
                    under = wage.published_code
            rows.append((*row, *([under] if areas else [])))
    columns = [
        Column("Role"), Column("SOC", "code"), Column("Occupation"),
        Column("Workers", "count"), Column("Share of role", "percent"),
        Column("Mean wage of role, $", "money"),
    ]  # fmt: skip
    for area in areas:
        release = options.wages.release if options.wages else ""
        columns.append(Column(f"{area} median of occupation, {release}, $", "money"))
        columns.append(Column("Role against it", "percent"))
    if areas:
        columns.append(Column("Published under", "code"))
    source = ""
    if options.wages:
        source = f"Source of the medians: {OEWS}, {options.wages.release}."
    return Table("codes", "Codes that the roles ended in", tuple(columns), tuple(rows), source)


def sites_of(figures: RoleFigures, roles: tuple[str, ...], known: Classification) -> Table:
    """One row for each role at each site."""
    rows = []
    for role in roles:
        codes = figures.site_codes(role)
        for site in figures.of(role, "site"):
            count = figures.count(role, "site", site)
            rows.append((role_name(role), site, count, coded(codes.get(site, ""), known)))
    columns = (
        Column("Role"), Column("Site"), Column("Workers", "count"), Column("Commonest code"),
    )  # fmt: skip
    return Table(
        "sites", "Sites", columns, tuple(rows),
        f"The commonest code of a site is named if {figures.threshold} workers or more are in it.",
    )  # fmt: skip


def notes(figures: RoleFigures, options: RolesOptions) -> Iterator[str]:
    """What holds for all figures on roles."""
    yield (
        f"s: suppressed. Groups of fewer than {figures.threshold} workers are not shown, nor are"
        " figures from which such a group could be worked out with others of these tables. FTE and"
        " wages are hidden wherever the workers are; a suppressed figure is never 0."
    )
    yield (
        "Tags are set by words of titles and duties (docs/roles.md); they never decide a code. Open"
        " rows count under the code that the machine proposes."
    )
    yield "Mean wages are wage bills over FTE: dollars a year for full-time work."
    if not options.wages:
        yield "Wages were not compared with published ones."


def role_plot(figures: RoleFigures, role: str, name: str, known: Classification) -> Plot | None:
    """The shown codes of a role as bars; None where nothing can be shown."""
    counts = {
        coded(code, known): float(count)
        for code in figures.of(role, "code")
        if isinstance(count := figures.count(role, "code", code), int)
    }
    if not counts:
        return None
    listed = "; ".join(f"{code}: {count:,.0f}" for code, count in counts.items())
    title = f"Codes of the role: {name}"
    return plots.bars(f"{role}-codes", title, counts, "workers", f"{title}. {listed}.")


def _plots(figures: RoleFigures) -> Iterator[Plot]:
    sizes = {
        role_name(role): float(count)
        for role in figures.roles
        if isinstance(count := figures.count(role), int)
    }
    if sizes:
        ordered = dict(sorted(sizes.items(), key=lambda pair: (-pair[1], pair[0])))
        listed = "; ".join(f"{role}: {shown(size, 'count')}" for role, size in ordered.items())
        title = "Workers by role"
        yield plots.bars("roles-size", title, ordered, "workers", f"{title}. {listed}.")


def _hidden(figures: RoleFigures, role: str) -> Cell:
    return SUPPRESSED if figures.of(role, "code") else None
