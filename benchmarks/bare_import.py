"""The baseline of `benchmarks.import_real`: the same libraries in one plain loop.

Reads, maps, hashes, validates, compresses into SQLite, bulk-loads Oxigraph and fills tantivy, with
the calls that each library's documentation shows, one after the other in one process: no
checkpoints, no history, no findings kept, no snapshots, nothing that survives a crash.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import resource
import sqlite3
import time
from datetime import date
from io import BytesIO
from pathlib import Path

import pyoxigraph as ox
import rjieba
import shacl
import tantivy
import zstandard

from harvesters.protocols import Incoming
from harvesters.readers.formats import open_reader
from ontology.record import Record
from ontology.vocabulary import load_vocabulary
from shapes.compilation import as_ntriples
from shapes.rules import Rules

BATCH = 50


def _timed(timings: dict[str, float], name: str, began: float) -> float:
    now = time.perf_counter()
    timings[name] = round(now - began, 3)
    return now


def run(path: Path, home: Path, base_iri: str) -> dict[str, object]:
    """Import ``path`` into files in ``home``; returns counts and seconds by step."""
    timings: dict[str, float] = {}
    began = at = time.perf_counter()
    records: list[Record] = [
        item.make().record
        for item in open_reader(
            path, source="bench", base_iri=base_iri, vocabulary=load_vocabulary()
        )
        if isinstance(item, Incoming)
    ]
    at = _timed(timings, "read and map", at)
    hashes = [hashlib.sha256(record.nquads.encode()).hexdigest() for record in records]
    at = _timed(timings, "hash", at)
    rules = Rules.load().shapes_triples(date(2026, 9, 1))
    shapes = shacl.Shapes.from_text(as_ntriples(rules), "nt")
    findings = 0
    for start in range(0, len(records), BATCH):
        text = "".join(record.nquads for record in records[start : start + BATCH])
        findings += len(shapes.validate_text(text, "nt").results)
    at = _timed(timings, "gate", at)
    database = sqlite3.connect(home / "bare.sqlite")
    database.execute("create table changes (seq integer primary key, iri, hash, body)")
    pack = zstandard.ZstdCompressor(level=3).compress
    database.executemany(
        "insert into changes (iri, hash, body) values (?, ?, ?)",
        (
            (record.iri, digest, pack(record.nquads.encode()))
            for record, digest in zip(records, hashes, strict=True)
        ),
    )
    database.commit()
    at = _timed(timings, "journal", at)
    store = ox.Store(str(home / "bare-graph"))
    trig = "".join(f"<{record.iri}> {{\n{record.nquads}}}\n" for record in records).encode()
    store.bulk_load(BytesIO(trig), format=ox.RdfFormat.TRIG, lenient=True)
    store.optimize()
    store.flush()
    at = _timed(timings, "graph", at)
    _index(records, home / "bare-index")
    _timed(timings, "index", at)
    return {
        "records": len(records),
        "triples": sum(record.nquads.count("\n") for record in records),
        "findings": findings,
        "seconds": round(time.perf_counter() - began, 3),
        "steps": timings,
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def _index(records: list[Record], folder: Path) -> None:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("iri", stored=True, tokenizer_name="raw")
    builder.add_text_field("title", stored=True, tokenizer_name="whitespace")
    builder.add_text_field("body", tokenizer_name="whitespace")
    folder.mkdir()
    index = tantivy.Index(builder.build(), path=str(folder))
    writer = index.writer()
    for record in records:
        title = body = ""
        for line in record.lines:
            if '"' in line:
                text = line[line.index('"') + 1 : line.rindex('"')]
                if "<http://purl.org/dc/terms/title>" in line:
                    title = text
                else:
                    body += " " + text
        document = tantivy.Document()
        document.add_text("iri", record.iri)
        document.add_text("title", " ".join(rjieba.cut_for_search(title)))
        document.add_text("body", " ".join(rjieba.cut_for_search(body)))
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("home", type=Path)
    parser.add_argument("--base-iri", default="http://127.0.0.1:8080")
    given = parser.parse_args()
    print(json.dumps(run(given.path, given.home, given.base_iri)))
