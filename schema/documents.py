"""The documents that partners register, of which they are told what running them takes."""

from typing import Annotated

import strawberry

from core.document_store import Document
from execution.arguments import Argument
from execution.fields import listed, mutation
from resolvers import documents
from schema.errors import UserError, refusal, value_of
from services import documents as services
from services.api_keys import PUBLISH

_AT_MOST = 200
# Of so many documents; one takes a few milliseconds to judge.
_COST = 20_000


@strawberry.input(
    description="An operation as it stands in the manifest that"
    " `@apollo/generate-persisted-query-manifest` writes."
)
class OperationInput:
    id: str = strawberry.field(description="The SHA-256 of `body`, 64 hexadecimal digits.")
    name: str = strawberry.field(description="What the operation is called in `body`.")
    type: str = strawberry.field(description="`query`, `mutation` or `subscription`.")
    body: str = strawberry.field(description="The text, with the fragments that it uses.")


@strawberry.type(description="A document that is registered, and what running it takes.")
class PublishedDocument:
    name: str = strawberry.field(
        description="What its operation is called, in logs and checks too."
    )
    sha256: str = strawberry.field(description="What to send in its place.")
    cost: int = strawberry.field(
        description="What running it costs, with the defaults of its variables."
    )
    statements: int = strawberry.field(
        description="How many SQL statements it sends at most, however much it finds."
    )
    is_new: bool = strawberry.field(
        description="Whether the partner had not registered the same text before."
    )


@refusal(services.DocumentRefused)
@strawberry.type(
    description="The document cannot be run by this schema, or costs too much. None was registered."
)
class DocumentRefused(UserError):
    name: str = value_of("name", description="Which operation of the manifest it is.")
    reason: str = value_of("reason", description="What is wrong, without the place.")
    line: int = value_of("line", description="The line in `body`, from 1 on.")
    column: int = value_of("column", description="The column in the line, from 1 on.")


DocumentsPublishError = Annotated[
    DocumentRefused,
    strawberry.union("DocumentsPublishError", description="Why no document is registered."),
]


@strawberry.type(description="The documents that are registered, or why none is.")
class DocumentsPublishPayload:
    documents: list[PublishedDocument] | None = listed(
        at_most=_AT_MOST,
        description=f"Those of the call, in its order: at most {_AT_MOST}; null after a refusal.",
    )
    errors: list[DocumentsPublishError] = listed(
        at_most=_AT_MOST,
        description=f"What is wrong with the documents, at most {_AT_MOST} faults; empty when they"
        " are registered.",
    )


def _frozen(operations: list[OperationInput]) -> tuple[Document, ...]:
    """Read the operations; raises ValueError that names the one that cannot be used."""
    if len(operations) > _AT_MOST:
        raise ValueError(f"At most {_AT_MOST} operations in a call, not {len(operations)}.")
    try:
        return tuple(services.read_operations([vars(each) for each in operations]))
    except services.InvalidManifest as error:
        raise ValueError(str(error)) from error


_OPERATIONS = Argument(
    "operations",
    list[OperationInput],
    f"The operations of a manifest, at most {_AT_MOST}.",
    freeze=_frozen,
)


@strawberry.type
class DocumentsMutation:
    documents_publish: DocumentsPublishPayload | None = mutation(
        documents.publish,
        arguments=(_OPERATIONS,),
        requires=(PUBLISH,),
        cost=_COST,
        statements=1,
        description="Registers documents of the client whose API key calls, all of them or none."
        " From then on its keys may run them by their SHA-256, and no change of the schema breaks"
        " them unnoticed.",
    )
