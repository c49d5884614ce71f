"""Create the counts of who had which document run."""

import sqlalchemy as sa
from alembic import op

revision = "b4e1c07f52d9"
down_revision = "8d2f4c6a1b37"


def upgrade() -> None:
    op.create_table(
        "document_uses",
        sa.Column("client", sa.String(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("count > 0", name=op.f("ck_document_uses_count_positive")),
        sa.PrimaryKeyConstraint("client", "sha256", "day", name=op.f("pk_document_uses")),
    )


def downgrade() -> None:
    op.drop_table("document_uses")
