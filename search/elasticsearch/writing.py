"""Writes documents, and replaces the whole index without a gap.

Searches and writes go through an alias. A rebuild fills an index under a second alias, which
writes go to as well while it exists, and then gives it the first alias in one step.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from elasticsearch import AsyncElasticsearch
from elasticsearch.helpers import async_bulk

from search.documents import Snapshot
from search.elasticsearch.mapping import MAPPINGS, SETTINGS, source

_CONFLICT = 409
_NOT_FOUND = 404
_MAX_REQUEST_BYTES = 10_000_000


class AliasMissingError(Exception):
    """No index has the alias that was written to."""


def building(alias: str) -> str:
    """Return the alias of the index that a rebuild is filling."""
    return f"{alias}-building"


async def write(
    client: AsyncElasticsearch,
    alias: str,
    product_ids: Sequence[UUID],
    snapshot: Snapshot,
    *,
    wait: bool = False,
) -> None:
    """Index what the snapshot has of these products, and delete the others.

    What a newer snapshot wrote stays. `wait` returns only when searches see the change. Raises
    AliasMissingError; without `require_alias` Elasticsearch would make an index of that name.
    """
    _, refusals = await async_bulk(
        client.options(request_timeout=60),
        _actions(alias, product_ids, snapshot),
        max_chunk_bytes=_MAX_REQUEST_BYTES,
        max_retries=3,
        raise_on_error=False,
        require_alias=True,
        refresh="wait_for" if wait else False,
    )
    for refusal in refusals if isinstance(refusals, list) else []:
        _judge(alias, refusal)


def _actions(
    alias: str, product_ids: Sequence[UUID], snapshot: Snapshot
) -> Iterator[dict[str, Any]]:
    for product_id in product_ids:
        document = snapshot.documents.get(product_id)
        action: dict[str, Any] = {
            "_op_type": "delete" if document is None else "index",
            "_index": alias,
            "_id": str(product_id),
            "version": snapshot.version,
            "version_type": "external",
        }
        if document is not None:
            action["_source"] = source(document)
        yield action


def _judge(alias: str, refusal: dict[str, Any]) -> None:
    ((operation, outcome),) = refusal.items()
    error = outcome.get("error")
    if error is None and operation == "delete" and outcome["status"] == _NOT_FOUND:
        return  # It was not there.
    if outcome["status"] == _CONFLICT:
        return  # A newer snapshot was here before.
    if outcome["status"] == _NOT_FOUND:
        raise AliasMissingError(f"No index has the alias {alias}.")
    raise RuntimeError(f"Elasticsearch refused to {operation} {outcome['_id']}: {error}")


async def begin_rebuild(client: AsyncElasticsearch, alias: str) -> str:
    """Create an empty index that writes go to from now on, and return its name.

    An index that a rebuild before left unfinished is removed. If that rebuild is still running it
    fails, so that of two at once the later wins.
    """
    for unfinished in await _indices(client, building(alias)):
        await client.indices.delete(index=unfinished)
    index = f"{alias}-{datetime.now(UTC):%Y%m%d%H%M%S%f}"
    await client.indices.create(
        index=index, settings=SETTINGS, mappings=MAPPINGS, aliases={building(alias): {}}
    )
    return index


async def finish_rebuild(client: AsyncElasticsearch, alias: str, index: str) -> None:
    """Let searches go to the new index, and remove the old one in the same step."""
    await client.indices.refresh(index=index)
    old = await _indices(client, alias)
    await client.indices.update_aliases(
        actions=[
            {"remove": {"index": index, "alias": building(alias), "must_exist": True}},
            {"add": {"index": index, "alias": alias}},
            *({"remove_index": {"index": name}} for name in old),
        ]
    )


async def _indices(client: AsyncElasticsearch, alias: str) -> list[str]:
    answer = await client.options(ignore_status=_NOT_FOUND).indices.get_alias(name=alias)
    return [] if answer.meta.status == _NOT_FOUND else list(answer)
