"""`socoder soc`: look into the classification."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from socoder.errors import InputError
from socoder.records import LEVELS, Level
from socoder.soc import SOURCE_NOTES, Classification, load

if TYPE_CHECKING:
    from rich.console import Console

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Look into the SOC 2018 classification."
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


@app.command()
def show(
    code: Annotated[
        str, typer.Argument(help="A code of any level: 21-1093, 211093, 21-1090, 21, 15-1299.08.")
    ],
    as_json: AsJson = False,
) -> None:
    """Show what is known about a code: its place, skill level, education, figures and links."""
    classification = load()
    found = classification.describe(classification.find(code))
    found["words"] = _words(found["code"])
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    from rich.table import Table

    console = _console()
    console.print(f"{found['code']}  {found['title']}", style="bold")
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for label, value in [*_told(found["words"], classification), *_lines(found)]:
        table.add_row(label, value)
    console.print(table)


@app.command()
def search(
    words: Annotated[list[str], typer.Argument(help="Words of a title; misspellings are fine.")],
    limit: Annotated[int, typer.Option(min=1, help="How many to show.")] = 10,
    level: Annotated[
        str, typer.Option(help="Only this level: detailed, broad, minor or major.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Find codes by words of their titles, everyday titles, duties or O*NET occupations."""
    from socoder.occupation_texts import search_names

    chosen = _level(level) if level else None
    hits = load().search(" ".join(words), limit=limit, level=chosen, texts=search_names())
    if as_json:
        fields = ("code", "title", "level", "score", "name")
        found = [{field: getattr(hit, field) for field in fields} for hit in hits]
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    console = _console()
    for hit in hits:
        also = f"  ({hit.name})" if hit.name != hit.title else ""
        console.print(f"{hit.code}  {hit.level:<8}  {hit.title}{also}", soft_wrap=True)
    if not hits:
        typer.echo("No title has these words. Try others, or: socoder code --title", err=True)


@app.command()
def tree(
    code: Annotated[
        str, typer.Argument(help="A code of any level; all major groups if none.")
    ] = "",
    level: Annotated[
        str, typer.Option(help="The finest level to show: detailed, broad, minor or major.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Print the groups below a code as a tree."""
    classification = load()
    # All 1,447 groups at once are of no use in a terminal.
    finest = _level(level) if level else "detailed" if code else "major"
    majors = [group.code for group in classification.groups if not group.parent]
    roots = [classification.find(code)] if code else majors
    branches = [_branch(classification, root, finest) for root in roots]
    if as_json:
        typer.echo(json.dumps(branches[0] if code else branches, ensure_ascii=False, indent=2))
        return
    from rich.tree import Tree

    def grow(tree: Tree, branch: dict[str, Any]) -> Tree:
        for below in branch["children"]:
            grow(tree.add(f"{below['code']}  {below['title']}"), below)
        return tree

    console = _console()
    for branch in branches:
        console.print(grow(Tree(f"{branch['code']}  {branch['title']}"), branch))


def _branch(classification: Classification, code: str, finest: Level) -> dict[str, Any]:
    group = classification.get(code)
    below = classification.children(code) if group.level != finest else ()
    return {
        "code": code,
        "title": group.title,
        "level": group.level,
        "children": [_branch(classification, child, finest) for child in below],
    }


def _words(code: str) -> dict[str, Any] | None:
    """What the occupation does, in words; None for a group."""
    from socoder.occupation_texts import load_texts, official_definitions

    text = load_texts().get(code)
    if text is None:
        return None
    return {"official_definition": official_definitions().get(code, ""), **asdict(text)}


def _told(words: dict[str, Any] | None, classification: Classification) -> list[tuple[str, str]]:
    if not words:
        return []
    lines = [("Official", words["official_definition"])] if words["official_definition"] else []
    lines += [("In short", words["summary"])]
    lines += [("Duties" if i == 0 else "", f"· {duty}") for i, duty in enumerate(words["duties"])]
    lines += [("Titles", ", ".join(words["titles"]))]
    for i, other in enumerate(words["neighbours"]):
        title = classification.title(other["code"])
        lines.append(("Not here" if i == 0 else "", f"{other['what']} → {other['code']} {title}"))
    return [*lines, ("Told apart", words["distinguishers"])]


def _lines(found: dict[str, Any]) -> list[tuple[str, str]]:
    """Label and value of each line about a described code."""
    lines = [("Level", f"{found['level']}, SOC {found['version']}")]
    lines += [(_label(above), f"{above['code']} {above['title']}") for above in found["parents"]]
    lines += [(_label(below), f"{below['code']} {below['title']}") for below in found["children"]]
    if found["level"] != "detailed":
        return lines
    if facts := found["occupation"]:
        zone, education = facts["job_zone_source"], facts["entry_education_source"]
        level = facts["entry_education_published"] or facts["entry_education"].replace("_", " ")
        lines += [
            ("Skill level", f"{facts['job_zone']} (Job Zone; {SOURCE_NOTES[zone]})"),
            ("Entry education", f"{level} ({SOURCE_NOTES[education]})"),
            *_figures(facts, found["figures_period"]),
            ("Census 2018 code", facts["census_code"] or "none"),
        ]
    lines += [("O*NET-SOC 2019", f"{child['code']} {child['title']}") for child in found["onet"]]
    was = f"SOC {found['previous_version']}"
    lines += [(was, f"{old['code']} {old['title']}") for old in found["previous"]]
    names = {"bls": "BLS page", "onet": "O*NET page"}
    return lines + [(names[name], address) for name, address in found["links"].items()]


def _figures(facts: dict[str, Any], period: str) -> list[tuple[str, str]]:
    if facts["employment"] is None:
        return [("Employment", "not published")]
    where = f"{period}, for {facts['figures_from']} as a whole" if facts["figures_from"] else period
    wage = "not published"
    if facts["median_wage"] is not None:
        least = "at least " if facts["wage_top_coded"] else ""
        wage = f"{least}${facts['median_wage']:,} a year ({where})"
    elif facts["median_hourly_wage"] is not None:
        wage = f"${facts['median_hourly_wage']:.2f} an hour ({where})"
    return [("Employment", f"{facts['employment']:,} ({where})"), ("Median wage", wage)]


def _label(group: dict[str, str]) -> str:
    kind = "occupation" if group["level"] in ("broad", "detailed") else "group"
    return f"{group['level'].capitalize()} {kind}"


def _level(text: str) -> Level:
    for level in LEVELS:
        if level == text:
            return level
    raise InputError(f"--level must be one of {', '.join(LEVELS)}")


def _console() -> Console:
    from rich.console import Console

    # Titles and codes are printed as they are: nothing in them is markup or to be coloured.
    return Console(markup=False, highlight=False)
