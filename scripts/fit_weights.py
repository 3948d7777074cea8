"""Fit what combines the models: ranking weights, the mixture's penalty, and the calibration.

Everything here is fitted on fold 1, which the models have not seen. scikit-learn fits the
calibration; plain numbers ship.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch

from evaluation.combined import held_out_tasks, make_jobs
from evaluation.datasets import load
from evaluation.folds import FITTED
from evaluation.metrics import acceptance_thresholds
from socoder.calibrate import (
    KINDS_OF_EVIDENCE,
    Calibrator,
    features,
    input_kind,
    kind_of,
    tempered,
)
from socoder.coder import Coder
from socoder.rank import KINDS, PARTS, Ranker
from socoder.records import Evidence, Posting
from socoder.rivals import SIGNS, settled_scores, signs

TARGETS = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.925, 0.95, 0.96, 0.97, 0.98, 0.99)
# The titles that employers chose for a visa petition are too noisy to fit a confidence on.
TITLE_SETS = ("census_index_titles", "dot_titles", "dol_h2_titles")
WRONG = 0.3
# A payroll holds raw titles of employers, an index tidy ones, of which there are far more here.
RAW, RAW_WEIGHT = "dol_h2_titles", 1.5
# A job of one occupation stands among the pairs up to three times, under different titles.
COMBINED_WEIGHT = 3.0
AS_GOOD = 0.005
COMBINED = ((2, True, 500), (2, False, 500), (3, True, 150), (3, False, 150))


class Pair(NamedTuple):
    """A posting with the codes that are right, and how much it counts for the confidence."""

    posting: Posting
    codes: frozenset[str]
    weight: float = 1.0


def fitting_pairs(coder: Coder, reference: Path, labelled: Path, seed: int) -> list[Pair]:
    """Postings of fold 1 with their right codes: titles, duties, and both; some of the titles of
    the latter are wrong (share WRONG of the jobs)."""
    random_ = random.Random(seed)
    fold = frozenset({FITTED})
    sets = {name: load(name, labelled, fold) for name in (*TITLE_SETS, "ooh_duties")}
    rows = [row for own in sets.values() for row in own]
    pairs = [
        Pair(coder.posting(row.job), row.codes, RAW_WEIGHT if name == RAW else 1.0)
        for name, own in sets.items()
        for row in own
    ]
    titles: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row.job.title and len(row.codes) == 1:
            titles[next(iter(row.codes))].append(row.job.title)
    tasks = held_out_tasks(reference, coder.classification, FITTED)
    singles = make_jobs(tasks, coder.classification, 1500, occupations=1, seed=seed)
    known = sorted(titles)
    for made in singles:
        right = random_.choice(titles.get(made.code, [""]) or [""])
        # The work decides, not the title: some jobs bear the title of other work.
        wrong = random_.choice(titles[random_.choice(known)]) if random_.random() < WRONG else right
        for title in dict.fromkeys((made.job.title, right, wrong)):
            posting = coder.posting(replace(made.job, title=title))
            pairs.append(Pair(posting, frozenset([made.code])))
    return pairs


def combined_pairs(coder: Coder, reference: Path, seed: int) -> list[Pair]:
    """Combined jobs of fold 1 with their right codes: the confidence must hold for them too."""
    tasks = held_out_tasks(reference, coder.classification, FITTED)
    return [
        Pair(coder.posting(made.job), frozenset([made.code]), COMBINED_WEIGHT)
        for occupations, stated, count in COMBINED
        for made in make_jobs(tasks, coder.classification, count, occupations, stated, seed + 90)
    ]


def fit_ranking(ranker: Ranker, pairs: Sequence[Pair]) -> dict[str, list[float]]:
    """Non-negative weights of PARTS for each input kind, by maximum conditional likelihood."""
    plain = replace(ranker, weights=dict.fromkeys(KINDS, [1.0] * len(PARTS)))
    fitted = {}
    rankings, kinds = plain.rank([pair.posting for pair in pairs]), []
    for pair, ranking in zip(pairs, rankings, strict=True):
        given = input_kind(pair.posting)
        kinds.append("title, known" if given == "title" and ranking.title_seen else given)
    for kind in KINDS:
        if kind.startswith("doubtful"):
            # Only now is it known what the weights of the sure leave in doubt.
            kind_of = kind.removeprefix("doubtful ")
            plain = replace(ranker, weights={**dict.fromkeys(KINDS, [1.0] * len(PARTS)), **fitted})
            own = [i for i, other in enumerate(kinds) if other == kind_of]
            again = plain.rank([pairs[i].posting for i in own])
            chosen = {i: r for i, r in zip(own, again, strict=True) if "embedding" in r.models}
        else:
            chosen = {i: rankings[i] for i, other in enumerate(kinds) if other == kind}
        own = list(chosen)
        parts = torch.zeros(len(own), len(PARTS), len(ranker.codes), dtype=torch.float64)
        for row, ranking in enumerate(chosen.values()):
            parts[row, : len(ranking.parts)] = torch.from_numpy(ranking.parts)
        if kind in KINDS[:2]:
            parts[:, 2] = 0.0  # the embedding does not speak of titles that are not in doubt
        right = _right(ranker.codes, [pairs[i].codes for i in own])
        raw, loss = _maximise(parts, right)
        used = parts.abs().sum((0, 2)) > 0
        weights = torch.nn.functional.softplus(raw) * used
        fitted[kind] = [round(float(weight), 4) for weight in weights]
        print(
            f"ranking, {kind}: {len(own)} rows, loss {loss:.3f}, {fitted[kind]}",
            flush=True,
        )
    return fitted


def _maximise(parts: torch.Tensor, right: torch.Tensor) -> tuple[torch.Tensor, float]:
    """The weights, before softplus keeps them positive, that make the right codes likeliest."""
    raw = torch.zeros(len(PARTS), dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.LBFGS([raw], max_iter=100, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        scores = torch.einsum("p,rpc->rc", torch.nn.functional.softplus(raw), parts)
        logs = torch.log_softmax(scores, dim=1).masked_fill(~right, -torch.inf)
        value = -torch.logsumexp(logs, dim=1).mean() + 1e-3 * raw.square().sum()
        value.backward()
        return value

    optimiser.step(loss)
    return raw.detach(), float(loss())


def _right(codes: Sequence[str], gold: Sequence[frozenset[str]]) -> torch.Tensor:
    column = {code: i for i, code in enumerate(codes)}
    right = torch.zeros(len(gold), len(codes), dtype=torch.bool)
    for row, own in enumerate(gold):
        right[row, [column[code] for code in own]] = True
    return right


def fit_duty_weights(ranker: Ranker, tasks: dict[str, list[str]], seed: int) -> list[float]:
    """How much words and embedding count for a single duty: held-out tasks, best likelihood."""
    random_ = random.Random(seed)
    pairs = random_.sample([(task, code) for code, own in tasks.items() for task in own], 1500)
    lexical = ranker.lexical.log_probabilities([task for task, _ in pairs])
    embedded = ranker._embedding_log_probabilities([task for task, _ in pairs])
    columns = np.array([ranker.codes.index(code) for _, code in pairs])
    best = (np.inf, [0.5, 0.5])
    for by_words in np.arange(0.1, 1.3, 0.1):
        for by_meaning in np.arange(0.1, 1.3, 0.1):
            scores = by_words * lexical + by_meaning * embedded
            scores -= scores.max(axis=1, keepdims=True)
            logs = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
            loss = -logs[np.arange(len(columns)), columns].mean()
            best = min(
                best, (float(loss), [round(float(by_words), 2), round(float(by_meaning), 2)])
            )
    print(f"single duties: loss {best[0]:.3f}, weights {best[1]}", flush=True)
    return best[1]


def fit_penalty(coder: Coder, reference: Path, seed: int) -> float:
    """The cost of a further occupation: best final codes over one- and two-occupation jobs."""
    known = coder.classification
    tasks = held_out_tasks(reference, known, FITTED)
    kinds = ((1, True, 400), (2, True, 400), (2, False, 200))
    jobs = [
        made
        for occupations, stated, count in kinds
        for made in make_jobs(tasks, known, count, occupations, stated, seed + occupations)
    ]
    postings = [coder.posting(made.job) for made in jobs]
    rankings = coder.ranker.rank(postings)
    single = np.array([len(made.parts) == 1 for made in jobs])
    scores: dict[float, float] = {}
    for penalty in (3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 10.0):
        right, split = [], []
        for made, posting, ranking in zip(jobs, postings, rankings, strict=True):
            evidence = replace(coder, penalty=penalty).ruled(posting, ranking)
            right.append(evidence.ruling.soc_code == made.code)
            shares = [m.time_share for m in evidence.material]
            split.append(sum(share >= coder.settings.material_share for share in shares) > 1)
        hit, broken = np.array(right), np.array(split)[single].mean()
        print(
            f"penalty {penalty}: one occupation {hit[single].mean():.3f} (split {broken:.3f}),"
            f" two {hit[~single].mean():.3f}", flush=True,
        )  # fmt: skip
        # Jobs of one occupation must stay whole: one in thirty may fall apart.
        score = (hit[single].mean() + hit[~single].mean()) / 2 - 2 * max(broken - 0.03, 0.0)
        scores[penalty] = float(score)
    # Of penalties that differ by less than these jobs can tell, the one that finds most.
    return min(p for p, score in scores.items() if score >= max(scores.values()) - AS_GOOD)


def fit_calibration(coder: Coder, pairs: Sequence[Pair]) -> dict[str, dict[str, Any]]:
    """For each kind of evidence: temperature, weights of FEATURES and of SIGNS, set mass,
    thresholds; not yet what whole postings get (`evaluation.whole_postings`)."""
    rankings = coder.ranker.rank([pair.posting for pair in pairs])
    ruled = [coder.ruled(pair.posting, own) for pair, own in zip(pairs, rankings, strict=True)]
    fitted = {}
    for kind in KINDS_OF_EVIDENCE:
        own = [i for i, one in enumerate(ruled) if kind_of(one) == kind]
        fitted[kind] = _calibration([ruled[i] for i in own], [pairs[i] for i in own], coder, kind)
        print(f"calibration, {kind}: {fitted[kind]}", flush=True)
    return fitted


def _calibration(
    ruled: Sequence[Evidence], pairs: Sequence[Pair], coder: Coder, kind: str
) -> dict[str, Any]:
    from sklearn.linear_model import LogisticRegression

    known, gold = coder.classification, [pair.codes for pair in pairs]
    counts = np.array([pair.weight for pair in pairs])
    scores = np.stack([settled_scores(one.ranking, one.ruling.soc_code) for one in ruled])
    right = _right(coder.ranker.codes, gold)
    temperature = _temperature(np.stack([one.ranking.job for one in ruled]), right)
    y = np.array([one.ruling.soc_code in codes for one, codes in zip(ruled, gold, strict=True)])
    x = np.stack([
        features(one, tempered(own, temperature), known)
        for one, own in zip(ruled, scores, strict=True)
    ])  # fmt: skip
    model = LogisticRegression(C=10.0, fit_intercept=False, max_iter=5000)
    weights = [round(float(w), 5) for w in model.fit(x, y, counts).coef_[0]]
    sure = 1 / (1 + np.exp(-(x @ np.array(weights))))
    wrong = np.flatnonzero(~y)
    draft = {
        "temperature": temperature,
        "weights": weights,
        "rivals": _rivals([ruled[i] for i in wrong], scores[wrong], right[wrong], coder, kind),
        "whole_posting": 0.0,
        "set_mass": 1.0,
        "thresholds": [],
    }
    calibrator = Calibrator(dict.fromkeys(KINDS_OF_EVIDENCE, draft))
    masses = [
        _mass_before(calibrator.probabilities(one, known).values, one.ranking.codes, codes)
        for one, codes in zip(ruled, gold, strict=True)
    ]
    return {
        "rows": len(pairs),
        "right": round(float(y.mean()), 4),
        **draft,
        "set_mass": round(float(np.quantile(masses, 0.95)), 4),
        "thresholds": acceptance_thresholds(sure, y, TARGETS, counts),
    }


def _rivals(
    ruled: Sequence[Evidence], scores: np.ndarray, right: torch.Tensor, coder: Coder, kind: str
) -> list[float]:
    """The weights of SIGNS that make the right codes likeliest where the final one is wrong. Of a
    bare title only the score has one: kinship puts runners-up before better ones there."""
    told = torch.from_numpy(np.stack([
        signs(one, own, coder.classification) for one, own in zip(ruled, scores, strict=True)
    ]))  # fmt: skip
    final = torch.tensor([coder.ranker.codes.index(one.ruling.soc_code) for one in ruled])
    if kind == "title":
        told[:, 1:] = 0.0
    weights = torch.zeros(len(SIGNS), dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.LBFGS([weights], max_iter=100, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        logits = torch.einsum("s,rsc->rc", weights, told)
        logs = torch.log_softmax(logits.scatter(1, final[:, None], -torch.inf), dim=1)
        value = -torch.logsumexp(logs.masked_fill(~right, -torch.inf), dim=1).mean()
        value = value + 1e-3 * weights.square().sum()
        value.backward()
        return value

    optimiser.step(loss)
    return [round(float(weight), 4) for weight in weights]


def _temperature(scores: np.ndarray, right: torch.Tensor) -> float:
    """The softmax temperature with the best likelihood."""
    logits, losses = torch.tensor(scores), {}
    for temperature in np.arange(0.4, 3.05, 0.1):
        logs = torch.log_softmax(logits / temperature, dim=1).masked_fill(~right, -torch.inf)
        losses[round(float(temperature), 2)] = float(-torch.logsumexp(logs, dim=1).mean())
    return min(losses, key=losses.__getitem__)


def _mass_before(values: np.ndarray, codes: Sequence[str], gold: frozenset[str]) -> float:
    """Probability of the codes that stand before the first right one (split conformal)."""
    right = max(value for value, code in zip(values, codes, strict=True) if code in gold)
    return float(values[values > right].sum())
