"""Create the keys that partners call with."""

import sqlalchemy as sa
from alembic import op

revision = "8d2f4c6a1b37"
down_revision = "5c0b7d91e3aa"


def upgrade() -> None:
    op.create_table(
        "api_keys",
        sa.Column("client", sa.String(), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hint", sa.String(), nullable=False),
        sa.Column("scopes", sa.ARRAY(sa.String()), nullable=False),
        sa.Column("maximum_cost", sa.BigInteger(), nullable=True),
        sa.Column("budget", sa.BigInteger(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.CheckConstraint("octet_length(key_hash) = 32", name=op.f("ck_api_keys_key_hash_length")),
        sa.CheckConstraint("client <> ''", name=op.f("ck_api_keys_client_not_empty")),
        sa.CheckConstraint(
            "maximum_cost > 0 AND budget > 0", name=op.f("ck_api_keys_limits_positive")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_api_keys_key_hash")),
    )
    op.create_index(op.f("ix_api_keys_client"), "api_keys", ["client"])


def downgrade() -> None:
    op.drop_table("api_keys")
