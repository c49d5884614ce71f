"""Keep with a document what its schema promised to it when that was published."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "e93a5d18c4f6"
down_revision = "b4e1c07f52d9"


def upgrade() -> None:
    # What was published before has been promised no more than that it validates.
    op.add_column(
        "trusted_documents",
        sa.Column("promises", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
    )


def downgrade() -> None:
    op.drop_column("trusted_documents", "promises")
