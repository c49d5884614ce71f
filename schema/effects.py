"""What handlers do about events, such as mails, and what they gave up."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

import resolvers.effects
from core.ids import encode_id
from execution.arguments import Argument
from execution.connections import Connection
from execution.fields import derived, listed, mutation, reads, root
from execution.rows import rows
from loaders.effects import EffectRow, effects_by_ids
from schema.errors import UserError, refusal, value_of
from schema.nodes import parse_id, public_id
from schema.shared import publish_enum
from services.effects import EffectNotDead as NotDead
from services.effects import EffectStatus

_AT_MOST = 100

publish_enum(
    EffectStatus,
    "Where an effect stands.",
    {
        "PENDING": "It is to be performed, for the first time or again.",
        "DONE": "It is performed.",
        "DEAD": "It was given up: its last attempt failed, or another would change nothing.",
    },
)


@rows(EffectRow)
@strawberry.type(description="What one handler has to do about one event, such as to send a mail.")
class Effect:
    id: strawberry.ID = public_id("effect")
    handler: str = strawberry.field(description="What does it, such as `mail_order`.")
    event_id: strawberry.ID = derived(
        lambda row: encode_id("event", row.event_id),
        "event_id",
        description="The event that it is done about.",
    )
    event_type: str = strawberry.field(description="What happened, such as `order.shipped`.")
    aggregate_id: strawberry.ID = derived(
        lambda row: encode_id(row.aggregate_type, row.aggregate_id),
        "aggregate_type",
        "aggregate_id",
        description="What it happened to.",
    )
    status: EffectStatus = derived(
        lambda row: EffectStatus(row.status), "status", description="Where it stands."
    )
    attempts: int = strawberry.field(description="How often it was begun.")
    error: str | None = strawberry.field(
        description="What the last attempt failed by; null after one that did not."
    )
    next_attempt_at: datetime = strawberry.field(
        description="When a pending one is handed over next; else when it last was."
    )
    done_at: datetime | None = strawberry.field(
        description="When it was performed; null before that."
    )


@refusal(NotDead)
@strawberry.type(description="There is no such effect, or it was not given up.")
class EffectNotDead(UserError):
    id: strawberry.ID = value_of("id", description="The first of `ids` that cannot be retried.")


EffectsRetryError = Annotated[
    EffectNotDead, strawberry.union("EffectsRetryError", description="Why nothing is retried.")
]


@strawberry.type(description="The effects that are performed again, or why none is.")
class EffectsRetryPayload:
    effects: list[Effect] | None = reads(
        effects_by_ids,
        key="effect_ids",
        at_most=_AT_MOST,
        description=f"The effects as they are now, in the order given, at most {_AT_MOST}; null"
        " after a refusal.",
    )
    errors: list[EffectsRetryError] = listed(
        at_most=1, description="The reasons for a refusal, at most 1; empty when it was done."
    )


def _ids(ids: list[strawberry.ID]) -> tuple[UUID, ...]:
    if len(ids) > _AT_MOST:
        raise ValueError(f"At most {_AT_MOST} effects in a call, not {len(ids)}.")
    return tuple(parse_id("effect", each) for each in ids)


@strawberry.type
class EffectsQuery:
    effects: Connection[Effect] | None = root(
        resolvers.effects.effects,
        arguments=(
            Argument("status", EffectStatus | None, "Where they stand; left out, anywhere.", None),
        ),
        requires=("admin",),
        description="What is done about events, the newest first.",
    )


@strawberry.type
class EffectsMutation:
    effects_retry: EffectsRetryPayload | None = mutation(
        resolvers.effects.retry,
        arguments=(
            Argument(
                "ids",
                list[strawberry.ID],
                f"The effects that were given up, at most {_AT_MOST}.",
                freeze=_ids,
            ),
        ),
        requires=("admin",),
        statements=2,
        description="Has effects that were given up performed as if for the first time, all of them"
        " or none.",
    )
