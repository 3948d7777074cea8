"""Title and duties → log-probabilities of every detailed occupation.

Three models speak: an index of known titles, the lexical model, and the sentence encoder against
the vectors of the SOC definitions. Each speaks of the title, of the duties (weighted by time) and
of the text as a whole; the job's score is the weighted sum of what they say, so that it can be
shown as a sum of named parts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from socoder.bundle import Bundle
from socoder.lexical import LexicalModel, log_softmax
from socoder.records import Encoder, Posting, Ranking

# Unit vectors are rounded to whole numbers of this length: the sums of the dot products stay under
# 2**24 and so are exact in float32, whatever the batch.
VECTOR_SCALE = 4000.0
_UNSEEN = np.log(1e-3)  # what the title index says of a code that a known title never had
PARTS = (
    "title: known titles", "title: words", "title: embedding",
    "duties: words", "duties: embedding", "whole text: words", "whole text: embedding",
)  # fmt: skip
# What was given: decides which weights apply. A title alone is known from the sources or not, and
# known titles and words settle it or leave it in doubt.
KINDS = ("title", "title, known", "doubtful title", "doubtful title, known", "text", "both")
# A title is in doubt if its first code has less than half of the probability (1 / DOUBT): asking
# the encoder about the others changes next to nothing and takes most of the time (docs/decisions).
DOUBT = 2.0
_NO_DUTIES = np.zeros((0, 0))


def title_hash(normalised: str) -> int:
    """64-bit key of a normalised title."""
    return int.from_bytes(hashlib.blake2b(normalised.encode(), digest_size=8).digest(), "big")


def whole(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Unit vectors rounded to whole numbers of VECTOR_SCALE."""
    rounded: NDArray[np.float32] = np.rint(vectors * VECTOR_SCALE).astype(np.float32)
    return rounded


@dataclass(frozen=True, slots=True)
class TitleIndex:
    """Known titles, hashed: `keys` (m,) sorted; entry i has codes[offsets[i]:offsets[i + 1]]."""

    keys: NDArray[np.uint64]
    offsets: NDArray[np.int32]
    codes: NDArray[np.int16]
    shares: NDArray[np.float32]

    def find(self, title: str) -> dict[int, float]:
        """Column of each occupation that the title is known for → share of its sources."""
        return self.find_all([title])[0]

    def find_all(self, titles: Sequence[str]) -> list[dict[int, float]]:
        """`find` of each title, in order."""
        return [self._entry(at) if at >= 0 else {} for at in self.places(titles).tolist()]

    def places(self, titles: Sequence[str]) -> NDArray[np.int64]:
        """(number of titles,) place of each normalised title in the index, -1 if it is not there."""
        if not len(self.keys):
            return np.full(len(titles), -1)
        wanted = np.fromiter(map(title_hash, titles), np.uint64, len(titles))
        at = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        return np.where(self.keys[at] == wanted, at, -1)

    def _entry(self, at: int) -> dict[int, float]:
        rows = slice(self.offsets[at], self.offsets[at + 1])
        return dict(zip(self.codes[rows].tolist(), self.shares[rows].tolist(), strict=True))


