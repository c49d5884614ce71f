"""The first half of the SQL: lines are staged in temporary tables and become products' rows.

The temporary tables are `import_articles` (one row a line), `import_categories` (one row a node of
the shop's tree) and `import_products` (the row that each product shall have).
"""

ARTICLE_COLUMNS = (
    "line",
    "text",
    "product",
    "article_id",
    "sku",
    "mpn",
    "name",
    "slug",
    "brand",
    "description",
    "category",
    "eans",
    "options",
    "price_minor",
    "currency",
    "released",
    "attributes",
    "image_url",
    "on_hand",
)

# `product` is an external id. `text` is kept for rejects that only a comparison of lines finds.
CREATE_ARTICLES = """
CREATE TEMPORARY TABLE import_articles (
    line bigint, text varchar, product varchar, article_id varchar, sku varchar, mpn varchar,
    name varchar, slug varchar, brand varchar, description varchar, category varchar[],
    eans varchar[], options jsonb, price_minor bigint, currency varchar, released date,
    attributes jsonb, image_url varchar, on_hand integer
) ON COMMIT DROP
"""

# The sorts and hashes below are of the whole file, which the default of 4 MB would send to disk.
MORE_MEMORY = "SET LOCAL work_mem = '32MB'"

# Autovacuum does not see temporary tables, and the planner would take them for almost empty.
ANALYZE_ARTICLES = "ANALYZE import_articles"
ANALYZE_PRODUCTS = "ANALYZE import_products"

# A second import or an edit by staff must not take a slug or a SKU between our look at it and
# our use of it. Reading goes on, and so do carts and orders, whose foreign keys need less.
LOCK_CATALOGUE = """
LOCK TABLE categories, products, variants, media, attribute_definitions
IN SHARE ROW EXCLUSIVE MODE
"""

# Of the lines that share a value the first is taken.
_DELETE_REPEATED = """
DELETE FROM import_articles AS article
USING (
    SELECT line, first_value(line) OVER (PARTITION BY {column} ORDER BY line) AS first_line
    FROM import_articles
) AS seen
WHERE article.line = seen.line AND seen.first_line < seen.line
RETURNING article.line, 'line ' || seen.first_line || ' has it already' AS error, article.text
"""

# A product that was made by hand is not the import's to take a variant from.
_DELETE_FOREIGN_SKU = """
DELETE FROM import_articles AS article
USING variants, products
WHERE variants.sku = article.sku
    AND products.id = variants.product_id
    AND products.external_id IS NULL
RETURNING
    article.line,
    'it belongs to the product ' || products.slug || ', which was not imported' AS error,
    article.text
"""

_DELETE_OTHER_CURRENCY = """
DELETE FROM import_articles AS article
USING (
    SELECT line, first_value(currency) OVER (PARTITION BY product ORDER BY line) AS currency
    FROM import_articles
) AS first
WHERE article.line = first.line AND article.currency <> first.currency
RETURNING
    article.line, 'the first of its group is priced in ' || first.currency AS error, article.text
"""

# A new currency cascades to all variants of a product, and would change what the prices of those
# mean that the file does not have.
_DELETE_SHOPS_CURRENCY = """
DELETE FROM import_articles AS article
USING products
WHERE products.external_id = article.product
    AND products.currency <> article.currency
    AND EXISTS (
        SELECT FROM variants
        WHERE variants.product_id = products.id
            AND NOT EXISTS (SELECT FROM import_articles AS other WHERE other.sku = variants.sku)
    )
RETURNING
    article.line,
    'the product has other variants, priced in ' || products.currency AS error,
    article.text
"""

# What makes a line bad that is well formed by itself: the field at fault and the statement that
# takes such lines away, in the order in which they are run.
REJECTIONS = (
    ("id", _DELETE_REPEATED.format(column="article_id")),
    ("sku", _DELETE_REPEATED.format(column="sku")),
    ("slug", _DELETE_REPEATED.format(column="slug")),
    ("sku", _DELETE_FOREIGN_SKU),
    ("currency", _DELETE_OTHER_CURRENCY),
    ("currency", _DELETE_SHOPS_CURRENCY),
)

CATEGORY_TREE = """
WITH RECURSIVE tree AS (
    SELECT id, path, ARRAY[name] AS names FROM categories WHERE parent_id IS NULL
    UNION ALL
    SELECT child.id, child.path, tree.names || child.name
    FROM tree JOIN categories AS child ON child.parent_id = tree.id
)
SELECT id, path, names FROM tree
"""

CREATE_CATEGORIES = f"""
CREATE TEMPORARY TABLE import_categories ON COMMIT DROP AS {CATEGORY_TREE}
"""

