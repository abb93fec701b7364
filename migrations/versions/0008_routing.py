"""routing: a channel may be told about the failures of one connection alone

Revision: 0008, after: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

EVERY = sa.text("connection_id IS NULL")


def upgrade() -> None:
    with op.batch_alter_table("subscription") as table:
        table.add_column(sa.Column("connection_id", sa.Integer(), nullable=True))
        table.create_foreign_key(
            op.f("fk_subscription_connection_id_connection"),
            "connection",
            ["connection_id"],
            ["id"],
            ondelete="CASCADE",
        )
        table.drop_constraint("uq_subscription_channel_kind", type_="unique")
        table.create_unique_constraint(
            "uq_subscription_channel_kind_connection_id", ["channel", "kind", "connection_id"]
        )
        table.create_index(
            "uq_subscription_every", ["channel", "kind"], unique=True, sqlite_where=EVERY, postgresql_where=EVERY
        )


def downgrade() -> None:
    op.execute("DELETE FROM subscription WHERE connection_id IS NOT NULL")
    with op.batch_alter_table("subscription") as table:
        table.drop_index("uq_subscription_every", sqlite_where=EVERY, postgresql_where=EVERY)
        table.drop_constraint("uq_subscription_channel_kind_connection_id", type_="unique")
        table.create_unique_constraint("uq_subscription_channel_kind", ["channel", "kind"])
        table.drop_constraint(op.f("fk_subscription_connection_id_connection"), type_="foreignkey")
        table.drop_column("connection_id")
