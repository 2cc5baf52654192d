"""What Alembic runs to bring the tables up to date, on the connection and in the transaction that it is handed."""

from __future__ import annotations

from alembic import context

from dataworkbench.records.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"], target_metadata=METADATA, transactional_ddl=True
)
with context.begin_transaction():
    context.run_migrations()
