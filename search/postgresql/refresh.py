"""Writes the search documents of products."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from models import SearchDocument
from search.documents import DOCUMENTS

# Writers take turns: each then reads after the one before it has committed, so that older data
# never replaces newer.
_TAKE_TURN = text("SELECT pg_advisory_xact_lock(7110232)")

_DELETE = text("""
DELETE FROM search_documents
 WHERE product_id = ANY (:ids)
   AND product_id NOT IN (SELECT id FROM products WHERE id = ANY (:ids) AND status = 'active')
""")

_DELETE_INACTIVE = text("""
DELETE FROM search_documents d
 USING products p
 WHERE p.id = d.product_id AND p.status <> 'active'
""")


def _vector(expression: str, weight: str) -> str:
    return f"setweight(to_tsvector('shop_english', coalesce({expression}, '')), '{weight}')"


_SOURCES = {
    **{column.name: f"d.{column.name}" for column in SearchDocument.__table__.c},
    "product_id": "d.id",
    "folded_brand": "lower(unaccent(d.brand))",
    "terms": " || ".join(
        [
            _vector("d.name", "A"),
            _vector("concat_ws(' ', d.brand, d.category_names)", "B"),
            _vector("array_to_string(d.codes, ' ')", "B"),
            _vector("d.description", "C"),
            _vector("concat_ws(' ', d.attribute_words, d.options)", "D"),
        ]
    ),
}

# The lock keeps a product from being deleted before the document that refers to it is in.
_UPSERT = text(f"""
INSERT INTO search_documents ({", ".join(_SOURCES)})
SELECT {", ".join(_SOURCES.values())}
  FROM ({DOCUMENTS} FOR KEY SHARE OF p) d
    ON CONFLICT (product_id) DO UPDATE
   SET {", ".join(f"{name} = excluded.{name}" for name in _SOURCES)}
""")  # noqa: S608 - it is made of constants.


async def refresh(connection: AsyncConnection, product_ids: Sequence[UUID]) -> None:
    """Bring these documents up to date, in the transaction of `connection`."""
    params = {"ids": list(product_ids)}
    await connection.execute(_TAKE_TURN)
    await connection.execute(_DELETE, params)
    await connection.execute(_UPSERT, params)


async def delete_inactive(connection: AsyncConnection) -> None:
    await connection.execute(_TAKE_TURN)
    await connection.execute(_DELETE_INACTIVE)
