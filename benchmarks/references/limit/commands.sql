-- What writes: each function is one round trip and, called alone, one transaction.

-- Tells the type of the first error that keeps the lines out of a cart; null where nothing does.
CREATE OR REPLACE FUNCTION bench_refusal(
    cart uuid, cart_currency text, variant_ids uuid[], quantities int[]
) RETURNS text LANGUAGE sql STABLE AS $$
    WITH wanted AS (
        SELECT variant_id, min(place) AS place, sum(quantity) AS quantity, min(quantity) AS least
        FROM unnest(variant_ids, quantities) WITH ORDINALITY AS line (variant_id, quantity, place)
        GROUP BY variant_id
    ),
    offers AS (
        SELECT
            wanted.place,
            p.status = 'active' AS on_sale,
            least BETWEEN 1 AND 999
                AND wanted.quantity + coalesce(l.quantity, 0) <= 999 AS in_range,
            v.currency = coalesce(cart_currency, first_value(v.currency) OVER (ORDER BY place))
                AS fits,
            wanted.quantity + coalesce(l.quantity, 0) <= coalesce(s.on_hand - s.reserved, 0)
                AS in_stock
        FROM wanted
        LEFT JOIN variants v ON v.id = wanted.variant_id
        LEFT JOIN products p ON p.id = v.product_id
        LEFT JOIN stock_levels s ON s.variant_id = v.id
        LEFT JOIN cart_lines l ON l.variant_id = v.id AND l.cart_id = cart
    )
    SELECT CASE
        WHEN on_sale IS NOT TRUE THEN 'VariantNotFound'
        WHEN NOT in_range THEN 'QuantityOutOfRange'
        WHEN NOT fits THEN 'CurrencyMismatch'
        ELSE 'OutOfStock'
    END
    FROM offers
    WHERE NOT (coalesce(on_sale, false) AND in_range AND fits AND in_stock)
    ORDER BY place
    LIMIT 1
$$;

