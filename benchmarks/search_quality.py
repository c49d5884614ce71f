"""How well each engine ranks the real catalogue, by queries that people have rated.

Run it from the root: `PYSHOP_DATA=../shared/data python -m benchmarks.search_quality`. It imports
the icecat catalogue into a database of its own, on the server of `PYSHOP_DATABASE_URL` or on an
embedded one, and measures Elasticsearch too if `PYSHOP_ELASTICSEARCH_URL` is set; its index there
stays, under a name of the benchmark's own.

Figures are means over the rated queries that have a product rated above 0, of the first ten hits:
- nDCG@10 has the rating (0..3) as its gain, the discount log2(rank + 1), the ideal order over all
  rated products, and 0 for a product that nobody rated;
- judged-only is the same after unrated products have been left out of the ranking;
- judged@10 is the share of the first ten that is rated.

Ratings are given to SKUs and hits are products, which may have several: a product counts once, in
the ranking as in the ideal order, with the best rating among its SKUs.
"""

import asyncio
import csv
import gzip
import math
import os
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory
from typing import NamedTuple
from uuid import UUID

from rich.console import Console
from rich.table import Table
from sqlalchemy import select

from benchmarks.catalog_import import scratch_database
from core.database import Database, open_database
from core.embedded.servers import embedded_servers
from core.migrations import migrate
from core.settings import Settings
from models import Variant
from search.factory import open_search
from search.port import SearchEngine, SearchRequest
from services.catalog_import import import_catalogue, open_lines

DEPTH = 10
# Deep enough that for nearly every query the ten best of its rated products are among them.
RANKING_LENGTH = 1000
# Not the index of a shop that happens to use the same Elasticsearch.
INDEX = "pyshop-benchmark-search-quality"


@dataclass(frozen=True)
class RatedQuery:
    text: str
    ratings: dict[UUID, int]


class Figures(NamedTuple):
    ndcg: float
    ndcg_judged_only: float
    judged: float


def discounted_gain(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains[:DEPTH], start=1))


def ndcg(ranking: Sequence[UUID], ratings: dict[UUID, int]) -> float:
    ideal = discounted_gain(sorted(ratings.values(), reverse=True))
    return discounted_gain([ratings.get(product, 0) for product in ranking]) / ideal


def figures(ranking: Sequence[UUID], ratings: dict[UUID, int]) -> Figures:
    judged = [product for product in ranking if product in ratings]
    return Figures(
        ndcg=ndcg(ranking, ratings),
        ndcg_judged_only=ndcg(judged, ratings),
        judged=sum(product in ratings for product in ranking[:DEPTH]) / DEPTH,
    )


async def rated_queries(folder: Path, database: Database) -> list[RatedQuery]:
    variants = await database.fetch(select(Variant.sku, Variant.product_id), {})
    product_of: dict[str, UUID] = {variant[0]: variant[1] for variant in variants}
    ratings = defaultdict[str, dict[UUID, int]](dict)
    with gzip.open(folder / "labels.dev.tsv.gz", "rt", encoding="utf-8") as file:
        for label in csv.DictReader(file, delimiter="\t"):
            product, known = product_of[label["sku"]], ratings[label["query_id"]]
            known[product] = max(known.get(product, 0), int(label["rating"]))
    with (folder / "queries.dev.tsv").open(encoding="utf-8") as file:
        queries = list(csv.DictReader(file, delimiter="\t"))
    return [
        RatedQuery(query["query"], ratings[query["query_id"]])
        for query in queries
        if any(ratings[query["query_id"]].values())
    ]


async def measure(engine: SearchEngine, queries: Sequence[RatedQuery]) -> list[Figures]:
    await engine.reindex(lambda _: None)
    measured = []
    for query in queries:
        result = await engine.search(SearchRequest(query.text, first=RANKING_LENGTH))
        measured.append(figures([hit.id for hit in result.hits], query.ratings))
    return measured


async def compare(server: str, folder: Path) -> None:
    async with scratch_database(server) as url:
        settings = Settings(database_url=url, search_index=INDEX)
        database = open_database(settings)
        await migrate(database)
        await import_catalogue(database, open_lines(folder / "catalog.jsonl.gz"))
        queries = await rated_queries(folder, database)
        table = Table(
            "engine", "nDCG@10", "judged-only", "judged@10", title=f"{len(queries)} queries"
        )
        for engine in engines(settings, database):
            measured = await measure(engine, queries)
            await engine.close()
            means = [fmean(figures) for figures in zip(*measured, strict=True)]
            table.add_row(type(engine).__name__, *(f"{mean:.3f}" for mean in means))
        await database.close()
    Console().print(table)


def engines(settings: Settings, database: Database) -> list[SearchEngine]:
    found = [open_search(settings.model_copy(update={"elasticsearch_url": None}), database)]
    if settings.elasticsearch_url is not None:
        found.append(open_search(settings, database))
    return found


def main() -> None:
    folder = Path(os.environ["PYSHOP_DATA"]) / "icecat"
    with TemporaryDirectory() as state:
        # Run by root, PostgreSQL is another user, who must get through to its data.
        Path(state).chmod(0o711)
        # Any URL keeps Valkey from being started, which has no part in this.
        settings = Settings(state_dir=Path(state), redis_url="redis://unused")
        with embedded_servers(settings) as running:
            asyncio.run(compare(running.database_url or "", folder))


if __name__ == "__main__":
    main()
