"""Create the catalogue, its stock and its search documents."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "81f218b4dd6e"
down_revision = None


def upgrade() -> None:
    # Both extensions are trusted, so that the owner of the database may create them.
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.execute("CREATE EXTENSION IF NOT EXISTS unaccent")
    # English stems of words without their accents: "cafés" finds "cafe".
    op.execute("CREATE TEXT SEARCH CONFIGURATION shop_english (COPY = english)")
    op.execute(
        "ALTER TEXT SEARCH CONFIGURATION shop_english"
        " ALTER MAPPING FOR hword, hword_part, word WITH unaccent, english_stem"
    )
    op.create_table(
        "attribute_definitions",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.CheckConstraint(
            "key <> '' AND name <> ''", name=op.f("ck_attribute_definitions_not_empty")
        ),
        sa.CheckConstraint(
            "kind IN ('TEXT', 'NUMBER', 'BOOLEAN')",
            name=op.f("ck_attribute_definitions_kind_known"),
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_attribute_definitions")),
    )
    op.create_table(
        "categories",
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("path", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_categories_name_not_empty")),
        sa.CheckConstraint(
            "slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'", name=op.f("ck_categories_slug_format")
        ),
        sa.CheckConstraint(
            "CASE WHEN parent_id IS NULL THEN cardinality(path) = 1"
            " ELSE coalesce(path[cardinality(path) - 1] = parent_id, false) END",
            name=op.f("ck_categories_path_goes_through_parent"),
        ),
        sa.CheckConstraint("cardinality(path) BETWEEN 1 AND 10", name=op.f("ck_categories_depth")),
        sa.CheckConstraint(
            "path[cardinality(path)] = id", name=op.f("ck_categories_path_ends_in_itself")
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["categories.id"], name=op.f("fk_categories_parent_id_categories")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_categories")),
        sa.UniqueConstraint(
            "parent_id",
            "name",
            name=op.f("uq_categories_parent_id_name"),
            postgresql_nulls_not_distinct=True,
        ),
        sa.UniqueConstraint("slug", name=op.f("uq_categories_slug")),
    )
    op.create_index(
        op.f("ix_categories_path"), "categories", ["path"], unique=False, postgresql_using="gin"
    )
    op.create_table(
        "products",
        sa.Column("external_id", sa.String(), nullable=True),
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("description", sa.String(), server_default="", nullable=False),
        sa.Column("brand", sa.String(), nullable=True),
        sa.Column("status", sa.String(), server_default="draft", nullable=False),
        sa.Column("released_on", sa.Date(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("price_from_minor", sa.BigInteger(), nullable=True),
        sa.Column("price_to_minor", sa.BigInteger(), nullable=True),
        sa.Column(
            "attributes",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
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
        sa.CheckConstraint("brand <> ''", name=op.f("ck_products_brand_not_empty")),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_products_currency_format")),
        sa.CheckConstraint(
            "jsonb_typeof(attributes) = 'object'", name=op.f("ck_products_attributes_object")
        ),
        sa.CheckConstraint("name <> ''", name=op.f("ck_products_name_not_empty")),
        sa.CheckConstraint(
            "slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'", name=op.f("ck_products_slug_format")
        ),
        sa.CheckConstraint(
            "status <> 'active' OR (price_from_minor IS NOT NULL AND price_to_minor IS NOT NULL)",
            name=op.f("ck_products_active_has_price"),
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'active', 'retired')", name=op.f("ck_products_status_known")
        ),
        sa.CheckConstraint(
            "price_from_minor >= 0 AND price_to_minor >= price_from_minor",
            name=op.f("ck_products_price_range"),
        ),
        sa.ForeignKeyConstraint(
            ["category_id"], ["categories.id"], name=op.f("fk_products_category_id_categories")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_products")),
        sa.UniqueConstraint("external_id", name=op.f("uq_products_external_id")),
        sa.UniqueConstraint("id", "currency", name=op.f("uq_products_id_currency")),
        sa.UniqueConstraint("slug", name=op.f("uq_products_slug")),
    )
    op.create_index(
        "ix_products_active_brand",
        "products",
        ["brand", "id"],
        unique=False,
        postgresql_where=sa.text("status = 'active'"),
    )
    op.create_index(
        "ix_products_active_created",
        "products",
        ["created_at", "id"],
        unique=False,
        postgresql_where=sa.text("status = 'active'"),
    )
    op.create_index(
        "ix_products_active_name",
        "products",
        [sa.literal_column("lower(name)"), "id"],
        unique=False,
        postgresql_where=sa.text("status = 'active'"),
    )
    op.create_index(
        "ix_products_active_price",
        "products",
        ["price_from_minor", "id"],
        unique=False,
        postgresql_where=sa.text("status = 'active'"),
    )
    op.create_index(
        op.f("ix_products_category_id_id"), "products", ["category_id", "id"], unique=False
    )
    op.create_table(
        "media",
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("alt_text", sa.String(), server_default="", nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.CheckConstraint("url <> ''", name=op.f("ck_media_url_not_empty")),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["products.id"],
            name=op.f("fk_media_product_id_products"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media")),
        sa.UniqueConstraint("product_id", "position", name=op.f("uq_media_product_id_position")),
    )
    op.create_table(
        "search_documents",
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(collation="C"), nullable=False),
        sa.Column("brand", sa.String(), nullable=True),
        sa.Column("category_path", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("codes", postgresql.ARRAY(sa.String()), nullable=False),
        sa.Column("attributes", postgresql.ARRAY(sa.String()), nullable=False),
        sa.Column("attribute_keys", postgresql.ARRAY(sa.String()), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("in_stock", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("terms", postgresql.TSVECTOR(), nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["products.id"],
            name=op.f("fk_search_documents_product_id_products"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("product_id", name=op.f("pk_search_documents")),
    )
    op.create_index(
        op.f("ix_search_documents_attributes"),
        "search_documents",
        ["attributes"],
        unique=False,
        postgresql_using="gin",
    )
    op.create_index(
        op.f("ix_search_documents_category_path"),
        "search_documents",
        ["category_path"],
        unique=False,
        postgresql_using="gin",
    )
    op.create_index(
        op.f("ix_search_documents_codes"),
        "search_documents",
        ["codes"],
        unique=False,
        postgresql_using="gin",
    )
    op.create_index(
        op.f("ix_search_documents_terms"),
        "search_documents",
        ["terms"],
        unique=False,
        postgresql_using="gin",
    )
    op.create_index(
        "ix_search_documents_title_trigrams",
        "search_documents",
        ["title"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"title": "gin_trgm_ops"},
    )
    op.create_index(op.f("ix_search_documents_brand"), "search_documents", ["brand"], unique=False)
    op.create_index(
        op.f("ix_search_documents_created_at_product_id"),
        "search_documents",
        ["created_at", "product_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_search_documents_price_minor_product_id"),
        "search_documents",
        ["price_minor", "product_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_search_documents_title_product_id"),
        "search_documents",
        ["title", "product_id"],
        unique=False,
    )
    op.create_table(
        "variants",
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("sku", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("mpn", sa.String(), nullable=True),
        sa.Column(
            "eans", postgresql.ARRAY(sa.String()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column(
            "options",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'::jsonb"),
            nullable=False,
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
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
            "jsonb_typeof(options) = 'array' AND jsonb_array_length(options) <= 10",
            name=op.f("ck_variants_options_bounded"),
        ),
        sa.CheckConstraint("sku <> ''", name=op.f("ck_variants_sku_not_empty")),
        sa.CheckConstraint("cardinality(eans) <= 200", name=op.f("ck_variants_eans_bounded")),
        sa.CheckConstraint("price_minor >= 0", name=op.f("ck_variants_price_not_negative")),
        sa.ForeignKeyConstraint(
            ["product_id", "currency"],
            ["products.id", "products.currency"],
            name=op.f("fk_variants_product_id_currency_products"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_variants")),
        sa.UniqueConstraint("sku", name=op.f("uq_variants_sku")),
    )
    op.create_index(
        op.f("ix_variants_product_id_position_id"),
        "variants",
        ["product_id", "position", "id"],
        unique=False,
    )
    op.create_table(
        "stock_levels",
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("on_hand", sa.Integer(), server_default="0", nullable=False),
        sa.Column("reserved", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint(
            "reserved >= 0 AND reserved <= on_hand",
            name=op.f("ck_stock_levels_reserved_within_on_hand"),
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"],
            ["variants.id"],
            name=op.f("fk_stock_levels_variant_id_variants"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("variant_id", name=op.f("pk_stock_levels")),
    )
    op.create_index(
        "ix_stock_levels_available",
        "stock_levels",
        ["variant_id"],
        unique=False,
        postgresql_where=sa.text("on_hand > reserved"),
    )


def downgrade() -> None:
    op.drop_index(
        "ix_stock_levels_available",
        table_name="stock_levels",
        postgresql_where=sa.text("on_hand > reserved"),
    )
    op.drop_table("stock_levels")
    op.drop_index(op.f("ix_variants_product_id_position_id"), table_name="variants")
    op.drop_table("variants")
    op.drop_table("search_documents")
    op.drop_table("media")
    op.drop_index(op.f("ix_products_category_id_id"), table_name="products")
    op.drop_index(
        "ix_products_active_price",
        table_name="products",
        postgresql_where=sa.text("status = 'active'"),
    )
    op.drop_index(
        "ix_products_active_name",
        table_name="products",
        postgresql_where=sa.text("status = 'active'"),
    )
    op.drop_index(
        "ix_products_active_created",
        table_name="products",
        postgresql_where=sa.text("status = 'active'"),
    )
    op.drop_index(
        "ix_products_active_brand",
        table_name="products",
        postgresql_where=sa.text("status = 'active'"),
    )
    op.drop_table("products")
    op.drop_index(op.f("ix_categories_path"), table_name="categories", postgresql_using="gin")
    op.drop_table("categories")
    op.drop_table("attribute_definitions")
    op.execute("DROP TEXT SEARCH CONFIGURATION shop_english")
