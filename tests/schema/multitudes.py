"""Rows by the ten thousand, for a shop of as many products, in SQL that writes them at once.

Every join is by an equality: PostgreSQL compares all rows with all others otherwise.
"""

# Twenty thousand carts of two lines, whose secrets are `secret 1` and so on.
MANY_CARTS = [
    """INSERT INTO carts (secret_hash, currency, expires_at)
    SELECT sha256(convert_to('secret ' || n, 'UTF8')), 'EUR', now()
    FROM generate_series(1, 20000) n""",
    """INSERT INTO cart_lines (cart_id, variant_id, quantity, seen_price_minor)
    SELECT cart.id, variant.id, 1, 1
    FROM (SELECT id, row_number() OVER () AS n FROM carts) cart
    CROSS JOIN generate_series(0, 1) step
    JOIN (SELECT id, row_number() OVER () AS n FROM variants LIMIT 20000) variant
    ON variant.n = cart.n + step""",
]

# Twenty thousand accounts of two addresses.
MANY_ACCOUNTS = [
    """INSERT INTO accounts (email, password_hash)
    SELECT 'account-' || n || '@example.com', '' FROM generate_series(1, 20000) n""",
    """INSERT INTO addresses (account_id, recipient, line1, postal_code, city, country_code)
    SELECT id, 'Ann', 'Main Street 1', '53111', 'Bonn', 'DE'
    FROM accounts, generate_series(1, 2)""",
]
# An order of two lines for each account; one account sells twenty of the products.
MANY_ORDERS = [
    """UPDATE products SET merchant_id = (SELECT id FROM accounts LIMIT 1)
    WHERE id IN (SELECT id FROM products LIMIT 20)""",
    """INSERT INTO orders (account_id, email, status, currency, subtotal_minor, shipping_minor,
        total_minor, shipping_method, shipping_address)
    SELECT id, email, (ARRAY['delivered', 'shipped', 'pending'])[1 + n % 3], 'EUR', 2, 0, 2,
        'standard', '{}'
    FROM (SELECT id, email, row_number() OVER () AS n FROM accounts) account""",
    """INSERT INTO payments (order_id, provider, token, amount_minor, currency)
    SELECT id, 'sandbox', 'success', 2, 'EUR' FROM orders""",
    """INSERT INTO order_lines (order_id, position, variant_id, sku, name, quantity,
        unit_price_minor, total_minor)
    SELECT orders.id, position, variant.id, '', '', 1, 1, 1
    FROM (SELECT id, row_number() OVER () AS n FROM orders) orders
    CROSS JOIN generate_series(1, 2) position
    JOIN (SELECT id, row_number() OVER () AS n FROM variants) variant
    ON variant.n = orders.n + position""",
]

# Two events of each order, of which one in a hundred has no position yet.
MANY_EVENTS = [
    """INSERT INTO events (position, aggregate_type, aggregate_id, sequence, type, correlation_id,
        payload)
    SELECT CASE WHEN n % 100 > 0 THEN n END, 'order', orders.id, 1 + n % 2, 'order.placed', '', '{}'
    FROM (SELECT id, row_number() OVER () AS m FROM orders) orders
    CROSS JOIN generate_series(2 * m, least(2 * m + 1, 40000)) n""",
    "UPDATE event_counter SET last_position = 40000",
]

MANY = MANY_ACCOUNTS + MANY_CARTS + MANY_ORDERS + MANY_EVENTS
