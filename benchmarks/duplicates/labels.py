"""The labelled pairs: read, halved, and answers held against them."""

from __future__ import annotations

import csv
import gzip
import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from harvesters.protocols import Incoming
from harvesters.readers.formats import open_reader, read_bytes
from ontology.errors import AtlasError
from ontology.vocabulary import load_vocabulary
from search.index.concepts import ConceptIndex
from search.index.from_record import document_of
from search.index.model import SearchDocument

PAIRS: Final = Path(__file__).parent / "pairs.tsv"
DATA: Final = Path(__file__).resolve().parents[3] / "shared" / "data"
FILES: Final = ("cn_portals/records.jsonl.gz", "shanghai/known_datasets.jsonl")
BASE: Final = "https://data.example.org"
NONE: Final = "none"


@dataclass(frozen=True, slots=True)
class LabelledPair:
    """Two records by the identifiers of the shared files, and what a reader found them to be."""

    one: str
    other: str
    relation: str

    @property
    def aside(self) -> bool:
        """Whether the pair is of the half that no rule was made from."""
        return bool(hashlib.sha256(f"{self.one} {self.other}".encode()).digest()[0] & 1)


@dataclass(frozen=True, slots=True)
class Score:
    """Precision and recall of answers; both of 1 are best."""

    precision: float
    recall: float

    def __str__(self) -> str:
        return f"precision {self.precision:.3f}, recall {self.recall:.3f}"


def labelled() -> list[LabelledPair]:
    """Return all labelled pairs."""
    with PAIRS.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        return [LabelledPair(row["one"], row["other"], row["relation"]) for row in rows]


def documents(data: Path, wanted: frozenset[str] | None = None) -> Iterator[SearchDocument]:
    """Yield what is indexed of the real records; only those of ``wanted`` where it is given."""
    concepts = ConceptIndex(load_vocabulary())
    for name in FILES:
        for item in _items(data / name, wanted):
            if isinstance(item, Incoming):
                try:
                    yield document_of(item.make().record, concepts)
                except AtlasError:
                    continue


def _items(path: Path, wanted: frozenset[str] | None) -> Iterable[object]:
    vocabulary = load_vocabulary()
    if wanted is None:
        return open_reader(path, source="real", base_iri=BASE, vocabulary=vocabulary)
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as file:
        lines = [line for line in file if line.split(b'"', 4)[3].decode() in wanted]
    return read_bytes(
        b"".join(lines),
        name="real.jsonl",
        source="real",
        base_iri=BASE,
        vocabulary=vocabulary,
        format="portal-jsonl",
    )


def score(
    pairs: Iterable[LabelledPair], answer: Callable[[LabelledPair], str], *, strict: bool
) -> Score:
    """Hold answers (a relation, or ``none``) against the labels.

    ``strict``: an answer is right where it names the label's relation; otherwise where both say
    that there is one.
    """
    right = given = wanted = 0
    for pair in pairs:
        found = answer(pair)
        given += found != NONE
        wanted += pair.relation != NONE
        agrees = found == pair.relation if strict else pair.relation != NONE
        right += found != NONE and agrees
    return Score(right / max(1, given), right / max(1, wanted))
