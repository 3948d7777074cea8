"""The command line: one module a command, each a thin wrapper round a plain function.

Only light modules are imported here, so that `socoder --help` answers at once; a command imports
what it needs when it runs.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Annotated

import typer

from socoder import __version__
from socoder.cli import (
    bulk,
    code,
    code_paste,
    evaluate,
    map,
    model,
    report,
    report_funding,
    review,
    serve,
    soc,
)
from socoder.errors import SocoderError

INTERRUPTED, NOBODY_READS = 130, 141  # 128 + SIGINT, 128 + SIGPIPE: what shells expect

# Plain help: rich would cost a third of the time that --help takes.
app = typer.Typer(
    name="socoder",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(code.code)
app.command()(bulk.bulk)
app.command("code-paste")(code_paste.code_paste)
app.add_typer(soc.app, name="soc")
app.command()(evaluate.evaluate)
app.add_typer(model.app, name="model")
report.app.command()(report_funding.funding)
app.add_typer(report.app, name="report")
app.command("map")(map.title_map)
app.command()(serve.serve)
app.add_typer(review.app, name="review")


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"socoder {__version__}")
        raise typer.Exit


@app.callback()
def start(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version and exit."
        ),
    ] = False,
) -> None:
    """What a job does, in; its US 2018 SOC code, out, with how sure that is, and why."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line with `arguments` (those of the process if None).

    Returns the exit status: 0 done, 2 bad arguments or input, 3 done but some inputs were
    rejected, 4 bundle damaged or missing, 1 a fault of socoder itself. An error is one line on
    standard error; SOCODER_DEBUG=1 shows the traceback of a fault.
    """
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, ValueError):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        status = app(arguments, prog_name="socoder", standalone_mode=False)
        sys.stdout.flush()
    except SocoderError as error:
        return _complain(str(error), error.exit_status)
    except BrokenPipeError:
        return _stop_writing()
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    except SystemExit as end:  # typer ends so when nobody reads the output any more
        return _stop_writing() if end.code == 1 else int(end.code or 0)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        return _complain(f"{where}{error.strerror or type(error).__name__}", 2)
    except Exception as error:
        return _usage(error) if hasattr(error, "format_message") else _fault(error)
    return status if isinstance(status, int) else 0


def _usage(error: Exception) -> int:
    """Arguments that typer refuses, in one line with where to look; help where none were given."""
    message, context = error.format_message(), getattr(error, "ctx", None)  # type: ignore[attr-defined]
    if type(error).__name__ == "NoArgsIsHelpError":
        typer.echo(message, err=True)
        return 2
    look = f" (see {context.command_path} --help)" if context else ""
    return _complain(message.rstrip(".") + look, 2)


def _fault(error: Exception) -> int:
    """What should not happen. The message could quote a posting, so only the type is shown."""
    if os.environ.get("SOCODER_DEBUG") == "1":
        import traceback

        traceback.print_exception(error)
    return _complain(
        f"unexpected {type(error).__name__}: this is a fault of socoder {__version__}, please"
        " report it (SOCODER_DEBUG=1 shows where it happened)",
        1,
    )


def _complain(message: str, status: int) -> int:
    from socoder.cli.page import plain

    typer.echo(f"socoder: error: {plain(message)}", err=True)
    return status


def _stop_writing() -> int:
    """Nobody reads on (`socoder … | head`): end quietly, also when Python flushes at exit."""
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno())  # type: ignore[union-attr]
    return NOBODY_READS
