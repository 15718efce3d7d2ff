"""Queries over the kept default graph, beside the same over the union that the engine makes.

Data: ``../shared/data/cn_portals/records.jsonl.gz`` (26,571 records), read by ``atlas import`` into
a folder of its own. Each of 26 templates is run both ways in turns, in one process on two copies of
one snapshot, both compacted; processor time is told, and which give other rows. Baseline: the
engine's union (``use_default_graph_as_union``), which yields a statement once for each graph
that holds it, over the copy whose default graph was cleared: a store as it was before.

Run: ``python -m benchmarks.sparql_templates [--rounds 3] [--home FOLDER]``; prints one JSON object.
``--home`` keeps the folder, and uses one that is there already. ``--compaction`` compares the
newest snapshot as it is (the baseline) with a compacted copy instead.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import cast

import pyoxigraph as ox

from catalog_service.graph import GraphReader
from catalog_service.sparql.examples import examples
from ontology.terms import PREFIXES

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "cn_portals" / "records.jsonl.gz"

TEMPLATES: tuple[tuple[str, str], ...] = (
    *((one.name, one.query) for one in examples("zh", date(2026, 9, 1))),
    ("count of everything", "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"),
    ("datasets", "SELECT (COUNT(*) AS ?n) { ?d a dcat:Dataset }"),
    ("organizations", "SELECT (COUNT(*) AS ?n) { ?o a org:Organization }"),
    ("organizations, listed", "SELECT ?o ?name { ?o a org:Organization ; skos:prefLabel ?name }"),
    ("classes", "SELECT ?c (COUNT(*) AS ?n) { ?s a ?c } GROUP BY ?c"),
    ("properties", "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p"),
    ("titles of a theme", "SELECT ?t { ?d dcat:theme ?theme ; dct:title ?t } LIMIT 1000"),
    ("newest", "SELECT ?d ?m { ?d dct:modified ?m } ORDER BY DESC(?m) LIMIT 20"),
    ("keywords", "SELECT ?k (COUNT(*) AS ?n) { ?d dcat:keyword ?k } GROUP BY ?k"),
    ("access rights", "SELECT ?a (COUNT(*) AS ?n) { ?d dct:accessRights ?a } GROUP BY ?a"),
    (
        "publisher and theme",
        "SELECT ?o ?t (COUNT(*) AS ?n) { ?d dct:publisher ?o ; dcat:theme ?t } GROUP BY ?o ?t",
    ),
    ("fields", "SELECT (COUNT(*) AS ?n) { ?d shd:dataItem ?i . ?i csvw:title ?t }"),
    ("files", "SELECT (COUNT(*) AS ?n) { ?d dcat:distribution ?f }"),
    ("formats", "SELECT ?f (COUNT(*) AS ?n) { ?x dct:format ?f } GROUP BY ?f"),
    ("text in a title", 'SELECT ?d { ?d dct:title ?t FILTER(CONTAINS(?t, "停车")) } LIMIT 100'),
    (
        "without a theme",
        "SELECT (COUNT(*) AS ?n) { ?d a dcat:Dataset FILTER NOT EXISTS { ?d dcat:theme ?t } }",
    ),
    (
        "optional description",
        "SELECT ?d ?x { ?d a dcat:Dataset OPTIONAL { ?d dct:description ?x } } LIMIT 2000",
    ),
    ("labels", 'SELECT (COUNT(*) AS ?n) { ?s skos:prefLabel ?l FILTER(LANG(?l) = "zh") }'),
    ("broader, any depth", "SELECT (COUNT(*) AS ?n) { ?c skos:broader+ ?b }"),
    ("row counts", "SELECT (SUM(?n) AS ?sum) { ?d shd:rowCount ?n }"),
    ("frequency", "SELECT ?f (COUNT(*) AS ?n) { ?d dct:accrualPeriodicity ?f } GROUP BY ?f"),
    (
        "datasets of one publisher",
        "SELECT ?d { { SELECT ?o { ?o a org:Organization } LIMIT 1 } ?d dct:publisher ?o }",
    ),
    (
        "constructed",
        "CONSTRUCT { ?d dct:title ?t } { ?d a dcat:Dataset ; dct:title ?t } LIMIT 2000",
    ),
)


def filled(home: Path, data: Path) -> None:
    """Import the records, unless the folder has them."""
    if (home / "journal.sqlite").exists():
        return
    command = [sys.executable, "-m", "catalog_service.main", "import", str(data)]
    subprocess.run(
        [*command, "--source", "bench", "--gate", "report", "--json"],
        env={**os.environ, "ATLAS_HOME": str(home)},
        check=False,
        capture_output=True,
    )


def run(store: ox.Store, query: str, *, union: bool) -> tuple[float, list[str]]:
    """Answer a query; returns processor seconds and the sorted rows."""
    began = time.process_time()
    found = store.query(query, prefixes=PREFIXES, use_default_graph_as_union=union)
    rows = [str(row) for row in cast("ox.QuerySolutions", found)]
    seconds = time.process_time() - began
    return seconds, sorted(rows)


def measure(home: Path, rounds: int) -> dict[str, object]:
    """Run every template both ways, in turns."""
    with tempfile.TemporaryDirectory(prefix="atlas-bench-", dir=home) as folder:
        stores = {
            union: copy(home, Path(folder, str(union)), union=union) for union in (True, False)
        }
        return compared(stores, rounds)


def copy(home: Path, folder: Path, *, union: bool) -> ox.Store:
    """Return a compacted copy of the newest snapshot; without its default graph for the union."""
    shutil.copytree(GraphReader(home).current().path, folder)
    store = ox.Store(str(folder))
    if union:
        store.update("CLEAR DEFAULT")
    store.optimize()
    return store


def measure_compaction(home: Path, rounds: int) -> dict[str, object]:
    """Run every template over the snapshot as it is and over a compacted copy, in turns."""
    snapshot = GraphReader(home).current()
    with tempfile.TemporaryDirectory(prefix="atlas-bench-", dir=home) as folder:
        stores = {
            "as it is": snapshot.store,
            "compacted": copy(home, Path(folder, "c"), union=False),
        }
        least: dict[str, dict[str, float]] = {}
        for _ in range(rounds):
            for name, query in TEMPLATES:
                for way, store in stores.items():
                    seconds, _rows = run(store, query, union=False)
                    before = least.setdefault(name, {}).get(way, seconds)
                    least[name][way] = min(seconds, before)
    ratios = [both["compacted"] / both["as it is"] for both in least.values()]
    return {
        "templates": len(TEMPLATES),
        **{
            f"processor seconds, {way}": round(sum(both[way] for both in least.values()), 3)
            for way in stores
        },
        "ratio, median": round(statistics.median(ratios), 2),
        "ratio, worst": round(max(ratios), 2),
    }


def compared(stores: dict[bool, ox.Store], rounds: int) -> dict[str, object]:
    """Return what both ways took, and where they differ."""
    times: dict[str, dict[bool, list[float]]] = {}
    differ: list[str] = []
    for _ in range(rounds):
        for name, query in TEMPLATES:
            rows: dict[bool, list[str]] = {}
            for union in (True, False):
                seconds, rows[union] = run(stores[union], query, union=union)
                times.setdefault(name, {}).setdefault(union, []).append(seconds)
            if rows[True] != rows[False] and name not in differ:
                differ.append(name)
    least = {name: {way: min(many) for way, many in both.items()} for name, both in times.items()}
    ratios = {name: both[False] / both[True] for name, both in least.items()}
    return {
        "templates": len(TEMPLATES),
        "processor seconds, union": round(sum(both[True] for both in least.values()), 3),
        "processor seconds, kept": round(sum(both[False] for both in least.values()), 3),
        "ratio, median": round(statistics.median(ratios.values()), 2),
        "ratio, worst": round(max(ratios.values()), 2),
        "other rows than the union's (it repeats)": differ,
        "by template": {
            name: {
                "union ms": round(both[True] * 1000, 1),
                "kept ms": round(both[False] * 1000, 1),
            }
            for name, both in least.items()
        },
    }


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--path", type=Path, default=DATA)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--compaction", action="store_true")
    given = parser.parse_args()
    if not given.path.is_file():
        sys.exit(f"the real records are not there: {given.path.name}")
    with tempfile.TemporaryDirectory(prefix="atlas-bench-") as folder:
        home = given.home or Path(folder)
        home.mkdir(parents=True, exist_ok=True)
        filled(home, given.path)
        measured = measure_compaction if given.compaction else measure
        print(json.dumps(measured(home, given.rounds), ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
