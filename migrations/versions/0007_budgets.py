"""budgets that several processes share

Revision: 0007, after: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "budget",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("told", sa.Integer(), nullable=True),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_budget")),
    )
    op.create_table(
        "budget_slot",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("slot", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["key"], ["budget.key"], name=op.f("fk_budget_slot_key_budget"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("key", "slot", name=op.f("pk_budget_slot")),
    )


def downgrade() -> None:
    op.drop_table("budget_slot")
    op.drop_table("budget")
