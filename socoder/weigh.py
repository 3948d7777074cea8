"""Candidates × time → the few occupations that together explain the job.

A job is explained by a set of occupations: each duty belongs to the member that describes it best,
and the title and the whole text speak for each member in proportion to its time. Every further
member must pay for itself (`penalty`), or one-occupation jobs would fall apart into near
neighbours. Scores are those of the ranking, so a set of one scores just what the ranking says.
"""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from socoder.records import Duty, Material, Posting, Ranking
from socoder.soc import Classification

MOST_OCCUPATIONS = 4
CANDIDATES = 16
_DUTY_PARTS = ("duties: words", "duties: embedding")


def weigh(
    posting: Posting, ranking: Ranking, classification: Classification, penalty: float
) -> tuple[tuple[Material, ...], tuple[Duty, ...]]:
    """The occupations that explain the job, by falling share of time, and the placed duties.

    Shares are of the time that is spent on specific duties, and add up to 1. `penalty` is in
    natural-log units of the ranking's score.
    """
    if not posting.duties:
        first = ranking.codes[int(ranking.job.argmax())]
        return (Material(first, 1.0, classification.skill_level(first)),), ()
    problem = _Problem(posting, ranking)
    chosen = problem.best_set(penalty)
    belongs = problem.place(chosen)
    duties = []
    for i, duty in enumerate(posting.duties):
        if duty.generic:
            duties.append(duty)
            continue
        code = ranking.codes[chosen[belongs[i]]]
        level, name = classification.skill_level(code), classification.title(code)
        duties.append(replace(duty, soc_code=code, soc_title=name, skill_level=level))
    material = []
    for k, column in enumerate(chosen):
        code = ranking.codes[column]
        own = tuple(i for i, duty in enumerate(duties) if duty.soc_code == code)
        share = (
            min(math.fsum(problem.shares[i] for i in own), 1.0) if any(problem.specific) else 0.0
        )
        material.append(
            Material(code, share or (1.0 if k == 0 and len(chosen) == 1 else 0.0),
                     classification.skill_level(code), own, problem.own_duties(k, chosen, belongs))
        )  # fmt: skip
    material.sort(key=lambda m: (-m.time_share, m.soc_code))
    return tuple(material), tuple(duties)


class _Problem:
    """One job as arrays: scores of the duties, and of the job beside its duties."""

    def __init__(self, posting: Posting, ranking: Ranking) -> None:
        self.specific = np.array([not duty.generic for duty in posting.duties])
        shares = np.array([duty.time_share for duty in posting.duties])
        voting = np.where(self.specific, shares, 0.0) if self.specific.any() else shares
        self.shares: NDArray[np.float64] = voting / max(voting.sum(), 1e-12)
        rows = [ranking.part_names.index(name) for name in _DUTY_PARTS]
        # What the duties say together, spread over the single duties in the ranking's own scale.
        together = ranking.parts[rows].sum(axis=0)
        alone = (ranking.duties * self.shares[:, None]).sum(axis=0)
        spread = float(together @ alone / max(float(alone @ alone), 1e-12))
        self.duties: NDArray[np.float64] = ranking.duties * spread
        self.beside = ranking.job - self.shares @ self.duties
        self.candidates = self._candidates(ranking)

    def _candidates(self, ranking: Ranking) -> list[int]:
        found = dict.fromkeys(np.argsort(-ranking.job, kind="stable")[:CANDIDATES].tolist())
        for i in np.argsort(-self.shares, kind="stable")[:CANDIDATES]:
            with_job = self.duties[i] + 0.5 * self.beside
            found.update(dict.fromkeys(np.argsort(-with_job, kind="stable")[:2].tolist()))
        return list(found)[: 2 * CANDIDATES]

    def place(self, chosen: tuple[int, ...]) -> NDArray[np.int64]:
        """For each duty the position in `chosen` of the occupation it belongs to."""
        nearest: NDArray[np.int64] = self.duties[:, list(chosen)].argmax(axis=1)
        return nearest

    def score(self, chosen: tuple[int, ...], penalty: float) -> float:
        """How well the set explains the job, less what its size costs."""
        columns = list(chosen)
        duties = self.duties[:, columns]
        belongs = duties.argmax(axis=1)
        time = np.bincount(belongs, weights=self.shares, minlength=len(columns))
        told = float(self.shares @ duties.max(axis=1))
        return told + float(time @ self.beside[columns]) - penalty * (len(columns) - 1)

    def best_set(self, penalty: float) -> tuple[int, ...]:
        """The best single occupation or pair, then greedily up to MOST_OCCUPATIONS."""
        singles = [(column,) for column in self.candidates]
        pairs = list(combinations(self.candidates, 2)) if self.specific.sum() > 1 else []
        best = max([*singles, *pairs], key=lambda chosen: self.score(chosen, penalty))
        while 1 < len(best) < MOST_OCCUPATIONS:
            more = [(*best, column) for column in self.candidates if column not in best]
            larger = max(more, key=lambda chosen: self.score(chosen, penalty), default=best)
            if self.score(larger, penalty) <= self.score(best, penalty):
                break
            best = larger
        return best

    def own_duties(
        self, k: int, chosen: tuple[int, ...], belongs: NDArray[np.int64], margin: float = 0.7
    ) -> tuple[int, ...]:
        """Duties of member k that no other member describes nearly as well.

        `margin` is in natural-log units: 0.7 is twice as likely.
        """
        others = [column for j, column in enumerate(chosen) if j != k]
        own = [int(i) for i in np.flatnonzero((belongs == k) & self.specific)]
        if not others:
            return tuple(own)
        rival = self.duties[:, others].max(axis=1)
        return tuple(i for i in own if self.duties[i, chosen[k]] - rival[i] >= margin)
