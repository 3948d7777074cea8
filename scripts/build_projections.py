"""Build socoder/data/projections_2024_34.csv from the official table of the BLS projections.

    python scripts/build_projections.py --reference ../shared/reference

Only figures are written, no title: employment, change, openings. A hybrid of BLS stays under its
own code; the reader finds it for its members.
"""

from __future__ import annotations

import argparse
import csv
import io
import re
from pathlib import Path

from python_calamine import CalamineWorkbook

TARGET = Path(__file__).parents[1] / "socoder" / "data" / "projections_2024_34.csv"
SHEET = "Table 1.2"
COLUMNS = {
    "employment_2024": "Employment, 2024",
    "employment_2034": "Employment, 2034",
    "change_percent": "Employment change, percent, 2024–34",
    "openings": "Occupational openings, 2024–34 annual average",
}


def build(workbook: Path) -> str:
    """The table as CSV: employment and yearly openings in thousands, change in percent."""
    rows = CalamineWorkbook.from_path(workbook).get_sheet_by_name(SHEET).to_python()
    start = next(at for at, row in enumerate(rows) if "Occupation type" in row)
    header = [str(cell) for cell in rows[start]]
    code = header.index("2024 National Employment Matrix code")
    at = [header.index(name) for name in COLUMNS.values()]
    kind = header.index("Occupation type")
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["code", *COLUMNS])
    for row in rows[start + 1 :]:
        if row[kind] == "Line item" and re.fullmatch(r"\d\d-\d{4}", str(row[code])):
            writer.writerow([row[code], *(row[column] for column in at)])
    return out.getvalue()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reference", type=Path, required=True)
    TARGET.write_text(build(parser.parse_args().reference / "bls_ep" / "occupation.xlsx"))
    print(f"{TARGET.name}: {len(TARGET.read_text().splitlines()) - 1} occupations")
