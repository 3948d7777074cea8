"""The labelled sets, each as a list of `Labelled` rows of the wanted folds."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from socoder.errors import ReferenceDataError
from socoder.records import Job

from .folds import fold_of, title_fold


@dataclass(frozen=True, slots=True)
class Labelled:
    """A job with the codes that count as right. `group` names a subset to be reported apart."""

    job: Job
    codes: frozenset[str]
    fold: int
    group: str = ""


def _table(path: Path) -> Iterator[dict[str, str]]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        yield from csv.DictReader(file)


def _titles(path: Path) -> Iterator[Labelled]:
    for row in _table(path):
        if "census_industry" in row:
            group = "industry decides" if row["census_industry"] else "no industry"
        else:
            group = "in O*NET" if row["in_onet_alt"] == "True" else "not in O*NET"
        job = Job(title=row["title"])
        yield Labelled(job, frozenset(row["soc"].split("|")), title_fold(row["title"]), group)


def _duties(path: Path) -> Iterator[Labelled]:
    for row in _table(path):
        job = Job(text=row["duties"], id=row["slug"])
        yield Labelled(job, frozenset(row["soc"].split("|")), fold_of(row["slug"]))


def _postings(path: Path) -> Iterator[Labelled]:
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        group = "human services" if row["id"].startswith("HS") else "others"
        job = Job(title=row["title"], text=row["text"], id=row["id"])
        codes = frozenset([row["primary"], *row["acceptable"]])
        yield Labelled(job, codes, fold_of(row["id"]), group)


SETS: dict[str, tuple[str, Callable[[Path], Iterator[Labelled]]]] = {
    "census_index_titles": ("census_index_titles.csv", _titles),
    "dot_titles": ("dot_titles.csv", _titles),
    "dol_h2_titles": ("dol_h2_titles.csv", _titles),
    "h1b_titles": ("h1b_titles.csv", _titles),
    "ooh_duties": ("ooh_duties.csv", _duties),
    "postings": ("postings.jsonl", _postings),
}
"""Name → file and reader. No posting was trained on, but all were read in development."""


def load(name: str, folder: Path, folds: frozenset[int] = frozenset({0})) -> list[Labelled]:
    """The rows of a set that lie in the given folds; raises ReferenceDataError without the file."""
    file, reader = SETS[name]
    path = folder / file
    if not path.is_file():
        raise ReferenceDataError(f"{path}: no such labelled set: name its folder with --sets")
    return [row for row in reader(path) if row.fold in folds]
