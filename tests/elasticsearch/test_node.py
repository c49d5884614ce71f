import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from elasticsearch import AsyncElasticsearch, BadRequestError

from tests.elasticsearch import node
from tests.elasticsearch.node import (
    ElasticsearchUnavailableError,
    Node,
    OwnNode,
    server_command,
    start,
)

pytestmark = pytest.mark.anyio

Filter = str | dict[str, Any]


@pytest.fixture
async def client(elasticsearch_url: str) -> AsyncIterator[AsyncElasticsearch]:
    async with AsyncElasticsearch(elasticsearch_url) as client:
        yield client


async def test_the_root_page_names_the_version_to_the_client(client: AsyncElasticsearch) -> None:
    info = await client.info()
    assert info["version"]["number"] == node.VERSION
    assert info["tagline"] == "You Know, for Search"


async def tokens(
    client: AsyncElasticsearch, tokenizer: str | dict[str, Any], filters: list[Filter], text: str
) -> list[str]:
    answer = await client.indices.analyze(tokenizer=tokenizer, filter=filters, text=text)
    return [token["token"] for token in answer["tokens"]]


@pytest.mark.parametrize(
    ("filters", "text", "expected"),
    [
        (["lowercase"], "ÉCRAN Plat", ["écran", "plat"]),
        (["asciifolding"], "crème brûlée", ["creme", "brulee"]),
        (
            [{"type": "asciifolding", "preserve_original": True}],
            "crème tart",
            ["creme", "crème", "tart"],
        ),
        (["unique"], "red shoe red Red", ["red", "shoe", "Red"]),
        (
            [{"type": "unique", "only_on_same_position": True}],
            "red shoe red",
            ["red", "shoe", "red"],
        ),
        (["stemmer"], "running shoes", ["run", "shoe"]),
        ([{"type": "stemmer", "language": "english"}], "running shoes", ["run", "shoe"]),
        ([{"type": "stemmer", "language": "porter2"}], "generously dying", ["generous", "die"]),
        ([{"type": "stemmer", "language": "light_english"}], "ponies matched", ["pony", "match"]),
        (
            [{"type": "stemmer", "language": "minimal_english"}],
            "ponies matched",
            ["pony", "matched"],
        ),
        (
            [{"type": "stemmer", "language": "possessive_english"}],
            "women's shoes",
            ["women", "shoes"],
        ),
        (["porter_stem"], "relational cables", ["relat", "cabl"]),
        (["stop"], "the best of shoes", ["best", "shoes"]),
        ([{"type": "stop", "stopwords": "_english_"}], "a shoe for the road", ["shoe", "road"]),
        ([{"type": "stop", "stopwords": ["shoe"]}], "a shoe", ["a"]),
        (["edge_ngram"], "shoe", ["s"]),
        ([{"type": "edge_ngram", "min_gram": 2, "max_gram": 4}], "shoes", ["sh", "sho", "shoe"]),
        (
            [{"type": "edge_ngram", "min_gram": 2, "max_gram": 3, "preserve_original": True}],
            "shoes",
            ["sh", "sho", "shoes"],
        ),
        (
            [{"type": "ngram", "min_gram": 2, "max_gram": 3}],
            "shoe",
            ["sh", "sho", "ho", "hoe", "oe"],
        ),
        (["word_delimiter_graph"], "PowerShot-500X's", ["Power", "Shot", "500", "X"]),
        (
            [{"type": "word_delimiter_graph", "catenate_all": True, "split_on_case_change": False}],
            "PowerShot-500",
            ["PowerShot500", "PowerShot", "500"],
        ),
        (
            [{"type": "word_delimiter_graph", "protected_words": ["wi-fi"]}],
            "wi-fi hi-fi",
            ["wi-fi", "hi", "fi"],
        ),
        (
            ["shingle"],
            "red running shoe",
            ["red", "red running", "running", "running shoe", "shoe"],
        ),
        (
            [{"type": "shingle", "max_shingle_size": 3, "min_shingle_size": 3}],
            "red running shoe",
            ["red", "red running shoe", "running", "shoe"],
        ),
        (
            [{"type": "keyword_marker", "keywords": ["running"]}, "porter_stem"],
            "running shoes",
            ["running", "shoe"],
        ),
        (
            [{"type": "keyword_marker", "keywords_pattern": "run.*"}, "porter_stem"],
            "running shoes",
            ["running", "shoe"],
        ),
    ],
)
async def test_token_filters(
    client: AsyncElasticsearch, filters: list[Filter], text: str, expected: list[str]
) -> None:
    assert await tokens(client, "whitespace", filters, text) == expected


