"""The lexical model: hashing, exactness, and what an empty text gets."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from socoder.lexical import (
    MAX_BYTES,
    SHORT,
    LexicalModel,
    features,
    hidden_limit,
    log_softmax,
    plain_bytes,
)

RANDOM = np.random.default_rng(0)
MODEL = LexicalModel(
    table=RANDOM.integers(-127, 128, (1 << 10, 96)).astype(np.int8),
    output=RANDOM.integers(-127, 128, (96, 50)).astype(np.float32),
    bias=RANDOM.normal(size=50).astype(np.float32),
    scale=1e-4,
)


def own(text: str, bits: int = 30) -> set[int]:
    words, ngrams = features([text], bits)
    return {*words.buckets.tolist(), *ngrams.buckets.tolist()}


def test_words_are_plain_lower_case_ascii() -> None:
    assert plain_bytes("Café  Mgr., C++ & C#") == b"cafe mgr c++ c#"
    assert plain_bytes("") == plain_bytes(" …! ") == b""


def test_features_are_words_pairs_and_ngrams_inside_words() -> None:
    # "ab cd": 2 words, 1 pair in order and 1 in either, first and last word;
    # 3-grams " ab", "ab ", " cd", "cd "; 4-grams " ab ", " cd ".
    assert len(own("ab cd")) == 12
    assert len(own("nurse") - own("nurse aide")) == 1  # it is no longer the last word
    assert own("nurse aide") != own("aide nurse")  # the pair tells the order
    assert own("NURSE, Aide!") == own("nurse aide")


def test_short_texts_pair_words_in_either_order() -> None:
    shared = own("operator punch press") & own("press operator")
    assert len(shared - own("press") - own("operator")) == 1
    long = " ".join(f"w{i}" for i in range(SHORT + 1))
    assert not (own(f"nurse {long} aide") & own("aide nurse")) - own("nurse") - own("aide")


def test_features_of_a_batch_are_those_of_its_texts() -> None:
    texts = ["nurse aide", "", "a nurse, a nurse", "x"]
    for row, text in enumerate(texts):
        for bag, alone in zip(features(texts, 30), features([text], 30), strict=True):
            rows = bag.buckets[bag.offsets[row] : bag.offsets[row + 1]]
            assert sorted(rows.tolist()) == sorted(alone.buckets.tolist())


def test_log_probabilities_are_those_of_the_features() -> None:
    """The model keeps sums of words; they must be what the plain features give."""
    texts = ["nurse aide, nights", "operator punch press operator", "nurse", ""]
    for row, text in enumerate(texts):
        hidden = np.zeros(96)
        for bag in features(texts, MODEL.bits):
            rows = MODEL.table[bag.buckets[bag.offsets[row] : bag.offsets[row + 1]]]
            hidden += rows.astype(np.int64).sum(0) / max(len(rows), 1)
        hidden = np.rint(hidden * (hidden_limit(96) / 254.0))
        logits = hidden @ MODEL.output.astype(np.float64) * MODEL.scale + MODEL.bias
        assert MODEL.log_probabilities([text])[0] == pytest.approx(log_softmax(logits[None])[0])


def test_a_pair_does_not_reach_into_the_next_text() -> None:
    together = {bucket for bag in features(["nurse", "aide"], 30) for bucket in bag.buckets}
    assert together == own("nurse") | own("aide")


@given(st.lists(st.text(max_size=60), max_size=8))
def test_a_row_is_the_same_alone_and_in_a_batch(texts: list[str]) -> None:
    batch = MODEL.log_probabilities(texts)
    for row, text in enumerate(texts):
        assert (MODEL.log_probabilities([text])[0] == batch[row]).all()


def test_sums_stay_exact_in_float32() -> None:
    """The largest sums that the format allows are whole numbers that float32 can hold."""
    for rank in (96, 192, 320):
        assert hidden_limit(rank) * 127 * rank <= 2**24


def test_a_text_without_features_gets_the_prior() -> None:
    expected = log_softmax(MODEL.bias.astype(np.float64)[None, :])[0]
    assert MODEL.log_probabilities(["…"])[0] == pytest.approx(expected)
    assert MODEL.log_probabilities([]).shape == (0, 50)


def test_a_very_long_text_is_cut() -> None:
    assert len(plain_bytes("word " * 100_000)) <= MAX_BYTES + 2
