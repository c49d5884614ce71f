"""Accounts and their addresses."""

from datetime import datetime

import strawberry

from execution.connections import Connection
from execution.fields import derived, reads, root
from execution.rows import rows
from loaders.accounts import (
    AccountRow,
    AddressRow,
    accounts_by_id,
    addresses_by_account,
    addresses_by_id,
)
from resolvers import accounts
from schema.nodes import Node, public_id
from schema.shared import publish_enum
from services.accounts import Role

publish_enum(
    Role,
    "What an account may do; each may also do what those before it may.",
    {
        "CUSTOMER": "It may buy, and sees its own cart and orders.",
        "MERCHANT": "It may also tend its own products, and the orders of them.",
        "ADMIN": "It may tend every product and every order, and see every account.",
    },
)


@rows(AddressRow, prefix="address", by_id=addresses_by_id)
@strawberry.type(description="An address that an account keeps, to have orders sent there.")
class Address(Node):
    id: strawberry.ID = public_id("address")
    recipient: str = strawberry.field(description="The name on the parcel.")
    line1: str = strawberry.field(description="The street and the number.")
    line2: str = strawberry.field(description="What the first line had no room for, or empty.")
    postal_code: str = strawberry.field(description="The postal code, as the country writes it.")
    city: str = strawberry.field(description="The city or town, without its postal code.")
    region: str = strawberry.field(description="The state or province, or empty.")
    country_code: str = strawberry.field(
        description="The two letters of the country in ISO 3166-1, such as DE."
    )


@rows(AccountRow, prefix="account", by_id=accounts_by_id)
@strawberry.type(
    description="Somebody who can log in, customer or staff; only they and admins see it."
)
class Account(Node):
    id: strawberry.ID = public_id("account")
    email: str = strawberry.field(
        description="The e-mail address that it logs in with, in lower case."
    )
    name: str = strawberry.field(
        description="How it wants to be called, up to 200 characters, or empty."
    )
    role: Role = derived(
        lambda row: Role(row.role), "role", description="What it may do in the shop."
    )
    created_at: datetime = strawberry.field(description="When it was registered.")
    addresses: Connection[Address] = reads(
        addresses_by_account, description="Its addresses, at most 50, the oldest first."
    )


@strawberry.type
class AccountQuery:
    viewer: Account | None = root(
        accounts.viewer,
        description="The account whose token the request carries; null where nobody is logged in.",
    )
