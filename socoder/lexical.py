"""The lexical model: a low-rank linear classifier over hashed words and character n-grams.

After fastText (Joulin et al. 2017, "Bag of Tricks for Efficient Text Classification"), written so
that a row's scores cannot depend on its batch-mates: features are hashed with exact integer
arithmetic, and both matrix products run on small whole numbers held in float32, whose sums stay
under 2**24 and so are exact in whatever order a linear-algebra library adds them up.

A text has two bags of features, whole words and n-grams, and the means of both add up: in one bag
the many n-grams would drown the words. A short text (a title, a duty line) also has the pairs of
its words that do not stand side by side, and its first and last word: "Operator, Punch Press" and
"Press Operator" share a pair, and the last word mostly names the worker.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

NGRAMS = (3, 4, 5)
MAX_BYTES = 4_000  # of one text: what follows adds nothing to a bag of n-grams
SHORT = 14  # words: longer texts have too many pairs to tell anything
REMEMBERED = 20_000  # distinct words whose sums a model keeps
_PRIME = 0x9E3779B97F4A7C15 | 1
_MIX = np.uint64(0xD6E8FEB86659FD93)
_SPACE = 32
_NOT_A_WORD = re.compile(rb"[^a-z0-9+#%]+")
_WORD_TAG, _PAIR_TAG = np.uint64(0xA24BAED4963EE407), np.uint64(0x9FB21C651E98DF25)
_APART_TAG, _FIRST_TAG, _LAST_TAG = np.uint64(6), np.uint64(7), np.uint64(8)
_TABLE_LIMIT = 127.0

Ints = NDArray[np.int64]
Hashes = NDArray[np.uint64]


def hidden_limit(rank: int) -> float:
    """The largest hidden value for which `rank` products with an int8 stay exact in float32."""
    return min(1023.0, float((1 << 24) // (127 * rank)))


def _powers(length: int) -> tuple[Hashes, Hashes]:
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
    """Lower-case ASCII words between single spaces."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return _NOT_A_WORD.sub(b" ", text.lower().encode()[:MAX_BYTES]).strip()


def _scrambled(hashes: Hashes) -> Hashes:
    hashes = (hashes ^ (hashes >> np.uint64(29))) * _MIX
    return hashes ^ (hashes >> np.uint64(32))


def _bucket(hashes: Hashes, tag: np.uint64, bits: int) -> Ints:
    with np.errstate(over="ignore"):
        return (_scrambled(hashes + tag) * _MIX >> np.uint64(64 - bits)).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Tokens:
    """The words of a batch: `distinct` words, and text i's are ids[offsets[i]:offsets[i + 1]]."""

    distinct: tuple[bytes, ...]
    ids: Ints
    offsets: Ints

    @classmethod
    def of(cls, texts: Sequence[str]) -> Tokens:
        places: dict[bytes, int] = {}
        split = [plain_bytes(text).split() for text in texts]
        ids = [places.setdefault(word, len(places)) for words in split for word in words]
        counts = np.fromiter(map(len, split), np.int64, len(split))
        return cls(tuple(places), np.array(ids, np.int64), _ends(counts))


@dataclass(frozen=True, slots=True)
class Bag:
    """Hashed features of a batch. Text i owns `buckets[offsets[i]:offsets[i + 1]]`."""

    buckets: Ints
    offsets: Ints

    @property
    def counts(self) -> Ints:
        return np.diff(self.offsets)


def _ends(counts: Ints) -> Ints:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def _grouped(buckets: list[Ints], owners: list[Ints], groups: int) -> Bag:
    owner = np.concatenate(owners)
    order = np.argsort(owner, kind="stable")
    return Bag(np.concatenate(buckets)[order], _ends(np.bincount(owner, minlength=groups)))


def word_features(words: Sequence[bytes], bits: int) -> tuple[Bag, Hashes]:
    """The character 3–5-grams of each word, the spaces around it being characters; and the
    (number of words,) hashes of the words."""
    data = np.frombuffer(b" " + b" ".join(words) + b" ", np.uint8)
    n = len(data)
    up, down = _powers(n + 1)
    space = data == _SPACE
    total = np.zeros(n + 1, np.uint64)
    with np.errstate(over="ignore"):
        np.cumsum(data.astype(np.uint64) * up[:n], out=total[1:])

        def hashed(start: Ints, stop: Ints) -> Hashes:
            return _scrambled((total[stop] - total[start]) * down[start])

        gaps = np.flatnonzero(space)
        hashes = hashed(gaps[:-1] + 1, gaps[1:]) if len(words) else np.zeros(0, np.uint64)
        owners: list[Ints] = []
        buckets: list[Ints] = []
        spaces_before = np.cumsum(space)  # up to and with this character
        for size in NGRAMS:
            at = np.arange(max(n - size + 1, 0))
            at = at[spaces_before[at + size - 2] == spaces_before[at]]
            at = at[spaces_before[at] <= len(words)]  # not from the last space on
            owners.append(spaces_before[at] - 1)
            buckets.append(_bucket(hashed(at, at + size), np.uint64(size), bits))
    return _grouped(buckets, owners, len(words)), hashes


