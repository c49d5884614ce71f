-- $1 the words, $2 how many
WITH wanted AS MATERIALIZED (
    SELECT
        every,
        replace(every::text, ' & ', ' | ')::tsquery AS some,
        lower(unaccent($1)) AS title,
        lower($1)::varchar AS code
    FROM plainto_tsquery('shop_english', $1) AS every
),
-- Nothing is filtered, so that hits and facets are of the same documents.
found AS MATERIALIZED (
    SELECT
        d.product_id AS id, d.brand, d.category_path, d.price_minor, d.attributes, d.attribute_keys,
        CASE
            WHEN w.code = ANY (d.codes) THEN 2
            WHEN d.terms @@ w.every THEN 1
            ELSE 0
        END AS tier,
        (
            ts_rank_cd(
                '{0.02, 0.2, 0.2, 1}'::float4[],
                d.terms,
                CASE WHEN d.terms @@ w.every THEN w.every ELSE w.some END,
                1
            ) + 0.1 * word_similarity(w.title, d.title)
        )::float8 AS score
    FROM search_documents d CROSS JOIN wanted w
    WHERE d.terms @@ w.some OR d.codes @> ARRAY[w.code] OR w.title <% d.title
),
page AS MATERIALIZED (
    SELECT id, row_number() OVER (ORDER BY tier DESC, score DESC, id DESC) AS place
    FROM found
    ORDER BY tier DESC, score DESC, id DESC
    LIMIT $2::int + 1
),
edges AS (
    SELECT coalesce(json_agg(json_build_object(
        'highlight', CASE WHEN strpos(h.marked, U&'\E000') > 0 THEN
            replace(replace(h.escaped, U&'\E000', '<mark>'), U&'\E001', '</mark>')
        END,
        'node', row_to_json(node)
    ) ORDER BY place), '[]') AS json
    FROM page
    JOIN products p USING (id)
    CROSS JOIN wanted
    CROSS JOIN LATERAL (
        SELECT marked, replace(replace(replace(replace(replace(
            marked, '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), '"', '&quot;'), '''', '&#x27;'
        ) AS escaped
        FROM ts_headline(
            'shop_english', p.name, wanted.some,
            U&'StartSel=\E000, StopSel=\E001, HighlightAll=true'
        ) AS marked
    ) h
    CROSS JOIN LATERAL (
        SELECT
            bench_id('product', p.id) AS id,
            p.slug,
            p.name,
            p.brand,
            EXISTS (
                SELECT FROM variants JOIN stock_levels ON variant_id = variants.id
                WHERE product_id = p.id AND on_hand > reserved
            ) AS "inStock",
            json_build_object('lowest', bench_money(p.price_from_minor, p.currency)) AS "priceRange"
    ) node
    WHERE place <= $2::int AND p.status = 'active'
),
brands AS (
    SELECT coalesce(json_agg(row_to_json(facet)), '[]') AS json
    FROM (
        SELECT brand AS value, count(*) AS count
        FROM found
        WHERE brand IS NOT NULL
        GROUP BY brand
        ORDER BY count(*) DESC, brand COLLATE "C"
        LIMIT 50
    ) facet
),
categories_found AS (
    SELECT coalesce(json_agg(json_build_object(
        'count', count,
        'category', json_build_object('id', bench_id('category', c.id), 'name', c.name)
    ) ORDER BY count DESC, c.id), '[]') AS json
    FROM (
        SELECT element, count(*) AS count
        FROM (SELECT unnest(category_path) AS element FROM found) placed
        GROUP BY element
        ORDER BY count(*) DESC, element
        LIMIT 50
    ) facet
    JOIN categories c ON c.id = element
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
attributes_found AS (
    SELECT coalesce(json_agg(json_build_object('key', key, 'values', json) ORDER BY position), '[]')
        AS json
    FROM (
        SELECT key, position, json_agg(
            json_build_object('value', value, 'count', count) ORDER BY place
        ) AS json
        FROM (
            SELECT
                key,
                position,
                substr(pair, length(key) + 2) AS value,
                count,
                row_number() OVER (
                    PARTITION BY key
                    ORDER BY count DESC, substr(pair, length(key) + 2) COLLATE "C"
                ) AS place
            FROM pairs JOIN keys ON key = split_part(pair, '=', 1)
        ) counted
        WHERE place <= 20
        GROUP BY key, position
    ) facet
)
SELECT json_build_object('data', json_build_object('search', json_build_object(
    'totalCount', (SELECT count(*) FROM found),
    'edges', edges.json,
    'facets', json_build_object(
        'brands', brands.json,
        'categories', categories_found.json,
        'prices', (
            SELECT CASE WHEN min(price_minor) IS NOT NULL THEN
                json_build_object('lowest', min(price_minor), 'highest', max(price_minor))
            END
            FROM found
        ),
        'attributes', attributes_found.json
    ),
    'pageInfo', json_build_object('hasNextPage', (SELECT count(*) FROM page) > $2::int)
)))::text
FROM edges, brands, categories_found, attributes_found