@dataclass(frozen=True, slots=True)
class Ranker:
    """Everything that ranking needs. `vectors` (n, dimension) are whole-number unit vectors of
    the occupations; `weights` maps each of KINDS to the weights of PARTS; `duty_weights`
    weigh words and embedding of a single duty; `logit_scale` turns cosines into logits; `doubt` says
    which bare titles the encoder is asked about (DOUBT; 0: all, infinity: none)."""

    codes: tuple[str, ...]
    titles: TitleIndex
    lexical: LexicalModel
    encoder: Encoder
    vectors: NDArray[np.float32]
    weights: Mapping[str, Sequence[float]]
    duty_weights: Sequence[float]
    logit_scale: float
    doubt: float = DOUBT

    @classmethod
    def load(cls, bundle: Bundle, encoder: Encoder, texts: Sequence[str] = ()) -> Ranker:
        """The bundle's models with the given encoder. With `texts` (one for each occupation, in
        the bundle's order) the occupations' vectors are that encoder's own, not the shipped."""
        stored = bundle.arrays("lexical.npz")
        fitted = bundle.json("weights.json")
        shipped = bundle.arrays("vectors.npz")["vectors"].astype(np.float32)
        return cls(
            codes=tuple(fitted["codes"]),
            titles=TitleIndex(**bundle.arrays("titles.npz")),
            lexical=LexicalModel(
                stored["table"], stored["output"].astype(np.float32), stored["bias"],
                float(stored["scale"]),
            ),
            encoder=encoder,
            vectors=whole(encoder.encode(texts)) if texts else shipped,
            weights=fitted["ranking"],
            duty_weights=fitted["duties"],
            logit_scale=float(fitted["logit_scale"]),
        )  # fmt: skip

    def rank(self, postings: Sequence[Posting]) -> list[Ranking]:
        """One Ranking for each posting, in order; each depends on its own posting alone."""
        words = _Batch()
        meaning = _Batch()
        plans = [_Plan(posting, words, meaning) for posting in postings]
        lexical = self.lexical.log_probabilities(words.texts)
        embedded = self._embedding_log_probabilities(meaning.texts)
        bare = [plan for plan in plans if plan.kind == "title"]
        titles = iter(self._title_rankings(bare, lexical))
        return [
            next(titles) if plan.kind == "title" else self._ranking(plan, lexical, embedded)
            for plan in plans
        ]

    def _title_rankings(
        self, plans: Sequence[_Plan], lexical: NDArray[np.float64]
    ) -> list[Ranking]:
        """Bare titles come by the hundred thousand: known titles and words speak for all at once,
        the embedding only for those that they leave in doubt."""
        variants = [[title for title in plan.posting.title.variants if title] for plan in plans]
        found = iter(self.titles.find_all([title for own in variants for title in own]))
        known = [[next(found) for _ in own] for own in variants]
        seen = np.array([any(entries) for entries in known], bool)
        parts = np.zeros((len(plans), 3, len(self.codes)))
        for row, (plan, entries) in enumerate(zip(plans, known, strict=True)):
            if seen[row]:
                parts[row, 0] = self._known_titles([entry for entry in entries if entry])
            if plan.titles:
                parts[row, 1] = _mixture(lexical[plan.titles])
        weighted = self._weighted(parts, seen, KINDS[:2])
        job = weighted.sum(axis=1)
        doubtful = np.exp(job - job.max(axis=1, keepdims=True)).sum(axis=1) > self.doubt
        if doubtful.any():
            asked = np.flatnonzero(doubtful).tolist()
            own = [title for row in asked for title in variants[row]]
            embedded = self._embedding_log_probabilities(own)
            ends = np.cumsum([len(variants[row]) for row in asked])
            for row, rows in zip(asked, np.split(embedded, ends[:-1]), strict=True):
                if len(rows):
                    parts[row, 2] = _mixture(rows)
            weighted[doubtful] = self._weighted(parts[doubtful], seen[doubtful], KINDS[2:4])
            job[doubtful] = weighted[doubtful].sum(axis=1)
        firsts = {"title": job.argmax(axis=1)}
        firsts |= {"words": weighted[:, 1].argmax(axis=1)}
        firsts |= {"embedding": weighted[:, 2].argmax(axis=1)}
        return [
            Ranking(
                codes=self.codes, job=job[row], duties=_NO_DUTIES, parts=weighted[row],
                part_names=PARTS[:3],
                models={
                    name: self.codes[columns[row]]
                    for name, columns in firsts.items()
                    if name != "embedding" or doubtful[row]
                },
                title_seen=bool(seen[row]),
            )
            for row in range(len(plans))
        ]  # fmt: skip

    def _weighted(
        self, parts: NDArray[np.float64], seen: NDArray[np.bool_], kinds: Sequence[str]
    ) -> NDArray[np.float64]:
        """(rows, 3, n) parts of bare titles with the weights of unknown or of known titles."""
        unknown, known = (np.asarray(self.weights[kind][:3]) for kind in kinds)
        weighted: NDArray[np.float64] = parts * np.where(seen[:, None], known, unknown)[:, :, None]
        return weighted

    def _embedding_log_probabilities(self, texts: Sequence[str]) -> NDArray[np.float64]:
        if not texts:
            return np.zeros((len(texts), len(self.codes)))
        cosines = whole(self.encoder.encode(texts)) @ self.vectors.T / VECTOR_SCALE**2
        return log_softmax(cosines.astype(np.float64) * self.logit_scale)

    def _ranking(
        self, plan: _Plan, lexical: NDArray[np.float64], embedded: NDArray[np.float64]
    ) -> Ranking:
        parts = np.zeros((len(PARTS), len(self.codes)))
        known = [self.titles.find(title) for title in plan.posting.title.variants]
        seen = any(known)
        if seen:
            parts[0] = self._known_titles([found for found in known if found])
        if plan.titles:
            parts[1] = _mixture(lexical[plan.titles])
        if plan.title_meaning:
            parts[2] = _mixture(embedded[plan.title_meaning])
        duties = np.zeros((len(plan.duties), len(self.codes)))
        if plan.duties:
            shares = np.array([plan.voting_share(i) for i in range(len(plan.duties))])[:, None]
            parts[3] = (lexical[plan.duties] * shares).sum(axis=0)
            parts[4] = (embedded[plan.duty_meaning] * shares).sum(axis=0)
            by_words, by_meaning = self.duty_weights
            duties = log_softmax(
                by_words * lexical[plan.duties] + by_meaning * embedded[plan.duty_meaning]
            )
            parts[5] = lexical[plan.whole]
            parts[6] = embedded[plan.whole_meaning]
        parts *= np.asarray(self.weights[plan.kind])[:, None]
        models = {}
        for name, rows in (("title", (0, 1, 2)), ("words", (1, 3, 5)), ("embedding", (2, 4, 6)),
                           ("duties", (3, 4, 5, 6))):  # fmt: skip
            score = parts[list(rows)].sum(axis=0)
            if score.any():
                models[name] = self.codes[int(score.argmax())]
        return Ranking(
            codes=self.codes, job=parts.sum(axis=0), duties=duties, parts=parts,
            part_names=PARTS, models=models, title_seen=seen, halves=self._halves(plan, lexical, known),
        )  # fmt: skip

    def _halves(
        self, plan: _Plan, lexical: NDArray[np.float64], known: Sequence[Mapping[int, float]]
    ) -> list[NDArray[np.float64]]:
        """What each half of a title that names several jobs says, with the weights of bare titles."""
        said = []
        for at in range(1, 1 + len(plan.posting.title.halves)):
            weights = self.weights[KINDS[bool(known[at])]]
            score = weights[1] * lexical[plan.titles[at]]
            if known[at]:
                score = score + weights[0] * self._known_titles([known[at]])
            said.append(log_softmax(score))
        return said

    def _known_titles(self, known: Sequence[Mapping[int, float]]) -> NDArray[np.float64]:
        scores = np.full((len(known), len(self.codes)), _UNSEEN)
        for row, found in enumerate(known):
            for column, share in found.items():
                scores[row, column] = max(np.log(share), _UNSEEN)
        return _mixture(scores)


