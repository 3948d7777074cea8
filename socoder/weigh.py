"""Candidates × time → the few occupations that together explain the job.

Each duty belongs to the member that describes it best, and is evidence once, however little time
it takes; the title and the whole text speak for each member in proportion to its duties. Every
further member must pay for itself (`penalty`), more so if a single duty is all it has, or
one-occupation jobs would fall apart into near neighbours. Time decides only afterwards, between
the members. A job of one occupation keeps the ranking's first code.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from socoder.records import Duty, Material, Posting, Ranking
from socoder.soc import Classification

MOST_OCCUPATIONS = 4
CANDIDATES = 16
# What a member pays, in penalties, that describes a single duty better than the others do.
THIN = 1 / 3
# What the penalty is multiplied with: a part for every line of the job, and less where shares of
# time are stated. These and what follows: docs/decisions/0007.
LINES = (0.5, 12.0)
STATED = 0.35
# How far a member ranks behind the first for the job as a whole counts too, up to FARTHEST.
BEHIND, FARTHEST = 1.0, 12.0
# How much each half of a title that names two jobs asks for a member that bears it, and the least
# that it says of an occupation (natural log).
HALF, _STRANGER = 1.0, -7.0
# How near to the best of all occupations a member must come for one of its duties (natural log).
LEAD = 1.5
# No duty counts for more than this against an occupation: one odd line must not rule it out.
_FLOOR = 1e-6
# How much title and whole text count beside a duty.
_BESIDE = {"title": 0.3, "whole text": 1.0}


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
    problem = _Problem(posting, ranking, classification)
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

    def __init__(self, posting: Posting, ranking: Ranking, known: Classification) -> None:
        self.specific = np.array([not duty.generic for duty in posting.duties])
        shares = np.array([duty.time_share for duty in posting.duties])
        voting = np.where(self.specific, shares, 0.0) if self.specific.any() else shares
        self.shares: NDArray[np.float64] = voting / max(voting.sum(), 1e-12)
        self.votes: NDArray[np.float64] = (
            self.specific if self.specific.any() else np.ones(len(shares))
        ).astype(np.float64)
        self.duties: NDArray[np.float64] = np.logaddexp(ranking.duties, np.log(_FLOOR))
        # Duties under one stated allotment of time belong together; any other stands alone.
        keys = [duty.allotment if duty.allotment >= 0 else -1 - i
                for i, duty in enumerate(posting.duties)]  # fmt: skip
        places = {key: place for place, key in enumerate(dict.fromkeys(keys))}
        self.block: NDArray[np.int64] = np.array([places[key] for key in keys])
        self.blocks = np.zeros((len(places), len(ranking.codes)))
        np.add.at(self.blocks, self.block, self.duties * self.votes[:, None])
        self.lines = np.bincount(self.block, weights=self.votes)  # of each block
        self.beside = np.zeros(len(ranking.codes))
        for name, part in zip(ranking.part_names, ranking.parts, strict=True):
            self.beside += _BESIDE.get(name.split(":")[0], 0.0) * part
        self.first = int(ranking.job.argmax())
        # The more lines, the more of them read like some other work by chance; stated shares are
        # a sign of a combined job.
        self.doubt = LINES[0] + self.votes.sum() / LINES[1]
        if any(duty.time_source == "stated" for duty in posting.duties):
            self.doubt *= STATED
        self.halves: NDArray[np.float64] = HALF * np.maximum(
            np.array(ranking.halves).reshape(len(ranking.halves), len(ranking.codes)), _STRANGER
        )
        self.behind: NDArray[np.float64] = np.maximum(ranking.job - ranking.job.max(), -FARTHEST)
        self.candidates = self._candidates(ranking)
        # Neighbours that the title itself names apart are two occupations, not rivals.
        named = {int(said.argmax()) for said in ranking.halves}
        self.broad = [
            ranking.codes[i] if i in named and len(named) > 1
            else known.at_level(ranking.codes[i], "broad")
            for i in self.candidates
        ]  # fmt: skip

    def _candidates(self, ranking: Ranking) -> list[int]:
        together = self.votes @ self.duties + self.beside
        found = dict.fromkeys([self.first, *_best(together, CANDIDATES)])
        found.update(dict.fromkeys(_best(ranking.job, CANDIDATES // 2)))
        for said in ranking.halves:
            found.update(dict.fromkeys(_best(said, 3)))
        for i in np.flatnonzero(self.lines)[: 2 * CANDIDATES]:
            found.update(dict.fromkeys(_best(self.blocks[i], 2 if self.lines[i] < 2 else 4)))
            found.update(dict.fromkeys(_best(self.blocks[i] + 0.5 * self.beside, 1)))
        return list(found)[: 3 * CANDIDATES]

    def place(self, chosen: tuple[int, ...]) -> NDArray[np.int64]:
        """For each duty the position in `chosen` of the occupation it belongs to."""
        nearest: NDArray[np.int64] = self.blocks[:, list(chosen)].argmax(axis=1)[self.block]
        alone = self.duties[:, list(chosen)].argmax(axis=1)
        return np.where(self.votes > 0, nearest, alone)

    def best_set(self, penalty: float) -> tuple[int, ...]:
        """The ranking's first code, or the best pair if it explains so much more than the best
        single occupation; then greedily up to MOST_OCCUPATIONS."""
        chosen: tuple[int, ...] = ()
        penalty *= self.doubt
        alone = self.votes @ self.duties + self.beside + BEHIND * self.behind
        alone = alone + self.halves.sum(axis=0)
        told = float(alone[self.candidates].max())
        while len(chosen) < MOST_OCCUPATIONS and self.votes.sum() > 1:
            larger, score = self._one_more(chosen, penalty)
            if score - penalty <= told:
                break
            chosen, told = larger, score
        return chosen or (self.first,)

    def _one_more(self, chosen: tuple[int, ...], penalty: float) -> tuple[tuple[int, ...], float]:
        """The best set with one occupation more (from none: the best pair), and its score less
        what its thin members cost. No two members share a broad occupation: such near neighbours
        describe the same duties and are rivals for one place."""
        places = range(len(self.candidates))
        here = [self.candidates.index(column) for column in chosen]
        taken = {self.broad[i] for i in here}
        sets = [
            (*here, i) for i in places if self.broad[i] not in taken
        ] if chosen else [
            (i, j) for i in places for j in places[i + 1 :] if self.broad[i] != self.broad[j]
        ]  # fmt: skip
        if not sets:
            return chosen, -math.inf
        members = np.array(sets)
        scores = self.blocks[:, self.candidates][:, members]  # blocks × sets × members
        belongs = scores.argmax(axis=2)
        told = scores.max(axis=2).sum(axis=0)
        votes = np.stack(
            [self.lines @ (belongs == k) for k in range(members.shape[1])], axis=1
        )  # sets × members
        beside = self.beside[self.candidates][members]
        told += (votes * beside).sum(axis=1) / self.votes.sum()
        told -= THIN * penalty * (votes <= 1).sum(axis=1)
        told += BEHIND * self.behind[self.candidates][members].sum(axis=1)
        told += self.halves[:, self.candidates][:, members].max(axis=2).sum(axis=0)
        # A member that leads for none of its duties is a compromise, not an occupation of the job.
        near = self.blocks.max(axis=1)[:, None, None] - scores <= LEAD
        leads = np.stack(
            [(near[:, :, k] & (belongs == k)).any(axis=0) for k in range(members.shape[1])], axis=1
        )
        told[~leads.all(axis=1)] = -math.inf
        told[(votes == 0).any(axis=1)] = -math.inf
        best = int(told.argmax())
        return tuple(self.candidates[i] for i in sets[best]), float(told[best])

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


def _best(scores: NDArray[np.float64], count: int) -> list[int]:
    order: list[int] = np.argsort(-scores, kind="stable")[:count].tolist()
    return order
