"""How well each engine ranks: `python -m benchmarks.search_quality`.

Needs PYSHOP_DATABASE_URL with the icecat catalogue imported and PYSHOP_DATA, the folder of the data
sets. It refreshes the index first. Elasticsearch is measured too if its URL is set.

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
from uuid import UUID

from rich.console import Console
from rich.table import Table
from sqlalchemy import select

from core.database import Database, open_database
from core.settings import Settings
from models import Variant
from search.factory import open_search
from search.port import SearchEngine, SearchRequest

DEPTH = 10
# Deep enough that ten rated products are among them for nearly every query.
RANKING_LENGTH = 200


@dataclass(frozen=True)
class RatedQuery:
    text: str
    ratings: dict[UUID, int]


@dataclass(frozen=True)
class Figures:
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


async def main() -> None:
    settings = Settings()
    database = open_database(settings)
    queries = await rated_queries(Path(os.environ["PYSHOP_DATA"]) / "icecat", database)
    engines = {"PostgreSQL": settings.model_copy(update={"elasticsearch_url": None})}
    if settings.elasticsearch_url is not None:
        engines["Elasticsearch"] = settings
    table = Table("engine", "nDCG@10", "judged-only", "judged@10", title=f"{len(queries)} queries")
    for name, chosen in engines.items():
        engine = open_search(chosen, database)
        measured = await measure(engine, queries)
        await engine.close()
        table.add_row(
            name,
            f"{fmean(each.ndcg for each in measured):.3f}",
            f"{fmean(each.ndcg_judged_only for each in measured):.3f}",
            f"{fmean(each.judged for each in measured):.2f}",
        )
    await database.close()
    Console().print(table)


if __name__ == "__main__":
    asyncio.run(main())
