"""`socoder serve`: the web pages and the JSON API."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from socoder.errors import InputError, MissingExtraError

_NEEDS = ("fastapi", "jinja2", "uvicorn", "python_multipart", "sqlalchemy")


def serve(
    host: Annotated[
        str,
        typer.Option(help="Address to listen at. Any but this machine's own needs a token."),
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port; 0 takes a free one.")] = 8765,
    token_file: Annotated[
        Path | None,
        typer.Option(
            help="File that holds the access token, 16 characters or more; or set SOCODER_TOKEN."
        ),
    ] = None,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(help="A further name under which the server is reached; may be repeated."),
    ] = None,
    database: Annotated[
        str, typer.Option(help="The review store: a file, or the address of a PostgreSQL database.")
    ] = "review.db",
    bundle: Annotated[
        Path | None, typer.Option(help="Folder of another model bundle than the shipped one.")
    ] = None,
    max_upload: Annotated[
        int, typer.Option(min=1, max=2000, help="Megabytes that an uploaded table may have.")
    ] = 64,
    workers: Annotated[
        int | None,
        typer.Option(
            help="Coders that share the texts that wait, each with some 400 MB; default: one for"
            " each core, two at most. Those above the first begin when a text has to wait."
        ),
    ] = None,
) -> None:
    """Serve the web pages, on this machine alone unless told otherwise."""
    check_extra()
    from socoder.web.server import run
    from socoder.web.settings import WebSettings

    settings = WebSettings(
        host=host,
        port=port,
        token=read_token(token_file),
        allowed_hosts=tuple(allow_host or ()),
        database=database,
        bundle=bundle,
        max_table=max_upload * 1_000_000,
        workers=min(cores(), 2) if workers is None else workers,
    )
    run(settings.check(), lambda line: typer.echo(line, err=True))


def cores() -> int:
    """The processor cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def check_extra() -> None:
    """Raises MissingExtraError unless the libraries of the pages are installed."""
    from importlib.util import find_spec

    if any(find_spec(name) is None for name in _NEEDS):
        raise MissingExtraError("the web pages need some libraries: pip install 'socoder[web]'")


def read_token(path: Path | None) -> str:
    """The access token in a file, else that of SOCODER_TOKEN, else "". A token on the command line
    could be read by every user of the machine. Raises InputError for an empty or missing file."""
    if path is None:
        return os.environ.get("SOCODER_TOKEN", "").strip()
    try:
        token = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise InputError(f"--token-file {path.name} cannot be read: check its name") from None
    if not token:
        raise InputError(f"--token-file {path.name} is empty: write the token into it")
    return token
