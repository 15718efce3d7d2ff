"""Measure the embedded index over the real records: building, size, latency, a ranking baseline.

    python benchmarks/search_first.py [--keep FOLDER]

Reads and maps the real records of ``../shared/data`` first (not measured). Times are CPU seconds
of the process unless they say otherwise; the bare loop is tantivy fed with the same prepared
tokens and nothing else, in the same run. Queries go through `SearchService.search`.
"""

from __future__ import annotations

import argparse
import csv
import math
import re
import shutil
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import tantivy

from harvesters.protocols import Incoming
from harvesters.readers.formats import open_reader
from ontology.record import Record
from ontology.vocabulary import load_vocabulary
from search.analysis.tokens import tokens
from search.index.concepts import ConceptIndex
from search.index.embedded import EmbeddedIndex
from search.index.fields import Prepared, prepare
from search.index.from_record import document_of
from search.index.model import SearchDocument
from search.model import Query
from search.service import SearchService

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
FILES = ("cn_portals/records.jsonl.gz", "shanghai/known_datasets.jsonl")
T = TypeVar("T")
BASE = "https://data.example"


def records() -> list[Record]:
    vocabulary = load_vocabulary()
    found: dict[str, Record] = {}
    for number, name in enumerate(FILES):
        for item in open_reader(
            DATA / name, source=f"bench{number}", base_iri=BASE, vocabulary=vocabulary
        ):
            if isinstance(item, Incoming):
                record = item.make().record
                found[record.iri] = record
    return list(found.values())


def measured(label: str, work: Callable[[], T]) -> T:
    wall, cpu = time.perf_counter(), time.process_time()
    result = work()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    print(f"{label:44} {cpu:6.2f} s CPU {wall:6.2f} s wall")
    return result


def bare(prepared: list[Prepared], folder: str) -> None:
    builder = tantivy.SchemaBuilder()
    for name in prepared[0].text:
        builder.add_text_field(name, tokenizer_name="whitespace")
    index = tantivy.Index(builder.build(), path=folder)
    white_space = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer("whitespace", white_space)
    writer = index.writer(64_000_000, 1)
    for document in prepared:
        out = tantivy.Document()
        for name, text in document.text.items():
            out.add_text(name, text)
        writer.add_document(out)
    writer.commit()
    writer.wait_merging_threads()


def latency(index: EmbeddedIndex, texts: list[str], again: SearchDocument) -> None:
    service = SearchService(index)
    chosen = service.search(Query()).facets
    two = {name: tuple(v.value for v in chosen[name][:2]) for name in ("format", "year")}
    for label, query in {
        "text, nine facets": Query(),
        "text, two filters, nine facets": Query(filters=two),
        "text, no facets": Query(facets=False),
    }.items():
        times = []
        for _ in range(5):
            # A new commit: nothing is remembered of the round before.
            index.write([again], [], 4)
            index.checkpoint()
            for text in texts:
                asked = Query(text, filters=query.filters, facets=query.facets)
                times.append(service.search(asked).milliseconds)
        show(label, times)
    times = []
    for _ in range(20):
        index.write([again], [], 4)
        index.checkpoint()
        times.append(service.search(Query()).milliseconds)
    show("everything, nine facets", times)


def show(label: str, times: list[float]) -> None:
    times.sort()
    median, p95 = statistics.median(times), times[int(len(times) * 0.95)]
    print(f"{label:44} median {median:5.2f} ms  p95 {p95:5.2f} ms")


def ndcg(grades: list[int], ideal: list[int]) -> float:
    def gain(found: list[int]) -> float:
        return math.fsum((2.0**g - 1) / math.log2(n + 2) for n, g in enumerate(found[:10]))

    return gain(grades) / gain(sorted(ideal, reverse=True)) if any(ideal) else 0.0


def table(name: str) -> list[dict[str, str]]:
    with (DATA / "queries" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def ranking(index: EmbeddedIndex) -> None:
    service = SearchService(index)
    first, third = [], []
    for row in table("queries.tsv"):
        titles = [h.title for h in service.search(Query(row["query"], limit=3)).hits]
        right = re.compile(row["expected_title_regex"])
        wrong = row["must_not_be_first_regex"]
        good = [bool(right.search(title)) for title in titles]
        spoilt = bool(wrong and titles and re.search(wrong, titles[0]))
        first.append(bool(good) and good[0] and not spoilt)
        third.append(any(good))
    print(
        f"queries.tsv ({len(first)}): success@1 {statistics.mean(first):.2f}"
        f" @3 {statistics.mean(third):.2f}"
    )
    grades: dict[str, dict[str, int]] = defaultdict(dict)
    for row in table("judged_qrels.tsv"):
        grades[row["qid"]][row["doc"]] = int(row["grade"])
    by_kind: dict[str, list[tuple[float, bool, bool]]] = defaultdict(list)
    for row in table("judged_queries.tsv"):
        judged = grades[row["qid"]]
        hits = service.search(Query(row["query"], limit=10)).hits
        found = [judged.get(hit.remote_id, 0) for hit in hits]
        score = (
            ndcg(found, list(judged.values())),
            max(found[:1], default=0) >= 2,
            max(found[:3], default=0) >= 2,
        )
        by_kind[row["kind"]].append(score)
        by_kind["all"].append(score)
    for kind, scores in sorted(by_kind.items()):
        means = [statistics.mean(column) for column in zip(*scores, strict=True)]
        print(
            f"judged, {kind} ({len(scores)}): nDCG@10 {means[0]:.3f}"
            f" success@1 {means[1]:.2f} @3 {means[2]:.2f}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", type=Path, help="leave the index in this folder")
    folder = parser.parse_args().keep or Path(tempfile.mkdtemp())
    found = records()
    lines = sum(len(record.lines) for record in found)
    print(f"{len(found)} records, {lines} triples, {sum(len(r.nquads) for r in found) >> 20} MiB")
    concepts = ConceptIndex(load_vocabulary())
    tokens("預熱")
    for record in found:
        _ = record.hash
    documents = measured("document_of", lambda: [document_of(r, concepts) for r in found])
    texts = [text for d in documents for text in (d.title, d.description)]
    measured("tokens of titles and descriptions", lambda: [tokens(text) for text in texts])
    prepared = measured("prepare (tokens, sort keys)", lambda: [prepare(d) for d in documents])
    with tempfile.TemporaryDirectory() as beside:
        measured("bare tantivy, prepared tokens", lambda: bare(prepared, beside))
    index = EmbeddedIndex(folder)
    measured("rebuild from documents", lambda: index.rebuild(documents, lambda: len(found)))
    measured(
        "rebuild from records",
        lambda: index.rebuild((document_of(r, concepts) for r in found), lambda: len(found)),
    )
    measured("write, 1,000 documents replaced", lambda: index.write(documents[:1000], [], 2))
    measured("write, 1 document replaced", lambda: index.write(documents[:1], [], 3))
    measured("hashes of all", lambda: list(index.hashes()))
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    print(f"index: {index.size()} documents, {size >> 20} MiB")
    latency(index, [row["query"] for row in table("judged_queries.tsv")], documents[0])
    ranking(index)
    index.close()
    if folder.name.startswith("tmp"):
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
