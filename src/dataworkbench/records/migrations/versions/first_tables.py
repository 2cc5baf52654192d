"""The first tables: entries, their versions, the links between them, and texts that were set aside."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables. They are written out here, and not taken from ``tables``, which moves on."""
    op.create_table(
        "entries",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("ix_entries_kind", "entries", ["kind"])
    op.create_table(
        "versions",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("entry_id", sa.String(64), sa.ForeignKey("entries.id"), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("what", sa.String(16), nullable=False),
        *_written(),
        sa.UniqueConstraint("entry_id", "version", name="one_version_once"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "links",
        sa.Column("number", sa.Integer, sa.ForeignKey("versions.number"), primary_key=True),
        sa.Column("place", sa.Integer, primary_key=True),
        sa.Column("follows", sa.String(64), sa.ForeignKey("entries.id"), nullable=False),
    )
    op.create_index("links_by_what_is_followed", "links", ["follows"])
    op.create_table(
        "set_aside",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("entry_id", sa.String(64), sa.ForeignKey("entries.id"), nullable=False),
        sa.Column("seen", sa.Integer, nullable=False),
        *_written(),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_set_aside_entry_id", "set_aside", ["entry_id"])


def _written() -> list[sa.Column[object]]:
    return [
        sa.Column("written_at", sa.DateTime, nullable=False),
        sa.Column("written_by", sa.Text, nullable=False),
        sa.Column("snapshot", sa.Text, nullable=False),
        sa.Column("format", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    ]