class _Batch:
    """Distinct texts of a batch, each with its row."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._rows: dict[str, int] = {}

    def row(self, text: str) -> int:
        row = self._rows.setdefault(text, len(self.texts))
        if row == len(self.texts):
            self.texts.append(text)
        return row


class _Plan:
    """Which rows of the batch speak for which part of one posting."""

    def __init__(self, posting: Posting, words: _Batch, meaning: _Batch) -> None:
        self.posting = posting
        variants = [title for title in posting.title.variants if title]
        duties = [duty.text for duty in posting.duties]
        self.kind = "both" if variants and duties else "text" if duties else "title"
        self.titles = [words.row(title) for title in variants]
        # The encoder looks at a bare title only when the rest is in doubt (`_title_rankings`).
        self.title_meaning = [meaning.row(title) for title in variants] if duties else []
        self.duties = [words.row(duty) for duty in duties]
        self.duty_meaning = [meaning.row(duty) for duty in duties]
        voting = [duty.text for duty in posting.duties if not duty.generic] or duties
        lines = [*variants[:1], posting.summary, *voting]
        text = "\n".join(line for line in lines if line)
        self.whole = words.row(text) if duties else -1
        self.whole_meaning = meaning.row(text) if duties else -1

    def voting_share(self, index: int) -> float:
        """The duty's share of the time that is not spent on generic duties."""
        duties = self.posting.duties
        specific = sum(duty.time_share for duty in duties if not duty.generic)
        if specific <= 0:
            return duties[index].time_share
        return 0.0 if duties[index].generic else duties[index].time_share / specific


def _mixture(logs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log of the mean probability over the rows."""
    if len(logs) == 1:
        only: NDArray[np.float64] = logs[0]
        return only
    top = logs.max(axis=0)
    result: NDArray[np.float64] = top + np.log(np.exp(logs - top).mean(axis=0))
    return result
