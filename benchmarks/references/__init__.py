"""What PyShop is measured against: the same operations on the same tables, written by hand.

`limit` is the least that can be done, `rows` what a careful developer does without GraphQL, and
`plain` what Strawberry's documentation leads to. They are frozen: tuning them would move the goal.

Each has a `create_app` for `uvicorn --factory`, and reads `BENCH_DATABASE_URL`, a database that
PyShop migrated. `plain` answers the documents of `benchmarks/operations` at `POST /graphql`;
`limit` and `rows` take a document's variables alone at `POST /{operation}`. All three take
PyShop's headers: `X-Cart-Secret` opens a cart, and `Authorization` carries an access token, which
is read with the key in `PYSHOP_SECRET_KEY`. A whole checkout is two requests: `cart_create`, then
`checkout` with the secret that the first one told.

What they leave out of a write: idempotency keys, expected versions, budgets, declined payments,
carts of accounts and rarer refusals. What they do is whole: lines, stock, order, payment, the
provider's books and the events. Of searches, they leave out those without words.
"""
