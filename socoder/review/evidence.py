"""The whole coding behind an item: made when the item is opened, kept, and noted as shown.

A coded file has the code, its rivals and its confidence, but not the duties and rules; those come
from coding title and text again. The coding is kept with what made it, so it is made only once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from socoder import __version__
from socoder.records import Job
from socoder.review.records import Item
from socoder.review.schema import evidence as table
from socoder.review.store import Store

if TYPE_CHECKING:
    from socoder.coder import Coder


def maker(coder: Coder) -> str:
    """What a coding depends on apart from title and text: 16 hexadecimal digits."""
    parts = {
        "bundle": coder.bundle.info.sha256,
        "settings": asdict(coder.settings),
        "adjustment": {kind: dict(own) for kind, own in coder.calibrator.adjustment.items()},
        "encoder": coder.ranker.encoder.name,
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]


def evidence(store: Store, item: Item, coder: Coder) -> dict[str, Any]:
    """The coding of an item as the object of the published schema (`Coding.to_dict`)."""
    key = {"item_id": item.id, "model": maker(coder), "rules_version": __version__}
    query = select(table.c.coding).filter_by(**key)
    with store.reading() as connection:
        kept = connection.execute(query).scalar()
    if kept is None:
        job = Job(title=item.title, text=item.text, department=item.department)
        made = coder.code(job).to_dict()
        text = json.dumps(made, ensure_ascii=False)
        with store.writing() as connection:
            kept = connection.execute(query).scalar()
            if kept is None:
                row = {**key, "coding": text, "made_at": store.now()}
                connection.execute(table.insert().values(**row))
                kept = text
    whole: dict[str, Any] = json.loads(kept)
    return whole


def shown(item: Item, coding: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What a decision about an item records as shown: the machine's code, the candidates with their
    probabilities, confidence by level, reasons, model and, where `coding` (`evidence`) was on the
    screen, that one's candidates, bundle and rules version too."""
    known: dict[str, Any] = {
        "soc_code": item.soc_code,
        "candidates": [[option.soc_code, option.probability] for option in item.options],
        "confidence": dict(item.confidence),
        "reasons": list(item.reasons),
        "model": item.model,
        "head_count": item.head_count,
    }
    if coding is not None:
        others = [[own["soc_code"], own["probability"]] for own in coding["alternatives"]]
        known["coding"] = {
            "soc_code": coding["soc_code"],
            "candidates": [[coding["soc_code"], coding["confidence"]["detailed"]], *others],
            "confidence": coding["confidence"],
            "reasons": coding["review_reasons"],
            "bundle": coding["model"],
            "rules_version": coding["rules_version"],
        }
    return known
