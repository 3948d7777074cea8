"""Encoders: rows that depend on their text alone, and one result for the same weights."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from socoder.bundle import default_folder
from socoder.coder import Coder
from socoder.encode import OnnxEncoder, SentenceTransformerEncoder
from socoder.errors import BundleError, MissingExtraError

SCRIPTS = Path(__file__).parents[1] / "scripts"
TEXTS = [
    "Help residents bathe, dress and eat",
    "Coach people with disabilities at their job sites",
    "Weld pipe to code in the field",
    "RN",
    "Write and test software in Python; review the code of others. " * 20,
    "Drive a school bus",
]


def test_vectors_have_length_one(coder: Coder) -> None:
    vectors = coder.ranker.encoder.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), coder.ranker.encoder.dimension)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-5)
    assert coder.ranker.encoder.encode([]).shape == (0, coder.ranker.encoder.dimension)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(max_size=80), min_size=1, max_size=4))
def test_a_row_is_the_same_alone_and_in_a_batch(texts: list[str]) -> None:
    encoder = OnnxEncoder(default_folder())
    together = encoder.encode([*texts, *TEXTS])
    for row, text in enumerate(texts):
        assert (encoder.encode([text])[0] == together[row]).all()


def test_a_folder_without_a_model_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="cannot be loaded") as caught:
        OnnxEncoder(tmp_path)
    assert "\n" not in str(caught.value)


def test_without_the_extra_the_error_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(MissingExtraError, match=r"socoder\[train\]"):
        SentenceTransformerEncoder("any")


@pytest.mark.usefixtures("needs_torch")
@pytest.mark.parametrize(("quantise", "least"), [(False, 0.99), (True, 0.94)])
def test_onnx_and_torch_agree_for_the_same_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, quantise: bool, least: float
) -> None:
    monkeypatch.syspath_prepend(str(SCRIPTS))
    from sentence_transformers import SentenceTransformer

    from export_encoder import export
    from train_encoder import base_model

    export(SentenceTransformer(str(base_model()), device="cpu"), tmp_path, quantise)
    ours = OnnxEncoder(tmp_path).encode(TEXTS)
    theirs = SentenceTransformerEncoder(str(base_model())).encode(TEXTS)
    # The shipped encoder cuts long texts at MAX_TOKENS, the library at its own limit.
    short = [i for i, text in enumerate(TEXTS) if len(text) < 400]
    assert (ours * theirs).sum(axis=1)[short].min() >= least
    # Where two texts are really further apart than rounding can hide, the order is the same.
    mine, other = ours @ ours[0], theirs @ theirs[0]
    for a in short:
        for b in short:
            if other[a] - other[b] > 0.08:
                assert mine[a] > mine[b]


@pytest.mark.usefixtures("needs_torch")
def test_a_model_that_is_not_there_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(BundleError, match="no sentence-transformers model"):
        SentenceTransformerEncoder("nobody/no-such-model")
