"""`socoder review`: the desk from the command line. Its pages are `socoder serve`."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from socoder.cli.serve import serve
from socoder.errors import InputError

if TYPE_CHECKING:
    from socoder.review.coded_file import Reading
    from socoder.review.error_rate import ErrorRate
    from socoder.review.store import Store

PARTLY_REJECTED = 3
_REJECTS_SHOWN = 10

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Review coded rows: bring files in, see how far it is, learn from it, export it.",
)

app.command()(serve)  # the desk's pages are those of `socoder serve`

Database = Annotated[
    str,
    typer.Option(
        "--database", "-d", help="The review database: a file (SQLite) or a postgresql:// URL."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
Sheet = Annotated[str, typer.Option(help="Sheet of an XLSX file; the first if not given.")]
Delimiter = Annotated[str, typer.Option(help="Delimiter of a CSV file, if it is not found out.")]
Encoding = Annotated[str, typer.Option(help="Encoding of a CSV file, if it is not found out.")]
DEFAULT = "review.db"


@app.command("import")
def import_(
    files: Annotated[list[Path], typer.Argument(help="Files that socoder bulk has coded.")],
    *,
    database: Database = DEFAULT,
    title_column: Annotated[str, typer.Option(help="Column of titles: name or number.")] = "",
    description_column: Annotated[
        str, typer.Option(help="Column of descriptions: name or number, - for none.")
    ] = "",
    department_column: Annotated[
        str, typer.Option(help="Column of departments: name or number, - for none.")
    ] = "",
    sheet: Sheet = "",
    delimiter: Delimiter = "",
    encoding: Encoding = "",
    sample: Annotated[
        float, typer.Option(help="Share of the accepted items that people check blind, 0 to 1.")
    ] = 0.02,
    double: Annotated[
        float, typer.Option(help="Share of the items that two reviewers get, 0 to 1.")
    ] = 0.05,
    seed: Annotated[int, typer.Option(help="Another number draws other items.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Bring coded files into the queue; a file that is in it already changes nothing.

    Only title, description and department are stored, with contacts masked."""
    from socoder.review.coded_file import Reading, import_file

    how = Reading(title_column, description_column, department_column, sheet, delimiter, encoding)
    store = cache(partial(_open, database, True))
    rejected = 0
    for path in files:
        done = import_file(store, path, how, sample, double, seed)
        rejected += len(done.rejected)
        for row in done.rejected[:_REJECTS_SHOWN]:
            typer.echo(f"socoder: {path.name}, row {row.number}: {row.reason}", err=True)
        if as_json:
            typer.echo(json.dumps(asdict(done), ensure_ascii=False))
        elif not done.new:
            typer.echo(f"{path.name}: imported before ({done.batch.imported_at}); nothing to do")
        else:
            columns = ", ".join(
                f'{part} "{name}"' for part, (name, _) in done.batch.columns.items()
            )
            typer.echo(f"{path.name}: {done.batch.rows} rows, {done.batch.items} items ({columns})")
            typer.echo(
                f"  {done.new_items} new, {done.queued} to review, {done.decided} decided already,"
                f" {done.empty} rows without a text, {len(done.rejected)} rejected"
            )
    if rejected:
        raise typer.Exit(PARTLY_REJECTED)


@app.command("add-reviewer")
def add_reviewer(
    name: Annotated[str, typer.Argument(help="Name of the reviewer.")],
    *,
    adjudicator: Annotated[
        bool, typer.Option("--adjudicator", help="May settle disagreements and flagged items.")
    ] = False,
    database: Database = DEFAULT,
) -> None:
    """Enter a reviewer and print a token to sign in with. The token is shown only now; asking again
    gives a new one and ends the old."""
    token = _open(database, create=True).add_reviewer(name, adjudicator)
    typer.echo(token)
    typer.echo("socoder: give this token to the reviewer; it is not shown again", err=True)


@app.command()
def status(database: Database = DEFAULT, as_json: AsJson = False) -> None:
    """Show how far the review is, and the error rate of accepted rows as far as it is known."""
    from socoder.review.error_rate import error_rate, reliability
    from socoder.review.queue import counts

    store = _open(database)
    found, rate, batches = counts(store), error_rate(store), store.batches()
    if as_json:
        whole = {
            "counts": asdict(found),
            "error_rate": asdict(rate),
            "reliability": [asdict(own) for own in reliability(store)],
            "batches": [asdict(batch) for batch in batches],
        }
        typer.echo(json.dumps(whole, ensure_ascii=False, indent=2))
        return
    typer.echo(f"files      {len(batches)}")
    for state, number in found.items.items():
        typer.echo(f"{state:10} {number} items, {found.heads[state]} rows")
    typer.echo(f"decisions  {found.decisions}, {found.waiting} items wait, {found.held} are held")
    for name, number in found.reviewers.items():
        typer.echo(f"  {name}: {number}")
    _print_rate(rate)


