"""A person's own shares of working time in place of those that were found."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from socoder.records import Posting


def reshare(shares: Sequence[float], given: Mapping[int, float]) -> list[float]:
    """The shares (0–1) with those of `given` (duty → share) put in; they add up to 1.

    What is given stands as it is, and the other duties divide what is left as before. Where more
    than everything is given, or less and no other duty is there to take the rest, the given shares
    are scaled to add up to 1.
    """
    stated = {i: min(max(share, 0.0), 1.0) for i, share in given.items()}
    taken = math.fsum(stated.values())
    others = [i for i in range(len(shares)) if i not in stated]
    if taken >= 1.0 or not others:
        if taken <= 0.0:  # nothing at all was left any time: as if nothing had been said
            return list(shares)
        return [stated.get(i, 0.0) / taken for i in range(len(shares))]
    rest = math.fsum(shares[i] for i in others)
    new = [stated.get(i, 0.0) for i in range(len(shares))]
    for i in others:
        part = shares[i] / rest if rest > 0.0 else 1.0 / len(others)
        new[i] = (1.0 - taken) * part
    return new


def stated_posting(posting: Posting, given: Mapping[int, float]) -> Posting:
    """The posting with these shares of its duties as stated ones; all must be numbers of duties."""
    shares = reshare([duty.time_share for duty in posting.duties], given)
    duties = tuple(
        replace(
            duty,
            time_share=share,
            time_source="stated" if i in given else duty.time_source,
            allotment=-1 if i in given else duty.allotment,
        )
        for i, (duty, share) in enumerate(zip(posting.duties, shares, strict=True))
    )
    return replace(posting, duties=duties)
