"""What both engines' suggestions have in common."""

from sqlalchemy import text

from core.database import Database
from core.statements import Statement
from search.port import Suggestion, SuggestionKind

# Categories are few, so that both engines complete their names from PostgreSQL. One is worth
# suggesting if a product is in it or below it.
_CATEGORIES = Statement(
    text(r"""
SELECT c.id, c.name
  FROM categories c
 WHERE strpos(' ' || lower(unaccent(c.name)), ' ' || lower(unaccent(:prefix))) > 0
   AND EXISTS (SELECT FROM categories below JOIN products p ON p.category_id = below.id
                WHERE below.path @> ARRAY[c.id] AND p.status = 'active')
 ORDER BY cardinality(c.path), lower(c.name), c.id
 LIMIT :first
""")
)


async def suggest_categories(database: Database, prefix: str, first: int) -> list[Suggestion]:
    rows = await database.fetch(_CATEGORIES, {"prefix": prefix, "first": first})
    return [Suggestion(name, SuggestionKind.CATEGORY, id_) for id_, name in rows]


def share(first: int) -> int:
    """Return how many brands, and how many categories, may stand before the products."""
    return max(first // 4, 1)
