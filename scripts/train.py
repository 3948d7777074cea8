"""Rebuild the model bundle `models/default` from official data, in one command.

    python scripts/train.py --reference ../shared/reference --labelled ../shared/eval

Models are trained twice: on folds 2–4 of the labelled sets and of the O*NET tasks, to fit weights
and calibration on fold 1, which they have not seen; and on folds 1–4, to ship. Fold 0 is only
measured on. The seed is fixed. Needs the `train` extra; about an hour on two cores, minutes with a
GPU. The work folder keeps the models of both, so that a part can be done again (`--keep`).
"""

from __future__ import annotations

import argparse
import json
import shutil
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from build_title_answers import add_answers
from evaluation.combined import held_out_tasks
from evaluation.folds import FITTED, MEASURED, SHIPPED, TRAINED
from evaluation.reliability import figures, judged_sets, table
from evaluation.run import evaluate
from evaluation.whole_postings import fitted_shift, judged_postings
from export_encoder import export
from fit_weights import (
    combined_pairs,
    fit_calibration,
    fit_duty_weights,
    fit_penalty,
    fit_ranking,
    fitting_pairs,
)
from model_card import write_model_card
from socoder import soc
from socoder.bundle import write_manifest
from socoder.calibrate import FEATURES, KINDS_OF_EVIDENCE
from socoder.coder import Coder
from socoder.lexical import LexicalModel
from socoder.rank import KINDS, PARTS, title_hash, whole
from socoder.rivals import SIGNS
from socoder.titles import clean, normalise
from train_context import learn, training_rows
from train_encoder import LOGIT_SCALE, VECTORS, save_encoder, train_encoder
from train_lexical import train_lexical
from training_texts import (
    Text,
    assembled_postings,
    trained_on,
    training_texts,
    with_noise,
)

DATA = "O*NET 30.1, SOC 2018 (2020-04), Census index, DOT, DOL H-2 and H-1B titles, BLS OOH"
ASSEMBLED = 12_000
NOISY = 0.25  # of the titles, once more with noise
EPOCHS = 2  # of the encoder that looks at fold 1 from outside
LAST_RATE = 1e-4  # of the further pass by which the shipped one goes on
EMPLOYMENT_POWER = 0.3
UNKNOWN_EMPLOYMENT = 20_000  # about the median of the occupations that OEWS counts
NOISE = Path(__file__).parents[1] / "training_data/posting_noise.txt"


def write_title_index(texts: Sequence[Text], path: Path) -> None:
    """Hashes of the normalised titles, with the share of each code among their sources.

    A title of several codes more likely means the one with more workers: sources count times
    employment ** EMPLOYMENT_POWER (chosen on fold 1, see docs/decisions/0004).
    """
    known_facts = soc.load()
    column = {code: i for i, code in enumerate(known_facts.detailed)}
    workers = {
        code: (known_facts.occupation(code).employment or UNKNOWN_EMPLOYMENT) ** EMPLOYMENT_POWER
        for code in column
    }
    known: dict[str, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    for text in texts:
        if text.kind == "title":
            # A title is looked up after its clean-up, but stays known as it was written too.
            for key in {normalise(text.text), *clean(text.text).variants[:1]}:
                for code, share in text.codes.items():
                    known[key][column[code]] += share * text.weight * workers[code]
    entries = sorted((title_hash(title), counts) for title, counts in known.items())
    flat = [
        (code, weight / sum(counts.values()))
        for _, counts in entries
        for code, weight in sorted(counts.items())
    ]
    sizes = [len(counts) for _, counts in entries]
    np.savez(
        path,
        keys=np.array([key for key, _ in entries], np.uint64),
        offsets=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32),
        codes=np.array([code for code, _ in flat], np.int16),
        shares=np.array([share for _, share in flat], np.float32),
    )


def cleaned(text: Text) -> Text:
    """A title as the lexical model meets it when coding: after its clean-up."""
    variants = clean(text.text).variants if text.kind == "title" else ()
    return replace(text, text=variants[0]) if variants else text


def write_lexical(model: LexicalModel, path: Path) -> None:
    """The lexical model's arrays; whole numbers as int8."""
    np.savez(
        path, table=model.table, output=model.output.astype(np.int8), bias=model.bias,
        scale=np.float64(model.scale),
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--reference", type=Path, default=Path("training_data/reference"))
    parser.add_argument("--labelled", type=Path, default=Path("../shared/eval"))
    parser.add_argument("--own", type=Path, default=Path("training_data/occupations.csv"))
    parser.add_argument("--output", type=Path, default=Path("models/default"))
    parser.add_argument("--work", type=Path, default=Path("build/training"))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--keep", choices=("encoders", "models"),
        help="use what an earlier run left in the work folder instead of training it again",
    )  # fmt: skip
    arguments = parser.parse_args()
    started = time.monotonic()
    texts = training_texts(arguments.reference, arguments.labelled, arguments.own)
    fitting, final = arguments.work / "fitting", arguments.work / "final"
    build_models(fitting, texts, TRAINED, arguments)
    build_models(final, texts, SHIPPED, arguments)
    fit(fitting, arguments.reference, arguments.labelled, arguments.seed)
    for name in ("weights.json", "calibration.json"):
        shutil.copy(fitting / name, final / name)
    write_manifest(final, "default", DATA)
    measure(final, arguments.labelled, arguments.reference)
    add_answers(final, arguments.reference, arguments.labelled, arguments.own)
    shutil.rmtree(arguments.output, ignore_errors=True)
    shutil.copytree(final, arguments.output)
    print(f"{arguments.output}: written after {(time.monotonic() - started) / 60:.0f} minutes")


