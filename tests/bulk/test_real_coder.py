"""With the shipped bundle: the same rows in one process and in two, in a table and alone."""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow as pa
import pytest

from socoder import Coder, Job, code_table
from socoder.bulk import BulkOptions, run
from socoder.bulk.coding import code_distinct
from socoder.bulk.options import SOC_COLUMNS
from socoder.bulk.workers import BATCH, FEW
from socoder.cli import main
from socoder.errors import InputError

TITLES = ["Registered Nurse", "RN II - Nights", "Job Coach", "Line Cook", "Janitor", "###", ""]


def test_one_process_and_two_write_the_same_bytes(tmp_path: Path, coder: Coder) -> None:
    known = coder.classification
    titles = [known.title(code) for code in known.detailed]
    marked = [f"{title}{mark}" for mark in ("", " II") for title in titles]
    assert len(marked) > BATCH * FEW  # so that processes are started at all
    source = tmp_path / "in.csv"
    with source.open("w", newline="") as file:
        csv.writer(file).writerows([["Job Title"], *([title] for title in marked)])
    done = [run(source, tmp_path / f"{jobs}.csv", BulkOptions(jobs=jobs)) for jobs in (1, 2)]
    assert (tmp_path / "1.csv").read_bytes() == (tmp_path / "2.csv").read_bytes()
    assert done[0].statuses == done[1].statuses


def test_a_row_depends_on_its_own_job_alone(coder: Coder) -> None:
    jobs = [Job(title=title) for title in TITLES]
    rows = code_distinct(coder, jobs)
    assert rows == [code_distinct(coder, [job])[0] for job in jobs]
    assert rows[0].cells[:2] == ("29-1141", "Registered Nurses")
    assert [row.status for row in rows[-2:]] == ["uncodable", "uncodable"]


def test_a_data_frame_and_an_arrow_table_get_the_columns(coder: Coder) -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(
        {"Job Title": [*TITLES, None], "pay": range(8)}, index=list("abcdefgh")
    )
    found = code_table(frame, coder=coder)
    assert list(found.columns) == ["Job Title", "pay", *SOC_COLUMNS]
    assert list(found.index) == list("abcdefgh")
    assert found.loc["a", "soc_code"] == "29-1141"
    assert list(found["soc_status"])[-3:] == ["uncodable"] * 3
    assert "soc_code" not in frame
    table = code_table(pa.table({"Job Title": TITLES}), coder=coder)
    assert table.column("soc_code").to_pylist() == list(found["soc_code"])[:-1]
    with pytest.raises(InputError, match="soc_ columns already"):
        code_table(found, coder=coder)
    with pytest.raises(InputError, match="DataFrame or a pyarrow Table"):
        code_table([1])


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("id,Job Title\n1,Registered Nurse\n2,\n")
    assert main(["bulk", str(source), "-o", str(target)]) == 3
    out, err = capsys.readouterr()
    assert out == ""
    assert "socoder: 2 rows, 2 distinct texts (2 titles): accepted 1," in err
    assert "1 rows have no usable title: see out.csv.rejects.csv" in err
    assert "Registered Nurse\n" not in err.replace("Registered Nurses", "")
    source.write_text("id,Job Title\n1,Registered Nurse\n")
    assert main(["bulk", str(source), "-o", str(target)]) == 0
    assert main(["bulk", str(source)]) == 2
    assert main(["bulk", str(tmp_path / "none.csv"), "-o", str(target)]) == 2
    assert capsys.readouterr().err.endswith("none.csv: there is no such file; check the name\n")
