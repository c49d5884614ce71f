"""How long caches may keep what a field answers, as Apollo's `@cacheControl` declares it.

https://www.apollographql.com/docs/apollo-server/performance/caching
"""

from strawberry import directive_field
from strawberry.schema_directive import Location, schema_directive
from strawberry.types.unset import UNSET


@schema_directive(
    name="cacheControl",
    locations=[
        Location.FIELD_DEFINITION,
        Location.OBJECT,
        Location.INTERFACE,
        Location.UNION,
    ],
)
class CacheControl:
    """Apollo's directive without `scope`: what is not everybody's is kept by nobody here."""

    max_age: int | None = directive_field(name="maxAge", default=UNSET)
    inherit_max_age: bool | None = directive_field(name="inheritMaxAge", default=UNSET)


# Of a type that says nothing by itself, such as an amount of money.
INHERITED = CacheControl(inherit_max_age=True)


def kept_for(seconds: int) -> CacheControl:
    """Declare how old a field, or any field that returns a type, may be when a cache answers."""
    return CacheControl(max_age=seconds)
