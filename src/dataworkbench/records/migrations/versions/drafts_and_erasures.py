"""Words that are being typed, and why the words of an entry were erased."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables. They are written out here, and not taken from ``tables``, which moves on."""
    op.create_table(
        "drafts",
        sa.Column("seat", sa.Text, primary_key=True),
        sa.Column("about", sa.Text, primary_key=True),
        sa.Column("field", sa.Text, primary_key=True),
        sa.Column("written_at", sa.DateTime, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
    )
    op.create_table(
        "erasures",
        sa.Column(
            "number", sa.Integer, sa.ForeignKey("versions.number"), primary_key=True, autoincrement=False
        ),
        sa.Column("why", sa.Text, nullable=False),
    )
