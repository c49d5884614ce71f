"""A library in which fields cost something."""
# ruff: noqa: ARG002, ARG005 - Reads and resolvers take by name what they are given.

from collections.abc import AsyncIterator, Sequence
from typing import Annotated

import strawberry
from graphql import parse
from strawberry.extensions import ValidationCache

from core.budgets import Limit, Spent
from core.reads import Order, Page, PageRequest
from execution.arguments import Argument
from execution.budget import Budget
from execution.connections import Connection
from execution.cost import Cost, Costs
from execution.cost_limit import CostLimit
from execution.errors import CodedErrors
from execution.fields import derived, listed, mutation, reads, root, subscription
from execution.rows import rows
from tests.execution.library import AuthorRow, BookRow, Operation, author, book

MOST_AWARDS = 3
SURVEY, AGE = 50, 7


class Library:
    """A graph over books and authors that remembers what was executed of it."""

    def __init__(self) -> None:
        self.executed: list[str] = []
        self.schema = self._schema()
        self.costs = Costs(self.schema._schema)  # noqa: SLF001 - Strawberry has no other way.

    def cost(
        self,
        document: str,
        variables: dict[str, object] | None = None,
        operation_name: str | None = None,
    ) -> Cost:
        return self.costs.cost_of(parse(document), variables, operation_name)

    def total(self, document: str, **variables: object) -> int:
        return self.cost(document, variables).total

    async def authors(
        self, context: object, *, ids: Sequence[int], columns: frozenset[str]
    ) -> list[AuthorRow]:
        self.executed.append("authors")
        return [author(each) for each in ids]

    async def author(self, context: object, *, columns: frozenset[str]) -> AuthorRow:
        self.executed.append("author")
        return author(1)

    async def rename(self, context: object) -> AuthorRow:
        self.executed.append("rename")
        return author(1)

    async def renamed(self, context: object) -> AsyncIterator[AuthorRow]:
        self.executed.append("renamed")
        yield author(1)

    async def books(
        self, context: object, keys: Sequence[int], *, page: PageRequest
    ) -> list[Page[BookRow]]:
        self.executed.append("books")
        return [Page([book(1)], Order("id", ("id",))) for _ in keys]

    def _schema(self) -> strawberry.Schema:
        @strawberry.type
        class Award:
            name: str

        @strawberry.interface
        class Named:
            name: str

        @rows(BookRow)
        @strawberry.type
        class Volume:
            id: int
            title: str

        @rows(AuthorRow)
        @strawberry.type
        class Author(Named):
            name: str
            pen_names: list[str] = derived(
                lambda row: [row.name], "name", at_most=5, description="Other names."
            )
            age: int = derived(lambda row: 70, cost=AGE, description="Found out at some cost.")
            books: Connection[Volume] = reads(self.books, description="What they wrote.")

        @strawberry.type
        class Press(Named):
            awards: list[Award] = listed(at_most=MOST_AWARDS, description="What it has won.")
            survey: Author = derived(lambda row: author(2), cost=SURVEY, description="A survey.")

        work = Annotated[Volume | Press, strawberry.union("Work")]

        @strawberry.type
        class Query:
            author: Author | None = root(self.author, description="An author.")
            named: Named | None = root(self.rename, description="An author or a press.")
            press: Press | None = root(self.rename, description="A press.")
            works: list[work] = listed(at_most=10, description="Books and presses.")
            authors: list[Author] = root(
                self.authors,
                arguments=[Argument("ids", list[int], "Whom to find.", freeze=tuple)],
                sliced_by="ids",
                description="The authors of these ids.",
            )

        @strawberry.type
        class Mutation:
            rename: Author = mutation(
                self.rename, statements=3, description="Gives an author a name."
            )
            print: Author = mutation(
                self.rename, cost=500, statements=9, description="Prints a book."
            )

        @strawberry.type
        class Subscription:
            renamed: Author = subscription(
                self.renamed, statements=2, description="Authors with new names."
            )

        return strawberry.Schema(
            Query,
            Mutation,
            Subscription,
            types=[Press],
            extensions=[
                CodedErrors,
                lambda: ValidationCache(maxsize=10),
                lambda: CostLimit(self.costs),
                lambda: Budget(self.costs),
            ],
        )


class Limited(Operation):
    """The context of one operation, whose cost is limited, and `charged` to what remains."""

    def __init__(self, maximum_cost: int, remaining: int = 1000) -> None:
        super().__init__()
        self.maximum_cost = maximum_cost
        self.remaining = remaining
        self.charged: list[int] = []

    async def charge(self, cost: int) -> tuple[Limit, Spent]:
        self.charged.append(cost)
        is_allowed = cost <= self.remaining
        if is_allowed:
            self.remaining -= cost
        return Limit(1000, 60), Spent(is_allowed, self.remaining, seconds=7)
