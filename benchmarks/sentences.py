"""Whether what is told of searches is true: 2,000 generated ones and all that are judged.

    ATLAS_HOME=… python -m benchmarks.sentences [--searches 2000] [--seed 12]

Searches are made of words of real titles, places, years, times, data items, everyday words,
exclusions and formats, with filters, orders and later pages now and then; and the judged ones of
`benchmarks/judged` and ``../shared/data/queries``. Each statement of `search.results.claims` is
held by `search.evaluation.truth` against plain sets over all documents, apart from the index. As of
2023-06-30. Prints one JSON object; its ``false`` is to be 0.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import rjieba

from catalog_service.console.opening import existing
from catalog_service.discovery.service import indexed_documents
from search.evaluation.truth import Truth
from search.index.model import SearchDocument
from search.model import Query
from search.results.claims import claims
from search.service import SearchService

HERE = Path(__file__).resolve().parent / "judged"
SHARED = Path(__file__).resolve().parents[2] / "shared" / "data" / "queries"
TODAY = date(2023, 6, 30)
TIMES = (
    "2020年以来",
    "去年",
    "近三年",
    "2018-2019",
    "2021年上半年",
    "2019年以前",
    "since 2021",
    "2016",
)
CONDITIONS = (
    "不要接口",
    "除泸州以外",
    "不含统计",
    "csv",
    "能下载excel的",
    "无条件开放",
    "-信息",
    "带接口的",
)
ITEMS = ("地址", "联系电话", "带坐标的", "统一社会信用代码", "有多少", "去哪里", "名单")
FILTERS = (
    {"year": ("2022",)},
    {"delivery": ("https://w3id.org/shdata/vocab/delivery-mode/api",)},
    {"open_type": ("https://w3id.org/shdata/vocab/open-type/conditional",)},
)


def texts(documents: Sequence[SearchDocument], words: Sequence[str], seed: int) -> Iterator[str]:
    """Yield searches without end, the same for the same seed."""
    chance = random.Random(seed)
    places = sorted({place for d in documents for place in d.places if not place.isascii()})
    items = sorted({field for d in documents[::7] for field in d.fields if len(field) < 8})
    while True:
        pieces: list[str] = []
        for _ in range(chance.choice((1, 1, 2, 2, 3))):
            title = chance.choice(documents).title
            cut = [word for word in rjieba.cut(title, False) if len(word) > 1]
            if cut:
                start = chance.randrange(len(cut))
                pieces.append("".join(cut[start : start + chance.choice((1, 1, 2, 3))]))
        for share, source in (
            (0.35, places),
            (0.25, TIMES),
            (0.2, CONDITIONS),
            (0.2, (*ITEMS, *items)),
            (0.2, words),
        ):
            if source and chance.random() < share:
                pieces.insert(chance.randrange(len(pieces) + 1), chance.choice(source))
        yield (" " if chance.random() < 0.7 else "").join(pieces)[:200]


def judged() -> Iterator[str]:
    """Yield every search that was judged."""
    for folder in (HERE, SHARED):
        for path in sorted(folder.glob("*.tsv")):
            with path.open(encoding="utf-8", newline="") as file:
                for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
                    if text := row.get("query") or row.get("text"):
                        yield text


def measure(
    service: SearchService, truth: Truth, queries: Sequence[Query]
) -> tuple[Counter[str], list[str]]:
    """Return how often each kind of statement was made, and what was false."""
    told: Counter[str] = Counter()
    wrong: list[str] = []
    for query in queries:
        planned = service.planned(query)
        if planned is None:
            continue
        result = service.search(query)
        told.update(f"{claim.kind} {claim.share}" for claim in claims(query, result))
        found = truth.falsehoods(query, result, *planned)
        wrong += [f"{query.text} ({query.sort}): {sentence}" for sentence in found]
    return told, wrong


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--searches", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=12)
    given = parser.parse_args()
    with existing() as atlas:
        documents = list(indexed_documents(atlas))
        words = sorted(atlas.thesaurus.current().words())
        made = texts(documents, words, given.seed)
        chance = random.Random(given.seed)
        queries = [
            Query(
                next(made),
                facets=False,
                filters=chance.choice(FILTERS) if chance.random() < 0.15 else {},
                sort=chance.choice(("relevance",) * 8 + ("modified", "title")),
                offset=chance.choice((0,) * 9 + (20,)),
                grouped=chance.random() < 0.5,
            )
            for _ in range(given.searches)
        ]
        queries += [Query(text, facets=False) for text in judged()]
        told, wrong = measure(atlas.search.as_of(TODAY), Truth(documents), queries)
    print(
        json.dumps(
            {
                "searches": len(queries),
                "statements": sum(told.values()),
                "told": dict(sorted(told.items())),
                "false": len(wrong),
                "sentences": wrong[:50],
            },
            ensure_ascii=False,
            indent=1,
        )
    )


if __name__ == "__main__":
    main()
