-- $1 the SHA-256 of the cart's secret
SELECT json_build_object('data', json_build_object('cart', (
    SELECT bench_cart(id) FROM carts WHERE secret_hash = $1 AND status = 'open'
)))::text
