-- $1 the category, $2 how many
WITH found AS MATERIALIZED (
    SELECT *, row_number() OVER (ORDER BY price_from_minor, id) AS place
    FROM products
    WHERE status = 'active'
        AND category_id IN (SELECT id FROM categories WHERE path @> ARRAY[$1::uuid])
    ORDER BY price_from_minor, id
    LIMIT $2::int + 1
),
shelves AS MATERIALIZED (
    SELECT c.id AS category_id, row_to_json(shelf) AS category
    FROM categories c
    CROSS JOIN LATERAL (SELECT bench_id('category', c.id) AS id, c.name, c.slug) shelf
    WHERE c.id IN (SELECT category_id FROM found)
),
nodes AS (
    SELECT coalesce(json_agg(row_to_json(node) ORDER BY place), '[]') AS nodes
    FROM found p
    JOIN shelves USING (category_id)
    CROSS JOIN LATERAL (
        SELECT
            bench_id('product', p.id) AS id,
            p.slug,
            p.name,
            p.brand,
            json_build_object(
                'lowest', bench_money(p.price_from_minor, p.currency),
                'highest', bench_money(p.price_to_minor, p.currency)
            ) AS "priceRange",
            shelves.category,
            (
                SELECT json_build_object('nodes', coalesce(json_agg(row_to_json(v)), '[]'))
                FROM (
                    SELECT
                        bench_id('variant', id) AS id,
                        bench_money(price_minor, currency) AS price,
                        coalesce(on_hand - reserved, 0) AS "availableQuantity"
                    FROM variants LEFT JOIN stock_levels ON variant_id = id
                    WHERE product_id = p.id
                    ORDER BY position, variants.id
                    LIMIT 2
                ) v
            ) AS variants
    ) node
    WHERE place <= $2::int
),
last AS (
    SELECT price_from_minor, id FROM found WHERE place <= $2::int ORDER BY place DESC LIMIT 1
)
SELECT json_build_object('data', json_build_object('products', json_build_object(
    'nodes', nodes,
    'pageInfo', json_build_object(
        'hasNextPage', (SELECT count(*) FROM found) > $2::int,
        'endCursor', (
            SELECT bench_cursor('["price_asc",' || price_from_minor || ',"' || id || '"]') FROM last
        )
    )
)))::text
FROM nodes
