"""How often accepted codes are wrong, from the blind sample; and whether stated confidence holds."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select

from socoder import soc
from socoder.errors import InputError, UnknownCodeError
from socoder.review.records import ANSWERS
from socoder.review.sampling import wilson
from socoder.review.schema import decisions, items
from socoder.review.store import Store


@dataclass(frozen=True, slots=True)
class ErrorRate:
    """The error rate of what the machine accepted; 95 % intervals after Wilson.

    `accepted` items are accepted, `sampled` of them drawn, `decided` of those settled by people,
    who found `wrong` ones; `broader` were settled at a broader level that holds the machine's code
    and count as right. `rate` is by distinct items, `rate_of_rows` weights each by its rows, with
    as many effective cases as (sum of weights)² / (sum of squares). None while nothing is decided.
    """

    accepted: int
    sampled: int
    decided: int
    wrong: int
    broader: int
    rate: float | None
    interval: tuple[float, float]
    rate_of_rows: float | None
    interval_of_rows: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Bin:
    """Decided items whose stated confidence lies in [low, high): mean of what was stated, share
    that was right, and its interval."""

    low: float
    high: float
    items: int
    stated: float
    right: float
    interval: tuple[float, float]


def agrees(machine: str, final: str) -> bool:
    """Whether the machine's code is the final one, or lies in the group that the final one names."""
    if not machine or not final:
        return machine == final
    known = soc.load()
    try:
        return known.at_level(machine, known.get(final).level) == final
    except (InputError, UnknownCodeError):
        return False


def error_rate(store: Store) -> ErrorRate:
    """The error rate of accepted items as far as it has been measured."""
    of_machine = items.c.machine_status == "accepted"
    query = (
        select(items.c.head_count, items.c.soc_code, decisions.c.code, decisions.c.shown)
        .join(decisions, decisions.c.id == items.c.final_id)
        .where(items.c.sampled, of_machine, items.c.state == "done")
        .order_by(items.c.spread)
    )
    with store.reading() as connection:
        accepted = connection.execute(select(func.count()).where(of_machine)).scalar_one()
        drawn = select(func.count()).where(items.c.sampled, of_machine)
        sampled = connection.execute(drawn).scalar_one()
        rows = connection.execute(query).all()
    checked = [
        (heads, json.loads(shown).get("soc_code", machine), code)
        for heads, machine, code, shown in rows
    ]
    errors = [not agrees(machine, final) for _, machine, final in checked]
    weights = [float(heads) for heads, _, _ in checked]
    wrong, decided = sum(errors), len(checked)
    rate_of_rows, interval_of_rows = _weighted(errors, weights)
    return ErrorRate(
        accepted=accepted,
        sampled=sampled,
        decided=decided,
        wrong=wrong,
        broader=sum(
            machine != final and not error
            for (_, machine, final), error in zip(checked, errors, strict=True)
        ),
        rate=wrong / decided if decided else None,
        interval=wilson(wrong, decided),
        rate_of_rows=rate_of_rows,
        interval_of_rows=interval_of_rows,
    )


def reliability(store: Store, bins: int = 10) -> tuple[Bin, ...]:
    """Stated confidence against decisions, in equal-width bins of the detailed confidence; empty
    bins are left out. Decisions at a broader level say nothing about the detailed code and are left
    out too."""
    query = (
        select(decisions.c.shown, decisions.c.code)
        .join(items, items.c.final_id == decisions.c.id)
        .where(items.c.state == "done", decisions.c.kind.in_(ANSWERS))
        .order_by(decisions.c.id)
    )
    known = soc.load()
    held: dict[int, list[tuple[float, bool]]] = {}
    with store.reading() as connection:
        for text, code in connection.execute(query):
            shown = json.loads(text)
            if "confidence" not in shown or (code and known.get(code).level != "detailed"):
                continue
            stated = float(shown["confidence"]["detailed"])
            place = min(int(stated * bins), bins - 1)
            held.setdefault(place, []).append((stated, shown.get("soc_code") == code))
    return tuple(_bin(place, bins, held[place]) for place in sorted(held))


def _bin(place: int, bins: int, own: list[tuple[float, bool]]) -> Bin:
    right = sum(good for _, good in own)
    mean = sum(stated for stated, _ in own) / len(own)
    share = right / len(own)
    edges = (place / bins, (place + 1) / bins)
    return Bin(*edges, len(own), mean, share, wilson(right, len(own)))


def _weighted(
    errors: Iterable[bool], weights: list[float]
) -> tuple[float | None, tuple[float, float]]:
    total = sum(weights)
    if not total:
        return None, (0.0, 1.0)
    share = sum(weight for error, weight in zip(errors, weights, strict=True) if error) / total
    effective = total * total / sum(weight * weight for weight in weights)
    return share, wilson(share * effective, effective)
