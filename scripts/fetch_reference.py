"""Bring the official files that training and the tables are built from.

    python scripts/fetch_reference.py                      from their official addresses
    python scripts/fetch_reference.py --from ../shared/reference     from a folder

The files land in `training_data/reference/` and are never committed. The official addresses could
not be tried where this was written: if an agency has moved a file, take it by hand and use --from.
Files are written whole or not at all, and kept if they are already there (--again replaces them).
"""

from __future__ import annotations

import argparse
import csv
import shutil
import sys
import tempfile
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
ONET = "https://www.onetcenter.org/dl_files/database/db_30_1_text.zip"
# Address → the files of it that are needed, each with its place; "" takes the download itself.
SOURCES: dict[str, dict[str, str]] = {
    ONET: {
        f"db_30_1_text/{name}.txt": f"onet_30_1/{name}.txt"
        for name in (
            "Occupation Data", "Task Statements", "Emerging Tasks", "Alternate Titles",
            "Sample of Reported Titles", "Job Zones", "Job Zone Reference", "DWA Reference",
            "IWA Reference", "Tasks to DWAs", "Related Occupations", "Technology Skills",
            "Education, Training, and Experience",
            "Education, Training, and Experience Categories",
        )
    },
    "https://www.onetcenter.org/taxonomy/2019/soc/2019_to_SOC_Crosswalk.xlsx?fmt=xlsx": {
        "": "crosswalks/onet_soc_2019_to_soc_2018.xlsx"
    },
    "https://www.bls.gov/soc/2018/soc_2018_definitions.xlsx": {"": "soc2018/soc_2018_definitions.xlsx"},
    "https://www.bls.gov/soc/2018/soc_2018_direct_match_title_file.xlsx": {
        "": "soc2018/soc_2018_direct_match_title_file.xlsx"
    },
    "https://www.bls.gov/soc/2018/soc_2010_to_2018_crosswalk.xlsx": {
        "": "crosswalks/soc_2010_to_2018_crosswalk.xlsx"
    },
    "https://www2.census.gov/programs-surveys/demo/guidance/industry-occupation/2018-occupation-code-list-and-crosswalk.xlsx": {
        "": "census/2018-occupation-code-list-and-crosswalk.xlsx"
    },
    "https://www.bls.gov/oes/special-requests/oesm24nat.zip": {
        "oesm24nat/national_M2024_dl.xlsx": "oews/national_M2024_dl.xlsx"
    },
    "https://www.bls.gov/emp/ind-occ-matrix/occupation.xlsx": {"": "bls_ep/occupation.xlsx"},
    "https://www.bls.gov/emp/ind-occ-matrix/education.xlsx": {"": "bls_ep/education.xlsx"},
}  # fmt: skip


# Spreadsheet → the table that the other scripts read: official column → column there.
TABLES: dict[str, tuple[str, dict[str, str]]] = {
    "soc2018/soc_2018_definitions.xlsx": (
        "soc2018/soc_2018_definitions.csv",
        {"SOC Group": "level", "SOC Code": "code", "SOC Title": "title",
         "SOC Definition": "definition"},
    ),
    "soc2018/soc_2018_direct_match_title_file.xlsx": (
        "soc2018/soc_2018_direct_match_titles.csv",
        {"2018 SOC Code": "code", "2018 SOC Title": "soc_title",
         "2018 SOC Direct Match Title": "title", "Illustrative Example": "illustrative"},
    ),
    "crosswalks/onet_soc_2019_to_soc_2018.xlsx": (
        "crosswalks/onet_soc_2019_to_soc_2018.csv",
        {"O*NET-SOC 2019 Code": "onet", "O*NET-SOC 2019 Title": "otitle",
         "2018 SOC Code": "soc", "2018 SOC Title": "stitle"},
    ),
    "crosswalks/soc_2010_to_2018_crosswalk.xlsx": (
        "crosswalks/soc_2010_to_2018_crosswalk.csv",
        {name: name for name in ("2010 SOC Code", "2010 SOC Title", "2018 SOC Code",
                                 "2018 SOC Title")},
    ),
}  # fmt: skip


def as_table(sheet: Path, table: Path, columns: dict[str, str]) -> None:
    """Write the rows below a spreadsheet's header as CSV; notes above and below it are left out."""
    from python_calamine import CalamineWorkbook

    rows = CalamineWorkbook.from_path(sheet).get_sheet_by_index(0).to_python()
    lines = [[str(cell).strip() for cell in row] for row in rows]
    at = next((i for i, line in enumerate(lines) if set(columns) <= set(line)), None)
    if at is None:
        raise SystemExit(f"{sheet}: no header with {', '.join(columns)}: take the table by hand")
    places = [lines[at].index(name) for name in columns]
    part = table.with_name(table.name + ".part")
    with part.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns.values())
        for line in lines[at + 1 :]:
            cells = [line[place] for place in places]
            if sum(map(bool, cells)) > 1:
                writer.writerow(cells)
    part.replace(table)


def copy_folder(source: Path, target: Path) -> Iterator[str]:
    """Copy every file of a folder that lies elsewhere."""
    if not source.is_dir():
        raise SystemExit(
            f"{source}: no such folder: name the one that holds soc2018/ and onet_30_1/"
        )
    for path in sorted(source.rglob("*")):
        if path.is_file():
            place = target / path.relative_to(source)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, place.with_name(place.name + ".part"))
            place.with_name(place.name + ".part").replace(place)
            yield str(path.relative_to(source))


def fetch(address: str, files: dict[str, str], target: Path, again: bool = False) -> Iterator[str]:
    """Download one address and put the named files in their places, each whole or not at all."""
    if not again and all((target / place).is_file() for place in files.values()):
        return
    request = urllib.request.Request(
        address, headers={"User-Agent": "socoder/0.1 (reference data)"}
    )
    with tempfile.TemporaryFile() as download:
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                shutil.copyfileobj(answer, download)
        except (urllib.error.URLError, TimeoutError, OSError) as error:
            reason = getattr(error, "reason", error)
            raise SystemExit(f"{address}: {reason}: take the file by hand and use --from") from None
        for member, place in files.items():
            download.seek(0)
            path = target / place
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_name(path.name + ".part")
            with part.open("wb") as file:
                if member:
                    try:
                        with zipfile.ZipFile(download) as archive, archive.open(member) as inside:
                            shutil.copyfileobj(inside, file)
                    except (zipfile.BadZipFile, KeyError):
                        part.unlink()
                        raise SystemExit(f"{address}: {member} is not in that archive") from None
                else:
                    shutil.copyfileobj(download, file)
            part.replace(path)
            yield place


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--from", dest="source", type=Path, help="a folder that has the files")
    parser.add_argument("--to", type=Path, default=ROOT / "training_data/reference")
    parser.add_argument("--again", action="store_true", help="replace files that are there")
    arguments = parser.parse_args()
    if arguments.source:
        count = sum(1 for _ in copy_folder(arguments.source, arguments.to))
        print(f"{count} files copied to {arguments.to}")
        return
    for address, files in SOURCES.items():
        for place in fetch(address, files, arguments.to, arguments.again):
            print(place, file=sys.stderr)
            if place in TABLES:
                table, columns = TABLES[place]
                as_table(arguments.to / place, arguments.to / table, columns)


if __name__ == "__main__":
    main()
