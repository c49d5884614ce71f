-- What the statements share: amounts, moments, cursors and carts as the graph shows them.
-- PostgreSQL writes an SQL function into the statement that calls it where all of it is immutable,
-- as `encode` is and `convert_from` is not: otherwise each call costs ten times as much.

CREATE OR REPLACE FUNCTION bench_amount(minor bigint, currency text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
    CASE
        WHEN currency IN (
            'BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX',
            'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF'
        ) THEN minor::text
        WHEN currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND')
            THEN (minor / 1000)::text || '.' || lpad((minor % 1000)::text, 3, '0')
        ELSE (minor / 100)::text || '.' || lpad((minor % 100)::text, 2, '0')
    END;

CREATE OR REPLACE FUNCTION bench_money(minor bigint, currency text) RETURNS json
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
    (
        '{"amount":"' || bench_amount(minor, currency) || '","currency":"' || currency || '"}'
    )::json;

CREATE OR REPLACE FUNCTION bench_cursor(place text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE RETURN
    translate(encode(convert_to(place, 'UTF8'), 'base64'), E'+/=\n', '-_');

-- As Python writes a moment: without a fraction of a second where there is none.
CREATE OR REPLACE FUNCTION bench_moment(moment timestamptz) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE RETURN
    to_char(moment AT TIME ZONE 'UTC', CASE
        WHEN date_part('microseconds', moment)::int % 1000000 = 0 THEN 'YYYY-MM-DD"T"HH24:MI:SS'
        ELSE 'YYYY-MM-DD"T"HH24:MI:SS.US'
    END) || '+00:00';

CREATE OR REPLACE FUNCTION bench_cart(cart uuid) RETURNS json
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    WITH priced AS (
        SELECT
            l.id, l.quantity, l.seen_price_minor, l.variant_id, v.sku, v.name, c.currency,
            CASE WHEN p.status = 'active' AND v.currency = c.currency THEN v.price_minor END
                AS price_minor,
            p.status = 'active' AS on_sale,
            coalesce(s.on_hand - s.reserved, 0) > 0 AS in_stock
        FROM cart_lines l
        JOIN carts c ON c.id = l.cart_id
        JOIN variants v ON v.id = l.variant_id
        JOIN products p ON p.id = v.product_id
        LEFT JOIN stock_levels s ON s.variant_id = v.id
        WHERE l.cart_id = cart
    )
    SELECT row_to_json(node)
    FROM carts c
    CROSS JOIN LATERAL (
        SELECT
            bench_id('cart', c.id) AS id,
            c.version,
            (SELECT coalesce(sum(quantity), 0) FROM priced) AS "itemCount",
            bench_money(
                (SELECT coalesce(sum(quantity * price_minor), 0)::bigint FROM priced), c.currency
            ) AS subtotal,
            (
                SELECT json_build_object('nodes', coalesce(json_agg(row_to_json(line)), '[]'))
                FROM (
                    SELECT
                        bench_id('cart_line', id) AS id,
                        quantity,
                        coalesce(price_minor <> seen_price_minor, false) AS "priceChanged",
                        bench_money(price_minor, currency) AS "unitPrice",
                        bench_money(price_minor * quantity, currency) AS total,
                        CASE WHEN on_sale THEN json_build_object(
                            'id', bench_id('variant', variant_id),
                            'sku', sku,
                            'name', name,
                            'inStock', in_stock
                        ) END AS variant
                    FROM priced
                    ORDER BY priced.id
                    LIMIT 20
                ) line
            ) AS lines
    ) node
    WHERE c.id = cart;
END;

CREATE OR REPLACE FUNCTION bench_errors(type text) RETURNS json
LANGUAGE sql STABLE PARALLEL SAFE RETURN json_build_array(json_build_object('__typename', type));

CREATE OR REPLACE FUNCTION bench_order(o orders) RETURNS json
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT row_to_json(node)
    FROM (
        SELECT
            bench_id('order', o.id) AS id,
            o.number,
            upper(o.status) AS status,
            o.version,
            o.email,
            bench_moment(o.placed_at) AS "placedAt",
            bench_money(o.subtotal_minor, o.currency) AS subtotal,
            bench_money(o.shipping_minor, o.currency) AS shipping,
            bench_money(o.total_minor, o.currency) AS total,
            (
                SELECT json_build_object('code', code, 'name', name)
                FROM shipping_methods m
                WHERE m.code = o.shipping_method AND m.currency = o.currency
            ) AS "shippingMethod",
            json_build_object(
                'recipient', o.shipping_address -> 'recipient',
                'line1', o.shipping_address -> 'line1',
                'postalCode', o.shipping_address -> 'postal_code',
                'city', o.shipping_address -> 'city',
                'countryCode', o.shipping_address -> 'country_code'
            ) AS "shippingAddress",
            (
                SELECT json_build_object('nodes', coalesce(json_agg(row_to_json(line)), '[]'))
                FROM (
                    SELECT
                        sku,
                        name,
                        quantity,
                        bench_money(unit_price_minor, o.currency) AS "unitPrice",
                        bench_money(total_minor, o.currency) AS total
                    FROM order_lines
                    WHERE order_id = o.id
                    ORDER BY position
                    LIMIT 20
                ) line
            ) AS lines,
            (
                SELECT json_build_object('nodes', json_agg(json_build_object(
                    'status', upper(p.status), 'amount', bench_money(p.amount_minor, p.currency)
                )))
                FROM payments p
                WHERE p.order_id = o.id
            ) AS payments
    ) node;
END;

CREATE OR REPLACE FUNCTION bench_payload_money(minor bigint, currency text) RETURNS json
LANGUAGE sql STABLE PARALLEL SAFE RETURN json_build_object(
    'amount', bench_amount(minor, currency), 'currency', currency, 'minorUnits', minor
);

-- What an event tells of an order: the whole of it, as in `services/event_types.py`.
CREATE OR REPLACE FUNCTION bench_order_payload(o orders) RETURNS json
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT json_build_object(
        'id', bench_id('order', o.id),
        'number', o.number,
        'status', upper(o.status),
        'version', o.version,
        'placedAt', bench_moment(o.placed_at),
        'accountId', bench_id('account', o.account_id),
        'email', o.email,
        'currency', o.currency,
        'subtotal', bench_payload_money(o.subtotal_minor, o.currency),
        'shipping', bench_payload_money(o.shipping_minor, o.currency),
        'total', bench_payload_money(o.total_minor, o.currency),
        'shippingMethod', o.shipping_method,
        'shippingAddress', json_build_object(
            'recipient', o.shipping_address -> 'recipient',
            'line1', o.shipping_address -> 'line1',
            'line2', o.shipping_address -> 'line2',
            'postalCode', o.shipping_address -> 'postal_code',
            'city', o.shipping_address -> 'city',
            'region', o.shipping_address -> 'region',
            'countryCode', o.shipping_address -> 'country_code'
        ),
        'lines', json_agg(json_build_object(
            'variantId', bench_id('variant', l.variant_id),
            'sku', l.sku,
            'name', l.name,
            'quantity', l.quantity,
            'unitPrice', bench_payload_money(l.unit_price_minor, o.currency),
            'total', bench_payload_money(l.total_minor, o.currency)
        ) ORDER BY l.position)
    )
    FROM order_lines l
    WHERE l.order_id = o.id;
END;
