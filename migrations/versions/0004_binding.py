"""binding: which connection a channel means where nobody names one

Revision: 0004, after: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "binding",
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("connection_id", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["connection.id"], name=op.f("fk_binding_connection_id_connection"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("channel", name=op.f("pk_binding")),
    )
    op.create_index(op.f("ix_binding_connection_id"), "binding", ["connection_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_binding_connection_id"), table_name="binding")
    op.drop_table("binding")
