"""A coder that answers at once, and bulk runs in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from socoder.bulk import BulkOptions, Summary, run
from socoder.bulk.coded_row import CodedRow
from socoder.bulk.workers import Batch

MODEL = "test@000000000000"
Run = Callable[..., Summary]


def answer(title: str, text: str) -> CodedRow:
    """Cells that depend on the text alone; no letters, no code."""
    if not any(char.isalpha() for char in title + text):
        return CodedRow("", "", None, None, None, None, "uncodable", "", "", "", MODEL)
    nurse = "nurse" in (title + text).lower()
    code, name = ("29-1141", "Registered Nurses") if nurse else ("35-2014", "Cooks, Restaurant")
    sure = 0.97 if nurse else 0.41
    status, why = ("accepted", "") if nurse else ("review", "low_confidence|small_margin")
    return CodedRow(code, name, sure, sure, 0.98, 0.99, status, why, "11-1011:0.02", "", MODEL)


def quick(batches: Iterator[Batch]) -> Iterator[tuple[Batch, list[CodedRow]]]:
    """An engine without a model."""
    for batch in batches:
        yield batch, [answer(job.title, job.text) for job in batch.jobs]


@pytest.fixture
def bulk(tmp_path: Path) -> Run:
    """Code a file of the temporary folder, given by its name and content, into another."""

    def coded(
        content: bytes | str | Path, target: str = "out.csv", name: str = "in.csv", **options: Any
    ) -> Summary:
        source = tmp_path / name
        if isinstance(content, Path):
            source = content
        else:
            data = content.encode() if isinstance(content, str) else content
            source.write_bytes(data)
        return run(source, tmp_path / target, BulkOptions(**options), engine=quick)

    return coded
