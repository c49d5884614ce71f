"""The statements of a search by PostgreSQL, which `rows` and `plain` share: they are the engine."""

import html

_MARK, _END_MARK = "\ue000", "\ue001"
_HEADLINE = f"StartSel={_MARK}, StopSel={_END_MARK}, HighlightAll=true"

_WANTED = """
WITH wanted AS MATERIALIZED (
    SELECT
        every,
        replace(every::text, ' & ', ' | ')::tsquery AS some,
        lower(unaccent($1)) AS title,
        lower($1)::varchar AS code
    FROM plainto_tsquery('shop_english', $1) AS every
)
"""
_MATCHES = "d.terms @@ w.some OR d.codes @> ARRAY[w.code] OR w.title <% d.title"

HITS = f"""
{_WANTED},
found AS MATERIALIZED (
    SELECT
        d.product_id AS id,
        CASE
            WHEN w.code = ANY (d.codes) THEN 2
            WHEN d.terms @@ w.every THEN 1
            ELSE 0
        END AS tier,
        (
            ts_rank_cd(
                '{{0.02, 0.2, 0.2, 1}}'::float4[],
                d.terms,
                CASE WHEN d.terms @@ w.every THEN w.every ELSE w.some END,
                1
            ) + 0.1 * word_similarity(w.title, d.title)
        )::float8 AS score
    FROM search_documents d CROSS JOIN wanted w
    WHERE {_MATCHES}
),
page AS (
    SELECT * FROM found ORDER BY tier DESC, score DESC, id DESC LIMIT $2
)
SELECT
    (SELECT count(*) FROM found) AS total,
    p.id, p.slug, p.name, p.brand, p.currency, p.price_from_minor,
    ts_headline('shop_english', p.name, wanted.some, '{_HEADLINE}') AS headline,
    EXISTS (
        SELECT FROM variants JOIN stock_levels ON variant_id = variants.id
        WHERE product_id = p.id AND on_hand > reserved
    ) AS in_stock
FROM page JOIN products p USING (id) CROSS JOIN wanted
WHERE p.status = 'active'
ORDER BY tier DESC, score DESC, id DESC
"""  # noqa: S608 - all of its parts are constants.

FACETS = f"""
{_WANTED},
found AS MATERIALIZED (
    SELECT d.brand, d.category_path, d.price_minor, d.attributes, d.attribute_keys
    FROM search_documents d CROSS JOIN wanted w
    WHERE {_MATCHES}
),
keys AS MATERIALIZED (
    SELECT key, row_number() OVER (ORDER BY count(*) DESC, key COLLATE "C") AS position
    FROM (SELECT unnest(attribute_keys) AS key FROM found) described
    GROUP BY key
    ORDER BY count(*) DESC, key COLLATE "C"
    LIMIT 15
),
-- Counted before they are split, as there are many more than different ones.
pairs AS MATERIALIZED (
    SELECT pair, count(*) AS count
    FROM (SELECT unnest(attributes) AS pair FROM found) described
    GROUP BY pair
),
values_found AS (
    SELECT key, position, substr(pair, length(key) + 2) AS value, count, row_number() OVER (
        PARTITION BY key ORDER BY count DESC, substr(pair, length(key) + 2) COLLATE "C"
    ) AS place
    FROM pairs JOIN keys ON key = split_part(pair, '=', 1)
),
brands AS (
    SELECT brand, count(*) AS count
    FROM found WHERE brand IS NOT NULL
    GROUP BY brand ORDER BY count(*) DESC, brand COLLATE "C" LIMIT 50
),
shelves AS (
    SELECT element AS id, count(*) AS count
    FROM (SELECT unnest(category_path) AS element FROM found) placed
    GROUP BY element ORDER BY count(*) DESC, element LIMIT 50
)
SELECT * FROM (
    SELECT
        'brand' AS facet, 0 AS position, NULL::uuid AS id, NULL AS key, brand AS value,
        count AS number
    FROM brands
    UNION ALL
    SELECT 'category', 0, c.id, NULL, c.name, count FROM shelves JOIN categories c USING (id)
    UNION ALL
    SELECT 'attribute', position, NULL, key, value, count FROM values_found WHERE place <= 20
    UNION ALL
    SELECT 'lowest', 0, NULL, NULL, NULL, min(price_minor) FROM found
    UNION ALL
    SELECT 'highest', 0, NULL, NULL, NULL, max(price_minor) FROM found
) facets
ORDER BY facet, position, number DESC, id, value COLLATE "C"
"""  # noqa: S608 - all of its parts are constants.

BRANDS = """
WITH known AS MATERIALIZED (
    SELECT brand, count(*) AS count FROM search_documents WHERE brand IS NOT NULL GROUP BY brand
)
SELECT brand FROM known WHERE lower(unaccent(brand)) LIKE lower(unaccent($1)) || '%'
ORDER BY count DESC, brand COLLATE "C"
LIMIT $2
"""

CATEGORIES = """
SELECT name FROM categories c
WHERE strpos(' ' || lower(unaccent(name)), ' ' || lower(unaccent($1))) > 0
    AND EXISTS (
        SELECT FROM categories below JOIN products p ON p.category_id = below.id
        WHERE below.path @> ARRAY[c.id] AND p.status = 'active'
    )
ORDER BY cardinality(path), lower(name), id
LIMIT $2
"""

PRODUCTS = """
SELECT name
FROM (
    SELECT DISTINCT ON (begins, title) product_id, title, begins
    FROM search_documents
    CROSS JOIN LATERAL (SELECT title LIKE lower(unaccent($1)) || '%' AS begins) b
    WHERE title LIKE '%' || lower(unaccent($1)) || '%'
        AND ' ' || title LIKE '% ' || lower(unaccent($1)) || '%'
    ORDER BY begins DESC, title, product_id
    LIMIT $2
) titles
JOIN products ON id = product_id
ORDER BY begins DESC, title
"""


def highlight(headline: str) -> str | None:
    if _MARK not in headline:
        return None
    return html.escape(headline).replace(_MARK, "<mark>").replace(_END_MARK, "</mark>")


def like_pattern(prefix: str) -> str:
    """Escape the characters that LIKE knows."""
    return prefix.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def share(first: int) -> int:
    """Return how many brands, and how many categories, may stand before the products."""
    return max(first // 4, 1)
