"""scripts/build_tables.py, against the tables that ship."""

import csv
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from socoder.soc import DATA

ROOT = Path(__file__).parents[1]
REFERENCE = ROOT.parent / "shared" / "reference"


def build(*arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, ROOT / "scripts" / "build_tables.py", *arguments]
    return subprocess.run(
        command,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.skipif(not REFERENCE.is_dir(), reason="the official reference files are not here")
@pytest.mark.skipif(
    importlib.util.find_spec("python_calamine") is None, reason="python-calamine is not installed"
)
def test_the_tables_are_rebuilt_byte_for_byte(tmp_path: Path) -> None:
    run = build("--reference", REFERENCE, "--out", tmp_path)
    assert run.returncode == 0, run.stderr
    built = sorted(path.name for path in tmp_path.iterdir())
    assert built == sorted(path.name for path in DATA.glob("soc_2018*"))
    for name in built:
        assert (tmp_path / name).read_bytes() == (DATA / name).read_bytes(), name


@pytest.mark.skipif(not REFERENCE.is_dir(), reason="the official reference files are not here")
def test_no_sentence_of_the_definitions_is_in_the_tables() -> None:
    with (REFERENCE / "soc2018" / "soc_2018_definitions.csv").open(encoding="utf-8-sig") as file:
        sentences = [row["definition"].split(".")[0] for row in csv.DictReader(file)]
    tables = "".join(path.read_text(encoding="utf-8") for path in DATA.glob("soc_2018*"))
    assert not [sentence for sentence in sentences if sentence and sentence in tables]


def test_a_missing_reference_file_is_one_clear_line(tmp_path: Path) -> None:
    run = build("--reference", tmp_path / "nowhere", "--out", tmp_path / "out")
    assert run.returncode == 2
    assert "soc_2018_definitions.csv is not there" in run.stderr
    assert run.stderr.count("\n") == 1
    assert not (tmp_path / "out").exists()
