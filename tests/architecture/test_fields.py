"""Nothing in the graph may be read field by field, unbounded or without a word about it."""

import re
from collections.abc import Iterator

import pytest
import strawberry
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    is_introspection_type,
    is_specified_scalar_type,
)
from strawberry.federation.schema_directives import ListSize
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.field import StrawberryField

from execution.fields import DerivedField, MutationField, RootField, SubscriptionField
from execution.prices import list_size
from execution.read_field import ReadField
from schema.graph import build_schema

# The lists that are no connections, and how many entries they have at most.
BOUNDS = {
    "EffectsRetryPayload.effects": 100,
    "EffectsRetryPayload.errors": 1,
    "AccountLogInPayload.errors": 1,
    "AccountLogOutPayload.errors": 1,
    "AccountRefreshPayload.errors": 1,
    "AccountRegisterPayload.errors": 1,
    "AccountUpdatePayload.errors": 1,
    "AddressAddPayload.errors": 1,
    "AddressRemovePayload.errors": 1,
    "AddressUpdatePayload.errors": 1,
    "AttributeFacet.values": 20,
    "CartClearPayload.errors": 1,
    "CartCreatePayload.errors": 1,
    "CartLinesAddPayload.errors": 1,
    "CartLinesRemovePayload.errors": 1,
    "CartLinesUpdatePayload.errors": 1,
    "Category.breadcrumbs": 10,
    "CheckoutCompletePayload.errors": 100,
    "DocumentsPublishPayload.documents": 200,
    "DocumentsPublishPayload.errors": 200,
    "Facets.attributes": 15,
    "Facets.brands": 50,
    "Facets.categories": 50,
    "IllegalTransition.available": 2,
    "NumberAttribute.values": 100,
    "Order.availableTransitions": 2,
    "OrderCancelPayload.errors": 1,
    "OrderDeliverPayload.errors": 1,
    "OrderShipPayload.errors": 1,
    "OrderSnapshot.lines": 100,
    "PasswordChangePayload.errors": 1,
    "PasswordResetPayload.errors": 1,
    "PasswordResetRequestPayload.errors": 1,
    "Product.options": 10,
    "ProductCreatePayload.errors": 1,
    "ProductOption.values": 100,
    "ProductPublishPayload.errors": 1,
    "ProductRetirePayload.errors": 1,
    "ProductSnapshot.variants": 100,
    "ProductUpdatePayload.errors": 1,
    "Query._entities": 100,
    "Query.suggest": 20,
    "TextAttribute.values": 100,
    "UserError.path": 4,
    "Variant.eans": 200,
    "Variant.options": 10,
    "VariantCreatePayload.errors": 1,
    "VariantDeletePayload.errors": 1,
    "VariantPricesSetPayload.errors": 100,
    "VariantPricesSetPayload.variants": 100,
    "VariantStocksSetPayload.errors": 100,
    "VariantStocksSetPayload.variants": 100,
    "VariantUpdatePayload.errors": 1,
    "WebhookDeliveryReplayPayload.errors": 1,
    "WebhookEndpoint.types": 50,
    "WebhookEndpointCreatePayload.errors": 1,
    "WebhookEndpointDeletePayload.errors": 1,
    "WebhookEndpointReplayPayload.errors": 1,
    "WebhookEndpointUpdatePayload.errors": 1,
    "WebhookSecretRotatePayload.errors": 1,
}
# The lists of which an argument tells how many entries are wanted, or which.
SLICED = {"Query._entities": "representations", "Query.suggest": "first"}
# A description has so many words, and says so many things that its name does not.
WORDS, NEW_WORDS = 3, 2
FILLING = frozenset(
    ["an", "and", "as", "for", "in", "is", "it", "its", "of", "or", "that", "the", "thi", "to"]
)


def own_types(schema: strawberry.Schema) -> list[GraphQLNamedType]:
    """Every type but GraphQL's own and those of the federation's machinery."""
    brought = {"_Any", "link__Import", "link__Purpose"}
    return [
        each
        for each in schema._schema.type_map.values()  # noqa: SLF001 - Strawberry has no other way.
        if not (is_introspection_type(each) or is_specified_scalar_type(each))
        and each.name not in brought
    ]


def object_types(schema: strawberry.Schema) -> list[GraphQLObjectType]:
    return [each for each in own_types(schema) if isinstance(each, GraphQLObjectType)]


def declared_fields(schema: strawberry.Schema) -> Iterator[tuple[str, StrawberryField]]:
    for each in object_types(schema):
        definition = each.extensions["strawberry-definition"]
        assert isinstance(definition, StrawberryObjectDefinition)
        for field in definition.fields:
            yield f"{each.name}.{field.python_name}", field


def kind(field: StrawberryField) -> str:
    for each in (DerivedField, MutationField, ReadField, RootField, SubscriptionField):
        if type(field) is each:
            return each.__name__
    has_code = field.base_resolver or field.extensions or type(field) is not StrawberryField
    return "unknown" if has_code else "attribute"


