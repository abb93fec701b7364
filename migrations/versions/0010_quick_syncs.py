"""quick syncs in between

Revision: 0010, after: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("sync_schedule") as batch_op:
        batch_op.add_column(sa.Column("quick", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("sync_schedule") as batch_op:
        batch_op.drop_column("quick")
