"""The folds that keep what is measured apart from what was trained on.

fold = sha1(key) mod 5, where the key is a normalised title, a posting's id or an O*NET Task ID.
Fold 0 is only measured on. Models that were trained on folds 2–4 say what fold 1 would look like to
them, and weights and calibration are fitted on that; the shipped models are then trained in the
same way on folds 1–4.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

FOLDS = 5
MEASURED, FITTED, TRAINED, SHIPPED = 0, 1, (2, 3, 4), (1, 2, 3, 4)


def fold_of(key: str) -> int:
    """Fold 0–4 of a key."""
    return int.from_bytes(hashlib.sha1(key.encode()).digest(), "big") % FOLDS


def fold_key(title: str) -> str:
    """A title without case, accents, punctuation and plural endings.

    Frozen: it is not the normalisation of `socoder.titles`, whose improvements would move rows
    between the folds and so into the training of a bundle that is measured on them.
    """
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain.replace("&", " and "))
    return " ".join(
        word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
        for word in words
    )


def title_fold(title: str) -> int:
    """Fold 0–4 of a title, the same in any spelling that `fold_key` sees through."""
    return fold_of(fold_key(title))
