"""The folds that keep what is measured apart from what was trained on.

fold = sha1(key) mod 5, where the key is a normalised title, a posting's id or an O*NET Task ID.
Fold 0 is only measured on. Fold 1 fits the weights and the calibration. Folds 2–4 train models.
"""

from __future__ import annotations

import hashlib

from socoder.titles import normalise

FOLDS = 5
MEASURED, FITTED, TRAINED = 0, 1, (2, 3, 4)


def fold_of(key: str) -> int:
    """Fold 0–4 of a key."""
    return int.from_bytes(hashlib.sha1(key.encode()).digest(), "big") % FOLDS


def title_fold(title: str) -> int:
    """Fold 0–4 of a title in any spelling: it is normalised first."""
    return fold_of(normalise(title))
