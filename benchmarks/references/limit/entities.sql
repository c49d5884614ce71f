-- $1 the ids of products, in the order of the answer
SELECT json_build_object('data', json_build_object('_entities', (
    SELECT coalesce(json_agg(node.json ORDER BY wanted.place), '[]')
    FROM unnest($1::uuid[]) WITH ORDINALITY AS wanted (id, place)
    LEFT JOIN LATERAL (
        SELECT row_to_json(product) AS json
        FROM products p
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
                json_build_object('lowest', bench_money(p.price_from_minor, p.currency))
                    AS "priceRange"
        ) product
        WHERE p.id = wanted.id AND p.status = 'active'
    ) node ON true
)))::text
