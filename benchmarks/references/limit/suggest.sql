-- $1 what was typed, $2 the same with LIKE's own characters escaped, $3 how many
-- Grouped before it is folded, so that each brand is folded once.
WITH known AS MATERIALIZED (
    SELECT brand, count(*) AS count FROM search_documents WHERE brand IS NOT NULL GROUP BY brand
),
brands AS (
    SELECT 1 AS part, row_number() OVER (ORDER BY count DESC, brand COLLATE "C") AS place,
        brand AS text, 'BRAND' AS kind
    FROM known
    WHERE lower(unaccent(brand)) LIKE lower(unaccent($2)) || '%'
    ORDER BY place
    LIMIT greatest($3::int / 4, 1)
),
shelves AS (
    SELECT 2, row_number() OVER (ORDER BY cardinality(path), lower(name), id), name, 'CATEGORY'
    FROM categories c
    WHERE strpos(' ' || lower(unaccent(name)), ' ' || lower(unaccent($1))) > 0
        AND EXISTS (
            SELECT FROM categories below JOIN products p ON p.category_id = below.id
            WHERE below.path @> ARRAY[c.id] AND p.status = 'active'
        )
    ORDER BY 2
    LIMIT greatest($3::int / 4, 1)
),
titles AS (
    SELECT DISTINCT ON (begins, title) product_id, title, begins
    FROM search_documents
    CROSS JOIN LATERAL (SELECT title LIKE lower(unaccent($2)) || '%' AS begins) b
    -- The first condition uses the index on trigrams, the second finds the beginnings of words.
    WHERE title LIKE '%' || lower(unaccent($2)) || '%'
        AND ' ' || title LIKE '% ' || lower(unaccent($2)) || '%'
    ORDER BY begins DESC, title, product_id
    LIMIT $3::int
),
names AS (
    SELECT 3, row_number() OVER (ORDER BY begins DESC, title), name, 'PRODUCT'
    FROM titles JOIN products ON id = product_id
)
SELECT json_build_object('data', json_build_object(
    'suggest', coalesce(json_agg(json_build_object('text', text, 'kind', kind)), '[]')
))::text
FROM (
    SELECT * FROM brands UNION ALL SELECT * FROM shelves UNION ALL SELECT * FROM names
    ORDER BY part, place
    LIMIT $3::int
) suggestion
