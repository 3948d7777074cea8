"""Work out the coded rows of official titles beforehand, into a bundle: `answers.npz`.

python scripts/build_title_answers.py [--bundle models/default] [--reference … --labelled …]

Official titles and those of the table in our own words, where all sources give one code and no role
is tagged. To be run after every change that moves the coding of a bare title: the tests say so.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from evaluation.folds import SHIPPED
from socoder.bulk.coded_row import CodedRow
from socoder.bulk.coding import code_fully
from socoder.bulk.known_titles import FILE, packed
from socoder.bundle import write_manifest
from socoder.coder import Coder
from socoder.records import Job
from socoder.roles import find_roles
from training_texts import trained_on, training_texts

BATCH = 500


def titles_with_one_code(coder: Coder, reference: Path, labelled: Path, own: Path) -> list[str]:
    """The wordings, sorted, of the bundle's titles that are known for one code and have no role."""
    found = set()
    for text in training_texts(reference, labelled, own):
        if text.kind != "title" or not trained_on(text, SHIPPED):
            continue
        posting = coder.posting(Job(text.text))
        wordings = posting.title.variants
        if len(wordings) != 1 or wordings[0] in found:
            continue
        if len(coder.ranker.titles.find(wordings[0])) == 1 and not find_roles(posting):
            found.add(wordings[0])
    return sorted(
        wording
        for wording in found
        if coder.posting(Job(wording)).title.variants == (wording,)
        and not find_roles(coder.posting(Job(wording)))
    )


def add_answers(folder: Path, reference: Path, labelled: Path, own: Path) -> int:
    """Write the file into the bundle's folder and its manifest; the number of titles comes back."""
    coder = Coder.load(folder)
    wordings = titles_with_one_code(coder, reference, labelled, own)
    rows: list[CodedRow] = []
    for start in range(0, len(wordings), BATCH):
        rows += code_fully(coder, [Job(wording) for wording in wordings[start : start + BATCH]])
    places = coder.ranker.titles.places(wordings).tolist()
    np.savez_compressed(folder / FILE, **packed(places, rows))
    rest = {k: v for k, v in coder.bundle.manifest.items() if k not in {"format", "files"}}
    write_manifest(folder, rest.pop("name"), rest.pop("data"), **rest)
    return len(wordings)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--bundle", type=Path, default=Path("models/default"))
    parser.add_argument("--reference", type=Path, default=Path("training_data/reference"))
    parser.add_argument("--labelled", type=Path, default=Path("../shared/eval"))
    parser.add_argument("--own", type=Path, default=Path("training_data/occupations.csv"))
    own = parser.parse_args()
    count = add_answers(own.bundle, own.reference, own.labelled, own.own)
    print(f"{own.bundle / FILE}: {count} titles")


if __name__ == "__main__":
    main()
