"""What a search engine knows of a product, read from PostgreSQL; both engines index this."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from core.database import Database

BATCH_SIZE = 500
# Of a title, of a code, and of an attribute's key and value together.
MAX_KEY_LENGTH = 200

# The documents of the active ones of `:ids`. What a filter or a sort compares is cut or left out at
# the length of a key, because an index holds none of a few kilobytes; texts are cut because
# PostgreSQL refuses search vectors over a megabyte.
DOCUMENTS = f"""
SELECT p.id,
       p.name,
       left(lower(unaccent(p.name)), {MAX_KEY_LENGTH}) AS title,
       p.brand,
       c.path AS category_path,
       (SELECT string_agg(above.name, ' ' ORDER BY cardinality(above.path))
          FROM categories above
         WHERE above.id = ANY (c.path)) AS category_names,
       left(p.description, 50000) AS description,
       ARRAY(SELECT DISTINCT lower(code)
               FROM variants v, unnest(ARRAY[v.sku, v.mpn] || v.eans) code
              WHERE v.product_id = p.id AND length(code) <= {MAX_KEY_LENGTH}
              ORDER BY 1) AS codes,
       (SELECT string_agg(DISTINCT option ->> 'value', ' ')
          FROM variants v, jsonb_array_elements(v.options) option
         WHERE v.product_id = p.id) AS options,
       attributes.pairs AS attributes,
       attributes.keys AS attribute_keys,
       attributes.words AS attribute_words,
       p.price_from_minor AS price_minor,
       (SELECT coalesce(bool_or(s.on_hand > s.reserved), false)
          FROM variants v JOIN stock_levels s ON s.variant_id = v.id
         WHERE v.product_id = p.id) AS in_stock,
       p.created_at
  FROM products p
  JOIN categories c ON c.id = p.category_id
 CROSS JOIN LATERAL (
       SELECT coalesce(array_agg(DISTINCT a.key || '=' || value) FILTER (WHERE short), '{{}}')
                  AS pairs,
              coalesce(array_agg(DISTINCT a.key) FILTER (WHERE short), '{{}}') AS keys,
              left(string_agg(value, ' '), 50000) AS words
         FROM jsonb_each(p.attributes) AS a (key, list),
              jsonb_array_elements_text(a.list) value,
              LATERAL (SELECT length(a.key || value) <= {MAX_KEY_LENGTH} AS short) limits
       ) attributes
 WHERE p.status = 'active' AND p.id = ANY (:ids)
"""  # noqa: S608 - it is made of constants.

_CLOCK = text("SELECT cast(extract(epoch FROM clock_timestamp()) * 1000000 AS bigint)")
_NEXT_IDS = text(
    "SELECT id FROM products WHERE status = 'active' AND id > :last ORDER BY id LIMIT :count"
)


@dataclass(frozen=True)
class Snapshot:
    """Documents by product id, as they were at `version` or later.

    The version is PostgreSQL's clock in microseconds, read before the documents were. Who indexes
    after a commit therefore reads that commit's changes under a version above its time, and the
    snapshot with the highest version holds every change that was announced.
    """

    version: int
    documents: dict[UUID, dict[str, Any]]


async def read_documents(database: Database, product_ids: Sequence[UUID]) -> Snapshot:
    """Read the documents of these products; those that are gone or not active have none."""
    async with database.engine.connect() as connection:
        version = await connection.scalar(_CLOCK)
        rows = await connection.execute(text(DOCUMENTS), {"ids": list(product_ids)})
        return Snapshot(version, {row["id"]: {**row} for row in rows.mappings()})


async def active_ids(database: Database) -> AsyncIterator[list[UUID]]:
    """Yield the ids of all active products in batches, so that memory does not grow with them."""
    last = UUID(int=0)
    while rows := await database.fetch(_NEXT_IDS, {"last": last, "count": BATCH_SIZE}):
        ids = [id_ for (id_,) in rows]
        yield ids
        last = ids[-1]