def stray_fields(schema: strawberry.Schema) -> list[str]:
    """The fields that could read for each object by itself."""
    root = {
        "Query": {"RootField"},
        "Mutation": {"MutationField"},
        "Subscription": {"SubscriptionField"},
    }
    below = {"attribute", "DerivedField", "ReadField"}
    return [
        name
        for name, field in declared_fields(schema)
        if kind(field) not in root.get(name.partition(".")[0], below)
    ]


def descriptions(each: GraphQLNamedType) -> Iterator[tuple[str, str | None]]:
    """The names and texts of a type and of everything in it."""
    yield each.name, each.description
    if isinstance(each, GraphQLEnumType):
        for name, value in each.values.items():
            yield f"{each.name}.{name}", value.description
    if isinstance(each, GraphQLInterfaceType | GraphQLObjectType | GraphQLInputObjectType):
        for name, field in each.fields.items():
            yield f"{each.name}.{name}", field.description
            yield from argument_descriptions(f"{each.name}.{name}", field)


def argument_descriptions(
    where: str, field: GraphQLField | GraphQLInputField
) -> Iterator[tuple[str, str | None]]:
    if isinstance(field, GraphQLField):
        for name, argument in field.args.items():
            yield f"{where}({name}:)", argument.description


def words(text: str) -> set[str]:
    """Split a text or a name into words in lower case, without the s of a plural."""
    return {each.lower().rstrip("s") for each in re.findall("[A-Z]?[a-z]{2,}|[A-Z]{2,}", text)}


def is_list(of: GraphQLOutputType) -> bool:
    return isinstance(of.of_type if isinstance(of, GraphQLNonNull) else of, GraphQLList)


def is_connection(each: object) -> bool:
    return isinstance(each, GraphQLObjectType) and {"edges", "nodes", "pageInfo"} <= set(
        each.fields
    )


def plain_lists(schema: strawberry.Schema) -> dict[str, GraphQLField]:
    """The lists that are no connections, where they are declared."""
    return {
        f"{each.name}.{name}": field
        for each in own_types(schema)
        if isinstance(each, GraphQLInterfaceType | GraphQLObjectType) and not is_connection(each)
        for name, field in each.fields.items()
        if is_list(field.type) and not any(name in above.fields for above in each.interfaces)
    }


@pytest.fixture(scope="module")
def schema() -> strawberry.Schema:
    return build_schema()


def test_every_field_is_an_attribute_derived_or_a_declared_read(schema: strawberry.Schema) -> None:
    assert stray_fields(schema) == []


def test_every_kind_of_field_was_looked_at(schema: strawberry.Schema) -> None:
    kinds = {kind(field) for _, field in declared_fields(schema)}

    assert kinds >= {"attribute", "DerivedField", "ReadField", "RootField"}


def test_a_field_with_a_resolver_of_its_own_would_be_found() -> None:
    @strawberry.type
    class Book:
        title: str

        @strawberry.field
        def pages(self) -> int:
            raise NotImplementedError

    @strawberry.type
    class Query:
        book: Book

    assert stray_fields(strawberry.Schema(Query)) == ["Query.book", "Book.pages"]


def test_everything_is_described_in_a_few_words(schema: strawberry.Schema) -> None:
    missing = [
        name
        for each in own_types(schema)
        for name, text in descriptions(each)
        if len((text or "").split()) < WORDS
    ]

    assert missing == []


def test_no_description_only_repeats_the_name(schema: strawberry.Schema) -> None:
    repeating = [
        name
        for each in own_types(schema)
        for name, text in descriptions(each)
        if len(words(text or "") - words(name) - FILLING) < NEW_WORDS
    ]

    assert repeating == []


def test_a_description_that_repeats_its_name_would_be_found() -> None:
    assert words("The cart's line ids.") - words("CartLine.id") - FILLING == set()


def test_every_list_is_a_connection_or_has_a_known_bound(schema: strawberry.Schema) -> None:
    assert sorted(plain_lists(schema)) == sorted(BOUNDS)


def test_every_list_declares_its_bound_or_the_argument_that_asks(
    schema: strawberry.Schema,
) -> None:
    declared = {
        name: each
        for name, field in plain_lists(schema).items()
        for each in field.extensions["strawberry-definition"].directives
        if isinstance(each, ListSize)
    }

    assert declared == {
        name: list_size(sliced_by=SLICED[name]) if name in SLICED else list_size(at_most)
        for name, at_most in BOUNDS.items()
    }


def test_every_bound_stands_in_the_description(schema: strawberry.Schema) -> None:
    unsaid = [
        name
        for name, field in plain_lists(schema).items()
        if f"at most {BOUNDS.get(name)}" not in (field.description or "")
    ]

    assert unsaid == []


def test_every_connection_is_read_page_by_page(schema: strawberry.Schema) -> None:
    unbounded = [
        f"{each.name}.{name}"
        for each in object_types(schema)
        for name, field in each.fields.items()
        if is_connection(getattr(field.type, "of_type", field.type))
        and not {"first", "after"} <= set(field.args)
    ]

    assert unbounded == []
