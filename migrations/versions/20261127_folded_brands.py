"""Keep the brands of search documents as suggestions compare them."""

import sqlalchemy as sa
from alembic import op

revision = "d92f0a6b41ce"
down_revision = "c84e1b7d52fa"


def upgrade() -> None:
    op.add_column(
        "search_documents", sa.Column("folded_brand", sa.String(collation="C"), nullable=True)
    )
    op.execute("UPDATE search_documents SET folded_brand = lower(unaccent(brand))")
    op.create_index(
        op.f("ix_search_documents_folded_brand_brand"),
        "search_documents",
        ["folded_brand", "brand"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_search_documents_folded_brand_brand"), table_name="search_documents")
    op.drop_column("search_documents", "folded_brand")
