"""A pandas DataFrame or an Arrow table in, the same with its soc_ columns out."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from socoder.bulk.coded_row import CodedRow
from socoder.bulk.coding import code_distinct
from socoder.bulk.columns import find_columns
from socoder.bulk.options import SOC_COLUMNS
from socoder.bulk.texts import job_of, key_of
from socoder.bulk.workers import BATCH
from socoder.errors import InputError
from socoder.records import Job, Policy
from socoder.tabular.layout import as_text

if TYPE_CHECKING:
    from socoder.coder import Coder


def code_table(
    table: Any,
    *,
    title: str = "",
    description: str = "",
    department: str = "",
    policy: Policy = "guideline",
    coder: Coder | None = None,
) -> Any:
    """A copy of a pandas DataFrame or a pyarrow Table with the eleven soc_ columns after its own;
    rows, their order and an index stay. Columns are found by name where none is given; "-" is none.
    Confidences are 0-1, and missing for a row without a usable text (soc_status "uncodable").

    Every distinct text is coded once, in this process, with `coder` or the shipped bundle. Raises
    InputError for what is no such table, for a missing column, and if soc_ columns are there."""
    is_frame = hasattr(table, "iloc") and hasattr(table, "columns")
    if not is_frame and not hasattr(table, "column_names"):
        raise InputError("code_table takes a pandas DataFrame or a pyarrow Table")
    names = [str(name) for name in (table.columns if is_frame else table.column_names)]
    given = {"title": title, "description": description, "department": department, "id": "-"}
    columns = find_columns(names, given, "the table")
    if columns.coded:
        raise InputError("the table has soc_ columns already: drop or rename them first")

    def texts(column: int | None) -> Sequence[str]:
        if column is None:
            return [""] * len(table)
        found = table.iloc[:, column] if is_frame else table.column(column).to_pylist()
        return ["" if _missing(value) else as_text(value) for value in found]

    parts = (columns.title, columns.description, columns.department)
    rows = list(zip(*map(texts, parts), strict=True))
    jobs = {cells: job_of(cells) for cells in dict.fromkeys(rows)}
    coded = _coded(jobs.values(), policy, coder)
    cells = [coded[key_of(jobs[row])].cells for row in rows]
    added = {name: [row[i] for row in cells] for i, name in enumerate(SOC_COLUMNS)}
    if is_frame:
        return table.assign(**added)
    import pyarrow

    for name, values in added.items():
        kind = pyarrow.float64() if name.startswith("soc_confidence") else pyarrow.string()
        table = table.append_column(name, pyarrow.array(values, kind))
    return table


def _coded(jobs: Any, policy: Policy, coder: Coder | None) -> dict[bytes, CodedRow]:
    distinct: dict[bytes, Job] = {key_of(job): job for job in jobs}
    if distinct and coder is None:
        from socoder.coder import Coder

        coder = Coder.load()
    found: dict[bytes, CodedRow] = {}
    rest = iter(distinct.items())
    while coder and (some := list(islice(rest, BATCH))):
        rows = code_distinct(coder, [job for _, job in some], policy)
        found.update(zip((key for key, _ in some), rows, strict=True))
    return found


def _missing(value: Any) -> bool:
    """None, NaN, NaT and pandas' NA: what is not equal to itself, or refuses to tell."""
    if isinstance(value, str):
        return False
    try:
        return value is None or bool(value != value)  # noqa: PLR0124
    except (TypeError, ValueError):
        return True
