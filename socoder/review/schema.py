"""The tables of the store, as queries see them. `migrations` makes them; a test compares the two."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Integer,
    MetaData,
    Table,
    Text,
    select,
)

metadata = MetaData()

reviewers = Table(
    "reviewers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("token_hash", Text),
    Column("adjudicator", Boolean, nullable=False),
    Column("created_at", Text, nullable=False),
)

batches = Table(
    "batches",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("imported_at", Text, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("items", Integer, nullable=False),
    Column("columns", Text, nullable=False),
    Column("sample_share", Float, nullable=False),
    Column("double_share", Float, nullable=False),
    Column("seed", Integer, nullable=False),
)

items = Table(
    "items",
    metadata,
    Column("id", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("department", Text, nullable=False),
    Column("head_count", Integer, nullable=False),
    Column("soc_code", Text, nullable=False),
    Column("detailed", Float, nullable=False),
    Column("broad", Float, nullable=False),
    Column("minor", Float, nullable=False),
    Column("major", Float, nullable=False),
    Column("machine_status", Text, nullable=False),
    Column("reasons", Text, nullable=False),
    Column("options", Text, nullable=False),
    Column("role_tags", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("major_group", Text, nullable=False),
    Column("urgency", Float, nullable=False),
    Column("spread", Text, nullable=False),
    Column("sampled", Boolean, nullable=False),
    Column("doubled", Boolean, nullable=False),
    Column("state", Text, nullable=False),
    Column("final_code", Text, nullable=False),
    Column("final_id", Integer),
)

batch_items = Table(
    "batch_items",
    metadata,
    Column("batch_id", Text, ForeignKey("batches.id"), primary_key=True),
    Column("item_id", Text, ForeignKey("items.id"), primary_key=True),
    Column("head_count", Integer, nullable=False),
)

claims = Table(
    "claims",
    metadata,
    Column("item_id", Text, ForeignKey("items.id"), primary_key=True),
    Column("reviewer_id", Integer, ForeignKey("reviewers.id"), primary_key=True),
    Column("since", Float, nullable=False),
    Column("expires_at", Float, nullable=False),
)

decisions = Table(
    "decisions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("item_id", Text, ForeignKey("items.id"), nullable=False),
    Column("reviewer_id", Integer, ForeignKey("reviewers.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("decided_at", Text, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("reason", Text, nullable=False),
    Column("comment", Text, nullable=False),
    Column("authenticated", Boolean, nullable=False),
    Column("shown", Text, nullable=False),
    Column("undoes", Integer, ForeignKey("decisions.id")),
)

evidence = Table(
    "evidence",
    metadata,
    Column("item_id", Text, ForeignKey("items.id"), primary_key=True),
    Column("model", Text, primary_key=True),
    Column("rules_version", Text, primary_key=True),
    Column("coding", Text, nullable=False),
    Column("made_at", Text, nullable=False),
)

overrides = Table(
    "overrides",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("title", Text, nullable=False),
    Column("department", Text, nullable=False),
    Column("text_sha256", Text, nullable=False),
    Column("soc_code", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("decided_at", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("applied_at", Text, nullable=False),
    Column("applied_by", Text, nullable=False),
    Column("revoked_at", Text),
    Column("revoked_by", Text),
)

switched_on = Table(
    "switched_on",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("summary", Text, nullable=False),
)

_undo = decisions.alias("undo_rows")
taken_back = select(_undo.c.id).where(_undo.c.undoes == decisions.c.id).exists()
"""Whether a later row took a decision back."""
