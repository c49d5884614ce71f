"""Create the documents that clients register."""

import sqlalchemy as sa
from alembic import op

revision = "5c0b7d91e3aa"
down_revision = "efc2fb125204"


def upgrade() -> None:
    op.create_table(
        "trusted_documents",
        sa.Column("client", sa.String(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column(
            "published_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.CheckConstraint(
            "octet_length(sha256) = 32", name=op.f("ck_trusted_documents_sha256_length")
        ),
        sa.CheckConstraint(
            "kind IN ('query', 'mutation', 'subscription')",
            name=op.f("ck_trusted_documents_kind_known"),
        ),
        sa.CheckConstraint(
            "client <> '' AND name <> ''", name=op.f("ck_trusted_documents_not_empty")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trusted_documents")),
    )
    op.create_index(
        op.f("ix_trusted_documents_client_sha256"),
        "trusted_documents",
        ["client", "sha256"],
        unique=True,
    )
    op.create_index(op.f("ix_trusted_documents_sha256"), "trusted_documents", ["sha256"])


def downgrade() -> None:
    op.drop_table("trusted_documents")
