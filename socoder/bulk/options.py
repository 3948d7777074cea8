"""What a bulk run is asked for, what it tells on the way, and what it was in the end."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from socoder.records import Policy, Settings

SOC_COLUMNS = (
    "soc_code", "soc_title", "soc_confidence", "soc_confidence_broad", "soc_confidence_minor",
    "soc_confidence_major", "soc_status", "soc_reasons", "soc_alternatives", "soc_role_tags",
    "soc_model",
)  # fmt: skip
NUMBERS = SOC_COLUMNS[2:6]
PARTS = ("title", "description", "department", "id")
STATUSES = ("accepted", "reviewed", "review", "out_of_scope", "uncodable")


@dataclass(frozen=True, slots=True)
class BulkOptions:
    """How to code a table.

    The four columns are names, or numbers from 1; "" is found by its name, "-" is none. `jobs` is
    the number of processes, 0 all cores. `previous` is a coded file whose settled codes are taken
    over. `overwrite_soc` replaces the soc_ columns that the input has already. `resume` goes on
    with an interrupted run, `restart` throws away what it left. `overrides` is a table of codes that
    people decided for exact titles.
    """

    title_column: str = ""
    description_column: str = ""
    department_column: str = ""
    id_column: str = ""
    sheet: str = ""
    delimiter: str = ""
    encoding: str = ""
    policy: Policy = "guideline"
    settings: Settings = field(default_factory=Settings)
    bundle: Path | None = None
    encoder: str = ""
    calibration: Path | None = None
    jobs: int = 0
    previous: Path | None = None
    excel: bool = False
    drop_personal: bool = False
    overwrite_soc: bool = False
    resume: bool = False
    restart: bool = False
    overrides: Path | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is. `share` is that of the input that the step has been through, 0-1; `rows`
    have been through it, `texts` distinct ones were coded so far. `per_second` are rows, and
    `seconds_left` is for this step: None while nobody can tell."""

    step: Literal["code", "write"]
    share: float
    rows: int
    texts: int
    per_second: float
    seconds_left: float | None


@dataclass(frozen=True, slots=True)
class Summary:
    """What became of a table; the counts of `statuses` add up to `rows`.

    `columns` are the columns that were taken, `personal` the names of those that look personal and
    were not. `mean_confidence` is that of the rows with a code, 0-1; None if there are none.
    `accepted_share` is that of all rows (head-count). `rejected` rows have no usable text.
    `carried_rows` have a code from the previous file. `seconds` is wall time.
    """

    input: str
    output: str
    rows: int
    distinct_texts: int
    distinct_titles: int
    statuses: dict[str, int]
    accepted_share: float
    mean_confidence: float | None
    top_codes: list[dict[str, Any]]
    rejected: int
    blank_lines: int
    short_rows: int
    long_rows: int
    columns: dict[str, str]
    personal: list[str]
    dropped: list[str]
    carried_rows: int
    changes: dict[str, int]
    bundle: str
    bundle_sha256: str
    policy: str
    settings: dict[str, Any]
    socoder: str
    jobs: int
    resumed_texts: int
    seconds: float
    seconds_to_code: float
    notes: list[str] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """What stands in OUT.summary.json."""
        return {"schema": "socoder.bulk/1", **asdict(self)}