@app.command()
def export(
    source: Annotated[Path, typer.Argument(help="The file that was imported.")],
    output: Annotated[
        Path, typer.Option("--output", "-o", help="File to write: .csv, .tsv, .xlsx, .parquet.")
    ],
    *,
    database: Database = DEFAULT,
    socassign: Annotated[
        bool, typer.Option("--socassign", help="Add the columns of SOCassign instead.")
    ] = False,
    sheet: Sheet = "",
    delimiter: Delimiter = "",
    encoding: Encoding = "",
    as_json: AsJson = False,
) -> None:
    """Write the imported file as it is, with the final code of each row, who decided it, when and
    why. Rows that still wait have no final code."""
    from socoder.review.coded_file import Reading
    from socoder.review.exporting import export as write

    how: Reading = Reading(sheet=sheet, delimiter=delimiter, encoding=encoding)
    done = write(_open(database), source, output, socassign, how)
    if as_json:
        typer.echo(json.dumps(asdict(done)))
        return
    told = ", ".join(f"{number} {source}" for source, number in done.rows.items())
    typer.echo(f"{output}: {sum(done.rows.values())} rows ({told})")


@app.command()
def agreement(
    database: Database = DEFAULT,
    groups: Annotated[
        bool, typer.Option("--groups", help="Also by major group of the machine's code.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show how far reviewers agree with each other and with the machine: percent, Cohen's kappa and
    Krippendorff's alpha at 6, 5, 3 and 2 digits, with 95 % bootstrap intervals."""
    from socoder.review.agreement import by_group, by_level
    from socoder.review.pairs import collect_pairs, machine_pairs, reviewer_pairs

    found = collect_pairs(_open(database))
    tables: dict[str, list[Any]] = {
        "reviewers": reviewer_pairs(found),
        "reviewers x machine": machine_pairs(found),
        **{f"{one} x {two}": pairs for (one, two), pairs in found.items()},
    }
    told: dict[str, Any] = {}
    for name, pairs in tables.items():
        if pairs:
            told[name] = {"levels": [asdict(own) for own in by_level(pairs)]}
            if groups:
                own_groups = by_group(pairs)
                told[name]["groups"] = {group: asdict(own) for group, own in own_groups.items()}
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    if not told:
        typer.echo("There is no answer yet, so nothing to compare.")
    for name, own in told.items():
        typer.echo(name)
        for figures in own["levels"]:
            typer.echo(_agreement_line(figures["level"], figures))
        for group, figures in own.get("groups", {}).items():
            typer.echo(_agreement_line(group or "no code", figures))


@app.command()
def learn(
    folder: Annotated[Path, typer.Option("--output", "-o", help="Folder of the proposals.")] = Path(
        "review-learned"
    ),
    *,
    database: Database = DEFAULT,
    apply: Annotated[
        bool, typer.Option("--apply", help="Switch the proposals in the folder on.")
    ] = False,
    listing: Annotated[
        bool, typer.Option("--list", help="List the overrides in force, with who and when.")
    ] = False,
    revoke: Annotated[str, typer.Option(help="Title whose overrides are to end.")] = "",
    drop_calibration: Annotated[
        bool, typer.Option("--drop-calibration", help="Go back to the bundle's own confidence.")
    ] = False,
    by: Annotated[str, typer.Option(help="Who switches on or revokes; needed for that.")] = "",
    active: Annotated[Path, typer.Option(help="Folder for the files that are in force.")] = Path(
        "review-active"
    ),
    bundle: Annotated[
        Path | None, typer.Option(help="Folder of another model bundle than the shipped one.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Propose what the decisions teach: overrides of exact titles, labelled rows, a fitted
    confidence, and a report of every item that would change. Only --apply switches it on."""
    if sum((apply, listing, bool(revoke), drop_calibration)) > 1:
        raise InputError("give one of --apply, --list, --revoke and --drop-calibration")
    store = _open(database)
    if listing:
        _list_overrides(store, as_json)
    elif apply or revoke or drop_calibration:
        if not by.strip():
            raise InputError("say who does this: --by NAME")
        _change_active(store, folder, active, by.strip(), apply, revoke)
    else:
        _propose(store, folder, bundle, as_json)


def _propose(store: Store, folder: Path, bundle: Path | None, as_json: bool) -> None:
    from socoder.cli.code import load_coder
    from socoder.cli.evaluate import evaluation
    from socoder.review.learning import propose

    done = propose(store, load_coder(bundle), folder, evaluation("labels"), _progress())
    if as_json:
        typer.echo(json.dumps(done.proposal, indent=2))
        return
    told = done.proposal
    typer.echo(
        f"labelled rows  {told['labels']['train']} to train, {told['labels']['held_out']} held out"
    )
    typer.echo(f"overrides      {told['overrides']} new or changed")
    fit = told["calibration"]
    typer.echo(f"confidence     {_fit(fit)}")
    summed = told["changes"]
    typer.echo(
        f"would change   {summed['items']} items ({summed['rows']} rows):"
        f" {summed['codes']} codes, {summed['statuses']} statuses"
    )
    for note in told["notes"]:
        typer.echo(f"note           {note}")
    typer.echo(
        f"{folder}: written, nothing is switched on. Read {folder / 'regression.csv'}, then:"
    )
    typer.echo(f"  socoder review learn -o {folder} --apply --by NAME")


def _fit(fit: dict[str, Any]) -> str:
    if not fit["fitted"]:
        return f"not fitted: {fit['why']}"
    if "before" not in fit:
        return "fitted, and no row was held out to measure it on"
    one, two = fit["before"], fit["after"]
    return (
        f"fitted; on {two['rows']} held-out rows stated minus right goes from {one['gap']:+.3f}"
        f" ({one['verdict']}) to {two['gap']:+.3f} ({two['verdict']})"
    )


def _change_active(
    store: Store, folder: Path, active: Path, by: str, apply: bool, revoke: str
) -> None:
    from socoder.review import switching

    if apply:
        done = switching.switch_on(store, folder, by)
        fitted = " and a fitted confidence" if done.calibration else ""
        typer.echo(f"switched on: {done.overrides} overrides{fitted}")
    elif revoke:
        typer.echo(f"revoked: {switching.revoke(store, revoke, by)} overrides")
    else:
        switching.drop_calibration(store, by)
        typer.echo("the bundle's own confidence is in force")
    overrides, calibration = switching.write_active(store, active)
    fitted = f" --calibration {calibration}" if calibration else ""
    typer.echo(f"written for use: --overrides {overrides}{fitted}")


def _list_overrides(store: Store, as_json: bool) -> None:
    from socoder.review.switching import overridden_rows

    rows = [row for row in overridden_rows(store) if not row["revoked_at"]]
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        place = f" in {row['department']}" if row["department"] else ""
        text = " with its text" if row["text_sha256"] else ""
        typer.echo(
            f"{row['soc_code']}  {row['title']}{place}{text}: {row['author']}"
            f" {row['decided_at'][:10]}, {row['source']}; on since {row['applied_at'][:10]}"
            f" by {row['applied_by']}"
        )
    if not rows:
        typer.echo("No override is in force.")


def _print_rate(rate: ErrorRate) -> None:
    typer.echo(f"accepted   {rate.accepted} items, {rate.sampled} in the blind sample,"
               f" {rate.decided} of them decided")  # fmt: skip
    if rate.rate is not None and rate.rate_of_rows is not None:
        low, high = rate.interval
        typer.echo(
            f"  wrong: {rate.wrong} = {rate.rate:.1%} of items (95 %: {low:.1%} to {high:.1%})"
        )
        low, high = rate.interval_of_rows
        typer.echo(f"         {rate.rate_of_rows:.1%} of rows (95 %: {low:.1%} to {high:.1%})")


def _agreement_line(name: str, figures: dict[str, Any]) -> str:
    cells = [f"{key} {_figure(figures[key])}" for key in ("percent", "kappa", "alpha")]
    left = f", {figures['left_out']} only broader" if figures["left_out"] else ""
    return f"  {name:9} {figures['pairs']:5} pairs  {'  '.join(cells)}{left}"


def _figure(own: dict[str, Any]) -> str:
    if own["value"] is None:
        return "-"
    if own["low"] is None:
        return f"{own['value']:.3f}"
    return f"{own['value']:.3f} ({own['low']:.3f} to {own['high']:.3f})"


def _progress() -> Callable[[int, int], None]:
    import sys

    def tell(done: int, of: int) -> None:
        if sys.stderr.isatty():
            typer.echo(f"\rcoding {done} of {of} items", nl=done == of, err=True)

    return tell


def _open(database: str, create: bool = False) -> Store:
    from socoder.review.store import Store

    return Store.open(database, create)