async def test_trim(client: AsyncElasticsearch) -> None:
    assert await tokens(client, "keyword", ["trim"], "  red shoe ") == ["red shoe"]


RULES = ["tv, television", "notebook => laptop", "ny, new york"]


@pytest.mark.parametrize(
    ("filters", "text", "expected"),
    [
        (
            [{"type": "synonym", "synonyms": RULES}],
            "a tv",
            [("a", 0, 1), ("tv", 1, 1), ("television", 1, 1)],
        ),
        ([{"type": "synonym", "synonyms": RULES}], "notebook", [("laptop", 0, 1)]),
        (
            [{"type": "synonym", "synonyms": RULES, "expand": False}],
            "television",
            [("tv", 0, 1)],
        ),
        (
            ["lowercase", {"type": "synonym", "synonyms": ["TV, Television"]}],
            "Tv",
            [("tv", 0, 1), ("television", 0, 1)],
        ),
        (
            [{"type": "synonym_graph", "synonyms": RULES}],
            "ny city",
            [("new", 0, 1), ("ny", 0, 2), ("york", 1, 1), ("city", 2, 1)],
        ),
        (
            [{"type": "synonym_graph", "synonyms": RULES}, "flatten_graph"],
            "ny city",
            [("new", 0, 1), ("ny", 0, 2), ("york", 1, 1), ("city", 2, 1)],
        ),
        (
            [
                {"type": "synonym", "synonyms": ["tv, television"]},
                {"type": "synonym", "synonyms": ["television, telly"]},
            ],
            "tv",
            [("tv", 0, 1), ("television", 0, 1), ("telly", 0, 1)],
        ),
        (
            ["stop", {"type": "synonym", "synonyms": ["the, tv", "tv, telly"], "lenient": True}],
            "tv",
            [("tv", 0, 1), ("telly", 0, 1)],
        ),
    ],
)
async def test_synonyms_with_their_positions(
    client: AsyncElasticsearch,
    filters: list[Filter],
    text: str,
    expected: list[tuple[str, int, int]],
) -> None:
    answer = await client.indices.analyze(tokenizer="standard", filter=filters, text=text)
    assert [
        (token["token"], token["position"], token.get("positionLength", 1))
        for token in answer["tokens"]
    ] == expected


@pytest.mark.parametrize(
    "filters",
    [
        # These would cut the rules' own terms into parts.
        ["edge_ngram", {"type": "synonym", "synonyms": RULES}],
        ["ngram", {"type": "synonym_graph", "synonyms": RULES}],
        ["word_delimiter_graph", {"type": "synonym_graph", "synonyms": RULES}],
        # Nothing is left of the rule's first term.
        ["stop", {"type": "synonym", "synonyms": ["the, tv"]}],
        [{"type": "synonym"}],
        [{"type": "keyword_marker"}],
        [{"type": "ngram", "min_gram": 1, "max_gram": 3}],
        [{"type": "stemmer", "language": "klingon"}],
    ],
)
async def test_definitions_that_elasticsearch_refuses(
    client: AsyncElasticsearch, filters: list[Filter]
) -> None:
    with pytest.raises(BadRequestError):
        await tokens(client, "standard", filters, "tv")


async def test_normalizers_of_keyword_fields(client: AsyncElasticsearch) -> None:
    index = f"normalizer-{uuid4()}"
    normalizer = {"type": "custom", "filter": ["trim", "lowercase", "asciifolding"]}
    await client.indices.create(
        index=index, settings={"analysis": {"normalizer": {"folded": normalizer}}}
    )
    answer = await client.indices.analyze(index=index, normalizer="folded", text=" Crème Tart ")
    await client.indices.delete(index=index)
    assert [token["token"] for token in answer["tokens"]] == ["creme tart"]


async def test_an_index_analyzes_and_searches_with_named_components(
    client: AsyncElasticsearch,
) -> None:
    index = f"analyzer-{uuid4()}"
    await client.indices.create(
        index=index,
        settings={
            "analysis": {
                "filter": {
                    "words": {"type": "synonym_graph", "synonyms": ["tv, television set"]},
                    "prefixes": {"type": "edge_ngram", "min_gram": 1, "max_gram": 10},
                },
                "analyzer": {
                    "stored": {"tokenizer": "standard", "filter": ["lowercase", "prefixes"]},
                    "asked": {"tokenizer": "standard", "filter": ["lowercase", "words"]},
                },
            }
        },
        mappings={
            "properties": {
                "name": {"type": "text", "analyzer": "stored", "search_analyzer": "asked"}
            }
        },
    )
    for number, name in enumerate(["Television set", "Telephone", "TV stand"]):
        await client.index(index=index, id=str(number), document={"name": name}, refresh=True)
    hits = {
        text: {
            hit["_id"]
            for hit in (await client.search(index=index, q=f"name:{text}"))["hits"]["hits"]
        }
        for text in ("TV", "tele", "telep")
    }
    await client.indices.delete(index=index)
    assert hits == {"TV": {"0", "2"}, "tele": {"0", "1"}, "telep": {"1"}}


