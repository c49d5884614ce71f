-- $1 the slug
SELECT json_build_object('data', json_build_object('product', (
    SELECT row_to_json(node)
    FROM products p
    JOIN categories c ON c.id = p.category_id
    CROSS JOIN LATERAL (
        SELECT
            bench_id('product', p.id) AS id,
            p.slug,
            p.name,
            p.brand,
            p.description,
            (
                SELECT row_to_json(category)
                FROM (
                    SELECT
                        bench_id('category', c.id) AS id,
                        c.name,
                        c.slug,
                        (
                            SELECT json_agg(json_build_object(
                                'id', bench_id('category', above.id),
                                'name', above.name,
                                'slug', above.slug
                            ) ORDER BY cardinality(above.path))
                            FROM categories above
                            WHERE above.id = ANY (c.path)
                        ) AS breadcrumbs
                ) category
            ) AS category,
            (
                SELECT json_build_object('nodes', coalesce(json_agg(row_to_json(picture)), '[]'))
                FROM (
                    SELECT url, alt_text AS "altText"
                    FROM media
                    WHERE product_id = p.id
                    ORDER BY position, id
                    LIMIT 5
                ) picture
            ) AS media,
            (
                SELECT coalesce(json_agg(json_build_object('name', name, 'values', values)), '[]')
                FROM (
                    SELECT name, json_agg(value ORDER BY ordinal, position) AS values
                    FROM (
                        SELECT
                            chosen ->> 'name' AS name,
                            chosen ->> 'value' AS value,
                            min(ordinal) AS ordinal,
                            min(position) AS position
                        FROM variants
                        CROSS JOIN LATERAL jsonb_array_elements(options)
                            WITH ORDINALITY AS option (chosen, ordinal)
                        WHERE product_id = p.id
                        GROUP BY 1, 2
                    ) choice
                    GROUP BY name
                    ORDER BY min(ordinal), name
                ) option
            ) AS options,
            (
                SELECT json_build_object('nodes', coalesce(json_agg(row_to_json(v)), '[]'))
                FROM (
                    SELECT
                        bench_id('variant', id) AS id,
                        sku,
                        name,
                        coalesce(on_hand - reserved, 0) AS "availableQuantity",
                        options,
                        bench_money(price_minor, currency) AS price
                    FROM variants LEFT JOIN stock_levels ON variant_id = id
                    WHERE product_id = p.id
                    ORDER BY position, variants.id
                    LIMIT 50
                ) v
            ) AS variants,
            (
                SELECT json_build_object('nodes', coalesce(json_agg(attribute.json), '[]'))
                FROM (
                    SELECT CASE d.kind
                        WHEN 'TEXT' THEN json_build_object(
                            'key', d.key, 'name', d.name, 'words', entry.value
                        )
                        WHEN 'NUMBER' THEN json_build_object(
                            'key', d.key, 'name', d.name, 'numbers', entry.value
                        )
                        ELSE json_build_object(
                            'key', d.key, 'name', d.name, 'value', lower(entry.value ->> 0) = 'yes'
                        )
                    END AS json
                    FROM jsonb_each(p.attributes) entry
                    JOIN attribute_definitions d USING (key)
                    ORDER BY d.key
                    LIMIT 30
                ) attribute
            ) AS attributes
    ) node
    WHERE p.slug = $1 AND p.status = 'active'
)))::text
