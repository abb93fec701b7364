"""stage: what a run reads waits in tables of its own until it is believed, a refused snapshot too

A snapshot that was refused before and not decided about is dropped: the next sync reads the PSA again.

Revision: 0009, after: 0008
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# When a record was read, and its number in the order of readings.
ORDERED = (
    ("account", "read_after", "reading"),
    ("agreement", "read_after", "reading"),
    ("connection", "snapshot_read_after", "snapshot_reading"),
)


def _json() -> sa.types.TypeEngine:
    return sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "stage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.Column("covers", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["connection.id"], name=op.f("fk_stage_connection_id_connection"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["run_id"], ["sync_run.id"], name=op.f("fk_stage_run_id_sync_run"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "staged_account",
        sa.Column("stage_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("identifier_key", sa.String(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("visible", sa.Boolean(), nullable=True),
        sa.Column("reasons", _json(), nullable=False),
        sa.Column("qualifying", sa.Integer(), nullable=False),
        sa.Column("seen", sa.Boolean(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("stage_id", "account_id", name=op.f("pk_staged_account")),
    )
    op.create_table(
        "staged_agreement",
        sa.Column("stage_id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=True),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("stage_id", "agreement_id", name=op.f("pk_staged_agreement")),
    )
    op.create_index("ix_staged_agreement_account", "staged_agreement", ["stage_id", "account_id"])
    op.create_table(
        "staged_step",
        sa.Column("stage_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("record_id", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("stage_id", "what", "record_id", name=op.f("pk_staged_step")),
    )
    op.create_table(
        "staged_change",
        sa.Column("stage_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("fields", _json(), nullable=False),
        sa.Column("before", _json(), nullable=False),
        sa.Column("after", _json(), nullable=False),
        sa.PrimaryKeyConstraint("stage_id", "account_id", name=op.f("pk_staged_change")),
    )
    op.drop_table("snapshot_aside_part")
    op.execute("DELETE FROM snapshot_aside")
    with op.batch_alter_table("snapshot_aside") as table:
        table.drop_column("read_after")
        table.add_column(sa.Column("stage_id", sa.Integer(), nullable=False))
    for name, old, new in ORDERED:
        with op.batch_alter_table(name) as table:
            table.drop_column(old)
            table.add_column(sa.Column(new, sa.Integer(), nullable=False, server_default="0"))
        with op.batch_alter_table(name) as table:
            table.alter_column(new, existing_type=sa.Integer(), existing_nullable=False, server_default=None)


def downgrade() -> None:
    """When something was read is not known any more: long ago, so that the next sync counts."""
    for name, old, new in ORDERED:
        default = None if name == "connection" else sa.text("'2000-01-01 00:00:00+00'")
        moment = sa.Column(old, sa.DateTime(timezone=True), nullable=default is None, server_default=default)
        with op.batch_alter_table(name) as table:
            table.drop_column(new)
            table.add_column(moment)
        if default is not None:
            with op.batch_alter_table(name) as table:
                table.alter_column(old, existing_type=moment.type, existing_nullable=False, server_default=None)
    op.execute("DELETE FROM snapshot_aside")
    with op.batch_alter_table("snapshot_aside") as table:
        table.drop_column("stage_id")
        table.add_column(sa.Column("read_after", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "snapshot_aside_part",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["snapshot_aside.run_id"],
            name=op.f("fk_snapshot_aside_part_run_id_snapshot_aside"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("run_id", "part", name=op.f("pk_snapshot_aside_part")),
    )
    for table in ("staged_change", "staged_step", "staged_agreement", "staged_account", "stage"):
        op.drop_table(table)
