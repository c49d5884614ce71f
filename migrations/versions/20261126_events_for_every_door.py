"""Let events expire and name subjects, order effects, and add webhooks."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "a1f7c20d94be"
down_revision = "e93a5d18c4f6"


def upgrade() -> None:
    _extend_events()
    _extend_effects()
    _create_webhook_endpoints()
    _create_webhook_attempts()


def _extend_events() -> None:
    op.add_column(
        "events",
        sa.Column("subjects", sa.ARRAY(sa.Uuid()), server_default=sa.text("'{}'"), nullable=False),
    )
    op.create_index(op.f("ix_events_subjects"), "events", ["subjects"], postgresql_using="gin")
    op.create_index(
        "ix_events_expiring",
        "events",
        ["position"],
        postgresql_where=sa.text("aggregate_type <> 'order'"),
    )
    op.add_column(
        "event_counter",
        sa.Column("expired_through", sa.BigInteger(), server_default="0", nullable=False),
    )


def _extend_effects() -> None:
    op.add_column("effects", sa.Column("target", sa.Uuid(), nullable=True))
    op.add_column("effects", sa.Column("aggregate_id", sa.Uuid(), nullable=True))
    op.add_column("effects", sa.Column("position", sa.BigInteger(), nullable=True))
    op.add_column(
        "effects",
        sa.Column("is_ordered", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.add_column(
        "effects",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
    )
    op.execute(
        "UPDATE effects SET aggregate_id = events.aggregate_id, position = events.position"
        " FROM events WHERE events.id = effects.event_id"
    )
    op.alter_column("effects", "aggregate_id", nullable=False)
    op.alter_column("effects", "position", nullable=False)
    op.drop_constraint("pk_effects", "effects", type_="primary")
    op.create_primary_key("pk_effects", "effects", ["id"])
    op.create_unique_constraint(
        op.f("uq_effects_event_id_handler_target"),
        "effects",
        ["event_id", "handler", "target"],
        postgresql_nulls_not_distinct=True,
    )
    op.create_index(
        "ix_effects_order",
        "effects",
        ["aggregate_id", "handler", "position"],
        postgresql_where=sa.text("status = 'pending' AND is_ordered"),
    )
    op.create_index(
        "ix_effects_dead", "effects", ["id"], postgresql_where=sa.text("status = 'dead'")
    )
    op.create_index(op.f("ix_effects_target_id"), "effects", ["target", "id"])


def _create_webhook_endpoints() -> None:
    op.create_table(
        "webhook_endpoints",
        sa.Column("client", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("owner_email", sa.String(), nullable=False),
        sa.Column("types", sa.ARRAY(sa.String()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column(
            "filter",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("document", sa.String(), nullable=True),
        sa.Column("status", sa.String(), server_default="enabled", nullable=False),
        sa.Column("secret_version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("previous_secret_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "client <> '' AND url <> ''", name=op.f("ck_webhook_endpoints_not_empty")
        ),
        sa.CheckConstraint(
            "status IN ('enabled', 'disabled')", name=op.f("ck_webhook_endpoints_status_known")
        ),
        sa.CheckConstraint(
            "secret_version >= 1 AND failures >= 0",
            name=op.f("ck_webhook_endpoints_counts_sane"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_endpoints")),
    )
    op.create_index(op.f("ix_webhook_endpoints_client_id"), "webhook_endpoints", ["client", "id"])


def _create_webhook_attempts() -> None:
    op.create_table(
        "webhook_attempts",
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("request_headers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("request", sa.String(), nullable=False),
        sa.Column("response_status", sa.Integer(), nullable=True),
        sa.Column("response", sa.String(), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.Column(
            "attempted_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"],
            ["effects.id"],
            name=op.f("fk_webhook_attempts_delivery_id_effects"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_attempts")),
    )
    op.create_index(
        op.f("ix_webhook_attempts_delivery_id_id"), "webhook_attempts", ["delivery_id", "id"]
    )


def downgrade() -> None:
    op.drop_table("webhook_attempts")
    op.drop_table("webhook_endpoints")
    op.drop_index(op.f("ix_effects_target_id"), table_name="effects")
    op.drop_index("ix_effects_dead", table_name="effects")
    op.drop_index("ix_effects_order", table_name="effects")
    op.drop_constraint(op.f("uq_effects_event_id_handler_target"), "effects", type_="unique")
    op.drop_constraint("pk_effects", "effects", type_="primary")
    op.execute("DELETE FROM effects WHERE target IS NOT NULL")
    for column in ("id", "is_ordered", "position", "aggregate_id", "target"):
        op.drop_column("effects", column)
    op.create_primary_key("pk_effects", "effects", ["event_id", "handler"])
    op.drop_column("event_counter", "expired_through")
    op.drop_index("ix_events_expiring", table_name="events")
    op.drop_index(op.f("ix_events_subjects"), table_name="events")
    op.drop_column("events", "subjects")