def build_models(
    folder: Path, texts: Sequence[Text], folds: Sequence[int], arguments: argparse.Namespace
) -> None:
    """Title index, lexical model and encoder of the given folds, into the folder."""
    own = [text for text in texts if trained_on(text, folds)]
    if arguments.keep != "models":
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        train_models(folder, own, folds, arguments)
    write_title_index(own, folder / "titles.npz")
    # More rows added nothing to the table of industries: both learn it from the same folds.
    learn(training_rows(arguments.labelled), soc.load()).save(folder / "context.npz")


def train_models(
    folder: Path, texts: list[Text], folds: Sequence[int], arguments: argparse.Namespace
) -> None:
    """Lexical model and encoder of the given texts, into the folder."""
    codes, seed = list(soc.load().detailed), arguments.seed
    lines = NOISE.read_text(encoding="utf-8").splitlines()
    jobs = assembled_postings(texts, ASSEMBLED, seed, lines)
    noisy = [
        cleaned(replace(other, weight=text.weight / 2))
        for text, other in zip(texts, with_noise(texts, NOISY, seed), strict=True)
        if other is not text
    ]
    print(f"{len(texts)} texts, {len(noisy)} noisy titles, {len(jobs)} assembled postings")
    plain = [*map(cleaned, texts), *noisy, *jobs]
    write_lexical(train_lexical(plain, codes, seed), folder / "lexical.npz")
    model, vectors = encoder_of(folds, texts, jobs, arguments)
    export(model, folder)
    np.savez(folder / "vectors.npz", vectors=whole(vectors).astype(np.int16))


def typed(texts: Sequence[Text], seed: int) -> list[Text]:
    """One pass of the shipped encoder: titles as people type them, and whole postings."""
    lines = NOISE.read_text(encoding="utf-8").splitlines()
    titles = map(cleaned, with_noise(texts, NOISY, seed))
    return [*titles, *assembled_postings(texts, ASSEMBLED, seed, lines)]


def encoder_of(
    folds: Sequence[int], texts: Sequence[Text], jobs: Sequence[Text], arguments: argparse.Namespace
) -> tuple[Any, np.ndarray]:
    """The encoder that looks at fold 1 from outside gets EPOCHS passes over the other folds; the
    shipped one is that encoder after one more pass, over fold 1 too and over noisy titles."""
    first, last = arguments.work / "encoder-fitting", arguments.work / "encoder"
    folder = first if tuple(folds) == TRAINED else last
    if arguments.keep != "encoders" or not folder.exists():
        codes, seed = list(soc.load().detailed), arguments.seed
        words = {next(iter(t.codes)): t.text for t in texts if t.source == "definition"}
        definitions = [words[code] for code in codes]
        if folder == first:
            made = train_encoder([[*texts, *jobs]] * EPOCHS, codes, definitions, seed)
        else:
            epoch = typed(texts, seed + 1)
            made = train_encoder([epoch], codes, definitions, seed + 1, LAST_RATE, first)
        save_encoder(*made, folder)
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(folder), device="cpu")
    return model, np.load(folder / VECTORS)


def fit(folder: Path, reference: Path, labelled: Path, seed: int) -> None:
    """Fit weights, penalty and calibration on fold 1, one after the other, each using the last."""
    codes = soc.load().detailed
    weights = {
        "codes": list(codes), "ranking": dict.fromkeys(KINDS, [1.0] * len(PARTS)),
        "duties": [0.5, 0.5], "logit_scale": LOGIT_SCALE, "penalty": 1.0,
    }  # fmt: skip
    blank = {"temperature": 1.0, "weights": [0.0] * len(FEATURES), "rivals": [0.0] * len(SIGNS),
             "whole_posting": 0.0, "set_mass": 0.95, "thresholds": []}  # fmt: skip
    calibration = dict.fromkeys(KINDS_OF_EVIDENCE, blank)

    def stored() -> Coder:
        _write(folder / "weights.json", weights)
        _write(folder / "calibration.json", calibration)
        write_manifest(folder, "default", DATA)
        return Coder.load(folder)

    coder = stored()
    tasks = held_out_tasks(reference, coder.classification, FITTED)
    pairs = fitting_pairs(coder, reference, labelled, seed)
    weights["duties"] = fit_duty_weights(coder.ranker, tasks, seed)
    weights["ranking"] = fit_ranking(coder.ranker, pairs)
    weights["penalty"] = fit_penalty(stored(), reference, seed)
    coder = stored()
    pairs += combined_pairs(coder, reference, seed)
    calibration = fit_calibration(coder, pairs)
    shift = round(fitted_shift(judged_postings(stored(), labelled), without=MEASURED), 4)
    for kind in KINDS_OF_EVIDENCE:
        calibration[kind]["whole_posting"] = shift
    stored()


def measure(folder: Path, labelled: Path, reference: Path) -> None:
    """Figures of this very bundle on fold 0, into its manifest and its model card."""
    coder = Coder.load(folder)
    report = evaluate(coder, labelled, progress=print)
    judged = judged_sets(coder, labelled, reference)
    write_manifest(folder, "default", DATA, figures=report)
    write_model_card(folder, report, table({own.name: figures(own) for own in judged}))


def _write(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
