"""Assemble the labelled training texts: every source with its licence, weight and fold.

One way in: `training_texts(reference, labelled)` reads the official files (see
`training_data/SOURCES.md`) and returns `Text` rows; `trained_on(text)` says which of them train.
The folds are those of `evaluation.folds`.
"""

from __future__ import annotations

import csv
import random
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from evaluation.folds import fold_key, fold_of
from title_noise import noisy

# Titles that employers chose for themselves (H-1B) are noisy: they weigh less. So do 1991 titles.
WEIGHTS = {
    "soc_title": 2.0, "onet_title": 1.5, "direct_match": 2.0, "alternate": 1.0, "reported": 1.0,
    "census": 1.5, "dot": 1.0, "h2": 1.0, "h1b": 0.5, "own_title": 1.5,
    "definition": 2.0, "onet_description": 2.0, "task": 1.0, "ooh": 2.0,
    "own_summary": 2.0, "own_duty": 1.0,
}  # fmt: skip


# Official titles, definitions and our own texts are what a coder looks up: they are known, whatever
# the fold of their key. Rows of the labelled sets and O*NET tasks keep to their folds. So a title
# of fold 0 may be known from O*NET; figures are reported apart for titles that are not.
REFERENCE = frozenset({
    "soc_title", "onet_title", "direct_match", "alternate", "reported", "own_title",
    "definition", "onet_description", "own_summary", "own_duty",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Text:
    """One labelled text. `codes` maps SOC codes to label weights that add up to 1."""

    text: str
    codes: dict[str, float]
    kind: str  # "title" | "duty" | "description"
    source: str
    weight: float
    fold: int


def trained_on(text: Text, folds: Collection[int]) -> bool:
    """Reference titles and descriptions always; labelled rows and tasks of the given folds."""
    return text.source in REFERENCE or text.fold in folds


def _table(path: Path, delimiter: str = ",") -> Iterator[dict[str, str]]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        yield from csv.DictReader(file, delimiter=delimiter)


def _onet_to_soc(reference: Path) -> dict[str, str]:
    rows = _table(reference / "crosswalks/onet_soc_2019_to_soc_2018.csv")
    return {row["onet"]: row["soc"] for row in rows}


def _reference_titles(reference: Path, soc: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    for row in _table(reference / "soc2018/soc_2018_definitions.csv"):
        if row["level"] == "Detailed":
            yield row["title"], row["code"], "soc_title"
    for row in _table(reference / "soc2018/soc_2018_direct_match_titles.csv"):
        yield row["title"], row["code"], "direct_match"
    onet = reference / "onet_30_1"
    for row in _table(onet / "Occupation Data.txt", "\t"):
        yield row["Title"], soc[row["O*NET-SOC Code"]], "onet_title"
    for row in _table(onet / "Alternate Titles.txt", "\t"):
        yield row["Alternate Title"], soc[row["O*NET-SOC Code"]], "alternate"
        if row["Short Title"] not in {"n/a", ""}:
            yield row["Short Title"], soc[row["O*NET-SOC Code"]], "alternate"
    for row in _table(onet / "Sample of Reported Titles.txt", "\t"):
        yield row["Reported Job Title"], soc[row["O*NET-SOC Code"]], "reported"


def _labelled_titles(labelled: Path) -> Iterator[tuple[str, str, str]]:
    names = {"census_index_titles": "census", "dot_titles": "dot", "dol_h2_titles": "h2",
             "h1b_titles": "h1b"}  # fmt: skip
    for name, source in names.items():
        for row in _table(labelled / f"{name}.csv"):
            for code in row["soc"].split("|"):
                yield row["title"], code, source


def _titles(pairs: Iterable[tuple[str, str, str]]) -> Iterator[Text]:
    """One text for each title and source; a title with several codes gets them all as one label."""
    grouped: dict[tuple[str, str], dict[str, dict[str, float]]] = defaultdict(
        lambda: defaultdict(lambda: defaultdict(float))
    )
    for title, code, source in pairs:
        grouped[fold_key(title), source][title][code] += 1.0
    for (key, source), spellings in grouped.items():
        codes: dict[str, float] = defaultdict(float)
        for counts in spellings.values():
            for code, count in counts.items():
                codes[code] += count
        total = sum(codes.values())
        share = {code: count / total for code, count in codes.items()}
        yield Text(min(spellings), share, "title", source, WEIGHTS[source], fold_of(key))


def _duties(reference: Path, soc: dict[str, str]) -> Iterator[Text]:
    """O*NET tasks: the same sentence under several occupations is one text with several codes."""
    onet = reference / "onet_30_1"
    codes: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    folds: dict[str, set[int]] = defaultdict(set)
    for row in _table(onet / "Task Statements.txt", "\t"):
        codes[row["Task"]][soc[row["O*NET-SOC Code"]]] += 1.0
        folds[row["Task"]].add(fold_of(row["Task ID"]))
    for task, counts in codes.items():
        total = sum(counts.values())
        # A sentence of which one copy is held out is held out whole.
        fold = 0 if 0 in folds[task] else min(folds[task])
        share = {code: count / total for code, count in counts.items()}
        yield Text(task, share, "duty", "task", WEIGHTS["task"], fold)


def _descriptions(reference: Path, soc: dict[str, str]) -> Iterator[Text]:
    for row in _table(reference / "soc2018/soc_2018_definitions.csv"):
        if row["level"] == "Detailed":
            text = row["definition"].split("Illustrative examples:")[0].strip()
            yield Text(
                text, {row["code"]: 1.0}, "description", "definition", WEIGHTS["definition"], 1
            )
    for row in _table(reference / "onet_30_1/Occupation Data.txt", "\t"):
        code = soc[row["O*NET-SOC Code"]]
        weight = WEIGHTS["onet_description"]
        yield Text(row["Description"], {code: 1.0}, "description", "onet_description", weight, 1)


def _ooh(labelled: Path) -> Iterator[Text]:
    for row in _table(labelled / "ooh_duties.csv"):
        codes = row["soc"].split("|")
        share = {code: 1.0 / len(codes) for code in codes}
        yield Text(row["duties"], share, "description", "ooh", WEIGHTS["ooh"], fold_of(row["slug"]))


def _own_words(table: Path) -> Iterator[Text]:
    for row in _table(table):
        label = {row["soc_code"]: 1.0}
        yield Text(row["summary"], label, "description", "own_summary", WEIGHTS["own_summary"], 1)
        for duty in row["typical_duties"].split("|"):
            yield Text(duty, label, "duty", "own_duty", WEIGHTS["own_duty"], 1)


def training_texts(reference: Path, labelled: Path, own: Path | None = None) -> list[Text]:
    """All labelled texts of all folds; what is trained on is the caller's choice of folds."""
    soc = _onet_to_soc(reference)
    titles = [*_reference_titles(reference, soc), *_labelled_titles(labelled)]
    texts = [*_duties(reference, soc), *_descriptions(reference, soc), *_ooh(labelled)]
    if own is not None and own.exists():
        titles += [
            (title, row["soc_code"], "own_title")
            for row in _table(own)
            for title in row["typical_titles"].split("|")
        ]
        texts += _own_words(own)
    return [*_titles(titles), *texts]


def with_noise(texts: Sequence[Text], share: float, seed: int) -> list[Text]:
    """The texts, a share of the titles written as people type them (`title_noise`)."""
    random_ = random.Random(seed)
    return [
        replace(text, text=noisy(text.text, random_))
        if text.kind == "title" and random_.random() < share
        else text
        for text in texts
    ]


def assembled_postings(
    texts: Sequence[Text], count: int, seed: int, noise: list[str]
) -> list[Text]:
    """Whole jobs of one occupation: two to nine of its duties, often under one of its titles.

    They teach the models what a posting looks like when its duties come as one text, and that
    `noise` (lines that any posting may hold) says nothing. Built from the given texts only, so
    the folds of the parts are the folds of the whole.
    """
    random_ = random.Random(seed)
    duties: dict[str, list[str]] = defaultdict(list)
    titles: dict[str, list[str]] = defaultdict(list)
    for text in texts:
        best = max(text.codes, key=lambda code: (text.codes[code], code))
        if text.kind == "duty":
            for code in text.codes:
                duties[code].append(text.text)
        elif text.kind == "title" and text.codes[best] > 0.5:
            titles[best].append(text.text)
    codes = sorted(code for code, own in duties.items() if len(own) >= 3)
    jobs = []
    for _ in range(count):
        code = random_.choice(codes)
        lines = random_.sample(duties[code], min(len(duties[code]), random_.randint(2, 9)))
        lines += random_.sample(noise, min(len(noise), random_.choice([0, 0, 1, 2, 4])))
        random_.shuffle(lines)
        if titles[code] and random_.random() < 0.5:
            lines.insert(0, random_.choice(titles[code]))
        jobs.append(Text("\n".join(lines), {code: 1.0}, "description", "assembled", 1.0, 1))
    return jobs