# The ids are chosen here, in the order of the file, so that the rows of a product can be joined to
# it before it is inserted, and ids of new products sort as the file does.
CREATE_PRODUCTS = """
CREATE TEMPORARY TABLE import_products ON COMMIT DROP AS
SELECT
    coalesce(existing.id, uuidv7()) AS id,
    first.product AS external_id,
    category.id AS category_id,
    first.slug,
    first.name,
    first.description,
    first.brand,
    first.currency,
    first.attributes,
    members.released_on,
    members.price_from_minor,
    members.price_to_minor
FROM (SELECT DISTINCT ON (product) * FROM import_articles ORDER BY product, line) AS first
JOIN (
    SELECT
        product,
        min(released) AS released_on,
        min(price_minor) AS price_from_minor,
        max(price_minor) AS price_to_minor
    FROM import_articles
    GROUP BY product
) AS members USING (product)
JOIN import_categories AS category ON category.names = first.category
LEFT JOIN products AS existing ON existing.external_id = first.product
ORDER BY first.line
"""

# The common prefix of many names is that of the first and the last of them in byte order. The
# blank after each name lets a name that is the beginning of another one count as a whole. A word
# that the prefix cuts ("1.5 m" and "1.0 m" leave "1.") goes, and so do separators at the end.
_SET_GROUP_NAMES = r"""
UPDATE import_products
SET name = common.name
FROM (
    SELECT
        product,
        rtrim(
            regexp_replace(
                left(lowest, (
                    SELECT max(length) FROM generate_series(0, length(lowest)) AS length
                    WHERE left(lowest, length) = left(highest, length)
                )),
                '[^-\s/|(\[;:+&_]+$', ''
            ),
            E' -/|([;:+&_.,\t\n'
        ) AS name
    FROM (
        SELECT
            product,
            min((name || ' ') COLLATE "C") AS lowest,
            max((name || ' ') COLLATE "C") AS highest
        FROM import_articles
        GROUP BY product
        HAVING count(*) > 1
    ) AS names
) AS common
WHERE common.product = import_products.external_id
    AND length(common.name) * 2 >= length(import_products.name)
"""

# Values that are equal in all members are their own union, so that one rule serves for all keys.
_SET_GROUP_ATTRIBUTES = """
UPDATE import_products
SET attributes = merged.attributes
FROM (
    SELECT product, jsonb_object_agg(key, list) AS attributes
    FROM (
        SELECT product, key, jsonb_agg(value ORDER BY line, place) AS list
        FROM (
            SELECT DISTINCT ON (product, key, value) product, key, value, line, place
            FROM import_articles
            CROSS JOIN jsonb_each(attributes) AS attribute (key, list)
            CROSS JOIN jsonb_array_elements(list) WITH ORDINALITY AS element (value, place)
            WHERE starts_with(product, 'group:')
            ORDER BY product, key, value, line, place
        ) AS distinct_values
        GROUP BY product, key
    ) AS lists
    GROUP BY product
) AS merged
WHERE merged.product = import_products.external_id
"""

# Variants that the file does not have stay on sale and count for the span of prices.
_WIDEN_PRICES = """
UPDATE import_products
SET price_from_minor = least(import_products.price_from_minor, absent.price_from_minor),
    price_to_minor = greatest(import_products.price_to_minor, absent.price_to_minor)
FROM (
    SELECT product_id, min(price_minor) AS price_from_minor, max(price_minor) AS price_to_minor
    FROM variants
    WHERE NOT EXISTS (SELECT FROM import_articles WHERE import_articles.sku = variants.sku)
    GROUP BY product_id
) AS absent
WHERE absent.product_id = import_products.id
"""

# A product that was given a suffix keeps it, even when the slug without one has become free:
# links point at it, and a second run must not differ from the first.
_KEEP_SUFFIXED_SLUGS = """
UPDATE import_products
SET slug = products.slug
FROM products
WHERE products.id = import_products.id
    AND starts_with(products.slug, import_products.slug || '-')
    AND substr(products.slug, length(import_products.slug) + 2) ~ '^[0-9]+$'
"""

# Slugs are unique within the file and a suffix has no hyphen, so that two products cannot come to
# the same slug here. The series stands in a SELECT list because it then stops at the first number
# that is free; as a table it would be made in full.
_SUFFIX_TAKEN_SLUGS = """
UPDATE import_products AS mine
SET slug = (
    SELECT mine.slug || '-' || number
    FROM (SELECT generate_series(2, 1000000000) AS number) AS numbers
    WHERE NOT EXISTS (SELECT FROM products WHERE slug = mine.slug || '-' || number)
        AND NOT EXISTS (
            SELECT FROM import_products AS other WHERE other.slug = mine.slug || '-' || number
        )
    LIMIT 1
)
WHERE EXISTS (
    SELECT FROM products WHERE products.slug = mine.slug AND products.id <> mine.id
)
"""

# What turns the first article of each product into the product's row, in this order.
COMPLETE_PRODUCTS = (
    _SET_GROUP_NAMES,
    _SET_GROUP_ATTRIBUTES,
    _WIDEN_PRICES,
    _KEEP_SUFFIXED_SLUGS,
    _SUFFIX_TAKEN_SLUGS,
)
