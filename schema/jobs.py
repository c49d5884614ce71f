"""Bulk jobs followed live."""

from datetime import datetime

import strawberry

from execution.arguments import Argument
from execution.fields import derived, reads, subscription
from execution.rows import rows
from loaders.event_positions import parse_position
from loaders.jobs import JobRow, jobs_by_id
from resolvers.job_progress import job_progressed
from schema.nodes import parse_id, public_id
from schema.shared import publish_enum
from services.jobs import JobKind, JobStatus

publish_enum(
    JobKind,
    "What a job does.",
    {
        "CATALOG_IMPORT": "It brings products to what a file says, all of them or none.",
        "SEARCH_REINDEX": "It builds the index of the search anew.",
    },
)
publish_enum(
    JobStatus,
    "Where a job stands.",
    {
        "RUNNING": "Its process was heard of a short while ago.",
        "DONE": "All of it is done.",
        "FAILED": "It was given up, or its process was not heard of for minutes.",
    },
)


@rows(JobRow)
@strawberry.type(description="A piece of bulk work that was begun by the command line.")
class Job:
    id: strawberry.ID = public_id("job")
    kind: JobKind = derived(lambda row: JobKind(row.kind), "kind", description="What it does.")
    status: JobStatus = derived(
        lambda row: JobStatus(row.status), "status", description="Where it stands."
    )
    done: int = strawberry.field(
        description="How many lines of the file were read, or products were indexed."
    )
    total: int | None = strawberry.field(
        description="How many there are; null where that is not known before the end."
    )
    error: str | None = strawberry.field(
        description="Why it failed, in words for people; null where it did not."
    )
    started_at: datetime = strawberry.field(description="When its process began with it.")
    heard_at: datetime = strawberry.field(
        description="When its process was last heard of, which is every few seconds while it works."
    )
    ended_at: datetime | None = strawberry.field(
        description="When it was done or failed; null before that."
    )


@strawberry.type(name="JobUpdate", description="A job as it is now, each time it has come further.")
class JobUpdateType:
    cursor: str = strawberry.field(
        description="Pass it as `after` to go on after this update when the connection was lost."
    )
    occurred_at: datetime | None = strawberry.field(
        description="When it came so far, which may be long ago after an old `after`; null for the"
        " state that comes first."
    )
    job: Job | None = reads(
        jobs_by_id,
        key="job_id",
        description="The job as it is when the update is told, perhaps further on than the change;"
        " null once the viewer may not see it.",
    )


@strawberry.type
class JobsSubscription:
    job_progressed: JobUpdateType = subscription(
        job_progressed,
        arguments=(
            Argument(
                "id",
                strawberry.ID,
                "The id of a job, as the command that began it printed it.",
                freeze=lambda text: parse_id("job", text),
            ),
            Argument(
                "after",
                str | None,
                "The `cursor` of the last update that was seen: then what came later is told, and"
                " no state first. Of changes long ago it is refused.",
                None,
                parse_position,
            ),
        ),
        statements=1,
        description="How far a piece of bulk work has come, for admins: its state first, then every"
        " step, about one a second, until it has ended.",
    )
