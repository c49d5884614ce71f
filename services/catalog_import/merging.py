"""The second half of the SQL: what is staged is merged into the shop's tables, in sets.

A row is written only if it differs, so that its `updated_at` tells when it last changed.
"""

# The products of which something changes are noted in `import_changed`, some more than once.
CREATE_CHANGED = "CREATE TEMPORARY TABLE import_changed (product_id uuid) ON COMMIT DROP"

# A draft is made active, since it has something to sell; to retire a product is a decision of
# staff that no file takes back.
MERGE_PRODUCTS = """
WITH merged AS (
    MERGE INTO products AS product
    USING import_products AS staged
    ON product.id = staged.id
    WHEN MATCHED AND (
        product.category_id, product.slug, product.name, product.description, product.brand,
        product.released_on, product.currency, product.price_from_minor, product.price_to_minor,
        product.attributes, product.status = 'draft'
    ) IS DISTINCT FROM (
        staged.category_id, staged.slug, staged.name, staged.description, staged.brand,
        staged.released_on, staged.currency, staged.price_from_minor, staged.price_to_minor,
        staged.attributes, false
    ) THEN UPDATE SET
        category_id = staged.category_id,
        slug = staged.slug,
        name = staged.name,
        description = staged.description,
        brand = staged.brand,
        released_on = staged.released_on,
        currency = staged.currency,
        price_from_minor = staged.price_from_minor,
        price_to_minor = staged.price_to_minor,
        attributes = staged.attributes,
        status = CASE product.status WHEN 'draft' THEN 'active' ELSE product.status END,
        updated_at = now()
    WHEN NOT MATCHED THEN INSERT (
        id, external_id, category_id, slug, name, description, brand, status, released_on,
        currency, price_from_minor, price_to_minor, attributes
    ) VALUES (
        staged.id, staged.external_id, staged.category_id, staged.slug, staged.name,
        staged.description, staged.brand, 'active', staged.released_on,
        staged.currency, staged.price_from_minor, staged.price_to_minor, staged.attributes
    )
    RETURNING merge_action() AS action, product.id
), changed AS (
    INSERT INTO import_changed SELECT id FROM merged
)
SELECT
    count(*) FILTER (WHERE action = 'INSERT') AS created,
    count(*) FILTER (WHERE action = 'UPDATE') AS updated,
    (SELECT count(*) FROM import_products) - count(*) AS unchanged
FROM merged
"""

# The SKU is what an article is known by: one that has joined a group moves to its product.
MERGE_VARIANTS = """
WITH merged AS (
    MERGE INTO variants AS variant
    USING (
        SELECT
            product.id AS product_id,
            article.sku,
            article.name,
            article.mpn,
            article.eans,
            article.options,
            article.currency,
            article.price_minor,
            row_number() OVER (PARTITION BY article.product ORDER BY article.line) - 1 AS position
        FROM import_articles AS article
        JOIN import_products AS product ON product.external_id = article.product
    ) AS staged
    ON variant.sku = staged.sku
    WHEN MATCHED AND (
        variant.product_id, variant.name, variant.mpn, variant.eans, variant.options,
        variant.position, variant.currency, variant.price_minor
    ) IS DISTINCT FROM (
        staged.product_id, staged.name, staged.mpn, staged.eans, staged.options,
        staged.position, staged.currency, staged.price_minor
    ) THEN UPDATE SET
        product_id = staged.product_id,
        name = staged.name,
        mpn = staged.mpn,
        eans = staged.eans,
        options = staged.options,
        position = staged.position,
        currency = staged.currency,
        price_minor = staged.price_minor,
        updated_at = now()
    WHEN NOT MATCHED THEN INSERT (
        product_id, sku, name, mpn, eans, options, position, currency, price_minor
    ) VALUES (
        staged.product_id, staged.sku, staged.name, staged.mpn, staged.eans, staged.options,
        staged.position, staged.currency, staged.price_minor
    )
    RETURNING merge_action() AS action, ARRAY[old.product_id, new.product_id] AS product_ids
), changed AS (
    INSERT INTO import_changed SELECT unnest(product_ids) FROM merged
)
SELECT
    count(*) FILTER (WHERE action = 'INSERT') AS created,
    count(*) FILTER (WHERE action = 'UPDATE') AS updated,
    (SELECT count(*) FROM import_articles) - count(*) AS unchanged
FROM merged
"""

# A product whose variants have all moved away has nothing to sell until a file names it again.
_FOLLOW_MOVED_VARIANTS = """
UPDATE products
SET price_from_minor = left_over.price_from_minor,
    price_to_minor = left_over.price_to_minor,
    status = CASE
        WHEN left_over.price_from_minor IS NULL AND status = 'active' THEN 'draft' ELSE status
    END,
    updated_at = now()
FROM (
    SELECT
        products.id,
        min(variants.price_minor) AS price_from_minor,
        max(variants.price_minor) AS price_to_minor
    FROM products
    LEFT JOIN variants ON variants.product_id = products.id
    WHERE products.external_id IS NOT NULL
        AND NOT EXISTS (SELECT FROM import_products WHERE import_products.id = products.id)
    GROUP BY products.id
) AS left_over
WHERE left_over.id = products.id
    AND (products.price_from_minor, products.price_to_minor)
        IS DISTINCT FROM (left_over.price_from_minor, left_over.price_to_minor)
"""

