"""The root fields that are for some callers only, and what each caller gets of them."""

from collections.abc import Mapping
from typing import Any

from tests.factories import PASSWORD
from tests.schema import catalog_documents
from tests.schema.authorisation import CUSTOMERS, FORBIDDEN, UNAUTHENTICATED, WITHOUT_ACCOUNT

_TO_NOBODY = dict.fromkeys(WITHOUT_ACCOUNT, UNAUTHENTICATED)
_TO_SHOPPERS = {**_TO_NOBODY, **dict.fromkeys(CUSTOMERS, FORBIDDEN)}

# By selections of Query, what each caller is shown.
QUERIES: dict[str, tuple[str, Mapping[str, Any]]] = {
    "orders": (
        "orders { nodes { number } }",
        {
            **_TO_SHOPPERS,
            "another merchant": {"nodes": []},
            "a merchant of it": {"nodes": [{"number": 7}]},
            "an admin": {"nodes": [{"number": 8}, {"number": 7}]},
        },
    )
}

# By selections of Mutation, to whom it is refused. What others may do by it depends on what they
# change, and has tests of its own.
_ADDRESS = 'address: {recipient: "A", line1: "B", postalCode: "1", city: "C", countryCode: "DE"}'
_PASSWORDS = f'currentPassword: "{PASSWORD}", password: "{PASSWORD}"'
MUTATIONS: dict[str, tuple[str, Mapping[str, str]]] = {
    "accountUpdate": ('accountUpdate(name: "Ann")', _TO_NOBODY),
    "passwordChange": (f"passwordChange({_PASSWORDS})", _TO_NOBODY),
    "addressAdd": (f"addressAdd({_ADDRESS})", _TO_NOBODY),
    "addressUpdate": (f"addressUpdate(id: $address, {_ADDRESS})", _TO_NOBODY),
    "addressRemove": ("addressRemove(id: $address)", _TO_NOBODY),
    "orderShip": ("orderShip(order: $order)", _TO_SHOPPERS),
    "orderDeliver": ("orderDeliver(order: $order)", _TO_SHOPPERS),
    **{name: (given, _TO_SHOPPERS) for name, given in catalog_documents.MUTATIONS.items()},
}
