"""English searches, and suggestions for what is half typed, against what they must find.

    ATLAS_HOME=… python -m benchmarks.english [--url http://127.0.0.1:8080] [--failed]

`judged/english.tsv`: a hit is right where its title has ``expected_title_regex``, and its title,
publisher or place ``expected_place_regex``. `judged/prefixes.tsv`: suggestions are useful where one
of the first five (``useful``), or of the eight that the page shows (``shown``), has
``expected_regex`` in its text. Both lists were fixed before the program was asked. With ``--url``
suggestions go through HTTP, one client, one connection. Milliseconds of wall time, and of processor
time of the asking thread, which other work on the machine does not lengthen; each prefix and each
of its beginnings five times.
"""

from __future__ import annotations

import argparse
import csv
import http.client
import json
import re
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from catalog_service.console.opening import existing
from search.index.protocol import Question
from search.model import Query
from search.service import SearchService

JUDGED = Path(__file__).resolve().parent / "judged"
DEPTHS = (1, 3, 10)
SHOWN = 8
FIRST = 5
ROUNDS = 5


def rows(name: str) -> list[dict[str, str]]:
    with (JUDGED / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def searches(service: SearchService, index: object) -> tuple[dict[str, object], list[str]]:
    """Return success at each depth, by kind, and the searches that failed at three."""
    found: dict[str, dict[int, list[bool]]] = defaultdict(lambda: defaultdict(list))
    failed: list[str] = []
    for row in rows("english.tsv"):
        title, place = (
            re.compile(row[f"expected_{name}_regex"] or "") for name in ("title", "place")
        )
        result = service.search(Query(row["query"], limit=max(DEPTHS), facets=False))
        view = index.view(Question((row["qid"],)))  # type: ignore[attr-defined]
        right: list[bool] = []
        for hit in result.hits:
            document = view.get(hit.iri)
            where = " ".join((hit.title, *document.publishers, *document.places))
            right.append(bool(title.search(hit.title) and place.search(where)))
        for kind in (row["kind"], "all"):
            for depth in DEPTHS:
                found[kind][depth].append(any(right[:depth]))
        if not any(right[:3]):
            first = " · ".join(hit.title for hit in result.hits[:3]) or "nothing"
            failed.append(f"{row['qid']} {row['query']}: {result.total}, {first}")
    shares = {
        kind: {f"success@{depth}": round(statistics.mean(held), 3) for depth, held in kinds.items()}
        | {"n": len(kinds[1])}
        for kind, kinds in found.items()
    }
    return {"searches": shares}, failed


def suggestions(ask: Callable[[str], Sequence[str]]) -> tuple[dict[str, object], list[str]]:
    """Return how many prefixes get a useful suggestion, the latency, and those that get none."""
    found: dict[str, dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    failed: list[str] = []
    took: list[float] = []
    worked: list[float] = []
    for row in rows("prefixes.tsv"):
        expected = re.compile(row["expected_regex"])
        texts = ask(row["prefix"])
        useful = [bool(expected.search(text)) for text in texts]
        for kind in (row["kind"], "all"):
            found[kind]["useful"].append(any(useful[:FIRST]))
            found[kind]["shown"].append(any(useful[:SHOWN]))
        if not any(useful[:FIRST]):
            failed.append(f"{row['qid']} {row['prefix']}: {' · '.join(texts) or 'nothing'}")
        for end in range(1, len(row["prefix"]) + 1):
            for _ in range(ROUNDS):
                started, processor = time.perf_counter(), time.thread_time()
                ask(row["prefix"][:end])
                worked.append((time.thread_time() - processor) * 1000)
                took.append((time.perf_counter() - started) * 1000)
    shares = {
        kind: {name: round(statistics.mean(held), 3) for name, held in names.items()}
        | {"n": len(names["useful"])}
        for kind, names in found.items()
    }
    milliseconds = {"wall": _spread(took), "processor": _spread(worked)}
    return {"suggestions": shares, "milliseconds": milliseconds}, failed


def _spread(milliseconds: list[float]) -> dict[str, float]:
    ordered = sorted(milliseconds)
    return {
        "p50": round(statistics.median(ordered), 2),
        "p95": round(ordered[int(len(ordered) * 0.95)], 2),
        "most": round(ordered[-1], 2),
    }


def by_http(url: str) -> Callable[[str], Sequence[str]]:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port)

    def ask(text: str) -> Sequence[str]:
        connection.request("GET", f"/api/v1/suggest?{urlencode({'q': text, 'limit': SHOWN})}")
        answer = json.load(connection.getresponse())
        return [one["text"] for one in answer["suggestions"]]

    return ask


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="")
    parser.add_argument("--failed", action="store_true")
    given = parser.parse_args()
    with existing() as atlas:
        service = atlas.search
        service.warm()
        told, failed = searches(service, atlas.index)

        def directly(text: str) -> Sequence[str]:
            return [one.text for one in service.suggest(text, SHOWN)]

        more, unhelped = suggestions(by_http(given.url) if given.url else directly)
    print(json.dumps(told | more, indent=1))
    if given.failed:
        print("\n".join(("", *failed, "", *unhelped)))


if __name__ == "__main__":
    main()