def text_features(hashes: Hashes, offsets: Ints, bits: int) -> Bag:
    """The words of each text, its neighbours in their order and, in short texts, any two words in
    either order, the first word and the last. `hashes` are those of all words in turn."""
    lengths = np.diff(offsets)
    text = np.repeat(np.arange(len(lengths)), lengths)
    owners: list[Ints] = []
    buckets: list[Ints] = []

    def add(text_of: Ints, hashed: Hashes, tag: np.uint64) -> None:
        owners.append(text_of)
        buckets.append(_bucket(hashed, tag, bits))

    with np.errstate(over="ignore"):
        add(text, hashes, _WORD_TAG)
        near = np.flatnonzero(text[:-1] == text[1:])
        add(text[near], hashes[near] * np.uint64(_PRIME) + hashes[near + 1], _PAIR_TAG)
        short = lengths[text] <= SHORT
        for apart in range(1, min(SHORT, int(lengths.max(initial=0)))):
            at = np.flatnonzero((text[:-apart] == text[apart:]) & short[:-apart])
            add(text[at], hashes[at] + hashes[at + apart], _APART_TAG)
        brief = np.flatnonzero((lengths > 0) & (lengths <= SHORT))
        add(brief, hashes[offsets[brief]], _FIRST_TAG)
        add(brief, hashes[offsets[brief + 1] - 1], _LAST_TAG)
    return _grouped(buckets, owners, len(lengths))


def features(texts: Sequence[str], bits: int) -> tuple[Bag, Bag]:
    """Words and n-grams of each text, hashed into 2**bits buckets: what training looks at."""
    tokens = Tokens.of(texts)
    ngrams, hashes = word_features(tokens.distinct, bits)
    sizes = ngrams.counts[tokens.ids]
    # The n-grams of each token's word, one token after the other.
    starts = np.repeat(ngrams.offsets[tokens.ids] - _ends(sizes)[:-1], sizes)
    ends = _ends(sizes)[tokens.offsets]
    bag = Bag(ngrams.buckets[starts + np.arange(sizes.sum())], ends)
    return text_features(hashes[tokens.ids], tokens.offsets, bits), bag


def _sums(rows: NDArray[np.integer], offsets: Ints) -> NDArray[np.int32]:
    """(groups, rank) sums of each group's rows; zeros for an empty group."""
    sums = np.zeros((len(offsets) - 1, rows.shape[1]), np.int32)
    filled = np.flatnonzero(np.diff(offsets))  # reduceat has no notion of an empty group
    if len(filled):
        sums[filled] = np.add.reduceat(rows, offsets[filled], axis=0, dtype=np.int32)
    return sums


class _WordMemory:
    """Sums of the rows of a word's n-grams, kept from batch to batch: titles say the same few
    thousand words again and again. Whole numbers, so a kept sum is the very sum."""

    def __init__(self) -> None:
        self.places: dict[bytes, int] = {}
        self.sums = np.zeros((0, 0), np.int32)
        self.counts: Ints = np.zeros(0, np.int64)
        self.hashes: Hashes = np.zeros(0, np.uint64)

    def rows(self, words: Sequence[bytes], table: NDArray[np.int8], bits: int) -> Ints:
        """(number of words,) the row of each word, after learning the new ones."""
        if len(self.places) + len(words) > REMEMBERED or not len(self.counts):
            self.places, self.sums = {}, np.zeros((0, table.shape[1]), np.int32)
            self.counts, self.hashes = self.counts[:0], self.hashes[:0]
        new = [word for word in words if word not in self.places]
        if new:
            bag, hashes = word_features(new, bits)
            self.sums = np.concatenate([self.sums, _sums(table[bag.buckets], bag.offsets)])
            self.counts = np.concatenate([self.counts, bag.counts])
            self.hashes = np.concatenate([self.hashes, hashes])
            self.places.update(zip(new, range(len(self.places), len(self.counts)), strict=True))
        return np.array([self.places[word] for word in words], np.int64)


@dataclass(frozen=True, slots=True)
class LexicalModel:
    """Trained weights. `table` (2**bits, rank) int8, `output` (rank, n) and `bias` (n,) float32.

    `output` holds whole numbers; `scale` turns the products back into logits.
    """

    table: NDArray[np.int8]
    output: NDArray[np.float32]
    bias: NDArray[np.float32]
    scale: float
    _memory: _WordMemory = field(default_factory=_WordMemory, repr=False, compare=False)

    @property
    def bits(self) -> int:
        return int(self.table.shape[0]).bit_length() - 1

    def log_probabilities(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """(number of texts, n) natural log-probabilities over the detailed occupations."""
        if not texts:
            return np.zeros((0, len(self.bias)))
        tokens = Tokens.of(texts)
        memory = self._memory
        rows = memory.rows(tokens.distinct, self.table, self.bits)[tokens.ids]
        words = text_features(memory.hashes[rows], tokens.offsets, self.bits)
        ngrams = np.diff(_ends(memory.counts[rows])[tokens.offsets])
        means = _sums(self.table[words.buckets], words.offsets) / _divisor(words.counts)
        means += _sums(memory.sums[rows], tokens.offsets) / _divisor(ngrams)
        hidden = np.rint(means * (hidden_limit(self.table.shape[1]) / (2 * _TABLE_LIMIT)))
        products = hidden.astype(np.float32) @ self.output
        return log_softmax(products.astype(np.float64) * self.scale + self.bias)


def _divisor(counts: Ints) -> NDArray[np.float64]:
    return np.maximum(counts, 1).astype(np.float64)[:, None]


def log_softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Natural log-probabilities along the last axis."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    result: NDArray[np.float64] = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return result
