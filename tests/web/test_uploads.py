"""Uploaded files are known by what they hold, and refused before anything opens them."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from socoder.errors import InputError
from socoder.web.jobs import shown_name
from socoder.web.uploads import PrivateFolder, document_ending, store, table_ending


def workbook(parts: dict[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", packing) as archive:
        for name, content in {"xl/workbook.xml": b"<workbook/>", **parts}.items():
            archive.writestr(name, content)
    return file.getvalue()


def lying(content: bytes, true_size: int, claimed: int) -> bytes:
    """The archive with the size of a part understated wherever it stands."""
    true, false = true_size.to_bytes(4, "little"), claimed.to_bytes(4, "little")
    assert content.count(true) >= 2
    return content.replace(true, false)


def ending(tmp_path: Path, content: bytes) -> str:
    path = tmp_path / "upload"
    path.write_bytes(content)
    return table_ending(path)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"Title,Name\nCook,A\n", ".csv"),
        ("\ufeffTitle\tName\n".encode("utf-8-sig"), ".csv"),
        ("Title,Name\nCook,A\n".encode("utf-16"), ".csv"),
        (b"Titre;Nom\nCuisinier \xe9,A\n", ".csv"),
        (b"PAR1....PAR1", ".parquet"),
        (workbook({"xl/worksheets/sheet1.xml": b"<x/>" * 100}), ".xlsx"),
    ],
)
def test_tables_are_known_by_their_content(tmp_path: Path, content: bytes, found: str) -> None:
    assert ending(tmp_path, content) == found


@pytest.mark.parametrize(
    "content",
    [
        b"", b"  \n", b"%PDF-1.7\n", b"MZ\x90\x00\x03", b"\x7fELF\x02", b"#!/bin/sh\nls\n",
        b"<!DOCTYPE html><script>", b"  <html>", b"<?php system('ls') ?>", b"\x1f\x8b\x08\x00",
        b"\x89PNG\r\n", b"Title\0Name", b"{\\rtf1", b"PAR1 cut off",
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(InputError) as refused:
        ending(tmp_path, content)
    assert "\n" not in str(refused.value)


def test_an_archive_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("../../etc/passwd", "root")
    with pytest.raises(InputError, match="no Excel workbook"):
        ending(tmp_path, file.getvalue())
    assert [path.name for path in tmp_path.iterdir()] == ["upload"]


def test_a_zip_bomb_is_refused_by_its_ratio(tmp_path: Path) -> None:
    bomb = workbook({"xl/worksheets/sheet1.xml": b"0" * 50_000_000})
    assert len(bomb) < 100_000
    with pytest.raises(InputError, match="unpacks to far more"):
        ending(tmp_path, bomb)


def test_a_zip_bomb_of_many_parts_is_refused(tmp_path: Path) -> None:
    parts = {f"xl/worksheets/sheet{i}.xml": b"" for i in range(2_100)}
    with pytest.raises(InputError, match="unpacks to far more"):
        ending(tmp_path, workbook(parts))


@pytest.mark.parametrize("claimed", [1_000, 0])
def test_a_zip_bomb_that_understates_its_size_is_refused(tmp_path: Path, claimed: int) -> None:
    size = 40_000_123
    bomb = lying(workbook({"xl/worksheets/sheet1.xml": b"0" * size}), size, claimed)
    with pytest.raises(InputError, match="unpacks to far more"):
        ending(tmp_path, bomb)


@pytest.mark.parametrize("honest", [True, False])
def test_a_bomb_is_turned_away_in_less_memory_than_it_holds(tmp_path: Path, honest: bool) -> None:
    path, megabytes = tmp_path / "bomb", 700
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"")
        with archive.open("xl/worksheets/sheet1.xml", "w") as part:
            for _ in range(megabytes):
                part.write(bytes(1_000_000))
    if not honest:
        path.write_bytes(lying(path.read_bytes(), megabytes * 1_000_000, 4_000))
    script = (
        "import resource, sys; from pathlib import Path\n"
        "from socoder.errors import InputError\nfrom socoder.web.uploads import table_ending\n"
        "resource.setrlimit(resource.RLIMIT_AS, (400_000_000, 400_000_000))\n"
        "try: table_ending(Path(sys.argv[1]))\nexcept InputError as error: print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True
    )
    assert "unpacks to far more" in done.stdout


def test_an_unusual_packing_and_a_damaged_part_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="unusual"):
        ending(tmp_path, workbook({"a": b"x" * 999}, zipfile.ZIP_BZIP2))
    whole = workbook({"a": os.urandom(5_000)})
    with pytest.raises(InputError):
        ending(tmp_path, whole[:2_000] + b"\0" * 500 + whole[2_500:3_000])


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300), st.booleans())
def test_any_bytes_are_a_table_or_refused_in_one_line(
    tmp_path: Path, content: bytes, zipped: bool
) -> None:
    try:
        assert ending(tmp_path, b"PK\x03\x04" + content if zipped else content) in (
            ".csv",
            ".xlsx",
            ".parquet",
        )
    except InputError as refused:
        assert "\n" not in str(refused)


def test_a_stored_upload_is_private_and_never_replaces_a_file(tmp_path: Path) -> None:
    target = tmp_path / "table.csv"
    assert store(io.BytesIO(b"abc"), target) == 3
    assert target.stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        store(io.BytesIO(b"other"), target)
    assert target.read_bytes() == b"abc"


@pytest.mark.parametrize("name", ["a.docx", "../../a.DOCX", "C:\\x\\a.docx", "a.b.docx"])
def test_only_the_ending_of_a_name_counts(name: str) -> None:
    assert document_ending(name) == ".docx"


@pytest.mark.parametrize("name", ["a.exe", "a.docx.sh", "a.csv", "..sh"])
def test_endings_that_are_not_read_are_refused(name: str) -> None:
    with pytest.raises(InputError):
        document_ending(name)


@given(st.text(max_size=300))
def test_a_shown_name_is_tame(name: str) -> None:
    shown = shown_name(name)
    assert 0 < len(shown) <= 80 and not set(shown) & set("/\\<>\"'&\r\n\0;:%")
    assert shown not in (".", "..")


def test_folders_of_killed_servers_go_and_those_of_running_ones_stay(tmp_path: Path) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    left = tmp_path / f"{PrivateFolder.PREFIX}{dead.pid}-abc"
    running = tmp_path / f"{PrivateFolder.PREFIX}{os.getppid()}-abc"
    foreign = tmp_path / f"{PrivateFolder.PREFIX}notes"
    for folder in (left, running, foreign):
        folder.mkdir()
    made = PrivateFolder(tmp_path)
    assert not left.exists() and running.exists() and foreign.exists()
    assert made.path.stat().st_mode & 0o777 == 0o700
    made.close()
    assert not made.path.exists()
