"""A process of its own for one report: `python -m socoder.web.report_worker`.

What to do comes as JSON on standard input; how far it is goes out as JSON lines. Finding what must
be hidden can take minutes, and a damaged file can take this process down, but not the server.
"""

from __future__ import annotations

import io
import json
import re
import sys
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from socoder.errors import SocoderError

if TYPE_CHECKING:
    from socoder.coder import Coder
    from socoder.reports.positions import Positions
    from socoder.reports.report import Plot, Report
    from socoder.reports.wages import Wages

FAULT = "no report could be made of this file: that is a fault of socoder, please report it"
MOST_ROWS = 300  # of one table on the page; the files have all
_FIXED = (2000, 1, 1, 0, 0, 0)  # the same report gives the same bytes


def work(order: dict[str, Any], tell: Callable[[str], None]) -> dict[str, Any]:
    """Make the ordered report and write it to `folder`: body.html (what the page shows),
    report.html, report.xlsx, tables.zip and, where asked for, proposal.zip. `tell` is called with
    the step that begins. Returns {"report": …} or {"error": one line}."""
    from socoder.reports.page import body

    folder = Path(order["folder"])
    try:
        tell("read")
        report, to_do = _MAKERS[order["kind"]](order, tell)
        report = replace(report, subtitle=_named(report.subtitle, order["names"]))
        tell("write")
        _write(report, folder)
        (folder / "body.html").write_text(body(shortened(report)), encoding="utf-8")
        return {"report": {"title": report.title, "to_do": to_do}}
    except SocoderError as error:
        return {"error": str(error)}
    except Exception:  # its message could quote a row
        return {"error": FAULT}


def shortened(report: Report) -> Report:
    """The report with the first MOST_ROWS of long tables: a browser need not draw 50,000 rows."""
    tables = []
    for table in report.tables:
        long = len(table.rows) > MOST_ROWS
        note = f"The first {MOST_ROWS} of {len(table.rows):,} rows; the files have all. "
        first = table.rows[:MOST_ROWS]
        tables.append(replace(table, rows=first, note=note + table.note) if long else table)
    return replace(report, tables=tuple(tables))


def _workforce(order: dict[str, Any], tell: Callable[[str], None]) -> tuple[Report, list[str]]:
    from socoder import soc
    from socoder.reports.workforce import WorkforceOptions, workforce_report

    given = order["options"]
    positions = _positions(order)
    by = tuple(name for name in given["by"].split(",") if name != "none")
    options = WorkforceOptions(
        by, given["threshold"], _wages(given), given["state"], given["plots"]
    )
    tell("hide")
    return workforce_report(positions, soc.load(), options), _to_do(positions)


def _roles(order: dict[str, Any], tell: Callable[[str], None]) -> tuple[Report, list[str]]:
    from socoder import soc
    from socoder.reports.proposal import proposal
    from socoder.reports.roles_report import RolesOptions, roles_report

    given = order["options"]
    positions = _positions(order)
    options = RolesOptions(given["threshold"], _wages(given), given["state"], given["plots"])
    tell("hide")
    report = roles_report(positions, soc.load(), options)
    if role := given["proposal"]:
        text, plots = proposal(role, positions, soc.load(), options)
        _write_proposal(role, text, plots, Path(order["folder"]))
    return report, _to_do(positions)


def _funding(order: dict[str, Any], tell: Callable[[str], None]) -> tuple[Report, list[str]]:
    from socoder import soc
    from socoder.reports.budget import BudgetOptions
    from socoder.reports.funding_files import FundingOptions, funding_of_files
    from socoder.reports.wages import NATION

    given = order["options"]
    wages = _wages(given) if given["budget"] else None
    area = wages.area_name(given["state"]) if wages and given["state"] else NATION
    hours, rise, benefits = (_decimal(given[name]) for name in ("hours", "rise", "benefits"))
    options = FundingOptions(
        split=given["split"],
        crosswalk=Path(order["crosswalk"]) if order.get("crosswalk") else None,
        load=(lambda: _coder(order)) if given["coding"] and given["split"] != "code" else None,
        budget=BudgetOptions(hours, rise, benefits, area) if given["budget"] else None,
        wages=wages,
        plots=given["plots"],
        service_columns=given["service_columns"],
        position_columns=given["columns"],
        service_sheet=given["service_sheet"],
        position_sheet=given["sheet"],
    )
    tell("split")
    report = funding_of_files(Path(order["services"]), Path(order["coded"]), soc.load(), options)
    return report, []


def _title_map(order: dict[str, Any], tell: Callable[[str], None]) -> tuple[Report, list[str]]:
    from socoder import soc
    from socoder.reports import title_map as mapping
    from socoder.reports.sheet import read_sheet

    given = order["options"]
    table = read_sheet(Path(order["coded"]), given["sheet"])
    tell("code")
    mapped = mapping.map_titles(
        table, lambda jobs: _coder(order).code_batch(jobs), given["columns"]
    )
    return mapping.title_map(mapped, soc.load(), order["name"]), []


_MAKERS: dict[str, Callable[..., tuple[Any, list[str]]]] = {
    "workforce": _workforce, "roles": _roles, "funding": _funding, "map": _title_map,
}  # fmt: skip


def _named(text: str, names: Mapping[str, str]) -> str:
    """The text with the names that the tables had in place of those under which they are stored."""
    pattern = "|".join(re.escape(name) for name in names)
    return re.sub(pattern, lambda found: names[found[0]], text)


def _positions(order: dict[str, Any]) -> Positions:
    from socoder import soc
    from socoder.reports.positions import read_positions

    given = order["options"]
    return read_positions(Path(order["coded"]), soc.load(), given["columns"], given["sheet"])


def _to_do(positions: Positions) -> list[str]:
    """What was found in the file, for whoever makes the report: it is in none of its files."""
    from socoder.reports.workforce import to_do

    return [finding.line for finding in to_do(positions)]


def _wages(given: dict[str, Any]) -> Wages | None:
    from socoder.reports.wages import load_wages

    return load_wages() if given["wages"] else None


def _coder(order: dict[str, Any]) -> Coder:
    from socoder.coder import Coder

    return Coder.load(Path(order["bundle"]) if order.get("bundle") else None)


def _decimal(number: float) -> Decimal:
    return Decimal(str(round(number, 10))).normalize()


def _write(report: Report, folder: Path) -> None:
    from socoder.reports.files import write_report

    write_report(report, folder / "report.html")
    write_report(report, folder / "report.xlsx")
    tables = folder / "tables"
    tables.mkdir()
    written = write_report(report, tables / f"{report.id}.csv")
    _zip(folder / "tables.zip", {path.name: path.read_bytes() for path in written})


def _write_proposal(role: str, text: str, plots: tuple[Plot, ...], folder: Path) -> None:
    parts = {f"{role}.md": text.encode(), **{f"{p.id}.svg": p.svg.encode() for p in plots}}
    _zip(folder / "proposal.zip", parts)


def _zip(target: Path, parts: dict[str, bytes]) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            info = zipfile.ZipInfo(name, _FIXED)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    target.write_bytes(out.getvalue())


def _say(line: dict[str, Any]) -> None:
    print(json.dumps(line), flush=True)


if __name__ == "__main__":
    _say(work(json.load(sys.stdin), lambda step: _say({"progress": {"step": step, "share": 0.0}})))
