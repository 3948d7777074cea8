"""Encoders: texts in, unit vectors out. The shipped one runs on onnxruntime, without torch."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from socoder.errors import BundleError, MissingExtraError
from socoder.records import Encoder

__all__ = ["Encoder", "OnnxEncoder", "SentenceTransformerEncoder", "load_encoder"]

MAX_TOKENS = 128


class OnnxEncoder:
    """A sentence encoder exported to ONNX with pooling and normalisation inside the graph.

    `folder` holds `encoder.onnx` and `tokenizer.json`. Every text is run as a row of its own:
    dynamic int8 quantisation scales activations over the whole input, so that in a batch a row's
    vector would depend on its batch-mates and their padding.
    """

    def __init__(self, folder: Path, name: str = "shipped") -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.use_deterministic_compute = True
        options.log_severity_level = 3
        self.name = name
        try:
            self._session = onnxruntime.InferenceSession(
                str(folder / "encoder.onnx"), options, providers=["CPUExecutionProvider"]
            )
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        except Exception as error:  # both libraries raise their own, undocumented types
            raise BundleError(
                f"{folder}: the encoder cannot be loaded ({type(error).__name__}): install it again"
            ) from error
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.no_padding()
        self.dimension = int(self._session.get_outputs()[0].shape[1])

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(number of texts, dimension) unit vectors."""
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for row, encoding in enumerate(self._tokenizer.encode_batch(list(texts))):
            ids = np.asarray([encoding.ids], np.int64)
            inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
            vectors[row] = self._session.run(None, inputs)[0][0]
        return vectors


class SentenceTransformerEncoder:
    """Any sentence-transformers model, by name or folder. Needs the `train` extra."""

    def __init__(self, name: str) -> None:
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError:
            raise MissingExtraError(
                f"the encoder {name!r} needs sentence-transformers: pip install 'socoder[train]'"
            ) from None
        try:
            model: Any = SentenceTransformer(name, device="cpu")
        except (OSError, ValueError) as error:
            raise BundleError(
                f"{name}: no sentence-transformers model of that name or in that folder"
            ) from error
        self._model = model
        self.name = name
        self.dimension = int(self._model.get_embedding_dimension())

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(number of texts, dimension) unit vectors; one row at a time, so that batches agree."""
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        vectors = self._model.encode(
            list(texts), batch_size=1, normalize_embeddings=True, show_progress_bar=False
        )
        return np.asarray(vectors, np.float32)


def load_encoder(folder: Path, name: str = "") -> Encoder:
    """The encoder in a bundle's folder, or the sentence-transformers model of that name or folder.

    Raises BundleError for one that cannot be loaded, MissingExtraError without the extra."""
    return SentenceTransformerEncoder(name) if name else OnnxEncoder(folder)
