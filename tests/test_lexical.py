"""The lexical model: hashing, exactness, and what an empty text gets."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from socoder.lexical import MAX_BYTES, LexicalModel, features, log_softmax, plain_bytes

RANDOM = np.random.default_rng(0)
MODEL = LexicalModel(
    table=RANDOM.integers(-127, 128, (1 << 10, 96)).astype(np.int8),
    output=RANDOM.integers(-127, 128, (96, 50)).astype(np.float32),
    bias=RANDOM.normal(size=50).astype(np.float32),
    scale=1e-4,
)


def own(text: str, bits: int = 30) -> set[int]:
    return set(features([text], bits).buckets.tolist())


def test_words_are_plain_lower_case_ascii() -> None:
    assert plain_bytes("Café  Mgr., C++ & C#") == b" cafe mgr c++ c# "
    assert plain_bytes("") == plain_bytes(" …! ") == b"  "


def test_features_are_words_pairs_and_ngrams_inside_words() -> None:
    # "ab cd": 2 words, 1 pair; 3-grams " ab", "ab ", " cd", "cd "; 4-grams " ab ", " cd ".
    assert len(own("ab cd")) == 9
    assert own("nurse") < own("nurse aide")
    assert own("nurse aide") != own("aide nurse")  # the pair tells the order
    assert own("NURSE, Aide!") == own("nurse aide")


def test_a_pair_does_not_reach_into_the_next_text() -> None:
    together = features(["nurse", "aide"], 30)
    assert set(together.buckets.tolist()) == own("nurse") | own("aide")


@given(st.lists(st.text(max_size=60), max_size=8))
def test_a_row_is_the_same_alone_and_in_a_batch(texts: list[str]) -> None:
    batch = MODEL.log_probabilities(texts)
    for row, text in enumerate(texts):
        assert (MODEL.log_probabilities([text])[0] == batch[row]).all()


def test_sums_stay_exact_in_float32() -> None:
    """The largest sums that the format allows are whole numbers that float32 can hold."""
    largest = 1023 * 127 * MODEL.table.shape[1]
    assert largest < 2**24


def test_a_text_without_features_gets_the_prior() -> None:
    expected = log_softmax(MODEL.bias.astype(np.float64)[None, :])[0]
    assert MODEL.log_probabilities(["…"])[0] == pytest.approx(expected)
    assert MODEL.log_probabilities([]).shape == (0, 50)


def test_a_very_long_text_is_cut() -> None:
    assert len(plain_bytes("word " * 100_000)) <= MAX_BYTES + 2