# The pictures of a product are those of its lines in the file, and no others.
_MERGE_MEDIA = """
WITH merged AS (
    MERGE INTO media AS picture
    USING (
        SELECT
            product.id AS product_id,
            product.name AS alt_text,
            seen.image_url,
            row_number() OVER (PARTITION BY product.id ORDER BY seen.line) - 1 AS position
        FROM (
            SELECT product, image_url, min(line) AS line
            FROM import_articles
            WHERE image_url IS NOT NULL
            GROUP BY product, image_url
        ) AS seen
        JOIN import_products AS product ON product.external_id = seen.product
    ) AS staged
    ON picture.product_id = staged.product_id AND picture.position = staged.position
    WHEN MATCHED
        AND (picture.url, picture.alt_text) IS DISTINCT FROM (staged.image_url, staged.alt_text)
        THEN UPDATE SET url = staged.image_url, alt_text = staged.alt_text
    WHEN NOT MATCHED THEN INSERT (product_id, position, url, alt_text)
        VALUES (staged.product_id, staged.position, staged.image_url, staged.alt_text)
    WHEN NOT MATCHED BY SOURCE AND picture.product_id IN (SELECT id FROM import_products)
        THEN DELETE
    RETURNING picture.product_id
)
INSERT INTO import_changed SELECT product_id FROM merged
"""

# The kind is that of all values in the shop, so that a filter by number never meets a word. The
# name is only a first proposal, which staff may have improved.
_MERGE_ATTRIBUTE_DEFINITIONS = r"""
MERGE INTO attribute_definitions AS definition
USING (
    SELECT key, kind, upper(left(words, 1)) || substr(words, 2) AS name
    FROM (
        SELECT
            key,
            CASE
                WHEN bool_and(value IN ('yes', 'no')) THEN 'BOOLEAN'
                WHEN bool_and(value ~ '^-?[0-9]+(\.[0-9]+)?$') THEN 'NUMBER'
                ELSE 'TEXT'
            END AS kind
        FROM products
        CROSS JOIN jsonb_each(attributes) AS attribute (key, list)
        CROSS JOIN jsonb_array_elements_text(list) AS value
        GROUP BY key
    ) AS kinds
    CROSS JOIN trim(regexp_replace(key, '_+', ' ', 'g')) AS words
) AS found
ON definition.key = found.key
WHEN MATCHED AND definition.kind <> found.kind THEN UPDATE SET kind = found.kind
WHEN NOT MATCHED THEN INSERT (key, name, kind) VALUES (found.key, found.name, found.kind)
"""

FINISH = (_FOLLOW_MOVED_VARIANTS, _MERGE_MEDIA, _MERGE_ATTRIBUTE_DEFINITIONS)

# Orders lock the stock of their variants in the order of the ids; to lock in the same order before
# the merge does keeps the two from waiting for each other. (The count only keeps the rows there.)
_LOCK_STOCK = """
SELECT count(*) FROM (
    SELECT FROM stock_levels AS level
    JOIN variants ON variants.id = level.variant_id
    JOIN import_articles AS article ON article.sku = variants.sku
    WHERE level.on_hand <> article.on_hand
    ORDER BY level.variant_id
    FOR UPDATE OF level
) AS locked
"""

# What is reserved was promised to orders: the count of the file may not take it away.
_MERGE_STOCK = """
WITH merged AS (
    MERGE INTO stock_levels AS level
    USING (
        SELECT variants.id AS variant_id, article.on_hand
        FROM import_articles AS article
        JOIN variants ON variants.sku = article.sku
    ) AS staged
    ON level.variant_id = staged.variant_id
    WHEN MATCHED AND level.on_hand <> greatest(staged.on_hand, level.reserved)
        THEN UPDATE SET on_hand = greatest(staged.on_hand, level.reserved)
    WHEN NOT MATCHED THEN INSERT (variant_id, on_hand) VALUES (staged.variant_id, staged.on_hand)
    RETURNING level.variant_id
)
INSERT INTO import_changed
SELECT variants.product_id FROM merged JOIN variants ON variants.id = merged.variant_id
"""

# It comes last but for the events, because orders wait for these rows until the import commits.
STOCK = (_LOCK_STOCK, _MERGE_STOCK)

CHANGED = """
SELECT DISTINCT product_id FROM import_changed WHERE product_id IS NOT NULL ORDER BY product_id
"""

# Plans of the first minutes would otherwise be made for the tables as they were.
ANALYZE_SHOP = "ANALYZE categories, products, variants, media, attribute_definitions, stock_levels"
