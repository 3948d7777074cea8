"""Which items: the identity of a text, shares that depend on it alone, and intervals of a share.

A share is drawn by hash, not by a random generator: the same items are in it wherever, whenever
and in whatever order files are imported, and nobody can tell from an item that it is.
"""

from __future__ import annotations

import hashlib
import math
from statistics import NormalDist

_Z = NormalDist().inv_cdf(0.975)  # two-sided 95 %
_BETWEEN = "\x1f"  # the separator of units: no title or text contains it


def item_id(title: str, text: str, department: str = "") -> str:
    """sha256 of title and text, contacts masked: 64 hexadecimal digits. A department, which the
    coder reads as well, makes another item of the same title."""
    parts = [title.strip(), text.strip()]
    if department.strip():
        parts.append(department.strip())
    return hashlib.sha256(_BETWEEN.join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def place(key: str, purpose: str, seed: int = 0) -> float:
    """A number from 0 to below 1 that stands for `key`: a share s of the keys lies below s."""
    digest = hashlib.sha256(f"{seed}:{purpose}:{key}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def wilson(part: float, whole: float) -> tuple[float, float]:
    """95 % score interval (Wilson 1927) of a share, `part` of `whole`; (0, 1) for no cases.
    `whole` may be an effective number of cases, so neither needs to be an integer."""
    if whole <= 0:
        return 0.0, 1.0
    share, square = part / whole, _Z * _Z
    middle = (share + square / (2 * whole)) / (1 + square / whole)
    spread = share * (1 - share) / whole + square / (4 * whole * whole)
    reach = _Z * math.sqrt(max(spread, 0.0)) / (1 + square / whole)
    return max(0.0, min(middle - reach, share)), min(1.0, max(middle + reach, share))
