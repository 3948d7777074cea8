"""What decisions teach, as proposals in a folder: nothing of it holds before it is switched on.

- `overrides.csv`: exact titles of the organisation with the code that people decided on;
- `labels_train.csv`, `labels_held_out.csv`: labelled rows for retraining and for measuring it;
- `calibration.json`: the confidence fitted to the training rows, measured on the held-out ones;
- `regression.csv`: every item whose code or status would change (`regression`);
- `proposal.json`: what the folder was made from, with the sha256 of each file.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from socoder import soc
from socoder.errors import InputError, MissingExtraError
from socoder.overrides import Override, Overrides, text_key
from socoder.records import Job
from socoder.review.regression import Change, changes
from socoder.review.sampling import place
from socoder.review.schema import decisions, items
from socoder.review.store import Store, read_decisions
from socoder.review.switching import active_calibration, active_overrides, overridden_rows
from socoder.review.writing import write_csv, write_text

if TYPE_CHECKING:
    from socoder.coder import Coder

SCHEMA = "socoder.proposal/1"
HELD_OUT = 0.2  # share of the labelled rows that is kept for measuring
LABELS = ("title", "text", "soc_code")
OVERRIDES = ("title", "department", "for_text", "soc_code", "author", "decided_at", "source",
             "reason", "change")  # fmt: skip
FILES = ("overrides.csv", "labels_train.csv", "labels_held_out.csv", "calibration.json",
         "regression.csv")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Label:
    """An item that people gave a detailed code, with who did and when."""

    item_id: str
    job: Job
    soc_code: str
    author: str
    decided_at: str
    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class Learned:
    """What was written: counts, and `proposal`, the content of proposal.json."""

    labels: int
    overrides: int
    changes: int
    proposal: dict[str, Any]


def labels_of(store: Store) -> tuple[Label, ...]:
    """The settled items with a detailed code, in the order of their ids."""
    known = soc.load()
    query = (
        select(items.c.id, items.c.title, items.c.text, items.c.department, items.c.final_id)
        .where(items.c.state == "done", items.c.final_id.is_not(None))
        .order_by(items.c.id)
    )
    with store.reading() as connection:
        rows = connection.execute(query).mappings().all()
        made = {own.id: own for own in read_decisions(connection, decisions.c.kind == "choose")}
    return tuple(
        Label(
            item_id=row["id"],
            job=Job(title=row["title"], text=row["text"], department=row["department"]),
            soc_code=final.code,
            author=final.reviewer,
            decided_at=final.decided_at,
            source=f"review decision {final.id}",
            reason=final.reason,
        )
        for row in rows
        if (final := made.get(row["final_id"])) and known.get(final.code).level == "detailed"
    )


def proposed_overrides(labels: Iterable[Label]) -> tuple[Override, ...]:
    """An override for each labelled item that has a title: of the title alone, or, for an item with
    a description, of that very text. Of items that are the same to `overrides` the latest decision
    holds."""
    found: dict[tuple[str, str, str], Override] = {}
    for label in sorted(labels, key=lambda own: own.decided_at):
        if label.job.title:
            override = Override(
                title=label.job.title,
                soc_code=label.soc_code,
                department=label.job.department,
                for_text=text_key(label.job.text) if label.job.text else "",
                author=label.author,
                decided_at=label.decided_at,
                source=label.source,
                reason=label.reason,
            )
            found[override.key] = override
    return tuple(found[key] for key in sorted(found))


def propose(
    store: Store,
    coder: Coder,
    folder: Path,
    evaluation: ModuleType,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Learned:
    """Write the proposals into the folder, which is made; `coder` is without overrides and
    adjustment, `evaluation` the module that fits the confidence (`evaluation.labels`).

    Raises InputError where nothing has been decided."""
    labels = labels_of(store)
    if not labels:
        raise InputError("no item has a detailed code from a reviewer yet: review some first")
    with store.reading() as connection:
        last = connection.execute(select(func.max(decisions.c.id))).scalar_one()
    known_rows = overridden_rows(store)
    active = active_overrides(known_rows)
    fresh, notes = _fresh(proposed_overrides(labels), known_rows)
    after = Overrides.of({**active.by_key, **{own.key: own for own in fresh}}.values())
    train, held_out = _split(labels)
    calibration, fit = _recalibrated(coder, train, held_out, evaluation)
    adjustment = active_calibration(store)
    if adjustment is not None and adjustment["bundle"] != coder.bundle.info.sha256:
        notes.append("the confidence that is switched on was fitted to another bundle: left out")
        adjustment = None
    found = changes(
        store, coder, (active, adjustment), (after, calibration or adjustment), progress
    )
    folder.mkdir(parents=True, exist_ok=True)
    write_csv(
        folder / "overrides.csv",
        OVERRIDES,
        ({**asdict(own), "change": _kind(own, active)} for own in fresh),
    )
    for name, rows in (("labels_train.csv", train), ("labels_held_out.csv", held_out)):
        cells = (
            {"title": row.job.title, "text": row.job.text, "soc_code": row.soc_code} for row in rows
        )
        write_csv(folder / name, LABELS, cells)
    write_text(folder / "calibration.json", json.dumps(calibration, indent=1) + "\n")
    write_csv(
        folder / "regression.csv",
        tuple(Change.__dataclass_fields__),
        (asdict(change) for change in found),
    )
    proposal = {
        "schema": SCHEMA,
        "made_at": store.now(),
        "last_decision": last,
        "bundle": coder.bundle.info.sha256,
        "labels": {"train": len(train), "held_out": len(held_out)},
        "overrides": len(fresh),
        "calibration": fit,
        "changes": _summed(found),
        "notes": notes,
        "files": {name: _sha256(folder / name) for name in FILES},
    }
    write_text(folder / "proposal.json", json.dumps(proposal, indent=1) + "\n")
    return Learned(len(labels), len(fresh), len(found), proposal)


def _fresh(
    proposed: Sequence[Override], known: Sequence[dict[str, Any]]
) -> tuple[list[Override], list[str]]:
    """Those that are not in force already; one that was revoked comes back only by a decision made
    after that."""
    active = active_overrides(known)
    revoked: dict[tuple[str, str, str], str] = {}
    for row in known:
        if row["revoked_at"]:
            key = Override(row["title"], "", row["department"], row["text_sha256"]).key
            revoked[key] = max(revoked.get(key, ""), row["revoked_at"])
    fresh = []
    back = 0
    for own in proposed:
        held = active.by_key.get(own.key)
        if held is not None and held.soc_code == own.soc_code:
            continue
        if held is None and own.decided_at <= revoked.get(own.key, ""):
            back += 1
            continue
        fresh.append(own)
    return fresh, [f"{back} overrides were revoked, and stay so"] if back else []


def _kind(own: Override, active: Overrides) -> str:
    held = active.by_key.get(own.key)
    return f"instead of {held.soc_code}" if held else "new"


def _split(labels: Sequence[Label]) -> tuple[list[Label], list[Label]]:
    """Training rows and held-out rows: by a hash of the item, so a row never changes sides."""
    train: list[Label] = []
    held_out: list[Label] = []
    for label in labels:
        (held_out if place(label.item_id, "held out") < HELD_OUT else train).append(label)
    return train, held_out


def _recalibrated(
    coder: Coder, train: Sequence[Label], held_out: Sequence[Label], evaluation: ModuleType
) -> tuple[dict[str, Any] | None, dict[str, Any]]:
    """The fitted confidence (None where it could not be), and how it did on the held-out rows."""
    learn, check = (
        [
            evaluation.LabelledRow(number, row.job, frozenset({row.soc_code}))
            for number, row in enumerate(rows, start=1)
        ]
        for rows in (train, held_out)
    )
    try:
        fitted = evaluation.recalibrated(evaluation.compare(coder, learn), learn, coder)
    except (InputError, MissingExtraError) as error:
        return None, {"fitted": False, "why": str(error)}
    told: dict[str, Any] = {
        "fitted": True,
        "rows": {kind: own["rows"] for kind, own in fitted["kinds"].items()},
    }
    if check:
        refitted = adjusted(coder, fitted)
        for name, one in (("before", coder), ("after", refitted)):
            told[name] = evaluation.holds(evaluation.compare(one, check), check)
    return fitted, told


def adjusted(coder: Coder, calibration: dict[str, Any] | None) -> Coder:
    """The coder with the fitted confidence of a calibration file; None takes the bundle's own."""
    kinds = calibration["kinds"] if calibration else {}
    return replace(coder, calibrator=replace(coder.calibrator, adjustment=kinds))


def _summed(found: Sequence[Change]) -> dict[str, int]:
    return {
        "items": len(found),
        "rows": sum(change.rows for change in found),
        "codes": sum(change.code_before != change.code_after for change in found),
        "statuses": sum(change.status_before != change.status_after for change in found),
    }


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
