"""The lexical model: a low-rank linear classifier over hashed words and character n-grams.

After fastText (Joulin et al. 2017, "Bag of Tricks for Efficient Text Classification"), written so
that a row's scores cannot depend on its batch-mates: features are hashed with exact integer
arithmetic, and both matrix products run on small whole numbers held in float32, whose sums stay
under 2**24 and so are exact in whatever order a linear-algebra library adds them up.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NGRAMS = (3, 4, 5)
MAX_BYTES = 4_000  # of one text: what follows adds nothing to a bag of n-grams
_PRIME = 0x9E3779B97F4A7C15 | 1
_MIX = np.uint64(0xD6E8FEB86659FD93)
_SPACE = 32
_NOT_A_WORD = re.compile(rb"[^a-z0-9+#%]+")
_WORD_TAG, _PAIR_TAG = np.uint64(0xA24BAED4963EE407), np.uint64(0x9FB21C651E98DF25)
_HIDDEN_SCALE = 1023.0


def _powers(length: int) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Powers of the hash base modulo 2**64, and of its inverse (it is odd, so it has one)."""
    inverse = pow(_PRIME, -1, 1 << 64)
    up, down = np.empty(length, np.uint64), np.empty(length, np.uint64)
    up[0] = down[0] = 1
    with np.errstate(over="ignore"):
        up[1:], down[1:] = np.uint64(_PRIME), np.uint64(inverse)
        np.multiply.accumulate(up, out=up)
        np.multiply.accumulate(down, out=down)
    return up, down


def plain_bytes(text: str) -> bytes:
    """Lower-case ASCII words between single spaces, with a space at both ends."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    words = _NOT_A_WORD.sub(b" ", text.lower().encode()[:MAX_BYTES]).strip()
    return b" " + words + b" "


@dataclass(frozen=True, slots=True)
class Features:
    """Hashed features of a batch. Text i owns `buckets[offsets[i]:offsets[i + 1]]`."""

    buckets: NDArray[np.int64]
    offsets: NDArray[np.int64]


def _mixed(hashes: NDArray[np.uint64], tag: np.uint64, bits: int) -> NDArray[np.int64]:
    hashes = (hashes ^ (hashes >> np.uint64(29))) * _MIX + tag
    hashes = (hashes ^ (hashes >> np.uint64(32))) * _MIX
    return (hashes >> np.uint64(64 - bits)).astype(np.int64)


def features(texts: Sequence[str], bits: int) -> Features:
    """Words, pairs of words and character 3–5-grams of each text, hashed into 2**bits buckets."""
    parts = [plain_bytes(text) for text in texts]
    lengths = np.fromiter((len(part) for part in parts), np.int64, len(parts))
    data = np.frombuffer(b"".join(parts), np.uint8)
    n = len(data)
    up, down = _powers(n + 1)
    owner = np.repeat(np.arange(len(parts)), lengths)
    space = data == _SPACE
    with np.errstate(over="ignore"):
        total = np.zeros(n + 1, np.uint64)
        np.cumsum(data.astype(np.uint64) * up[:n], out=total[1:])

        def hashed(start: NDArray[np.int64], stop: NDArray[np.int64]) -> NDArray[np.uint64]:
            return (total[stop] - total[start]) * down[start]

        starts: list[NDArray[np.int64]] = []
        buckets: list[NDArray[np.int64]] = []
        # A word runs from the byte after one space to the next space.
        gaps = np.flatnonzero(space)
        first, last = gaps[:-1] + 1, gaps[1:]
        real = last > first
        first, last = first[real], last[real]
        starts.append(first)
        buckets.append(_mixed(hashed(first, last), _WORD_TAG, bits))
        together = owner[first[:-1]] == owner[first[1:]]
        pair_first, pair_last = first[:-1][together], last[1:][together]
        starts.append(pair_first)
        buckets.append(_mixed(hashed(pair_first, pair_last), _PAIR_TAG, bits))
        # Character n-grams stay inside one word; its bounding spaces count as characters.
        spaces_before = np.concatenate([[0], np.cumsum(space)])
        for size in NGRAMS:
            at = np.arange(max(n - size + 1, 0))
            inner = spaces_before[at + size - 1] - spaces_before[at + 1]
            at = at[inner == 0]
            starts.append(at)
            buckets.append(_mixed(hashed(at, at + size), np.uint64(size), bits))
    owners = owner[np.concatenate(starts)] if n else np.zeros(0, np.int64)
    order = np.argsort(owners, kind="stable")
    counts = np.bincount(owners, minlength=len(parts))
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return Features(np.concatenate(buckets)[order], offsets)


@dataclass(frozen=True, slots=True)
class LexicalModel:
    """Trained weights. `table` (2**bits, rank) int8, `output` (rank, n) and `bias` (n,) float32.

    `output` holds whole numbers; `scale` turns the products back into logits.
    """

    table: NDArray[np.int8]
    output: NDArray[np.float32]
    bias: NDArray[np.float32]
    scale: float

    @property
    def bits(self) -> int:
        return int(self.table.shape[0]).bit_length() - 1

    def log_probabilities(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """(number of texts, n) natural log-probabilities over the detailed occupations."""
        if not texts:
            return np.zeros((0, len(self.bias)))
        bag = features(texts, self.bits)
        counts = np.diff(bag.offsets)
        sums = np.zeros((len(texts), self.table.shape[1]), np.int32)
        filled = np.flatnonzero(counts)  # reduceat has no notion of an empty group
        if len(filled):
            rows = np.take(self.table, bag.buckets, axis=0)
            sums[filled] = np.add.reduceat(rows, bag.offsets[filled], axis=0, dtype=np.int32)
        hidden = np.rint(sums / np.maximum(counts, 1)[:, None] * (_HIDDEN_SCALE / 127.0))
        logits = (hidden.astype(np.float32) @ self.output).astype(
            np.float64
        ) * self.scale + self.bias
        return log_softmax(logits)


def log_softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Natural log-probabilities along the last axis."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    result: NDArray[np.float64] = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return result
