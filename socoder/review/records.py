"""What the desk passes about: items, decisions, reviewers, batches. Frozen and plain.

Probabilities and shares are fractions, 0–1; times are UTC, ISO 8601 with a final "Z".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["choose", "no_code", "flag", "skip", "undo"]
"""choose: a code; no_code: nothing to code here; flag: for the adjudicator; skip: not by me, not
now; undo: takes an own row back."""
Role = Literal["review", "adjudication"]
State = Literal["unqueued", "open", "second", "disagreed", "flagged", "done"]
"""unqueued: accepted by the machine and not in the sample, or nothing to code; second: of the share
for double review, one answer is there; disagreed and flagged: for an adjudicator."""

ANSWERS: tuple[Kind, ...] = ("choose", "no_code")


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Who decides. `authenticated` is true for one who signed in with a token; an adjudicator
    settles disagreements and flags."""

    id: int
    name: str
    adjudicator: bool = False
    authenticated: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    """A code that the machine held possible, with its probability of being the final one."""

    soc_code: str
    probability: float


@dataclass(frozen=True, slots=True)
class Item:
    """A distinct title and text as a reviewer gets it: one decision covers its `head_count` rows.

    `confidence` has the levels detailed, broad, minor, major. Whether an item is in the blind
    sample or in the share for double review is no part of it, so that no page can show it. `title`
    and `text` have their contacts masked.
    """

    id: str
    title: str
    text: str
    department: str
    head_count: int
    soc_code: str
    confidence: Mapping[str, float]
    reasons: tuple[str, ...]
    options: tuple[Option, ...]
    role_tags: tuple[str, ...]
    model: str
    major_group: str
    state: State
    final_code: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """What a reviewer does with an item.

    `code` is a SOC code of any level (choose; optional with flag). `seconds` is the time taken;
    None takes the time since the item was handed out. A skip or flag needs a `reason`.
    """

    kind: Kind
    code: str = ""
    reason: str = ""
    comment: str = ""
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """A row of the append-only record. `shown` is what stood on the reviewer's screen: candidates,
    probabilities, bundle, rules version; `undoes` the id of the row that an undo takes back;
    `undone` whether a later row took this one back."""

    id: int
    item_id: str
    reviewer: str
    kind: Kind
    code: str
    level: str
    role: Role
    decided_at: str
    seconds: float
    reason: str = ""
    comment: str = ""
    authenticated: bool = False
    shown: Mapping[str, Any] = field(default_factory=dict)
    undoes: int | None = None
    title: str = ""
    undone: bool = False


@dataclass(frozen=True, slots=True)
class Batch:
    """An imported file: `id` is the sha256 of its bytes; `columns` says which of its columns are
    title, description and department, by name and number from 1; the shares are those that it was imported with."""

    id: str
    name: str
    imported_at: str
    rows: int
    items: int
    columns: Mapping[str, tuple[str, int]]
    sample_share: float
    double_share: float
    seed: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How far the desk is: items (and the rows that they stand for) by state.

    `waiting` are those that a reviewer can still be given, `held` those that somebody holds now;
    `unqueued` are left out of every other figure."""

    items: Mapping[str, int]
    heads: Mapping[str, int]
    waiting: int
    held: int
    decisions: int
    reviewers: Mapping[str, int]
