"""Distinct jobs → the cells of their soc_ columns: all that bulk coding asks of the coder."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from socoder.bulk.coded_row import CodedRow, coded_row
from socoder.bulk.known_titles import answered
from socoder.records import Job, Policy

if TYPE_CHECKING:
    from socoder.coder import Coder

ALTERNATIVES = 9


def code_distinct(
    coder: Coder, jobs: Sequence[Job], policy: Policy = "guideline"
) -> list[CodedRow]:
    """One row for each job, in order; a row depends on its own job alone. Titles that the bundle
    has an answer for are looked up, the others coded: the rows are the same."""
    rows = answered(coder, jobs, policy)
    left = [job for job, row in zip(jobs, rows, strict=True) if row is None]
    coded = iter(code_fully(coder, left, policy))
    return [row or next(coded) for row in rows]


def code_fully(coder: Coder, jobs: Sequence[Job], policy: Policy = "guideline") -> list[CodedRow]:
    """One row for each job, none of them looked up."""
    codings = coder.code_batch(jobs, policy, ALTERNATIVES, brief=True)
    return [coded_row(coding) for coding in codings]
