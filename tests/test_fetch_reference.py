"""Fetching official files: from a local server, whole or not at all."""

from __future__ import annotations

import functools
import http.server
import io
import sys
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "scripts"))
import fetch_reference


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """A web server on this machine with one plain file and one archive."""
    folder = tmp_path / "served"
    folder.mkdir()
    (folder / "plain.csv").write_text("code,title\n")
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("db/Job Zones.txt", "zones")
    (folder / "db.zip").write_bytes(held.getvalue())

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_address[1]}"
        running.shutdown()


def test_a_file_and_a_member_of_an_archive_land_in_their_places(
    server: str, tmp_path: Path
) -> None:
    target = tmp_path / "reference"
    assert list(fetch_reference.fetch(f"{server}/plain.csv", {"": "soc/a.csv"}, target)) == [
        "soc/a.csv"
    ]
    files = {"db/Job Zones.txt": "onet/Job Zones.txt"}
    assert list(fetch_reference.fetch(f"{server}/db.zip", files, target)) == ["onet/Job Zones.txt"]
    assert (target / "soc/a.csv").read_text() == "code,title\n"
    assert (target / "onet/Job Zones.txt").read_text() == "zones"
    assert not list(target.rglob("*.part"))


def test_what_is_there_is_kept_unless_asked(server: str, tmp_path: Path) -> None:
    place = tmp_path / "a.csv"
    place.write_text("mine")
    assert list(fetch_reference.fetch(f"{server}/plain.csv", {"": "a.csv"}, tmp_path)) == []
    assert place.read_text() == "mine"
    assert list(fetch_reference.fetch(f"{server}/plain.csv", {"": "a.csv"}, tmp_path, True)) == [
        "a.csv"
    ]
    assert place.read_text() == "code,title\n"


@pytest.mark.parametrize(
    ("path", "member", "says"),
    [
        ("missing.csv", "", "take the file by hand"),
        ("db.zip", "db/Other.txt", "not in that archive"),
        ("plain.csv", "x", "not in that archive"),
    ],
)
def test_failures_are_one_line_and_leave_nothing(
    server: str, tmp_path: Path, path: str, member: str, says: str
) -> None:
    target = tmp_path / "reference"
    with pytest.raises(SystemExit, match=says) as caught:
        list(fetch_reference.fetch(f"{server}/{path}", {member: "a/b.txt"}, target))
    assert "\n" not in str(caught.value)
    assert not [found for found in target.rglob("*") if found.is_file()]


def test_a_folder_can_be_taken_instead(tmp_path: Path) -> None:
    (tmp_path / "from/soc2018").mkdir(parents=True)
    (tmp_path / "from/soc2018/a.csv").write_text("x")
    assert list(fetch_reference.copy_folder(tmp_path / "from", tmp_path / "to")) == [
        "soc2018/a.csv"
    ]
    assert (tmp_path / "to/soc2018/a.csv").read_text() == "x"
    with pytest.raises(SystemExit, match="no such folder"):
        list(fetch_reference.copy_folder(tmp_path / "nowhere", tmp_path / "to"))


def test_a_spreadsheet_becomes_the_table_that_the_scripts_read(tmp_path: Path) -> None:
    pytest.importorskip("python_calamine", reason="needs python-calamine: the train extra")
    openpyxl = pytest.importorskip("openpyxl", reason="needs openpyxl: the train extra")
    book = openpyxl.Workbook()
    for row in (
        ["2018 SOC Definitions"],
        [],
        ["SOC Group", "SOC Code", "SOC Title", "SOC Definition"],
        ["Detailed", "21-1093", "Assistants", "Made up."],
        ["A note below the table"],
    ):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    _, columns = fetch_reference.TABLES["soc2018/soc_2018_definitions.xlsx"]
    fetch_reference.as_table(tmp_path / "a.xlsx", tmp_path / "a.csv", columns)
    lines = (tmp_path / "a.csv").read_text().splitlines()
    assert lines == ["level,code,title,definition", "Detailed,21-1093,Assistants,Made up."]
    with pytest.raises(SystemExit, match="no header with"):
        fetch_reference.as_table(tmp_path / "a.xlsx", tmp_path / "b.csv", {"Other": "other"})