CREATE OR REPLACE FUNCTION bench_write_lines(cart uuid, variant_ids uuid[], quantities int[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO cart_lines AS held (cart_id, variant_id, quantity, seen_price_minor)
    SELECT cart, v.id, sum(line.quantity), v.price_minor
    FROM unnest(variant_ids, quantities) AS line (variant_id, quantity)
    JOIN variants v ON v.id = line.variant_id
    GROUP BY v.id
    ORDER BY v.id
    ON CONFLICT (cart_id, variant_id) DO UPDATE SET
        quantity = held.quantity + excluded.quantity,
        seen_price_minor = excluded.seen_price_minor,
        updated_at = now();
    UPDATE carts SET
        version = version + 1,
        currency = coalesce(
            currency, (SELECT v.currency FROM variants v WHERE v.id = variant_ids[1])
        ),
        expires_at = now() + interval '30 days',
        updated_at = now()
    WHERE id = cart;
END $$;

CREATE OR REPLACE FUNCTION bench_cart_create(secret text, variant_ids uuid[], quantities int[])
RETURNS json LANGUAGE plpgsql AS $$
DECLARE
    refusal text := bench_refusal(NULL, NULL, variant_ids, quantities);
    cart uuid;
BEGIN
    IF refusal IS NOT NULL THEN
        RETURN json_build_object('secret', NULL, 'cart', NULL, 'errors', bench_errors(refusal));
    END IF;
    INSERT INTO carts (secret_hash, expires_at)
    VALUES (sha256(convert_to(secret, 'UTF8')), now() + interval '30 days')
    RETURNING id INTO cart;
    PERFORM bench_write_lines(cart, variant_ids, quantities);
    RETURN json_build_object('secret', secret, 'cart', bench_cart(cart), 'errors', '[]'::json);
END $$;

CREATE OR REPLACE FUNCTION bench_cart_add(secret bytea, variant_ids uuid[], quantities int[])
RETURNS json LANGUAGE plpgsql AS $$
DECLARE
    cart carts;
    refusal text;
BEGIN
    SELECT * INTO cart FROM carts WHERE secret_hash = secret AND status = 'open' FOR UPDATE;
    IF NOT FOUND THEN
        refusal := 'CartNotFound';
    ELSE
        refusal := bench_refusal(cart.id, cart.currency, variant_ids, quantities);
    END IF;
    IF refusal IS NOT NULL THEN
        RETURN json_build_object('cart', NULL, 'errors', bench_errors(refusal));
    END IF;
    PERFORM bench_write_lines(cart.id, variant_ids, quantities);
    RETURN json_build_object('cart', bench_cart(cart.id), 'errors', '[]'::json);
END $$;

CREATE OR REPLACE FUNCTION bench_record(o orders, type text, sequence int) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO events (
        aggregate_type, aggregate_id, sequence, type, correlation_id, payload, subjects
    ) VALUES (
        'order', o.id, sequence, type, '-', bench_order_payload(o)::jsonb,
        ARRAY(SELECT variant_id FROM order_lines WHERE order_id = o.id)
    )
$$;

-- The first step of a checkout; one of `refusal` and `payment` is null.
CREATE OR REPLACE FUNCTION bench_place_order(
    wanted uuid, secret bytea, email text, method text, token text, address jsonb,
    OUT refusal text, OUT payment uuid, OUT amount bigint, OUT currency text
) LANGUAGE plpgsql AS $$
DECLARE
    cart carts;
    placed orders;
    shipping bigint;
BEGIN
    SELECT * INTO cart FROM carts WHERE id = wanted AND secret_hash = secret AND status = 'open'
    FOR UPDATE;
    IF NOT FOUND THEN
        refusal := 'CartNotFound';
        RETURN;
    END IF;
    PERFORM FROM stock_levels s JOIN cart_lines l USING (variant_id) WHERE l.cart_id = cart.id
    ORDER BY s.variant_id FOR UPDATE OF s;
    SELECT CASE
        WHEN count(*) = 0 THEN 'CartEmpty'
        WHEN bool_or(p.status <> 'active') THEN 'OutOfStock'
        WHEN bool_or(v.price_minor <> l.seen_price_minor) THEN 'PriceChanged'
        WHEN bool_or(l.quantity > coalesce(s.on_hand - s.reserved, 0)) THEN 'OutOfStock'
    END INTO refusal
    FROM cart_lines l
    JOIN variants v ON v.id = l.variant_id
    JOIN products p ON p.id = v.product_id
    LEFT JOIN stock_levels s ON s.variant_id = v.id
    WHERE l.cart_id = cart.id;
    SELECT price_minor INTO shipping FROM shipping_methods m
    WHERE m.code = method AND m.currency = cart.currency;
    IF refusal IS NULL AND shipping IS NULL THEN
        refusal := 'ShippingMethodUnavailable';
    END IF;
    IF refusal IS NOT NULL THEN
        RETURN;
    END IF;
    UPDATE stock_levels s SET reserved = reserved + l.quantity
    FROM cart_lines l WHERE l.cart_id = cart.id AND s.variant_id = l.variant_id;
    INSERT INTO orders (
        cart_id, account_id, secret_hash, email, currency, subtotal_minor, shipping_minor,
        total_minor, shipping_method, shipping_address
    )
    SELECT
        cart.id, cart.account_id, cart.secret_hash, email, cart.currency,
        sum(l.quantity * l.seen_price_minor), shipping,
        sum(l.quantity * l.seen_price_minor) + shipping, method, address
    FROM cart_lines l WHERE l.cart_id = cart.id
    RETURNING * INTO placed;
    INSERT INTO order_lines (
        order_id, position, variant_id, sku, name, quantity, unit_price_minor, total_minor
    )
    SELECT
        placed.id, row_number() OVER (ORDER BY l.id), v.id, v.sku, v.name, l.quantity,
        v.price_minor, l.quantity * v.price_minor
    FROM cart_lines l JOIN variants v ON v.id = l.variant_id WHERE l.cart_id = cart.id;
    amount := placed.total_minor;
    currency := placed.currency;
    INSERT INTO payments (order_id, provider, token, amount_minor, currency)
    VALUES (placed.id, 'sandbox', token, amount, currency)
    RETURNING id INTO payment;
    UPDATE carts SET status = 'ordered', version = version + 1, updated_at = now()
    WHERE id = cart.id;
    PERFORM bench_record(placed, 'order.placed', 1);
END $$;

-- The last step: what the provider charged is written, and the stock leaves the shop.
CREATE OR REPLACE FUNCTION bench_confirm_order(charged uuid) RETURNS json LANGUAGE plpgsql AS $$
DECLARE
    confirmed orders;
BEGIN
    PERFORM FROM orders o JOIN payments p ON p.order_id = o.id WHERE p.id = charged FOR UPDATE;
    UPDATE payments SET status = 'succeeded', reference = 'sandbox-' || id, updated_at = now()
    WHERE id = charged;
    UPDATE orders SET status = 'confirmed', version = version + 1, updated_at = now()
    WHERE id = (SELECT order_id FROM payments WHERE id = charged)
    RETURNING * INTO confirmed;
    PERFORM FROM stock_levels s JOIN order_lines l USING (variant_id)
    WHERE l.order_id = confirmed.id ORDER BY s.variant_id FOR UPDATE OF s;
    UPDATE stock_levels s SET on_hand = on_hand - quantity, reserved = reserved - quantity
    FROM order_lines l WHERE l.order_id = confirmed.id AND s.variant_id = l.variant_id;
    PERFORM bench_record(confirmed, 'order.confirmed', 2);
    RETURN json_build_object('order', bench_order(confirmed), 'errors', '[]'::json);
END $$;
