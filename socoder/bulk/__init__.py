"""Bulk coding: a table in, the same table with its SOC codes out, whatever happens on the way.

from pathlib import Path
from socoder.bulk import BulkOptions, run
summary = run(Path("payroll.csv"), Path("coded.csv"), BulkOptions(jobs=2))
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from socoder.bulk.options import BulkOptions, Progress, Summary

if TYPE_CHECKING:
    from socoder.bulk.table_run import run

__all__ = ["BulkOptions", "Progress", "Summary", "run"]


def __getattr__(name: str) -> Any:
    # Loaded when first asked for: it brings what only a run needs.
    if name == "run":
        from socoder.bulk.table_run import run

        return run
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
