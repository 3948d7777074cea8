"""Codes that people decided go before those of the engine, and a run is bound to their table."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from socoder.bulk import BulkOptions, run
from socoder.bulk.coded_row import CodedRow
from socoder.bulk.workers import Batch
from socoder.errors import InputError

from .conftest import quick

PAYROLL = (
    "id,Job Title,Description\n1,House Nurse,\n2,house  NURSE,\n3,House Nurse,Cook meals\n4,Cook,\n"
)


def decisions(folder: Path, code: str = "29-2061", for_text: str = "") -> Path:
    path = folder / "overrides.csv"
    path.write_text(f"title,soc_code,for_text,author\nHouse Nurse,{code},{for_text},Ann Lee\n")
    return path


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_an_exact_title_gets_the_code_that_a_person_decided(bulk, tmp_path: Path) -> None:
    bulk(PAYROLL, overrides=decisions(tmp_path))
    coded = rows(tmp_path / "out.csv")
    assert [row["soc_code"] for row in coded] == ["29-2061", "29-2061", "29-1141", "35-2014"]
    first = coded[0]
    assert (first["soc_status"], first["soc_reasons"]) == ("accepted", "override")
    assert first["soc_title"] == "Licensed Practical and Licensed Vocational Nurses"
    assert first["soc_alternatives"].startswith("29-1141:0.97|")


def test_a_decision_for_any_text_holds_with_a_description_too(bulk, tmp_path: Path) -> None:
    bulk(PAYROLL, overrides=decisions(tmp_path, for_text="any"))
    assert rows(tmp_path / "out.csv")[2]["soc_code"] == "29-2061"


def test_a_run_goes_on_only_with_the_decisions_it_began_with(bulk, tmp_path: Path) -> None:
    source = tmp_path / "many.csv"
    source.write_text("title\n" + "".join(f"Nurse number {n}\n" for n in range(2000)))

    def stopping(batches: Iterator[Batch]) -> Iterator[tuple[Batch, list[CodedRow]]]:
        for number, one in enumerate(quick(batches)):
            if number == 3:
                raise KeyboardInterrupt
            yield one

    with pytest.raises(KeyboardInterrupt):
        run(source, tmp_path / "out.csv", BulkOptions(overrides=decisions(tmp_path)),
            engine=stopping)  # fmt: skip
    with pytest.raises(InputError, match="the settings changed"):
        bulk(source, overrides=decisions(tmp_path, code="29-1141"), resume=True)
    assert bulk(source, overrides=decisions(tmp_path), resume=True).rows == 2000


def test_a_table_that_is_none_is_refused_in_one_line(bulk, tmp_path: Path) -> None:
    path = tmp_path / "no.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(InputError, match="title and soc_code"):
        bulk(PAYROLL, overrides=path)
