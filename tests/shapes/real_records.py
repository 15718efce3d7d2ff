"""The real records, read by the harvesters as an import would."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

from harvesters.protocols import Incoming
from harvesters.readers.formats import open_reader
from ontology.errors import AtlasError
from ontology.record import Record
from ontology.vocabulary import load_vocabulary

BASE = "https://data.example.org"
FILES = {
    "portals": "cn_portals/records.jsonl.gz",
    "list-2014": "shanghai/open_list_2014.csv",
    "known": "shanghai/known_datasets.jsonl",
    "belgium": "dcat/datagovbe_1500.nt.gz",
}
"""Below ``../shared/data``, by name."""


def read_records(path: Path, source: str) -> Iterator[Record]:
    """The records of a file, in its order; what cannot be mapped is left out."""
    reader = open_reader(path, source=source, base_iri=BASE, vocabulary=load_vocabulary())
    for item in reader:
        if isinstance(item, Incoming):
            try:
                yield item.make().record
            except AtlasError:
                continue


def sample(records: list[Record], number: int, seed: int) -> list[Record]:
    """A seeded sample in the order of the records; all where there are fewer."""
    if len(records) <= number:
        return records
    chosen = sorted(random.Random(seed).sample(range(len(records)), number))
    return [records[i] for i in chosen]