@pytest.mark.parametrize(
    ("tokenizer", "text", "expected"),
    [
        ("keyword", "Red shoe, 42", ["Red shoe, 42"]),
        ("whitespace", "Red shoe, 42", ["Red", "shoe,", "42"]),
        ("edge_ngram", "a b", ["a", "a "]),
        (
            {"type": "edge_ngram", "min_gram": 2, "max_gram": 3, "token_chars": ["letter"]},
            "shoe4all",
            ["sh", "sho", "al", "all"],
        ),
    ],
)
async def test_tokenizers(
    client: AsyncElasticsearch, tokenizer: str | dict[str, Any], text: str, expected: list[str]
) -> None:
    assert await tokens(client, tokenizer, [], text) == expected


@pytest.fixture
def bare_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine without a server, Docker, a JDK or Maven; the folder is its PATH."""
    for name in ("PYSHOP_TEST_ELASTICSEARCH_URL", "ES_JAVA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(node, "JAVA_HOMES", ())
    return tmp_path


def program(folder: Path, name: str, status: int = 0) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\nexit {status}\n")
    path.chmod(0o755)


def jdk(folder: Path, version: str) -> Path:
    program(folder / "bin", "javac")
    (folder / "release").write_text(f'IMPLEMENTOR="Any"\nJAVA_VERSION="{version}"\n')
    return folder


def test_a_server_that_is_named_is_used(
    bare_machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYSHOP_TEST_ELASTICSEARCH_URL", "http://search.example:9200/")
    running = start()
    assert running.url() == "http://search.example:9200"
    running.stop()
    assert list(bare_machine.iterdir()) == []


def test_a_proxy_is_not_asked_for_a_server_of_this_machine(
    elasticsearch_url: str, elasticsearch_node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.setattr(node, "START_SECONDS", 5)
    assert elasticsearch_node.url() == elasticsearch_url


def test_a_docker_engine_comes_before_java(bare_machine: Path) -> None:
    program(bare_machine, "docker")
    program(bare_machine, "mvn")
    command = server_command(9201)
    assert command[:4] == ["docker", "run", "--rm", "--publish=127.0.0.1:9201:9200"]
    assert command[-1] == "elasticsearch:8.19.21"


def test_the_oldest_jdk_that_serves_is_used(
    bare_machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(bare_machine, "docker", status=1)
    program(bare_machine, "mvn")
    homes = [
        jdk(bare_machine / name, version)
        for name, version in [("new", "25.0.3"), ("old", "1.8.0_442"), ("middle", "17.0.15")]
    ]
    monkeypatch.setattr(node, "JAVA_HOMES", [str(home) for home in homes])
    script = os.fspath(Path(node.__file__).with_name("reduced_distribution.py"))
    middle = str(bare_machine / "middle")
    assert server_command(9201) == [sys.executable, script, "8.19.21", middle, "9201"]


@pytest.mark.parametrize(
    ("programs", "missing"),
    [(["mvn"], "no JDK of Java 17 or newer"), (["jdk/bin/javac"], "no Maven")],
)
def test_what_is_missing_is_said_in_one_line(
    bare_machine: Path, monkeypatch: pytest.MonkeyPatch, programs: list[str], missing: str
) -> None:
    for name in programs:
        program(bare_machine, name)
    if "mvn" not in programs:
        monkeypatch.setenv("ES_JAVA_HOME", str(bare_machine / "jdk"))
    with pytest.raises(ElasticsearchUnavailableError) as caught:
        start()
    assert str(caught.value) == (
        f"there is no PYSHOP_TEST_ELASTICSEARCH_URL, no Docker engine that answers, and {missing}"
    )


def test_a_server_that_ends_says_why() -> None:
    failing = OwnNode([sys.executable, "-c", "raise SystemExit('no space left')"], port=1)
    with pytest.raises(RuntimeError, match=r"ended while it started:\nno space left"):
        failing.url()
    failing.stop()
