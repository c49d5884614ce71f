import asyncio
from uuid import UUID

from core.reads import Page, PageRequest
from core.targets import TargetRefused
from loaders.webhooks import WebhookEndpointRow, webhook_endpoints
from resolvers.commands import Outcome, attempt, run
from resolvers.context import ShopContext
from services.idempotency import Once, once
from services.webhooks import endpoints
from services.webhooks.endpoints import EndpointTerms, WebhookDocumentRefused, WebhookUrlRefused


async def all_endpoints(
    context: ShopContext, *, client: str | None, columns: frozenset[str], page: PageRequest
) -> Page[WebhookEndpointRow]:
    return await webhook_endpoints(context, columns=columns, page=page, client=client)


async def create(  # noqa: PLR0913 - these are the arguments of the field.
    context: ShopContext,
    *,
    url: str,
    owner_email: str,
    types: tuple[str, ...] | None,
    filter: str | None,  # noqa: A002 - the argument's name in the graph.
    document: str | None,
    client: str | None,
    idempotency_key: str | None,
) -> Outcome:
    owner = endpoints.client_of(context.viewer, client)
    terms = EndpointTerms(url, types, filter, document, owner_email)
    call = once(context.viewer, "webhookEndpointCreate", idempotency_key, client=owner, terms=terms)
    return await attempt(_created(context, owner, terms, call))


async def _created(
    context: ShopContext, client: str, terms: EndpointTerms, call: Once | None
) -> Outcome:
    await _check(context, terms)
    made = await run(context, lambda session: endpoints.create(session, client, terms), call)
    return _with_secret(context, made)


async def update(  # noqa: PLR0913 - these are the arguments of the field.
    context: ShopContext,
    *,
    id: UUID,  # noqa: A002 - the argument's name in the graph.
    url: str | None,
    owner_email: str | None,
    types: tuple[str, ...] | None,
    filter: str | None,  # noqa: A002 - the argument's name in the graph.
    document: str | None,
    enabled: bool | None,
) -> Outcome:
    terms = EndpointTerms(url, types, filter, document, owner_email, enabled)
    return await attempt(_updated(context, id, terms))


async def _updated(context: ShopContext, endpoint_id: UUID, terms: EndpointTerms) -> Outcome:
    await _check(context, terms)
    return await run(
        context,
        lambda session: endpoints.change(session, context.viewer, endpoint_id, terms),
    )


async def delete(
    context: ShopContext,
    *,
    id: UUID,  # noqa: A002 - the argument's name in the graph.
) -> Outcome:
    return await run(context, lambda session: endpoints.remove(session, context.viewer, id))


async def rotate_secret(
    context: ShopContext,
    *,
    id: UUID,  # noqa: A002 - the argument's name in the graph.
    idempotency_key: str | None,
) -> Outcome:
    call = once(context.viewer, "webhookSecretRotate", idempotency_key, id=id)
    rotated = await run(
        context, lambda session: endpoints.rotate_secret(session, context.viewer, id), call
    )
    return _with_secret(context, rotated)


async def _check(context: ShopContext, terms: EndpointTerms) -> None:
    """Raise WebhookUrlRefused or WebhookDocumentRefused; it may ask the name servers."""
    if terms.url is not None:
        try:
            await context.targets.check(terms.url)
        except TargetRefused as refused:
            raise WebhookUrlRefused(str(refused)) from refused
    if terms.document:
        # The first document that a process judges takes it a second.
        assessment = await asyncio.to_thread(
            context.assess_query, terms.document, endpoints.VARIABLES
        )
        if assessment.faults:
            raise WebhookDocumentRefused(assessment.faults[0])


def _with_secret(context: ShopContext, outcome: Outcome) -> Outcome:
    """Add the secret, which is stored nowhere, so that who calls again is told it too."""
    if outcome.errors:
        return outcome
    secret = context.webhook_secret(outcome.endpoint_id, outcome.secret_version)
    return Outcome({**outcome.values, "secret": secret})
