"""A user's own coded rows: whether the confidence holds, and a file that makes it hold."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from evaluation.labels import (
    FLATTEST,
    LabelledRow,
    compare,
    holds,
    read_labels,
    recalibrated,
    write_adjustment,
)
from socoder.calibrate import load_adjustment
from socoder.coder import Coder
from socoder.errors import InputError
from socoder.occupation_texts import load_texts
from socoder.records import Confidence, Job


def write(
    path: Path, rows: list[tuple[str, str]], head: tuple[str, ...] = ("Title", "SOC")
) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([head, *rows])
    return path


def wrong_half(count: int) -> list[tuple[str, str]]:
    """Typical titles under their own code, every second one under a wrong code."""
    texts = list(load_texts().values())[:: len(load_texts()) // count]
    return [
        (text.titles[0], text.code if i % 2 else "11-1011") for i, text in enumerate(texts)
    ]  # fmt: skip


def test_columns_are_found_by_name_and_bad_rows_are_named(tmp_path: Path, coder: Coder) -> None:
    rows = [
        ("Nurse", "29-1141|29-1171"),
        ("Nurse", "99-9999"),
        ("Nurse", "29-0000"),
        ("", "29-1141"),
    ]
    good, bad = read_labels(write(tmp_path / "rows.csv", rows), coder.classification)
    assert [row.codes for row in good] == [{"29-1141", "29-1171"}]
    assert [row.number for row in bad] == [3, 4, 5]


@pytest.mark.parametrize("head", [("Title", "Wage"), ("Name", "SOC")])
def test_a_file_without_the_columns_is_refused(
    tmp_path: Path, coder: Coder, head: tuple[str, str]
) -> None:
    with pytest.raises(InputError, match="soc_code and title"):
        read_labels(write(tmp_path / "rows.csv", [], head), coder.classification)


def test_a_confidence_that_does_not_hold_is_found_and_mended(tmp_path: Path, coder: Coder) -> None:
    pytest.importorskip("sklearn")
    rows, _ = read_labels(write(tmp_path / "rows.csv", wrong_half(200)), coder.classification)
    codings = compare(coder, rows)
    before = holds(codings, rows)
    assert before["verdict"] == "too high"
    path = tmp_path / "own.json"
    write_adjustment(recalibrated(codings, rows, coder), path)
    adjustment = load_adjustment(path, coder.bundle.digest)
    mended = replace(coder, calibrator=replace(coder.calibrator, adjustment=adjustment))
    after = holds(compare(mended, rows), rows)
    assert after["verdict"] == "holds"
    assert after["calibration_error"] < before["calibration_error"]
    # The ranking of the codes is not touched, only how sure they are.
    job = Job("Registered Nurse")
    assert mended.code(job).soc_code == coder.code(job).soc_code
    assert mended.code(job).confidence.detailed < coder.code(job).confidence.detailed


def test_too_few_rows_are_not_fitted(tmp_path: Path, coder: Coder) -> None:
    pytest.importorskip("sklearn")
    rows, _ = read_labels(write(tmp_path / "rows.csv", wrong_half(20)), coder.classification)
    with pytest.raises(InputError, match="too few rows"):
        recalibrated(compare(coder, rows), rows, coder)


def test_a_calibration_of_another_bundle_or_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "own.json"
    path.write_text("{}")
    with pytest.raises(InputError, match="not a calibration file"):
        load_adjustment(path, "0")
    path.write_text(json.dumps({"schema": "socoder.calibration/1", "bundle": "1", "kinds": {}}))
    with pytest.raises(InputError, match="another model bundle"):
        load_adjustment(path, "0")


def test_confidence_that_runs_against_the_truth_is_flattened_to_the_right_height(
    coder: Coder,
) -> None:
    given = coder.code(Job("Registered Nurse"))
    rows, codings = [], []
    for i in range(200):  # the surer, the less often right: 3 of 10 at .9, 7 of 10 at .2
        sure = 0.9 if i % 2 else 0.2
        right = i // 2 % 10 < (3 if i % 2 else 7)
        codings.append(replace(given, confidence=Confidence(sure, sure, sure, sure)))
        rows.append(LabelledRow(i, Job("x"), frozenset([given.soc_code if right else "11-1011"])))
    (own,) = recalibrated(codings, rows, coder)["kinds"].values()
    assert own["slope"] == FLATTEST
    stated = [
        1 / (1 + np.exp(-(own["slope"] * np.log(sure / (1 - sure)) + own["intercept"])))
        for sure in (0.9, 0.2)
    ]
    assert np.mean(stated) == pytest.approx(0.5, abs=0.001)
