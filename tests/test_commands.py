"""Every command is light to start, explains itself, and stands in docs/commands.md."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from socoder.cli import app

ROOT = Path(__file__).parents[1]
DOCS = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
HEAVY = {
    "torch", "spacy", "sklearn", "pandas", "numpy", "onnxruntime", "tokenizers", "rich", "pyarrow",
    "openpyxl", "python_calamine", "sqlite3", "sqlalchemy", "fastapi", "dask", "matplotlib",
}  # fmt: skip


def commands() -> Iterator[tuple[str, Any]]:
    """Name ("soc show") and command of everything below `socoder`."""

    def walk(command: Any, name: str) -> Iterator[tuple[str, Any]]:
        yield name, command
        for part, below in sorted(getattr(command, "commands", {}).items()):
            yield from walk(below, f"{name} {part}".strip())

    yield from walk(typer.main.get_command(app), "")


COMMANDS = dict(commands())
RUNNABLE = {name: command for name, command in COMMANDS.items() if not hasattr(command, "commands")}


def section(name: str) -> str:
    """The part of docs/commands.md under the heading of a command."""
    found = re.search(
        rf"^#+ `socoder {re.escape(name)}`\n(.*?)(?=^#+ |\Z)", DOCS, re.DOTALL | re.MULTILINE
    )
    return found[1] if found else ""


def loaded(code: str) -> set[str]:
    """The heavy modules that are in memory after the code ran in a fresh Python."""
    show = f"{code}\nimport json, sys; print(json.dumps(sorted(sys.modules)))"
    result = subprocess.run(
        [sys.executable, "-c", show], capture_output=True, text=True, cwd=ROOT, check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    names = json.loads(result.stdout.splitlines()[-1])
    return {name.partition(".")[0] for name in names} & HEAVY


def test_import_socoder_loads_nothing_heavy() -> None:
    assert loaded("import socoder") == set()


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["code", "--help"], ["cod"]])
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    code = f"from socoder.cli import main\nmain({arguments!r})\nprint()"
    assert loaded(code) <= ({"rich"} if arguments == ["cod"] else set())


def test_the_tree_of_commands() -> None:
    assert set(RUNNABLE) >= {
        "code", "evaluate", "model info", "soc show", "soc search", "soc tree",
    }  # fmt: skip


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_option_and_argument_has_help(name: str) -> None:
    command = COMMANDS[name]
    assert (command.help or "").strip()
    for parameter in command.params:
        assert (getattr(parameter, "help", "") or "").strip(), f"{name}: {parameter.name}"


@pytest.mark.parametrize("name", list(RUNNABLE))
def test_every_command_stands_in_the_docs_with_an_example(name: str) -> None:
    text = section(name)
    assert text, f"docs/commands.md has no heading `socoder {name}`"
    assert f"socoder {name}" in text
    assert "```" in text


@pytest.mark.parametrize("name", list(RUNNABLE))
def test_every_option_stands_in_the_docs(name: str) -> None:
    for parameter in RUNNABLE[name].params:
        for spelled in parameter.opts:
            if spelled.startswith("--") and spelled != "--help":
                assert f"`{spelled}" in section(name), f"{name}: {spelled}"


def test_the_docs_name_no_command_that_is_gone() -> None:
    named = re.findall(r"^#+ `socoder ([^`]+)`", DOCS, re.MULTILINE)
    assert set(named) == set(RUNNABLE)


def examples() -> list[tuple[str, str]]:
    """Each command line of the docs with the output that is shown under it ("" if none)."""
    found = []
    for block in re.findall(r"```console\n(.*?)```", DOCS, re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            line, _, output = part.partition("\n")
            found.append((line, output))
    return found


@pytest.mark.skipif(os.name == "nt", reason="the examples are written for a POSIX shell")
@pytest.mark.parametrize(
    ("line", "output"), [pair for pair in examples() if "socoder evaluate" not in pair[0]]
)
def test_the_examples_of_the_docs_run(line: str, output: str) -> None:
    command = re.sub(r"\bsocoder(?= )", f"{shlex.quote(sys.executable)} -m socoder", line)
    result = subprocess.run(
        command, shell=True, capture_output=True, text=True, encoding="utf-8", cwd=ROOT,
        stdin=subprocess.DEVNULL, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "80"},
    )  # fmt: skip
    assert result.returncode == (3 if "missing" in line else 0), result.stderr
    assert result.stdout
    if line.startswith("socoder soc"):  # what the model says changes with every training
        assert [row.rstrip() for row in result.stdout.splitlines()] == output.splitlines()
