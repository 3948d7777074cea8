"""Export a fine-tuned sentence-transformers model to ONNX, pooling inside, int8 weights.

    python scripts/export_encoder.py MODEL_FOLDER OUTPUT_FOLDER [--fp32]

`sentence-transformers[onnx]` would pin the library back a major version, so this uses torch's own
exporter and onnxruntime's quantiser.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import torch
from sentence_transformers import SentenceTransformer


class Pooled(torch.nn.Module):
    """The transformer with mean pooling and normalisation: ids and mask in, unit vectors out."""

    def __init__(self, model: SentenceTransformer) -> None:
        super().__init__()
        self.bert = model[0].auto_model

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        hidden = self.bert(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        mask = attention_mask[..., None].to(hidden.dtype)
        pooled = (hidden * mask).sum(1) / mask.sum(1)
        return torch.nn.functional.normalize(pooled, dim=1)


def export(model: SentenceTransformer, folder: Path, quantise: bool = True) -> None:
    """Write `encoder.onnx` and `tokenizer.json` into the folder."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    folder.mkdir(parents=True, exist_ok=True)
    model = model.float().eval().to("cpu")
    model[0].auto_model.set_attn_implementation("eager")
    ids = torch.ones(1, 8, dtype=torch.long)
    names = ["input_ids", "attention_mask"]
    with tempfile.TemporaryDirectory() as scratch:
        plain = folder / "encoder.onnx" if not quantise else Path(scratch) / "plain.onnx"
        torch.onnx.export(
            Pooled(model),
            (ids, torch.ones_like(ids)),
            str(plain),
            input_names=names,
            output_names=["embedding"],
            dynamic_axes={
                **{name: {0: "batch", 1: "length"} for name in names},
                "embedding": {0: "batch"},
            },
            opset_version=17,
            dynamo=False,
        )
        if quantise:
            quantize_dynamic(
                str(plain),
                str(folder / "encoder.onnx"),
                weight_type=QuantType.QInt8,
                per_channel=True,
                extra_options={"MatMulConstBOnly": True},
            )
    model.tokenizer.backend_tokenizer.no_padding()
    model.tokenizer.backend_tokenizer.save(str(folder / "tokenizer.json"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--fp32", action="store_true", help="keep 32-bit weights")
    arguments = parser.parse_args()
    export(
        SentenceTransformer(str(arguments.model), device="cpu"),
        arguments.output,
        not arguments.fp32,
    )


if __name__ == "__main__":
    main()
