"""Whoever asks is shown the same by root field, by `node`, by `_entities` and by nested path."""

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import getitem
from typing import Any

import pytest

from core.database import Database, open_database
from core.settings import Settings
from execution.plan.cache import Plans
from execution.plan.executor import PlannedExecutor
from execution.plan.plan import Plan
from models import Base
from tests.conftest import asking, fresh_database, serving
from tests.factories import Factory
from tests.graph import Graph
from tests.schema.authorisation import CALLERS, EXHIBITS, FORBIDDEN, UNAUTHENTICATED, Json
from tests.schema.exhibition import open_exhibition
from tests.schema.restricted_roots import MUTATIONS, QUERIES
from tests.schema.sales import callers

pytestmark = pytest.mark.anyio

# By these two everything can be asked for that has an id.
EVERYWHERE = {
    "node": "node(id: $it) { IT }",
    "_entities": "_entities(representations: $representations) { IT }",
}
WAYS = {name: {**exhibit.ways, **EVERYWHERE} for name, exhibit in EXHIBITS.items()}


@dataclass(frozen=True)
class World:
    """Who asks, and the ids of what they ask for."""

    callers: Mapping[str, Graph]
    ids: Mapping[str, str]


@pytest.fixture(scope="module")
async def settings(servers: Settings, template: str) -> AsyncIterator[Settings]:
    async with fresh_database(servers, template) as settings:
        yield settings


@pytest.fixture(scope="module")
async def database(settings: Settings) -> AsyncIterator[Database]:
    database = open_database(settings)
    yield database
    await database.close()


@pytest.fixture(scope="module")
async def world(settings: Settings, database: Database) -> AsyncIterator[World]:
    """One world for all tests, which change nothing."""
    factory = Factory(database)
    exhibition = await open_exhibition(factory)
    async with serving(settings) as api:
        graph = Graph(api)
        as_account = asking(graph, factory, settings)
        yield World(await callers(exhibition.sale, graph, as_account, factory), exhibition.ids)


def selection(example: Any) -> str:
    """Select what an example of it shows."""
    if isinstance(example, list):
        return selection(example[0])
    if isinstance(example, dict) and not isinstance(example, Json):
        inner = " ".join(f"{name} {selection(value)}" for name, value in example.items())
        return f"{{ {inner} }}"
    return ""


def declared(variables: Iterable[str]) -> str:
    types = {"representations": "[_Any!]!"}
    return ", ".join(f"${name}: {types.get(name, 'ID!')}" for name in variables)


def document(name: str, way: str, variables: Mapping[str, object]) -> str:
    exhibit = EXHIBITS[name]
    query = f"query ({declared(variables)})" if variables else "query"
    body = WAYS[name][way].replace("IT", "... It")
    it = selection({"id": "", **exhibit.whole})
    return f"{query} {{ {body} }} fragment It on {exhibit.type_name} {it}"


async def asked(graph: Graph, ids: Mapping[str, str], name: str, way: str) -> object:
    """Return what a caller is shown of an exhibit, as the table says it."""
    known: dict[str, object] = {**ids, "it": ids[name]}
    known["representations"] = [{"__typename": EXHIBITS[name].type_name, "id": ids[name]}]
    used = {each: known[each] for each in known if f"${each})" in WAYS[name][way]}
    answer = await graph.answer(document(name, way, used), **used)
    found = with_id(with_codes(answer), ids[name])
    return None if found is None else {key: found[key] for key in found if key != "id"}


def with_codes(answer: Mapping[str, Any]) -> Any:
    """Return the data of an answer with the codes of its errors in the places of refused fields."""
    for error in answer.get("errors", []):
        code, (*way, refused) = error["extensions"]["code"], error["path"]
        parent = reduce(getitem, way, answer["data"])
        assert (parent[refused], code in {UNAUTHENTICATED, FORBIDDEN}) == (None, True), error
        parent[refused] = code
    return answer["data"]


def with_id(data: Any, wanted: str) -> dict[str, Any] | None:
    """Return the first object in some data that has this id."""
    if isinstance(data, dict):
        if data.get("id") == wanted:
            return data
        return with_id(list(data.values()), wanted)
    inner = [with_id(each, wanted) for each in data] if isinstance(data, list) else []
    return next((each for each in inner if each is not None), None)


@pytest.fixture(params=["by plans", "by graphql-core"])
def executed(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Execute by plans and the short way to an answer, and once more without either."""
    plan, found = Plans.plan, set[Plan | None]()

    def planned(plans: Plans, executor: PlannedExecutor) -> Plan | None:
        found.add(plan(plans, executor) if request.param == "by plans" else None)
        return None if None in found else plan(plans, executor)

    monkeypatch.setattr(Plans, "plan", planned)
    yield
    assert (None in found) == (request.param == "by graphql-core")


@pytest.mark.parametrize(
    ("name", "way"), [(name, way) for name, ways in WAYS.items() for way in ways]
)
@pytest.mark.usefixtures("executed")
async def test_everybody_is_shown_the_same_by_every_way(world: World, name: str, way: str) -> None:
    shown = {
        caller: await asked(graph, world.ids, name, way) for caller, graph in world.callers.items()
    }

    assert shown == {caller: EXHIBITS[name].expected(caller, way) for caller in CALLERS}


def variables_of(world: World, kind: str, selected: str) -> tuple[dict[str, str], str]:
    """Return the ids that a selection names, and the head of an operation that takes them."""
    used = {each: id_ for each, id_ in world.ids.items() if f"${each}" in selected}
    return used, f"{kind} ({declared(used)})" if used else kind


@pytest.mark.parametrize("name", QUERIES)
@pytest.mark.usefixtures("executed")
async def test_restricted_root_fields_are_for_whom_they_are_for(world: World, name: str) -> None:
    selected, expected = QUERIES[name]
    used, head = variables_of(world, "query", selected)
    shown = {
        caller: with_codes(await graph.answer(f"{head} {{ {selected} }}", **used))[name]
        for caller, graph in world.callers.items()
    }

    assert shown == expected


# The partner registers what it is going to ask, and its key notes when it was used.
_OF_ASKING = {"api_keys", "document_uses", "trusted_documents"}


async def everything(database: Database) -> dict[str, list[Any]]:
    return {
        name: sorted(map(str, await database.fetch(table.select(), {})))
        for name, table in Base.metadata.tables.items()
        if name not in _OF_ASKING
    }


@pytest.mark.parametrize("name", MUTATIONS)
@pytest.mark.usefixtures("executed")
async def test_who_may_not_change_a_thing_changes_nothing(
    world: World, database: Database, name: str
) -> None:
    selected, expected = MUTATIONS[name]
    used, head = variables_of(world, "mutation", selected)
    before = await everything(database)

    told = {}
    for caller in expected:
        answer = await world.callers[caller].answer(
            f"{head} {{ {selected} {{ errors {{ __typename }} }} }}", **used
        )
        told[caller] = with_codes(answer)[name]

    assert told == expected
    assert await everything(database) == before
