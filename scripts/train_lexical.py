"""Train the lexical model: hashed words and n-grams → rank-r vectors → 867 occupations."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from socoder.lexical import Bag, LexicalModel, features, hidden_limit
from training_texts import Text

BITS = 16
RANK = 256
EPOCHS = 8
BATCH = 256


def label_matrix(texts: Sequence[Text], codes: Sequence[str]) -> tuple[torch.Tensor, torch.Tensor]:
    """(n, k) column indices and weights of the soft labels, padded with weight 0."""
    position = {code: i for i, code in enumerate(codes)}
    width = max(len(text.codes) for text in texts)
    columns = torch.zeros(len(texts), width, dtype=torch.long)
    weights = torch.zeros(len(texts), width)
    for row, text in enumerate(texts):
        for column, (code, share) in enumerate(text.codes.items()):
            columns[row, column] = position[code]
            weights[row, column] = share
    return columns, weights


def soft_cross_entropy(
    logits: torch.Tensor, columns: torch.Tensor, shares: torch.Tensor, weights: torch.Tensor
) -> torch.Tensor:
    """Mean over the batch of the weighted cross-entropy against soft labels."""
    logs = torch.log_softmax(logits, dim=1).gather(1, columns)
    return -((logs * shares).sum(1) * weights).sum() / weights.sum()


def train_lexical(
    texts: Sequence[Text],
    codes: Sequence[str],
    seed: int,
    bits: int = BITS,
    rank: int = RANK,
    epochs: int = EPOCHS,
    dropout: float = 0.3,
) -> LexicalModel:
    """Train on all the given texts (the caller has left out the held-out folds)."""
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    bags = features([text.text for text in texts], bits)
    columns, shares = label_matrix(texts, codes)
    weights = torch.tensor([text.weight for text in texts])
    table = torch.nn.EmbeddingBag(1 << bits, rank, mode="mean", sparse=True)
    torch.nn.init.uniform_(table.weight, -1.0 / rank, 1.0 / rank)
    output = torch.nn.Linear(rank, len(codes))
    rates = (0.01, 0.01)
    slow = torch.optim.SparseAdam(list(table.parameters()), lr=rates[0])
    fast = torch.optim.Adam(output.parameters(), lr=rates[1])
    steps = epochs * (len(texts) // BATCH + 1)
    step = 0
    for epoch in range(epochs):
        total = 0.0
        order = torch.randperm(len(texts), generator=generator)
        for start in range(0, len(texts), BATCH):
            rows = order[start : start + BATCH]
            hidden = sum(table(*_kept(bag, rows, dropout, generator)) for bag in bags)
            loss = soft_cross_entropy(output(hidden), columns[rows], shares[rows], weights[rows])
            slow.zero_grad()
            fast.zero_grad()
            loss.backward()
            pace = max(1.0 - step / steps, 0.02)
            for optimiser, rate in zip((slow, fast), rates, strict=True):
                for group in optimiser.param_groups:
                    group["lr"] = rate * pace
                optimiser.step()
            step += 1
            total += float(loss.detach()) * len(rows)
        print(f"lexical: epoch {epoch + 1}/{epochs}, loss {total / len(texts):.3f}", flush=True)
    return quantised(table.weight.detach().numpy(), output)


def _kept(
    bag: Bag, rows: torch.Tensor, dropout: float, generator: torch.Generator
) -> tuple[torch.Tensor, torch.Tensor]:
    """Buckets of some texts and where each text's begin, a share of them left out: dropping
    features keeps rare words from being learned by heart."""
    left, right = bag.offsets[rows], bag.offsets[rows + 1]
    pieces = [bag.buckets[a:b] for a, b in zip(left, right, strict=True)]
    buckets = torch.from_numpy(np.concatenate(pieces))
    owner = torch.repeat_interleave(torch.arange(len(rows)), torch.from_numpy(right - left))
    kept = torch.rand(len(buckets), generator=generator) >= dropout
    sizes = torch.bincount(owner[kept], minlength=len(rows))
    return buckets[kept], torch.cat([torch.zeros(1, dtype=torch.long), sizes.cumsum(0)[:-1]])


def quantised(table: np.ndarray, output: torch.nn.Linear) -> LexicalModel:
    """Round to the small whole numbers that make the products exact (see socoder.lexical)."""
    limit = np.quantile(np.abs(table[np.abs(table).sum(1) > 0]), 0.9995)
    small = np.clip(np.rint(table / limit * 127), -127, 127).astype(np.int8)
    weight = output.weight.detach().numpy().T
    top = float(np.abs(weight).max())
    whole = np.rint(weight / top * 127).astype(np.float32)
    # hidden = (sum of both bags' mean(int8)) * hidden_limit / 254; logit = hidden_true @ weight
    scale = float(2.0 * limit / hidden_limit(table.shape[1]) * top / 127.0)
    return LexicalModel(small, whole, output.bias.detach().numpy().astype(np.float32), scale)
