"""Switching proposals on, and taking overrides back: each with who and when, nothing unseen.

What is in force stands in the database; `write_active` writes it as the two files that
`socoder code` and `socoder bulk` read with --overrides and --calibration.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from socoder.errors import InputError
from socoder.overrides import Override, Overrides
from socoder.review.schema import decisions, switched_on
from socoder.review.schema import overrides as table
from socoder.review.store import Store
from socoder.review.writing import write_csv, write_text

ACTIVE = ("title", "soc_code", "department", "for_text", "author", "decided_at", "source", "reason",
          "applied_at", "applied_by", "revoked_at", "revoked_by")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Switched:
    """What was switched on: new or changed overrides, and whether a fitted confidence was."""

    overrides: int
    calibration: bool


def overridden_rows(store: Store) -> list[dict[str, Any]]:
    """All overrides that ever were in force, revoked ones too, in the order of their making."""
    with store.reading() as connection:
        rows = connection.execute(select(table).order_by(table.c.id)).mappings()
        return [dict(row) for row in rows]


def active_overrides(rows: Iterable[dict[str, Any]]) -> Overrides:
    """Those of the rows that are in force."""
    return Overrides.of(_override(row) for row in rows if not row["revoked_at"])


def active_calibration(store: Store) -> dict[str, Any] | None:
    """The content of the calibration file that is in force; None for the bundle's own."""
    query = select(switched_on.c.summary).order_by(switched_on.c.id.desc())
    with store.reading() as connection:
        for text in connection.execute(query).scalars():
            row: dict[str, Any] = json.loads(text)
            if row.get("calibration") or row.get("calibration_off"):
                return row.get("calibration")
    return None


def drop_calibration(store: Store, by: str) -> None:
    """Go back to the bundle's own confidence. Raises InputError if that is in force."""
    if active_calibration(store) is None:
        raise InputError("no fitted confidence is in force")
    row = {"at": store.now(), "by": by, "summary": json.dumps({"calibration_off": True})}
    with store.writing() as connection:
        connection.execute(switched_on.insert().values(**row))


def switch_on(store: Store, folder: Path, by: str) -> Switched:
    """Put the proposals of a folder in force, in one transaction.

    Raises InputError where the folder holds none, a file in it was changed since, or decisions
    were made since: then the regression report no longer says what would change."""
    proposal = _proposal(folder)
    for name, digest in proposal["files"].items():
        path = folder / name
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            raise InputError(f"{path}: changed since it was proposed: run learn again")
    with (folder / "overrides.csv").open(encoding="utf-8", newline="") as file:
        fresh = [_proposed(row) for row in csv.DictReader(file)]
    calibration = json.loads((folder / "calibration.json").read_text(encoding="utf-8"))
    now = store.now()
    with store.writing() as connection:
        last = connection.execute(select(func.max(decisions.c.id))).scalar()
        if last != proposal["last_decision"]:
            raise InputError("there are decisions since the proposal was made: run learn again")
        done = connection.execute(select(switched_on.c.summary)).scalars()
        if any(json.loads(text).get("made_at") == proposal["made_at"] for text in done):
            raise InputError("this proposal is switched on already: run learn for a new one")
        rows = connection.execute(select(table)).mappings().all()
        for own in fresh:
            for row in rows:
                if row["revoked_at"] is None and _override(dict(row)).key == own.key:
                    ended = {"revoked_at": now, "revoked_by": by}
                    connection.execute(table.update().where(table.c.id == row["id"]).values(ended))
            connection.execute(
                table.insert().values(
                    title=own.title,
                    department=own.department,
                    text_sha256=own.for_text,
                    soc_code=own.soc_code,
                    author=own.author,
                    decided_at=own.decided_at,
                    source=own.source,
                    reason=own.reason,
                    applied_at=now,
                    applied_by=by,
                )
            )
        summary = {**proposal, "fit": proposal["calibration"], "calibration": calibration}
        connection.execute(switched_on.insert().values(at=now, by=by, summary=json.dumps(summary)))
    return Switched(len(fresh), calibration is not None)


def revoke(store: Store, title: str, by: str) -> int:
    """End the overrides of a title, whatever their department and text; returns how many. Raises
    InputError if none is in force."""
    wanted = Override(title, "").key[0]
    now = store.now()
    with store.writing() as connection:
        rows = (
            connection.execute(select(table).where(table.c.revoked_at.is_(None))).mappings().all()
        )
        hit = [row["id"] for row in rows if _override(dict(row)).key[0] == wanted]
        if not hit:
            raise InputError("no override of this title is in force: see learn --list")
        ended = {"revoked_at": now, "revoked_by": by}
        connection.execute(table.update().where(table.c.id.in_(hit)).values(ended))
    return len(hit)


def write_active(store: Store, folder: Path) -> tuple[Path, Path | None]:
    """Write what is in force: overrides.csv, with revoked rows for the record, and calibration.json
    if a fitted confidence is in force. Returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = overridden_rows(store)
    cells = ({**row, "for_text": row["text_sha256"]} for row in rows)
    write_csv(folder / "overrides.csv", ACTIVE, cells)
    calibration = active_calibration(store)
    if calibration is None:
        (folder / "calibration.json").unlink(missing_ok=True)
        return folder / "overrides.csv", None
    write_text(folder / "calibration.json", json.dumps(calibration, indent=1) + "\n")
    return folder / "overrides.csv", folder / "calibration.json"


def _override(row: dict[str, Any]) -> Override:
    return Override(
        title=row["title"], soc_code=row["soc_code"], department=row["department"],
        for_text=row["text_sha256"], author=row["author"], decided_at=row["decided_at"],
        source=row["source"], reason=row["reason"],
    )  # fmt: skip


def _proposed(row: dict[str, str]) -> Override:
    return Override(**{name: row[name] for name in Override.__dataclass_fields__})


def _proposal(folder: Path) -> dict[str, Any]:
    path = folder / "proposal.json"
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if found["schema"] != "socoder.proposal/1":
            raise ValueError("of another schema")
    except (OSError, ValueError, KeyError, TypeError):
        raise InputError(f"{path}: no proposal: socoder review learn -o makes one") from None
    return found
