"""Time shares of duties: stated ones keep their ratios, the rest is divided by weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from socoder.records import TimeSource
from socoder.splitting.time_shares import FULL_SHIFT, FULL_WEEK, Mention

# What duties without a share of their own get together, at most, where the stated shares already
# fill the whole week ("Both: start IVs" beside 55 % and 45 %): each and all.
_LEFTOVER_EACH = 0.02
_LEFTOVER_ALL = 0.10
# The first duty weighs this much more, and the last this much less, than the middle one.
_ORDER_SLOPE = 0.15
_GENERIC_WEIGHT = 0.5
_OTHER_DUTIES_WEIGHT = 0.15


@dataclass(slots=True)
class Part:
    """A duty, or a group of duties under one heading, that time is given to.

    `time` is what the text says of it; `weight` is used where it says nothing.
    """

    time: Mention | None = None
    weight: float = 1.0
    parts: list[Part] = field(default_factory=list)
    share: float = 0.0
    source: TimeSource = "inferred"


def inferred_weight(
    text: str, place: float, frequency: float, *, generic: bool, other_duties: bool
) -> float:
    """The weight of a duty without a stated share.

    `place` is 0 for the first and 1 for the last duty; longer texts weigh somewhat more;
    `frequency` is the factor of its words of frequency.
    """
    if other_duties:
        return _OTHER_DUTIES_WEIGHT
    length = min(max(len(text.split()), 3), 40) / 10
    weight = (1 + _ORDER_SLOPE * (1 - 2 * place)) * length**0.3 * frequency
    return float(weight * _GENERIC_WEIGHT if generic else weight)


def allocate(
    parts: Sequence[Part], week: float = FULL_WEEK, shift: float = FULL_SHIFT, whole: float = 0.0
) -> None:
    """Give each part (and each part inside it) its share of working time; they add up to 1.

    `week` and `shift` are the hours of the working week and day; `whole` the hours that the
    posting itself divides ("20 of 40 hours"), or 0.
    """
    if not parts:
        return
    _divide(parts, 1.0, week, shift, whole)
    total = sum(leaf.share for leaf in leaves(parts))
    for leaf in leaves(parts):
        leaf.share = leaf.share / total if total > 0 else 1 / len(leaves(parts))


def leaves(parts: Sequence[Part]) -> list[Part]:
    """The duties themselves, in order, without the groups."""
    found: list[Part] = []
    for part in parts:
        found.extend(leaves(part.parts) if part.parts else [part])
    return found


def _divide(
    parts: Sequence[Part],
    amount: float,
    week: float,
    shift: float,
    whole: float,
    inherited: bool = False,
) -> None:
    shares = _stated(parts, week, shift, whole)
    if inherited and amount > 0:
        # Shares inside a group may be of the week (20 % + 20 % under "Cases, 40 %") or of the group.
        told = sum(share for share in shares if share)
        if 0 < told <= amount * 1.1:
            shares = [share / amount if share is not None else None for share in shares]
    told = sum(share for share in shares if share is not None)
    resting = [
        n for n, part in enumerate(parts) if part.time is not None and part.time.kind == "rest"
    ]
    if resting and 0 < told < 1:
        for number in resting:
            shares[number] = (1 - told) / len(resting)
        told = 1.0
    silent = [number for number, share in enumerate(shares) if share is None]
    left = max(0.0, 1 - told)
    if silent and told > 0:
        left = max(left, min(_LEFTOVER_ALL, _LEFTOVER_EACH * len(silent)))
    weights = sum(parts[number].weight for number in silent)
    total = told + (left if silent else 0.0)
    for number, part in enumerate(parts):
        share = shares[number]
        if share is None:
            part.share = (
                left * (part.weight / weights if weights > 0 else 1 / len(silent)) / total * amount
            )
            part.source = "stated" if inherited and told == 0 else "inferred"
        else:
            part.share = share / total * amount
            part.source = "stated" if part.time is not None and part.time.stated else "inferred"
        if part.parts:
            _divide(part.parts, part.share, week, shift, whole, inherited=part.source == "stated")


def _stated(parts: Sequence[Part], week: float, shift: float, whole: float) -> list[float | None]:
    """The shares that the parts' own words give, before they are fitted to one another."""
    bare = [p.time.amount for p in parts if p.time and p.time.kind == "hours" and not p.time.unit]
    if not whole:
        whole = sum(bare) if sum(bare) > week else week if sum(bare) > shift else shift
    hours = {"week": week, "shift": shift, "": whole}
    shares: list[float | None] = []
    for part in parts:
        time = part.time
        if time is None or time.kind not in ("share", "hours"):
            shares.append(None)
        elif time.kind == "share":
            shares.append(time.amount)
        else:
            shares.append(time.amount / hours[time.unit])
    return shares
