"""`socoder model`: which model bundle answers, and how good it was measured to be."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from socoder.bundle import Bundle

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Look at the model bundle.")


@app.callback()
def start() -> None:
    """Look at the model bundle."""


@app.command()
def info(
    bundle: Annotated[
        Path | None, typer.Option(help="Folder of another bundle than the shipped one.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")] = False,
) -> None:
    """Verify the bundle; show its files and figures."""
    from socoder.bundle import Bundle

    found = describe(Bundle.load(bundle))
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    from rich.table import Table

    from socoder.cli.page import console

    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for label in ("name", "sha256", "data", "folder"):
        table.add_row(label, found[label])
    table.add_row("format", str(found["format"]))
    for name, size in found["files"].items():
        table.add_row("file", f"{name}  {size:,} bytes")
    table.add_row("in all", f"{found['bytes'] / 1e6:.1f} MB")
    out = console()
    out.print(table)
    if found["figures"]:
        from socoder.cli.evaluate import print_report

        print_report(found["figures"])


def describe(bundle: Bundle) -> dict[str, Any]:
    """A verified bundle, ready for JSON: name, sha256 of the manifest, data, folder, format,
    files (name → bytes), bytes in all, and the figures that its maker measured ({} if none)."""
    files = {name: int(entry["bytes"]) for name, entry in bundle.manifest["files"].items()}
    return {
        "name": bundle.info.bundle,
        "sha256": bundle.info.sha256,
        "data": bundle.info.data,
        "folder": str(bundle.folder),
        "format": bundle.manifest["format"],
        "files": files,
        "bytes": sum(files.values()),
        "figures": bundle.manifest.get("figures") or {},
    }
