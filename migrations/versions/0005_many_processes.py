"""many processes

Revision: 0005, after: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

RUNNING = sa.text("state = 'running'")


def upgrade() -> None:
    op.create_table(
        "worker",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_worker")),
    )
    op.create_table(
        "turn",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_turn")),
    )
    # Of several running ones of a connection only the newest can still be alive: the others' processes died.
    op.execute(
        "UPDATE sync_run SET state = 'unknown', ended_at = heartbeat_at WHERE state = 'running' AND id NOT IN "
        "(SELECT max(id) FROM sync_run WHERE state = 'running' GROUP BY connection_id)"
    )
    with op.batch_alter_table("sync_run") as table:
        table.add_column(sa.Column("long", sa.Boolean(), nullable=True))
        table.create_index(
            "uq_sync_run_running", ["connection_id"], unique=True, sqlite_where=RUNNING, postgresql_where=RUNNING
        )
        table.create_index("ix_sync_run_state", ["state"])


def downgrade() -> None:
    with op.batch_alter_table("sync_run") as table:
        table.drop_index("ix_sync_run_state")
        table.drop_index("uq_sync_run_running", postgresql_where=RUNNING, sqlite_where=RUNNING)
        table.drop_column("long")
    op.drop_table("turn")
    op.drop_table("worker")
