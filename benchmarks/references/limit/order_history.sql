-- $1 the account, $2 how many
WITH found AS MATERIALIZED (
    SELECT *, row_number() OVER (ORDER BY id DESC) AS place
    FROM orders
    WHERE account_id = $1
    ORDER BY id DESC
    LIMIT $2::int + 1
)
SELECT json_build_object('data', json_build_object('viewer', (
    SELECT json_build_object(
        'id', bench_id('account', a.id),
        'orders', json_build_object(
            'nodes', (
                SELECT coalesce(json_agg(row_to_json(node) ORDER BY place), '[]')
                FROM found o
                CROSS JOIN LATERAL (
                    SELECT
                        bench_id('order', o.id) AS id,
                        o.number,
                        upper(o.status) AS status,
                        bench_moment(o.placed_at) AS "placedAt",
                        bench_money(o.total_minor, o.currency) AS total,
                        (
                            SELECT json_build_object(
                                'nodes', coalesce(json_agg(row_to_json(line)), '[]')
                            )
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
                                LIMIT 3
                            ) line
                        ) AS lines
                ) node
                WHERE place <= $2::int
            ),
            'pageInfo', json_build_object('hasNextPage', (SELECT count(*) FROM found) > $2::int)
        )
    )
    FROM accounts a
    WHERE a.id = $1
)))::text
