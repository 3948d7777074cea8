"""What people decided about exact titles goes before what the engine says of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from socoder.bulk.code_texts import Engine
from socoder.bulk.coded_row import CodedRow
from socoder.bulk.workers import Batch
from socoder.overrides import RULE, Override, load_overrides
from socoder.soc import Classification


def with_overrides(engine: Engine, path: Path, known: Classification) -> Engine:
    """The engine with the table of overrides at `path` applied to its rows, here and not where
    they are coded: the same on every engine. Raises InputError as `load_overrides` does."""
    overrides = load_overrides(path, known)

    def decided(batches: Iterator[Batch]) -> Iterator[tuple[Batch, list[CodedRow]]]:
        for batch, rows in engine(batches):
            found = map(overrides.find, batch.jobs)
            yield (
                batch,
                [
                    overridden(row, own, known) if own else row
                    for row, own in zip(rows, found, strict=True)
                ],
            )

    return decided


def overridden(row: CodedRow, override: Override, known: Classification) -> CodedRow:
    """The row with the code that a person decided on, and the machine's among the alternatives."""
    code = override.soc_code
    others = [other for other in row.alternatives.split("|") if other and code not in other]
    if row.code and row.code != code:
        others.insert(0, f"{row.code}:{row.confidence or 0.0:.2f}")
    return replace(
        row, code=code, title=known.title(code), confidence=1.0, confidence_broad=1.0,
        confidence_minor=1.0, confidence_major=1.0, status="accepted", reasons=RULE,
        alternatives="|".join(others),
    )  # fmt: skip
