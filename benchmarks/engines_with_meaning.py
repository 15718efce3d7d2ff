"""Do both engines answer alike when searches go by meaning, too? First hits, first ten, facets.

    ATLAS_HOME=… python -m benchmarks.engines_with_meaning

Data: the catalogue of ``ATLAS_HOME``, copied; it must not be served meanwhile, and its vectors be
made (`atlas index vectors`). Starts an Elasticsearch server as the tests do, builds the index and
copies the vectors there by the commands for it, and asks both engines the judged searches, plain
and with two filters, all facets. The baseline is the embedded engine. Which searches went by
meaning is counted; those whose first hit differs are named.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.elastic_latency import counts
from benchmarks.meaning_latency import ATLAS, OWN, SHARED
from catalog_service.atlas import Atlas
from catalog_service.settings import Settings
from ontology.errors import AtlasError
from search.model import Query, Result
from search.service import SearchService
from tests.fixtures.elasticsearch import Server, installed_server

NAMES = ("judged_queries.tsv", "round2_queries.tsv", "round2_no_answer.tsv")


def texts() -> list[str]:
    found: dict[str, None] = {}
    for path in (*(SHARED / name for name in NAMES), OWN):
        if path.is_file():
            with path.open(encoding="utf-8", newline="") as file:
                rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
                found.update((row["query"], None) for row in rows)
    return list(found)


def main() -> None:
    program = installed_server()
    if isinstance(program, str):
        sys.exit(f"nothing measured: {program}")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        home = Path(folder) / "home"
        shutil.copytree(os.environ["ATLAS_HOME"], home)
        server = Server(*program)
        try:
            server.start()
            plain = {**os.environ, "ATLAS_HOME": str(home), "ATLAS_EMBEDDING": "auto"}
            there = {**plain, "ATLAS_SEARCH_URL": server.url}
            for command in (("index", "rebuild"), ("index", "vectors")):
                subprocess.run([*ATLAS, *command], env=there, check=True, stdout=sys.stderr)
            # A search never goes without meaning here because a busy machine was late.
            settings = Settings(home=home, embedding="auto", embedding_seconds=5.0)
            elastic = settings.model_copy(update={"search_url": server.url})
            with (
                Atlas(settings, create=False) as embedded,
                Atlas(elastic, create=False) as beside,
            ):
                compare(beside, embedded)
        finally:
            server.remove()


def patient(search: SearchService, query: Query) -> Result:
    """Ask again where the server is late: what is measured here is no time."""
    for _ in range(20):
        try:
            return search.search(query)
        except AtlasError as error:
            if error.code != "search-unreachable":
                raise
            time.sleep(2)
    raise TimeoutError(query.text)


def compare(elastic: Atlas, embedded: Atlas) -> None:
    chosen = embedded.search.search(Query(facets=True)).facets
    two = {name: tuple(v.value for v in chosen[name][:2]) for name in ("format", "year")}
    queries = [Query(text, facets=True, limit=10) for text in texts()]
    queries += [Query(one.text, facets=True, limit=10, filters=two) for one in queries]
    first = ten = facets = totals = meant = 0
    differ: list[str] = []
    for query in queries:
        ours, theirs = patient(elastic.search, query), embedded.search.search(query)
        one, other = ([hit.iri for hit in found.hits] for found in (ours, theirs))
        first += one[:1] == other[:1]
        ten += one == other
        facets += counts(ours) == counts(theirs)
        totals += ours.total == theirs.total
        meant += any(hit.matched_by != "words" for hit in theirs.hits)
        if one[:1] != other[:1]:
            titles = [found.hits[0].title if found.hits else "-" for found in (ours, theirs)]
            differ.append(f"{query.text}: {titles[0]} | {titles[1]}")
    n = len(queries)
    shares = {
        "first_hit": first / n,
        "first_ten": ten / n,
        "totals": totals / n,
        "facets": facets / n,
        "with_hits_by_meaning": meant / n,
    }
    told = {"searches": n, **{name: round(share, 3) for name, share in shares.items()}}
    print(json.dumps({**told, "first_hit_differs": differ}, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
